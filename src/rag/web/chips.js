// A question that is offered is asked by a click.
element.addEventListener("click", (event) => {
  const chip = event.target.closest(".chip");
  if (!chip) return;
  const detail = { question: chip.textContent };
  document.dispatchEvent(new CustomEvent("byline:ask", { detail }));
});

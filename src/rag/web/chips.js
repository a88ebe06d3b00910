// A question that is offered is asked by a click.
element.addEventListener("click", (event) => {
  const chip = event.target.closest(".chip");
  if (!chip) return;
  const detail = { question: chip.textContent };
  document.dispatchEvent(new CustomEvent("byline:ask", { detail }));
});

// Others may be offered while one of these has the keyboard, which would then be nowhere.
let held = false;
for (const name of ["focusin", "pointerdown"]) {
  document.addEventListener(name, (event) => (held = element.contains(event.target)));
}
watch("value", () => {
  if (held && document.activeElement === document.body) {
    document.querySelector("#question textarea").focus();
  }
});

// Clicking a suggested question asks it.
element.addEventListener("click", (event) => {
  const chip = event.target.closest(".chip");
  if (chip) tell("byline:ask", { question: chip.textContent });
});

// New suggestions can replace the focused one; move the focus to the question box.
let held = false;
for (const name of ["focusin", "pointerdown"]) {
  document.addEventListener(name, (event) => (held = element.contains(event.target)));
}
watch("value", () => {
  if (held && document.activeElement === document.body) {
    document.querySelector("#question textarea").focus();
  }
});

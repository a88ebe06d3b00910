// A title opens its article in the reader; "Remove" removes it, and the keyboard stays in the list.
let removing = false;

element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-article]");
  if (!button || !element.contains(button)) return;
  const { article, revision } = button.dataset;
  if (button.classList.contains("open")) {
    const detail = { article, revision, start: null, end: null, also: [] };
    document.dispatchEvent(new CustomEvent("byline:read", { detail }));
    return;
  }
  button.disabled = true;
  removing = true;
  trigger("remove", { article });
});

watch("value", () => {
  if (!removing) return;
  removing = false;
  element.querySelector(".remove")?.focus({ preventScroll: true });
});

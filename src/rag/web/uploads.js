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

// A file that is too large is named before it is sent; Gradio would say so in units of its own.
const megabytes = (bytes) => `${(bytes / 1e6).toLocaleString("en", { maximumFractionDigits: 1 })} MB`;
const refused = (event, files) => {
  const { largest } = props.value;
  const large = [...(files ?? [])].find((file) => file.size > largest);
  if (!large || !event.target.closest("#bring")) return false;
  event.preventDefault();
  event.stopImmediatePropagation();
  const line = `${large.name} has ${megabytes(large.size)}, over the ${megabytes(largest)} for a file. Nothing was added.`;
  document.querySelector("#upload-status .status").textContent = line;
  return true;
};
document.addEventListener("change", (event) => {
  // Made smaller, the same file can be chosen again.
  if (refused(event, event.target.files)) event.target.value = "";
}, true);
document.addEventListener("drop", (event) => {
  const { target } = event;
  if (refused(event, event.dataTransfer.files)) target.dispatchEvent(new DragEvent("dragleave", { bubbles: true }));
}, true);

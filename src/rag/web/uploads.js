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

// What cannot be taken is named before it is sent: Gradio says it elsewhere, in units of its own.
const megabytes = (bytes) => `${(bytes / 1e6).toLocaleString("en", { maximumFractionDigits: 1 })} MB`;
const objection = (files) => {
  const { largest, together, forms } = props.value;
  const readable = ({ name }) => forms.some((form) => name.toLowerCase().endsWith(form));
  const large = files.find(({ size }) => size > largest);
  if (large) return `${large.name} has ${megabytes(large.size)}, over the ${megabytes(largest)} for a file`;
  const size = files.reduce((sum, file) => sum + file.size, 0);
  if (size > together) return `These files have ${megabytes(size)}, over the ${megabytes(together)} at once; bring fewer`;
  // Beside files that are taken, one of another form is sent, and listed as not taken.
  return files.length && !files.some(readable) ? `${files[0].name} is none of ${forms.join(", ")}` : "";
};
const refused = (event, files) => {
  const objected = event.target.closest("#bring") && objection([...(files ?? [])]);
  if (!objected) return false;
  event.preventDefault();
  event.stopImmediatePropagation();
  document.querySelector("#upload-status .status").textContent = `${objected}. Nothing was added.`;
  return true;
};
document.addEventListener("change", (event) => {
  // The same file can be chosen again when it was mended.
  if (refused(event, event.target.files)) event.target.value = "";
}, true);
document.addEventListener("drop", (event) => {
  const { target } = event;
  if (refused(event, event.dataTransfer.files)) target.dispatchEvent(new DragEvent("dragleave", { bubbles: true }));
}, true);

// A title opens its article in the reader. "Remove" deletes the article and keeps the focus in the
// list.
let removing = false;

element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-article]");
  if (!button || !element.contains(button)) return;
  const { article, revision } = button.dataset;
  if (button.classList.contains("open")) {
    tell("byline:read", { article, revision, start: null, end: null, also: [] });
    return;
  }
  button.disabled = true;
  removing = true;
  trigger("remove", { article });
});

watch("value", () => {
  if (!removing) return;
  removing = false;
  $(".remove")?.focus({ preventScroll: true });
});

// Rejects unsuitable files before the upload. Gradio reports them elsewhere and in other units.
const megabytes = (bytes) => `${(bytes / 1e6).toLocaleString("en", { maximumFractionDigits: 1 })} MB`;
const objection = (files) => {
  const { largest, together, forms } = props.value;
  const readable = ({ name }) => forms.some((form) => name.toLowerCase().endsWith(form));
  const large = files.find(({ size }) => size > largest);
  if (large) return `${large.name} is ${megabytes(large.size)}, over the limit of ${megabytes(largest)} per file`;
  const size = files.reduce((sum, file) => sum + file.size, 0);
  if (size > together) return `These files total ${megabytes(size)}, over the limit of ${megabytes(together)}; add fewer at once`;
  // Next to supported files, an unsupported one is sent too; the server lists it as not added.
  return files.length && !files.some(readable) ? `${files[0].name} is not one of ${forms.join(", ")}` : "";
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
  // Reset the input, so that the same file can be chosen again after it was corrected.
  if (refused(event, event.target.files)) event.target.value = "";
}, true);
document.addEventListener("drop", (event) => {
  const { target } = event;
  if (refused(event, event.dataTransfer.files)) target.dispatchEvent(new DragEvent("dragleave", { bubbles: true }));
}, true);

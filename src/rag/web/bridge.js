// What the templates of single turns cannot do themselves, as they are drawn without listeners on
// the server: their events on the document become events of this component, and its value, when
// the server sets it, is a file to save or a line to show.
document.addEventListener("byline:feedback", (event) => trigger("feedback", event.detail));
document.addEventListener("byline:export", (event) => trigger("export", event.detail));

const save = ({ name, type, text }) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
};

watch("value", () => {
  const { file, kept } = props.value ?? {};
  if (file) save(file);
  if (kept) document.dispatchEvent(new CustomEvent("byline:kept", { detail: kept }));
});

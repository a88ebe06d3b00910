// Templates of single turns have no listeners on the server. They dispatch events on the document,
// and this component sends them to the server as its own. The server replies by setting the value:
// a file to save, a message to show or the chat that is now drawn.
document.addEventListener("byline:feedback", (event) => trigger("feedback", event.detail));
document.addEventListener("byline:export", (event) => trigger("export", event.detail));

const bytes = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
const save = ({ name, type, text, base64 }) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([base64 ? bytes(base64) : text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
};

watch("value", () => {
  const { file, kept, reopened } = props.value ?? {};
  if (file) save(file);
  if (kept) tell("byline:kept", kept);
  if (reopened) tell("byline:reopened", reopened);
});

// A past question can be edited. Asking it again replaces it and all later questions.
const text = () => element.querySelector(".asked-text");
const form = () => element.querySelector(".edit-form");
const show = (editing) => {
  if (editing) form().querySelector("textarea").value = text().textContent;
  form().hidden = !editing;
  text().hidden = editing;
  element.querySelector(".edit").hidden = editing;
  (editing ? form().querySelector("textarea") : element.querySelector(".edit")).focus();
};
const send = () => {
  const question = form().querySelector("textarea").value;
  if (!question.trim()) return;
  const detail = { index: Number(element.querySelector(".asked-bubble").dataset.index), question };
  // Gradio does not redraw the bubble if the question is unchanged, so close the form here.
  if (document.dispatchEvent(new CustomEvent("byline:ask", { cancelable: true, detail }))) show(false);
};

element.addEventListener("click", (event) => {
  if (event.target.closest(".edit")) show(true);
  if (event.target.closest(".cancel")) show(false);
});
element.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
element.addEventListener("keydown", (event) => {
  if (!event.target.closest(".edit-box")) return;
  if (event.key === "Escape") {
    event.stopPropagation();
    show(false);
  }
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    send();
  }
});

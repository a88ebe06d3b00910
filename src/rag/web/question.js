// A past question can be edited. Asking it again replaces it and all later questions.
const text = () => $(".asked-text");
const form = () => $(".edit-form");
const show = (editing) => {
  if (editing) form().querySelector("textarea").value = text().textContent;
  form().hidden = !editing;
  text().hidden = editing;
  $(".edit").hidden = editing;
  (editing ? form().querySelector("textarea") : $(".edit")).focus();
};
const send = () => {
  const question = form().querySelector("textarea").value;
  if (!question.trim()) return;
  const detail = { index: Number($(".asked-bubble").dataset.index), question };
  // Gradio does not redraw the bubble if the question is unchanged, so close the form here.
  if (tell("byline:ask", detail)) show(false);
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

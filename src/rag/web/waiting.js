// A question on its way stands where its answer will, until that is drawn. One is asked at a time:
// two at once would each forget the other.
const template = element.querySelector("template");
const node = document.importNode(template.content, true).querySelector(".waiting");
const rows = (index) => `#turns .message-row:nth-child(n + ${2 * index + 1}) { display: none; }`;

document.addEventListener("byline:ask", (event) => {
  const { question, index } = event.detail;
  if (node.isConnected || !question.trim()) return event.preventDefault();
  node.querySelector(".asked-text").textContent = question;
  // What is asked again takes the place of what was asked from there on.
  node.querySelector("style").textContent = index === undefined ? "" : rows(index);
  document.querySelector("#turns [role='log']").append(node);
  trigger("ask", event.detail);
  trigger("asked");
  document.dispatchEvent(new CustomEvent("byline:asked"));
});
document.addEventListener("byline:opened", () => {
  const question = new URLSearchParams(location.search).get("ask");
  const detail = { question, linked: true };
  if (question) document.dispatchEvent(new CustomEvent("byline:ask", { detail }));
});

const over = () => {
  node.remove();
  // What the page's address asks is asked once, not again at every reload.
  if (location.search) history.replaceState(history.state, "", location.pathname);
};
watch("value", over);
document.addEventListener("byline:stopped", over);

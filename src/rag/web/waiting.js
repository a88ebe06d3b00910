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
  node.dataset.id = `${Date.now()} ${Math.random()}`;
  trigger("ask", { ...event.detail, id: node.dataset.id });
  trigger("asked");
  document.dispatchEvent(new CustomEvent("byline:asked"));
  unkept = event.detail.linked ? "" : question;
});
document.addEventListener("byline:opened", () => {
  const question = new URLSearchParams(location.search).get("ask");
  const detail = { question, linked: true };
  if (question) document.dispatchEvent(new CustomEvent("byline:ask", { detail }));
});

// What was asked and is in no conversation yet, and what is typed, outlive the page: Gradio loads it
// again where the server was lost for a while.
let typed = ""; // where: known once the page is open, and nothing is kept before
const box = () => document.querySelector("#question textarea");
let unkept = "";
document.addEventListener("byline:stored", () => {
  unkept = node.isConnected ? unkept : "";
});
addEventListener("pagehide", () => {
  if (!typed) return;
  const words = [unkept, box().value].filter((each) => each.trim());
  sessionStorage.setItem(typed, words.join("\n"));
});
document.addEventListener("byline:opened", ({ detail }) => {
  typed = `${detail.key}-typed`;
  const words = sessionStorage.getItem(typed);
  sessionStorage.removeItem(typed);
  if (!words || box().value) return;
  box().value = words;
  box().dispatchEvent(new Event("input", { bubbles: true }));
});

// What the page's address asks is asked once, not again at every reload.
const askNoMore = () => {
  if (location.search) history.replaceState(history.state, "", location.pathname);
};
const over = () => {
  node.remove();
  askNoMore();
};
// A step back may lead to where the question was not answered yet.
addEventListener("popstate", () => node.isConnected || askNoMore());
let cleared = null;
document.addEventListener("byline:cleared", () => {
  cleared = node.dataset.id;
});
// What comes of a question that was stopped is no end of the next one's wait.
watch("value", () => {
  const { answered, narrow } = props.value;
  if (answered === cleared) return trigger("late");
  if (answered !== node.dataset.id) return;
  if (narrow) document.dispatchEvent(new CustomEvent("byline:narrow", { detail: narrow }));
  over();
});
document.addEventListener("byline:stopped", () => {
  if (!node.isConnected) return;
  trigger("stop", { id: node.dataset.id });
  unkept = "";
  over();
  // The button that had the focus goes; a phone's keyboard would cover what is read.
  if (matchMedia("(hover: hover)").matches) box().focus();
});

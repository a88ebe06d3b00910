// A question on its way stands where its answer will, until that is drawn. One is asked at a time:
// two at once would each forget the other.
const template = element.querySelector("template");
const node = document.importNode(template.content, true).querySelector(".waiting");
const ASKED = "byline-asked"; // what is on its way outlives the page, should it be loaded again
const rows = (index) => `#turns .message-row:nth-child(n + ${2 * index + 1}) { display: none; }`;

const give = (question) => {
  sessionStorage.removeItem(ASKED);
  const box = document.querySelector("#question textarea");
  if (!question || box.value) return;
  box.value = question;
  box.dispatchEvent(new Event("input", { bubbles: true }));
};

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
  if (!event.detail.linked) sessionStorage.setItem(ASKED, question);
});
document.addEventListener("byline:opened", () => {
  const question = new URLSearchParams(location.search).get("ask");
  const detail = { question, linked: true };
  if (question) document.dispatchEvent(new CustomEvent("byline:ask", { detail }));
  else give(sessionStorage.getItem(ASKED));
});

const over = () => {
  node.remove();
  // What the page's address asks is asked once, not again at every reload.
  if (location.search) history.replaceState(history.state, "", location.pathname);
  sessionStorage.removeItem(ASKED);
};
// What comes of a question that was stopped is no end of the next one's wait.
watch("value", () => {
  const { answered, scope } = props.value;
  if (answered !== node.dataset.id) return;
  if (scope) document.dispatchEvent(new CustomEvent("byline:narrow", { detail: scope }));
  over();
});
document.addEventListener("byline:stopped", () => {
  if (!node.isConnected) return;
  trigger("stop", { id: node.dataset.id });
  over();
  // The button that had the focus goes; a phone's keyboard would cover what is read.
  if (matchMedia("(hover: hover)").matches) document.querySelector("#question textarea").focus();
});

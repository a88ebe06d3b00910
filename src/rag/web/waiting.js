// Shows a pending question where its answer will appear, until the answer is drawn. Only one
// question is asked at a time: two at once would drop each other from the conversation.
const node = document.importNode($("template").content, true).querySelector(".waiting");
const SEARCHING = node.querySelector(".pending").textContent;
const rows = (index) => `#turns .message-row:nth-child(n + ${2 * index + 1}) { display: none; }`;

// Prose appears sentence by sentence as it is written and checked.
const show = ({ words, sentences }) => {
  const pending = node.querySelector(".pending");
  if (pending.textContent !== words) pending.textContent = words;
  node.querySelector(".draft").replaceChildren(
    ...sentences.map(({ text, numbers }) => {
      const cited = numbers.map((number) => `[${number}]`).join("");
      const line = make("p", `${text} ${cited}`, "statement", "own-words");
      return Object.assign(line, { dir: "auto" });
    }),
  );
};
const follow = async (id) => {
  while (node.isConnected && node.dataset.id === id) {
    await new Promise((done) => setTimeout(done, 400));
    const draft = await server.draft(id).catch(() => null);
    if (draft && node.isConnected && node.dataset.id === id) show(draft);
  }
};

document.addEventListener("byline:ask", (event) => {
  const { question, index } = event.detail;
  if (node.isConnected || !question.trim()) return event.preventDefault();
  node.querySelector(".asked-text").textContent = question;
  show({ words: SEARCHING, sentences: [] });
  // Hide the turns that the answer will replace: the one asked again and all later ones.
  node.querySelector("style").textContent = index === undefined ? "" : rows(index);
  document.querySelector("#turns [role='log']").append(node);
  node.dataset.id = `${Date.now()} ${Math.random()}`;
  trigger("ask", { ...event.detail, id: node.dataset.id });
  trigger("asked");
  if (event.detail.prose) follow(node.dataset.id);
  tell("byline:asked");
  unkept = event.detail.linked ? "" : question;
});
document.addEventListener("byline:opened", () => {
  const question = new URLSearchParams(location.search).get("ask");
  if (question) tell("byline:ask", { question, linked: true });
});

// A pending question and the typed text survive a reload, because Gradio reloads the page after it
// has lost the server for a while.
let typed = ""; // the sessionStorage key; until the page is open it is empty and nothing is stored
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

// A question in the page's URL is asked once, not again at every reload.
const askNoMore = () => {
  if (location.search) history.replaceState(history.state, "", location.pathname);
};
const over = () => {
  node.remove();
  askNoMore();
};
// Going back can restore a URL that still contains the question.
addEventListener("popstate", () => node.isConnected || askNoMore());
// An answer can still arrive after its chat was left.
const left = new Set();
document.addEventListener("byline:cleared", () => {
  if (node.dataset.id) left.add(node.dataset.id);
});
document.addEventListener("byline:storing", (event) => {
  if (left.has(event.detail.answered)) event.preventDefault();
});
// A late result of a stopped question must not end the wait for the next one.
watch("value", () => {
  const { answered, narrow } = props.value;
  if (left.has(answered)) return trigger("late");
  if (answered !== node.dataset.id) return;
  if (narrow) tell("byline:narrow", narrow);
  over();
});
document.addEventListener("byline:stopped", () => {
  if (!node.isConnected) return;
  trigger("stop", { id: node.dataset.id });
  unkept = "";
  over();
  // The focused button disappears, so focus the question box. Not on phones, where the on-screen
  // keyboard would cover the text.
  if (matchMedia("(hover: hover)").matches) box().focus();
});

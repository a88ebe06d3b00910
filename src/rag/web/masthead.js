// The side beside the chat shows sources, the narrowing or the articles: one at a time.
const room = () => document.querySelector("#room");
const side = () => room()?.dataset.side ?? "sources";
const turn = (to) => {
  room().dataset.side = to;
  for (const tool of element.querySelectorAll("[data-side]")) {
    tool.setAttribute("aria-expanded", String(tool.dataset.side === to));
  }
};
const back = () => {
  const from = side();
  if (from === "sources") return;
  turn("sources");
  element.querySelector(`[data-side="${from}"]`)?.focus();
};

element.addEventListener("click", (event) => {
  const tool = event.target.closest("[data-side]");
  if (tool) {
    turn(side() === tool.dataset.side ? "sources" : tool.dataset.side);
    const shown = document.querySelector(`#${side()}`);
    if (side() !== "sources") shown?.querySelector("input, button, select, a")?.focus();
  }
  const form = event.target.closest("[data-form]")?.dataset.form;
  if (form) {
    element.querySelector(".export").open = false;
    document.dispatchEvent(new CustomEvent("byline:export", { detail: { form } }));
  }
  if (event.target.closest(".theme")) {
    const dark = document.body.classList.toggle("dark");
    localStorage.setItem("byline-theme", dark ? "dark" : "light");
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest(".side-close")) back();
  const menu = element.querySelector(".export[open]");
  if (menu && !menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  const menu = element.querySelector(".export[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else back();
});
// The reader stands where the sources do; closed, what it was opened from is shown again.
let from = "sources";
document.addEventListener("byline:read", () => {
  from = side();
  turn("sources");
});
document.addEventListener("byline:unread", () => turn(from));
// Whoever asks wants to see the answer and its sources.
document.addEventListener("byline:asked", () => {
  from = "sources";
  turn("sources");
});
// Drawn anew, the tools say no more what they have opened.
watch("value", () => turn(side()));

const chosen = localStorage.getItem("byline-theme");
if (chosen) document.body.classList.toggle("dark", chosen === "dark");

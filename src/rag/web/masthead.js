// The side panel shows the sources, the Narrow or Check panel or the articles, one at a time.
const room = () => document.querySelector("#room");
const side = () => room()?.dataset.side ?? "sources";
const turn = (to) => {
  room().dataset.side = to;
  for (const tool of $$("[data-side]")) {
    tool.setAttribute("aria-expanded", String(tool.dataset.side === to));
  }
};
const back = () => {
  const from = side();
  if (from === "sources") return;
  turn("sources");
  $(`[data-side="${from}"]`)?.focus();
  leave();
};
// On a phone a panel covers the page, and the browser's Back button closes it.
const phone = matchMedia("(max-width: 860px)");
const enter = () => {
  if (phone.matches && !history.state?.side) history.pushState({ ...history.state, side: true }, "");
};
const leave = () => {
  if (history.state?.side) history.back();
};
addEventListener("popstate", () => {
  if (phone.matches && !history.state?.side) back();
});

element.addEventListener("click", (event) => {
  const tool = event.target.closest("[data-side]");
  if (tool) {
    turn(side() === tool.dataset.side ? "sources" : tool.dataset.side);
    if (side() === "sources") leave();
    else enter();
    const shown = document.querySelector(`#${side()}`);
    if (side() !== "sources") shown?.querySelector("input, textarea, button, select, a")?.focus();
  }
  const form = event.target.closest("[data-form]")?.dataset.form;
  if (form) {
    event.target.closest(".menu").open = false;
    tell("byline:export", { form });
  }
  if (event.target.closest(".print")) {
    event.target.closest(".menu").open = false;
    print();
  }
  if (event.target.closest(".theme")) {
    const dark = document.body.classList.toggle("dark");
    localStorage.setItem("byline-theme", dark ? "dark" : "light");
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest(".side-close")) back();
  for (const menu of $$(".menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  const menu = $(".menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else back();
});
// The reader opens in the sources panel. Closing it restores the panel that was open before.
let from = "sources";
document.addEventListener("byline:read", () => {
  from = side();
  turn("sources");
});
document.addEventListener("byline:unread", () => {
  turn(from);
  if (from !== "sources") enter();
});
// Asking a question shows the sources panel.
document.addEventListener("byline:asked", () => {
  from = "sources";
  turn("sources");
  leave();
});
// The Narrow button shows how many filters are set.
let limits = 0;
const narrowed = () => {
  const tool = $("[data-side='narrow']");
  tool.textContent = limits ? `Narrow (${limits})` : "Narrow";
  tool.classList.toggle("in-use", limits > 0);
  tool.setAttribute("aria-label", limits ? `Narrow, ${limits} set` : "Narrow");
};
document.addEventListener("byline:narrowed", ({ detail: { scope } }) => {
  const chosen = [...scope.outlets, ...scope.authors, ...scope.articles].length;
  limits = chosen + [scope.since, scope.until, !scope.undated].filter(Boolean).length;
  narrowed();
});
// Speech input can trigger a single-key shortcut by accident, so the user can disable it.
const slash = () => ($(".slash").checked = localStorage.getItem("byline-slash") !== "off");
element.addEventListener("change", (event) => {
  if (event.target.matches(".slash")) {
    localStorage.setItem("byline-slash", event.target.checked ? "on" : "off");
  }
});
slash();
// The server returns times in UTC; the reader sees local ones.
const localTime = () => {
  const moment = $(".facts time");
  const at = new Date(moment?.dateTime ?? "");
  if (isNaN(at)) return;
  const today = at.toDateString() === new Date().toDateString();
  moment.textContent = today
    ? at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })
    : at.toLocaleDateString([], { day: "numeric", month: "long", year: "numeric" });
};
localTime();
// Redrawing resets the expanded states, the checkbox and the time; restore them.
watch("value", () => {
  turn(side());
  narrowed();
  slash();
  localTime();
});

const chosen = localStorage.getItem("byline-theme");
if (chosen) document.body.classList.toggle("dark", chosen === "dark");

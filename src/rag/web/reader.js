// The reader shows a whole article in place of the cards, scrolled to the quoted sentence. On a
// phone it covers the whole screen. It is placed outside this component's own nodes, because each
// new panel redraws those. Article text is inserted only as text nodes. This file runs after
// sources.js and before find.js, in the same function.
const template = $(".reader-template");
const pane = document.importNode(template.content, true).querySelector(".reader");
const part = (name) => pane.querySelector(`.reader-${name}`);
const phone = matchMedia("(max-width: 860px)");
const UNLOADED = "The article could not be loaded. Check that Byline is still running, then try again.";

let opener = null; // the element that gets the focus back
let scrolled = 0; // the scroll position of the cards
let leaving = false; // our own history.back() is pending
let asked = 0; // the latest request number; responses to earlier requests are dropped
let shown = { places: [], current: -1 };

const column = () => element.closest("#sources") ?? element.parentElement;
const place = () => {
  const modal = phone.matches;
  (modal ? element.closest(".contain") ?? document.body : column()).append(pane);
  if (modal) pane.showModal();
  else pane.show();
  if (!leaving) enter();
};
// The browser's Back button closes the article instead of leaving the page.
const enter = () => {
  if (!history.state?.reader) history.pushState({ ...history.state, reader: true }, "");
};

const say = (text) => {
  part("said").textContent = text;
};
const stand = () => {
  const many = shown.places.length;
  return shown.current < 0 ? `${many} citations` : `Citation ${shown.current + 1} of ${many}`;
};

const go = (to) => {
  const many = shown.places.length;
  if (!many) return;
  shown.current = (to + many) % many;
  for (const mark of pane.querySelectorAll("mark")) {
    const current = mark.dataset.marks.split(" ").includes(String(shown.current));
    mark.classList.toggle("current", current);
    if (current) mark.setAttribute("aria-current", "true");
    else mark.removeAttribute("aria-current");
  }
  part("place").textContent = stand();
  pane.querySelector("mark.current")?.scrollIntoView({ block: "center" });
};
const step = (by) => {
  go(shown.current + by);
  if (shown.places.length) say(stand());
};

const marked = ({ text, marks }, ending) => {
  const mark = make("mark", text);
  mark.dataset.marks = marks.join(" ");
  const number = ending.map((at) => shown.places[at]?.[2]).find(Boolean);
  if (number) mark.dataset.number = number;
  return mark;
};
const paragraph = (runs) => {
  const made = Object.assign(make("p", ""), { dir: "auto" });
  // A quotation's number appears once, where the quotation ends.
  runs.forEach((run, at) => {
    const ending = run.marks.filter((mark) => !runs[at + 1]?.marks.includes(mark));
    made.append(run.marks.length ? marked(run, ending) : run.text);
  });
  return made;
};

// A web link labelled with its host name; null for any URL that is not http or https.
const link = (url) => {
  if (!URL.canParse(url)) return null;
  const to = new URL(url);
  if (!["http:", "https:"].includes(to.protocol)) return null;
  const made = make("a", `${to.hostname} ↗`);
  const { href } = to;
  return Object.assign(made, { href, target: "_blank", rel: "noopener noreferrer", title: href });
};
const newer = (article) => {
  const made = make("button", "Open the current version", "card-link");
  made.type = "button";
  made.dataset.article = article;
  return made;
};
const source = ({ outlet, author, date, url }) => {
  const stated = [outlet, author && `by ${author}`, date].filter(Boolean);
  const facts = [...stated.map((text) => make("bdi", text)), link(url)].filter(Boolean);
  return facts.flatMap((fact, at) => (at ? [" · ", fact] : [fact]));
};

const clear = (line) => {
  for (const name of ["source", "title", "text"]) part(name).replaceChildren();
  part("note").textContent = line;
  part("steps").hidden = true;
  find.drop();
};
const draw = (found) => {
  clear(found.note);
  if (found.changed) part("note").append(" ", newer(found.article));
  part("source").append(...source(found));
  part("title").textContent = found.title;
  part("title").lang = part("text").lang = found.language;
  const drawn = document.createDocumentFragment();
  for (const runs of found.paragraphs) drawn.append(paragraph(runs));
  part("text").append(drawn);
  part("steps").hidden = !shown.places.length;
  for (const button of pane.querySelectorAll(".reader-step")) button.hidden = shown.places.length < 2;
  find.again();
};

const open = async ({ article, revision = null, start = null, end = null, number = 0, also = [] }) => {
  const own = [start, end, number];
  const places = (start === null ? [...also] : [own, ...also]).sort((a, b) => a[0] - b[0]);
  const spans = places.map(([from, to]) => [from, to]);
  const request = ++asked;
  shown = { places, current: -1 };
  clear("Opening the article …");
  const found = await server.read({ article, revision, spans }).catch(() => ({ problem: UNLOADED }));
  if (request !== asked) return;
  if (!found?.paragraphs) {
    clear(found?.problem ?? UNLOADED);
    say(part("note").textContent);
    return;
  }
  draw(found);
  part("body").scrollTop = 0;
  part("place").textContent = stand();
  if (start !== null) go(places.indexOf(own));
  say(`Opened ${found.title}${shown.places.length ? `, ${stand().toLowerCase()}` : ""}`);
};

const close = ({ focus = true } = {}) => {
  if (!pane.open) return;
  asked += 1;
  pane.close();
  column().scrollTop = scrolled;
  tell("byline:unread", {});
  if (focus && opener?.isConnected) opener.focus({ preventScroll: true });
  if (!history.state?.reader || leaving) return;
  leaving = true;
  history.back();
};

document.addEventListener("byline:read", ({ detail }) => {
  if (!pane.contains(document.activeElement)) opener = document.activeElement;
  if (!pane.open) {
    scrolled = column().scrollTop;
    place();
  }
  part("body").focus({ preventScroll: true });
  open(detail);
});
addEventListener("popstate", () => {
  if (!leaving) return close();
  leaving = false;
  if (pane.open) enter(); // reopened before history.back() took effect
});
phone.addEventListener("change", () => {
  if (!pane.open) return;
  pane.close();
  place();
  go(shown.current);
});
watch("value", () => close({ focus: false }));

const KEYS = { ArrowRight: 1, n: 1, "]": 1, ArrowLeft: -1, p: -1, "[": -1 };
pane.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest(".reader-find input") && find.key(event)) return;
  if (event.key === "Escape") close();
  else if (KEYS[event.key]) step(KEYS[event.key]);
  else return;
  event.preventDefault();
  event.stopPropagation();
});
pane.addEventListener("cancel", (event) => {
  event.preventDefault();
  close();
});
pane.addEventListener("click", (event) => {
  if (event.target.closest(".reader-back")) close();
  const button = event.target.closest(".reader-step");
  if (button) step(Number(button.dataset.step));
  const match = event.target.closest(".reader-match");
  if (match) find.step(Number(match.dataset.step));
});
pane.addEventListener("input", (event) => {
  if (event.target.closest(".reader-find")) find.typed();
});
pane.addEventListener("submit", (event) => event.preventDefault());

// Pointing at a citation number highlights its card, and vice versa. Clicking a number opens the
// article in the reader. The panel's strings contain HTML entities; `plain` decodes an article id.
const plain = (text) => text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code));
const point = (numbers) => tell("byline:point", { numbers, panel: props.value.panel });
const citeOf = (event) => event.target.closest?.("button.cite[data-number]");
// When the pointer leaves, highlight the focused number, if there is one.
const rest = () => {
  const held = element.contains(document.activeElement) && citeOf({ target: document.activeElement });
  point(held ? [Number(held.dataset.number)] : []);
};
let dwelling = 0;

element.addEventListener("pointerover", (event) => {
  const cite = citeOf(event);
  clearTimeout(dwelling);
  // Ignore a pointer that only passes over a number.
  if (cite && event.pointerType === "mouse") {
    dwelling = setTimeout(() => point([Number(cite.dataset.number)]), 120);
  }
});
element.addEventListener("pointerout", (event) => {
  clearTimeout(dwelling);
  if (citeOf(event)) rest();
});
element.addEventListener("focusin", (event) => {
  const cite = citeOf(event);
  if (cite) point([Number(cite.dataset.number)]);
});
element.addEventListener("focusout", (event) => {
  if (citeOf(event)) point([]);
});

element.addEventListener("click", (event) => {
  const cite = citeOf(event);
  if (!cite) return;
  const { panel } = props.value;
  const number = Number(cite.dataset.number);
  const card = panel.cards.find((each) => each.numbers.includes(number));
  const { start, end } = card.places.find((each) => each.number === number);
  const others = card.places.filter((each) => each.number !== number);
  const also = others.map((each) => [each.start, each.end, each.number]);
  const { article_id, revision } = card;
  cite.focus({ preventScroll: true }); // not every browser focuses a clicked button
  point([number]);
  tell("byline:read", { article: plain(article_id), revision, start, end, number, also });
});

const light = (event) => {
  if (!element.isConnected) return document.removeEventListener("byline:point", light);
  const { panel, numbers } = event.detail;
  const mine = JSON.stringify(panel) === JSON.stringify(props.value.panel);
  for (const cite of $$("button.cite[data-number]")) {
    cite.classList.toggle("pointed", mine && numbers.includes(Number(cite.dataset.number)));
  }
};
document.addEventListener("byline:point", light);

// The cards of one answer. A number pointed at in the chat lights up its card, and the other way
// round; whatever names an article, here or in the chat, opens it in the reader when clicked.
const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
const numbersOf = (card) => card.dataset.numbers.trim().split(/\s+/).map(Number);
const placesOf = (node) =>
  (node.dataset.places?.match(/\S+/g) ?? []).map((place) => place.split("-").map(Number));

const light = (numbers) => {
  for (const card of element.querySelectorAll(".card[data-numbers]")) {
    const pointed = numbersOf(card).some((number) => numbers.includes(number));
    card.classList.toggle("pointed", pointed);
    if (pointed) card.scrollIntoView({ block: "nearest" });
  }
};

document.addEventListener("byline:point", ({ detail: { numbers, panel, card } }) => {
  if (card) return;
  if (numbers.length && JSON.stringify(panel) !== JSON.stringify(props.value)) props.value = panel;
  // The template is drawn again in a microtask that was queued by the line above.
  queueMicrotask(() => light(numbers));
});

// Whoever asks waits for other cards: the numbers of these are pointed at no more.
document.addEventListener("byline:asked", () => {
  tell("byline:point", { numbers: [], panel: props.value, card: true });
});

const point = (event, on) => {
  const card = event.target.closest?.(".card[data-numbers]");
  if (!card || card.contains(event.relatedTarget)) return;
  tell("byline:point", { numbers: on ? numbersOf(card) : [], panel: props.value, card: true });
};
element.addEventListener("pointerover", (event) => point(event, true));
element.addEventListener("pointerout", (event) => point(event, false));
element.addEventListener("focusin", (event) => point(event, true));
element.addEventListener("focusout", (event) => point(event, false));

document.addEventListener("click", (event) => {
  const named = event.target.closest?.(".card-link[data-article], .named-open");
  if (!named) return;
  const { article, revision = null } = named.dataset;
  const [[start, end, number] = [null, null], ...also] = placesOf(named);
  named.focus({ preventScroll: true });
  tell("byline:read", { article, revision, start, end, number, also });
});

const NOT_LOADED = "What stands around it could not be loaded. See that Byline is still running.";
const line = (name, text) => {
  if (!text) return null;
  const made = document.createElement("p");
  const words = document.createElement(name ? "q" : "span");
  words.textContent = text;
  words.dir = "auto";
  if (name) made.append(Object.assign(document.createElement("b"), { textContent: name }));
  made.append(words);
  return made;
};

// "toggle" does not bubble, so it is caught on its way down.
document.addEventListener(
  "toggle",
  async (event) => {
    const place = event.target.matches?.(".why[open]") && event.target.querySelector(".around");
    if (!place || place.childNodes.length) return;
    const { article, revision } = place.dataset;
    const spans = placesOf(place).map(([start, end]) => [start, end]);
    const asked = server.around({ article, revision, spans });
    const { before, after, problem } = await asked.catch(() => ({ problem: NOT_LOADED }));
    const lines = problem ? [line("", problem)] : [line("Before", before), line("After", after)];
    place.replaceChildren(...lines.filter(Boolean));
  },
  true,
);

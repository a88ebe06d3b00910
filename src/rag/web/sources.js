// The source cards of one answer. Pointing at a citation number in the chat highlights its card,
// and vice versa. Clicking an article's button, here or in the chat, opens it in the reader.
const numbersOf = (card) => card.dataset.numbers.trim().split(/\s+/).map(Number);
const placesOf = (node) =>
  (node.dataset.places?.match(/\S+/g) ?? []).map((place) => place.split("-").map(Number));

const light = (numbers) => {
  for (const card of $$(".card[data-numbers]")) {
    const pointed = numbersOf(card).some((number) => numbers.includes(number));
    card.classList.toggle("pointed", pointed);
    if (pointed) card.scrollIntoView({ block: "nearest" });
  }
};

document.addEventListener("byline:point", ({ detail: { numbers, panel, card } }) => {
  if (card) return;
  if (numbers.length && JSON.stringify(panel) !== JSON.stringify(props.value)) props.value = panel;
  // The line above queues a microtask that redraws the template; highlight after it.
  queueMicrotask(() => light(numbers));
});

// A new question brings new cards; clear the highlighted numbers.
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

const NOT_LOADED = "The surrounding text could not be loaded. Check that Byline is still running.";
const line = (name, text) => {
  if (!text) return null;
  const made = make("p", "");
  if (name) made.append(make("b", name));
  made.append(Object.assign(make(name ? "q" : "span", text), { dir: "auto" }));
  return made;
};

// The references are fetched when the menu opens, so that a click copies at once: browsers allow copying
// only right after a click.
const NO_REFERENCE = "The references could not be made. Check that Byline is still running.";
const styleOf = ({ name, text }) => {
  const button = make("button", name, "quiet", "cite-style");
  button.type = "button";
  button.dataset.text = text;
  return button;
};
const cite = async (menu) => {
  const { article, revision } = menu.dataset;
  const asked = server.cite({ article, revision });
  const { styles = [], problem } = await asked.catch(() => ({ problem: NO_REFERENCE }));
  menu.querySelector(".cite-styles").replaceChildren(...(problem ? [problem] : styles.map(styleOf)));
};
document.addEventListener("click", async (event) => {
  const style = event.target.closest?.(".cite-style");
  if (!style) return;
  const said = style.closest(".cite-menu").querySelector(".cite-said");
  const { text } = style.dataset;
  said.textContent = (await copied(text)) ? `${style.textContent} reference copied.` : `${NO_COPY}: ${text}`;
});

// "toggle" does not bubble, so listen in the capture phase.
document.addEventListener(
  "toggle",
  async (event) => {
    if (event.target.matches?.(".cite-menu[open]")) return cite(event.target);
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

// A number clicked in the chat: show the cards of the answer it stands in, and go to its card.
const show = (number) => {
  const card = [...element.querySelectorAll(".card[data-numbers]")].find((each) =>
    each.dataset.numbers.trim().split(/\s+/).includes(String(number)),
  );
  if (!card) return;
  card.scrollIntoView({ block: "nearest" });
  card.focus({ preventScroll: true });
};

document.addEventListener("byline:source", (event) => {
  const { panel, number } = event.detail;
  props.value = panel;
  // The template is drawn again in a microtask that was queued by the line above.
  queueMicrotask(() => show(number));
});

// A number clicked: its card stands beside the chat, or on a narrow page folded under the answer.
element.addEventListener("click", (event) => {
  const cite = event.target.closest("button[data-number]");
  if (!cite) return;
  const number = cite.dataset.number;
  const folded = element.querySelector("details.folded");
  if (folded && getComputedStyle(folded).display !== "none") {
    folded.open = true;
    const cards = [...folded.querySelectorAll(".card[data-numbers]")];
    const card = cards.find((each) => each.dataset.numbers.trim().split(/\s+/).includes(number));
    card?.scrollIntoView({ block: "nearest" });
    card?.focus({ preventScroll: true });
    return;
  }
  const detail = { panel: props.value.panel, number };
  document.dispatchEvent(new CustomEvent("byline:source", { detail }));
});

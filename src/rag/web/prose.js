// The switch between quotes and prose. The choice is kept in this browser, and each question that
// is asked takes it along.
const KEY = "byline-form";
const inputs = () => $$("input");
const choose = (form) => inputs().forEach((input) => (input.checked = input.value === form));
choose(localStorage.getItem(KEY) === "prose" ? "prose" : "quotes");
element.addEventListener("change", (event) => localStorage.setItem(KEY, event.target.value));
// Runs before the listener that sends the question.
document.addEventListener(
  "byline:ask",
  ({ detail }) => {
    detail.prose = !detail.linked && inputs().some(({ checked, value }) => checked && value === "prose");
  },
  { capture: true },
);

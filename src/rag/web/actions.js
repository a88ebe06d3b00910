// Actions on one answer: correct the rewritten question, copy, link and give feedback.
const reply = () => $(".reply");
const said = (line) => {
  const place = $(".said");
  if (place) place.textContent = line;
};
const copy = async (text, line) => said((await copied(text)) ? line : `${NO_COPY}.`);
const wrong = () => $(".wrong");
const mend = (editing) => {
  $(".mend").hidden = !editing;
  if (editing) $(".mend").reset();
  $(".understood-text").hidden = editing;
  (editing ? $(".mend input") : $(".mend-open")).focus();
};

const report = (verdict, note) => tell("byline:feedback", { id: reply().dataset.id, verdict, note });

const actions = {
  "mend-open": () => mend(true),
  "mend-close": () => mend(false),
  copy: () => copy(reply().dataset.copied, "Copied, with its sources."),
  link: () => copy(new URL(reply().dataset.link, location.href).href, "Link copied."),
  right: () => report("right", ""),
  "wrong-open": () => {
    wrong().hidden = !wrong().hidden;
    if (wrong().hidden) return;
    // This element can show another answer later: discard a note written for the previous one.
    if (wrong().dataset.of !== reply().dataset.id) wrong().reset();
    wrong().dataset.of = reply().dataset.id;
    wrong().querySelector("select").focus();
    wrong().scrollIntoView({ block: "nearest" });
  },
};

element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-do]");
  if (button) actions[button.dataset.do]?.();
});

element.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.target.matches(".mend")) {
    const detail = {
      index: Number(reply().dataset.index),
      question: event.target.querySelector("input").value,
      standalone: true,
    };
    if (tell("byline:ask", detail)) mend(false);
    return;
  }
  report(wrong().querySelector("select").value, wrong().querySelector("textarea").value);
  wrong().hidden = true;
});

element.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (event.target.closest(".mend")) mend(false);
  if (event.target.closest(".wrong")) {
    wrong().hidden = true;
    $("[data-do='wrong-open']").focus();
  }
});

const kept = (event) => {
  if (!element.isConnected) return document.removeEventListener("byline:kept", kept);
  if (event.detail.id === reply()?.dataset.id) said(event.detail.line);
};
document.addEventListener("byline:kept", kept);

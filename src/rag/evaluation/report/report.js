"use strict";
// Renders the list of questions from the data in this page. Text is inserted as text, never as HTML.

const data = JSON.parse(document.getElementById("data").textContent);
const named = (names, values) => Object.fromEntries(names.map((name, i) => [name, values[i]]));
const rows = data.rows.map((values) => named(data.fields, values));
const PAGE = 50;
const HOLDS_GOLD = 1;
const QUOTED = 2;
const EXCERPT = 340;
const GOLD_EXCERPT = 720;
const LONG_ANSWER = 80;
const [search, group, kind, history, order] = ["search", "group", "kind", "history", "order"].map(
  (id) => document.getElementById(id),
);
const form = document.getElementById("controls");
const list = document.getElementById("list");
let shown = rows;
let page = 0;

// --- helpers -------------------------------------------------------------------------------------

const make = (tag, className, ...content) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...content.filter((part) => part !== null && part !== ""));
  return element;
};

const foreign = (tag, className, ...content) => {
  const element = make(tag, className, ...content);
  element.dir = "auto"; // isolates the text and keeps its own writing direction
  return element;
};

const section = (title, ...content) => make("section", "", make("h3", "", title), ...content);

const count = (number) => number.toLocaleString("en");

const questions = (number) => `${count(number)} question${number === 1 ? "" : "s"}`;

const anchor = (row) => `#q-${encodeURIComponent(row.id)}`;

const option = (value, text) => {
  const element = make("option", "", text);
  element.value = value;
  return element;
};

// --- texts: excerpts with gold marked and accepted answers in bold --------------------------------

const wordsPattern = (words) => {
  const parts = words
    .map((word) => word.trim())
    .filter(Boolean)
    .sort((one, other) => other.length - one.length)
    .map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&").replace(/\s+/g, "\\s+"));
  return parts.length
    ? new RegExp(`(?<![\\p{L}\\p{N}])(?:${parts.join("|")})(?![\\p{L}\\p{N}])`, "giu")
    : null;
};

const withAnswers = (text, pattern) => {
  if (!pattern) return [text];
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(pattern)) {
    parts.push(text.slice(from, found.index), make("strong", "accepted", found[0]));
    from = found.index + found[0].length;
  }
  return [...parts, text.slice(from)];
};

// Cuts at spaces, if there are any.
const bounds = (text, focus, length) => {
  if (text.length <= 1.3 * length) return [0, text.length];
  const first = Math.floor(Math.max(0, Math.min(focus - length / 3, text.length - length)));
  const after = text.indexOf(" ", first) + 1;
  const start = first > 0 && after > 0 && after <= focus ? after : first;
  const before = text.lastIndexOf(" ", start + length);
  return [start, start + length >= text.length ? text.length : before > start ? before : start + length];
};

const place = (text, pattern) => (pattern ? text.search(pattern) : -1);

const passage = (number, marks, row, words, length) => {
  const [, text] = data.texts[number];
  if (!text) return make("p", "note", "The text was not stored.");
  const pattern = wordsPattern(row.answers);
  const focus = [marks[0] ?? -1, place(text, pattern), place(text, wordsPattern(words)), 0];
  const whole = marks.length ? 1.5 * (marks[1] - marks[0]) : 0; // never cut the marked text
  const [start, end] = bounds(text, focus.find((each) => each >= 0), Math.max(length, whole));
  const parts = [start > 0 ? "… " : ""];
  let from = start;
  for (let i = 0; i < marks.length; i += 2) {
    const [a, b] = [Math.max(marks[i], from), Math.min(marks[i + 1], end)];
    if (a >= b) continue;
    const inside = make("mark", "", ...withAnswers(text.slice(a, b), pattern));
    parts.push(...withAnswers(text.slice(from, a), pattern), inside);
    from = b;
  }
  parts.push(...withAnswers(text.slice(from, end), pattern), end < text.length ? " …" : "");
  return foreign("blockquote", "passage", ...parts);
};

// The source of a text; null if it quotes no article.
const source = (number, ...before) => {
  const [article] = data.texts[number];
  if (article < 0) return null;
  const [title, outlet, published] = data.articles[article];
  return make(
    "p",
    "source soft",
    ...before,
    make("bdi", "", title),
    " · ",
    make("bdi", "", outlet ?? "outlet not stated"),
    ` · ${published ?? "undated"}`,
  );
};

// --- one question --------------------------------------------------------------------------------

const goldRank = (row) => row.passage_rank ?? row.article_rank;

const where = (row) => (goldRank(row) ? `at rank ${goldRank(row)}` : "not known to be found");

const found = (row) => `the ${row.found} passages found`;

const diagnoses = {
  right: (row) =>
    row.answerable === false
      ? "Right: the articles do not say, and nothing was shown."
      : "Right: what was shown answers the question.",
  "not indexed": () => "Lost before retrieval: the gold article was rejected at indexing.",
  "not retrieved": (row) => `Lost in retrieval: the gold is not among ${found(row)}.`,
  "ranked low": (row) => `Lost in ranking: the gold is only ${where(row)}.`,
  "read wrongly": (row) =>
    `Lost in reading: the gold is ${where(row)}, but ${
      row.answers.length ? "the answer shown is not an accepted one" : "nothing shown comes from it"
    }.`,
  "answered though unanswerable": () =>
    "The articles do not answer this question, but an answer was shown.",
  "abstained though answerable": (row) => `Abstained, though the gold is ${where(row)}.`,
  "not judged": (row) =>
    row.shown.length
      ? "Not judged: there is no accepted answer to compare this with."
      : "Not judged: the question has no answerability label.",
};

const rankText = (row) => {
  if (goldRank(row)) return `rank ${goldRank(row)}`;
  return row.gold.length ? "not found" : "no gold";
};

const draw = (row) => {
  const name = data.groups[row.group];
  const badge = make("span", "badge", make("span", `swatch s${row.group}`), name);
  const rank = make("span", "rank-of-gold soft", make("span", "hidden on-phone", "gold: "), rankText(row));
  const head = make("span", "hidden on-phone", "answerability ");
  const likely = make("span", "likely soft", head, row.answerability.toFixed(2));
  likely.title = "answerability";
  rank.title = "rank of the first gold";
  const asked = make("span", "asked", foreign("span", "", row.question), understood(row));
  const element = make("details", "question", make("summary", "", asked, badge, rank, likely));
  element.id = `q-${row.id}`;
  element.addEventListener("toggle", () => {
    if (element.open && element.children.length === 1) element.append(open(row));
  });
  return element;
};

const open = (row) =>
  make(
    "div",
    "opened",
    make("p", "diagnosis", diagnoses[data.groups[row.group]](row)),
    conversation(row),
    make("div", "sides", expected(row), said(row), gold(row)),
    hits(row),
    measured(row),
  );

const conversation = (row) => {
  if (!row.history.length) return null;
  const turns = row.history.map(([role, text]) =>
    make("li", "", role === "user" ? "Reader: " : "Answer: ", make("bdi", "", text)),
  );
  return make("ol", "conversation soft", ...turns);
};

const understood = (row) =>
  row.standalone
    ? make("span", "soft", "Understood as: ", make("bdi", "", row.standalone))
    : null;

const expected = (row) => {
  const answers = row.answers.map((answer) =>
    foreign("li", answer.length > LONG_ANSWER ? "" : "short", answer),
  );
  const unanswerable = row.answerable === false ? "None: the articles do not say." : "None is given.";
  return section(
    row.answers.length > 1 ? "Accepted answers" : "Accepted answer",
    answers.length ? make("ul", "answers", ...answers) : make("p", "", unanswerable),
  );
};

const gold = (row) =>
  row.gold.length
    ? make(
        "section",
        "",
        ...row.gold.map((place) => goldCard(place, row)),
        row.gold_left_out ? make("p", "note", `and ${row.gold_left_out} more gold passages`) : null,
      )
    : null;

const goldCard = ([text, rank, marks], row) =>
  make(
    "div",
    "card",
    make("h3", "", `Gold, ${rank ? `found at rank ${rank}` : `not among ${found(row)}`}`),
    source(text),
    passage(text, marks, row, [], GOLD_EXCERPT),
  );

// Explains an answer or abstention by the question's answerability and the threshold.
const because = (row) => {
  const sure = row.answerability.toFixed(2);
  const threshold = data.threshold === null ? null : data.threshold.toFixed(2);
  if (threshold === null) return `Answerability ${sure}.`;
  if (row.shown.length) return `Answerability ${sure}; the threshold is ${threshold}.`;
  return row.answerability <= data.threshold
    ? `Answerability ${sure} is below the threshold ${threshold}.`
    : `Answerability ${sure} is above the threshold ${threshold}, but there was nothing to quote.`;
};

const said = (row) => {
  const pattern = wordsPattern(row.answers);
  const line = (number) => {
    const words = withAnswers(data.texts[number][1], pattern);
    return make("li", "", foreign("blockquote", "passage", ...words), source(number));
  };
  const lines = (numbers) => make("ol", "said", ...numbers.map(line));
  const abstained = !row.shown.length;
  if (abstained) {
    const withheld = row.withheld.length ? [make("h3", "", "Withheld"), lines(row.withheld)] : [];
    return section("Abstained", make("p", "", because(row)), ...withheld);
  }
  const words = foreign("p", "", ...withAnswers(row.short, pattern));
  const short = row.short ? [make("h3", "", "Short answer"), words] : [];
  return section("Shown", lines(row.shown), ...short, make("p", "note", because(row)));
};

const hits = (row) => {
  const all = row.hits.map((values) => named(data.hit_fields, values));
  const left = row.found - all.length;
  return section(
    row.found ? `Found${left > 0 ? `, ${all.length} of ${row.found}` : ""}` : "Nothing was found",
    make("ol", "hits", ...all.map((hit) => drawHit(hit, row))),
  );
};

const drawHit = (hit, row) => {
  const terms = row.terms.filter((_, place) => hit.terms & (1 << place));
  const labels = [];
  if (hit.flags & HOLDS_GOLD) labels.push(make("span", "holds-gold", "✓ contains gold"), " · ");
  if (hit.flags & QUOTED) labels.push(row.shown.length ? "quoted" : "withheld", " · ");
  const side = (name, rank, score) =>
    rank == null ? `${name}: not listed` : `${name}: rank ${rank}${score == null ? "" : ` (${score})`}`;
  const why = [
    `score ${hit.score ?? 0}`,
    side("dense", hit.dense_rank, hit.dense_score),
    side("lexical", hit.lexical_rank, hit.lexical_score),
  ].join(" · ");
  return make(
    "li",
    hit.flags & HOLDS_GOLD ? "holds" : "",
    make("b", "", String(hit.rank)),
    make(
      "div",
      "",
      source(hit.text, ...labels),
      passage(hit.text, hit.marks ?? [], row, terms, EXCERPT),
      make("p", "why soft", why, terms.length ? " · matched: " : "", make("bdi", "", terms.join(", "))),
    ),
  );
};

const measured = (row) => {
  const values = data.measures.flatMap(([section, label], place) => {
    const value = row.values[place];
    const view = section === "article" ? "article " : "";
    return value === null ? [] : [make("span", "", `${view}${label} `, make("b", "", String(value)))];
  });
  const link = make("a", "", "link to this question");
  link.href = anchor(row);
  return make(
    "div",
    "measured soft",
    make("p", "", make("span", "", `${row.seconds} s`), make("span", "", row.id), link),
    values.length ? make("details", "", make("summary", "", "measures"), make("p", "", ...values)) : null,
  );
};

// --- the list ------------------------------------------------------------------------------------

const text = (row) =>
  (row.text ??= [row.id, row.question, row.standalone || "", ...row.answers, ...row.shown.map((number) => data.texts[number][1])]
    .join("\n")
    .toLowerCase());

const worst = (row) => goldRank(row) ?? (row.gold.length ? 1e6 : 0);

const orders = {
  id: null,
  rank: (one, other) => worst(other) - worst(one),
  low: (one, other) => one.answerability - other.answerability,
  high: (one, other) => other.answerability - one.answerability,
};

const refresh = () => {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  shown = rows.filter(
    (row) =>
      (group.value === "" || row.group === Number(group.value)) &&
      (kind.value === "" || row.kind === Number(kind.value)) &&
      (history.value === "" || row.history.length > 0 === (history.value === "1")) &&
      words.every((word) => text(row).includes(word)),
  );
  if (orders[order.value]) shown.sort(orders[order.value]);
  page = 0;
  show();
};

const nothing = () =>
  make(
    "p",
    "note",
    "No question matches. The search looks for every word in ids, questions, accepted answers and answers shown,",
    " among the questions selected by the filters.",
  );

const show = () => {
  const pages = Math.max(1, Math.ceil(shown.length / PAGE));
  list.replaceChildren(...(shown.length ? shown.slice(page * PAGE, (page + 1) * PAGE).map(draw) : [nothing()]));
  const all = shown.length === rows.length;
  document.getElementById("count").textContent = all
    ? questions(rows.length)
    : `${count(shown.length)} of ${questions(rows.length)}`;
  document.getElementById("all").hidden = all;
  document.getElementById("pager").hidden = pages === 1;
  document.getElementById("page").textContent = `page ${page + 1} of ${pages}`;
  document.getElementById("previous").disabled = page === 0;
  document.getElementById("next").disabled = page === pages - 1;
  for (const button of document.querySelectorAll("[data-group]")) {
    const chosen = button.dataset.group === group.value;
    if (button.hasAttribute("aria-pressed")) button.setAttribute("aria-pressed", String(chosen));
    button.classList.toggle("chosen", chosen);
  }
};

const showAll = () => {
  form.reset();
  refresh();
};

const turn = (by) => {
  page += by;
  show();
  document.getElementById("questions").scrollIntoView();
};

const openNamed = () => {
  if (!location.hash.startsWith("#q-")) return;
  let id = location.hash.slice(3);
  try {
    id = decodeURIComponent(id);
  } catch {
    return; // not a valid id: ids are fully encoded
  }
  const row = rows.find((each) => each.id === id);
  if (!row) return;
  if (!shown.includes(row)) {
    showAll();
  }
  page = Math.floor(shown.indexOf(row) / PAGE);
  show();
  const element = document.getElementById(`q-${row.id}`);
  element.open = true;
  element.scrollIntoView();
};

const countBy = (of) => {
  const counts = new Map();
  for (const row of rows) counts.set(of(row), (counts.get(of(row)) ?? 0) + 1);
  return counts;
};

const fill = (select, names, counts) => {
  select.append(option("", "all"));
  names.forEach((name, place) => {
    if (counts.get(place)) select.append(option(String(place), `${name} (${count(counts.get(place))})`));
  });
  select.parentElement.hidden = select.options.length < 3;
};

fill(group, data.groups, countBy((row) => row.group));
fill(kind, data.kinds, countBy((row) => row.kind));
history.parentElement.hidden = countBy((row) => row.history.length > 0).size < 2;

for (const button of document.querySelectorAll("[data-group]")) {
  button.addEventListener("click", () => {
    group.value = button.dataset.group === group.value ? "" : button.dataset.group;
    refresh();
    document.getElementById("questions").scrollIntoView();
  });
}
let waiting;
search.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(refresh, 120);
});
for (const select of [group, kind, history, order]) select.addEventListener("change", refresh);
form.addEventListener("submit", (event) => event.preventDefault());
document.getElementById("all").addEventListener("click", showAll);
document.getElementById("previous").addEventListener("click", () => turn(-1));
document.getElementById("next").addEventListener("click", () => turn(1));
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.closest("input, select, textarea")) return;
  event.preventDefault();
  search.focus();
});
addEventListener("hashchange", openNamed);
refresh();
openNamed();

// The scope is this component's value. The template is static, and all text is inserted through
// textContent. The choices are fetched from the server whenever the panel comes into view.
const row = (name) => $(`template.${name}`).content.firstElementChild.cloneNode(true);
const articles = (number) => `${number.toLocaleString("en")} ${number === 1 ? "article" : "articles"}`;

const nothing = { outlets: [], authors: [], since: "", until: "", articles: [], undated: true };
const scope = () => ({ ...nothing, ...props.value });
let kept = ""; // the sessionStorage key of the scope, which survives a reload
let offered = null;
const titles = new Map();

const announce = () => tell("byline:narrowed", { scope: scope() });

const settle = () => {
  show();
  count();
  announce();
  if (kept) sessionStorage.setItem(kept, JSON.stringify(scope()));
};
const narrow = (change) => {
  props.value = { ...scope(), ...change };
  settle();
};
const clear = () => narrow(nothing);

const toggled = (list, item, on) => [...list.filter((each) => each !== item), ...(on ? [item] : [])];

// ---- server calls

const words = (kind) => $(`[data-kind="${kind}"] .find`).value;
const offer = latest(
  () =>
    server.offer({
      outlets: words("outlets"),
      authors: words("authors"),
      articles: scope().articles,
    }),
  (told) => {
    if (JSON.stringify(told) === JSON.stringify(offered)) return;
    offered = told;
    for (const [id, title] of told.chosen) titles.set(id, title || "An article that is no longer available");
    for (const kind of ["outlets", "authors"]) drawNames(kind);
    drawBars();
    show();
  },
);
const count = latest(
  () => server.passing(scope()),
  (told) => {
    $(".state").textContent = `${told.count} can answer.`;
  },
);

// ---- drawing the choices

const drawNames = (kind) => {
  const field = $(`[data-kind="${kind}"]`);
  const { names, total, searchable } = offered[kind];
  const listed = new Set(names.map(([name]) => name.toLowerCase()));
  const kept = scope()[kind].filter((name) => !listed.has(name.toLowerCase()));
  field.hidden = !names.length && !kept.length && !searchable;
  $(".find", field).hidden = !searchable;
  const rows = [...kept.map((name) => [name, null]), ...names].map(([name, number]) => {
    const item = row("choice-row");
    $("input", item).dataset.name = name;
    $("bdi", item).textContent = name;
    $(".number", item).textContent = number === null ? "" : number.toLocaleString("en");
    return item;
  });
  $(".choices", field).replaceChildren(...rows);
  const more = total - names.length;
  $(".rest", field).textContent = !total ? "No matching names." : more ? `${more.toLocaleString("en")} more: find them by name.` : "";
};

const drawBars = () => {
  const { bars, undated } = offered;
  const most = Math.max(1, ...bars.map((bar) => bar.articles));
  const rows = bars.map((bar) => {
    const item = row("bar-row");
    $(".bar", item).style.setProperty("--share", bar.articles / most);
    item.classList.toggle("empty", !bar.articles);
    item.title = `${bar.label}: ${articles(bar.articles)}`;
    $(".unseen", item).textContent = item.title;
    return item;
  });
  $(".time").hidden = !bars.length;
  $(".chart").style.setProperty("--bars", bars.length);
  $(".bars").replaceChildren(...rows);
  $(".handles").hidden = bars.length < 2;
  for (const handle of $$(".handles input")) handle.max = bars.length - 1;
  const [first, last] = $$(".ends span");
  first.textContent = bars[0]?.label ?? "";
  last.textContent = bars.length > 1 ? bars.at(-1).label : "";
  $(".undated").hidden = !undated;
  $(".undated .number").textContent = undated.toLocaleString("en");
};

// ---- drawing the selection

const span = ({ since, until }) => {
  const { bars } = offered;
  const first = since ? bars.findIndex((bar) => bar.until >= since) : 0;
  const last = until ? bars.findLastIndex((bar) => bar.since <= until) : bars.length - 1;
  return [first < 0 ? bars.length : first, last];
};

const showSpan = (range) => {
  const [first, last] = span(range);
  $$(".bars li").forEach((item, place) => item.classList.toggle("in", first <= place && place <= last));
  const top = offered.bars.length - 1;
  const place = (handle, at, open) => {
    handle.value = Math.min(Math.max(at, 0), top);
    handle.setAttribute("aria-valuetext", open ?? offered.bars[handle.value]?.label ?? "");
  };
  place($(".first"), first, range.since ? undefined : "the first article");
  place($(".last"), last, range.until ? undefined : "the last article");
  // With both handles at the right end, only the first can still move, so it must be on top.
  $(".first").classList.toggle("above", Number($(".first").value) > top / 2);
  $(".since").value = range.since;
  $(".until").value = range.until;
};

const showChips = (ids) => {
  const chips = ids.map((id) => {
    const chip = row("chip-row");
    const title = titles.get(id) ?? id;
    $("bdi", chip).textContent = title;
    $("button", chip).dataset.article = id;
    $("button", chip).setAttribute("aria-label", `Deselect ${title}`);
    return chip;
  });
  $(".chips").replaceChildren(...chips);
  $(".none").hidden = ids.length > 0;
};

const show = () => {
  const now = scope();
  for (const kind of ["outlets", "authors"]) {
    const chosen = new Set(now[kind].map((name) => name.toLowerCase()));
    for (const box of $$(`[data-kind="${kind}"] [data-name]`)) {
      box.checked = chosen.has(box.dataset.name.toLowerCase());
    }
  }
  if (offered) showSpan(now);
  $(".hint").textContent = "";
  $(".undated input").checked = now.undated;
  showChips(now.articles);
  $(".clear").hidden = Object.keys(nothing).every(
    (key) => JSON.stringify(now[key]) === JSON.stringify(nothing[key]),
  );
};

// ---- user input

const choose = (box) => {
  const { kind } = box.closest("[data-kind]").dataset;
  const others = scope()[kind].filter((name) => name.toLowerCase() !== box.dataset.name.toLowerCase());
  narrow({ [kind]: toggled(others, box.dataset.name, box.checked) });
};

// A handle at its end of the chart leaves that side of the range open.
const dragged = (moved) => {
  const first = Number($(".first").value);
  const last = Number($(".last").value);
  const from = moved === $(".first") ? Math.min(first, last) : first;
  const to = moved === $(".last") ? Math.max(first, last) : last;
  const { bars } = offered;
  return {
    since: from > 0 ? bars[from].since : "",
    until: to < bars.length - 1 ? bars[to].until : "",
  };
};

// While a year such as 2024 is typed, the field holds the years 2, 20 and 202; ignore these.
const typed = () => {
  const [since, until] = [$(".since").value, $(".until").value];
  if ([since, until].some((day) => day && day < "1000")) return;
  if (since && until && until < since) {
    $(".hint").textContent = "The first day is after the last; change one of them.";
    return;
  }
  narrow({ since, until });
};

element.addEventListener("input", (event) => {
  if (event.target.matches(".handles input")) showSpan({ ...scope(), ...dragged(event.target) });
  if (event.target.matches(".find")) offer();
});

element.addEventListener("change", (event) => {
  const { target } = event;
  if (target.matches("[data-name]")) choose(target);
  else if (target.matches(".undated input")) narrow({ undated: target.checked });
  else if (target.matches(".handles input")) narrow(dragged(target));
  else if (target.matches(".days input")) typed();
});

element.addEventListener("click", (event) => {
  const { target } = event;
  if (target.closest(".clear")) {
    clear();
    $(".side-close").focus();
  }
  const chip = target.closest("[data-article]");
  if (chip) {
    narrow({ articles: toggled(scope().articles, chip.dataset.article, false) });
    ($(".chips button") ?? $(".side-close")).focus();
  }
  const bar = offered?.bars[$$(".bars li").indexOf(target.closest(".bars li"))];
  if (bar) narrow({ since: bar.since, until: bar.until });
});

document.addEventListener("byline:clear-narrowing", clear);
document.addEventListener("byline:narrowing", announce);
document.addEventListener("byline:articles", () => offered && (offer(), count()));
document.addEventListener("byline:choose", ({ detail }) => {
  titles.set(detail.article, detail.title);
  narrow({ articles: toggled(scope().articles, detail.article, detail.chosen) });
});
document.addEventListener("byline:narrow", ({ detail }) => narrow(detail));
document.addEventListener("byline:opened", async ({ detail }) => {
  kept = `${detail.key}-narrowed`;
  // A link brings its own scope, so discard the stored one.
  if (new URLSearchParams(location.search).has("ask")) sessionStorage.removeItem(kept);
  const before = JSON.parse(sessionStorage.getItem(kept) ?? "null");
  if (!before) return sessionStorage.setItem(kept, JSON.stringify(scope()));
  narrow(before);
  if (!before.articles.length) return;
  // The reader's own articles may be gone, for example after a server restart.
  const { chosen = [] } = await server.offer({ articles: before.articles });
  if (document.querySelector("#loading p")) return; // the articles are still loading
  const gone = new Set(chosen.filter(([, title]) => !title).map(([id]) => id));
  if (gone.size) narrow({ articles: scope().articles.filter((id) => !gone.has(id)) });
});

new IntersectionObserver((seen) => {
  if (!seen.some((each) => each.isIntersecting)) return;
  offer();
  count();
}).observe($(".narrow"));
show();

// Fetches one page of articles at a time from the server. The template is static, and all text is
// inserted through textContent. The Narrow panel stores the selection and announces its changes.

let offset = 0;
let ticked = new Set();
let drawn = "";
let opened = false;

const draw = (told) => {
  if (JSON.stringify(told) === drawn) return;
  drawn = JSON.stringify(told);
  const { rows, count, range, previous, next } = told;
  $(".rows").replaceChildren(...rows.map(drawRow));
  $(".count").textContent = count;
  $(".range").textContent = range;
  $(".pages").hidden = previous === null && next === null;
  for (const [name, to] of [["previous", previous], ["next", next]]) {
    const button = $(`.${name}`);
    // A disabled button would lose the focus.
    button.setAttribute("aria-disabled", String(to === null));
    button.dataset.offset = to ?? "";
  }
  tick();
};

const drawRow = (article) => {
  const item = $("template.article-row").content.firstElementChild.cloneNode(true);
  for (const name of ["title", "outlet", "date", "author", "editions"]) {
    $(`.${name}`, item).textContent = article[name];
  }
  $(".title", item).lang = article.language;
  $(".title", item).dataset.article = article.id;
  $(".title", item).dataset.revision = article.revision;
  $(".by", item).hidden = !article.author;
  $(".editions", item).hidden = !article.editions;
  $("input", item).dataset.article = article.id;
  $("input", item).dataset.title = article.title;
  $("input", item).setAttribute("aria-label", `Ask only this: ${article.title}`);
  return item;
};

const tick = () => {
  for (const box of $$(".rows input")) box.checked = ticked.has(box.dataset.article);
  $(".ticked").textContent = ticked.size ? `· ${ticked.size} chosen` : "· tick some to ask only those";
};

const load = latest(
  () => server.look({ words: $(".find").value, sort: $("select").value, offset }),
  draw,
);
const turn = async (to) => {
  offset = to;
  await load();
  $(".shelf").scrollIntoView({ block: "start" });
};

let wait;
element.addEventListener("input", (event) => {
  if (!event.target.matches(".find")) return;
  clearTimeout(wait);
  wait = setTimeout(() => turn(0), 120);
});

element.addEventListener("change", ({ target }) => {
  if (target.matches("select")) turn(0);
  if (!target.matches(".rows input")) return;
  const { article, title } = target.dataset;
  tell("byline:choose", { article, title, chosen: target.checked });
});

element.addEventListener("click", ({ target }) => {
  const title = target.closest(".title");
  if (title) {
    const { article, revision } = title.dataset;
    tell("byline:read", { article, revision, start: null, end: null, also: [] });
  }
  const page = target.closest("[data-offset]");
  if (page?.dataset.offset) turn(Number(page.dataset.offset));
});

document.addEventListener("byline:narrowed", ({ detail }) => {
  ticked = new Set(detail.scope.articles);
  tick();
});
document.addEventListener("byline:articles", () => opened && load());

new IntersectionObserver((seen) => {
  if (!seen.some((each) => each.isIntersecting)) return;
  opened = true;
  tell("byline:narrowing");
  load();
}).observe($(".shelf"));

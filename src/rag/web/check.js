// Sends a draft to the server, and lists the verdict on each sentence. All text is
// inserted through textContent.
const UNCHECKED = "The text could not be checked. Check that Byline is still running, then try again.";
const UNREAD = "The file could not be read. Check that Byline is still running, then try again.";
const LARGEST = 1_000_000; // bytes of a file; the server has the same limit

let last = 0; // if several calls are pending, only the response to the latest is used

const cited = ({ id: article, revision, start, end, quote, outlet, date, language }) => {
  const made = make("button", "", "cited");
  made.type = "button";
  const words = Object.assign(make("q", quote), { lang: language, dir: "auto" });
  made.append(words, make("span", ` ${outlet}, ${date}`, "source", "soft"));
  made.addEventListener("click", () => tell("byline:read", { article, revision, start, end, also: [] }));
  return made;
};
const verdict = (into, said) => {
  into.textContent = said;
  into.dataset.verdict = said.toLowerCase();
};
const difference = ({ said, source }) => {
  const made = make("li", "");
  if (said) made.append(make("del", said));
  if (said && source) made.append(" → ");
  if (source) made.append(make("ins", source));
  return made;
};
const quotation = ({ verdict: said, differences, source }) => {
  const made = make("li", "", "quotation");
  const head = make("p", "Quotation ");
  head.append(make("b", "", "verdict"));
  verdict($("b", head), said);
  made.append(head);
  if (differences.length) {
    const list = make("ul", "", "differences");
    list.append(...differences.map(difference));
    made.append(list);
  }
  if (source) made.append(cited(source));
  return made;
};
const row = ({ verdict: said, text, reasons, source, correction, quotations }) => {
  const made = $("template.row").content.firstElementChild.cloneNode(true);
  verdict($(".verdict", made), said);
  $(".words", made).textContent = text;
  $(".reasons", made).append(...reasons.map((reason) => make("li", reason)));
  if (source) $(".from", made).append(cited(source));
  if (correction) {
    $(".from", made).append(make("p", "Correction by the outlet:", "soft"), cited(correction));
  }
  $(".quotations", made).append(...quotations.map(quotation));
  return made;
};

const encoded = (file) =>
  new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.split(",")[1] ?? "");
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(file);
  });
// A text file is shown unchanged; the server extracts the text of other files.
const opened = async (file) => {
  if (file.name.toLowerCase().endsWith(".txt")) return { text: await file.text() };
  return server.read({ name: file.name, data: await encoded(file) });
};

const check = async () => {
  const mine = ++last;
  $(".state").textContent = "Checking …";
  trouble();
  const told = await server.check({ draft: $(".draft").value }).catch(() => ({ error: UNCHECKED }));
  if (mine !== last) return;
  trouble(told?.error);
  $(".state").textContent = told?.summary ?? "";
  $(".found").replaceChildren(...(told?.sentences ?? []).map(row));
};

element.addEventListener("submit", (event) => {
  event.preventDefault();
  check();
});
element.addEventListener("change", async ({ target }) => {
  if (!target.matches("[type=file]") || !target.files.length) return;
  const [file] = target.files;
  target.value = "";
  if (file.size > LARGEST) {
    trouble(`${file.name} is too large; give it in parts.`);
    return;
  }
  const mine = ++last;
  $(".state").textContent = "Reading …";
  const found = await opened(file).catch(() => ({ error: UNREAD }));
  if (mine !== last) return;
  $(".state").textContent = "";
  trouble(found?.error ?? (found?.text === undefined ? UNREAD : ""));
  if (found?.text === undefined) return;
  $(".draft").value = found.text;
  check();
});

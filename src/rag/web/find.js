// Find in the article that the reader shows. Matches are highlighted without changing the text's nodes.
// Case, accents, the form of quotation marks and the kind of white space do not count. This file runs
// after reader.js, in the same function.
const find = (() => {
  const box = pane.querySelector(".reader-find input");
  const found = part("found");
  const canMark = typeof Highlight === "function" && CSS.highlights;
  const MOST = 1000; // matches that are shown
  let ranges = [];
  let hasMore = false;
  let current = -1;

  const SAME = { "’": "'", "‘": "'", "“": '"', "”": '"' };
  const ACCENTS = /[\u0300-\u036f]/g;
  const plain = (character) => {
    if (/\s/.test(character)) return " ";
    const letters = SAME[character] ?? character.toLowerCase();
    const isPlain = letters.length === 1 && letters < "\x80";
    return isPlain ? letters : letters.normalize("NFD").replace(ACCENTS, "").normalize("NFC");
  };
  // The text normalised for comparison, with the original offset of each unit.
  const fold = (text) => {
    const units = [];
    const places = [];
    let at = 0;
    for (const character of text) {
      const kept = plain(character);
      if (kept !== " " || units.at(-1) !== " ") {
        for (const unit of kept.split("")) {
          units.push(unit);
          places.push(at);
        }
      }
      at += character.length;
    }
    return { folded: units.join(""), places: [...places, text.length] };
  };

  // All lines of the article as one text, and where each text node begins in it.
  const whole = () => {
    const pieces = [];
    let text = "";
    for (const line of part("text").children) {
      const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        pieces.push({ node: walker.currentNode, start: text.length });
        text += walker.currentNode.data;
      }
      text += "\n";
    }
    return { text, pieces };
  };
  const matches = (words, most) => {
    const { text, pieces } = whole();
    const { folded, places } = fold(text);
    const made = [];
    let at = folded.indexOf(words);
    while (at >= 0 && made.length < most) {
      const [from, to] = [places[at], places[at + words.length]];
      const first = pieces.findLast(({ start }) => start <= from);
      const last = pieces.findLast(({ start }) => start < to);
      const range = document.createRange();
      range.setStart(first.node, from - first.start);
      range.setEnd(last.node, to - last.start);
      made.push(range);
      at = folded.indexOf(words, at + words.length);
    }
    return made;
  };
  const count = () => {
    if (!box.value.trim()) return "";
    if (!ranges.length) return "No match";
    return `${(current + 1).toLocaleString("en")} of ${ranges.length.toLocaleString("en")}${hasMore ? "+" : ""}`;
  };

  const mark = () => {
    if (!canMark) return;
    CSS.highlights.set("reader-found", new Highlight(...ranges));
    const now = new Highlight(...ranges.slice(current, current + 1));
    now.priority = 1;
    CSS.highlights.set("reader-current", now);
  };
  const show = () => {
    mark();
    const many = ranges.length;
    found.textContent = count();
    for (const button of pane.querySelectorAll(".reader-match")) button.hidden = many < 2;
    if (!many) return;
    const body = part("body");
    const { top, bottom } = ranges[current].getBoundingClientRect();
    const shownIn = body.getBoundingClientRect();
    if (top >= shownIn.top && bottom <= shownIn.bottom) return;
    body.scrollTop += top - shownIn.top - body.clientHeight / 3;
  };
  const drop = () => {
    ranges = [];
    current = -1;
    found.textContent = "";
    for (const button of pane.querySelectorAll(".reader-match")) button.hidden = true;
    if (canMark) for (const name of ["reader-found", "reader-current"]) CSS.highlights.delete(name);
  };
  const search = () => {
    drop();
    const { folded: words } = fold(box.value.trim());
    if (!words) return;
    ranges = matches(words, MOST + 1);
    hasMore = ranges.length > MOST;
    ranges.splice(MOST);
    current = ranges.length ? 0 : -1;
  };
  const typed = () => {
    search();
    show();
  };
  const step = (by) => {
    if (!ranges.length) return;
    current = (current + by + ranges.length) % ranges.length;
    show();
  };
  const again = () => {
    search(); // the article opens at its quotation, so do not scroll to a match
    found.textContent = count();
    for (const button of pane.querySelectorAll(".reader-match")) button.hidden = ranges.length < 2;
    mark();
  };
  // Whether the box handles the key: Escape first clears the box, then closes the article.
  const key = (event) => {
    if (event.key === "Escape" && !box.value) return false;
    event.stopPropagation();
    if (event.key === "Enter") step(event.shiftKey ? -1 : 1);
    if (event.key === "Escape") {
      event.preventDefault();
      box.value = "";
      typed();
    }
    return true;
  };
  return { again, drop, key, step, typed };
})();

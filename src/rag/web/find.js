// Find in the article that the reader shows. Matches are highlighted without changing the text's nodes.
// Case, accents and the form of quotation marks do not count. This file runs after reader.js, in the
// same function.
const find = (() => {
  const box = pane.querySelector(".reader-find input");
  const found = part("found");
  const canMark = typeof Highlight === "function" && CSS.highlights;
  let ranges = [];
  let current = -1;

  const SAME = { "’": "'", "‘": "'", "“": '"', "”": '"' };
  // One character for each, so that offsets in the folded text are those of the text.
  const fold = (text) =>
    text
      .split("")
      .map((unit) => SAME[unit] ?? (unit.normalize("NFD")[0].toLowerCase()[0] || unit))
      .join("");

  const nodesOf = (paragraph) => {
    const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
    const nodes = [];
    while (walker.nextNode()) nodes.push(walker.currentNode);
    return nodes;
  };
  const placeIn = (nodes, offset, atEnd) => {
    for (const node of nodes) {
      if (offset < node.length || (atEnd && offset === node.length)) return [node, offset];
      offset -= node.length;
    }
    return null;
  };
  const matches = (paragraph, words) => {
    const nodes = nodesOf(paragraph);
    const text = fold(paragraph.textContent);
    const made = [];
    for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + words.length)) {
      const range = document.createRange();
      range.setStart(...placeIn(nodes, at, false));
      range.setEnd(...placeIn(nodes, at + words.length, true));
      made.push(range);
    }
    return made;
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
    found.textContent = !box.value.trim() ? "" : many ? `${current + 1} of ${many}` : "No match";
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
    const words = fold(box.value.trim());
    if (!words) return;
    ranges = [...part("text").children].flatMap((paragraph) => matches(paragraph, words));
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
    if (box.value.trim()) found.textContent = ranges.length ? `1 of ${ranges.length}` : "No match";
    for (const button of pane.querySelectorAll(".reader-match")) button.hidden = ranges.length < 2;
    mark();
  };
  // Whether the key belongs to the box: Escape empties it first, and closes the article next.
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

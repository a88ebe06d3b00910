// Gradio disables the question box while the page loads, then enables it without its placeholder
// and without focus; restore both. The "/" key focuses the box from anywhere on the page.
() => {
  let key = "";
  document.addEventListener("byline:opened", ({ detail }) => (key = detail.key));
  const box = () => document.querySelector("#question textarea");
  const prompt = box()?.placeholder ?? "";

  new MutationObserver(() => {
    const question = box();
    if (!question || question.disabled) return;
    if (!question.placeholder) question.placeholder = prompt;
    if (document.activeElement === document.body && matchMedia("(hover: hover)").matches) {
      question.focus();
    }
  }).observe(document.querySelector("#question"), {
    attributes: true,
    attributeFilter: ["disabled", "placeholder"],
    subtree: true,
  });

  // Scroll the latest question to the top.
  let shown = "";
  new MutationObserver(() => {
    const asked = document.querySelectorAll("#turns .asked-bubble");
    const now = `${asked.length} ${document.querySelectorAll("#turns .reply").length}`;
    if (now === shown) return;
    shown = now;
    asked[asked.length - 1]?.scrollIntoView({ block: "start" });
  }).observe(document.querySelector("#turns"), { childList: true, subtree: true });

  // Asking or clearing can remove the focused element; focus the question box instead. Not on
  // phones, where the on-screen keyboard would cover the text.
  for (const name of ["byline:asked", "byline:cleared"]) {
    document.addEventListener(name, () => {
      const held = document.activeElement ?? document.body;
      const going = held === document.body || held.closest("#turns, #chips");
      if (going && matchMedia("(hover: hover)").matches) box()?.focus();
    });
  }

  // While the server is unreachable, Gradio's Clear button empties only the display. Delete the
  // stored conversation here as well.
  document.querySelector("#turns").addEventListener(
    "click",
    (event) => {
      if (!event.target.closest(".top-panel button")) return;
      for (const name of ["byline:clearing", "byline:cleared", "byline:stopped"]) {
        document.dispatchEvent(new CustomEvent(name));
      }
      sessionStorage.setItem(key, "[]");
      localStorage.removeItem(key);
    },
    { capture: true },
  );

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("textarea, input, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (localStorage.getItem("byline-slash") === "off") return;
    event.preventDefault();
    box()?.focus();
  });
}

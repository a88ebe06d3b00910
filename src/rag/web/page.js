// The question box is switched off until the page is whole, and comes on without its prompt and
// without the keyboard: give it both. "/" reaches it from anywhere on the page.
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

  // What is asked last is read from its question on.
  let shown = "";
  new MutationObserver(() => {
    const asked = document.querySelectorAll("#turns .asked-bubble");
    const now = `${asked.length} ${document.querySelectorAll("#turns .reply").length}`;
    if (now === shown) return;
    shown = now;
    asked[asked.length - 1]?.scrollIntoView({ block: "start" });
  }).observe(document.querySelector("#turns"), { childList: true, subtree: true });

  // What had the keyboard may go with what is asked or cleared. A phone's would cover what is read.
  for (const name of ["byline:asked", "byline:cleared"]) {
    document.addEventListener(name, () => {
      const held = document.activeElement ?? document.body;
      const going = held === document.body || held.closest("#turns, #chips");
      if (going && matchMedia("(hover: hover)").matches) box()?.focus();
    });
  }

  // While its server is away, Gradio's own Clear empties only what is seen.
  document.querySelector("#turns").addEventListener(
    "click",
    (event) => {
      if (!event.target.closest(".top-panel button")) return;
      for (const name of ["byline:cleared", "byline:stopped"]) {
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

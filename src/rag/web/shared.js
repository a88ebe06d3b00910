// Helpers for the scripts of all components. This file runs before each of them, in the same function.
const $ = (selector, within = element) => within.querySelector(selector);
const $$ = (selector, within = element) => [...within.querySelectorAll(selector)];

// Tells the other components; false if one of them prevented what was to follow.
const tell = (name, detail) =>
  document.dispatchEvent(new CustomEvent(name, { cancelable: true, detail }));

// An element that shows a text.
const make = (name, text, ...classes) => {
  const made = document.createElement(name);
  made.textContent = text;
  made.classList.add(...classes);
  return made;
};

const trouble = (words) => {
  $(".trouble").textContent = words ?? "";
  $(".trouble").hidden = !words;
};

// Wraps a server call. If several calls are pending, only the response to the latest is used.
const latest = (call, heard) => {
  let last = 0;
  return async () => {
    const mine = ++last;
    let told;
    try {
      told = await call();
    } catch {
      told = { error: "The articles cannot be listed right now. Reopen this panel to try again." };
    }
    if (mine !== last) return;
    trouble(told?.error);
    if (!told?.error) heard(told);
  };
};

// Copies a text, and says whether it did: browsers have no clipboard for pages on plain http://, except
// on this computer.
const NO_COPY = "The browser does not allow copying; select the text instead";
const copied = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
};

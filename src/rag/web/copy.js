// Copies a text, and says whether it did: browsers have no clipboard for pages on plain http://, except
// on this computer. This file runs before the scripts that copy, in the same function.
const NO_COPY = "The browser does not allow copying; select the text instead";
const copied = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
};

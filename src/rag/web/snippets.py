"""JavaScript for the page's events; KEY is a placeholder for the storage key."""

import json

from rag.web.cards import blank_panel

__all__ = [
    "ARTICLES_CHANGED",
    "ASK",
    "A_MOMENT",
    "CLEAR",
    "GIVE_BACK",
    "KEEP",
    "NOT_OPENED",
    "OPENED",
    "OWN",
    "RETRY",
    "WAIT",
]

ARTICLES_CHANGED = "() => document.dispatchEvent(new CustomEvent('byline:articles'))"
NOT_OPENED = "() => document.dispatchEvent(new CustomEvent('byline:unopened'))"
OPENED = """(kept) => {
  document.dispatchEvent(new CustomEvent("byline:opened", { detail: { key: KEY, kept } }));
  return [];
}"""
ASK = """(typed) => document.dispatchEvent(new CustomEvent("byline:ask",
  { cancelable: true, detail: { question: typed } })) ? "" : typed"""
# A question that was understood without context is asked again without context.
RETRY = """(kept) => {
  const { question = "", standalone_question, notice } = kept.at(-1)?.record ?? {};
  const standalone = !notice && question === standalone_question;
  const detail = { question, standalone, index: kept.length - 1 };
  document.dispatchEvent(new CustomEvent("byline:ask", { detail }));
  return [];
}"""
WAIT = "() => ({ __type__: 'update', submit_btn: false, stop_btn: 'Stop' })"
_EMPTY = f"[], [], {json.dumps(blank_panel())}, {{ questions: [] }}"
CLEAR = f"() => [{_EMPTY}, {{ __type__: 'update', submit_btn: 'Ask', stop_btn: false }}]"
# An answer that arrives after the reader left its chat is not stored.
KEEP = """(kept, waiting) => {
  const detail = { kept, answered: waiting?.answered };
  const storing = new CustomEvent("byline:storing", { cancelable: true, detail });
  if (!document.dispatchEvent(storing)) return [];
  try { sessionStorage.setItem(KEY, JSON.stringify(kept)); } catch {}
  document.dispatchEvent(new CustomEvent("byline:stored", { detail }));
  return [];
}"""
# The chat of this tab; a link opens a new one.
OWN = """(kept) => {
  if (new URLSearchParams(location.search).has("ask")) return [[]];
  try { return [JSON.parse(sessionStorage.getItem(KEY)) ?? kept]; } catch { return [kept]; }
}"""
# Suggestions must not delay drawing the answer.
A_MOMENT = "() => new Promise((done) => setTimeout(done, 200, []))"
# A stopped question returns to the box, unless another one is already typed there.
GIVE_BACK = """(typed) => {
  const question = document.querySelector(".waiting .asked-text")?.textContent ?? "";
  document.dispatchEvent(new CustomEvent("byline:stopped"));
  return { __type__: "update", value: typed || question, submit_btn: "Ask", stop_btn: false };
}"""

"""Prepares the tree of a web page, so that its text is what a reader sees.

``prepare`` changes the tree in place: it removes hidden and struck-out elements, advertisements
and footnote links, puts superscripts and subscripts in the brackets of ``marks``, replaces elements
inside sentences with their words, and puts sentences that are directly in a block into paragraphs.

Works on lxml trees without importing lxml.
"""

import re
from collections.abc import Iterator
from typing import Any

from rag.ingest.lines import join_lines
from rag.ingest.readers.formulas import formula
from rag.ingest.readers.hidden import hidden_classes, is_advertisement, is_unseen
from rag.ingest.readers.marks import LOWERED, RAISED
from rag.ingest.readers.tree import BLOCKS, FAR, block_of, line_around, text_before, words

__all__ = ["prepare"]

# Elements inside sentences that trafilatura would remove together with their words.
_INLINE = frozenset({"button", "label", "legend", "output", "progress", "time"})
_STRIPPED = frozenset({"font", "data", "blink", "marquee", "nobr", "wbr"})
_CONTROLS = frozenset({"select", "datalist", "textarea", "noscript"})
_UNFOLDED = {"details": "div", "summary": "p"}
_SHORT_BLOCKS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "li", "td", "th", "dd"})
_ENDS_SENTENCE = re.compile(r"[.!?…:;][”’\"')\]⸩]*$")
_SENTENCE = re.compile(r"\w \w.*[.!?…][”’\"')\]⸩]*(?: |$)")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_CLOSING = re.compile(r"\s*[,.;:!?)”’]")
_NOTE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:foot|end)?note(?:s|ref|-?link|-?number)?(?:$|[\s_-])|reference|^fn",
    re.IGNORECASE,
)
_NOTE_ADDRESS = re.compile(r"#.*(?:fn|note|cite|ref|edn)|#\d+$", re.IGNORECASE)
_NOTE_TEXT = re.compile(
    r"[\[(]?(?:\d{1,3}|[a-z]|[ivx]+|[*†‡§¶#]+)[\])]?|\[[^\]]{1,30}\]|[↩↑^\ufe0e\s]+", re.IGNORECASE
)
_CENTS_CLASS = re.compile(
    r"(?:^|[\s_-])(?:cents?|pence|decimals?|frac(?:tion(?:al)?)?|superscript)(?:$|[\s_-])",
    re.IGNORECASE,
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_CENTS = re.compile(r"\d\d|\d/\d")
_RAISED_STYLE = re.compile(r"vertical-align\s*:\s*(?:super|top|text-top)", re.IGNORECASE)


def prepare(tree: Any) -> None:
    """Reduces ``tree``, in place, to the text that a reader sees."""
    _drop_controls(tree)
    hidden = hidden_classes(tree)
    for element in [e for e in _elements(tree) if e.tag in _CONTROLS or is_unseen(e, hidden)]:
        _remove(element)
    length = sum(len(words(paragraph)) for paragraph in tree.iter("p")) or len(words(tree))
    for element in [e for e in _elements(tree) if is_advertisement(e, length=length)]:
        _remove(element)
    for element in [e for e in _elements(tree) if _is_note_mark(e)]:
        _remove(element)
    _join_spaces(tree)
    for element in reversed(list(_elements(tree))):  # the inner quotation before the outer one
        _rewrite(element)
    breaks = list(tree.iter("br"))
    blocks = [block_of(element) for element in breaks]
    texts = {block: _ENDS_SENTENCE.search(words(block)) is not None for block in set(blocks)}
    for element, block in zip(breaks, blocks, strict=True):
        _break(element, of_sentences=texts[block])
    for element in list(tree.iter("div", "section", "article", "main")):
        _make_paragraphs(element)


def _drop_controls(tree: Any) -> None:
    """Removes control characters, which nobody sees, and which lxml reads but refuses to set."""
    for element in tree.iter():
        if element.text and isinstance(element.tag, str) and _CONTROL.search(element.text):
            element.text = _CONTROL.sub(_space_or_none, element.text)
        if element.tail and _CONTROL.search(element.tail):
            element.tail = _CONTROL.sub(_space_or_none, element.tail)


def _space_or_none(found: re.Match[str]) -> str:
    return " " if found.group().isspace() else ""


def _elements(tree: Any) -> Iterator[Any]:
    """The elements below ``tree``, without comments."""
    return (e for e in tree.iter() if isinstance(e.tag, str) and e.getparent() is not None)


def _rewrite(element: Any) -> None:
    element.attrib.pop("aria-hidden", None)  # the rest is visible
    tag = element.tag
    if tag in ("sup", "sub"):
        _enclose(element, *(RAISED if tag == "sup" else LOWERED))
    elif tag in ("span", "small") and _is_raised(element):
        _enclose(element, *RAISED)
    elif tag == "q":
        _enclose(element, *_quotes(element))
    elif tag == "math":
        _replace(element, formula(element))
    elif tag in _STRIPPED or (tag in _INLINE and _is_in_sentence(element)):
        element.drop_tag()
    elif tag in _UNFOLDED:
        element.tag = _UNFOLDED[tag]
    elif tag == "pre":
        _unwrap(element)


def _remove(element: Any) -> None:
    """Removes an element, with the space before it if a comma or full stop follows."""
    if element.getparent() is None:
        return
    before = text_before(element)
    if _CLOSING.match(element.tail or "") and before.endswith((" ", "\n")):
        _set_text_before(element, before.rstrip())
        element.tail = element.tail.lstrip()
    element.drop_tree()


def _set_text_before(element: Any, text: str) -> None:
    previous = element.getprevious()
    if previous is None:
        element.getparent().text = text
    else:
        previous.tail = text


def _join_spaces(tree: Any) -> None:
    """Collapses white space to single spaces, as browsers do, except in ``pre``."""
    for element in tree.iter():
        kept = isinstance(element.tag, str) and (
            element.tag in ("pre", "script", "style", "textarea") or _is_preformatted(element)
        )
        if element.text and isinstance(element.tag, str) and not kept:
            element.text = _SPACES.sub(" ", element.text)
        if element.tail and not _is_preformatted(element):
            element.tail = _SPACES.sub(" ", element.tail)


def _is_preformatted(element: Any) -> bool:
    return next(element.iterancestors("pre"), None) is not None


def _enclose(element: Any, left: str, right: str) -> None:
    """Replaces an element by its content between ``left`` and ``right``."""
    element.text = left + (element.text or "")
    if len(element):
        element[-1].tail = (element[-1].tail or "") + right
    else:
        element.text += right
    element.drop_tag()


def _replace(element: Any, text: str) -> None:
    """Replaces an element by ``text``, separated from a digit before it."""
    separate = text_before(element)[-1:].isdigit() and text[:1].isdigit()
    for child in list(element):
        element.remove(child)
    element.text = f" {text}" if separate else text
    element.drop_tag()


def _quotes(element: Any) -> tuple[str, str]:
    """The quotation marks of a ``q`` element; none if its text already has some."""
    if words(element)[:1] in ("“", '"', "„", "«", "‘", "'"):
        return "", ""
    depth = sum(1 for _ in element.iterancestors("q"))
    return ("‘", "’") if depth % 2 else ("“", "”")


def _is_note_mark(element: Any) -> bool:
    """Whether an element is a footnote mark, or a link back from a footnote."""
    if element.tag not in ("a", "sup", "span", "small", "cite"):
        return False
    text = words(element)
    if not _NOTE_TEXT.fullmatch(text):
        return False
    role = f"{element.get('role') or ''} {element.get('epub:type') or ''}"
    if "noteref" in role or "backlink" in role or _NOTE_CLASS.search(element.get("class") or ""):
        return True
    if element.tag != "a":
        return False
    address = element.get("href") or ""
    glued = not text_before(element)[-1:].isspace() and text_before(element) != ""
    return bool(_NOTE_ADDRESS.search(address)) or (address.startswith("#") and glued)


def _is_raised(element: Any) -> bool:
    """Whether a span is raised like ``sup``: the cents of a price, or a fraction."""
    named = element.tag == "small" or _CENTS_CLASS.search(element.get("class") or "")
    if _RAISED_STYLE.search(element.get("style") or ""):
        return True
    is_part = named and _CENTS.fullmatch(words(element))
    return bool(is_part and line_around(element)[0][-1:].isdigit())


def _is_in_sentence(element: Any) -> bool:
    """Whether the words of an element are part of a sentence, a heading or a table cell."""
    before, after = line_around(element)
    if not words(element) or not any(map(str.isalnum, before + after)):
        return False
    if len(before + after) >= FAR:
        return True
    line = f"{before}{words(element)}{after}".rstrip()
    return block_of(element).tag in _SHORT_BLOCKS or _ENDS_SENTENCE.search(line) is not None


def _unwrap(pre: Any) -> None:
    """Replaces preformatted text by paragraphs, with its wrapped lines joined."""
    if pre.find("code") is not None:
        return
    paragraphs = [p for p in join_lines(pre.text_content()).split("\n") if p.strip()]
    for child in list(pre):
        pre.remove(child)
    pre.tag, pre.text = "div", None
    for paragraph in paragraphs:
        made = pre.makeelement("p")
        made.text = " ".join(paragraph.split())
        pre.append(made)


def _make_paragraphs(parent: Any) -> None:
    """Puts sentences that are directly in a block into paragraphs, else trafilatura drops them."""
    if not any((text or "").strip() for text in (parent.text, *(e.tail for e in parent))):
        return
    paragraph = parent.makeelement("p")
    paragraph.text, parent.text = parent.text, None
    for child in list(parent):
        if child.tag in BLOCKS or any(e.tag in BLOCKS for e in child.iterdescendants()):
            _insert(parent, parent.index(child), paragraph)
            paragraph = parent.makeelement("p")
            paragraph.text, child.tail = child.tail, None
        else:
            paragraph.append(child)
    _insert(parent, len(parent), paragraph)


def _insert(parent: Any, place: int, paragraph: Any) -> None:
    """Inserts ``paragraph``, or only its content if it has no sentence."""
    parent.insert(place, paragraph)
    if not _SENTENCE.search(words(paragraph)):
        paragraph.drop_tag()


def _break(br: Any, *, of_sentences: bool) -> None:
    """Replaces a line end inside a text of sentences by a space.

    Keeps two in a row, which separate paragraphs, and the lines of a list.
    """
    following, previous = br.getnext(), br.getprevious()
    doubled = (following is not None and following.tag == "br" and not (br.tail or "").strip()) or (
        previous is not None and previous.tag == "br" and not (previous.tail or "").strip()
    )
    if of_sentences and not doubled:
        br.tail = f" {(br.tail or '').lstrip()}"
        br.drop_tag()

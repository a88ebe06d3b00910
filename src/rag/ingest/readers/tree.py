"""The text of the elements of a web page, and the text around them.

Works on lxml trees without importing lxml.
"""

from typing import Any

__all__ = ["BLOCKS", "FAR", "block_of", "line_around", "text_before", "words"]

BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "caption", "dd", "details", "div", "dl",
     "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5",
     "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section", "summary",
     "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"}
)  # fmt: skip
"""Elements that begin and end a block of text."""


FAR = 1000
"""The maximum characters to collect; a longer line is running text."""


def words(element: Any) -> str:
    """The text of an element, with single spaces."""
    return " ".join(element.text_content().split())


def line_around(element: Any) -> tuple[str, str]:
    """The text before and after ``element`` up to the next block or line end, or about ``FAR``."""
    block, before, after = block_of(element), "", ""
    while element is not None and element is not block and len(before + after) < FAR:
        before = _text_up_to(element) + before
        after += _text_from(element)
        if _bounds(element.getprevious()) and _bounds(element.getnext()):
            break
        element = element.getparent()
    return before, after


def block_of(element: Any) -> Any:
    """The nearest block around ``element``."""
    return next((e for e in element.iterancestors() if e.tag in BLOCKS), element.getparent())


def _bounds(sibling: Any) -> bool:
    return sibling is not None and (sibling.tag in BLOCKS or sibling.tag == "br")


def _text_up_to(element: Any) -> str:
    """The text before ``element`` among its siblings."""
    text, sibling = "", element.getprevious()
    while sibling is not None and not _bounds(sibling) and len(text) < FAR:
        own = sibling.text_content() if isinstance(sibling.tag, str) else ""
        text = own + (sibling.tail or "") + text
        sibling = sibling.getprevious()
    start = element.getparent().text if sibling is None else sibling.tail
    return (start or "") + text


def _text_from(element: Any) -> str:
    """The text after ``element`` among its siblings."""
    text, sibling = element.tail or "", element.getnext()
    while sibling is not None and not _bounds(sibling) and len(text) < FAR:
        own = sibling.text_content() if isinstance(sibling.tag, str) else ""
        text += own + (sibling.tail or "")
        sibling = sibling.getnext()
    return text


def text_before(element: Any) -> str:
    """The text directly before ``element``, up to the previous element."""
    previous = element.getprevious()
    text = element.getparent().text if previous is None else previous.tail
    return text or ""

"""Finds the elements of a web page that a reader does not see, and advertisements.

Works on lxml trees without importing lxml.
"""

import re
from collections.abc import Set
from typing import Any

from rag.ingest.readers.tree import BLOCKS, words

__all__ = ["hidden_classes", "is_advertisement", "is_unseen"]

_STRUCK = frozenset({"del", "s", "strike", "template", "rt", "rp", "rtc"})
_WHOLE = frozenset({"html", "head", "body", "main", "article", "h1"})
"""Elements that always count as visible: if hidden, a script of the page shows them."""
# Names of classes in use, without hyphens, underscores and prefixes such as "govuk-".
_CLASS = re.compile(
    r"sronly|srtext|(?:screenreader|sr)(?:text|only)?|visuallyhidden(?:focusable)?|a11yhidden"
    r"|(?:element)?invisible|offscreen|dnone|(?:is)?hidden|hiddentext|hide|displaynone"
    r"|strikethrough|linethrough|struck(?:out)?|deleted"
)
_PREFIXED = re.compile(r".+(?:visuallyhidden|sronly|screenreadertext)")
_SHOWN_WIDER = re.compile(r"\w+:(?:block|inline|flex|grid|table)|d-\w+-(?:block|inline|flex|table)")
_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0*)?\s*(?:;|!|$)"
    r"|font-size\s*:\s*0(?:px|em|%)?\s*(?:;|!|$)|text-decoration(?:-line)?\s*:[^;]*line-through"
    r"|(?:left|top|right|text-indent)\s*:\s*-\d{3,}|clip\s*:\s*rect\(\s*(?:0|1px)"
    r"|clip-path\s*:\s*inset\(\s*(?:50|100)%",
    re.IGNORECASE,
)
_AD_CLASS = re.compile(
    r"(?:^|[\s_-])(?:ads?|adverts?|advertisements?|sponsored|promo)(?:$|[\s_-])", re.IGNORECASE
)
_AD_LABEL = re.compile(r"ADVERTISEMENT\b(?! [A-Z]{2})|Advertisement:?$")
_AT_RULE = re.compile(r"@[^{};]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SELECTOR = re.compile(r"\s*(?:[a-z]+)?\.([\w-]+)\s*")


def hidden_classes(tree: Any) -> frozenset[str]:
    """The classes that the page's own style sheets hide or strike out.

    Ignores rules for some media only, such as print.
    """
    found: set[str] = set()
    for sheet in tree.iter("style"):
        for selectors, style in _RULE.findall(_AT_RULE.sub("", sheet.text or "")):
            if _STYLE.search(style):
                names = map(_SELECTOR.fullmatch, selectors.split(","))
                found |= {name[1] for name in names if name}
    return frozenset(found)


def is_unseen(element: Any, hidden: Set[str]) -> bool:
    """Whether ``element`` is struck out or hidden, also by one of the ``hidden`` classes."""
    if element.tag in _STRUCK or (element.tag == "dialog" and element.get("open") is None):
        return True
    hides = (
        element.get("hidden") is not None
        or _STYLE.search(element.get("style") or "")
        or _is_hidden_by_class(element, hidden)
        or (element.get("aria-hidden") == "true" and not _is_read_otherwise(element, hidden))
    )
    return (
        bool(hides)
        and element.tag not in _WHOLE
        and not any(True for _ in element.iter("main", "article", "h1"))
    )


def is_advertisement(element: Any, *, length: int) -> bool:
    """Whether a block says that it is an advertisement, and is not most of the text.

    ``length`` is the length of the page's text, in characters.
    """
    if element.tag in _WHOLE or element.tag not in BLOCKS | {"ins"}:
        return False
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    first = next((text.strip() for text in element.itertext() if text.strip()), "")
    if not _AD_CLASS.search(named) and not _AD_LABEL.match(first):
        return False
    is_small = len(words(element)) * 2 < length
    return is_small and not any(True for _ in element.iter("main", "article", "h1"))


def _is_hidden_by_class(element: Any, hidden: Set[str]) -> bool:
    names = (element.get("class") or "").split()
    if any(map(_SHOWN_WIDER.fullmatch, names)):
        return False
    bare = [re.sub(r"[-_]", "", name.lower()) for name in names]
    return not hidden.isdisjoint(names) or any(
        _CLASS.fullmatch(name) or _PREFIXED.fullmatch(name) for name in bare
    )


def _is_read_otherwise(element: Any, hidden: Set[str]) -> bool:
    """Whether text that screen readers skip is visible, because they read a hidden text instead.

    A single letter is the large initial of a word.
    """
    beside = (other for other in element.getparent() if other is not element)
    if len((element.text_content() or "").strip()) == 1:
        return True
    return any(isinstance(e.tag, str) and _is_hidden_by_class(e, hidden) for e in beside)

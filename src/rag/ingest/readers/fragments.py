"""The text of an HTML fragment that contains only the article."""

from typing import Any

from rag.ingest.readers.marks import resolve
from rag.ingest.readers.markup import prepare
from rag.ingest.readers.tree import BLOCKS

__all__ = ["fragment_text", "plain_or_fragment"]

_UNREAD = frozenset({"img", "script", "style", "head", "svg", "iframe", "video", "audio"})
_SIGNS = ("</", "<p>", "<p ", "<br", "<div", "<img")


def fragment_text(markup: str) -> str:
    """The words without markup and images. A blank line separates the blocks."""
    from lxml import html

    tree = html.fromstring(f"<div>{markup}</div>")
    prepare(tree)
    blocks = [""]
    _collect(tree, blocks)
    return "\n\n".join(filter(None, map(str.strip, resolve("\n\n".join(blocks)).split("\n\n"))))


def plain_or_fragment(text: str) -> str:
    """``text`` unchanged, or without markup if it is HTML."""
    return fragment_text(text) if any(sign in text.lower() for sign in _SIGNS) else text


def _collect(element: Any, blocks: list[str]) -> None:
    """Adds the text of ``element`` to the last of ``blocks``, and begins one for each block."""
    is_cell = element.tag in ("td", "th")
    is_block = (element.tag in BLOCKS or element.tag == "br") and not is_cell
    if is_block:
        blocks.append("")
    elif is_cell and element.getprevious() is not None:
        blocks[-1] = f"{blocks[-1].rstrip()} | "
    blocks[-1] += element.text or ""
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _UNREAD:
            _collect(child, blocks)
        blocks[-1] += child.tail or ""
    if is_block:
        blocks.append("")

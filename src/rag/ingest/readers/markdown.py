"""Markdown, with or without front matter. HTML inside it is read as in a web page."""

import re
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from rag.ingest.readers.base import ReadFile
from rag.ingest.readers.decoding import decode
from rag.ingest.readers.front_matter import split_front_matter
from rag.ingest.readers.marks import resolve
from rag.ingest.readers.markup import prepare
from rag.ingest.readers.tree import BLOCKS

__all__ = ["MarkdownReader"]

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
# Footnotes; templates of Jekyll, Hugo and WordPress; attributes of Kramdown.
_TEMPLATES = (
    re.compile(r"\[\^[^\]\s]+\]:?"),
    re.compile(r"\{%.*?%\}|\{\{[<%].*?[>%]\}\}|^\{:.*\}$", re.MULTILINE),
    re.compile(r"\[/?(?:caption|gallery|embed|audio|video|playlist)\b[^\]]*\]"),
)
_WIKI_LINK = re.compile(r"\[\[(?:[^\]|\n]*\|)?([^\]|\n]+)\]\]")
_DEFINITION = re.compile(r"\n[ ]{0,3}:[ ]+")
_UNREAD = frozenset({"img", "script", "style", "head", "svg", "iframe", "video", "audio"})


class MarkdownReader:
    """Reads Markdown files."""

    suffixes = (".md", ".markdown")

    def read(self, path: Path, data: bytes) -> ReadFile:
        """The words without their marks, one paragraph per block, without images."""
        decoded = decode(path, data)
        stated, text = split_front_matter(path, decoded.text)
        return ReadFile(text=_markdown_text(text), stated=stated, warnings=decoded.warnings)


def _markdown_text(text: str) -> str:
    """Removes Markdown and HTML markup, and images. A blank line separates the blocks."""
    from lxml import html

    for pattern in (_COMMENT, *_TEMPLATES):
        text = pattern.sub("", text)
    text = _DEFINITION.sub("\n\n", _WIKI_LINK.sub(r"\1", text))
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    tree = html.fromstring(f"<div>{parser.render(text)}</div>")
    prepare(tree)
    blocks = [""]
    _collect(tree, blocks)
    return "\n\n".join(filter(None, map(str.strip, resolve("\n\n".join(blocks)).split("\n\n"))))


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

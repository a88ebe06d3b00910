"""Markdown, with or without front matter. HTML inside it is read as in a web page."""

import re
from pathlib import Path

from markdown_it import MarkdownIt

from rag.ingest.readers.base import ReadFile
from rag.ingest.readers.decoding import decode
from rag.ingest.readers.fragments import fragment_text
from rag.ingest.readers.front_matter import split_front_matter

__all__ = ["MarkdownReader"]

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
# Footnotes; templates of Jekyll, Hugo and WordPress; attributes and fences of Kramdown and Pandoc;
# task boxes; wiki images.
_TEMPLATES = (
    re.compile(r"\[\^[^\]\s]+\]:?"),
    re.compile(r"\{%.*?%\}|\{\{[<%].*?[>%]\}\}", re.MULTILINE),
    re.compile(r"\{:[^{}\n]*\}|[ ]\{[#.][^{}\n]*\}(?=[ ]*$)|^[ ]*:{3,}.*$", re.MULTILINE),
    re.compile(r"(?<=[-*+][ ])\[[ xX]\][ ]|\[\[(?:File|Image):[^\[\]]*\]\]"),
    re.compile(r"\[/?(?:caption|gallery|embed|audio|video|playlist)\b[^\]]*\]"),
)
_WIKI_LINK = re.compile(r"\[\[(?:[^\]|\n]*\|)?([^\]|\n]+)\]\]")
_DEFINITION = re.compile(r"\n[ ]{0,3}:[ ]+")


class MarkdownReader:
    """Reads Markdown files."""

    suffixes = (".md", ".markdown")

    def read(self, path: Path, data: bytes) -> ReadFile:
        """The text without markup and images, one paragraph per block."""
        decoded = decode(path, data)
        stated, text = split_front_matter(path, decoded.text)
        return ReadFile(text=_markdown_text(text), stated=stated, warnings=decoded.warnings)


def _markdown_text(text: str) -> str:
    """Removes Markdown and HTML markup, and images. A blank line separates the blocks."""
    for pattern in (_COMMENT, *_TEMPLATES):
        text = pattern.sub("", text)
    text = _DEFINITION.sub("\n\n", _WIKI_LINK.sub(r"\1", text))
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return fragment_text(parser.render(text))

"""Markdown, with or without front matter. HTML inside it is read as in a web page."""

import re
from pathlib import Path

from markdown_it import MarkdownIt

from rag.ingest.dates import dated_line
from rag.ingest.metadata import is_byline, is_outlet_line
from rag.ingest.readers.base import ReadFile
from rag.ingest.readers.decoding import decode
from rag.ingest.readers.fragments import fragment_text
from rag.ingest.readers.front_matter import split_front_matter

__all__ = ["MarkdownReader"]

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
# Footnotes; templates of Jekyll, Hugo and WordPress; attributes and fences of Kramdown and Pandoc;
# task boxes; wiki images, embedded notes, comments and inline footnotes.
_TEMPLATES = (
    re.compile(r"\[\^[^\]\s]+\]:?"),
    re.compile(r"\{%.*?%\}|\{\{[<%].*?[>%]\}\}", re.MULTILINE),
    re.compile(r"\{:[^{}\n]*\}|[ ]\{[#.][^{}\n]*\}(?=[ ]*$)|^[ ]*:{3,}.*$", re.MULTILINE),
    re.compile(r"(?<=[-*+][ ])\[[ xX]\][ ]|\[\[(?:File|Image):[^\[\]]*\]\]"),
    re.compile(r"!\[\[[^\[\]]*\]\]|%%[^%]*%%|\^\[[^\[\]]*\]"),
    re.compile(r"\[/?(?:caption|gallery|embed|audio|video|playlist)\b[^\]]*\]"),
)
_HEAD = 8  # lines of the head, which may be written below one another
_WIKI_LINK = re.compile(r"\[\[(?:[^\]|\n]*\|)?([^\]|\n]+)\]\]")
# Markup of dialects as CommonMark or HTML: definitions, titles of Obsidian's callouts, highlighted
# text, and subscripts and superscripts. A year at the start of a line is not a list number.
_DIALECTS = (
    (re.compile(r"\n[ ]{0,3}:[ ]+"), "\n\n"),
    (re.compile(r"^((?:>[ ]?)+)\[!\w+\][+-]?[ ]*(.*)$", re.MULTILINE), r"\1\2\n\1"),
    (re.compile(r"==(?=\S)([^=\n]+)(?<=\S)=="), r"\1"),
    (re.compile(r"(?<=[A-Za-z])~(\w{1,3})~(?!~)"), r"<sub>\1</sub>"),
    (re.compile(r"(?<=\w)\^([\w+-]{1,5})\^"), r"<sup>\1</sup>"),
    (re.compile(r"^([ ]{0,3}\d{3,})([.)])(?=[ ])", re.MULTILINE), r"\1\\\2"),
)


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
    text = _WIKI_LINK.sub(r"\1", text)
    for pattern, plain in _DIALECTS:
        text = pattern.sub(plain, text)
    text = _with_separate_head(text)
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return fragment_text(parser.render(text))


def _with_separate_head(text: str) -> str:
    """``text`` with blank lines around the byline, outlet and date, which Markdown would join."""
    lines = text.lstrip().split("\n")
    bare = [line.strip(" \t\r*_#") for line in lines[:_HEAD]]
    for i, (above, line, below) in enumerate(zip(["", *bare], bare, [*bare[1:], ""], strict=False)):
        if is_byline(line) or dated_line(line) or is_outlet_line(line, above=above, below=below):
            lines[i] = f"\n{lines[i]}\n"
    return "\n".join(lines)

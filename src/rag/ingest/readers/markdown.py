"""Markdown, with or without front matter."""

from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from rag.ingest.readers.base import ReadFile
from rag.ingest.readers.decoding import decode
from rag.ingest.readers.front_matter import split_front_matter

__all__ = ["MarkdownReader"]


class MarkdownReader:
    """Reads Markdown files."""

    suffixes = (".md", ".markdown")

    def read(self, path: Path, data: bytes) -> ReadFile:
        """The words without their marks, one paragraph per block, without images."""
        stated, text = split_front_matter(path, decode(path, data))
        return ReadFile(text=_markdown_text(text), stated=stated)


def _inline_text(token: Token) -> str:
    breaks = {"softbreak": "\n", "hardbreak": "\n"}
    return "".join(
        breaks.get(child.type, child.content)
        for child in token.children or []
        if child.type != "image"
    )


def _markdown_text(text: str) -> str:
    """Removes Markdown markup and images. A blank line separates the blocks."""
    blocks = []
    for token in MarkdownIt("commonmark", {"html": False}).parse(text):
        if token.type == "inline":
            blocks.append(_inline_text(token))
        elif token.type in ("fence", "code_block"):
            blocks.append(token.content.rstrip("\n"))
    return "\n\n".join(block for block in blocks if block.strip())

"""File readers: one module per file format, and the list of them.

To add a format, write a class with the methods of ``FileReader`` and add it to ``READERS``.
"""

from pathlib import Path

from rag.ingest.readers.base import FileReader, ReadFile
from rag.ingest.readers.html import HtmlReader
from rag.ingest.readers.markdown import MarkdownReader
from rag.ingest.readers.text import TextReader

__all__ = ["READERS", "SUFFIXES", "FileReader", "ReadFile", "reader_for"]

READERS: tuple[FileReader, ...] = (TextReader(), MarkdownReader(), HtmlReader())
"""Every file format that is indexed and can be uploaded."""

SUFFIXES = tuple(suffix for reader in READERS for suffix in reader.suffixes)
"""The endings of their files."""


def reader_for(path: Path) -> FileReader:
    """The reader for a file's ending; any other file is read as plain text."""
    suffix = path.suffix.lower()
    return next((reader for reader in READERS if suffix in reader.suffixes), READERS[0])

"""File readers: one module per file format, and the list of them.

To add a format, write a class with the methods of ``FileReader``, or of ``CollectionReader`` if its
files contain many articles, and add it to ``READERS``.
"""

from pathlib import Path

from rag.ingest.readers.archives import GzipReader, TarReader, ZipReader
from rag.ingest.readers.base import CollectionReader, FileReader, Limits, Member, ReadFile
from rag.ingest.readers.csv_table import CsvReader
from rag.ingest.readers.docx import DocxReader
from rag.ingest.readers.epub import EpubReader
from rag.ingest.readers.feed import FeedReader
from rag.ingest.readers.html import HtmlReader
from rag.ingest.readers.json_values import JsonLinesReader, JsonReader
from rag.ingest.readers.mail import EmlReader, MboxReader, MhtmlReader
from rag.ingest.readers.markdown import MarkdownReader
from rag.ingest.readers.odt import OdtReader
from rag.ingest.readers.parquet import ParquetReader
from rag.ingest.readers.pdf import PdfReader
from rag.ingest.readers.text import TextReader
from rag.ingest.readers.warc import WarcReader

__all__ = [
    "READERS",
    "SUFFIXES",
    "CollectionReader",
    "FileReader",
    "Limits",
    "Member",
    "ReadFile",
    "is_readable",
    "kind_of",
    "reader_for",
]

READERS: tuple[FileReader | CollectionReader, ...] = (
    TextReader(),
    MarkdownReader(),
    HtmlReader(),
    MhtmlReader(),
    PdfReader(),
    DocxReader(),
    OdtReader(),
    EmlReader(),
    EpubReader(),
    MboxReader(),
    FeedReader(),
    JsonLinesReader(),
    JsonReader(),
    CsvReader(),
    ParquetReader(),
    WarcReader(),
    ZipReader(),
    TarReader(),
    GzipReader(),
)
"""Every file format that is indexed and can be uploaded."""

SUFFIXES = tuple(suffix for reader in READERS for suffix in reader.suffixes)
"""The endings of their files."""

_TEXT = TextReader()


def reader_for(path: Path) -> FileReader | CollectionReader:
    """The reader for a file's ending; any other file is read as plain text."""
    suffix = path.suffix.lower()
    return next((reader for reader in READERS if suffix in reader.suffixes), _TEXT)


def is_readable(path: Path) -> bool:
    """Whether a file in a folder or an archive may contain articles, judged by its name.

    False for hidden files, and for a README, because it describes a folder.
    """
    return kind_of(path) is not None and path.suffix.lower() in SUFFIXES


def kind_of(path: Path) -> str | None:
    """The ending of a file, or "without an ending"; None if it is hidden or a README.

    ``path`` is the name of the file, or its path in an archive.
    """
    if any(part.startswith((".", "__MACOSX")) for part in path.parts):
        return None
    return None if path.stem.lower() == "readme" else path.suffix.lower() or "without an ending"

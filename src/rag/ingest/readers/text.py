"""Plain text, with or without front matter."""

from pathlib import Path

from rag.ingest.readers.base import ReadFile
from rag.ingest.readers.decoding import decode
from rag.ingest.readers.front_matter import split_front_matter

__all__ = ["TextReader"]


class TextReader:
    """Reads ``.txt`` files."""

    suffixes = (".txt",)

    def read(self, path: Path, data: bytes) -> ReadFile:
        """The text after the front matter, unchanged."""
        decoded = decode(path, data)
        stated, text = split_front_matter(path, decoded.text)
        return ReadFile(text=text, stated=stated, warnings=decoded.warnings)

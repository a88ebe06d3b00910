"""The protocol that every file reader implements."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

__all__ = ["FileReader", "ReadFile"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """What a file contains: its text, and what it states about its article.

    ``stated`` has the keys of front matter: title, outlet, author, published, url, language, id.
    ``text`` separates paragraphs with blank lines. ``warnings`` says what was guessed or lost in
    reading; each names the file.
    """

    text: str
    stated: dict[str, object] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


class FileReader(Protocol):
    """Reads one file format. Safe for many threads."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """The endings of its files in lower case, with the dot."""

    def read(self, path: Path, data: bytes) -> ReadFile:
        """The content of a file.

        Args:
            path: the file's name, for messages.
            data: its bytes.

        Raises:
            IngestError: ``data`` is not of this format or holds no text; the message names the
                file and the remedy.
        """

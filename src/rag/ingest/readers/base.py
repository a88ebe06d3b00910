"""The protocols that every file reader implements, and what a reader returns."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol, runtime_checkable

from rag.errors import IngestError

__all__ = ["PAGE", "CollectionReader", "FileReader", "Limits", "Member", "ReadFile"]

PAGE = "\ufdd0"
"""Marks the beginning of a page in texts from readers that keep pages; a Unicode noncharacter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """The content of a file: its text, and the metadata it states.

    ``stated`` has the keys of front matter: title, outlet, author, published, url, language, id.
    ``text`` separates paragraphs with blank lines. ``warnings`` says what was guessed or lost in
    reading; each warning names the file.
    """

    text: str
    stated: dict[str, object] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


class FileReader(Protocol):
    """Reads one file format. Safe for many threads."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """The file endings in lower case, with the dot."""

    def read(self, path: Path, data: bytes) -> ReadFile:
        """The content of a file.

        Args:
            path: the file's name, for messages.
            data: its bytes.

        Raises:
            IngestError: ``data`` is not of this format or contains no text; the message names the
                file and the remedy.
        """


@dataclass(slots=True, kw_only=True)
class Limits:
    """The limits for a file of many articles, and which of its columns to read.

    ``max_bytes`` limits one article. ``unpacked`` is how many bytes may still be unpacked from
    the file and the archives in it. ``fields`` maps a field of ``ReadFile.stated``, or "text", to
    the column that contains it.
    """

    max_bytes: int
    unpacked: int
    fields: Mapping[str, str] = field(default_factory=dict)

    def unpack(self, path: Path, size: int) -> None:
        """Counts ``size`` unpacked bytes.

        Raises:
            IngestError: the file unpacks to more bytes than allowed.
        """
        self.unpacked -= size
        if self.unpacked < 0:
            raise IngestError(
                f"{path} unpacks to over 100 times the size of its archive; unpack it yourself if"
                " you trust it"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One of the articles in a file.

    ``name`` is unique in the file and stays the same when other members are added or removed.
    ``content`` is the content read; a function that opens a file, to be read by the ending of its
    name; an error that says why it cannot be read; or, if it is not an article, its kind as text,
    such as "row without text". An error with the empty name may affect any article of the file.
    """

    name: str
    content: ReadFile | Callable[[], BinaryIO] | IngestError | str


@runtime_checkable
class CollectionReader(Protocol):
    """Reads one format of files that contain many articles. Safe for many threads."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """The file endings in lower case, with the dot."""

    def members(self, path: Path, file: BinaryIO, limits: Limits) -> Iterator[Member]:
        """The articles in a file, in order, with at most one in memory at a time.

        Args:
            path: the file's name, for messages.
            file: its bytes; cannot be rewound if the file is in an archive.
            limits: the limits on reading. The caller opens each member before it requests the next.

        Raises:
            IngestError: the file is not of this format; members already yielded stay valid.
        """

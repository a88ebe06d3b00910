"""Reads the articles in a file, which may contain one or many."""

import io
import logging
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Protocol

from rag.errors import IngestError
from rag.ingest.article import article_of, unreadable
from rag.ingest.readers import (
    CollectionReader,
    Limits,
    Member,
    ReadFile,
    is_readable,
    kind_of,
    reader_for,
)
from rag.ingest.readers.streams import at_most
from rag.schema import Article

__all__ = ["Reading", "articles_in", "file_of", "is_lasting", "why_unread"]

_RATIO = 100  # maximum compression ratio of an archive; text of similar pages reaches 50
_DEEPEST = 3  # maximum depth of archives within archives
_DAMAGED = (OSError, EOFError, zlib.error, tarfile.TarError, zipfile.BadZipFile)

log = logging.getLogger(__name__)


class _Read(Protocol):
    def __call__(self, path: Path, *, root: Path, warn: Callable[[str], None]) -> Article: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How to read files, and the callbacks for files that are not articles.

    ``read`` reads a file that is one article. ``skip`` takes a path and the error that prevented
    reading, ``warn`` a name and a reason, ``pass_over`` a name and a kind.
    """

    read: _Read
    max_bytes: int
    language: str
    fields: Mapping[str, str]
    shared: Set[str]
    skip: Callable[[Path, Exception], None]
    warn: Callable[[str, str], None]
    pass_over: Callable[[str, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a file is: its path for messages, its name as an id, and its origin."""

    path: Path
    name: str
    origin: str

    def within(self, name: str) -> "_Place":
        return _Place(
            path=self.path / name, name=f"{self.name}/{name}", origin=f"{self.origin}/{name}"
        )


def articles_in(path: Path, *, root: Path, reading: Reading) -> Iterator[Article]:
    """Yields the articles in a file. A member that cannot be read is skipped.

    Raises:
        IngestError: the file cannot be read, or only in part; the message names the file and the
            remedy.
    """
    reader = reader_for(path)
    if not isinstance(reader, CollectionReader):
        yield reading.read(path, root=root, warn=partial(reading.warn, str(path)))
        return
    place = _Place(path=path, name=path.relative_to(root).as_posix(), origin=str(path.resolve()))
    limits = Limits(
        max_bytes=reading.max_bytes,
        unpacked=_RATIO * path.stat().st_size + reading.max_bytes,
        fields=reading.fields,
    )
    with path.open("rb", buffering=io.DEFAULT_BUFFER_SIZE * 8) as file:
        yield from _members(place, file, reader, reading, limits, depth=1)


def _members(
    place: _Place,
    file: BinaryIO,
    reader: CollectionReader,
    reading: Reading,
    limits: Limits,
    *,
    depth: int,
) -> Iterator[Article]:
    found = 0
    for member in reader.members(place.path, file, limits):
        found += 1
        where = place.within(member.name) if member.name else place
        try:
            yield from _member(member, where, reading, limits, depth)
        except Exception as error:
            if isinstance(error, IngestError) and limits.unpacked < 0:
                raise
            reading.skip(where.path, error)
    if not found:
        raise IngestError(f"{place.path} contains no articles; remove it or add some")


def _member(
    member: Member, place: _Place, reading: Reading, limits: Limits, depth: int
) -> Iterator[Article]:
    content = member.content
    if isinstance(content, IngestError):
        raise content
    if isinstance(content, str):
        reading.pass_over(str(place.path), content)
        return
    if isinstance(content, ReadFile):
        yield _article(content, place, reading)
        return
    if not is_readable(Path(member.name)):
        if kind := kind_of(Path(member.name)):
            reading.pass_over(str(place.path), kind)
        return
    reader = reader_for(place.path)
    with content() as file:
        if not isinstance(reader, CollectionReader):
            data = at_most(place.path, file, reading.max_bytes)
            yield _article(reader.read(place.path, data), place, reading)
        elif depth == _DEEPEST:
            raise IngestError(f"{place.path} is over {_DEEPEST} archives deep; unpack it yourself")
        else:
            yield from _members(place, file, reader, reading, limits, depth=depth + 1)


def _article(source: ReadFile, place: _Place, reading: Reading) -> Article:
    return article_of(
        source,
        path=place.path,
        name=place.name,
        origin=place.origin,
        language=reading.language,
        shared=reading.shared,
        warn=partial(reading.warn, str(place.path)),
    )


def why_unread(path: Path, error: Exception) -> str:
    """The reason as a message of one line; logs unexpected errors."""
    if isinstance(error, IngestError):
        return " ".join(str(error).splitlines())
    if isinstance(error, OSError) and error.strerror:
        return unreadable(path, error)
    if not isinstance(error, _DAMAGED):
        log.warning("%s cannot be read", path, exc_info=error)
    what = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    return f"{path} cannot be read ({what}); it is damaged, or not what its ending says"


def is_lasting(error: Exception) -> bool:
    """Whether a file that could not be read will stay unreadable unless it changes.

    False if the system denied access, time or memory ran out, or the error was unexpected.
    """
    if isinstance(error, IngestError):
        return not isinstance(error.__cause__, OSError)
    return isinstance(error, _DAMAGED) and not isinstance(error, OSError)


def file_of(origin: str) -> Path | None:
    """The file that an article came from, which may contain more; None if it no longer exists."""
    path = Path(origin)
    return next((each for each in (path, *path.parents) if _is_file(each)), None)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a member's name is not a valid file name
        return False

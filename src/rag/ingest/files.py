"""Finds article files in folders and reads them."""

import errno
import math
import stat
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rag.config import Config
from rag.errors import IngestError, UsageError
from rag.ingest.article import unreadable
from rag.ingest.bounded import BoundedReading
from rag.ingest.collections import Reading, articles_in, is_lasting, why_unread
from rag.ingest.file_cache import FileCache
from rag.ingest.file_state import Notes
from rag.ingest.readers import SUFFIXES, CollectionReader, kind_of, reader_for
from rag.ingest.readers.fields import parse_fields
from rag.ingest.readers.html import HtmlReader
from rag.ingest.readers.page import address_in
from rag.schema import Article

__all__ = [
    "Found",
    "find_files",
    "is_missing",
    "look_below",
    "read_articles",
    "read_files",
    "same_id",
]

Skipped = tuple[str, str]
_HEAD_BYTES = 100_000  # bytes of a page to search for its URL; the largest heads have about 50,000


@dataclass(slots=True)
class Found:
    """The files to read as (file, root), other files with their kinds, and rejected paths.

    The root is the given folder, or the folder of a given file. A kind is an ending such as ".doc",
    "without an ending", or "linked folder". Each rejected path has a reason.
    """

    files: list[tuple[Path, Path]] = field(default_factory=list)
    left_out: list[tuple[Path, str]] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


def look_below(given: Path, *, follow_links: bool = False) -> Found:
    """Finds the files at or below ``given`` that may be articles, sorted by path.

    Hidden files and folders are skipped. A README is not an article, because it describes a folder.
    Unless ``follow_links`` is true, links that lead out of the folder are rejected, and links to
    folders are left out. Inaccessible paths are rejected.
    """
    try:
        if not stat.S_ISDIR(given.stat().st_mode):
            return Found(files=[(given, given.parent)])
    except OSError as error:
        return Found(skipped=[(str(given), unreadable(given, error))])
    found, entered = Found(), set[tuple[int, int]]()
    waiting = [given]
    while waiting:  # no recursion: folders may be deeper than Python's stack
        path = waiting.pop()
        try:
            kind = _kind(path, given, follow_links=follow_links)
            if kind == "folder" and _is_new(path, entered):
                inside = (each for each in path.iterdir() if not each.name.startswith("."))
                waiting += sorted(inside, reverse=True)
            elif kind == "article":
                found.files.append((path, given))
            elif kind not in ("folder", None):
                found.left_out.append((path, kind))
        except OSError as error:
            found.skipped.append((str(path), unreadable(path, error)))
        except IngestError as error:
            found.skipped.append((str(path), str(error)))
    return found


def _kind(path: Path, root: Path, *, follow_links: bool) -> str | None:
    """The kind of ``path``: "folder", "article", or a kind to leave out; None to ignore it."""
    mode = path.lstat().st_mode
    is_link = stat.S_ISLNK(mode) and path != root
    if is_link or path == root:
        mode = path.stat().st_mode
    is_folder, kind = stat.S_ISDIR(mode), kind_of(Path(path.name))
    if not is_folder and (not stat.S_ISREG(mode) or path.suffix.lower() not in SUFFIXES):
        return kind if stat.S_ISREG(mode) else None
    if is_link and not follow_links:
        if not (target := path.resolve()).is_relative_to(root.resolve()):
            raise IngestError(
                f"{path} is a link out of the folder, to {target}; follow it with --follow-links"
            )
        if is_folder:
            return "linked folder"
    return "folder" if is_folder else kind and "article"


def _is_new(folder: Path, entered: set[tuple[int, int]]) -> bool:
    """Whether ``folder`` is entered for the first time; links can form cycles."""
    status = folder.stat()
    known = (status.st_dev, status.st_ino) in entered
    entered.add((status.st_dev, status.st_ino))
    return not known


def find_files(paths: Sequence[Path], *, follow_links: bool = False) -> Found:
    """Finds every file to read below ``paths``.

    Raises:
        UsageError: a path does not exist or contains no articles.
    """
    together = Found()
    for path in paths:
        if is_missing(path):
            raise UsageError(f"{path} does not exist; name a folder of articles or a file")
        found = look_below(path, follow_links=follow_links)
        if not found.files and not found.skipped:
            raise UsageError(
                f"{path} contains no articles; put {' or '.join(SUFFIXES)} files there"
            )
        together.files += found.files
        together.left_out += found.left_out
        together.skipped += found.skipped
    return together


def is_missing(path: Path) -> bool:
    """Whether ``path`` certainly does not exist; false if it cannot be accessed."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return True
    except OSError as error:
        return error.errno == errno.ENAMETOOLONG
    return False


def read_files(
    files: Sequence[tuple[Path, Path]],
    *,
    config: Config,
    skipped: list[Skipped],
    warned: list[Skipped] | None = None,
    pass_over: Callable[[str, str], None] = lambda *_: None,
    cache: FileCache | None = None,
    beside: Sequence[tuple[Path, Path]] = (),
) -> Iterator[Article]:
    """Yields the articles of each file.

    A URL that several pages share is not used as an id; these include the files ``beside``, which
    are not read.

    Files and members that cannot be read as articles are added to ``skipped``, and those read only
    in part to ``warned``, each with the reason. ``pass_over`` is called with the name and the kind
    of each other member. With a ``cache``, unchanged files are not read again: the results are the
    same, but the articles have no texts.
    """
    told = _Told(skipped=skipped, warned=[] if warned is None else warned, passed_over=pass_over)
    if cache:
        cache.look([*files, *beside])
    max_bytes = int(config.max_file_mb * 1_000_000)
    shared = _shared_addresses([*files, *beside], cache)
    bounded = BoundedReading(max_bytes=max_bytes, language=config.language, shared=shared)
    reading = Reading(
        read=bounded.read,
        max_bytes=max_bytes,
        language=config.language,
        fields=parse_fields(config.fields),
        shared=shared,
        skip=told.skip,
        warn=told.warn,
        pass_over=told.pass_over,
    )
    with bounded:
        if cache is None:
            for path, root in files:
                yield from _read(path, root, reading, told)
        else:
            yield from _read_changed(files, reading, told, cache)


@dataclass(slots=True, kw_only=True)
class _Told:
    """Receives the reports of ``read_files`` on files and members that are not articles.

    ``notes`` belongs to the file that is being read.
    """

    skipped: list[Skipped]
    warned: list[Skipped]
    passed_over: Callable[[str, str], None]
    notes: Notes = field(default_factory=Notes)

    def skip(self, path: Path, error: Exception) -> None:
        reason = why_unread(path, error)
        self.notes.skip(str(path), reason, is_lasting=is_lasting(error))
        self.skipped.append((str(path), reason))

    def warn(self, name: str, reason: str) -> None:
        self.notes.warned.append((name, reason))
        self.warned.append((name, reason))

    def pass_over(self, name: str, kind: str) -> None:
        self.notes.pass_over(name, kind)
        self.passed_over(name, kind)


def _read(path: Path, root: Path, reading: Reading, told: _Told) -> Iterator[Article]:
    try:
        for article in articles_in(path, root=root, reading=reading):
            told.notes.add(article, is_shared=article.url in reading.shared)
            yield article
    except Exception as error:  # noqa: BLE001 - one file of many; why_unread logs it
        told.skip(path, error)


def _read_changed(
    files: Sequence[tuple[Path, Path]], reading: Reading, told: _Told, cache: FileCache
) -> Iterator[Article]:
    """Reads the files that have changed; for the others, repeats the remembered results."""
    cache.begin()
    for path, root in files:
        if (notes := cache.unchanged(path, root, reading.shared)) is not None:
            yield from _again(notes, told, cache)
            continue
        told.notes = Notes()
        holds_many = isinstance(reader_for(path), CollectionReader)
        for article in _read(path, root, reading, told):
            if not holds_many:  # counted before it is indexed, for a correct estimate
                cache.count(path, root, articles=1)
            yield article
        if holds_many or not told.notes.articles:
            cache.count(path, root, articles=len(told.notes.articles))
        cache.remember(path, root, told.notes)


def _again(notes: Notes, told: _Told, cache: FileCache) -> Iterator[Article]:
    told.warned.extend(notes.warned)
    for name, kind in notes.passed_over():
        told.passed_over(name, kind)
    for place, given in enumerate([*notes.articles, None]):
        told.skipped.extend((name, why) for before, name, why in notes.skipped if before == place)
        if given:
            yield cache.article(given)


def _shared_addresses(
    files: Sequence[tuple[Path, Path]], cache: FileCache | None
) -> frozenset[str]:
    """The URLs that several web pages among ``files`` state as their own."""
    found: Counter[str] = Counter()
    for path, root in files:
        if path.suffix.lower() in HtmlReader.suffixes:
            try:
                address = cache.address(path, root, _address) if cache else _address(path)
            except OSError:  # reading it later reports the reason
                continue
            found.update([address] if address else [])
    return frozenset(address for address, count in found.items() if count > 1)


def _address(page: Path) -> str | None:
    with page.open("rb") as file:
        return address_in(file.read(_HEAD_BYTES))


def read_articles(
    paths: Sequence[str | Path], *, config: Config | None = None, max_mb: float = math.inf
) -> tuple[tuple[Article, ...], tuple[Skipped, ...]]:
    """Reads the articles below ``paths`` as indexing does, but does not index them.

    Returns the articles, and the rejected files with the reason for each.

    Raises:
        UsageError: a path does not exist or contains no articles.
        IngestError: the texts have more than ``max_mb`` million characters in total.
    """
    articles: dict[str, Article] = {}
    length = 0
    config = config or Config()
    found = find_files([Path(path) for path in paths], follow_links=config.follow_links)
    skipped = found.skipped
    for article in read_files(found.files, config=config, skipped=skipped):
        length += len(article.text)
        if length > max_mb * 1_000_000:
            raise IngestError(f"the articles are over {max_mb:g} MB together; take fewer")
        first = articles.setdefault(article.id, article)
        if first is not article:
            skipped.append((article.origin, same_id(article, first.origin)))
    return tuple(articles.values()), tuple(skipped)


def same_id(article: Article, other: str) -> str:
    """The reason to reject ``article`` if an earlier file, ``other``, has the same id."""
    return (
        f"{article.origin or 'an article'} has the same id {article.id!r} as"
        f" {other or 'another article'};"
        " index their common folder, or give one of them another id in its front matter"
    )

"""Finds article files in folders and reads them."""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rag.config import Config
from rag.errors import IngestError, UsageError
from rag.ingest.collections import Reading, articles_in, why_unread
from rag.ingest.readers import SUFFIXES, kind_of
from rag.ingest.readers.fields import parse_fields
from rag.ingest.readers.html import HtmlReader
from rag.ingest.readers.page import address_in
from rag.schema import Article

__all__ = [
    "article_files",
    "files_below",
    "find_files",
    "passed_over",
    "read_articles",
    "read_files",
    "same_id",
]

Skipped = tuple[str, str]
_HEAD_BYTES = 100_000  # of a page, searched for its address; the largest heads have about 50,000


def _ignore(_: str, __: str) -> None:
    """Discards what was passed over."""


def article_files(root: Path) -> Iterator[Path]:
    """The files below ``root`` that may be articles, sorted by path; ``root`` itself if a file.

    Hidden files and folders are skipped, and links to folders are not followed. A README is not an
    article, because it describes a folder.
    """
    if root.is_file():
        yield root
        return
    try:
        paths = sorted(root.iterdir())
    except OSError:
        yield root  # reading it reports why it cannot be listed
        return
    for path in paths:
        if path.name.startswith("."):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from article_files(path)
        elif path.is_file() and path.suffix.lower() in SUFFIXES and path.stem.lower() != "readme":
            yield path


def passed_over(root: Path) -> Iterator[tuple[Path, str]]:
    """Yields what ``article_files`` leaves out below ``root``, each with its kind.

    A kind is an ending such as ".doc", "without an ending", or "linked folder". Hidden files and
    README files are not among them.
    """
    try:
        paths = sorted(root.iterdir()) if root.is_dir() else []
    except OSError:
        return
    for path in paths:
        if path.name.startswith("."):
            continue
        if path.is_dir() and path.is_symlink():
            yield path, "linked folder"
        elif path.is_dir():
            yield from passed_over(path)
        elif path.is_file() and path.suffix.lower() not in SUFFIXES:
            kind = kind_of(Path(path.name))
            yield from [(path, kind)] if kind else []


def find_files(paths: Sequence[Path]) -> list[tuple[Path, Path]]:
    """Lists every file to read as (file, root). The root is the given folder or the file's folder.

    Raises:
        UsageError: a path does not exist or holds no articles.
    """
    files = []
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path} does not exist; name a folder of articles or a file")
        found = files_below(path)
        if not found:
            raise UsageError(f"{path} holds no articles; put {' or '.join(SUFFIXES)} files there")
        files += found
    return files


def files_below(path: Path) -> list[tuple[Path, Path]]:
    """Lists the files below one path as (file, root). The list may be empty."""
    root = path if path.is_dir() else path.parent
    return [(file, root) for file in article_files(path)]


def read_files(
    files: Sequence[tuple[Path, Path]],
    *,
    config: Config,
    skipped: list[Skipped],
    warned: list[Skipped] | None = None,
    pass_over: Callable[[str, str], None] = _ignore,
) -> Iterator[Article]:
    """Yields the articles of each file.

    A file that cannot be read as an article, and a member of one, is added to ``skipped``, and what
    is read only in part to ``warned``, each with the reason. ``pass_over`` is called with the name
    and the kind of what else the files hold.
    """
    warned = [] if warned is None else warned
    reading = Reading(
        max_bytes=int(config.max_file_mb * 1_000_000),
        language=config.language,
        fields=parse_fields(config.fields),
        shared=_shared_addresses([path for path, _ in files]),
        skip=lambda name, reason: skipped.append((name, reason)),
        warn=lambda name, reason: warned.append((name, reason)),
        pass_over=pass_over,
    )
    for path, root in files:
        try:
            yield from articles_in(path, root=root, reading=reading)
        except Exception as error:  # noqa: BLE001 - one file of many; why_unread logs it
            skipped.append((str(path), why_unread(path, error)))


def _shared_addresses(paths: Sequence[Path]) -> frozenset[str]:
    """The addresses that several web pages among ``paths`` state as their own."""
    found: Counter[str] = Counter()
    for path in paths:
        if path.suffix.lower() in HtmlReader.suffixes:
            try:
                with path.open("rb") as file:
                    address = address_in(file.read(_HEAD_BYTES))
            except OSError:  # reading it later reports why
                continue
            found.update([address] if address else [])
    return frozenset(address for address, count in found.items() if count > 1)


def read_articles(
    paths: Sequence[str | Path], *, config: Config | None = None, max_mb: float = math.inf
) -> tuple[tuple[Article, ...], tuple[Skipped, ...]]:
    """Reads the articles below ``paths`` as indexing does, without indexing them.

    Returns the articles, and the rejected files with the reason for each.

    Raises:
        UsageError: a path does not exist or holds no articles.
        IngestError: the texts have over ``max_mb`` million characters together.
    """
    articles: dict[str, Article] = {}
    skipped: list[Skipped] = []
    length = 0
    files = find_files([Path(path) for path in paths])
    for article in read_files(files, config=config or Config(), skipped=skipped):
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

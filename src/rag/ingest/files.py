"""Finds article files in folders and reads them."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from rag.config import Config
from rag.errors import IngestError, UsageError
from rag.ingest.article import read_article
from rag.ingest.readers import SUFFIXES
from rag.schema import Article

__all__ = ["article_files", "files_below", "find_files", "read_articles", "read_files", "same_id"]

Skipped = tuple[str, str]


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
) -> Iterator[Article]:
    """Yields the article of each file.

    A file that cannot be read as an article is added to ``skipped``, and a file that is read only
    in part to ``warned``, each with the reason.
    """
    max_bytes = int(config.max_file_mb * 1_000_000)
    for path, root in files:
        try:
            yield read_article(
                path,
                root=root,
                max_bytes=max_bytes,
                language=config.language,
                warn=partial(_note, [] if warned is None else warned, path),
            )
        except IngestError as error:
            skipped.append((str(path), str(error)))


def _note(warned: list[Skipped], path: Path, reason: str) -> None:
    warned.append((str(path), reason))


def read_articles(
    paths: Sequence[str | Path], *, config: Config | None = None
) -> tuple[tuple[Article, ...], tuple[Skipped, ...]]:
    """Reads the articles below ``paths`` as indexing does, without indexing them.

    Returns the articles, and the rejected files with the reason for each.

    Raises:
        UsageError: a path does not exist or holds no articles.
    """
    articles: dict[str, Article] = {}
    skipped: list[Skipped] = []
    files = find_files([Path(path) for path in paths])
    for article in read_files(files, config=config or Config(), skipped=skipped):
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

"""Folders of article files: which files are read, and the articles that they become."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from rag.config import Config
from rag.errors import IngestError, UsageError
from rag.ingest.article import read_article
from rag.ingest.formats import SUFFIXES, article_files
from rag.schema import Article

__all__ = ["files_below", "find_files", "read_articles", "read_files", "same_id"]

Skipped = tuple[str, str]


def find_files(paths: Sequence[Path]) -> list[tuple[Path, Path]]:
    """(file, root) of every file to read; the root is the folder given, or the file's own.

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
    """The same of one path, which may hold none."""
    root = path if path.is_dir() else path.parent
    return [(file, root) for file in article_files(path)]


def read_files(
    files: Sequence[tuple[Path, Path]],
    *,
    config: Config,
    skipped: list[Skipped],
    warned: list[Skipped] | None = None,
) -> Iterator[Article]:
    """The articles in ``files``; each file that cannot become one is added to ``skipped``.

    To ``warned`` is added each file of which something is not read.
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
    """The articles in the files below ``paths`` as indexing reads them; nothing is indexed.

    Beside them stand the files that are refused, each with the reason.

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
    """Why ``article`` is refused where the file ``other`` came before it with the same id."""
    return (
        f"{article.origin or 'an article'} has the id {article.id!r} of"
        f" {other or 'another article given'} too;"
        " index their common folder, or give one an id in its front matter"
    )

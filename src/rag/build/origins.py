"""Finds files to index, and indexed articles whose files no longer exist."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from rag.config import Config
from rag.errors import UsageError
from rag.index import Index
from rag.index.faults import Fault
from rag.ingest.collections import file_of
from rag.ingest.files import Found, find_files, is_missing, look_below
from rag.ingest.paths import Resolver
from rag.schema import Article

__all__ = ["exists", "find", "gone"]


def find(index: Index, path: Path, *, config: Config, allow_empty: bool) -> Found:
    """The files below ``path``; none if an indexed folder is now empty and may be so.

    Raises:
        UsageError: the path is missing or empty, and was never indexed or must not be empty.
    """
    try:
        return find_files([path], follow_links=config.follow_links)
    except UsageError as error:
        stored = index.library.articles.recipes().values()
        roots = [path.resolve()]
        count = sum(_is_below(article.origin, roots) for article, _ in stored)
        if not count:
            raise
        if not allow_empty:
            there = "does not exist" if is_missing(path) else "contains no articles"
            raise UsageError(
                f"{path} {there} any more, but {count} indexed articles came from it; bring it"
                " back, or remove them all with --allow-empty"
            ) from error
        return Found() if is_missing(path) else look_below(path)


def gone(
    roots: Sequence[Path],
    files: Sequence[Path],
    *,
    read: Collection[str],
    skipped: Collection[str],
    keep: bool,
) -> Callable[[Article | Fault], bool]:
    """Returns a test whether an article came from below ``roots`` and is no longer in ``files``.

    An article is kept if its file, or the archive or table around it, is among those ``skipped``;
    with ``keep``, also if that file no longer exists. ``read`` has the origins of the articles
    that were read.
    """
    resolved = Resolver()
    found = {resolved(file) for file in files}
    refused = {str(Path(name).resolve()) for name in skipped}

    def is_gone(article: Article | Fault) -> bool:
        origin = article.origin
        if not _is_below(origin, roots):
            return False
        if origin in read:
            return True
        if not exists(origin):
            return not keep
        file = str(file_of(origin))
        around = {origin, *map(str, Path(origin).parents)}
        return file != origin and file in found and not around & refused

    return is_gone


def exists(origin: str) -> bool:
    """Whether the file that contains an article exists, or is inaccessible and so may exist."""
    return file_of(origin) is not None or not is_missing(Path(origin))


def _is_below(origin: str, roots: Sequence[Path]) -> bool:
    return bool(origin) and any(Path(origin).is_relative_to(root) for root in roots)

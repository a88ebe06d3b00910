"""Updates an index from files and folders, or from articles."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rag.build.origins import find, gone
from rag.build.run import Report, Run
from rag.config import Config
from rag.embed import Embedder
from rag.errors import UsageError
from rag.index import Index
from rag.ingest.file_cache import FileCache
from rag.ingest.files import read_files
from rag.ingest.paths import is_at_rest, roots_of
from rag.schema import Article, IndexReport

__all__ = ["index_articles", "index_paths"]


def index_paths(
    index: Index,
    embedder: Embedder,
    paths: Sequence[Path],
    *,
    config: Config,
    allow_empty: bool = False,
    progress: Report,
    dry_run: bool = False,
    keep_missing: bool = False,
    rest: float = 0.0,
    clock: Callable[[], float] = time.time,
) -> IndexReport:
    """Updates the index with the new and changed files below ``paths``.

    With ``dry_run``, embeds and stores nothing; the report says what would change. With
    ``keep_missing``, keeps articles whose files no longer exist. Does not read a file that was
    changed within the last ``rest`` seconds; its indexed version stays. ``clock`` returns the time
    in seconds, as in file time stamps.  A file that cannot be read as an article is reported as
    skipped, with the reason. If an earlier version of it is indexed, that version is kept. Articles
    from a given folder whose files no longer exist are removed. The stored data is checked: damaged
    articles are indexed again, or reported as damaged if their files are not among those given.

    Raises:
        UsageError: a path does not exist or contains no articles; also if articles from it are
            indexed, unless ``allow_empty`` is true.
    """
    may_be_empty = allow_empty or keep_missing
    found = [find(index, path, config=config, allow_empty=may_be_empty) for path in paths]
    at_hand = [pair for each in found for pair in each.files]
    unrested = {path for path, _ in at_hand if rest and not is_at_rest(path, rest, clock())}
    files = [pair for pair in at_hand if pair[0] not in unrested]
    run = Run(
        index=index,
        embedder=embedder,
        config=config,
        progress=progress,
        total=len(files),
        dry=dry_run,
        clock=clock,
        unrested=sorted(map(str, unrested)),
    )
    known = index.library.files.states(roots_of(files, paths))
    run.cache = FileCache(known, config=config, articles=run, clock=clock)
    for each in found:
        run.skipped += each.skipped
        for left, kind in each.left_out:
            run.pass_over(str(left), kind)
    reader = read_files(
        files,
        config=config,
        skipped=run.skipped,
        warned=run.warned,
        pass_over=run.pass_over,
        cache=run.cache,
        beside=[pair for pair in at_hand if pair[0] in unrested],
    )
    run.take(reader)
    run.keep_files(gone=run.cache.gone(paths))
    is_gone = gone(
        [path.resolve() for path in paths],
        [file for file, _ in files],
        read=set(run.seen.values()),
        skipped=[name for name, _ in run.skipped],
        keep=keep_missing,
    )
    is_same = index.library.generation == run.generation
    stored = run.stored if is_same else index.library.articles.recipes()
    run.remove([id_ for id_, (each, _) in stored.items() if id_ not in run.seen and is_gone(each)])
    run.settle(is_gone)
    return run.report()


def index_articles(
    index: Index,
    embedder: Embedder,
    articles: Sequence[Article],
    *,
    config: Config,
    only: bool = False,
    progress: Report,
) -> IndexReport:
    """Indexes the given articles; with ``only``, removes all others.

    Raises:
        UsageError: ``articles`` is empty.
    """
    if not articles:
        raise UsageError("no articles were given; give at least one")
    run = Run(index=index, embedder=embedder, config=config, progress=progress, total=len(articles))
    run.take(articles)
    if only:
        run.remove([id_ for id_ in index.library.articles.recipes() if id_ not in run.seen])
    run.settle(lambda _: only)
    return run.report()

"""The indexing pipeline: reads files, splits and embeds articles, and commits them in batches."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.config import Config
from rag.embed import Embedder, passage_context
from rag.errors import NotIndexedError, UsageError
from rag.index import Index
from rag.index.database import chunks
from rag.index.library import Record, text_key
from rag.index.removal import Fault
from rag.ingest.collections import file_of
from rag.ingest.file_cache import FileCache, Given, Resolver, fingerprint, is_at_rest, roots_of
from rag.ingest.files import Found, find_files, is_missing, look_below, read_files, same_id
from rag.ingest.pace import Pace
from rag.ingest.split import split_article
from rag.schema import Article, IndexReport, Progress

__all__ = ["index_articles", "index_paths"]

log = logging.getLogger(__name__)

Report = Callable[[Progress], None]
_RECIPE = "title+text/1"  # format of the embedded texts; changing it re-indexes all articles
_LISTED = 1000  # names of what is no article
_BARE = "text/1"  # the same format without the title prefix
_FREE_SHARE = 0.1  # free space in the library's file that removals may leave
_FILES = 1000  # unchanged files between two writes of what is known of them
_AT_ONCE = 64  # texts embedded between two reports of progress, each of which may end the run


@dataclass(slots=True)
class _Run:
    """The state of one indexing run."""

    index: Index
    embedder: Embedder
    config: Config
    progress: Report
    total: int
    started: float = field(default_factory=time.perf_counter)
    seen: dict[str, str] = field(default_factory=dict)
    waiting: list[int] = field(default_factory=list)  # articles processed but not yet reported
    done: int = 0  # articles reported
    moved: set[str] = field(default_factory=set)  # ids of articles re-embedded with a new model
    skipped: list[tuple[str, str]] = field(default_factory=list)
    warned: list[tuple[str, str]] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    dry: bool = False  # whether nothing is embedded or stored
    cache: FileCache | None = None
    clock: Callable[[], float] = time.time
    pace: Pace = field(init=False)
    stored: dict[str, tuple[Article, str]] = field(default_factory=dict)  # when the run began
    generation: int = 0  # of ``stored``
    faults: list[Fault] = field(default_factory=list)
    damaged: list[tuple[str, str]] = field(default_factory=list)
    unrested: list[str] = field(default_factory=list)  # files left for a later run
    counts: dict[str, int] = field(
        default_factory=lambda: {"added": 0, "updated": 0, "unchanged": 0, "removed": 0}
    )

    def __post_init__(self) -> None:
        start = (self.clock(), 0.0, 0)
        self.pace = Pace(clock=self.clock, since=start, latest=start)

    @property
    def recipe(self) -> str:
        """Identifies everything that affects how an article is split and embedded."""
        recipe = _RECIPE if self.config.context else _BARE
        return f"{recipe} tokens={self.config.passage_tokens} model={self.embedder.fingerprint}"

    def pass_over(self, name: str, kind: str) -> None:
        """Counts what is no article, and lists the first."""
        self.passed_over[kind] += 1
        if len(self.left_out) < _LISTED:
            self.left_out.append((name, kind))

    def take(self, articles: Iterable[Article]) -> None:
        """Indexes the new and changed articles among ``articles``, in batches."""
        self._change_model()
        self.faults = self.index.library.faults()
        hidden = [fault for fault in self.faults if not fault.is_derived]
        if hidden and not self.dry:
            self.index.library.mend()  # SQLite cannot change a row that its indexes do not have
            self.index.library.set_aside(hidden)
        self.stored = self.index.library.recipes()
        self.generation = self.index.library.generation
        batch: list[Article] = []
        for done, article in enumerate(articles, start=1):
            if article.id in self.seen:
                reason = same_id(article, self.seen[article.id])
                self.skipped.append((article.origin or article.id, reason))
            else:
                batch += self._sorted(article, self.stored.get(article.id))
            self.waiting.append(done)
            if len(batch) >= self.config.batch_articles or not batch:
                self._commit(batch)
                batch = []
        if batch or self.waiting:
            self._commit(batch)
        if not self.dry and self.index.library.get("model") is None:
            self._write([], {})

    def _sorted(self, article: Article, known: tuple[Article, str] | None) -> list[Article]:
        """Counts ``article`` as added, updated or unchanged; returns it if it must be indexed."""
        faults = [fault for fault in self.faults if fault.article_id == article.id]
        for stored in (known[0],) if known else faults:
            if self._is_another(article, stored):
                self.skipped.append((article.origin, self._taken(article, stored)))
                return []
        self.seen[article.id] = article.origin
        kind = "updated" if faults else self._kind(article, known)
        again = kind == "unchanged" and article.id in self.moved
        self.counts["updated" if again else kind] += 1
        return [] if kind == "unchanged" else [article]

    def is_settled(self, given: Given) -> bool:
        """Whether indexing what a file gave before would change nothing; see ``Indexed``."""
        if given.id in self.seen:
            return True
        known, recipe = self.stored.get(given.id, (None, ""))
        if known is None or any(fault.article_id == given.id for fault in self.faults):
            return False
        if self._is_another(given, known):
            return True
        return recipe == self.recipe and fingerprint(known) == given.fingerprint

    def as_indexed(self, given: Given) -> Article:
        """The article as it is indexed, without its text; see ``Indexed``."""
        known, _ = self.stored.get(given.id, (None, ""))
        if known is not None and known.origin == given.origin:
            return known
        return Article(id=given.id, revision="", title="", origin=given.origin, text="")

    def keep_files(self, *, least: int = 1, gone: Collection[tuple[str, str]] = ()) -> None:
        """Stores what was read of the files whose articles are all stored, if ``least`` are."""
        cache = self.cache
        if cache is None or self.dry or not self.index.library.is_writable:
            return
        if len(cache.remembered) >= least or gone:
            try:
                self.index.library.keep_files(cache.remembered, gone=gone)
            except NotIndexedError as error:  # such as a full disk; they are then read again
                log.info("What was read is not remembered: %s", error)
            cache.remembered.clear()

    def _change_model(self) -> None:
        """Embeds all stored articles with a new model, then switches to it in one transaction.

        If the process is killed before the switch, the index still answers with the old model.
        The new vectors computed so far are kept.
        """
        library = self.index.library
        if self.dry or library.get("model") in (None, self.embedder.fingerprint):
            return
        records = []
        for article in list(library.articles()):
            texts: dict[bytes, str] = {}
            records.append(self._record(article, texts))
            self.index.keep_vectors(self.embedder.fingerprint, self._embed(texts))
        self._write(records, {})
        self.moved = {record.article.id for record in records}

    def _is_another(self, article: Article | Given, stored: Article | Fault) -> bool:
        """Whether ``stored`` came from a different file that still exists."""
        moved = article.origin and stored.origin and article.origin != stored.origin
        return bool(moved) and _exists(stored.origin)

    def _taken(self, article: Article, stored: Article | Fault) -> str:
        return (
            f"{article.origin} has the same id {article.id!r} as {stored.origin}, which is indexed;"
            " index their common folder, or give one of them another id in its front matter"
        )

    def _kind(self, article: Article, known: tuple[Article, str] | None) -> str:
        if known is None:
            return "added"
        same = known[0] == replace(article, text="") and known[1] == self.recipe
        return "unchanged" if same else "updated"

    def _commit(self, articles: Sequence[Article]) -> None:
        """Splits and embeds articles, writes them in one transaction, and reports progress."""
        if not self.dry and articles:
            self.index.library.put("complete", "")
            texts: dict[bytes, str] = {}
            records = [self._record(article, texts) for article in articles]
            self._write(records, self._embed(texts))
        self.keep_files(least=1 if articles else _FILES)
        self._measure()
        for done in self.waiting:
            self.done = done
            self._report()
        self.waiting.clear()

    def _measure(self) -> None:
        if self.cache is None:
            done = max(self.waiting, default=0)
            self.pace.measure(share=done / self.total, articles=done)
        else:
            if not self.pace.batches:
                self.pace.since = (self.cache.began, 0.0, 0)
            self.pace.measure(share=self.cache.share_read, articles=self.cache.articles_read)

    def _report(self) -> None:
        total, pace = max(self.total, self.done), self.pace
        self.progress(
            Progress(stage="indexing", done=self.done, total=total, rate=pace.rate, left=pace.left)
        )

    def _write(self, records: Sequence[Record], vectors: dict[bytes, NDArray[np.float16]]) -> None:
        self.index.write(
            records,
            vectors=vectors,
            model=self.embedder.fingerprint,
            dims=self.embedder.dims,
            model_name=self.embedder.name,
        )

    def _record(self, article: Article, texts: dict[bytes, str]) -> Record:
        passages = []
        context = passage_context(article.title, self.embedder) if self.config.context else ""
        for passage in split_article(
            article,
            count_tokens=self.embedder.count_tokens,
            target=self.config.passage_tokens,
            limit=self.embedder.max_tokens - self._tokens(context),
        ):
            text = f"{context}{article.text[passage.start : passage.end]}"
            key = text_key(text)
            texts[key] = text
            passages.append((passage, key))
        return Record(article=article, recipe=self.recipe, passages=tuple(passages))

    def _tokens(self, text: str) -> int:
        return self.embedder.count_tokens([text])[0] if text else 0

    def _embed(self, texts: dict[bytes, str]) -> dict[bytes, NDArray[np.float16]]:
        missing = list(self.index.library.missing_vectors(self.embedder.fingerprint, texts))
        missing.sort(key=lambda key: (-len(texts[key]), key))  # less padding in each slice
        found: dict[bytes, NDArray[np.float16]] = {}
        for keys in chunks(missing, _AT_ONCE):
            if found:
                self._report()
            vectors = self.embedder.embed_documents([texts[key] for key in keys])
            found.update(zip(keys, vectors.astype(np.float16), strict=True))
        return found

    def remove(self, ids: Sequence[str]) -> None:
        """Removes articles from the index."""
        self.counts["removed"] = len(ids)
        if ids and not self.dry:
            self.index.write([], removed=ids)

    def settle(self, is_gone: Callable[[Fault], bool]) -> None:
        """Erases what was damaged and is indexed again, or is gone; notes what is still damaged."""
        read = set(self.seen.values()) - {""}
        over = []
        for fault in self.faults:
            name = f"{fault.article_id or 'an article'} {fault.origin and f'({fault.origin}) '}"
            replaced = fault.article_id in self.seen or fault.origin in read
            if replaced or not fault.article_id:
                reason = f"{name}was stored damaged ({fault.what}) and is indexed from its file"
                self.warned.append((fault.origin, reason))
            if replaced or not fault.article_id or is_gone(fault):
                over.append(fault)
            else:
                reason = (
                    f"{name}is stored damaged ({fault.what}); its file was not among those read"
                )
                self.damaged.append((fault.article_id, reason))
        if over and not self.dry:
            self.index.library.discard(over)

    def _sketch_stored(self) -> None:
        """Finds copies among articles that have no MinHash sketch yet."""
        missing = self.index.library.unsketched()
        for start in range(0, len(missing), self.config.batch_articles):
            self.index.library.sketch_stored(missing[start : start + self.config.batch_articles])

    def report(self) -> IndexReport:
        """Finishes the run: updates the derived indexes and returns the report."""
        library = self.index.library
        if not self.dry:
            self._finish()
        return IndexReport(
            **self.counts,
            passages=library.counts()["passages"],
            skipped=tuple(self.skipped),
            warned=tuple(self.warned),
            passed_over=tuple(sorted(self.passed_over.items())),
            left_out=tuple(self.left_out),
            damaged=tuple(self.damaged),
            unrested=tuple(self.unrested),
            generation=library.generation,
            seconds=time.perf_counter() - self.started,
        )

    def _finish(self) -> None:
        self._sketch_stored()
        # A snapshot updates the derived indexes now rather than at the first question.
        library = self.index.library
        if library.get("complete") != "yes":
            library.put("complete", "yes")
        if library.is_writable:
            self._note_time()
        if self.counts["removed"]:
            library.compact(least=_FREE_SHARE)
        if library.counts()["articles"]:
            self.index.snapshot(
                model=self.embedder.fingerprint, dims=self.embedder.dims, name=self.embedder.name
            )

    def _note_time(self) -> None:
        now = datetime.fromtimestamp(self.clock(), UTC).isoformat(timespec="seconds")
        with suppress(NotIndexedError):  # such as a full disk
            self.index.library.put("checked", now)


def _find(index: Index, path: Path, *, config: Config, allow_empty: bool) -> Found:
    """The files below one path; none if it is missing or empty, was indexed, and may be empty."""
    try:
        return find_files([path], follow_links=config.follow_links)
    except UsageError as error:
        stored = index.library.recipes().values()
        roots = [path.resolve()]
        count = sum(_is_below(article.origin, roots) for article, _ in stored)
        if not count:
            raise
        if not allow_empty:
            there = "does not exist" if is_missing(path) else "holds no articles"
            raise UsageError(
                f"{path} {there} any more, but {count} indexed articles came from it; bring it"
                " back, or remove them all with --allow-empty"
            ) from error
        return Found() if is_missing(path) else look_below(path)


def _is_below(origin: str, roots: Sequence[Path]) -> bool:
    return bool(origin) and any(Path(origin).is_relative_to(root) for root in roots)


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

    With ``dry_run``, nothing is embedded or stored, and the report says what would be. With
    ``keep_missing``, articles whose files no longer exist are kept. A file that was changed within
    the last ``rest`` seconds is left as it is indexed. ``clock`` gives the time in seconds, as
    files have it.

    A file that cannot be read as an article is reported as skipped, with the reason. If an earlier
    version of it is indexed, that version is kept. Articles from a given folder whose files no
    longer exist are removed. What is stored of the articles is checked: what is damaged is indexed
    again, or reported as damaged if its file is not among those given.

    Raises:
        UsageError: a path does not exist or contains no articles; also if articles from it are
            indexed, unless ``allow_empty`` is true.
    """
    may_be_empty = allow_empty or keep_missing
    found = [_find(index, path, config=config, allow_empty=may_be_empty) for path in paths]
    at_hand = [pair for each in found for pair in each.files]
    unrested = {path for path, _ in at_hand if rest and not is_at_rest(path, rest, clock())}
    files = [pair for pair in at_hand if pair[0] not in unrested]
    run = _Run(
        index=index,
        embedder=embedder,
        config=config,
        progress=progress,
        total=len(files),
        dry=dry_run,
        clock=clock,
        unrested=sorted(map(str, unrested)),
    )
    known = index.library.files(roots_of(files, paths))
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
    is_gone = _gone(
        run, [path.resolve() for path in paths], [file for file, _ in files], keep=keep_missing
    )
    is_same = index.library.generation == run.generation
    stored = run.stored if is_same else index.library.recipes()
    run.remove([id_ for id_, (each, _) in stored.items() if id_ not in run.seen and is_gone(each)])
    run.settle(is_gone)
    return run.report()


def _gone(
    run: _Run, roots: Sequence[Path], files: Sequence[Path], *, keep: bool
) -> Callable[[Article | Fault], bool]:
    """Tells whether an article came from below ``roots`` and is no longer in ``files``.

    An article is kept if its file, or the archive or table around it, could not be read; with
    ``keep``, also if that file no longer exists.
    """
    resolved = Resolver()
    read, found = set(run.seen.values()), {resolved(file) for file in files}
    refused = {str(Path(name).resolve()) for name, _ in run.skipped}

    def is_gone(article: Article | Fault) -> bool:
        origin = article.origin
        if not _is_below(origin, roots):
            return False
        if origin in read:
            return True
        if not _exists(origin):
            return not keep
        file = str(file_of(origin))
        around = {origin, *map(str, Path(origin).parents)}
        return file != origin and file in found and not around & refused

    return is_gone


def _exists(origin: str) -> bool:
    """Whether the file that holds an article is there, or may be there and cannot be reached."""
    return file_of(origin) is not None or not is_missing(Path(origin))


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
    run = _Run(
        index=index, embedder=embedder, config=config, progress=progress, total=len(articles)
    )
    run.take(articles)
    if only:
        run.remove([id_ for id_ in index.library.recipes() if id_ not in run.seen])
    run.settle(lambda _: only)
    return run.report()

"""One indexing run: sorts articles into new, changed and unchanged, and commits them in batches."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from rag.build.embedding import Embedding
from rag.build.origins import exists
from rag.config import Config
from rag.embed import Embedder
from rag.errors import NotIndexedError
from rag.index import Index
from rag.index.faults import Fault
from rag.ingest.file_cache import FileCache
from rag.ingest.file_state import Given, fingerprint
from rag.ingest.files import same_id
from rag.ingest.pace import Pace
from rag.schema import Article, IndexReport, Progress

__all__ = ["Report", "Run"]

log = logging.getLogger(__name__)

Report = Callable[[Progress], None]
_LISTED = 1000  # maximum number of skipped files listed by name
_FREE_SHARE = 0.1  # maximum share of free space that removals may leave in the library's file
_FILES = 1000  # unchanged files between two updates of the file cache


@dataclass(slots=True)
class Run:
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
    dry: bool = False  # whether to embed and store nothing
    cache: FileCache | None = None
    clock: Callable[[], float] = time.time
    embedding: Embedding = field(init=False)
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
        self.embedding = Embedding(self.index, self.embedder, self.config)
        start = (self.clock(), 0.0, 0)
        self.pace = Pace(clock=self.clock, since=start, latest=start)

    def pass_over(self, name: str, kind: str) -> None:
        """Counts a file or member that is not an article, and lists the first 1,000."""
        self.passed_over[kind] += 1
        if len(self.left_out) < _LISTED:
            self.left_out.append((name, kind))

    def take(self, articles: Iterable[Article]) -> None:
        """Indexes the new and changed articles among ``articles``, in batches."""
        self._change_model()
        self.faults = self.index.library.faults.found()
        hidden = [fault for fault in self.faults if not fault.is_derived]
        if hidden and not self.dry:
            faults = self.index.library.faults
            faults.mend()  # SQLite cannot change a row that is missing in its indexes
            faults.set_aside(hidden)
        self.stored = self.index.library.articles.recipes()
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
            self.embedding.write([], {})

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
        """Whether indexing the article again would change nothing; see ``Indexed``."""
        if given.id in self.seen:
            return True
        known, recipe = self.stored.get(given.id, (None, ""))
        if known is None or any(fault.article_id == given.id for fault in self.faults):
            return False
        if self._is_another(given, known):
            return True
        return recipe == self.embedding.recipe and fingerprint(known) == given.fingerprint

    def as_indexed(self, given: Given) -> Article:
        """The indexed article without its text; see ``Indexed``."""
        known, _ = self.stored.get(given.id, (None, ""))
        if known is not None and known.origin == given.origin:
            return known
        return Article(id=given.id, revision="", title="", origin=given.origin, text="")

    def keep_files(self, *, least: int = 1, gone: Collection[tuple[str, str]] = ()) -> None:
        """Updates the file cache if there are at least ``least`` new entries."""
        cache = self.cache
        if cache is None or self.dry or not self.index.library.is_writable:
            return
        if len(cache.remembered) >= least or gone:
            try:
                self.index.library.files.keep(cache.remembered, gone=gone)
            except NotIndexedError as error:  # such as a full disk; the files are then read again
                log.info("The file cache could not be updated: %s", error)
            cache.remembered.clear()

    def _change_model(self) -> None:
        if not self.dry and self.index.library.get("model") not in (None, self.embedding.model):
            self.moved = self.embedding.embed_again(self._report)

    def _is_another(self, article: Article | Given, stored: Article | Fault) -> bool:
        """Whether ``stored`` came from a different file that still exists."""
        moved = article.origin and stored.origin and article.origin != stored.origin
        return bool(moved) and exists(stored.origin)

    def _taken(self, article: Article, stored: Article | Fault) -> str:
        return (
            f"{article.origin} has the same id {article.id!r} as {stored.origin}, which is indexed;"
            " index their common folder, or give one of them another id in its front matter"
        )

    def _kind(self, article: Article, known: tuple[Article, str] | None) -> str:
        if known is None:
            return "added"
        same = known[0] == replace(article, text="") and known[1] == self.embedding.recipe
        return "unchanged" if same else "updated"

    def _commit(self, articles: Sequence[Article]) -> None:
        """Splits and embeds articles, writes them in one transaction, and reports progress."""
        if not self.dry and articles:
            self.index.library.put("complete", "")
            texts: dict[bytes, str] = {}
            records = [self.embedding.record(article, texts) for article in articles]
            self.embedding.write(records, self.embedding.embed(texts, self._report))
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

    def remove(self, ids: Sequence[str]) -> None:
        """Removes articles from the index."""
        self.counts["removed"] = len(ids)
        if ids and not self.dry:
            self.index.write([], removed=ids)

    def settle(self, is_gone: Callable[[Fault], bool]) -> None:
        """Erases damaged articles that were indexed again or are gone; reports the others."""
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
        missing = self.index.library.copies.unsketched()
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
        library = self.index.library
        if library.get("complete") != "yes":
            library.put("complete", "yes")
        if library.is_writable:
            self._note_time()
        if self.counts["removed"]:
            library.compact(least=_FREE_SHARE)
        if library.counts()["articles"]:
            self.embedding.update_search_indexes()

    def _note_time(self) -> None:
        now = datetime.fromtimestamp(self.clock(), UTC).isoformat(timespec="seconds")
        with suppress(NotIndexedError):  # such as a full disk
            self.index.library.put("checked", now)

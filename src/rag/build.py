"""Floor 3, files → index: reads, splits, embeds what is new, and commits batch by batch."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.config import Config
from rag.embed import Embedder, passage_context
from rag.errors import UsageError
from rag.index import Index
from rag.index.library import Record, text_key
from rag.ingest.files import files_below, find_files, read_files, same_id
from rag.ingest.split import split_article
from rag.schema import Article, IndexReport, Progress

__all__ = ["index_articles", "index_paths"]

Report = Callable[[Progress], None]
_RECIPE = "title+text/1"  # names how embedded texts are made; another recipe indexes again
_BARE = "text/1"  # the same without the title in front


@dataclass(slots=True)
class _Run:
    """One indexing run: what it has seen and done so far."""

    index: Index
    embedder: Embedder
    config: Config
    progress: Report
    total: int
    started: float = field(default_factory=time.perf_counter)
    seen: dict[str, str] = field(default_factory=dict)
    waiting: list[int] = field(default_factory=list)  # articles taken and not yet told of
    moved: set[str] = field(default_factory=set)  # ids embedded again by a new model
    skipped: list[tuple[str, str]] = field(default_factory=list)
    warned: list[tuple[str, str]] = field(default_factory=list)
    counts: dict[str, int] = field(
        default_factory=lambda: {"added": 0, "updated": 0, "unchanged": 0, "removed": 0}
    )

    @property
    def recipe(self) -> str:
        """Names all that decides how an article is split and embedded."""
        recipe = _RECIPE if self.config.context else _BARE
        return f"{recipe} tokens={self.config.passage_tokens} model={self.embedder.fingerprint}"

    def take(self, articles: Iterable[Article]) -> None:
        """Indexes those of ``articles`` that are new or changed, in batches."""
        self._change_model()
        stored = self.index.library.recipes()
        batch: list[Article] = []
        for done, article in enumerate(articles, start=1):
            if article.id in self.seen:
                reason = same_id(article, self.seen[article.id])
                self.skipped.append((article.origin or article.id, reason))
            else:
                batch += self._sorted(article, stored.get(article.id))
            self.waiting.append(done)
            if len(batch) >= self.config.batch_articles or not batch:
                self._commit(batch)
                batch = []
        if batch or self.index.library.get("model") is None:
            self._commit(batch)

    def _sorted(self, article: Article, known: tuple[Article, str] | None) -> list[Article]:
        """Counts ``article`` as what it is; gives it back when it is to be indexed."""
        if known and self._is_another(article, known[0]):
            self.skipped.append((article.origin, self._taken(article, known[0])))
            return []
        self.seen[article.id] = article.origin
        kind = self._kind(article, known)
        again = kind == "unchanged" and article.id in self.moved
        self.counts["updated" if again else kind] += 1
        return [] if kind == "unchanged" else [article]

    def _change_model(self) -> None:
        """Embeds all that is stored by a new model, then moves over in one transaction.

        Killed before, the index still answers by the old model, and what was embedded is kept.
        """
        library = self.index.library
        if library.get("model") in (None, self.embedder.fingerprint):
            return
        records = []
        for article in list(library.articles()):
            texts: dict[bytes, str] = {}
            records.append(self._record(article, texts))
            self.index.keep_vectors(self.embedder.fingerprint, self._embed(texts))
        self._write(records, {})
        self.moved = {record.article.id for record in records}

    def _is_another(self, article: Article, stored: Article) -> bool:
        """Whether ``stored`` came from another file that is still there."""
        moved = article.origin and stored.origin and article.origin != stored.origin
        return bool(moved) and Path(stored.origin).exists()

    def _taken(self, article: Article, stored: Article) -> str:
        return (
            f"{article.origin} has the id {article.id!r} of {stored.origin}, which is indexed;"
            " index their common folder, or give one an id in its front matter"
        )

    def _kind(self, article: Article, known: tuple[Article, str] | None) -> str:
        if known is None:
            return "added"
        same = known[0] == replace(article, text="") and known[1] == self.recipe
        return "unchanged" if same else "updated"

    def _commit(self, articles: Sequence[Article]) -> None:
        """Splits, embeds what has no vector yet, writes one transaction, and tells of it."""
        if articles or self.index.library.get("model") is None:
            self.index.library.put("complete", "")
            texts: dict[bytes, str] = {}
            records = [self._record(article, texts) for article in articles]
            self._write(records, self._embed(texts))
        for done in self.waiting:
            self.progress(Progress(stage="indexing", done=done, total=max(self.total, done)))
        self.waiting.clear()

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
        missing = sorted(self.index.library.missing_vectors(self.embedder.fingerprint, texts))
        if not missing:
            return {}
        vectors = self.embedder.embed_documents([texts[key] for key in missing])
        return dict(zip(missing, vectors.astype(np.float16), strict=True))

    def remove(self, ids: Sequence[str]) -> None:
        """Lets articles go that are no longer there."""
        if ids:
            self.index.write([], removed=ids)
            self.counts["removed"] = len(ids)

    def _sketch_stored(self) -> None:
        """Looks for copies among articles that were indexed before copies were looked for."""
        missing = self.index.library.unsketched()
        for start in range(0, len(missing), self.config.batch_articles):
            self.index.library.sketch_stored(missing[start : start + self.config.batch_articles])

    def report(self) -> IndexReport:
        """What was done."""
        self._sketch_stored()
        # Reading once lets the derived indexes catch up now rather than at the first question.
        library = self.index.library
        if library.get("complete") != "yes":
            library.put("complete", "yes")
        if library.counts()["articles"]:
            self.index.snapshot(
                model=self.embedder.fingerprint, dims=self.embedder.dims, name=self.embedder.name
            )
        return IndexReport(
            **self.counts,
            passages=library.counts()["passages"],
            skipped=tuple(self.skipped),
            warned=tuple(self.warned),
            generation=library.generation,
            seconds=time.perf_counter() - self.started,
        )


def _indexed_below(index: Index, folder: Path) -> bool:
    """Whether articles are indexed whose files lay below ``folder``."""
    root = folder.resolve()
    stored = index.library.recipes().values()
    return any(a.origin and Path(a.origin).is_relative_to(root) for a, _ in stored)


def index_paths(
    index: Index,
    embedder: Embedder,
    paths: Sequence[Path],
    *,
    config: Config,
    progress: Report,
) -> IndexReport:
    """Brings the index up to date with the files below ``paths``; only what changed is done.

    A file that cannot become an article is skipped with the reason, and what was stored of it
    stays. Articles whose files below a given folder are gone are removed.

    Raises:
        UsageError: a path does not exist or holds no articles.
    """
    try:
        files = find_files(paths)
    except UsageError:
        if not any(path.is_dir() and _indexed_below(index, path) for path in paths):
            raise
        files = [pair for path in paths if path.exists() for pair in files_below(path)]
    run = _Run(index=index, embedder=embedder, config=config, progress=progress, total=len(files))
    run.take(read_files(files, config=config, skipped=run.skipped, warned=run.warned))
    roots = [path.resolve() for path in paths if path.is_dir()]
    stored = index.library.recipes()
    read = set(run.seen.values())
    gone = [
        article.id
        for article, _ in stored.values()
        if article.id not in run.seen
        and article.origin
        and any(Path(article.origin).is_relative_to(root) for root in roots)
        and (article.origin in read or not Path(article.origin).exists())
    ]
    run.remove(gone)
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
    """Indexes articles as they are given; with ``only``, all others are removed."""
    if not articles:
        raise UsageError("no articles were given; give at least one")
    run = _Run(
        index=index, embedder=embedder, config=config, progress=progress, total=len(articles)
    )
    run.take(articles)
    if only:
        run.remove([id_ for id_ in index.library.recipes() if id_ not in run.seen])
    return run.report()

"""An index folder: the library, and the dense and lexical indexes derived from it."""

import contextlib
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from rag.errors import ModelError, NotIndexedError, UsageError
from rag.index.cache import RecentRows
from rag.index.dense import DenseIndex
from rag.index.lexical import LexicalDocument, LexicalIndex
from rag.index.library import Library, Record
from rag.index.snapshot import Snapshot
from rag.index.vector_index import VectorIndex
from rag.index.vectors import Key, Vectors
from rag.language.words import terms
from rag.schema import Article

__all__ = ["Index"]

_PATIENCE = 300  # seconds to wait while another process updates the derived indexes
_COMPACT_SHARE = 0.1
_RECENT = 10_000  # passages cached in memory
_REPLAY = 5_000  # passages read from the library at a time


class Index:
    """The interface to an index folder: writes batches and takes snapshots."""

    def __init__(
        self,
        folder: Path,
        *,
        stemmer: str,
        create: bool = False,
        vector_index: type[VectorIndex] = DenseIndex,
    ) -> None:
        if create:
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise UsageError(
                    f"{folder} cannot be an index folder ({error.strerror}); choose another with"
                    " --index"
                ) from error
        self.folder = folder
        self._stemmer = stemmer
        self._vector_index = vector_index
        self._library = Library(folder / "library.db", create=create)
        self._lexical: LexicalIndex | None = None
        self._dense: VectorIndex | None = None
        self._snapshot: Snapshot | None = None
        self._lock = threading.Lock()

    def close(self) -> None:
        """Closes the files."""
        self._library.close()

    @property
    def library(self) -> Library:
        """The underlying library."""
        return self._library

    # ---- writing

    def keep_vectors(self, model: str, vectors: dict[Key, NDArray[np.float16]]) -> None:
        """Adds vectors to the cache, without a new generation."""
        self._library.keep_vectors(model, vectors)

    def write(
        self,
        records: Sequence[Record],
        *,
        removed: Iterable[str] = (),
        vectors: dict[Key, NDArray[np.float16]] | None = None,
        model: str = "",
        dims: int = 0,
        model_name: str = "",
    ) -> int:
        """Commits one batch and returns the new generation.

        The derived indexes are updated by the next ``snapshot``.
        """
        meta = {"model": model, "dims": str(dims), "model_name": model_name} if model else {}
        return self._library.write(
            records, removed=removed, vectors=vectors, model=model, meta=meta
        )

    # ---- reading

    def snapshot(self, *, model: str, dims: int, name: str) -> Snapshot:
        """A snapshot of the newest generation, for questions embedded with ``model``.

        While another thread or process updates the derived indexes, the previous snapshot is
        returned if there is one.

        Raises:
            NotIndexedError: nothing is indexed.
            ModelError: the index was made with another model.
        """
        current = self._snapshot
        if current and self._is_newest(current, model):
            return current
        waits = current is None or current.model != model
        if not self._lock.acquire(blocking=waits):
            assert current is not None  # noqa: S101 - otherwise acquire waits
            return current  # another thread is updating the indexes
        try:
            if self._snapshot is None or not self._is_newest(self._snapshot, model):
                self._check_model(model, dims, name)
                self._snapshot = self._next(model, dims, waits=waits)
            return self._snapshot
        finally:
            self._lock.release()

    def _is_newest(self, snapshot: Snapshot, model: str) -> bool:
        return (snapshot.generation, snapshot.model) == (self._library.generation, model)

    def _next(self, model: str, dims: int, *, waits: bool) -> Snapshot:
        """Updates the derived indexes, one process at a time, and returns the new snapshot."""
        if not self._library.is_writable:
            return self._catch_up(self._library.generation, model, dims)
        turn = FileLock(self.folder / "derived.lock", timeout=_PATIENCE if waits else 0)
        try:
            with turn:
                return self._catch_up(self._library.generation, model, dims)
        except Timeout as error:
            if self._snapshot is not None and not waits:
                return self._snapshot
            raise NotIndexedError(
                f"{self.folder} is being updated by another process; try again when it is done"
            ) from error

    def _check_model(self, model: str, dims: int, name: str) -> None:
        stored = self._library.get("model")
        if stored is None or not self._library.counts()["articles"]:
            raise NotIndexedError(
                f"nothing is indexed in {self.folder}; index articles with:"
                f" byline index FOLDER --index {self.folder}"
            )
        if stored != model:
            theirs, length = self._library.get("model_name"), self._library.get("dims")
            other = theirs != name
            which = f"the configured {name} ({dims} dimensions)" if other else "this version of it"
            remedy = f"set model to {theirs}, or " if other else ""
            raise ModelError(
                f"the index in {self.folder} was made with the model {theirs} ({length}"
                f" dimensions), not with {which}; {remedy}index the articles again"
            )

    def _catch_up(self, generation: int, model: str, dims: int) -> Snapshot:
        self._dense = self._dense_at(generation, model, dims)
        lexical = self._lexical_at(generation)
        return Snapshot(
            generation=generation,
            model=model,
            library=self._library,
            dense=self._dense,
            lexical=lexical.searcher(),
            recent_passages=RecentRows(_RECENT),
        )

    def _dense_at(self, generation: int, model: str, dims: int) -> VectorIndex:
        known = self._dense
        if known is None or known.model != model:
            known = self._vector_index.load(
                self.folder, model=model, dims=dims, stamp=self._library.stamp
            )
        if known.generation == generation:
            return known
        born, died = self._library.changes(known.base_generation, generation)

        def vectors(rows: Sequence[int]) -> Vectors:
            keys = [key for _, key in self._library.passage_keys(rows)]
            return self._library.vectors(model, keys)

        view = known.caught_up(generation=generation, born=born, died=died, vectors=vectors)
        if view.base_generation != known.base_generation:
            with contextlib.suppress(OSError):  # a read-only folder can still be searched
                view.save(self.folder, stamp=self._library.stamp(view.base_generation))
        return view

    def _lexical_at(self, generation: int) -> LexicalIndex:
        if self._lexical is None:
            analysis = f"stems:{self._stemmer} plain:1"
            self._lexical = LexicalIndex(
                self.folder / "lexical", analysis=analysis, on_disk=self._library.is_writable
            )
        lexical = self._lexical
        if self._is_at(lexical, generation):
            return lexical
        if self._library.is_writable:
            lexical.load()  # another process may have updated it
        if self._is_at(lexical, generation):
            return lexical
        ours = lexical.generation <= generation and self._is_at(lexical, lexical.generation)
        born, died = self._library.changes(lexical.generation, generation)
        kept = len(lexical.searcher())
        if not ours or lexical.deleted + len(died) > _COMPACT_SHARE * max(kept, 1):
            lexical.clear()
            born, died = self._library.changes(0, generation)
        lexical.apply(
            generation=generation,
            stamp=self._library.stamp(generation),
            born=self._documents(born, generation),
            died=died,
        )
        return lexical

    def _is_at(self, lexical: LexicalIndex, generation: int) -> bool:
        """Whether ``lexical`` is derived from ``generation`` of this library."""
        stamp = self._library.stamp(generation) if generation else ""
        return (lexical.generation, lexical.stamp) == (generation, stamp)

    def _documents(self, rows: Sequence[int], generation: int) -> Iterable[LexicalDocument]:
        article: Article | None = None
        title: list[str] = []
        for start in range(0, len(rows), _REPLAY):
            chunk = rows[start : start + _REPLAY]
            for row, stored in sorted(self._library.passages(chunk, generation=generation).items()):
                passage = stored.passage
                if article is None or (article.id, article.revision) != (
                    passage.article_id,
                    passage.revision,
                ):
                    article = self._library.article(passage.article_id, passage.revision)
                    assert article is not None  # noqa: S101 - every passage has an article
                    title = terms(article.title, stemmer=self._stemmer)
                yield LexicalDocument(
                    row=row,
                    article_row=stored.article_row,
                    title=title,
                    body=terms(article.text[passage.start : passage.end], stemmer=self._stemmer),
                )

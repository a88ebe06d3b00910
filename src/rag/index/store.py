"""An index folder: the library, and the dense and lexical indexes derived from it."""

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.errors import DamagedIndexError, ModelError, NotIndexedError, UsageError
from rag.index.cache import RecentRows
from rag.index.dense import DenseIndex
from rag.index.derived import BusyError, Derived
from rag.index.library import Library, Record
from rag.index.snapshot import Snapshot
from rag.index.vector_index import VectorIndex
from rag.index.vectors import Key

__all__ = ["Index"]

_PATIENCE = 300  # seconds to wait while another process updates the derived indexes
_RECENT = 10_000  # passages, and articles without texts, cached in memory


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
        self._library = Library(folder / "library.db", create=create)
        self._derived = Derived(folder, self._library, stemmer=stemmer, vector_index=vector_index)
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
        self._library.vectors.keep(model, vectors)

    def write(
        self,
        records: Sequence[Record],
        *,
        removed: Sequence[str] = (),
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

    # ---- maintenance

    def disagreements(self) -> dict[str, str]:
        """Describes the errors in the files of the derived indexes, by file."""
        return self._derived.disagreements()

    def rebuild(self) -> None:
        """Deletes the derived indexes; the next ``snapshot`` rebuilds them."""
        with self._lock, self._derived.turn(_PATIENCE):
            self._snapshot = None
            self._derived.delete()

    def compact(self) -> None:
        """Deletes the derived indexes, which may contain removed data, and frees unused space."""
        self._library.erase_removed()
        self.rebuild()
        self._library.compact()

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
        try:
            with self._derived.turn(_PATIENCE if waits else 0):
                return self._catch_up(model, dims)
        except BusyError:
            if self._snapshot is None or waits:
                raise
            return self._snapshot

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

    def _catch_up(self, model: str, dims: int) -> Snapshot:
        while True:
            generation = self._library.generation
            try:
                return self._at(generation, model, dims)
            except DamagedIndexError:
                if self._library.generation == generation:
                    raise  # otherwise, a writer has erased rows that were about to be read

    def _at(self, generation: int, model: str, dims: int) -> Snapshot:
        dense, lexical = self._derived.at(generation, model=model, dims=dims)
        return Snapshot(
            generation=generation,
            model=model,
            library=self._library,
            dense=dense,
            lexical=lexical,
            recent_passages=RecentRows(_RECENT),
            recent_heads=RecentRows(_RECENT),
        )

"""The dense index: inner-product search on unit vectors with FAISS.

An implementation of ``VectorIndex``. A base file contains the vectors up to one generation.
Later additions form a small exact delta, and removals a set of tombstones; both are replayed from
the library. When they exceed a tenth of the base, they are merged into a new base. The base is
searched exactly, unless it is so large that ``Clusters`` are faster.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np

from rag.index.clusters import Clusters
from rag.index.vector_index import digest_of, generation_of, read_base, write_base
from rag.index.vectors import Vectors

__all__ = ["DenseIndex"]

_FILE = "dense.faiss"
_FOLD_SHARE = 0.1
_TIES = 16  # extra candidates, so that ties at the cut-off are ordered by id
_WIDER = 8  # factor by which more are searched if all of them tie


def _faiss() -> Any:
    """The FAISS module, imported on first use."""
    import faiss

    return faiss


@contextmanager
def _one_thread() -> Iterator[None]:
    """Limits FAISS to one thread for the calling thread; on busy cores, two wait for each other."""
    threads = _faiss().omp_get_max_threads()
    _faiss().omp_set_num_threads(1)
    try:
        yield
    finally:
        _faiss().omp_set_num_threads(threads)


def _new(dims: int) -> Any:
    faiss = _faiss()
    return faiss.IndexIDMap2(faiss.IndexFlatIP(dims))


@dataclass(frozen=True, slots=True, kw_only=True)
class DenseIndex:
    """A ``VectorIndex`` that consists of a base, a delta and tombstones."""

    exact_up_to: ClassVar[int] = 100_000  # vectors; see benchmarks/RESULTS.md

    model: str
    dims: int
    generation: int
    base_generation: int
    base: Any
    delta: Any
    tombstones: frozenset[int]

    @classmethod
    def empty(cls, *, model: str, dims: int) -> Self:
        """An empty view at generation 0."""
        return cls(
            model=model,
            dims=dims,
            generation=0,
            base_generation=0,
            base=_new(dims),
            delta=_new(dims),
            tombstones=frozenset(),
        )

    @classmethod
    def load(cls, folder: Path, *, model: str, dims: int, stamp: Callable[[int], str]) -> Self:
        """Loads the base in ``folder``, or returns an empty view; see ``VectorIndex.load``."""
        empty = cls.empty(model=model, dims=dims)
        clusters = _clusters(folder / _FILE, model=model, dims=dims, stamp=stamp)
        if clusters is not None:
            base, generation = clusters
            return replace(empty, base=base, generation=generation, base_generation=generation)
        read = read_base(folder / _FILE, model=model, dims=dims, stamp=stamp)
        if read is None:
            return empty
        data, generation = read
        base = _faiss().deserialize_index(np.frombuffer(data, dtype=np.uint8))
        if isinstance(base, _faiss().IndexIVF):  # FAISS cannot map the file, as on Windows
            base = Clusters(base)
        return replace(empty, base=base, generation=generation, base_generation=generation)

    def save(self, folder: Path, *, stamp: str) -> None:
        """Writes the base, its checksum, and the model and library it belongs to."""
        if isinstance(self.base, Clusters):
            write_base(folder / _FILE, self.base.write, index=self, stamp=stamp)
            return
        data = _faiss().serialize_index(self.base).tobytes()
        write_base(folder / _FILE, data, index=self, stamp=stamp)

    def __len__(self) -> int:
        """The number of searchable passages."""
        return int(self.base.ntotal + self.delta.ntotal) - len(self.tombstones)

    def caught_up(
        self,
        *,
        generation: int,
        born: Sequence[int],
        died: Sequence[int],
        vectors: Callable[[Sequence[int]], Vectors],
    ) -> Self:
        """The view at ``generation``; see ``VectorIndex.caught_up``."""
        changed = len(born) + len(died)
        if changed > _FOLD_SHARE * self.base.ntotal:
            return self._folded(generation, born, died, vectors)
        delta = _new(self.dims)
        if born:
            delta.add_with_ids(vectors(born), np.asarray(born, dtype=np.int64))
        return replace(self, generation=generation, delta=delta, tombstones=frozenset(died))

    def _folded(
        self,
        generation: int,
        born: Sequence[int],
        died: Sequence[int],
        vectors: Callable[[Sequence[int]], Vectors],
    ) -> Self:
        """Merges all changes into a new base; the old base stays unchanged for ongoing searches."""
        number = int(self.base.ntotal) + len(born) - len(died)
        if number <= self.exact_up_to:
            base = self._merged(born, died, vectors)
        elif isinstance(self.base, Clusters) and self.base.is_fit_for(number):
            base = self.base.changed(born, died, vectors)
        else:
            rows = sorted({*self._base_rows(), *born}.difference(died))
            base = Clusters.build(rows, vectors, dims=self.dims)
        return replace(
            self.empty(model=self.model, dims=self.dims),
            base=base,
            generation=generation,
            base_generation=generation,
        )

    def _merged(
        self,
        born: Sequence[int],
        died: Sequence[int],
        vectors: Callable[[Sequence[int]], Vectors],
    ) -> Any:
        """An exact base with the changes."""
        faiss = _faiss()
        if isinstance(self.base, Clusters):  # the index has shrunk
            base, born = _new(self.dims), sorted({*self._base_rows(), *born}.difference(died))
        else:
            base = faiss.clone_index(self.base)
            if died:
                base.remove_ids(faiss.IDSelectorBatch(np.asarray(died, dtype=np.int64)))
        for start in range(0, len(born), 10_000):
            rows = born[start : start + 10_000]
            base.add_with_ids(vectors(rows), np.asarray(rows, dtype=np.int64))
        return base

    def _base_rows(self) -> list[int]:
        if isinstance(self.base, Clusters):
            return list(self.base.rows().tolist())
        return list(_faiss().vector_to_array(self.base.id_map).tolist())

    def search(
        self, query: Vectors, *, k: int, allowed: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """The ``k`` best rows as (row, score), best first; see ``VectorIndex.search``."""
        with _one_thread():
            return self._search(query, k=k, allowed=allowed)

    def _search(
        self, query: Vectors, *, k: int, allowed: Sequence[int] | None
    ) -> list[tuple[int, float]]:
        found: list[tuple[int, float]] = []
        for part, hidden in ((self.base, self.tombstones), (self.delta, frozenset())):
            if not part.ntotal:
                continue
            selector = _selector(allowed, hidden)
            if isinstance(part, Clusters):
                wanted = min(k + _TIES, int(part.ntotal))
                share = 1.0 if allowed is None else len(allowed) / part.ntotal
                found += part.search(query, wanted, selector=selector, share=share)
                continue
            found += _exactly(part, query, k=k, selector=selector)
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:k]

    def scores(self, query: Vectors, rows: Sequence[int]) -> dict[int, float]:
        """The inner product of ``query`` (dims,) with each indexed row among ``rows``."""
        found: dict[int, float] = {}
        if isinstance(self.base, Clusters):
            found |= self.base.scores(query, [row for row in rows if row not in self.tombstones])
        parts = (part for part in (self.delta, self.base) if not isinstance(part, Clusters))
        exact = [part for part in parts if part.ntotal]
        for row in rows:
            if row in self.tombstones:
                continue
            for part in exact:
                try:
                    found[row] = float(part.reconstruct(row) @ query)
                    break
                except RuntimeError:  # raised by FAISS if the row is not in this part
                    continue
        return found


def _exactly(part: Any, query: Vectors, *, k: int, selector: Any) -> list[tuple[int, float]]:
    """The ``k`` best rows of an exact index and all that tie with the last, as (row, score)."""
    parameters = _faiss().SearchParameters(sel=selector) if selector else None
    wanted = min(k + _TIES, int(part.ntotal))
    while True:
        scores, rows = part.search(query[None, :], wanted, params=parameters)
        found = [
            (int(row), float(score))
            for row, score in zip(rows[0], scores[0], strict=True)
            if row >= 0
        ]
        if wanted == part.ntotal or len(found) < wanted or found[-1][1] < found[k - 1][1]:
            return found
        wanted = min(_WIDER * wanted, int(part.ntotal))


def _selector(allowed: Sequence[int] | None, hidden: frozenset[int]) -> Any:
    """The FAISS selector of the ``allowed`` rows that are not ``hidden``; None if all are.

    It refers to what it was made of, which FAISS does not own.
    """
    faiss = _faiss()
    if allowed is None:
        if not hidden:
            return None
        batch = faiss.IDSelectorBatch(np.asarray(sorted(hidden), dtype=np.int64))
        selector = faiss.IDSelectorNot(batch)
        selector.rows = batch
        return selector
    rows = np.asarray(allowed, dtype=np.int64)
    bits = np.zeros(int(rows.max(initial=0)) + 1, dtype=bool)
    bits[rows] = True
    bits[[row for row in hidden if row < len(bits)]] = False
    return faiss.IDSelectorBitmap(np.packbits(bits, bitorder="little"))


def _clusters(
    path: Path, *, model: str, dims: int, stamp: Callable[[int], str]
) -> tuple[Clusters, int] | None:
    """The clusters at ``path`` and their generation; None if missing, invalid or of another kind.

    The file is checked before it is mapped; if it is replaced in between, it is not used.
    """
    try:
        if not Clusters.is_at(path):
            return None
        before = path.stat()
        generation = generation_of(path, digest_of(path), model=model, dims=dims, stamp=stamp)
        base = Clusters.read(path) if generation is not None else None
        after = path.stat()
    except (OSError, RuntimeError):  # FAISS raises the latter
        return None
    if base is None or generation is None or not os.path.samestat(before, after):
        return None
    return base, generation

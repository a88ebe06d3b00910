"""A plain NumPy search that every vector index must match, in ids and in scores."""

import io
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np

from rag.index.vector_index import read_base, write_base
from rag.index.vectors import Vectors

__all__ = ["NumpyIndex", "exact_search"]

_FILE = "dense.npz"


def exact_search(
    vectors: Vectors,
    ids: Sequence[int],
    query: Vectors,
    *,
    k: int,
    allowed: Collection[int] | None = None,
) -> list[tuple[int, float]]:
    """The ``k`` ids whose vectors have the greatest inner product with ``query``, best first.

    Args:
        vectors: unit vectors, (ids, dims).
        ids: the id of each row of ``vectors``.
        query: a unit vector, (dims,).
        k: the maximum number of ids.
        allowed: the ids that may be returned; None allows all.

    Returns:
        (id, inner product) pairs; ties are ordered by id.
    """
    scores = vectors @ query  # (ids,)
    passing = None if allowed is None else set(allowed)
    scored = [
        (int(id_), float(score))
        for id_, score in zip(ids, scores, strict=True)
        if passing is None or id_ in passing
    ]
    return sorted(scored, key=lambda pair: (-pair[1], pair[0]))[:k]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NumpyIndex:
    """A ``VectorIndex`` in one array, which is copied on every change."""

    model: str
    dims: int
    generation: int
    rows: tuple[int, ...]
    vectors: Vectors  # (rows, dims)

    @property
    def base_generation(self) -> int:
        """The same as ``generation``."""
        return self.generation

    @classmethod
    def empty(cls, *, model: str, dims: int) -> Self:
        """An empty view at generation 0."""
        vectors = np.zeros((0, dims), dtype=np.float32)
        return cls(model=model, dims=dims, generation=0, rows=(), vectors=vectors)

    @classmethod
    def load(cls, folder: Path, *, model: str, dims: int, stamp: Callable[[int], str]) -> Self:
        """Loads the array in ``folder``; returns an empty view if it is missing or invalid."""
        empty = cls.empty(model=model, dims=dims)
        read = read_base(folder / _FILE, model=model, dims=dims, stamp=stamp)
        if read is None:
            return empty
        data, generation = read
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            rows, vectors = tuple(arrays["rows"].tolist()), arrays["vectors"]
        return replace(empty, generation=generation, rows=rows, vectors=vectors)

    def save(self, folder: Path, *, stamp: str) -> None:
        """Writes the array, its checksum, and the model and library it belongs to."""
        file = io.BytesIO()
        np.savez(file, rows=np.asarray(self.rows, dtype=np.int64), vectors=self.vectors)
        write_base(folder / _FILE, file.getvalue(), index=self, stamp=stamp)

    def __len__(self) -> int:
        """The number of searchable passages."""
        return len(self.rows)

    def caught_up(
        self,
        *,
        generation: int,
        born: Sequence[int],
        died: Sequence[int],
        vectors: Callable[[Sequence[int]], Vectors],
    ) -> Self:
        """A copy at ``generation``, without the rows that ``died`` and with those ``born``."""
        gone = set(died)
        kept = [place for place, row in enumerate(self.rows) if row not in gone]
        parts = [self.vectors[kept], *([vectors(born)] if born else [])]
        return replace(
            self,
            generation=generation,
            rows=(*(self.rows[place] for place in kept), *born),
            vectors=np.concatenate(parts),
        )

    def search(
        self, query: Vectors, *, k: int, allowed: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """The result of ``exact_search`` over all rows."""
        return exact_search(self.vectors, self.rows, query, k=k, allowed=allowed)

    def scores(self, query: Vectors, rows: Sequence[int]) -> dict[int, float]:
        """The inner product of ``query`` (dims,) with each indexed row among ``rows``."""
        return dict(self.search(query, k=len(rows), allowed=rows))

"""Vectors in clusters, of which a search reads only the nearest, with FAISS.

Used for large indexes, where reading every vector takes too long. The vectors are stored as
float16, from which those of the library, at 64 dimensions or more, are recovered exactly; the file
is mapped into memory. The best candidates are scored again as an exact search scores them, so only
their choice is approximate. When the clusters are made, the number to read is raised until trial
searches find nearly all that an exact search finds. A search with a filter reads more clusters, the
fewer passages pass it.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from rag.index.vectors import Vectors

__all__ = ["Clusters"]

Rows = NDArray[np.int64]

_MARK = b"IwSq"  # the first bytes of the file
_BATCH = 20_000
_TRAINING = 40  # vectors per cluster to find the centres
_TRIALS = 64  # vectors searched to choose the number of clusters to read
_BEST = 100
_RECALL = 0.997
_NOISE = 0.7  # length of the noise that makes a trial as far from passages as a question
_LEAST = 16  # minimum clusters to read
_GROWTH = 4  # factor of growth at which new clusters are made


def _faiss() -> Any:
    """The FAISS module, imported on first use."""
    import faiss

    return faiss


class Clusters:
    """A FAISS index of clusters, with the rows of the passages as ids. Immutable once made."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def build(
        cls, rows: Sequence[int], vectors: Callable[[Sequence[int]], Vectors], *, dims: int
    ) -> Self:
        """Groups the vectors of ``rows`` in about as many clusters as the root of their number."""
        faiss, chance = _faiss(), np.random.Generator(np.random.PCG64(7))
        count = 1 << round(np.log2(len(rows)) / 2)
        centres = faiss.IndexFlatIP(dims)
        index = faiss.IndexIVFScalarQuantizer(
            centres, dims, count, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT, False
        )
        index.cp.spherical, index.cp.min_points_per_centroid = True, 1
        number = min(len(rows), _TRAINING * count)
        sample = sorted(chance.choice(len(rows), number, replace=False).tolist())
        index.train(_all(vectors, [rows[place] for place in sample]))
        found = cls(index)
        found._add(rows, vectors)
        found._choose_reach(vectors, chance.choice(rows, min(_TRIALS, len(rows)), replace=False))
        return found

    @staticmethod
    def is_at(path: Path) -> bool:
        """Whether the file at ``path`` is of this kind."""
        with path.open("rb") as file:
            return file.read(len(_MARK)) == _MARK

    @classmethod
    def read(cls, path: Path) -> Self:
        """Maps the file at ``path`` into memory."""
        return cls(_faiss().read_index(str(path), _faiss().IO_FLAG_MMAP))

    def write(self, path: Path) -> None:
        """Writes the file.

        Raises:
            OSError: it cannot be written.
        """
        try:
            _faiss().write_index(self._index, str(path))
        except RuntimeError as error:
            raise OSError(f"{path} cannot be written ({error})") from error

    @property
    def ntotal(self) -> int:
        """The number of vectors."""
        return int(self._index.ntotal)

    def is_fit_for(self, number: int) -> bool:
        """Whether there are enough clusters for ``number`` vectors."""
        return number <= _GROWTH * int(self._index.nlist) ** 2

    def rows(self) -> Rows:
        """The row of each vector, cluster by cluster."""
        parts = [self._list(each)[0] for each in range(self._index.nlist)]
        return np.concatenate([*parts, np.zeros(0, np.int64)])

    def changed(
        self,
        born: Sequence[int],
        died: Sequence[int],
        vectors: Callable[[Sequence[int]], Vectors],
    ) -> "Clusters":
        """A copy in the same clusters, without the rows that ``died`` and with those ``born``."""
        faiss = _faiss()
        old, gone = self._index, np.asarray(died, dtype=np.int64)
        index = faiss.IndexIVFScalarQuantizer(
            faiss.clone_index(old.quantizer), old.d, old.nlist, faiss.ScalarQuantizer.QT_fp16,
            faiss.METRIC_INNER_PRODUCT, False,
        )  # fmt: skip
        index.is_trained, index.nprobe = True, old.nprobe
        for each in range(old.nlist):
            rows, codes = self._list(each)
            kept = ~np.isin(rows, gone)
            rows, codes = np.ascontiguousarray(rows[kept]), np.ascontiguousarray(codes[kept])
            if len(rows):
                index.invlists.add_entries(
                    each, len(rows), faiss.swig_ptr(rows), faiss.swig_ptr(codes)
                )
            index.ntotal += len(rows)
        found = Clusters(index)
        found._add(born, vectors)
        return found

    def search(
        self, query: Vectors, k: int, *, selector: Any = None, share: float = 1.0
    ) -> list[tuple[int, float]]:
        """The best ``k`` rows that ``selector`` accepts, as (row, score), in no order.

        ``share`` is the share of the rows that it accepts.
        """
        faiss, index = _faiss(), self._index
        reach = min(int(index.nlist), int(np.ceil(index.nprobe / max(share, 1e-9))))
        parameters = faiss.SearchParametersIVF(sel=selector, nprobe=reach)
        _, rows = index.search(query[None, :], k, params=parameters)
        return list(self.scores(query, rows[0][rows[0] >= 0]).items())

    def scores(self, query: Vectors, rows: Sequence[int] | Rows) -> dict[int, float]:
        """The inner product of ``query`` with each of ``rows`` that is stored."""
        order, places = self._places
        wanted = np.asarray(rows, dtype=np.int64)
        at = np.minimum(np.searchsorted(order, wanted), max(len(order) - 1, 0))
        here = [(int(row), int(places[place])) for row, place in zip(wanted, at, strict=True)
                if len(order) and order[place] == row]  # fmt: skip
        found: dict[int, float] = {}
        for start in range(0, len(here), _BATCH):
            some = here[start : start + _BATCH]
            halves = np.stack([self._half(place) for _, place in some]).astype(np.float32)
            units = halves / np.linalg.norm(halves, axis=1, keepdims=True)  # as in the library
            found |= zip([row for row, _ in some], (units @ query).tolist(), strict=True)
        return found

    # ---- within

    def _half(self, place: int) -> NDArray[np.float16]:
        """The stored vector in the cluster and at the place that ``place`` states."""
        lists = self._index.invlists
        code = lists.get_single_code(place >> 32, place & 0xFFFFFFFF)
        return _faiss().rev_swig_ptr(code, lists.code_size).view(np.float16).copy()  # type: ignore[no-any-return]

    def _add(self, rows: Sequence[int], vectors: Callable[[Sequence[int]], Vectors]) -> None:
        for start in range(0, len(rows), _BATCH):
            some = rows[start : start + _BATCH]
            self._index.add_with_ids(vectors(some), np.asarray(some, dtype=np.int64))

    def _choose_reach(self, vectors: Callable[[Sequence[int]], Vectors], rows: Rows) -> None:
        """Doubles the number of clusters to read until trial searches find nearly all."""
        index, chance = self._index, np.random.Generator(np.random.PCG64(8))
        near = vectors(rows.tolist())
        noise = chance.standard_normal(near.shape, dtype=np.float32) / near.shape[1] ** 0.5
        trials = near + _NOISE * noise
        trials /= np.linalg.norm(trials, axis=1, keepdims=True)
        index.nprobe = index.nlist
        exact = index.search(trials, _BEST)[0][:, -1]  # the least score that belongs to the best
        reach = min(_LEAST, int(index.nlist))
        while reach < index.nlist:
            index.nprobe = reach
            found = index.search(trials, _BEST)[0]
            if np.mean(found >= exact[:, None]) >= _RECALL:
                return
            reach *= 2
        index.nprobe = index.nlist

    def _list(self, number: int) -> tuple[Rows, NDArray[np.uint8]]:
        """The rows and the codes of one cluster, copied."""
        faiss, lists = _faiss(), self._index.invlists
        size, width = lists.list_size(number), lists.code_size
        if not size:
            return np.zeros(0, np.int64), np.zeros((0, width), np.uint8)
        rows = faiss.rev_swig_ptr(lists.get_ids(number), size).copy()
        codes = faiss.rev_swig_ptr(lists.get_codes(number), size * width).copy()
        return rows, codes.reshape(size, width)

    @cached_property
    def _places(self) -> tuple[Rows, Rows]:
        """All rows in ascending order, and the cluster and place of each, in one number."""
        parts = [
            (number << 32) + np.arange(self._index.invlists.list_size(number), dtype=np.int64)
            for number in range(self._index.nlist)
        ]
        rows, places = self.rows(), np.concatenate(parts)
        order = np.argsort(rows, kind="stable")
        return rows[order], places[order]


def _all(vectors: Callable[[Sequence[int]], Vectors], rows: Sequence[int]) -> Vectors:
    """The vectors of all rows, read in batches."""
    return np.concatenate(
        [vectors(rows[start : start + _BATCH]) for start in range(0, len(rows), _BATCH)]
    )

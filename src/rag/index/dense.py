"""The dense index: exact inner product on unit vectors with FAISS, derived from the library.

A sealed base file holds the vectors up to one generation; what came since is a small exact delta
and what went is a set of tombstones, both replayed from the library. They are folded into a new
base when they pass a tenth of it. A damaged or foreign base is rebuilt without embedding again.
"""

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["DenseIndex"]

Vectors = NDArray[np.float32]
_FOLD_SHARE = 0.1
_TIES = 16  # extra candidates, so that equal scores at the edge are ordered by id


def _faiss() -> Any:
    """The engine, imported when first needed."""
    import faiss

    return faiss


def _new(dims: int) -> Any:
    faiss = _faiss()
    return faiss.IndexIDMap2(faiss.IndexFlatIP(dims))


def _write_synced(path: Path, data: bytes) -> None:
    """Writes beside, syncs, renames: the file is the old one or the new one, never a part."""
    beside = path.with_name(path.name + ".new")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


@dataclass(frozen=True, slots=True, kw_only=True)
class DenseIndex:
    """One immutable view, as of ``generation``; ``caught_up`` gives the next."""

    model: str
    dims: int
    generation: int
    base_generation: int
    base: Any
    delta: Any
    tombstones: frozenset[int]

    @staticmethod
    def empty(*, model: str, dims: int) -> "DenseIndex":
        """A view of generation 0."""
        return DenseIndex(
            model=model,
            dims=dims,
            generation=0,
            base_generation=0,
            base=_new(dims),
            delta=_new(dims),
            tombstones=frozenset(),
        )

    @staticmethod
    def load(folder: Path, *, model: str, dims: int, stamp: Callable[[int], str]) -> "DenseIndex":
        """The base in ``folder``, or an empty view where it is missing, foreign or damaged.

        ``stamp`` gives the library's own stamp of a generation, which the base must bear.
        """
        empty = DenseIndex.empty(model=model, dims=dims)
        try:
            about = json.loads((folder / "dense.json").read_text(encoding="utf-8"))
            data = (folder / "dense.faiss").read_bytes()
            expected = (model, dims, hashlib.sha256(data).hexdigest())
            if (about["model"], about["dims"], about["sha256"]) != expected:
                return empty
            generation = int(about["generation"])
            if not about["stamp"] or about["stamp"] != stamp(generation):
                return empty
        except (OSError, ValueError, KeyError, TypeError):
            return empty
        base = _faiss().deserialize_index(np.frombuffer(data, dtype=np.uint8))
        return replace(empty, base=base, generation=generation, base_generation=generation)

    def save(self, folder: Path, *, stamp: str) -> None:
        """Writes the base and what proves it whole and this library's."""
        data = _faiss().serialize_index(self.base).tobytes()
        about = {
            "model": self.model,
            "dims": self.dims,
            "generation": self.base_generation,
            "stamp": stamp,
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        _write_synced(folder / "dense.faiss", data)
        _write_synced(folder / "dense.json", json.dumps(about).encode())

    def __len__(self) -> int:
        """The number of passages that can be found."""
        return int(self.base.ntotal + self.delta.ntotal) - len(self.tombstones)

    def caught_up(
        self,
        *,
        generation: int,
        born: Sequence[int],
        died: Sequence[int],
        vectors: Callable[[Sequence[int]], Vectors],
    ) -> "DenseIndex":
        """The view of ``generation``: passages ``born`` and ``died`` since ``base_generation``.

        Args:
            generation: the generation to reach.
            born: rows to add, replayed from the base's generation.
            died: rows of the base to hide.
            vectors: gives the unit vectors of rows, (rows, dims).
        """
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
    ) -> "DenseIndex":
        """A new base that holds everything; this view's base stays as it is for its readers."""
        faiss = _faiss()
        base = faiss.clone_index(self.base)
        if died:
            base.remove_ids(faiss.IDSelectorBatch(np.asarray(died, dtype=np.int64)))
        for start in range(0, len(born), 10_000):
            rows = born[start : start + 10_000]
            base.add_with_ids(vectors(rows), np.asarray(rows, dtype=np.int64))
        return replace(
            DenseIndex.empty(model=self.model, dims=self.dims),
            base=base,
            generation=generation,
            base_generation=generation,
        )

    def search(
        self, query: Vectors, *, k: int, allowed: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """The ``k`` best rows by inner product with ``query`` (dims,), as (row, score), best first.

        Only rows in ``allowed`` are found where it is given; ties are in order of row.
        """
        faiss = _faiss()
        found: list[tuple[int, float]] = []
        for part, hidden in ((self.base, self.tombstones), (self.delta, frozenset())):
            wanted = min(k + _TIES, int(part.ntotal))
            if wanted == 0:
                continue
            keep: list[
                Any
            ] = []  # selectors are borrowed by FAISS, so they are held here while it searches
            if allowed is not None:
                keep.append(faiss.IDSelectorBatch(np.asarray(allowed, dtype=np.int64)))
            if hidden:
                keep.append(faiss.IDSelectorBatch(np.asarray(sorted(hidden), dtype=np.int64)))
                keep.append(faiss.IDSelectorNot(keep[-1]))
            selector = _both(keep, first=allowed is not None, second=bool(hidden))
            parameters = faiss.SearchParameters(sel=selector) if selector else None
            scores, rows = part.search(query[None, :], wanted, params=parameters)
            found += [
                (int(row), float(score))
                for row, score in zip(rows[0], scores[0], strict=True)
                if row >= 0
            ]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:k]

    def scores(self, query: Vectors, rows: Sequence[int]) -> dict[int, float]:
        """The inner product of ``query`` (dims,) with each of ``rows`` that is indexed."""
        found = {}
        for row in rows:
            for part in (self.delta, self.base):
                try:
                    found[row] = float(part.reconstruct(row) @ query)
                    break
                except RuntimeError:  # FAISS: not in this part
                    continue
        return found


def _both(keep: list[Any], *, first: bool, second: bool) -> Any:
    """The one selector that ``keep`` amounts to, appended to it so that it stays alive."""
    if first and second:
        keep.append(_faiss().IDSelectorAnd(keep[0], keep[-1]))
    return keep[-1] if keep else None

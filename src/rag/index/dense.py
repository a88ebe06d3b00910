"""The dense index: exact inner-product search on unit vectors with FAISS.

It is derived from the library. A base file holds the vectors up to one generation. Later additions
form a small exact delta, and removals a set of tombstones; both are replayed from the library. When
they exceed a tenth of the base, they are merged into a new base. A base that is damaged or belongs
to another library is rebuilt from the stored vectors, without embedding again.
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
_TIES = 16  # extra candidates, so that ties at the cutoff are ordered by id


def _faiss() -> Any:
    """The FAISS module, imported on first use."""
    import faiss

    return faiss


def _new(dims: int) -> Any:
    faiss = _faiss()
    return faiss.IndexIDMap2(faiss.IndexFlatIP(dims))


def _write_synced(path: Path, data: bytes) -> None:
    """Writes a temporary file, syncs it and renames it, so that ``path`` is never incomplete."""
    beside = path.with_name(path.name + ".new")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


@dataclass(frozen=True, slots=True, kw_only=True)
class DenseIndex:
    """An immutable view of the index at ``generation``; ``caught_up`` returns a newer one."""

    model: str
    dims: int
    generation: int
    base_generation: int
    base: Any
    delta: Any
    tombstones: frozenset[int]

    @staticmethod
    def empty(*, model: str, dims: int) -> "DenseIndex":
        """An empty view at generation 0."""
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
        """Loads the base in ``folder``; returns an empty view if it is missing or invalid.

        A base is invalid if it is damaged, or if it belongs to another model or library. ``stamp``
        returns the library's stamp of a generation, which must match the base's.
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
        """Writes the base, its checksum, and the model and library it belongs to."""
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
        """The number of searchable passages."""
        return int(self.base.ntotal + self.delta.ntotal) - len(self.tombstones)

    def caught_up(
        self,
        *,
        generation: int,
        born: Sequence[int],
        died: Sequence[int],
        vectors: Callable[[Sequence[int]], Vectors],
    ) -> "DenseIndex":
        """The view at ``generation``, with all changes since ``base_generation``.

        Args:
            generation: the generation to reach.
            born: rows added since the base's generation.
            died: rows of the base removed since then.
            vectors: returns the unit vectors of rows, (rows, dims).
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
        """Merges all changes into a new base; the old base stays unchanged for ongoing searches."""
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

        If ``allowed`` is given, only rows in it are returned. Ties are ordered by row.
        """
        faiss = _faiss()
        found: list[tuple[int, float]] = []
        for part, hidden in ((self.base, self.tombstones), (self.delta, frozenset())):
            wanted = min(k + _TIES, int(part.ntotal))
            if wanted == 0:
                continue
            # FAISS does not own selectors, so ``keep`` holds references during the search.
            keep: list[Any] = []
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
        """The inner product of ``query`` (dims,) with each indexed row among ``rows``."""
        found = {}
        for row in rows:
            for part in (self.delta, self.base):
                try:
                    found[row] = float(part.reconstruct(row) @ query)
                    break
                except RuntimeError:  # raised by FAISS if the row is not in this part
                    continue
        return found


def _both(keep: list[Any], *, first: bool, second: bool) -> Any:
    """Combines the selectors in ``keep``; the result is also stored there to keep it alive."""
    if first and second:
        keep.append(_faiss().IDSelectorAnd(keep[0], keep[-1]))
    return keep[-1] if keep else None

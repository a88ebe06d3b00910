"""The interface of vector indexes, and the files that they are saved in.

A vector index is derived from the library. It is saved as a base, one file with the vectors of one
generation, and later changes are replayed from the library. A base that is damaged or belongs to
another library is rebuilt from the stored vectors, without embedding again.
"""

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, Self

from rag.index.vectors import Vectors

__all__ = ["VectorIndex", "digest_of", "generation_of", "read_base", "write_base"]

_ABOUT = "dense.json"  # describes the base file


class VectorIndex(Protocol):
    """An immutable view of the vectors at ``generation``; ``caught_up`` returns a newer one.

    Vectors are identified by the rows of their passages. Scores are inner products of unit vectors.
    """

    @property
    def model(self) -> str:
        """The fingerprint of the model that made the vectors."""
        ...

    @property
    def dims(self) -> int:
        """The length of each vector."""
        ...

    @property
    def generation(self) -> int:
        """The generation of the library that is searched; 0 if the view is empty."""
        ...

    @property
    def base_generation(self) -> int:
        """The generation that ``save`` writes, at most ``generation``."""
        ...

    @classmethod
    def load(cls, folder: Path, *, model: str, dims: int, stamp: Callable[[int], str]) -> Self:
        """Loads the base in ``folder``; returns an empty view if it is missing or invalid.

        A base is invalid if it is damaged, or if it belongs to another model or library. ``stamp``
        returns the library's stamp of a generation, which must match the base's.
        """
        ...

    def save(self, folder: Path, *, stamp: str) -> None:
        """Writes the base, its checksum, and the model and library it belongs to."""
        ...

    def __len__(self) -> int:
        """The number of searchable passages."""
        ...

    def caught_up(
        self,
        *,
        generation: int,
        born: Sequence[int],
        died: Sequence[int],
        vectors: Callable[[Sequence[int]], Vectors],
    ) -> Self:
        """The view at ``generation``, with all changes since ``base_generation``.

        Args:
            generation: the generation to reach.
            born: rows added since the base's generation.
            died: rows of the base removed since then.
            vectors: returns the unit vectors of rows, (rows, dims).
        """
        ...

    def search(
        self, query: Vectors, *, k: int, allowed: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """The ``k`` best rows by inner product with ``query`` (dims,), as (row, score), best first.

        If ``allowed`` is given, only rows in it are returned. Ties are ordered by row.
        """
        ...

    def scores(self, query: Vectors, rows: Sequence[int]) -> dict[int, float]:
        """The inner product of ``query`` (dims,) with each indexed row among ``rows``."""
        ...


def read_base(
    path: Path, *, model: str, dims: int, stamp: Callable[[int], str]
) -> tuple[bytes, int] | None:
    """The contents of the base at ``path`` and its generation; None if it is missing or invalid."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    digest = hashlib.sha256(data).hexdigest()
    generation = generation_of(path, digest, model=model, dims=dims, stamp=stamp)
    return None if generation is None else (data, generation)


def generation_of(
    path: Path, digest: str, *, model: str, dims: int, stamp: Callable[[int], str]
) -> int | None:
    """The generation of the base at ``path``, whose SHA-256 is ``digest``; None if invalid."""
    try:
        about = json.loads(path.with_name(_ABOUT).read_text(encoding="utf-8"))
        if (about["model"], about["dims"], about["sha256"]) != (model, dims, digest):
            return None
        generation = int(about["generation"])
        if not about["stamp"] or about["stamp"] != stamp(generation):
            return None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return generation


def write_base(
    path: Path, data: bytes | Callable[[Path], None], *, index: VectorIndex, stamp: str
) -> None:
    """Writes the base of ``index`` to ``path``, as ``read_base`` expects it.

    ``data`` is its contents, or a function that writes them to a given file.
    """
    digest = _write_synced(path, data)
    about = {
        "model": index.model,
        "dims": index.dims,
        "generation": index.base_generation,
        "stamp": stamp,
        "sha256": digest,
    }
    _write_synced(path.with_name(_ABOUT), json.dumps(about).encode())


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, which is not loaded into memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_synced(path: Path, data: bytes | Callable[[Path], None]) -> str:
    """Writes a temporary file, syncs it and renames it, so that ``path`` is never incomplete.

    Returns the SHA-256 of the contents.
    """
    beside = path.with_name(path.name + ".new")
    try:
        if isinstance(data, bytes):
            beside.write_bytes(data)
        else:
            data(beside)
        digest = hashlib.sha256(data).hexdigest() if isinstance(data, bytes) else digest_of(beside)
        with beside.open("rb+") as file:
            os.fsync(file.fileno())
        beside.replace(path)
        return digest
    finally:
        beside.unlink(missing_ok=True)

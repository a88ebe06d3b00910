"""A cache of vectors, keyed by the model's fingerprint and the hash of the embedded text."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.index.database import Tables, chunks, digest

__all__ = ["Key", "VectorTables", "Vectors"]

Vectors = NDArray[np.float32]
Key = bytes


class VectorTables(Tables):
    """The table of vectors, stored as float16 with a digest that is checked on reading."""

    def keep(self, model: str, vectors: dict[Key, NDArray[np.float16]]) -> None:
        """Adds vectors to the cache, without a new generation."""
        with self.database.guarded(), self.connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            self.insert(model, vectors)

    def insert(self, model: str, vectors: dict[Key, NDArray[np.float16]]) -> None:
        """Adds vectors to the cache, within a transaction."""
        self.connection.executemany(
            "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)",
            [(model, key, d.tobytes(), digest(d.tobytes())) for key, d in vectors.items()],
        )

    def drop(self, keys: Sequence[Key]) -> None:
        """Deletes the vectors of texts that no passage contains any more, within a transaction."""
        model: str | None = ""
        while model is not None:
            query = "SELECT min(model) FROM vectors WHERE model > ?"
            (model,) = self.connection.execute(query, (model,)).fetchone()
            self.connection.executemany(
                "DELETE FROM vectors WHERE model = ? AND key = ?"
                " AND NOT EXISTS (SELECT 1 FROM passages WHERE key = vectors.key)",
                [(model, key) for key in keys if model is not None],
            )

    def missing(self, model: str, keys: Iterable[Key]) -> set[Key]:
        """The ``keys`` for which no intact vector of ``model`` is stored."""
        wanted = set(keys)
        stored = self._rows(model, wanted).items()
        return wanted - {key for key, (data, checksum) in stored if digest(data) == checksum}

    def _rows(self, model: str, keys: Iterable[Key]) -> dict[Key, tuple[bytes, bytes]]:
        found: dict[Key, tuple[bytes, bytes]] = {}
        with self.database.guarded():
            for chunk in chunks(list(keys)):
                marks = ",".join("?" * len(chunk))
                for key, data, stored in self.connection.execute(
                    f"SELECT key, data, digest FROM vectors WHERE model = ? AND key IN ({marks})",
                    (model, *chunk),
                ):
                    found[key] = (data, stored)
        return found

    def get(self, model: str, keys: Sequence[Key]) -> Vectors:
        """The unit vectors of ``keys``, float32, (keys, dims), checked against their digests."""
        found = self._rows(model, set(keys))
        for key, (data, stored) in found.items():
            if digest(data) != stored:
                raise self.database.damaged(f"the vector {key.hex()} fails its checksum")
        missing = set(keys) - found.keys()
        if missing:
            raise self.database.damaged(f"{len(missing)} vectors of the model are missing")
        if not keys:
            return np.zeros((0, 0), dtype=np.float32)
        halves = np.stack([np.frombuffer(found[key][0], dtype=np.float16) for key in keys])
        vectors = halves.astype(np.float32)  # (keys, dims)
        norms: Vectors = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / norms

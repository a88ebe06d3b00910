"""The committed generations of a library."""

import uuid
from collections.abc import Mapping

from rag.index.database import Tables

__all__ = ["Generations"]


class Generations(Tables):
    """Numbers the committed batches, and gives each a globally unique stamp."""

    @property
    def newest(self) -> int:
        """The number of committed batches."""
        found = self.database.get("generation")
        if found is None:
            raise self.database.damaged("it has no generation")
        return int(found)

    def stamp(self, generation: int) -> str:
        """A globally unique id of ``generation``; empty if the library has no such generation."""
        with self.database.guarded():
            row = self.connection.execute(
                "SELECT stamp FROM generations WHERE number = ?", (generation,)
            ).fetchone()
        return "" if row is None else str(row[0])

    def close(self, generation: int, meta: Mapping[str, str] | None = None) -> None:
        """Completes ``generation`` and stores the settings ``meta``, within a transaction."""
        self.connection.execute(
            "INSERT INTO generations VALUES (?, ?)", (generation, uuid.uuid4().hex)
        )
        self.database.put_all({**(meta or {}), "generation": str(generation)})

    def stamped(self) -> int:
        """The newest generation that has a stamp, 0 if none; within a ``guarded`` block."""
        query = "SELECT ifnull(max(number), 0) FROM generations"
        return int(self.connection.execute(query).fetchone()[0])

    def stamp_newest(self) -> None:
        """Stamps the newest generation, and drops later stamps, within a transaction."""
        newest = self.newest
        self.connection.execute("DELETE FROM generations WHERE number > ?", (newest,))
        self.connection.execute(
            "INSERT OR IGNORE INTO generations VALUES (?, ?)", (newest, uuid.uuid4().hex)
        )

"""Erases articles, and frees the space they took."""

import contextlib
import sqlite3
from collections.abc import Collection, Iterable, Sequence

from rag.index.database import Database, Tables, chunks
from rag.index.faults import Fault
from rag.index.files import FileTables
from rag.index.generations import Generations
from rag.index.near_duplicates import CopyTables
from rag.index.vectors import VectorTables

__all__ = ["Removal"]


class Removal(Tables):
    """The statements that erase articles with all that belongs to them."""

    def __init__(
        self,
        database: Database,
        *,
        generations: Generations,
        vectors: VectorTables,
        copies: CopyTables,
        files: FileTables,
    ) -> None:
        super().__init__(database)
        self._generations = generations
        self._vectors = vectors
        self._copies = copies
        self._files = files

    def discard(self, faults: Iterable[Fault]) -> None:
        """Erases damaged articles."""
        with self.database.guarded(), self.connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            generation = self._generations.newest + 1
            self._erase([fault.row for fault in faults], generation)
            connection.execute(
                "DELETE FROM sentences WHERE passage NOT IN"
                " (SELECT row FROM passages WHERE article != 0)"
            )
            self._generations.close(generation)
        self.empty_log()

    def erase(self, ids: Sequence[str], generation: int) -> None:
        """Erases articles in all revisions, within a transaction."""
        for chunk in chunks(ids):
            marks = ",".join("?" * len(chunk))
            query = f"SELECT row, CAST(origin AS BLOB) FROM articles WHERE id IN ({marks})"
            found = self.connection.execute(query, chunk).fetchall()
            self._files.forget([(origin or b"").decode("utf-8", "replace") for _, origin in found])
            self._erase([row for row, _ in found], generation)

    def _erase(self, rows: Sequence[int], generation: int) -> None:
        for chunk in chunks(rows):
            among = f"IN ({','.join('?' * len(chunk))})"
            keys = self.connection.execute(
                f"SELECT DISTINCT key FROM passages WHERE article {among}", chunk
            ).fetchall()
            revisions = self.connection.execute(
                f"SELECT DISTINCT revision FROM articles WHERE row {among}", chunk
            ).fetchall()
            self.connection.execute(
                "DELETE FROM sentences WHERE passage IN"
                f" (SELECT row FROM passages WHERE article {among})",
                chunk,
            )
            self.connection.execute(
                "UPDATE passages SET article = 0, start = 0, end = 0, key = x'', row_digest = NULL,"
                f" died = ifnull(died, ?) WHERE article {among}",
                (generation, *chunk),
            )
            self.connection.execute(f"DELETE FROM articles WHERE row {among}", chunk)
            self._vectors.drop([key for (key,) in keys])
            self._copies.drop([revision for (revision,) in revisions])

    def erase_removed(self, faults: Collection[Fault]) -> None:
        """Erases data that earlier versions only marked as removed; keeps damaged articles."""
        kept = {fault.row for fault in faults}
        with self.database.guarded(), self.connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            rows = connection.execute(
                "SELECT row FROM articles WHERE id NOT IN"
                " (SELECT id FROM articles WHERE died IS NULL)"
            ).fetchall()
            self._erase([row for (row,) in rows if row not in kept], self._generations.newest)

    def empty_log(self) -> None:
        """Writes the log, which may still contain erased data, into the file and empties it.

        If another process is reading, the log is emptied after a later removal instead.
        """
        with self.database.guarded(), contextlib.suppress(sqlite3.OperationalError):
            self.connection.execute("PRAGMA busy_timeout = 1000")
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            self.connection.execute("PRAGMA busy_timeout = 30000")

    def compact(self, *, least: float = 0.0) -> None:
        """Returns free space to the operating system if its share of the file exceeds ``least``."""
        with self.database.guarded():
            (free,) = self.connection.execute("PRAGMA freelist_count").fetchone()
            (pages,) = self.connection.execute("PRAGMA page_count").fetchone()
            if free > least * pages:
                self.connection.execute("VACUUM")
        self.empty_log()

"""The table of files that were read, with the state of each file at that time.

It is only a cache: a file whose row is missing or fails its checksum is read again.
"""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from rag.index.database import Tables, chunks
from rag.index.digests import row_digest

__all__ = ["FileTables"]

_TABLES = """
CREATE TABLE IF NOT EXISTS files (
    root TEXT NOT NULL, path TEXT NOT NULL, origin TEXT NOT NULL, state TEXT NOT NULL,
    row_digest BLOB NOT NULL, PRIMARY KEY (root, path)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS files_by_origin ON files (origin);
"""
_Key = tuple[str, str]


class FileTables(Tables):
    """The table of files that were read. Indexes of earlier versions do not have it."""

    @property
    def _exist(self) -> bool:
        query = "SELECT 1 FROM sqlite_master WHERE name = 'files'"
        return self.connection.execute(query).fetchone() is not None

    def states(self, roots: Collection[str]) -> dict[_Key, str]:
        """The stored states of the files found below ``roots``, by root and path."""
        with self.database.guarded():
            if not self._exist:
                return {}
            rows = [
                row
                for root in dict.fromkeys(roots)
                for row in self.connection.execute("SELECT * FROM files WHERE root = ?", (root,))
            ]
        return {
            (root, path): state
            for root, path, origin, state, stored in rows
            if row_digest(root, path, origin, state) == stored
        }

    def keep(self, files: Mapping[_Key, tuple[str, str]], *, gone: Collection[_Key]) -> None:
        """Stores the origin and the state of ``files``, and drops the rows of ``gone``."""
        rows = [(*key, *values, row_digest(*key, *values)) for key, values in files.items()]
        with self.database.guarded(), self.connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            for statement in _TABLES.strip().split(";\n"):
                connection.execute(statement)
            connection.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)", rows)
            connection.executemany("DELETE FROM files WHERE root = ? AND path = ?", list(gone))

    def forget(self, origins: Sequence[str]) -> None:
        """Drops the states of the files that contained the articles from ``origins``.

        Belongs within a transaction.
        """
        if not self._exist:
            return
        around = {str(each) for origin in origins for each in (Path(origin), *Path(origin).parents)}
        for chunk in chunks(sorted(around)):
            marks = ",".join("?" * len(chunk))
            self.connection.execute(f"DELETE FROM files WHERE origin IN ({marks})", chunk)

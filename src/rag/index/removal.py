"""Generations of a library; removes articles, and finds damaged rows."""

import contextlib
import sqlite3
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rag.errors import DamagedIndexError
from rag.index.causes import cause_of
from rag.index.database import chunks
from rag.index.digests import ROW_DIGESTS
from rag.index.files import FileTables
from rag.index.listing import ListingTables

__all__ = ["Fault", "RemovalTables"]

_VECTOR = "a vector is missing or fails its checksum"
_FAULTS = {
    "its title, date or source fails its checksum": (
        f"SELECT row FROM articles WHERE row_digest IS NOT {ROW_DIGESTS['articles']}"
    ),
    "its text fails its checksum": (
        "SELECT row FROM articles WHERE digest IS NOT digest(ifnull(CAST(text AS BLOB), x''))"
    ),
    "a passage fails its checksum": (
        "SELECT DISTINCT article FROM passages"
        f" WHERE article != 0 AND row_digest IS NOT {ROW_DIGESTS['passages']}"
    ),
    "passages are missing": (
        "SELECT row FROM articles WHERE passages IS NOT (SELECT count(*) FROM passages p"
        " WHERE p.article = articles.row"  # not by `died`, which matches nearly all rows
        " AND (+p.born, +p.died) IS (articles.born, articles.died))"
    ),
    "it is not found by its id": (
        "SELECT row FROM articles a WHERE NOT EXISTS (SELECT 1 FROM articles b"
        " INDEXED BY articles_by_id WHERE b.id = a.id AND b.row = a.row)"
    ),
    "it is missing, but its passages are not": (
        "SELECT DISTINCT article FROM passages"
        " WHERE article != 0 AND article NOT IN (SELECT row FROM articles)"
    ),
    _VECTOR: (
        "SELECT DISTINCT article FROM passages p LEFT JOIN vectors v"
        " ON v.model = (SELECT value FROM meta WHERE key = 'model') AND v.key = p.key"
        " WHERE p.article != 0 AND p.died IS NULL"
        " AND (v.key IS NULL OR v.digest IS NOT digest(ifnull(CAST(v.data AS BLOB), x'')))"
    ),
}
"""For each kind of damage, a query that returns the rows of the affected articles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A damaged revision of an article: its stored id and file, and the kind of damage.

    ``is_current`` is false for a superseded revision, and for one that was set aside.
    """

    row: int
    article_id: str
    origin: str
    is_current: bool
    what: str

    @property
    def is_derived(self) -> bool:
        """Whether only vectors are damaged; they can be recomputed from the stored text."""
        return self.what == _VECTOR


class RemovalTables(FileTables, ListingTables):
    """The statements that erase articles and check what is stored."""

    @property
    def generation(self) -> int:
        """The number of committed batches."""
        found = self.get("generation")
        if found is None:
            raise self.damaged("it has no generation")
        return int(found)

    def stamp(self, generation: int) -> str:
        """A globally unique id of ``generation``; empty if the library has no such generation."""
        with self.guarded():
            row = self.connection.execute(
                "SELECT stamp FROM generations WHERE number = ?", (generation,)
            ).fetchone()
        return "" if row is None else str(row[0])

    def _close_generation(self, generation: int, meta: Mapping[str, str] | None = None) -> None:
        self.connection.execute(
            "INSERT INTO generations VALUES (?, ?)", (generation, uuid.uuid4().hex)
        )
        self._put({**(meta or {}), "generation": str(generation)})

    # ---- damage

    def faults(self) -> list[Fault]:
        """The damaged revisions of articles, by row."""
        found: dict[int, str] = {}
        with self.guarded():
            for what, query in _FAULTS.items():
                for (row,) in self.connection.execute(query):
                    found.setdefault(row, what)
            return [self._fault(row, what) for row, what in sorted(found.items())]

    def _fault(self, row: int, what: str) -> Fault:
        id_, origin, is_current = self.connection.execute(
            "SELECT CAST(id AS BLOB), CAST(origin AS BLOB), died IS NULL FROM articles"
            " WHERE row = ?",
            (row,),
        ).fetchone() or (b"", b"", False)
        return Fault(
            row=row,
            article_id=(id_ or b"").decode("utf-8", "replace"),
            origin=(origin or b"").decode("utf-8", "replace"),
            is_current=bool(is_current),
            what=what,
        )

    def structure(self) -> list[str]:
        """The faults that SQLite reports in its tables, indexes and pages."""
        with self.guarded():
            said: list[str] = []
            try:
                rows = self.connection.execute("PRAGMA integrity_check(20)")
                said += [line for (line,) in rows]
            except sqlite3.DatabaseError as error:  # a page so damaged that the check ends
                if cause_of(error, self.path):
                    raise
                said.append(str(error))
            query = "SELECT ifnull(max(number), 0) FROM generations"
            (newest,) = self.connection.execute(query).fetchone()
        found = [] if said == ["ok"] else said
        if newest != self.generation:
            found.append(f"the newest generation is {newest}, not {self.generation}")
        return found

    def mend(self) -> None:
        """Rebuilds SQLite's indexes from the tables, and the stamp of the generation.

        The relations between texts are dropped; ``unsketched`` lists the texts to compare again.
        """
        try:
            self._index_again()
        except DamagedIndexError:  # SQLite cannot clear an index whose pages are damaged
            self._leave_indexes()
            self._index_again()

    def _leave_indexes(self) -> None:
        """Makes SQLite's indexes anew without reading the old ones, and drops the relations."""
        derived = "('overlaps', 'bands', 'sketches')"
        with self.guarded():
            with self.connection as connection:
                connection.execute("BEGIN IMMEDIATE")
                ours = f"type = 'index' AND sql IS NOT NULL AND tbl_name NOT IN {derived}"
                query = f"SELECT sql FROM sqlite_master WHERE {ours}"
                statements = [sql for (sql,) in connection.execute(query)]
                connection.execute("PRAGMA writable_schema = ON")
                connection.execute(
                    f"DELETE FROM sqlite_master WHERE {ours} OR tbl_name IN {derived}"
                )
                connection.execute("PRAGMA writable_schema = RESET")
                for statement in statements:
                    connection.execute(statement)
            self.connection.execute("VACUUM")  # frees the pages of the old indexes

    def _index_again(self) -> None:
        with self.guarded(), self.connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            self._drop_copies()
            connection.execute("REINDEX")
            newest = self.generation
            connection.execute("DELETE FROM generations WHERE number > ?", (newest,))
            connection.execute(
                "INSERT OR IGNORE INTO generations VALUES (?, ?)", (newest, uuid.uuid4().hex)
            )

    def set_aside(self, faults: Iterable[Fault]) -> None:
        """Hides damaged articles from search, so that all others can be read and indexed."""
        with self.guarded(), self.connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            generation = self.generation + 1
            for table, column in (("passages", "article"), ("articles", "row")):
                connection.executemany(
                    f"UPDATE {table} SET died = ? WHERE {column} = ? AND died IS NULL",
                    [(generation, fault.row) for fault in faults],
                )
            self._close_generation(generation)

    def discard(self, faults: Iterable[Fault]) -> None:
        """Erases damaged articles."""
        with self.guarded(), self.connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            generation = self.generation + 1
            self._erase([fault.row for fault in faults], generation)
            connection.execute(
                "DELETE FROM sentences WHERE passage NOT IN"
                " (SELECT row FROM passages WHERE article != 0)"
            )
            self._close_generation(generation)
        self.empty_log()

    # ---- removal

    def _erase_ids(self, ids: Sequence[str], generation: int) -> None:
        """Erases articles in all revisions."""
        for chunk in chunks(ids):
            marks = ",".join("?" * len(chunk))
            query = f"SELECT row, CAST(origin AS BLOB) FROM articles WHERE id IN ({marks})"
            found = self.connection.execute(query, chunk).fetchall()
            self._forget_files([(origin or b"").decode("utf-8", "replace") for _, origin in found])
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
            self._drop_vectors(keys)
            self._drop_sketches([revision for (revision,) in revisions])

    def _drop_vectors(self, keys: Sequence[tuple[bytes]]) -> None:
        """Deletes the vectors of texts that no passage contains any more."""
        model: str | None = ""
        while model is not None:
            query = "SELECT min(model) FROM vectors WHERE model > ?"
            (model,) = self.connection.execute(query, (model,)).fetchone()
            self.connection.executemany(
                "DELETE FROM vectors WHERE model = ? AND key = ?"
                " AND NOT EXISTS (SELECT 1 FROM passages WHERE key = vectors.key)",
                [(model, key) for (key,) in keys if model is not None],
            )

    def erase_removed(self) -> None:
        """Erases data that earlier versions of Byline only marked as removed."""
        kept = {fault.row for fault in self.faults()}
        with self.guarded(), self.connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            rows = connection.execute(
                "SELECT row FROM articles WHERE id NOT IN"
                " (SELECT id FROM articles WHERE died IS NULL)"
            ).fetchall()
            self._erase([row for (row,) in rows if row not in kept], self.generation)

    def empty_log(self) -> None:
        """Writes the log, which may still contain erased data, into the file and empties it.

        If another process is reading, the log is emptied after a later removal instead.
        """
        with self.guarded(), contextlib.suppress(sqlite3.OperationalError):
            self.connection.execute("PRAGMA busy_timeout = 1000")
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            self.connection.execute("PRAGMA busy_timeout = 30000")

    def compact(self, *, least: float = 0.0) -> None:
        """Returns free space to the operating system if its share of the file exceeds ``least``."""
        with self.guarded():
            (free,) = self.connection.execute("PRAGMA freelist_count").fetchone()
            (pages,) = self.connection.execute("PRAGMA page_count").fetchone()
            if free > least * pages:
                self.connection.execute("VACUUM")
        self.empty_log()

"""Finds damage in a library, hides damaged articles, and rebuilds SQLite's indexes."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from rag.errors import DamagedIndexError
from rag.index.causes import cause_of
from rag.index.database import Database, Tables
from rag.index.digests import ROW_DIGESTS
from rag.index.generations import Generations
from rag.index.near_duplicates import CopyTables

__all__ = ["Fault", "Faults"]

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


class Faults(Tables):
    """The checks of all tables, and what is done about damage."""

    def __init__(self, database: Database, generations: Generations, copies: CopyTables) -> None:
        super().__init__(database)
        self._generations = generations
        self._copies = copies

    def found(self) -> list[Fault]:
        """The damaged revisions of articles, by row."""
        found: dict[int, str] = {}
        with self.database.guarded():
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
        with self.database.guarded():
            said: list[str] = []
            try:
                rows = self.connection.execute("PRAGMA integrity_check(20)")
                said += [line for (line,) in rows]
            except sqlite3.DatabaseError as error:  # a page so damaged that the check ends
                if cause_of(error, self.database.path):
                    raise
                said.append(str(error))
            stamped = self._generations.stamped()
        found = [] if said == ["ok"] else said
        if stamped != (newest := self._generations.newest):
            found.append(f"the newest generation is {stamped}, not {newest}")
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
        with self.database.guarded():
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
        with self.database.guarded(), self.connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            self._copies.drop_all()
            connection.execute("REINDEX")
            self._generations.stamp_newest()

    def set_aside(self, faults: Iterable[Fault]) -> None:
        """Hides damaged articles from search, so that all others can be read and indexed."""
        with self.database.guarded(), self.connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            generation = self._generations.newest + 1
            for table, column in (("passages", "article"), ("articles", "row")):
                connection.executemany(
                    f"UPDATE {table} SET died = ? WHERE {column} = ? AND died IS NULL",
                    [(generation, fault.row) for fault in faults],
                )
            self._generations.close(generation)

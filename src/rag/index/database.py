"""The SQLite file of the library: one connection per thread, and errors that name the remedy."""

import hashlib
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from rag.errors import BylineError, DamagedIndexError, NotIndexedError
from rag.language.words import plain
from rag.schema import author_names

__all__ = ["Database", "chunks", "digest"]

_Item = TypeVar("_Item")

FORMAT = "2"
_WITH_SENTENCE_KEYS = "1"  # an earlier format that also stored a vector for each sentence

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE generations (number INTEGER PRIMARY KEY, stamp TEXT NOT NULL);
CREATE TABLE articles (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL, revision TEXT NOT NULL, title TEXT NOT NULL,
    outlet TEXT, author TEXT, published TEXT, language TEXT NOT NULL, url TEXT,
    origin TEXT NOT NULL, text TEXT NOT NULL, digest BLOB NOT NULL, recipe TEXT NOT NULL,
    born INTEGER NOT NULL, died INTEGER);
CREATE INDEX articles_by_id ON articles (id, born);
CREATE TABLE passages (
    row INTEGER PRIMARY KEY, article INTEGER NOT NULL REFERENCES articles, start INTEGER NOT NULL,
    end INTEGER NOT NULL, key BLOB NOT NULL, born INTEGER NOT NULL, died INTEGER);
CREATE INDEX passages_by_article ON passages (article);
CREATE INDEX passages_by_born ON passages (born);
CREATE INDEX passages_by_died ON passages (died);
CREATE TABLE sentences (
    passage INTEGER NOT NULL REFERENCES passages, position INTEGER NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL,
    PRIMARY KEY (passage, position)) WITHOUT ROWID;
CREATE TABLE vectors (
    model TEXT NOT NULL, key BLOB NOT NULL, data BLOB NOT NULL, digest BLOB NOT NULL,
    PRIMARY KEY (model, key)) WITHOUT ROWID;
"""


def digest(data: bytes) -> bytes:
    """A 16-byte BLAKE2b digest, stored with data because SQLite keeps no checksums."""
    return hashlib.blake2b(data, digest_size=16).digest()


def chunks(items: Sequence[_Item], size: int = 500) -> Iterator[Sequence[_Item]]:
    """Splits ``items`` into runs that stay below SQLite's limit on bound parameters."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _casefold(text: str | None) -> str | None:
    return None if text is None else text.casefold()


def _plain(text: str | None) -> str | None:
    return None if text is None else plain(text)


def _is_by(author: str | None, name: str) -> bool:
    """Whether ``name``, typed plain, is the byline or one of the names in it."""
    return name in (plain(author or ""), *map(plain, author_names(author)))


class Database:
    """One SQLite file. Safe for many reading threads and one writer at a time."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self.path = path
        self._local = threading.local()
        self._connections: list[tuple[threading.Thread, sqlite3.Connection]] = []
        self._registering = threading.Lock()
        self.is_writable = True
        if not path.is_file() and not create:
            raise NotIndexedError(
                f"there is no index in {path.parent}; make one with:"
                f" byline index FOLDER --index {path.parent}"
            )
        with self.guarded():
            self._prepare()

    def _prepare(self) -> None:
        with self.connection as connection:
            connection.execute("BEGIN IMMEDIATE" if not self._has_tables() else "BEGIN")
            if not self._has_tables():
                for statement in _SCHEMA.split(";\n"):
                    connection.execute(statement)
                connection.executemany(
                    "INSERT INTO meta VALUES (?, ?)", [("format", FORMAT), ("generation", "0")]
                )
        if self.get("format") not in (FORMAT, _WITH_SENTENCE_KEYS):
            raise DamagedIndexError(
                f"{self.path} has index format {self.get('format')}, this version reads {FORMAT};"
                " index the folder again into a new --index folder"
            )

    def _drop_sentence_keys(self) -> None:
        """Migrates an index from the earlier format without losing any data in use.

        The cached vectors of sentences are kept, because a passage that is about to be written may
        have the same text as a sentence.
        """
        if self.get("format") == FORMAT:
            return
        self.connection.execute("ALTER TABLE sentences DROP COLUMN key")
        self.connection.execute("UPDATE meta SET value = ? WHERE key = 'format'", (FORMAT,))

    def _has_tables(self) -> bool:
        query = "SELECT 1 FROM sqlite_master WHERE name = 'meta'"
        return self.connection.execute(query).fetchone() is not None

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection of the current thread; transactions are started explicitly."""
        if not hasattr(self._local, "connection"):
            connection = self._connect()
            with self._registering:
                self._close_abandoned()
                self._connections.append((threading.current_thread(), connection))
            self._local.connection = connection
        found: sqlite3.Connection = self._local.connection
        return found

    def _close_abandoned(self) -> None:
        """Closes the connections of threads that have ended."""
        ended = [connection for thread, connection in self._connections if not thread.is_alive()]
        self._connections = [entry for entry in self._connections if entry[0].is_alive()]
        for connection in ended:
            connection.close()

    def _connect(self) -> sqlite3.Connection:
        """Opens a connection, read-only if the folder is not writable."""
        options: dict[str, Any] = {
            "timeout": 30,
            "isolation_level": None,
            "check_same_thread": False,
        }
        connection: sqlite3.Connection = sqlite3.connect(self.path, **options)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
        except sqlite3.OperationalError as error:
            connection.close()
            if "readonly" not in str(error) and "unable to open" not in str(error):
                raise
            address = f"{self.path.resolve().as_uri()}?mode=ro&immutable=1"
            connection = sqlite3.connect(address, uri=True, **options)
            self.is_writable = False
        connection.create_function("casefold", 1, _casefold, deterministic=True)
        connection.create_function("plain", 1, _plain, deterministic=True)
        connection.create_function("is_by", 2, _is_by, deterministic=True)
        return connection

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Translates SQLite errors into Byline errors that name the file and the remedy."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise self._by_cause(error) from error
        except (sqlite3.DatabaseError, KeyError, TypeError) as error:
            raise self.damaged(str(error)) from error

    def _by_cause(self, error: sqlite3.OperationalError) -> BylineError:
        what = str(error)
        remedies = {
            "locked": "is being written by another process; try again when it is done",
            "readonly": "cannot be written; check the permissions of its folder",
            "full": "cannot grow: the disk is full; free disk space (stored data is intact)",
            "unable to open": "cannot be opened; check the permissions of its folder",
        }
        for sign, remedy in remedies.items():
            if sign in what:
                return NotIndexedError(f"{self.path} {remedy} ({what})")
        return self.damaged(what)

    def damaged(self, what: str) -> DamagedIndexError:
        """The error to raise if stored data is corrupt."""
        return DamagedIndexError(
            f"{self.path} is damaged ({what});"
            f" move {self.path.parent} away and index the folder again"
        )

    def close(self) -> None:
        """Closes the connections of all threads."""
        with self._registering:
            while self._connections:
                self._connections.pop()[1].close()
        self._local = threading.local()

    def get(self, key: str) -> str | None:
        """The setting ``key`` stored in the index, or None."""
        with self.guarded():
            row = self.connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def put(self, key: str, value: str) -> None:
        """Stores a setting in the index."""
        with self.guarded():
            self.connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

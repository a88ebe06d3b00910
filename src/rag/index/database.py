"""The SQLite file of the library: keeps few connections open; errors name the remedy."""

import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from rag.errors import DamagedIndexError, NotIndexedError
from rag.index.causes import cause_of, result_code
from rag.index.digests import digest, row_digest
from rag.index.format import EARLIER, FORMAT, create_tables, has_column, upgrade_tables
from rag.language.words import plain
from rag.schema import author_names

__all__ = ["Database", "Tables", "chunks", "digest"]

_Item = TypeVar("_Item")
_PATIENCE = 30.0  # seconds to wait for another writer
_DERIVED = ("dense.json", "lexical.json")
_IDLE = 2  # connections kept open for the next threads; each has three file descriptors


def chunks(items: Sequence[_Item], size: int = 500) -> Iterator[Sequence[_Item]]:
    """Splits ``items`` into runs that stay below SQLite's limit on bound parameters."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _casefold(text: str | None) -> str | None:
    return None if text is None else text.casefold()


@lru_cache(maxsize=10_000)  # a filter by outlet asks for each article's
def _plain(text: str | None) -> str | None:
    return None if text is None else plain(text)


def _is_by(author: str | None, name: str) -> bool:
    """Whether ``name``, in plain letters, is the byline or one of the names in it."""
    return name in (plain(author or ""), *map(plain, author_names(author)))


class _Loan(threading.local):
    """The connection that a thread has borrowed, and how many open blocks use it."""

    connection: sqlite3.Connection | None = None
    blocks = 0


class Database:
    """One SQLite file. Safe for many reading threads and one writer at a time.

    A thread borrows a connection for the duration of a ``guarded`` block. A few connections stay
    open for later blocks, so the number of file descriptors depends on how many blocks run at once,
    not on how many threads have ever read.
    """

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self.path = path
        self._loan = _Loan()
        self._idle: list[sqlite3.Connection] = []
        # For each open connection, the state of the file if it was opened as immutable.
        self._all: dict[sqlite3.Connection, tuple[int, ...] | None] = {}
        self._registering = threading.Lock()
        self._identity: tuple[int, int] | None = None
        if not path.is_file() and not create:
            raise self._none()
        self.is_writable = _may_write(path.parent) and (not path.exists() or _may_write(path))
        with self.guarded():
            self._prepare(create=create)
            self._identity = _identity(path)

    def _prepare(self, *, create: bool) -> None:
        with self.connection as connection:
            connection.execute("BEGIN" if _has_tables(connection) else "BEGIN IMMEDIATE")
            if not _has_tables(connection):
                if not create:
                    raise self.damaged("it is empty") if self._has_derived() else self._none()
                create_tables(connection)
                self.put_all({"format": FORMAT, "generation": "0"})
        query = "SELECT value FROM meta WHERE key = 'format'"
        stored, *_ = self.connection.execute(query).fetchone() or (None,)
        if stored in EARLIER and not has_column(self.connection, "articles", "row_digest"):
            self._upgrade()
        elif stored != FORMAT:
            raise DamagedIndexError(
                f"{self.path} has index format {stored}, this version reads {FORMAT};"
                " index the folder again into a new --index folder"
            )

    def _has_derived(self) -> bool:
        """Whether files derived from a library lie beside it, so that it was not always empty."""
        return any(self.path.with_name(name).exists() for name in _DERIVED)

    def _none(self) -> NotIndexedError:
        folder = self.path.parent
        return NotIndexedError(
            f"there is no index in {folder}; make one with: byline index FOLDER --index {folder}"
        )

    def _upgrade(self) -> None:
        """Brings an index of an earlier version to this format, in one transaction."""
        if not self.is_writable:
            raise NotIndexedError(
                f"{self.path} was made by an earlier version, and cannot be written to bring it to"
                " this one; open it once where it can be written, or index the folder again into a"
                " new --index folder"
            )
        with self.connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            if not has_column(
                connection, "articles", "row_digest"
            ):  # unless another process has done it meanwhile
                upgrade_tables(connection)

    # ---- connections

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection of the current thread; transactions are started explicitly."""
        loan = self._loan
        while loan.connection is None or self._is_outdated(loan.connection):
            loan.connection = self._take()
        return loan.connection

    def _is_outdated(self, connection: sqlite3.Connection) -> bool:
        """Whether another user's process has written; closes the connection if so."""
        fixed = self._all.get(connection)
        if fixed is None or fixed == self._state():
            return False
        self._all.pop(connection, None)
        connection.close()
        return True

    def _take(self) -> sqlite3.Connection:
        with self._registering:
            if self._idle:
                return self._idle.pop()
        connection, fixed = self._connect()
        with self._registering:
            self._all[connection] = fixed
        return connection

    @contextmanager
    def _borrowed(self) -> Iterator[None]:
        """Takes back the thread's connection at the end of its outermost block."""
        loan, thread = self._loan, threading.get_ident()
        loan.blocks += 1
        try:
            yield
        finally:
            if thread == threading.get_ident():  # otherwise, cleans up an abandoned generator
                loan.blocks -= 1
                if not loan.blocks and loan.connection is not None:
                    self._give_back(loan.connection)
                    loan.connection = None

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._registering:
            if connection in self._all and len(self._idle) < _IDLE:
                self._idle.append(connection)
                return
            self._all.pop(connection, None)
        connection.close()

    def _connect(self) -> tuple[sqlite3.Connection, tuple[int, ...] | None]:
        """Opens a connection, read-only if the folder is not writable or the disk is full.

        If it is opened as immutable, also returns the state of the file.
        """
        if not self.is_writable:
            return self._connect_to_read()
        connection = self._opened("rw" if self._identity else "rwc")
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA secure_delete = ON")
        except sqlite3.OperationalError as error:
            connection.close()
            full = result_code(error) in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
            if not full or not self.path.stat().st_size:
                raise
            return self._connect_to_read()
        return connection, None

    def _connect_to_read(self) -> tuple[sqlite3.Connection, tuple[int, ...] | None]:
        """Opens a read-only connection that sees what other processes write."""
        connection = self._opened("ro")
        try:
            _has_tables(connection)
        except (
            sqlite3.OperationalError
        ):  # no process has the file open, and SQLite cannot create its log
            connection.close()
            state = self._state()
            if any(state[2:]):  # the latest commits are in a log that cannot be read
                raise
            return self._opened("ro&immutable=1"), state
        return connection, None

    def _opened(self, mode: str) -> sqlite3.Connection:
        address = f"{self.path.resolve().as_uri()}?mode={mode}"
        options: dict[str, Any] = {"isolation_level": None, "check_same_thread": False}
        connection: sqlite3.Connection = sqlite3.connect(
            address, uri=True, timeout=_PATIENCE, **options
        )
        for name, count, function in (
            ("casefold", 1, _casefold),
            ("plain", 1, _plain),
            ("is_by", 2, _is_by),
            ("digest", 1, digest),
            ("row_digest", -1, row_digest),
        ):
            connection.create_function(name, count, function, deterministic=True)
        return connection

    def _state(self) -> tuple[int, ...]:
        """The file's modification time and size, and the size of its log."""
        stat = self.path.stat()
        log = self.path.with_name(f"{self.path.name}-wal")
        return stat.st_mtime_ns, stat.st_size, log.stat().st_size if log.exists() else 0

    def close(self) -> None:
        """Closes the connections of all threads."""
        with self._registering:
            self._idle.clear()
            while self._all:
                self._all.popitem()[0].close()
        self._loan = _Loan()

    # ---- errors

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Translates SQLite errors into Byline errors that name the file and the remedy."""
        self._check_place()
        try:
            with self._borrowed():
                yield
        except sqlite3.ProgrammingError as error:
            raise NotIndexedError(f"{self.path} was closed ({error}); open it again") from error
        except sqlite3.DatabaseError as error:
            if cause := cause_of(error, self.path):
                raise NotIndexedError(f"{self.path} {cause} ({error})") from error
            raise self.damaged(str(error)) from error
        except (KeyError, TypeError, UnicodeDecodeError) as error:
            raise self.damaged(str(error)) from error

    def _check_place(self) -> None:
        """Raises an error if the index folder was removed, or replaced by another."""
        if self._identity and _identity(self.path) not in (self._identity, None):
            raise NotIndexedError(
                f"{self.path.parent} was removed or replaced while it was open; open the index"
                " again, by a restart if byline chat is running"
            )

    def damaged(self, what: str) -> DamagedIndexError:
        """The error to raise if stored data is corrupt."""
        folder = self.path.parent
        return DamagedIndexError(
            f"{self.path} is damaged ({what}); index the folder again, or repair it with:"
            f" byline verify --repair --index {folder}; if both fail, move {folder} away first"
        )

    # ---- settings

    def get(self, key: str) -> str | None:
        """The setting ``key`` stored in the index, or None."""
        with self.guarded():
            rows = self.connection.execute("SELECT key, value, row_digest FROM meta").fetchall()
        for name, value, stored in rows:
            if row_digest(name, value) != stored:
                raise self.damaged(f"the setting {name!r} fails its checksum")
        return next((str(value) for name, value, _ in rows if name == key), None)

    def put(self, key: str, value: str) -> None:
        """Stores a setting in the index."""
        with self.guarded():
            self.put_all({key: value})

    def put_all(self, values: Mapping[str, str]) -> None:
        """Stores settings in the index, within a ``guarded`` block."""
        self.connection.executemany(
            "INSERT OR REPLACE INTO meta VALUES (?, ?, ?)",
            [(key, value, row_digest(key, value)) for key, value in values.items()],
        )


class Tables:
    """Some tables of a database, and what is done with them.

    Methods that write without opening a transaction belong within one of the caller's.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection of the current thread."""
        return self.database.connection


def _has_tables(connection: sqlite3.Connection) -> bool:
    query = "SELECT 1 FROM sqlite_master WHERE name = 'meta'"
    return connection.execute(query).fetchone() is not None


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _identity(path: Path) -> tuple[int, int] | None:
    """The identity of the file at ``path``; (0, 0) if it is gone, None if it is unknown."""
    try:
        stat = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return 0, 0
    except OSError:
        return None
    return stat.st_dev, stat.st_ino

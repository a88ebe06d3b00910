"""Feedback from users on answers, stored in a separate database next to the index.

Rows are only added, never changed or removed. The store is safe for many threads and processes,
because each call opens its own connection.
"""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from rag.errors import BylineError, DamagedIndexError, UsageError
from rag.schema import Filter, Statement, Turn

__all__ = ["Feedback", "FeedbackStore"]

FILE = "feedback.db"
OLD_FILE = "desk.db"  # the file name in version 0.1
FORMAT = 1
VERDICTS = ("right", "wrong", "wrong source", "not in the text", "should have found")
LONGEST_NOTE = 2000
LONGEST = 1_000_000  # maximum characters of one entry as JSON, including the conversation
LARGEST = 65_536  # pages of 4 KiB: at most 256 MB

_SCHEMA = """
CREATE TABLE IF NOT EXISTS feedback (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, content TEXT NOT NULL)
"""
_REMEDIES = {
    "locked": "is being written by another process; try again",
    "full": "cannot grow: the file or the disk is full; free disk space, or move the file away",
    "readonly": "cannot be written; check the permissions of its folder",
    "unable to open": "cannot be opened; check that its folder exists and is writable",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """A user's verdict on one answer, with the question and the answer as shown.

    ``verdict`` is "right", "wrong", "wrong source", "not in the text" or "should have found".
    ``exchange`` identifies the answer, which may have several verdicts. ``at`` is the time of the
    verdict, ``asked`` the time of the question. ``model`` and ``generation`` describe the index. An
    answer without ``statements`` was an abstention.

    Raises:
        UsageError: the verdict is not one of these, or the note exceeds 2,000 characters.
    """

    id: str
    at: datetime
    verdict: str
    note: str = ""
    exchange: str
    asked: datetime
    question: str
    standalone_question: str
    history: tuple[Turn, ...] = ()
    filter: Filter = field(default_factory=Filter)
    statements: tuple[Statement, ...] = ()
    generation: int = 0
    model: str = ""

    def __post_init__(self) -> None:
        """Validates the verdict and the note."""
        if self.verdict not in VERDICTS:
            raise UsageError(f"verdict is {self.verdict!r}; give one of: {', '.join(VERDICTS)}")
        if len(self.note) > LONGEST_NOTE:
            raise UsageError(
                f"the note has {len(self.note):,} characters; shorten it to {LONGEST_NOTE:,}"
            )


class FeedbackStore:
    """Feedback in one SQLite file, which is created when the first entry is stored."""

    def __init__(self, path: str | Path) -> None:
        """Accepts an index folder, which contains ``feedback.db``, or the path of a ``.db``."""
        given = Path(path)
        old = given / OLD_FILE
        file = old if old.is_file() else given / FILE
        self.path = given if given.suffix == ".db" else file

    def keep(self, feedback: Feedback) -> None:
        """Stores an entry; an id that is already stored is ignored.

        Raises:
            UsageError: the file cannot be written, or the entry is too large.
            DamagedIndexError: the file is not a feedback database.
        """
        fields = asdict(feedback)
        content = json.dumps(fields, ensure_ascii=False, default=lambda day: day.isoformat())
        if len(content) > LONGEST:
            raise UsageError(
                f"the feedback has {len(content):,} characters including the conversation, but the"
                f" limit is {LONGEST:,}; send it with a shorter conversation"
            )
        with self._guarded(), closing(self._opened()) as connection:
            connection.execute(
                "INSERT OR IGNORE INTO feedback (id, content) VALUES (?, ?)", (feedback.id, content)
            )

    def all(self) -> list[Feedback]:
        """All feedback, oldest first; empty if the file does not exist.

        Raises:
            UsageError: the file cannot be read.
            DamagedIndexError: the file is not a feedback database.
        """
        if not self.path.exists():
            return []
        from pydantic import TypeAdapter  # takes long to import

        with self._guarded(), closing(self._opened()) as connection:
            rows = connection.execute("SELECT content FROM feedback ORDER BY row").fetchall()
            read = TypeAdapter(Feedback).validate_json
            return [read(content) for (content,) in rows]

    def _opened(self) -> sqlite3.Connection:
        """A connection, read-only if the folder is not writable."""
        connection = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        try:
            self._prepare(connection)
        except sqlite3.OperationalError as error:
            connection.close()
            if not self.path.exists() or not re.search("readonly|unable to open", str(error)):
                raise
            address = f"{self.path.resolve().as_uri()}?mode=ro&immutable=1"
            return sqlite3.connect(address, uri=True)
        except Exception:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        connection.execute(f"PRAGMA max_page_count = {LARGEST}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > FORMAT:
            raise UsageError(f"{self.path} was written by a newer version of Byline; update Byline")
        if version < FORMAT:
            connection.execute(_SCHEMA)
            connection.execute(f"PRAGMA user_version = {FORMAT}")

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Translates SQLite errors into Byline errors that name the file and the remedy."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise self._told(str(error)) from error
        except ValueError as error:
            raise self._told(f"a row cannot be read: {error}") from error

    def _told(self, what: str) -> BylineError:
        for sign, remedy in _REMEDIES.items():
            if sign in what:
                return UsageError(f"{self.path} {remedy} ({what})")
        return DamagedIndexError(
            f"{self.path} is not a feedback database ({what}); move it away to start a new one"
        )

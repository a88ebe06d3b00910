"""Distinguishes damage from a full disk, a missing permission and other system errors."""

import contextlib
import errno
import os
import sqlite3
from pathlib import Path

__all__ = ["cause_of", "result_code"]

_WRITTEN = "is being written by another process; try again when it is done"
_SHUT = "cannot be opened; check the permissions of its folder"
_CAUSES = {
    sqlite3.SQLITE_BUSY: _WRITTEN,
    sqlite3.SQLITE_LOCKED: _WRITTEN,
    sqlite3.SQLITE_READONLY: "cannot be written; check the permissions of its folder, and the free"
    " disk space",
    sqlite3.SQLITE_PERM: _SHUT,
    sqlite3.SQLITE_CANTOPEN: _SHUT,
    sqlite3.SQLITE_FULL: "cannot grow: the disk is full; free disk space (stored data is intact)",
    sqlite3.SQLITE_IOERR: "could not be read or written by the system; check the disk, its free"
    " space and any limit on the size of files (stored data is intact)",
    sqlite3.SQLITE_NOMEM: "needs more memory than is available; end other programs and try again",
}
_FILES = 3  # files of a connection: the index, its log and the shared memory
_UNREADABLE = {
    errno.EMFILE: "cannot be opened: this process has reached its limit on open files; try again,"
    " or raise the limit with ulimit -n",
    errno.ENFILE: "cannot be opened: too many files are open on this machine; close some",
    errno.EACCES: "may not be read by this user; check the permissions of its folder",
    errno.EIO: "cannot be read: the disk reports an error; check the disk",
}


def result_code(error: sqlite3.Error) -> int:
    """The primary result code of SQLite; 0 if the error is not from SQLite."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def cause_of(error: sqlite3.Error, path: Path) -> str | None:
    """Describes the problem with the file at ``path`` and the remedy; None if it is damaged."""
    code = result_code(error)
    if code == sqlite3.SQLITE_CANTOPEN:
        try:
            _open_several()
            path.open("rb").close()
        except OSError as cause:
            return _UNREADABLE.get(cause.errno or 0, _SHUT)
    return _CAUSES.get(code)


def _open_several() -> None:
    """Opens as many files as a connection needs, to detect a lack of file descriptors."""
    with contextlib.ExitStack() as held:
        for _ in range(_FILES):
            held.callback(os.close, os.open(os.devnull, os.O_RDONLY))

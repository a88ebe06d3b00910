"""Private folders that do not outlive the server, even if it is killed."""

import atexit
import contextlib
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import NoReturn

__all__ = ["PrivateFolder", "keep_incoming", "leave", "sweep"]

PREFIX = "byline-sessions-"
_YOUNG = 60.0  # seconds; a folder this new may be about to be locked


class PrivateFolder:
    """A folder that only this user can open, deleted by ``close``.

    The folder is locked while the process runs, so that ``sweep`` can find folders of killed ones.
    """

    def __init__(self, parent: Path | None = None) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))  # with mode 0700
        self._handle = None if os.name != "posix" else os.open(self.path, os.O_RDONLY)
        if self._handle is not None:
            _lock(self._handle)

    def close(self) -> None:
        """Deletes the folder."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


_incoming: list[PrivateFolder] = []


def leave() -> NoReturn:
    """Ends the process with status 0 at once; freeing a loaded model could take seconds."""
    for folder in _incoming:
        folder.close()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _lock(handle: int) -> None:
    """Locks an open folder until it is closed; raises OSError if another process holds it."""
    import fcntl

    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def keep_incoming() -> None:
    """Sets a private folder of this process for Gradio's uploads, unless another one is set.

    Gradio's default folder is shared by all its programs, so leftovers of killed ones are unknown.
    """
    if "GRADIO_TEMP_DIR" not in os.environ:
        folder = PrivateFolder()
        _incoming.append(folder)
        os.environ["GRADIO_TEMP_DIR"] = str(folder.path)
        atexit.register(folder.close)


def sweep(parent: Path | None = None) -> int:
    """Deletes the folders left by killed servers of this user; returns their number.

    Only works on POSIX, because other systems cannot lock a folder.
    """
    found = 0
    if os.name != "posix":
        return found
    for folder in Path(parent or tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):  # another user's folder, or already deleted
            about = folder.lstat()
            is_own = folder.is_dir() and not folder.is_symlink()
            if not is_own or about.st_uid != os.getuid() or time.time() - about.st_mtime < _YOUNG:
                continue
            handle = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW)
            try:
                _lock(handle)  # fails while its server lives
                shutil.rmtree(folder, ignore_errors=True)
                found += 1
            finally:
                os.close(handle)
    return found

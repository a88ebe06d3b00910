"""Private folders that do not outlive the server, even if it is killed."""

import atexit
import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path

__all__ = ["PrivateFolder", "keep_incoming", "sweep"]

PREFIX = "byline-sessions-"
_YOUNG = 60.0  # seconds; a folder this new may be about to be locked


class PrivateFolder:
    """A folder that only this user can open, deleted by ``close``.

    The folder is locked while the process lives, so that ``sweep`` can tell what a killed one left.
    """

    def __init__(self, parent: Path | None = None) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))  # with mode 0700
        self._handle = os.open(self.path, os.O_RDONLY)
        fcntl.flock(self._handle, fcntl.LOCK_EX)

    def close(self) -> None:
        """Deletes the folder."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._handle)


def keep_incoming() -> None:
    """Gives Gradio a private folder of this process for uploads, unless it is told another.

    Gradio's own folder is one for all its programs, so nobody can tell what a killed one left.
    """
    if "GRADIO_TEMP_DIR" not in os.environ:
        folder = PrivateFolder()
        os.environ["GRADIO_TEMP_DIR"] = str(folder.path)
        atexit.register(folder.close)


def sweep(parent: Path | None = None) -> int:
    """Deletes the folders that killed servers of this user left; returns how many."""
    found = 0
    for folder in Path(parent or tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):  # another user's, or gone by now
            about = folder.lstat()
            is_own = folder.is_dir() and not folder.is_symlink()
            if not is_own or about.st_uid != os.getuid() or time.time() - about.st_mtime < _YOUNG:
                continue
            handle = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)  # fails while its server lives
                shutil.rmtree(folder, ignore_errors=True)
                found += 1
            finally:
                os.close(handle)
    return found

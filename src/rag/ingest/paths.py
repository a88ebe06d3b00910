"""File paths: resolves them, makes cache keys, and detects changes."""

from collections.abc import Sequence
from pathlib import Path

__all__ = [
    "Key",
    "Resolver",
    "Stamp",
    "is_at_rest",
    "is_storable",
    "key_of",
    "roots_of",
    "stamp_of",
]

Stamp = tuple[int, ...]
"""The size of a file, its modification and change times in nanoseconds, and its inode."""
Key = tuple[str, str]
"""The root folder in which a file was found, and its path."""


class Resolver:
    """Resolves paths like ``Path.resolve``, but each folder only once."""

    def __init__(self) -> None:
        self._folders: dict[Path, Path] = {}

    def __call__(self, path: Path) -> str:
        """The real path of ``path``."""
        try:
            if path.is_symlink() or path.name in ("", ".."):
                return str(path.resolve())
        except OSError:  # inaccessible
            return str(path.resolve())
        folder = self._folders.get(path.parent)
        if folder is None:
            folder = self._folders[path.parent] = path.parent.resolve()
        return str(folder / path.name)


def key_of(path: Path, root: Path) -> Key:
    """The key of a file found below ``root``; the same whether the root is absolute or relative."""
    return str(root.absolute()), str(path.absolute())


def stamp_of(path: Path) -> Stamp | None:
    """The stamp of the file at ``path``; None if it cannot be accessed."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def is_at_rest(path: Path, rest: float, now: float) -> bool:
    """Whether a file was unchanged for the last ``rest`` seconds before ``now``."""
    stamp = stamp_of(path)
    return stamp is None or abs(now - max(stamp[1:3]) / 1e9) >= rest


def roots_of(files: Sequence[tuple[Path, Path]], paths: Sequence[Path]) -> list[str]:
    """The roots in the keys of ``files`` and of files that used to be at ``paths``."""
    roots = {str(each.absolute()) for each in (*paths, *(root for _, root in files))}
    return sorted(root for root in roots if is_storable(root))


def is_storable(*names: str) -> bool:
    """Whether all names are valid UTF-8, which the database requires."""
    try:
        "".join(names).encode()
    except UnicodeEncodeError:  # a name that is not UTF-8
        return False
    return True

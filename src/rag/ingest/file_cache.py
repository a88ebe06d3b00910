"""Remembers the articles of each file, so that an unchanged file is not read again.

A file counts as unchanged if its size, times, inode and real path, the code and settings for
reading it, and the URLs that it shares with other files are the same. A file that was changed
shortly before it was read is not remembered, because a second change within the resolution of the
file system's clock would go unnoticed.
"""

import hashlib
import platform
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Protocol

from rag.config import Config
from rag.ingest.file_state import FileState, Given, Notes
from rag.ingest.paths import Key, Resolver, Stamp, is_storable, key_of, stamp_of
from rag.schema import Article

__all__ = ["FileCache", "Indexed"]

_RESOLUTION = 2.0  # seconds; the resolution of FAT, the coarsest clock of a file system
_FORMAT = 1  # of the stored text
_LIBRARIES = (
    "charset-normalizer", "courlan", "htmldate", "justext", "lxml", "lxml-html-clean",
    "markdown-it-py", "pyarrow", "pypdfium2", "pystemmer", "pyyaml", "sentencex", "trafilatura",
)  # fmt: skip


@lru_cache(maxsize=1)
def _code() -> str:
    """The digest of the code that reads files and of the versions of its libraries."""
    found = hashlib.blake2b(platform.python_version().encode(), digest_size=16)
    for package in (Path(__file__).parent, Path(__file__).parents[1] / "language"):
        for path in sorted(package.rglob("*.py")):
            found.update(path.read_bytes())
    for name in _LIBRARIES:
        with suppress(PackageNotFoundError):
            found.update(f"{name} {version(name)}".encode())
    return found.hexdigest()


def _recipe(config: Config) -> str:
    """Identifies everything but the file that affects what is read from it."""
    return f"{_FORMAT} {_code()} {config.language} {config.max_file_mb} {config.fields}"


class Indexed(Protocol):
    """The interface to the indexed articles that a cache needs."""

    def is_settled(self, given: Given) -> bool:
        """Whether indexing the article again would change nothing."""

    def as_indexed(self, given: Given) -> Article:
        """The indexed article without its text; if another file has its id, only the origin."""


class FileCache:
    """The articles of files that earlier runs have read. Create one object for each run.

    ``stored`` maps the root and the path of a file to its state, as an earlier run left it in
    ``remembered``. ``articles`` gives access to the indexed articles.
    """

    def __init__(
        self,
        stored: Mapping[Key, str],
        *,
        config: Config,
        articles: Indexed,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._stored = stored
        self._recipe = _recipe(config)
        self._articles = articles
        self._clock = clock
        self._resolve = Resolver()
        self._states: dict[Key, FileState] = {}
        self._seen: dict[Key, tuple[Stamp, float]] = {}  # with the time of the check (s)
        self._addresses: dict[Key, str | None] = {}
        self.remembered: dict[Key, tuple[str, str]] = {}
        """The real path and the state (as text) of each file read that is not stored yet."""
        self._found: set[Key] = set()
        self.began = 0.0
        """When reading began, by ``clock``."""
        self.articles_read = 0
        """The number of articles in the files read so far."""
        self._bytes_read = self._bytes = 0  # so far, and in all files to read

    def look(self, files: Sequence[tuple[Path, Path]]) -> None:
        """Records the state of all files before any is read."""
        for path, root in files:
            key = key_of(path, root)
            self._found.add(key)
            if (stamp := stamp_of(path)) is None or not is_storable(*key):
                continue
            self._seen[key] = (stamp, self._clock())
            with suppress(KeyError, TypeError, ValueError):  # then the file is read again
                state = FileState.from_text(self._stored[key])
                told = str(path) if state.notes.has_messages else state.shown
                now = (stamp, self._recipe, self._resolve(path), told)
                if (state.stamp, state.recipe, state.origin, state.shown) == now:
                    self._states[key] = state

    def begin(self) -> None:
        """Marks the start of reading."""
        self.began = self._clock()
        to_read = (seen for key, (seen, _) in self._seen.items() if key not in self._states)
        self._bytes = sum(size for size, *_ in to_read)

    def count(self, path: Path, root: Path, *, articles: int) -> None:
        """Counts a file that was read, with the number of its articles."""
        self.articles_read += articles
        if seen := self._seen.get(key_of(path, root)):
            self._bytes_read += seen[0][0]

    @property
    def share_read(self) -> float:
        """The share of the files' size that has been read, 0 to 1."""
        return min(self._bytes_read / self._bytes, 1.0) if self._bytes else 0.0

    def address(self, path: Path, root: Path, read: Callable[[Path], str | None]) -> str | None:
        """The URL that a page states as its own; calls ``read`` if it is not known.

        Raises:
            OSError: the file cannot be read.
        """
        key = key_of(path, root)
        state = self._states.get(key)
        self._addresses[key] = address = state.address if state else read(path)
        return address

    def unchanged(self, path: Path, root: Path, shared: Collection[str]) -> Notes | None:
        """The stored notes on a file that need not be read again; None if it must be read."""
        state = self._states.get(key_of(path, root))
        if state is None:
            return None
        within = set[str]()  # ids in this file, which may contain one twice
        for given in state.notes.articles:
            if given.url and (given.url in shared) != given.is_shared:
                return None
            if given.id not in within and not self._articles.is_settled(given):
                return None
            within.add(given.id)
        return state.notes

    def article(self, given: Given) -> Article:
        """An article from a file that is not read again, without its text."""
        return self._articles.as_indexed(given)

    def remember(self, path: Path, root: Path, notes: Notes) -> None:
        """Remembers the contents of a file if it certainly did not change while it was read."""
        key = key_of(path, root)
        if key not in self._seen or not notes.is_lasting:
            return
        stamp, at = self._seen[key]
        if stamp_of(path) != stamp or max(stamp[1:3]) / 1e9 > at - _RESOLUTION:
            return
        state = FileState(
            stamp=stamp,
            recipe=self._recipe,
            origin=self._resolve(path),
            shown=str(path),
            address=self._addresses.get(key),
            notes=notes,
        )
        self.remembered[key] = (state.origin, state.to_text())

    def gone(self, paths: Sequence[Path]) -> list[Key]:
        """The stored files at or below ``paths`` that no longer exist."""
        given = [path.absolute() for path in paths]
        missing = (key for key in self._stored if key not in self._found)
        return [key for key in missing if any(Path(key[1]).is_relative_to(each) for each in given)]

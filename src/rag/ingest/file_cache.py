"""Remembers what each file gave when it was read, so that an unchanged file is not read again.

A file counts as unchanged if its size, its times, its inode and its real path are the same, the
code and the settings that read it are, and each of its web addresses is shared with other files or
not, as before. A file that was changed shortly before it was read is not remembered: a second
change within the resolution of the file system's clock would not show.
"""

import hashlib
import json
import platform
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Protocol

from rag.config import Config
from rag.schema import Article

__all__ = [
    "FileCache",
    "Given",
    "Indexed",
    "Notes",
    "Resolver",
    "fingerprint",
    "is_at_rest",
    "roots_of",
]

Stamp = tuple[int, ...]
Key = tuple[str, str]

_RESOLUTION = 2.0  # seconds; FAT's, the coarsest clock of a file system
_LISTED = 1000  # names kept of what a file holds that is no article
_FORMAT = 1  # of the stored text
_LIBRARIES = (
    "charset-normalizer", "courlan", "htmldate", "justext", "lxml", "lxml-html-clean",
    "markdown-it-py", "pyarrow", "pypdfium2", "pyyaml", "sentencex", "snowballstemmer",
    "trafilatura",
)  # fmt: skip


@lru_cache(maxsize=1)
def _code() -> str:
    """The digest of the code that reads files, and of the versions of the libraries it uses."""
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


def fingerprint(article: Article) -> str:
    """The digest of an article's attribution and revision."""
    values = (
        article.id, article.revision, article.title, article.outlet, article.author,
        str(article.published), article.language, article.url, article.origin,
    )  # fmt: skip
    text = json.dumps(values)
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What is remembered of an article that a file gave.

    ``fingerprint`` is that of the article. ``is_shared`` tells whether other files stated its
    ``url`` too.
    """

    id: str
    origin: str
    fingerprint: str
    url: str | None = None
    is_shared: bool = False


@dataclass(slots=True, kw_only=True)
class Notes:
    """What a file gave, in order, and what is said of it.

    ``skipped`` has the number of articles before, a name and a reason; ``left_out`` the first 1,000
    names of what is no article, each with its kind, and ``unlisted`` the others' number by kind.
    ``is_lasting`` is false if a reason may pass without a change of the file.
    """

    articles: list[Given] = field(default_factory=list)
    skipped: list[tuple[int, str, str]] = field(default_factory=list)
    warned: list[tuple[str, str]] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    unlisted: Counter[str] = field(default_factory=Counter)
    is_lasting: bool = True

    def add(self, article: Article, *, is_shared: bool) -> None:
        """Notes an article."""
        given = Given(
            id=article.id,
            origin=article.origin,
            fingerprint=fingerprint(article),
            url=article.url,
            is_shared=is_shared,
        )
        self.articles.append(given)

    def skip(self, name: str, reason: str, *, is_lasting: bool) -> None:
        """Notes what cannot be read."""
        self.skipped.append((len(self.articles), name, reason))
        self.is_lasting &= is_lasting

    def pass_over(self, name: str, kind: str) -> None:
        """Notes what is no article."""
        if len(self.left_out) < _LISTED:
            self.left_out.append((name, kind))
        else:
            self.unlisted[kind] += 1

    def passed_over(self) -> Iterator[tuple[str, str]]:
        """What is no article: names with kinds; of those that nobody lists, no names."""
        yield from self.left_out
        yield from (("", kind) for kind in self.unlisted.elements())

    @property
    def has_messages(self) -> bool:
        """Whether anything is said, which names the file as it was given."""
        return bool(self.skipped or self.warned or self.left_out)


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """What a file was when it was read.

    ``origin`` is its real path, and ``shown`` the path by which messages name it. ``address`` is
    the one that a web page states as its own.
    """

    stamp: Stamp
    recipe: str
    origin: str
    shown: str
    address: str | None
    notes: Notes

    def to_text(self) -> str:
        """As JSON, without what is empty; an article's origin follows that of the file."""
        start = len(self.origin)
        articles = [
            (each.id, each.origin[start:], each.fingerprint, each.url, each.is_shared)
            for each in self.notes.articles
        ]
        names = ("skipped", "warned", "left_out", "unlisted")
        said = {name: value for name in names if (value := getattr(self.notes, name))}
        notes = {"articles": articles, **said}
        values = (self.stamp, self.recipe, self.origin, self.shown, self.address, notes)
        return json.dumps(values, separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> "_State":
        """The state that ``to_text`` wrote.

        Raises:
            KeyError, TypeError, ValueError: ``text`` is of another version.
        """
        stamp, recipe, origin, shown, address, known = json.loads(text)
        known["articles"] = [
            Given(id=id_, origin=origin + inside, fingerprint=mark, url=url, is_shared=is_shared)
            for id_, inside, mark, url, is_shared in known["articles"]
        ]
        known["unlisted"] = Counter(known.get("unlisted", {}))
        for name in ("skipped", "warned", "left_out"):
            known[name] = [tuple(each) for each in known.get(name, ())]
        return cls(
            stamp=tuple(stamp),
            recipe=recipe,
            origin=origin,
            shown=shown,
            address=address,
            notes=Notes(**known),
        )


class Indexed(Protocol):
    """What a cache must know of the articles that are indexed."""

    def is_settled(self, given: Given) -> bool:
        """Whether indexing what a file gave before would change nothing."""

    def as_indexed(self, given: Given) -> Article:
        """The indexed article without its text; if another file has its id, only the origin."""


class FileCache:
    """What files gave when they were read. Serves one run.

    ``stored`` maps the root and the path of a file to its state, as an earlier run had it in
    ``remembered``. ``articles`` knows what is indexed.
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
        self._states: dict[Key, _State] = {}
        self._seen: dict[Key, tuple[Stamp, float]] = {}  # with the time of looking, in seconds
        self._addresses: dict[Key, str | None] = {}
        self.remembered: dict[Key, tuple[str, str]] = {}
        """The real path and the state (as text) of each file read that is not stored yet."""
        self._found: set[Key] = set()
        self.began = 0.0
        """When reading began, by ``clock``."""
        self.articles_read = 0
        """The number of articles in the files that were read so far."""
        self._bytes_read = self._bytes = 0  # so far, and of all files that are to be read

    def look(self, files: Sequence[tuple[Path, Path]]) -> None:
        """Notes the state of all files before any is read."""
        for path, root in files:
            key = key_of(path, root)
            self._found.add(key)
            if (stamp := _stamp(path)) is None or not _is_storable(*key):
                continue
            self._seen[key] = (stamp, self._clock())
            with suppress(KeyError, TypeError, ValueError):  # is then read again
                state = _State.from_text(self._stored[key])
                told = str(path) if state.notes.has_messages else state.shown
                now = (stamp, self._recipe, self._resolve(path), told)
                if (state.stamp, state.recipe, state.origin, state.shown) == now:
                    self._states[key] = state

    def begin(self) -> None:
        """Notes that reading begins."""
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
        """The share of what is to be read that was read so far, 0 to 1, by size."""
        return min(self._bytes_read / self._bytes, 1.0) if self._bytes else 0.0

    def address(self, path: Path, root: Path, read: Callable[[Path], str | None]) -> str | None:
        """The address that the page states as its own; ``read`` finds it if it is not known.

        Raises:
            OSError: the file cannot be read.
        """
        key = key_of(path, root)
        state = self._states.get(key)
        self._addresses[key] = address = state.address if state else read(path)
        return address

    def unchanged(self, path: Path, root: Path, shared: Collection[str]) -> Notes | None:
        """What is remembered of a file that need not be read; None if it must be."""
        state = self._states.get(key_of(path, root))
        if state is None:
            return None
        within = set[str]()  # ids of the file itself, which may have some twice
        for given in state.notes.articles:
            if given.url and (given.url in shared) != given.is_shared:
                return None
            if given.id not in within and not self._articles.is_settled(given):
                return None
            within.add(given.id)
        return state.notes

    def article(self, given: Given) -> Article:
        """An article of a file that is not read, without its text."""
        return self._articles.as_indexed(given)

    def remember(self, path: Path, root: Path, notes: Notes) -> None:
        """Notes what reading a file gave, if it was at rest all the time and the clock shows it."""
        key = key_of(path, root)
        if key not in self._seen or not notes.is_lasting:
            return
        stamp, at = self._seen[key]
        if _stamp(path) != stamp or max(stamp[1:3]) / 1e9 > at - _RESOLUTION:
            return
        state = _State(
            stamp=stamp,
            recipe=self._recipe,
            origin=self._resolve(path),
            shown=str(path),
            address=self._addresses.get(key),
            notes=notes,
        )
        self.remembered[key] = (state.origin, state.to_text())

    def gone(self, paths: Sequence[Path]) -> list[Key]:
        """The stored files at or below ``paths`` that are not found any more."""
        given = [path.absolute() for path in paths]
        missing = (key for key in self._stored if key not in self._found)
        return [key for key in missing if any(Path(key[1]).is_relative_to(each) for each in given)]


class Resolver:
    """Resolves paths as ``Path.resolve`` does; each folder only once."""

    def __init__(self) -> None:
        self._folders: dict[Path, Path] = {}

    def __call__(self, path: Path) -> str:
        """The real path of ``path``."""
        try:
            if path.is_symlink() or path.name in ("", ".."):
                return str(path.resolve())
        except OSError:  # it cannot be reached
            return str(path.resolve())
        folder = self._folders.get(path.parent)
        if folder is None:
            folder = self._folders[path.parent] = path.parent.resolve()
        return str(folder / path.name)


def key_of(path: Path, root: Path) -> Key:
    """The key of a file found below ``root``; the same however the root was given."""
    return str(root.absolute()), str(path.absolute())


def _stamp(path: Path) -> Stamp | None:
    """The size, the times of change in nanoseconds and the inode; None if it cannot be reached."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def is_at_rest(path: Path, rest: float, now: float) -> bool:
    """Whether a file did not change in the ``rest`` seconds before ``now``."""
    stamp = _stamp(path)
    return stamp is None or abs(now - max(stamp[1:3]) / 1e9) >= rest


def roots_of(files: Sequence[tuple[Path, Path]], paths: Sequence[Path]) -> list[str]:
    """The first part of the keys of ``files``, and of files that earlier were at ``paths``."""
    roots = {str(each.absolute()) for each in (*paths, *(root for _, root in files))}
    return sorted(root for root in roots if _is_storable(root))


def _is_storable(*names: str) -> bool:
    try:
        "".join(names).encode()
    except UnicodeEncodeError:  # a name that is not UTF-8
        return False
    return True

"""Adds uploaded files to an index one by one, and reports progress."""

import os
import re
import shutil
import stat
import tempfile
import threading
import time
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import rag
from rag.web.messages import for_readers

__all__ = ["Added", "Adding", "Intake", "Limits", "Upload", "safe_name"]

PREFIX = "uploads/"
"""Prefix of the ids of all uploaded articles, whatever ids the files state."""
BUSY = "other articles are being added; wait until that is done, then try again"

ENDING = "Byline is shutting down; add the articles again after it restarts"

_LONGEST = 120  # bytes of UTF-8; file systems allow 255
_SHOWN = 60  # maximum characters of a rejected name in the message
_OTHER = re.compile(r"[^\w .,'’()&+=@-]+")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An uploaded file: the name given by the sender, and its local path."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Adding:
    """Progress: ``done`` of ``total`` files; ``seconds_left`` is None before the first is done."""

    done: int
    total: int
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """The result: ids of new articles, and ids of articles that replaced an older one.

    ``skipped`` pairs the names of files that were rejected or only partly read with the reasons.
    """

    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Upload limits: megabytes per file, megabytes in total, and files per upload."""

    file_mb: float
    total_mb: float
    files: int

    @property
    def largest(self) -> int:
        """The maximum size of one file, in bytes."""
        return int(min(self.file_mb, self.total_mb) * 1_000_000)


class Intake:
    """Adds files to the index ``target``; never reuses the id of an article in ``shared``.

    In a reader's own index, a file replaces the uploaded article of the same name. If ``target`` is
    ``shared``, nothing is replaced: the file's name gets a number. Once ``over`` is set, nothing
    more is added, and indexing of the current article is aborted.
    """

    def __init__(
        self,
        target: rag.Byline,
        shared: rag.Byline,
        *,
        folder: Path,
        limits: Limits,
        over: threading.Event | None = None,
    ) -> None:
        self._target = target
        self._shared = shared
        self._folder = folder
        self._limits = limits
        self._over = over or threading.Event()
        self._sizes: dict[str, int] = {}
        self._working = threading.Lock()

    @property
    def is_working(self) -> bool:
        """Whether files are being added."""
        return self._working.locked()

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the added articles, sorted."""
        return tuple(sorted(self._sizes))

    def remove(self, article_id: str) -> bool:
        """Removes an added article; False if there is none with that id."""
        if article_id not in self._sizes:
            return False
        self._target.forget(article_id)
        self._sizes.pop(article_id, None)
        return True

    def add(self, uploads: Sequence[Upload]) -> Iterator[Adding | Added]:
        """Adds the files one by one. Yields the progress and, last, the result.

        Raises:
            UsageError: there are too many files, or other files are being added.
        """
        if len(uploads) > self._limits.files:
            raise rag.UsageError(
                f"{len(uploads)} files are too many at once; add at most {self._limits.files}"
            )
        if not self._working.acquire(blocking=False):
            raise rag.UsageError(BUSY)
        try:
            yield from self._add(uploads)
        finally:
            self._working.release()

    def _add(self, uploads: Sequence[Upload]) -> Iterator[Adding | Added]:
        total, started = len(uploads), time.monotonic()
        known, taken, skipped = set(self._sizes), list[str](), list[tuple[str, str]]()
        yield Adding(done=0, total=total)
        for done, upload in enumerate(uploads, start=1):
            try:
                ids, unread = self._take(upload, taken)
                taken += ids
                skipped += unread
            except rag.BylineError as error:
                skipped.append((upload.name, for_readers(error)))
            left = (time.monotonic() - started) / done * (total - done)
            yield Adding(done=done, total=total, seconds_left=left)
        yield Added(
            added=tuple(id_ for id_ in taken if id_ not in known),
            replaced=tuple(id_ for id_ in taken if id_ in known),
            skipped=tuple(skipped),
        )

    def _take(
        self, upload: Upload, taken: Sequence[str]
    ) -> tuple[list[str], list[tuple[str, str]]]:
        """Adds the articles of one file. Returns their ids, and what was skipped in the file."""
        self._go_on()
        name = safe_name(_shown_name(upload.name))
        data = self._read(name, upload.path)
        found, skipped = self._articles(name, data)
        articles = {self._free_id(each, article.revision): article for each, article in found}
        if not articles.keys().isdisjoint(taken):
            raise rag.UsageError(f"another of these files is also named {name}; rename one")
        sizes = {id_: len(article.text.encode()) for id_, article in articles.items()}
        if len(sizes) == 1:
            sizes = dict.fromkeys(sizes, len(data))
        self._check_total(name, sum(sizes.values()) - sum(self._sizes.get(id_, 0) for id_ in sizes))
        added = [replace(each, id=id_, origin=id_) for id_, each in articles.items()]
        self._target.add(added, progress=self._go_on)
        self._sizes |= sizes
        return list(articles), skipped

    def _go_on(self, _: object = None) -> None:
        if self._over.is_set():
            raise rag.UsageError(ENDING)

    def _read(self, name: str, path: Path) -> bytes:
        """The bytes of the file; symbolic links are not followed."""
        limit = self._limits.largest
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(handle, "rb") as file:
                is_file = stat.S_ISREG(os.fstat(handle).st_mode)
                data = file.read(limit + 1) if is_file else b""
        except OSError:
            is_file, data = False, b""
        if not is_file:
            raise rag.UsageError(f"{name} was not uploaded completely; upload it again")
        if len(data) > limit:
            raise rag.UsageError(f"{name} is larger than {limit / 1e6:g} MB; split it")
        return data

    def _articles(
        self, name: str, data: bytes
    ) -> tuple[list[tuple[str, rag.Article]], list[tuple[str, str]]]:
        """The articles in ``data``, read from a private temporary file, and what was skipped.

        Each article comes with the file's name and, if the file contains many, its own name.
        """
        folder = Path(tempfile.mkdtemp(dir=self._folder)).resolve()  # with mode 0700
        try:
            path = folder / name
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            articles, skipped = rag.read_articles(
                [path], config=self._target.config, max_mb=self._limits.total_mb
            )
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        unread = [(name, reason.replace(f"{folder}{os.sep}", "")) for _, reason in skipped]
        if not articles:
            raise rag.IngestError(unread[0][1] if unread else f"{name} contains no article")
        return [(article.origin.removeprefix(f"{folder}{os.sep}"), article)
                for article in articles], unread  # fmt: skip

    def _free_id(self, name: str, revision: str) -> str:
        """The first numbered id that no article of the shared index has."""
        number = 1
        while True:
            article_id = f"{PREFIX}{_numbered(name, number)}"
            there = self._shared.find(article_id)
            if there is None:
                return article_id
            if self._target is self._shared and there.revision == revision:
                raise rag.UsageError(f"{name} is already among the articles, word for word")
            number += 1

    def _check_total(self, name: str, more: int) -> None:
        would_be = sum(self._sizes.values()) + more
        if would_be > self._limits.total_mb * 1_000_000:
            raise rag.UsageError(
                f"with {name} your articles would total {would_be / 1e6:.1f} MB, over the limit of"
                f" {self._limits.total_mb:g} MB; remove some first"
            )


# ---- file names


def safe_name(given: str) -> str:
    """A safe name for an uploaded file: without folders and without unsafe characters.

    Letters and digits of any script, spaces and some punctuation are kept. Invisible characters,
    such as controls and direction overrides, are removed. All others become "_".

    Raises:
        UsageError: the file type is not supported.
    """
    plain = unicodedata.normalize("NFC", given.encode("utf-8", "replace").decode("utf-8"))
    name = PurePosixPath(plain.replace("\\", "/").replace("\x00", "")).name
    name = " ".join(_OTHER.sub("_", _visible(name)).split())
    stem, dot, form = name.rpartition(".")
    form = f"{dot}{form}".lower()
    if form not in rag.ARTICLE_SUFFIXES:
        *most, last = rag.ARTICLE_SUFFIXES
        raise rag.UsageError(
            f"{name[:_SHOWN] or 'a file without a name'} is not of a supported type; add"
            f" files that end in {', '.join(most)} or {last}"
        )
    stem = _cut(stem.strip(". "), _LONGEST - len(form)) or "article"
    return f"_{stem}{form}" if _DEVICE.match(stem) else f"{stem}{form}"


def _shown_name(given: str) -> str:
    """The name unchanged; rejects hidden files, as indexing a folder does."""
    last = PurePosixPath(given.replace("\\", "/")).name
    if last.startswith("."):
        shown = _visible(last)[:_SHOWN]
        raise rag.UsageError(f"{shown} is a hidden file; rename it without the dot in front")
    return given


def _visible(name: str) -> str:
    """``name`` without control, format and private-use characters."""
    return "".join(each for each in name if unicodedata.category(each) not in ("Cc", "Cf", "Co"))


def _cut(stem: str, limit: int) -> str:
    return stem.encode("utf-8")[:limit].decode("utf-8", "ignore").rstrip(". ")


def _numbered(name: str, number: int) -> str:
    """``name`` for number 1, "name (2).txt" for number 2, and so on."""
    stem, dot, form = name.rpartition(".")
    return name if number == 1 else f"{stem} ({number}){dot}{form}"

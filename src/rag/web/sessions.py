"""Readers' sessions: the articles that each brought, which no other sees, gone when it ends."""

import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import rag
from rag.web.cookie import Request, page_name, session_name
from rag.web.intake import BUSY, Added, Adding, Intake, Limits, Upload

__all__ = ["Session", "Sessions"]

_LONGEST = 24 * 3600.0  # seconds after its last use that a session ends, whatever is still open
_LOOKED = 30.0  # seconds between two looks for sessions that are over
_MOST_PAGES = 10_000

NO_UPLOADS = "no articles can be brought here; reload the page, or ask who runs it"
FULL = "as many readers as there is room for have brought articles; try again later"


@dataclass(slots=True)
class _Brought:
    """What one reader brought: the index in a folder of its own, and both read as one."""

    folder: Path
    own: rag.Byline
    joined: rag.Byline
    intake: Intake
    used: float

    def close(self) -> None:
        """Removes all of it."""
        self.own.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Sessions:
    """All sessions over ``news``; safe for many threads. Nothing is made before a first upload.

    A session ends ``idle_minutes`` after its last use when no page of it is open, and all end with
    ``close``. With ``keep``, readers may add articles to the shared index instead.
    """

    def __init__(
        self,
        news: rag.Byline,
        *,
        folder: Path | None = None,
        max_upload_mb: float = 20.0,
        max_files: int = 50,
        most: int = 100,
        idle_minutes: float = 30.0,
        keep: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Sets the limits.

        Args:
            news: the articles that all share.
            folder: where a private folder for all sessions is made; the system's own for such.
            max_upload_mb: of all that a reader has here at a time; 0 for no uploads.
            max_files: of one upload.
            most: sessions that have articles of their own at once.
            idle_minutes: after which a session without an open page ends.
            keep: whether uploads may be added to ``news``.
            clock: gives the time in seconds.
        """
        self.news = news
        self.keeps = keep
        self.limits = Limits(
            file_mb=news.config.max_file_mb, total_mb=max_upload_mb, files=max_files
        )
        self._parent = folder
        self._most = most
        self._idle = idle_minutes * 60
        self._clock = clock
        self._lock = threading.Lock()
        self._keeping = threading.Lock()
        self._root: Path | None = None
        self._brought: dict[str, _Brought] = {}
        self._pages: dict[str, set[str]] = {}
        self._over = threading.Event()

    def of(self, request: Request | None) -> "Session":
        """The session of whoever sent ``request``; one without a name where it bears no cookie."""
        name = session_name(request)
        with self._lock:
            brought = self._brought.get(name)
            if brought:
                brought.used = self._clock()
        return Session(sessions=self, name=name)

    # ---- how long

    def opened(self, request: Request | None) -> None:
        """A page was opened: its session lasts at least as long."""
        name, page = session_name(request), page_name(request)
        with self._lock:
            of_it = self._pages.get(name, set())
            if name and page and max(len(self._pages), 100 * len(of_it)) < _MOST_PAGES:
                self._pages[name] = of_it | {page}

    def closed(self, request: Request | None) -> None:
        """A page was closed."""
        name, page = session_name(request), page_name(request)
        with self._lock:
            pages = self._pages.get(name, set())
            pages.discard(page)
            if not pages:
                self._pages.pop(name, None)
            if name in self._brought:
                self._brought[name].used = self._clock()

    def sweep(self) -> None:
        """Ends the sessions that are over."""
        with self._lock:
            now = self._clock()
            over = [name for name, each in self._brought.items() if self._is_over(name, each, now)]
            ended = [self._brought.pop(name) for name in over]
            for name in over:
                self._pages.pop(name, None)
        for brought in ended:
            brought.close()

    def _is_over(self, name: str, brought: _Brought, now: float) -> bool:
        limit = _LONGEST if self._pages.get(name) else self._idle
        return now - brought.used > limit and not brought.intake.is_working

    def close(self) -> None:
        """Ends all sessions and removes their folders; nothing can be brought after."""
        self._over.set()
        with self._lock:
            ended = list(self._brought.values())
            self._brought.clear()
            root, self._root = self._root, None
        for brought in ended:
            brought.close()
        if root:
            shutil.rmtree(root, ignore_errors=True)

    def _watch(self) -> None:
        while not self._over.wait(_LOOKED):
            self.sweep()

    # ---- what is brought

    def brought(self, name: str) -> _Brought | None:
        """What the session of that name has, or None."""
        with self._lock:
            return self._brought.get(name)

    def bring(self, name: str) -> _Brought:
        """The same, made where it is missing.

        Raises:
            UsageError: there is no such name, or no room.
        """
        if not name or self.limits.total_mb <= 0 or self._over.is_set():
            raise rag.UsageError(NO_UPLOADS)
        self.sweep()
        _ = self.news.embedder  # loaded outside the lock, as it may take seconds
        with self._lock:
            if name not in self._brought:
                if len(self._brought) >= self._most:
                    raise rag.UsageError(FULL)
                self._brought[name] = self._made(self._private_root() / name)
            self._brought[name].used = self._clock()
            return self._brought[name]

    def _private_root(self) -> Path:
        """The folder of all sessions, which nobody else on this machine may enter."""
        if self._root is None:
            self._root = Path(tempfile.mkdtemp(prefix="byline-sessions-", dir=self._parent))
            threading.Thread(target=self._watch, name="byline-sessions", daemon=True).start()
        return self._root

    def _made(self, folder: Path) -> _Brought:
        folder.mkdir(mode=0o700)
        own = rag.Byline(folder / "index", config=self.news.config, embedder=self.news.embedder)
        return _Brought(
            folder=folder,
            own=own,
            joined=rag.federate(self.news, own),
            intake=Intake(own, self.news, folder=folder, limits=self.limits),
            used=self._clock(),
        )

    def keep(self, uploads: Sequence[Upload]) -> Iterator[Adding | Added]:
        """Adds files to the shared articles, for everybody and for good.

        Raises:
            UsageError: that is not allowed, or others are on their way in.
        """
        if not self.keeps:
            raise rag.UsageError("articles cannot be added for everybody here; untick that box")
        if not self._keeping.acquire(blocking=False):
            raise rag.UsageError(BUSY)
        try:
            with tempfile.TemporaryDirectory(dir=self._parent) as folder:
                news = self.news
                yield from Intake(news, news, folder=Path(folder), limits=self.limits).add(uploads)
        finally:
            self._keeping.release()


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One reader's session; ``name`` is empty where nothing tells the reader from any other."""

    sessions: Sessions
    name: str

    @property
    def can_bring(self) -> bool:
        """Whether articles may be brought."""
        return bool(self.name) and self.sessions.limits.total_mb > 0

    @property
    def news(self) -> rag.Byline:
        """What answers this reader: the shared articles, and those brought where there are any."""
        brought = self.sessions.brought(self.name)
        return brought.joined if brought and brought.intake.ids else self.sessions.news

    def articles(self) -> list[rag.Article]:
        """The articles brought, by id."""
        brought = self.sessions.brought(self.name)
        return brought.own.articles() if brought else []

    def add(self, uploads: Sequence[Upload], *, keep: bool = False) -> Iterator[Adding | Added]:
        """Takes files as articles; ``keep`` adds them for everybody, where that is allowed.

        Yields how far it is after each file, and at last what became of them.

        Raises:
            UsageError: nothing can be brought, there are too many files, or others are on their
                way in.
        """
        if not self.can_bring:
            raise rag.UsageError(NO_UPLOADS)
        if keep:
            yield from self.sessions.keep(uploads)
        else:
            yield from self.sessions.bring(self.name).intake.add(uploads)

    def remove(self, article_id: str) -> bool:
        """Removes an article that this reader brought; False when there is none of that id."""
        brought = self.sessions.brought(self.name)
        return brought.intake.remove(article_id) if brought else False

"""Sessions: each reader's private uploads, deleted when the session ends."""

import logging
import shutil
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import rag
from rag.web.cookie import Request, owner_of, page_name, session_name
from rag.web.incoming import Incoming
from rag.web.intake import BUSY, Added, Adding, Intake, Limits, Upload
from rag.web.private import PrivateFolder, sweep

__all__ = ["Session", "Sessions"]

_LONGEST = 24 * 3600.0  # seconds without use after which a session ends, even with open pages
_LOOKED = 30.0  # seconds between two checks for expired sessions
_MOST_PAGES = 10_000

NO_UPLOADS = "articles cannot be added here; reload the page, or ask whoever runs it"
FULL = "too many readers have added articles; try again later"
NO_PLACE = "there is no place for your articles at the moment; try again later"

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Brought:
    """One reader's uploads: their index in a separate folder, combined with the shared index."""

    folder: Path
    own: rag.Byline
    joined: rag.Byline
    intake: Intake
    owner: str
    used: float

    def close(self) -> None:
        """Deletes the index and its folder."""
        self.own.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Sessions:
    """All sessions over ``news``. Thread-safe. Creates no files before the first upload.

    A session without an open page ends ``idle_minutes`` after its last use. ``close`` ends all
    sessions. With ``keep``, readers may also add articles to the shared index.
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
            news: the shared articles.
            folder: the parent of the private folder for all sessions; by default the system's
                temporary folder.
            max_upload_mb: megabytes that one reader's uploads may total; 0 disables uploads.
            max_files: files per upload.
            most: the maximum number of sessions with uploads.
            idle_minutes: minutes without use after which a session without an open page ends.
            keep: whether uploads may be added to ``news``.
            clock: returns the time in seconds.
        """
        self.news = news
        self.keeps = keep
        self.limits = Limits(
            file_mb=news.config.max_file_mb, total_mb=max_upload_mb, files=max_files
        )
        self.incoming = Incoming(int(max_upload_mb * 1_000_000))
        """Counts uploads before they are indexed."""
        self._parent = folder
        self._most = most
        self._idle = idle_minutes * 60
        self._clock = clock
        self._lock = threading.Lock()
        self._keeping = threading.Lock()
        self._root: PrivateFolder | None = None
        self._brought: dict[str, _Brought] = {}
        self._pages: dict[str, set[str]] = {}
        self._over = threading.Event()

    def of(self, request: Request | None) -> "Session":
        """The session of a request; its name is "" if the request has no session cookie."""
        name = session_name(request)
        with self._lock:
            brought = self._brought.get(name)
            if brought:
                brought.used = self._clock()
        return Session(sessions=self, name=name, owner=owner_of(request))

    # ---- lifetime

    def opened(self, request: Request | None) -> None:
        """Records that a page was opened, which keeps its session alive."""
        name, page = session_name(request), page_name(request)
        with self._lock:
            of_it = self._pages.get(name, set())
            if name and page and max(len(self._pages), 100 * len(of_it)) < _MOST_PAGES:
                self._pages[name] = of_it | {page}

    def closed(self, request: Request | None) -> None:
        """Records that a page was closed."""
        name, page = session_name(request), page_name(request)
        with self._lock:
            pages = self._pages.get(name, set())
            pages.discard(page)
            if not pages:
                self._pages.pop(name, None)
            if name in self._brought:
                self._brought[name].used = self._clock()

    def sweep(self) -> None:
        """Ends the expired sessions."""
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

    def stop(self) -> None:
        """Aborts current additions, and refuses further uploads."""
        self._over.set()

    def close(self) -> None:
        """Ends all sessions and deletes their folders; later uploads are refused."""
        self.stop()
        with self._lock:
            ended = list(self._brought.values())
            self._brought.clear()
            root, self._root = self._root, None
        for brought in ended:
            brought.close()
        if root:
            root.close()

    def _watch(self) -> None:
        while not self._over.wait(_LOOKED):
            self.sweep()

    # ---- uploads

    def brought(self, name: str) -> _Brought | None:
        """The uploads of a session; None if it has none."""
        with self._lock:
            return self._brought.get(name)

    def bring(self, name: str, owner: str = "") -> _Brought:
        """The uploads of a session, created if it has none.

        ``owner`` is the account or address of the reader. If too many sessions have uploads, the
        owner with the most loses the oldest one to a reader with fewer.

        Raises:
            UsageError: the name is empty, uploads are disabled, or there is no room.
        """
        if not name or self.limits.total_mb <= 0 or self._over.is_set():
            raise rag.UsageError(NO_UPLOADS)
        self.sweep()
        _ = self.news.embedder  # loaded outside the lock, because it may take seconds
        with self._lock:
            if name not in self._brought:
                if len(self._brought) >= self._most:
                    self._make_room(owner)
                self._brought[name] = self._made(self._private_root() / name, owner)
            self._brought[name].used = self._clock()
            return self._brought[name]

    def _make_room(self, owner: str) -> None:
        """Ends a session of the owner with the most, if ``owner`` has at least two fewer."""
        counts = Counter(each.owner for each in self._brought.values())
        ((most, count),) = counts.most_common(1)
        idle = [
            (each.used, name)
            for name, each in self._brought.items()
            if each.owner == most and not each.intake.is_working
        ]
        if count < counts[owner] + 2 or not idle:
            raise rag.UsageError(FULL)
        _, name = min(idle)
        self._pages.pop(name, None)
        self._brought.pop(name).close()

    def _private_root(self) -> Path:
        """The folder of all sessions; other users of this machine cannot open it."""
        if self._root is None:
            sweep(self._parent)
            self._root = PrivateFolder(self._parent)
            threading.Thread(target=self._watch, name="byline-sessions", daemon=True).start()
        return self._root.path

    def _made(self, folder: Path, owner: str) -> _Brought:
        try:
            folder.mkdir(mode=0o700)
            own = rag.Byline(folder / "index", config=self.news.config, embedder=self.news.embedder)
        except (OSError, rag.BylineError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            log.exception("There is no place for a reader's articles")
            raise rag.UsageError(NO_PLACE) from error
        return _Brought(
            folder=folder,
            own=own,
            joined=rag.federate(self.news, own),
            intake=Intake(own, self.news, folder=folder, limits=self.limits, over=self._over),
            owner=owner,
            used=self._clock(),
        )

    def keep(self, uploads: Sequence[Upload]) -> Iterator[Adding | Added]:
        """Adds files to the shared articles permanently, for all readers.

        Raises:
            UsageError: this is not allowed, or other files are being added.
        """
        if not self.keeps:
            raise rag.UsageError("articles cannot be added for everybody here; untick that box")
        if self._over.is_set():
            raise rag.UsageError(NO_UPLOADS)
        if not self._keeping.acquire(blocking=False):
            raise rag.UsageError(BUSY)
        try:
            with self._lock:
                parent = self._private_root()
            with tempfile.TemporaryDirectory(dir=parent, ignore_cleanup_errors=True) as folder:
                news, path = self.news, Path(folder)
                intake = Intake(news, news, folder=path, limits=self.limits, over=self._over)
                yield from intake.add(uploads)
        finally:
            self._keeping.release()


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One reader's session; ``name`` is "" if the reader has no session cookie."""

    sessions: Sessions
    name: str
    owner: str = ""
    """The reader's account or address; "" if unknown."""

    @property
    def can_bring(self) -> bool:
        """Whether the reader may add articles."""
        return bool(self.name) and self.sessions.limits.total_mb > 0

    @property
    def news(self) -> rag.Byline:
        """The articles that this reader's questions search: the shared ones and any uploads."""
        brought = self.sessions.brought(self.name)
        return brought.joined if brought and brought.intake.ids else self.sessions.news

    def articles(self) -> list[rag.Article]:
        """The reader's own articles, sorted by id."""
        brought = self.sessions.brought(self.name)
        return brought.own.articles() if brought else []

    def add(self, uploads: Sequence[Upload], *, keep: bool = False) -> Iterator[Adding | Added]:
        """Adds files as articles; ``keep`` adds them for all readers, if allowed.

        Yields the progress after each file and, last, the result.

        Raises:
            UsageError: adding is not possible, there are too many files, or other files are being
                added.
        """
        if not self.can_bring:
            raise rag.UsageError(NO_UPLOADS)
        if keep:
            yield from self.sessions.keep(uploads)
        else:
            yield from self.sessions.bring(self.name, self.owner).intake.add(uploads)

    def remove(self, article_id: str) -> bool:
        """Removes one of the reader's own articles; False if there is none with that id."""
        brought = self.sessions.brought(self.name)
        return brought.intake.remove(article_id) if brought else False

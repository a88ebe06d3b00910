"""Keeps an index up to date when files change."""

import logging
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from rag.byline import Byline
from rag.errors import UsageError
from rag.question_answering import ignore
from rag.schema import IndexReport, Progress

__all__ = ["Watch", "WatchState"]

REST = 2.0  # seconds without a change, after which a file counts as complete
_LONGEST = 4.0  # maximum seconds that a change waits while others follow
_PAUSE = 0.5  # seconds between checks for reported changes
_AT_LEAST = 600.0  # seconds between checks of all files, even without a reported change
_AGAIN = 5.0  # seconds before watching is restarted after a failure

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchState:
    """Whether an index is up to date.

    ``is_watching`` is false if changes are not noticed. ``problem`` says why, or why the last
    change could not be indexed; otherwise it is "". ``checked`` is the time at which the index last
    matched the files, and ``changed`` the time of the last change of the index since watching
    began, or None. ``skipped`` has the files that are not indexed, each with the reason.
    """

    is_watching: bool = False
    problem: str = ""
    checked: datetime | None = None
    changed: datetime | None = None
    skipped: tuple[tuple[str, str], ...] = ()


class _StoppedError(Exception):
    """Indexing was stopped because watching was stopped."""


class Watch:
    """Watches files and folders, and updates the index when files are added, changed or removed.

    It runs in its own thread from ``start`` to ``close``, or for the duration of a ``with`` block.
    A change is indexed once its file has not changed for ``rest`` seconds. Updates that
    ``Byline.index`` would refuse, such as removing all articles of an emptied folder, are also
    refused here, and reported in ``state.problem``.
    """

    def __init__(
        self,
        news: Byline,
        paths: Sequence[str | Path],
        *,
        allow_empty: bool = False,
        keep_missing: bool = False,
        report: Callable[[IndexReport], None] = ignore,
        rest: float = REST,
    ) -> None:
        """Takes the arguments of ``Byline.index``; starts nothing.

        ``report`` is called after each run that changes the index or the list of skipped files.
        """
        self._news = news
        self._paths = [Path(path).absolute() for path in paths]
        self._known = [*self._paths, *(path.resolve() for path in self._paths)]
        self._index_folders = {news.folder.absolute(), news.folder.resolve()}
        self._allow_empty, self._keep_missing = allow_empty, keep_missing
        self._report = report
        self._rest = rest
        self._state = WatchState()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="byline-watch", daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Starts watching; first indexes what has changed since the last run."""
        self._thread.start()

    def close(self) -> None:
        """Stops watching; a running indexing ends at its next step."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def state(self) -> WatchState:
        """The current state."""
        return self._state

    # ---- the thread

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                self._follow()
            except _StoppedError:
                break
            except Exception as error:  # noqa: BLE001 - the edge of the thread; the state says it
                self._fail(error, is_watching=False)
                self._over.wait(_AGAIN)
        self._state = replace(self._state, is_watching=False, problem="it was ended")

    def _fail(self, error: Exception, *, is_watching: bool) -> None:
        problem = str(error)
        if "watch limit" in problem:  # errors of inotify
            problem += "; raise it with: sysctl fs.inotify.max_user_watches=1000000"
        if problem != self._state.problem:
            log.warning("%s", problem if is_watching else f"Watching has stopped: {problem}")
        self._state = replace(self._state, is_watching=is_watching, problem=problem)

    def _follow(self) -> None:
        """Indexes changes until a given folder is removed or replaced."""
        from watchfiles import watch

        roots = self._roots()
        due = _Due(rest=self._rest)
        for changes in watch(
            *(path for path in self._paths if path.is_dir()),
            watch_filter=lambda _, path: self._matters(Path(path)),
            debounce=int(1000 * _PAUSE),
            rust_timeout=int(1000 * _PAUSE),
            yield_on_timeout=True,
            stop_event=self._over,
            raise_interrupt=False,
        ):
            now = self._roots()
            if changes or now != roots:
                due.note()
            if due.is_now():
                due.done(again=bool(self._index()))
            if _folders(now) != _folders(roots):
                return
            roots = now

    def _index(self) -> Collection[str]:
        """Indexes the changes; returns the files that changed too recently."""
        try:
            done = self._news.index(
                self._paths,
                allow_empty=self._allow_empty,
                keep_missing=self._keep_missing,
                progress=self._check,
                rest=self._rest,
            )
        except UsageError as error:  # such as an emptied folder, which stays watched
            self._fail(error, is_watching=not self._missing())
            return ()
        has_changed = done.added + done.updated + done.removed > 0
        is_news = has_changed or done.skipped != self._state.skipped
        gone = [f"{path} does not exist" for path in self._missing()]
        self._state = WatchState(
            is_watching=not gone,
            problem="; ".join(gone),
            checked=(now := datetime.now(UTC)),
            changed=now if has_changed else self._state.changed,
            skipped=done.skipped,
        )
        if is_news:
            self._report(done)
        return done.unrested

    def _check(self, _: Progress) -> None:
        if self._over.is_set():
            raise _StoppedError

    def _matters(self, path: Path) -> bool:
        """Whether a change at ``path`` may affect an article: not hidden, not the index."""
        if any(path.is_relative_to(folder) for folder in self._index_folders):
            return False
        roots = (root for root in self._known if path.is_relative_to(root))
        return not any(
            part.startswith(".") for root in roots for part in path.relative_to(root).parts
        )

    def _missing(self) -> list[Path]:
        return [path for path, known in self._roots().items() if known is None]

    def _roots(self) -> dict[Path, tuple[int, ...] | None]:
        """The identity of each given path, which changes when it is replaced or a file changes."""
        return {path: _identity(path) for path in self._paths}


class _Due:
    """When the next run is due: once changes pause, but at the latest soon after the first one."""

    def __init__(self, *, rest: float) -> None:
        self._rest = rest
        self._first: float | None = float("-inf")  # so that the first run is due at once
        self._last = self._ended = float("-inf")

    def note(self) -> None:
        """Records a change."""
        self._last = time.monotonic()
        self._first = self._last if self._first is None else self._first

    def is_now(self) -> bool:
        """Whether a run is due."""
        now = time.monotonic()
        if self._first is None:
            return now >= self._ended + _AT_LEAST
        return now >= min(self._last + self._rest + _PAUSE / 2, self._first + _LONGEST)

    def done(self, *, again: bool) -> None:
        """Records that a run ended; ``again`` is true if a file had changed too recently."""
        self._ended = self._last = time.monotonic()
        self._first = self._last if again else None


def _folders(roots: dict[Path, tuple[int, ...] | None]) -> set[tuple[Path, tuple[int, ...] | None]]:
    return {(path, known) for path, known in roots.items() if known is None or len(known) == 2}


def _identity(path: Path) -> tuple[int, ...] | None:
    """A folder's device and inode; for a file also its size and times; None if nothing exists."""
    try:
        found = path.stat()
    except OSError:
        return None
    place = (found.st_dev, found.st_ino)
    return place if path.is_dir() else (*place, found.st_size, found.st_mtime_ns, found.st_ctime_ns)

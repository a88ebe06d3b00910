"""The queue that all questions share: limits how many run at once and how many wait."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable
from typing import TypeVar, cast

from anyio import CapacityLimiter, to_thread

from rag.web.messages import Wait

__all__ = ["Stopped", "WorkQueue"]

AT_ONCE = 4
WAITING = 32
EARLY = 128  # maximum stored stops for questions that have not arrived yet

Result = TypeVar("Result")


class Stopped(Exception):  # noqa: N818 - nothing went wrong
    """The caller stopped waiting for the answer."""


class WorkQueue:
    """Runs work in threads: ``at_once`` at a time, while up to ``waiting`` more wait in order."""

    def __init__(self, *, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._limit = CapacityLimiter(at_once)
        self._waiting = waiting
        self._stops: defaultdict[str, set[asyncio.Future[None]]] = defaultdict(set)
        self._early: deque[str] = deque(maxlen=EARLY)

    async def run(self, work: Callable[[], Result], *, who: str | None = None) -> Result:
        """Runs ``work`` in a thread when its turn comes, and returns its result.

        If the caller is cancelled or ``who`` is stopped, work that has not started is dropped. Work
        already running finishes and keeps its place; its result is discarded.

        Raises:
            Wait: too many are already waiting.
            Stopped: ``who`` was stopped.
        """
        if who is not None and who in self._early:
            self._early.remove(who)
            raise Stopped
        if self._limit.statistics().tasks_waiting >= self._waiting:
            raise Wait("too many questions are waiting; ask again in a moment")
        wanted = True

        def begin() -> Result | None:
            return work() if wanted else None

        task = asyncio.ensure_future(to_thread.run_sync(begin, limiter=self._limit))
        stopped = asyncio.get_running_loop().create_future()
        if who is not None:
            self._stops[who].add(stopped)
        try:
            await asyncio.wait((task, stopped), return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise Stopped
            return cast("Result", task.result())
        finally:
            wanted = False
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
            if who is not None:
                self._stops[who].discard(stopped)
                if not self._stops[who]:
                    del self._stops[who]

    def stop(self, who: str) -> None:
        """Stops whatever ``who`` is waiting for. Call it in the event loop.

        If ``who`` is not waiting, stops their next work: a stop may arrive before its question.
        """
        if who not in self._stops:
            self._early.append(who)
        for stopped in self._stops.get(who, ()):
            if not stopped.done():
                stopped.set_result(None)

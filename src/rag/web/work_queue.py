"""How many questions are answered at a time, and how many may wait; all ways to ask share this."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable
from typing import TypeVar, cast

from anyio import CapacityLimiter, to_thread

import rag

__all__ = ["Places", "Stopped"]

AT_ONCE = 4
WAITING = 32
EARLY = 128  # stops that are kept for a question still on its way here

Result = TypeVar("Result")


class Stopped(Exception):  # noqa: N818 - nothing went wrong
    """Nobody waits for the answer any more."""


class Places:
    """Work gets a thread in its turn, and keeps its place until it is done."""

    def __init__(self, *, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._limit = CapacityLimiter(at_once)
        self._waiting = waiting
        self._stops: defaultdict[str, set[asyncio.Future[None]]] = defaultdict(set)
        self._early: deque[str] = deque(maxlen=EARLY)

    async def run(self, work: Callable[[], Result], *, who: str | None = None) -> Result:
        """What ``work`` gives.

        Who is cancelled or stopped waits no longer: work that has not begun is not done, and what
        has begun ends unheard, in its place.

        Raises:
            UsageError: too many are waiting already.
            Stopped: ``who`` was stopped.
        """
        if who is not None and who in self._early:
            self._early.remove(who)
            raise Stopped
        if self._limit.statistics().tasks_waiting >= self._waiting:
            raise rag.UsageError("too many questions are waiting; ask again in a moment")
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
        """Whatever ``who`` waits for is not waited for any more; called in the event loop.

        Where that is nothing yet, it is what they ask for next: a stop may overtake its question.
        """
        if who not in self._stops:
            self._early.append(who)
        for stopped in self._stops.get(who, ()):
            if not stopped.done():
                stopped.set_result(None)

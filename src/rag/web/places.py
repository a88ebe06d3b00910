"""How many questions are answered at a time, and how many may wait; all ways to ask share this."""

import asyncio
from collections.abc import Callable
from typing import TypeVar, cast

from anyio import CapacityLimiter, to_thread

import rag

__all__ = ["Places"]

AT_ONCE = 4
WAITING = 32  # with those at work, fewer than the 40 events that Gradio runs at a time

Result = TypeVar("Result")


class Places:
    """Work gets a thread in its turn, and keeps its place until it is done."""

    def __init__(self, *, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._limit = CapacityLimiter(at_once)
        self._waiting = waiting

    async def run(self, work: Callable[[], Result]) -> Result:
        """What ``work`` gives.

        Who is cancelled waits no longer: work that has not begun is not done, and what has begun
        ends unheard, in its place.

        Raises:
            UsageError: too many are waiting already.
        """
        if self._limit.statistics().tasks_waiting >= self._waiting:
            raise rag.UsageError("too many questions are waiting; ask again in a moment")
        wanted = True

        def begin() -> Result | None:
            return work() if wanted else None

        task = asyncio.ensure_future(to_thread.run_sync(begin, limiter=self._limit))
        try:
            return cast("Result", await asyncio.shield(task))
        except asyncio.CancelledError:
            wanted = False
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
            raise

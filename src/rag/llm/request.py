"""Runs a request in its own event loop and thread; the consumer can close it at any time."""

import asyncio
import queue
import threading
import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import suppress

from rag.llm.messages import Failure, Piece, Reply, Stopped

__all__ = ["pieces", "sleep"]

_TICK = 0.1  # seconds between checks whether the request was stopped

Put = Callable[[Piece], None]


def pieces(
    send: Callable[[Put], Awaitable[None]],
    *,
    failure_of: Callable[[Exception], Failure],
    deadline: float,
    is_stopped: Stopped,
) -> Generator[Reply, None, None]:
    """Runs ``send`` in another thread and yields its pieces as they arrive.

    Closing the generator cancels ``send``, even while the server is silent. ``deadline`` is a time
    of ``time.monotonic``.

    Raises:
        Failure: ``send`` failed, the deadline passed, or ``is_stopped`` returned true.
    """
    arrived: queue.SimpleQueue[Piece] = queue.SimpleQueue()
    request = _Request(send, arrived.put, failure_of)
    try:
        while (piece := _next(arrived, deadline, is_stopped)) is not None:
            if isinstance(piece, Failure):
                raise piece
            yield piece
    finally:
        request.cancel()


def sleep(seconds: float, is_stopped: Stopped) -> None:
    """Waits for ``seconds``, or until ``is_stopped`` returns true."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0 and not is_stopped():
        time.sleep(min(_TICK, left))


def _next(arrived: queue.SimpleQueue[Piece], deadline: float, is_stopped: Stopped) -> Piece:
    while True:
        left = deadline - time.monotonic()
        if is_stopped():
            return Failure("was told to stop", is_retryable=False)
        if left <= 0:
            return Failure("did not answer in time", is_retryable=False)
        with suppress(queue.Empty):
            return arrived.get(timeout=min(_TICK, left))


class _Request:
    """A coroutine in its own thread that any other thread can cancel."""

    def __init__(
        self,
        send: Callable[[Put], Awaitable[None]],
        put: Put,
        failure_of: Callable[[Exception], Failure],
    ) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Future[None] | None = None
        self._lock = threading.Lock()
        self._is_cancelled = False
        self._send, self._put, self._failure_of = send, put, failure_of
        threading.Thread(target=self._run, name="byline-model-server", daemon=True).start()

    def cancel(self) -> None:
        """Closes the request if it is still running."""
        with self._lock:
            self._is_cancelled = True
            if self._loop and self._task and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._task.cancel)

    def _run(self) -> None:
        asyncio.run(self._guarded())

    async def _guarded(self) -> None:
        with self._lock:
            if self._is_cancelled:
                return
            self._loop = asyncio.get_running_loop()
            self._task = asyncio.ensure_future(self._send(self._put))
        try:
            await self._task
            self._put(None)
        except asyncio.CancelledError:
            pass
        except Exception as error:  # noqa: BLE001 - whatever it is, the consumer must learn of it
            self._put(self._failure_of(error))
        finally:
            with self._lock:
                self._loop = None

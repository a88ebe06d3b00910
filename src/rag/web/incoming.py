"""Limits the size of each reader's uploads that are not yet indexed."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["AROUND", "KEPT", "Incoming"]

AROUND = 100_000  # bytes that a multipart form adds to its files
KEPT = 600.0  # seconds after which an unindexed file is deleted
LATE = 120.0  # seconds after which the deletion has certainly happened
OF_ONE = 5  # limit of an address or account, as a multiple of one reader's limit
OF_ALL = 25


@dataclass(slots=True)
class _Sent:
    session: str
    owner: str
    size: int
    at: float


class Incoming:
    """Counts the bytes of uploads before they are written. Thread-safe.

    One session may have ``largest`` bytes that are not yet indexed; one address or account,
    whatever cookies it invents, ``OF_ONE`` times as many; and all together ``OF_ALL`` times as
    many.
    """

    def __init__(self, largest: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._largest = largest + AROUND
        self._clock = clock
        self._sent: deque[_Sent] = deque()
        self._lock = threading.Lock()

    def take(self, session: str, owner: str, size: int) -> bool:
        """Counts ``size`` bytes; returns False if they exceed a limit."""
        with self._lock:
            while self._sent and self._clock() - self._sent[0].at > KEPT + LATE:
                self._sent.popleft()
            limits = (
                (self._largest, [each.size for each in self._sent if each.session == session]),
                (OF_ONE * self._largest, [e.size for e in self._sent if e.owner == owner]),
                (OF_ALL * self._largest, [each.size for each in self._sent]),
            )
            free = all(sum(sizes) + size <= limit for limit, sizes in limits)
            if free:
                self._sent.append(_Sent(session, owner, size, self._clock()))
            return free

    def release(self, session: str, size: int) -> None:
        """Subtracts ``size`` bytes of a session that were deleted or never written."""
        with self._lock:
            for each in self._sent:
                if each.session == session and size > 0:
                    released = min(size, each.size)
                    each.size -= released
                    size -= released
            self._sent = deque(each for each in self._sent if each.size)

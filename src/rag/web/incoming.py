"""Uploads on their way: how much each reader may have sent that is not yet indexed."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["AROUND", "KEPT", "Incoming"]

AROUND = 100_000  # bytes that a multipart form adds to its files
KEPT = 600.0  # seconds after which a file that was never indexed is deleted
LATE = 120.0  # seconds until that is certain to have happened
OF_ONE = 5  # times the limit of one reader: the limit of an address or account
OF_ALL = 25


@dataclass(slots=True)
class _Sent:
    session: str
    owner: str
    size: int
    at: float


class Incoming:
    """Counts the bytes of uploads before they are written. Thread-safe.

    One session may have sent ``largest`` bytes that are not yet indexed, one address or account
    ``OF_ONE`` times as many, whatever cookies it invents, and all together ``OF_ALL`` times.
    """

    def __init__(self, largest: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._largest = largest + AROUND
        self._clock = clock
        self._sent: deque[_Sent] = deque()
        self._lock = threading.Lock()

    def take(self, session: str, owner: str, size: int) -> bool:
        """Counts ``size`` bytes; False if they are too many now."""
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
        """Forgets ``size`` bytes of a session, which were deleted or never written."""
        with self._lock:
            for each in self._sent:
                if each.session == session and size > 0:
                    released = min(size, each.size)
                    each.size -= released
                    size -= released
            self._sent = deque(each for each in self._sent if each.size)

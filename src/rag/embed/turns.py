"""A lock that gives priority to questions over documents."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["Turns"]

_PATIENCE = 2.0  # seconds after which documents no longer give way to questions


class Turns:
    """A lock with two priorities: questions go first, and documents when no question is waiting.

    Documents that have waited for ``patience`` seconds take the next turn, so that indexing
    continues however many questions arrive. Thread-safe; not reentrant.
    """

    def __init__(
        self, *, patience: float = _PATIENCE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._changed = threading.Condition()
        self._taken = False
        self._questions = 0  # waiting
        self._patience = patience
        self._clock = clock

    @contextmanager
    def question(self) -> Iterator[None]:
        """A context that holds the lock, which it gets before all waiting documents."""
        with self._changed:
            self._questions += 1
            self._changed.wait_for(lambda: not self._taken)
            self._questions -= 1
            self._taken = True
        with self._held():
            yield

    @contextmanager
    def documents(self) -> Iterator[None]:
        """A context that holds the lock, which it gets when no question is waiting."""
        until = self._clock() + self._patience
        with self._changed:
            while self._taken or (self._questions and self._clock() < until):
                self._changed.wait()
            self._taken = True
        with self._held():
            yield

    @contextmanager
    def _held(self) -> Iterator[None]:
        try:
            yield
        finally:
            with self._changed:
                self._taken = False
                self._changed.notify_all()

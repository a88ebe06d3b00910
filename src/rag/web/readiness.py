"""Tracks whether the server can answer yet, and what message to show until then."""

import threading
import time
from collections.abc import Callable
from typing import Literal

import rag
from rag.web.messages import Loading

__all__ = ["Readiness", "State"]

State = Literal["loading", "ready", "failed"]

PATIENCE = 60.0  # seconds that a question waits for loading to end


class _StoppedError(Exception):
    """Loading was stopped because the process is ending."""


class Readiness:
    """The progress of loading. One thread reports it; any thread may read it."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._over = threading.Event()
        self._afterwards: list[Callable[[], object]] = []
        self._stopped = False
        self._step: rag.Progress | None = None
        self._began = self._told = clock()
        self.error: Exception | None = None

    # ---- called by the loading thread

    def load(self, *steps: Callable[[], object]) -> None:
        """Runs the steps in order; the state is then ready or failed. Raises nothing."""
        try:
            for step in steps:
                self._check()
                self._began = self._clock()
                step()
        except _StoppedError:
            pass
        except Exception as error:  # noqa: BLE001 - `serve` raises it again
            self.error = error
        self._over.set()
        for call in self._afterwards:
            call()

    def report(self, step: rag.Progress) -> None:
        """Records the progress; raises an error that ends the work if loading was stopped."""
        self._check()
        self._step, self._told = step, self._clock()

    def ready(self) -> None:
        """Sets the state to ready."""
        self._over.set()

    def stop(self) -> None:
        """Makes loading end at its next step, and releases all waiting threads."""
        if not self._over.is_set():
            self._stopped = True
            self._over.set()

    def _check(self) -> None:
        if self._stopped:
            raise _StoppedError

    # ---- called by other threads

    def then(self, call: Callable[[], object]) -> None:
        """Registers a function that the loading thread calls once loading ends."""
        self._afterwards.append(call)

    @property
    def state(self) -> State:
        """The state: "loading", "ready" or "failed"."""
        if self.error is not None or self._stopped:
            return "failed"
        return "ready" if self._over.is_set() else "loading"

    @property
    def words(self) -> str:
        """The message for readers; "" once the state is ready."""
        if self.error is not None:
            return "The articles could not be loaded; Byline's log says why."
        if self._stopped:
            return "Byline was stopped before the articles were loaded"
        if self._over.is_set():
            return ""
        step = self._step
        if step is None or step.done >= step.total:
            return "Loading the articles and the model …"
        counted = f"{step.done:,} of {step.total:,} articles{self._left(step)}"
        return f"{step.stage.capitalize()} {counted} …"

    def wait(self, seconds: float | None = None) -> bool:
        """Waits at most ``seconds`` for loading to end; True if the state is ready."""
        self._over.wait(seconds)
        return self.state == "ready"

    def require(self, seconds: float = PATIENCE) -> None:
        """Waits like ``wait``.

        Raises:
            NotIndexedError: loading failed or has not ended.
        """
        if not self.wait(seconds):
            remedy = " Ask again in a moment." if self.state == "loading" else ""
            raise Loading(f"{self.words}{remedy}")

    def _left(self, step: rag.Progress) -> str:
        """The estimated time left: ", about 4 s left"."""
        if not step.done:
            return ""
        pace = (self._told - self._began) / step.done
        left = pace * (step.total - step.done) if step.left is None else step.left
        seconds = left - (self._clock() - self._told)
        if seconds < 90:
            return f", about {max(1, round(seconds))} s left"
        return f", about {round(seconds / 60)} min left"

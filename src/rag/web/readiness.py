"""Whether the first answer can be given yet, and what is said until then."""

import threading
import time
from collections.abc import Callable
from typing import Literal

import rag

__all__ = ["Readiness", "State"]

State = Literal["loading", "ready", "failed"]

PATIENCE = 60.0  # seconds that a question waits for the articles


class _StoppedError(Exception):
    """Loading was given up, as the process is to end."""


class Readiness:
    """How far loading has come; one thread tells, any thread asks."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._over = threading.Event()
        self._afterwards: list[Callable[[], object]] = []
        self._stopped = False
        self._step: rag.Progress | None = None
        self._began = self._told = clock()
        self.error: Exception | None = None

    # ---- told by the thread that loads

    def load(self, *steps: Callable[[], object]) -> None:
        """Takes the steps one after the other, then is ready, or has failed. Raises nothing."""
        try:
            for step in steps:
                self._check()
                self._began = self._clock()
                step()
        except _StoppedError:
            pass
        except Exception as error:  # noqa: BLE001 - it is raised again by whoever serves
            self.failed(error)
        else:
            self.ready()
        for call in self._afterwards:
            call()

    def report(self, step: rag.Progress) -> None:
        """Takes note of how far it is; ends the work, by an error, where it was stopped."""
        self._check()
        self._step, self._told = step, self._clock()

    def ready(self) -> None:
        """From now on answers are given."""
        self._over.set()

    def failed(self, error: Exception) -> None:
        """No answer will be given, and why."""
        self.error = error
        self._over.set()

    def stop(self) -> None:
        """Asks the loading to end at its next step, and lets nobody wait for it any longer."""
        if not self._over.is_set():
            self._stopped = True
            self._over.set()

    def _check(self) -> None:
        if self._stopped:
            raise _StoppedError

    # ---- asked by everyone else

    def then(self, call: Callable[[], object]) -> None:
        """Has ``call`` called by the thread that loads, once loading is over."""
        self._afterwards.append(call)

    @property
    def state(self) -> State:
        """Whether it loads, is ready or has failed."""
        if self.error is not None or self._stopped:
            return "failed"
        return "ready" if self._over.is_set() else "loading"

    @property
    def words(self) -> str:
        """What a reader is told; empty once all is ready."""
        if self.error is not None:
            return f"The articles could not be loaded: {self.error}"
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
        """Waits until loading is over, at most ``seconds``; whether answers are given."""
        self._over.wait(seconds)
        return self.state == "ready"

    def require(self, seconds: float = PATIENCE) -> None:
        """Waits as ``wait`` does.

        Raises:
            NotIndexedError: no answer can be given, or not yet.
        """
        if not self.wait(seconds):
            remedy = " Ask again in a moment." if self.state == "loading" else ""
            raise rag.NotIndexedError(f"{self.words}{remedy}")

    def _left(self, step: rag.Progress) -> str:
        """The time that the rest takes at the pace so far: ", about 4 s left"."""
        if not step.done:
            return ""
        pace = (self._told - self._began) / step.done
        seconds = pace * (step.total - step.done) - (self._clock() - self._told)
        if seconds < 90:
            return f", about {max(1, round(seconds))} s left"
        return f", about {round(seconds / 60)} min left"

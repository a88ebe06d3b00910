"""Estimates how long reading and indexing will take."""

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Pace"]


@dataclass(slots=True)
class Pace:
    """The pace of the work.

    The first batch also loads the models, so it is ignored once a second batch has ended.
    ``since`` and ``latest`` are tuples of a time in seconds, the share of the work done, 0 to 1,
    and the number of articles processed.
    """

    clock: Callable[[], float]
    since: tuple[float, float, int]
    latest: tuple[float, float, int]
    batches: int = 0

    def measure(self, *, share: float, articles: int) -> None:
        """Records the progress."""
        if share > self.latest[1]:
            if self.batches == 1:
                self.since = self.latest
            self.latest = (self.clock(), share, articles)
            self.batches += 1

    @property
    def rate(self) -> float | None:
        """Articles per second."""
        (began, _, first), (at, _, last) = self.since, self.latest
        return (last - first) / max(at - began, 1e-6) if last > first else None

    @property
    def left(self) -> float | None:
        """Estimated seconds until all work is done."""
        (began, first, _), (at, share, _) = self.since, self.latest
        if share == first:
            return None
        rest = (at - began) / (share - first) * (1 - share)
        return max(at + rest - self.clock(), 0.0)

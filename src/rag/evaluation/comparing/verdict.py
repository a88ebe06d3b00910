"""The verdict of one measure on two runs of the same questions."""

from dataclasses import dataclass

from rag.evaluation.comparing.phrasing import sentence
from rag.evaluation.measuring.catalog import Measure

__all__ = ["ALPHA", "BETTER", "NOT_SHOWN", "WORSE", "Change", "Verdict"]

ALPHA = 0.05
BETTER = "better"
WORSE = "worse"
NOT_SHOWN = "not shown to differ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A question whose value is ``before`` in the first run and ``after`` in the second."""

    id: str
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a measure says of the run named ``of``, the second, against the first.

    ``n`` questions count for the measure in both. The difference, ``second`` less ``first``, lies
    from ``low`` to ``high`` with 95% confidence. ``p_value`` is this test's own, ``corrected`` what
    it comes to as one of a ``family``. ``won`` and ``lost`` are the questions on which the second
    run does better and worse, the largest change first. For AUROC, a question's value is the share
    of those of the other side, answerable or not, on whose right side it stands.
    """

    of: str
    family: int
    measure: Measure
    n: int
    first: float
    second: float
    low: float
    high: float
    p_value: float
    corrected: float
    won: tuple[Change, ...]
    lost: tuple[Change, ...]
    tied: tuple[str, ...]

    @property
    def key(self) -> str:
        """The name of its measure in files."""
        return self.measure.key

    @property
    def difference(self) -> float:
        """The second figure less the first, whichever way is better."""
        return self.second - self.first

    @property
    def outcome(self) -> str:
        """Whether the second run is better or worse, or is not shown to differ."""
        if self.corrected >= ALPHA:
            return NOT_SHOWN
        return BETTER if (self.difference > 0) != self.measure.lower_is_better else WORSE

    @property
    def turned_by_correction(self) -> bool:
        """Whether the test would show a difference if it stood alone."""
        return self.p_value < ALPHA <= self.corrected

    @property
    def sentence(self) -> str:
        """All of it in one plain sentence."""
        return sentence(self)

"""The comparison of two runs by one measure."""

from dataclasses import dataclass

from rag.evaluation.comparing.phrasing import sentence
from rag.evaluation.measuring.catalog import Measure

ALPHA = 0.05
BETTER = "better"
WORSE = "worse"
NOT_SHOWN = "not shown to differ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A question's value in the first run (``before``) and in the second (``after``)."""

    id: str
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The result of one measure for the second run, named ``of``, against the first.

    ``first`` and ``second`` are the figures of the two runs over the ``n`` questions that the
    measure has values for in both. ``low`` and ``high`` bound the 95% confidence interval of the
    difference, ``second`` minus ``first``. ``p_value`` is uncorrected, ``corrected`` is
    Holm-corrected over a ``family`` of that many measures. ``won`` and ``lost`` hold the questions
    on which the second run does better and worse, largest change first; ``tied`` the ids of the
    others. For AUROC, a question's value is the share of questions of the other class, answerable
    or unanswerable, that are ranked correctly relative to it.
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
        """The key of the measure in files."""
        return self.measure.key

    @property
    def difference(self) -> float:
        """The second figure minus the first, whether higher or lower is better."""
        return self.second - self.first

    @property
    def outcome(self) -> str:
        """The outcome for the second run: better, worse or not shown to differ."""
        if self.corrected >= ALPHA:
            return NOT_SHOWN
        return BETTER if (self.difference > 0) != self.measure.lower_is_better else WORSE

    @property
    def turned_by_correction(self) -> bool:
        """Return whether the difference is significant only before correction."""
        return self.p_value < ALPHA <= self.corrected

    @property
    def sentence(self) -> str:
        """The verdict as one sentence."""
        return sentence(self)

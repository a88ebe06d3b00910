"""The comparison of two runs by one measure, and its wording."""

from dataclasses import dataclass

from rag.evaluation.measuring.catalog import Measure

ALPHA = 0.05
BETTER = "better"
WORSE = "worse"
NOT_SHOWN = "not shown to differ"
FINDS = "finds the {view} of {won:,} more and {lost:,} fewer of {n:,} among the first {cutoff}"
RANKS = "ranks the {view} higher for {won:,} and lower for {lost:,} of {n:,}"
PHRASES = {
    "Success@1": "ranks the {view} of {won:,} more and {lost:,} fewer of {n:,} first",
    "EM": "answers {won:,} more and {lost:,} fewer of {n:,} exactly",
    "F1": "comes closer to the accepted answer for {won:,} and less close for {lost:,} of {n:,}",
    "contains_first": "answers {won:,} more and {lost:,} fewer of {n:,} with the first statement",
    "contains_shown": "answers {won:,} more and {lost:,} fewer of {n:,}",
    "quotes_exact": "quotes {won:,} more and {lost:,} fewer of {n:,} exactly",
    "span_precision": "cites more precisely for {won:,} and less precisely for {lost:,} of {n:,}",
    "span_recall": "cites more of the gold for {won:,} and less of it for {lost:,} of {n:,}",
    "unanswerable_abstained": "abstains on {won:,} more and {lost:,} fewer of {n:,} unanswerable",
    "answerable_lost": "abstains on {won:,} fewer and {lost:,} more of {n:,} answerable",
    "AUROC": (
        "tells answerable from unanswerable better for {won:,} and worse for {lost:,} of {n:,}"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A question's value in the first run (``before``) and in the second (``after``)."""

    id: str
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The result of one measure for the second run, named ``of``, against the first.

    ``first`` and ``second`` are the figures of the two runs over the ``n`` questions with values in
    both. ``low`` and ``high`` bound the 95% confidence interval of the difference, ``second`` minus
    ``first``. ``p_value`` is uncorrected, ``corrected`` is Holm-corrected over a ``family`` of that
    many measures. ``won`` and ``lost`` have the questions on which the second run does better and
    worse, largest change first; ``tied`` has the ids of the others. For AUROC, a question's value
    is the share of questions of the other class (answerable or unanswerable) that are ranked
    correctly relative to it.
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
    def differs(self) -> bool:
        """Returns whether the difference is significant."""
        return self.outcome != NOT_SHOWN

    @property
    def label(self) -> str:
        """The measure's name in a list of measures; ↓ marks one that is better when lower."""
        measure = self.measure
        of = f"{measure.section} " if measure.section in {"passage", "article"} else ""
        return f"{of}{measure.label}{' ↓' if measure.lower_is_better else ''}"

    @property
    def points(self) -> str:
        """The difference in percentage points, with its sign: "+1.2", "−0.2", "0.0"."""
        return _points(self.difference)

    @property
    def interval(self) -> str:
        """The confidence interval of the difference: "−0.2 … +2.7"."""
        return f"{_points(self.low)} … {_points(self.high)}"

    @property
    def chance(self) -> str:
        """The corrected p-value: "0.11", "0.034", "< 0.001"."""
        return _chance(self.corrected)

    @property
    def equation(self) -> str:
        """The corrected p-value for a sentence: "p = 0.11", "p < 0.001"."""
        return f"p {self.chance}" if self.chance.startswith("<") else f"p = {self.chance}"

    @property
    def sentence(self) -> str:
        """The verdict as one sentence.

        For example: "B answers 12 more and 5 fewer of 569: +1.2 points contains, 95% −0.2 … +2.7,
        p = 0.11: not shown to differ". The uncorrected p-value is added if the difference is
        significant only before correction.
        """
        noun = self.label.removeprefix("all shown ").removesuffix(" ↓")
        chance = self.equation
        if self.p_value < ALPHA <= self.corrected:
            own = _chance(self.p_value)
            chance = f"{chance} ({own} before correction for {self.family} measures)"
        return (
            f"{self.of} {_changes(self)}: {self.points} points {noun},"
            f" 95% {self.interval}, {chance}: {self.outcome}"
        )


def _points(share: float) -> str:
    rounded = round(100 * share, 1)
    return f"{rounded:+.1f}".replace("-", "−") if rounded else "0.0"


def _chance(p_value: float) -> str:
    if p_value < 0.001:
        return "< 0.001"
    return f"{p_value:.3f}" if p_value < 0.1 else f"{p_value:.2f}"


def _changes(verdict: Verdict) -> str:
    if not verdict.won and not verdict.lost:
        return f"changes none of {verdict.n:,}"
    view, _, name = verdict.key.partition("/")
    kind, _, cutoff = name.partition("@")
    phrase = PHRASES.get(name, FINDS if kind == "Success" else RANKS)
    numbers = {"won": len(verdict.won), "lost": len(verdict.lost), "n": verdict.n}
    return phrase.format(view=view, cutoff=cutoff, **numbers)

"""What the measures say: figures with their intervals, and the curves behind the pictures."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from rag.evaluation.records import FORMAT

__all__ = ["Bin", "Curves", "Figure", "Figures", "Metrics", "RiskPoint", "Scores"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number over ``n`` questions, from ``low`` to ``high`` with 95% confidence.

    All three are None where there is no data: never NaN; the last two also where no resample
    differs, which shows nothing. ``n`` counts the questions that count for the measure, or the
    citations for exact quotes.
    """

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None


Figures = Mapping[str, Figure]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """All figures over ``n`` questions. Shares and scores lie in [0, 1]; latency is in seconds.

    ``retrieval`` is by view (passage, article), ``latency`` by stage, ``total`` first.
    """

    n: int
    retrieval: Mapping[str, Figures]
    answers: Figures
    citations: Figures
    abstention: Figures
    latency: Mapping[str, Figures]


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskPoint:
    """The share of questions answered, and the share of those that were answered wrongly."""

    coverage: float
    risk: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Questions whose answerability lies from ``low`` up to ``high``, and how many proved so."""

    low: float
    high: float
    mean: float
    answerable: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """The numbers behind the pictures; an empty one has no data.

    ``ranks`` counts questions by the rank of the first gold found ("1" to "20", "not found"), by
    ``view``. ``success`` gives for each system ("byline" first) the share of questions with gold
    among the first k, k from 1. ``shipped`` is where the threshold in force lies on ``risk``.
    """

    view: str
    ranks: Mapping[str, int]
    success: Mapping[str, tuple[float, ...]]
    risk: tuple[RiskPoint, ...]
    shipped: RiskPoint | None
    reliability: tuple[Bin, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """The figures of a run: over all questions, by slice, and of the other systems asked.

    ``systems`` compares on the same questions: each name maps to the scores of that system, and
    ``beside`` to Byline's own on the questions that system was asked. ``lost`` counts questions by
    where they were lost (``measuring.rows.GROUPS``). ``run`` is what stands in ``run.json``.
    """

    dataset: str
    scores: Scores
    slices: Mapping[str, Scores]
    systems: Mapping[str, Scores] = field(default_factory=dict)
    beside: Mapping[str, Scores] = field(default_factory=dict)
    lost: Mapping[str, int] = field(default_factory=dict)
    curves: Curves
    run: Mapping[str, object] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """The contents of ``metrics.json``."""
        return {
            "format": FORMAT,
            "dataset": self.dataset,
            **asdict(self.scores),
            "slices": {name: asdict(scores) for name, scores in self.slices.items()},
            "systems": {name: asdict(scores) for name, scores in self.systems.items()},
            "beside": {name: asdict(scores) for name, scores in self.beside.items()},
            "lost": dict(self.lost),
            "curves": asdict(self.curves),
        }

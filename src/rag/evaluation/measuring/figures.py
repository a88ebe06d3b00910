"""Result types: figures with their intervals, and the data of the charts."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from rag.evaluation.records import FORMAT


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A value over ``n`` questions with its 95% interval from ``low`` to ``high``.

    All three numbers are None, never NaN, if there is no data. ``low`` and ``high`` are also None
    if all resamples are equal, because they then show no spread. ``n`` is the number of questions
    to which the measure applies; for exact quotes it is the number of citations.
    """

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None


Figures = Mapping[str, Figure]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """All figures over ``n`` questions. Shares and scores lie in [0, 1]; latency is in seconds.

    ``retrieval`` is keyed by view ("passage", "article"), ``latency`` by stage, ``total`` first.
    ``prose`` counts sentences and tokens, and is empty for quoted answers.
    """

    n: int
    retrieval: Mapping[str, Figures]
    answers: Figures
    citations: Figures
    abstention: Figures
    latency: Mapping[str, Figures]
    prose: Figures = field(default_factory=dict)

    def figure(self, key: str) -> Figure:
        """The figure of a measure, such as "answers/EM"; an empty one if the run has none."""
        section, _, name = key.partition("/")
        figures: Figures = self.retrieval.get(section) or getattr(self, section, {})
        return figures.get(name) or Figure(value=None, n=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskPoint:
    """The share of questions answered, and the share of those answered wrongly."""

    coverage: float
    risk: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Questions with an answerability in [``low``, ``high``).

    ``mean`` is their mean answerability, ``answerable`` the share that is labelled answerable.
    """

    low: float
    high: float
    mean: float
    answerable: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """The data of the charts; a field without data is empty.

    ``ranks`` counts questions by the rank of the first gold found ("1" to "20", "not found"), where
    ``view`` says whether passages or articles are ranked. ``success`` maps each system ("byline"
    first) to its Success@k for k from 1. ``shipped`` is the point of ``risk`` at the threshold that
    the run used.
    """

    view: str
    ranks: Mapping[str, int]
    success: Mapping[str, tuple[float, ...]]
    risk: tuple[RiskPoint, ...]
    shipped: RiskPoint | None
    reliability: tuple[Bin, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """The figures of a run: over all questions, by slice, and for other systems.

    ``systems`` maps each other system to its scores, and ``beside`` maps it to Byline's scores on
    the same questions. ``lost`` counts questions by outcome: ``measuring.rows.GROUPS``, "right" and
    "not judged". ``run`` is the content of ``run.json``.
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
        """Returns the content of ``metrics.json``."""
        return {
            "format": FORMAT,
            "dataset": self.dataset,
            **asdict(self.scores),
            **{
                part: {name: asdict(scores) for name, scores in getattr(self, part).items()}
                for part in ("slices", "systems", "beside")
            },
            "lost": dict(self.lost),
            "curves": asdict(self.curves),
        }

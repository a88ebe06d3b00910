"""Measured results for the tests of the report: four questions and recognisable figures."""

from collections.abc import Callable
from dataclasses import replace

import pytest

import rag
from rag.evaluation.measuring.catalog import MEASURES
from rag.evaluation.measuring.figures import Bin, Curves, Figure, Metrics, RiskPoint, Scores
from rag.evaluation.measuring.rows import GROUPS, RIGHT, QuestionRow
from rag.evaluation.records import Found, Quote, Source, Unit

MakeScores = Callable[..., Scores]
MakeMetrics = Callable[..., Metrics]
MakeAsked = Callable[..., QuestionRow]

TEXT = "The mayor opened the bridge on Monday.\nIt cost four million euros.\nNobody came."
GOLD = (TEXT.index("It cost"), TEXT.index("\nNobody"))


def _scores(n: int = 100, **figures: Figure) -> Scores:
    """Figures that differ in their third decimal, or given ones by name."""
    sections: dict[str, dict[str, Figure]] = {}
    for place, measure in enumerate(MEASURES):
        value = (500 + place) / 1000
        figure = Figure(value=value, n=n, low=value - 0.1, high=value + 0.1)
        section = sections.setdefault(measure.section, {})
        section[measure.name] = figures.get(measure.name, figure)
    seconds = {"p50": Figure(value=0.25, n=n), "p95": Figure(value=1.5, n=n)}
    return Scores(
        n=n,
        retrieval={view: sections[view] for view in ("passage", "article")},
        answers=sections["answers"],
        citations=sections["citations"],
        abstention=sections["abstention"],
        latency={"total": seconds, "retrieve": seconds},
    )


def _curves() -> Curves:
    return Curves(
        view="passage",
        ranks={"1": 70, "2": 10, "12": 8, "not found": 12},
        success={"byline": (0.7, 0.8, 0.88), "bm25": (0.4, 0.5, 0.6)},
        risk=(RiskPoint(coverage=0.5, risk=0.1), RiskPoint(coverage=1.0, risk=0.3)),
        shipped=RiskPoint(coverage=0.75, risk=0.2),
        reliability=(
            Bin(low=0.0, high=0.5, mean=0.25, answerable=Figure(value=0.5, n=40)),
            Bin(low=0.5, high=1.0, mean=0.75, answerable=Figure(value=1.0, n=60)),
        ),
    )


def _metrics(**changed: object) -> Metrics:
    metrics = Metrics(
        dataset="by-hand",
        scores=_scores(),
        slices={},
        lost={RIGHT: 80, GROUPS[1]: 5, GROUPS[3]: 15},
        curves=_curves(),
        run={"started": "2026-11-22T06:50:15+00:00", "seconds": 75.4, "model": "a-model"},
    )
    return replace(metrics, **changed)  # type: ignore[arg-type]


def _asked(name: str = "q", **changed: object) -> QuestionRow:
    """A question that was read wrongly: its gold is in the second of two passages found."""
    first, second = (0, TEXT.index("\nIt")), (GOLD[0], len(TEXT))
    row = QuestionRow(
        id=name,
        question=f"What did the bridge of {name} cost?",
        standalone_question=f"What did the bridge of {name} cost?",
        history=(),
        kind="number",
        answerable=True,
        answers=("four million euros", "4 million"),
        gold=(Unit(article_id="a", start=GOLD[0], end=GOLD[1]),),
        gold_articles=("a",),
        group=GROUPS[3],
        passage_rank=2,
        article_rank=1,
        hits=tuple(
            Found(
                article_id="a",
                start=start,
                end=end,
                score=1 / rank,
                rank=rank,
                dense_rank=rank,
                dense_score=0.4321,
                lexical_rank=None,
                matched_terms=("bridge", "cost")[:rank],
            )
            for rank, (start, end) in enumerate((first, second), start=1)
        ),
        relevant=(2,),
        shown=(TEXT[first[0] : first[1]],),
        short_answer="Monday",
        citations=(Quote(article_id="a", start=0, end=first[1], quote=TEXT[: first[1]]),),
        withheld=(),
        abstained=False,
        answerability=0.8765,
        seconds=0.25,
        values={"answers/EM": 0.0, "passage/Success@5": 1.0},
    )
    return replace(row, **changed)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def scores() -> MakeScores:
    """Creates scores over n questions, with the given figures by name."""
    return _scores


@pytest.fixture(scope="session")
def metrics() -> MakeMetrics:
    """Creates metrics of a hundred questions, with the given changes."""
    return _metrics


@pytest.fixture(scope="session")
def asked() -> MakeAsked:
    """Creates a measured question by its id, with the given changes."""
    return _asked


@pytest.fixture(scope="session")
def articles() -> dict[str, Source]:
    """The article that the questions are about."""
    source = Source(article_id="a", title="A Bridge", outlet="The Post", published=None, text=TEXT)
    return {"a": source}


@pytest.fixture(scope="session")
def mixed(asked: MakeAsked) -> tuple[QuestionRow, ...]:
    """Four questions: read wrongly, right, a follow-up that was not retrieved, unanswerable."""
    turns = (
        rag.Turn(role="user", text="Who opened it?"),
        rag.Turn(role="agent", text="The mayor did."),
    )
    return (
        asked("alpha"),
        asked("beta", group=RIGHT, passage_rank=1, kind="date", answerability=0.95),
        asked(
            "gamma",
            group=GROUPS[1],
            question="And when?",
            standalone_question="When did the mayor open it?",
            history=turns,
            passage_rank=None,
            article_rank=None,
            relevant=(),
            hits=(),
            kind="date",
            answerability=0.25,
        ),
        asked(
            "delta",
            group=RIGHT,
            question="Who painted the bridge?",
            standalone_question="Who painted the bridge?",
            answerable=False,
            answers=(),
            gold=(),
            gold_articles=(),
            passage_rank=None,
            article_rank=None,
            relevant=(),
            shown=(),
            short_answer=None,
            citations=(),
            abstained=True,
            withheld=(Quote(article_id="a", start=0, end=9, quote=TEXT[:9]),),
            answerability=0.125,
        ),
    )

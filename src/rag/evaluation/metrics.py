"""From a result folder to its figures: each a mean over questions, or what its name says, and n."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rag.evaluation import values
from rag.evaluation.lines import write_json
from rag.evaluation.measures.abstention import auroc
from rag.evaluation.measures.citations import quote_exact
from rag.evaluation.measures.latency import percentile
from rag.evaluation.records import FORMAT, METRICS, Results, read_results
from rag.evaluation.values import Row, Values

__all__ = ["Figure", "Figures", "Metrics", "Scores", "measure", "write_metrics"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number over ``n`` questions (``quotes_exact``: citations); None where there is no data."""

    value: float | None
    n: int


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
class Metrics:
    """The figures of a run, over all questions and by slice."""

    dataset: str
    scores: Scores
    slices: Mapping[str, Scores]

    def as_json(self) -> dict[str, object]:
        """The contents of ``metrics.json``."""
        slices = {name: asdict(scores) for name, scores in self.slices.items()}
        head = {"format": FORMAT, "dataset": self.dataset}
        return {**head, **asdict(self.scores), "slices": slices}


def measure(folder: Path) -> Metrics:
    """All figures of a finished result folder, from its predictions and gold alone.

    Raises ``rag.UsageError`` where there is no finished run of this format, and
    ``rag.DatasetError`` for lines that do not follow their form.
    """
    results = read_results(folder)
    retrieval = {
        "passage": values.passage_values(results.rows),
        "article": values.article_values(results.rows),
    }
    return Metrics(
        dataset=results.dataset,
        scores=_scores(results.rows, retrieval, results.texts),
        slices={
            name: _scores(rows, retrieval, results.texts) for name, rows in _slices(results).items()
        },
    )


def write_metrics(folder: Path, metrics: Metrics) -> Path:
    """Write ``metrics.json`` into a result folder, and return its path."""
    write_json(folder / METRICS, metrics.as_json())
    return folder / METRICS


def _slices(results: Results) -> dict[str, list[Row]]:
    """Questions without and with a history, then each kind by name."""
    slices: dict[str, list[Row]] = {"standalone": [], "followup": []}
    kinds = sorted({gold.kind for _, gold in results.rows if gold.kind is not None})
    slices |= {f"kind={kind}": [] for kind in kinds}
    for shown, gold in results.rows:
        slices["followup" if gold.has_history else "standalone"].append((shown, gold))
        if gold.kind is not None:
            slices[f"kind={gold.kind}"].append((shown, gold))
    return slices


def _scores(
    rows: Sequence[Row], retrieval: Mapping[str, Values], texts: Mapping[str, str]
) -> Scores:
    ids = {gold.id for _, gold in rows}
    return Scores(
        n=len(rows),
        retrieval={view: _means(_within(found, ids)) for view, found in retrieval.items()},
        answers=_means(values.answer_values(rows)),
        citations={"quotes_exact": _exact(rows, texts), **_means(values.span_values(rows))},
        abstention={**_means(values.abstention_values(rows)), "AUROC": _auroc(rows)},
        latency=_latency(values.seconds_values(rows)),
    )


def _within(all_values: Values, ids: set[str]) -> Values:
    return {
        name: {key: value for key, value in by_question.items() if key in ids}
        for name, by_question in all_values.items()
    }


def _means(of_questions: Values) -> dict[str, Figure]:
    return {name: _mean(list(numbers.values())) for name, numbers in of_questions.items()}


def _mean(numbers: Sequence[float]) -> Figure:
    value = math.fsum(numbers) / len(numbers) if numbers else None
    return Figure(value=value, n=len(numbers))


def _exact(rows: Sequence[Row], texts: Mapping[str, str]) -> Figure:
    """The share of citations whose quote is exact; n counts citations."""
    return _mean(
        [float(quote_exact(cited, texts)) for shown, _ in rows for cited in shown.citations]
    )


def _auroc(rows: Sequence[Row]) -> Figure:
    answerable = [shown.answerability for shown, gold in rows if gold.answerable is True]
    unanswerable = [shown.answerability for shown, gold in rows if gold.answerable is False]
    return Figure(value=auroc(answerable, unanswerable), n=len(answerable) + len(unanswerable))


def _latency(seconds: Values) -> dict[str, Figures]:
    return {stage: _percentiles(list(numbers.values())) for stage, numbers in seconds.items()}


def _percentiles(seconds: Sequence[float]) -> Figures:
    return {
        f"p{percent}": Figure(value=percentile(seconds, percent), n=len(seconds))
        for percent in (50, 95)
    }

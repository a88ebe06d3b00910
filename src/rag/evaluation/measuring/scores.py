"""Aggregates values into figures with 95% intervals, over all or selected questions."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

import numpy as np

from rag.evaluation.measures.abstention import (
    FloatArray,
    Levels,
    aurc,
    auroc,
    coarser,
    coverage_at_risk,
    levels,
)
from rag.evaluation.measures.latency import percentile, percentile_interval
from rag.evaluation.measuring.catalog import MEASURES, PROSE
from rag.evaluation.measuring.figures import Figure, Figures, Scores
from rag.evaluation.measuring.values import Valued
from rag.evaluation.statistics.bootstrap import IntArray, mean_interval, statistic_interval

Item = TypeVar("Item")

STEPS = 256
"""The number of answerability levels that resamples distinguish."""


def score(valued: Valued, ids: Iterable[str]) -> Scores:
    """Computes all figures over the questions ``ids``."""
    chosen = sorted(ids)
    sections: dict[str, dict[str, Figure]] = {measure.section: {} for measure in MEASURES}
    special = _special(valued, chosen)
    for measure in MEASURES:
        by_question = valued.values.get(measure.key, {})
        found = special.get(measure.key) or mean(_pick(by_question, chosen))
        sections[measure.section][measure.name] = found
    return Scores(
        n=len(chosen),
        retrieval={view: sections[view] for view in valued.judged},
        answers=sections["answers"],
        citations=sections["citations"],
        abstention=sections["abstention"],
        latency={
            stage: _latency(_pick(seconds, chosen)) for stage, seconds in valued.seconds.items()
        },
        prose={
            name: mean(_pick(valued.values[f"prose/{name}"], chosen))
            for name in PROSE
            if f"prose/{name}" in valued.values
        },
    )


def mean(values: Sequence[float]) -> Figure:
    """The mean of the values of individual questions, with its interval."""
    if not values:
        return Figure(value=None, n=0)
    return _figure(math.fsum(values) / len(values), len(values), mean_interval(values))


def decided(valued: Valued, ids: Iterable[str]) -> Levels:
    """Groups questions by answerability; a question is good if its answer is right.

    For an abstention, the withheld answer counts. Questions without an answerability label, and
    answers whose correctness is unknown, are left out.
    """
    decisions = [one for one in _pick(valued.decisions, ids) if one.right is not None]
    return levels([one.answerability for one in decisions], [bool(one.right) for one in decisions])


def _special(valued: Valued, ids: Sequence[str]) -> Figures:
    """The figures that are not means over individual questions."""
    decisions = _pick(valued.decisions, ids)
    judged = levels([one.answerability for one in decisions], [one.answerable for one in decisions])
    answered = decided(valued, ids)
    return {
        "citations/quotes_exact": _exact(_pick(valued.quotes, ids)),
        "abstention/AUROC": _of_levels(auroc, judged),
        "abstention/AURC": _of_levels(aurc, answered),
        "abstention/coverage_at_5": _of_levels(coverage_at_risk, answered),
    }


def _exact(quotes: Sequence[tuple[int, int]]) -> Figure:
    """The share of exact quotes; ``n`` counts citations, but questions are resampled."""
    if not quotes:
        return Figure(value=None, n=0)
    kinds = Counter(quotes)
    exact, cited = np.array(list(kinds), dtype=np.int64).T
    alike = np.array(list(kinds.values()), dtype=np.int64)
    shares = [good / every for good, every in quotes]
    if len(set(shares)) == 1:  # all resamples are equal
        interval = mean_interval(shares)
    else:
        interval = statistic_interval(lambda counts: counts @ exact / (counts @ cited), alike)
    n = int(alike @ cited)
    return _figure(int(alike @ exact) / n, n, interval)


def _of_levels(measure: Callable[[Levels], FloatArray], found: Levels) -> Figure:
    """Computes the figure of a measure that is defined on score levels.

    The value uses all levels; resamples merge them into at most 256.
    """
    n = int(found.good.sum() + found.bad.sum())
    value = float(measure(found)) if n else math.nan
    if math.isnan(value):
        return Figure(value=None, n=n)
    steps = coarser(found, STEPS)
    good, alike = len(steps.good), np.concatenate([steps.good, steps.bad]).astype(np.int64)

    def statistic(counts: IntArray) -> FloatArray:
        drawn = counts.astype(np.float64)
        return measure(Levels(good=drawn[:, :good], bad=drawn[:, good:]))

    return _figure(value, n, statistic_interval(statistic, alike))


def _latency(seconds: Sequence[float]) -> Figures:
    return {
        f"p{percent}": _figure(
            percentile(seconds, percent), len(seconds), percentile_interval(seconds, percent)
        )
        for percent in (50, 95)
    }


def _figure(value: float | None, n: int, interval: tuple[float, float] | None) -> Figure:
    """Builds a figure; it has no interval if both ends are equal."""
    low, high = interval or (value, value)
    if value is None or low is None or high is None or low == high:
        return Figure(value=value, n=n)
    return Figure(value=value, n=n, low=min(low, value), high=max(high, value))


def _pick(by_question: Mapping[str, Item], ids: Iterable[str]) -> list[Item]:
    return [by_question[name] for name in ids if name in by_question]

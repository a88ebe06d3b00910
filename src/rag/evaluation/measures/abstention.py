"""Abstention measures: how well the system recognises questions that it should not answer.

Every function works along the last axis, so bootstrap resamples are extra rows of the same
arrays. A row without data yields NaN. ``rag.evaluation.measuring.scores`` computes the reported
figures from these functions.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Levels:
    """Numbers of good and bad questions at each score level, highest score first.

    Both arrays have shape (…, levels). Questions with equal scores share a level, so that their
    order does not matter.
    """

    good: FloatArray
    bad: FloatArray


def levels(scores: Sequence[float], good: Sequence[bool]) -> Levels:
    """Counts good and bad questions at each distinct score.

    ``scores`` and ``good`` have one element per question.
    """
    proved = np.asarray(good, dtype=bool)
    distinct, level = np.unique(-np.asarray(scores, dtype=np.float64), return_inverse=True)
    count = len(distinct)
    return Levels(
        good=np.bincount(level[proved], minlength=count).astype(np.float64),
        bad=np.bincount(level[~proved], minlength=count).astype(np.float64),
    )


def coarser(levels: Levels, most: int) -> Levels:
    """Merges adjacent levels into at most ``most`` levels with about equally many questions.

    With at most ``most`` questions, no levels are merged.
    """
    both = levels.good + levels.bad  # (levels,)
    before = np.cumsum(both) - both
    _, starts = np.unique(before * most // both.sum(), return_index=True)
    return Levels(
        good=np.add.reduceat(levels.good, starts), bad=np.add.reduceat(levels.bad, starts)
    )


def auroc(levels: Levels) -> FloatArray:
    """The area under the ROC curve, in [0, 1]; 0.5 is chance.

    The probability that a good question scores above a bad one; ties count half. Computed as the
    Mann-Whitney statistic divided by the number of pairs. Source: Hanley and McNeil 1982,
    https://doi.org/10.1148/radiology.143.1.7063747.
    """
    all_bad = levels.bad.sum(axis=-1)
    below = all_bad[..., None] - np.cumsum(levels.bad, axis=-1)
    won = (levels.good * (below + levels.bad / 2)).sum(axis=-1)
    return _ratio(won, levels.good.sum(axis=-1) * all_bad)


def risk_coverage(levels: Levels) -> tuple[FloatArray, FloatArray]:
    """Coverage and risk when answering all questions down to each level, both in [0, 1].

    Coverage is the share of questions answered. Risk is the share of the answered ones that are
    bad. Sources: El-Yaniv and Wiener 2010, https://www.jmlr.org/papers/v11/el-yaniv10a.html;
    with a ranking by confidence, Geifman and El-Yaniv 2017, https://arxiv.org/abs/1705.08500.
    """
    answered = np.cumsum(levels.good + levels.bad, axis=-1)
    coverage = _ratio(answered, answered[..., -1:])
    return coverage, _ratio(np.cumsum(levels.bad, axis=-1), answered)


def aurc(levels: Levels) -> FloatArray:
    """The area under the risk-coverage curve, in [0, 1]; lower is better.

    The mean over all questions of the risk when every question that scores at least as high is
    answered. Source: Geifman, Uziel and El-Yaniv 2019, https://arxiv.org/abs/1805.08206.
    """
    both = levels.good + levels.bad
    _, risk = risk_coverage(levels)
    return _ratio(np.where(both > 0, both * risk, 0).sum(axis=-1), both.sum(axis=-1))


def coverage_at_risk(levels: Levels, *, risk: float = 0.05) -> FloatArray:
    """The largest coverage at which the risk is at most ``risk``, in [0, 1].

    0 if no threshold keeps the risk that low. Source: coverage at a given accuracy, Kamath, Jia and
    Liang 2020, https://arxiv.org/abs/2006.09462.
    """
    coverage, risks = risk_coverage(levels)
    largest: FloatArray = np.where(risks <= risk, coverage, 0).max(axis=-1, initial=0)
    return np.where((levels.good + levels.bad).any(axis=-1), largest, np.nan)


def _ratio(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Divides ``part`` by ``whole``; NaN where ``whole`` is 0."""
    ratio = np.full(np.broadcast_shapes(part.shape, whole.shape), np.nan)
    np.divide(part, whole, out=ratio, where=whole > 0)
    return ratio

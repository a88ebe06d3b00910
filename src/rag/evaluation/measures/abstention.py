"""Abstention: whether the system knows when the articles do not say.

Every formula works on the last axis, so that resamples are further rows of the same arrays, and
gives NaN for a row without data; figures are made of these in ``rag.evaluation.measuring.scores``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Levels", "aurc", "auroc", "coarser", "coverage_at_risk", "levels", "risk_coverage"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Levels:
    """How many questions proved good and how many bad at each score, from the best score down.

    Both are of shape (…, levels). Questions that score alike share a level, so that their order
    cannot count.
    """

    good: FloatArray
    bad: FloatArray


def levels(scores: Sequence[float], good: Sequence[bool]) -> Levels:
    """The questions, each with its score and whether it proved good, by level."""
    proved = np.asarray(good, dtype=bool)
    distinct, level = np.unique(-np.asarray(scores, dtype=np.float64), return_inverse=True)
    count = len(distinct)
    return Levels(
        good=np.bincount(level[proved], minlength=count).astype(np.float64),
        bad=np.bincount(level[~proved], minlength=count).astype(np.float64),
    )


def coarser(levels: Levels, most: int) -> Levels:
    """At most ``most`` levels of about as many questions each; fewer questions keep all theirs."""
    both = levels.good + levels.bad  # (levels,)
    before = np.cumsum(both) - both
    _, starts = np.unique(before * most // both.sum(), return_index=True)
    return Levels(
        good=np.add.reduceat(levels.good, starts), bad=np.add.reduceat(levels.bad, starts)
    )


def auroc(levels: Levels) -> FloatArray:
    """The chance that a good question scores above a bad one, in [0, 1]; ties count half.

    The area under the ROC curve, .5 for guessing. Source: Hanley and McNeil 1982,
    https://doi.org/10.1148/radiology.143.1.7063747: the Mann-Whitney statistic over the number of
    pairs.
    """
    all_bad = levels.bad.sum(axis=-1)
    below = all_bad[..., None] - np.cumsum(levels.bad, axis=-1)
    won = (levels.good * (below + levels.bad / 2)).sum(axis=-1)
    return _ratio(won, levels.good.sum(axis=-1) * all_bad)


def risk_coverage(levels: Levels) -> tuple[FloatArray, FloatArray]:
    """The share of questions answered down to each level, and the share of these that prove bad.

    Source: El-Yaniv and Wiener 2010, https://www.jmlr.org/papers/v11/el-yaniv10a.html, and for a
    ranking by confidence Geifman and El-Yaniv 2017, https://arxiv.org/abs/1705.08500.
    """
    answered = np.cumsum(levels.good + levels.bad, axis=-1)
    coverage = _ratio(answered, answered[..., -1:])
    return coverage, _ratio(np.cumsum(levels.bad, axis=-1), answered)


def aurc(levels: Levels) -> FloatArray:
    """The area under the risk-coverage curve, in [0, 1]; the lower, the better.

    The mean, over all questions, of the risk when everything is answered that scores at least as
    they do. Source: Geifman, Uziel and El-Yaniv 2019, https://arxiv.org/abs/1805.08206.
    """
    both = levels.good + levels.bad
    _, risk = risk_coverage(levels)
    return _ratio(np.where(both > 0, both * risk, 0).sum(axis=-1), both.sum(axis=-1))


def coverage_at_risk(levels: Levels, *, risk: float = 0.05) -> FloatArray:
    """The largest share of questions that can be answered with at most ``risk`` of them wrong.

    0 where no threshold holds it. Source: coverage at a given accuracy, Kamath, Jia and Liang 2020,
    https://arxiv.org/abs/2006.09462.
    """
    coverage, risks = risk_coverage(levels)
    largest: FloatArray = np.where(risks <= risk, coverage, 0).max(axis=-1, initial=0)
    return np.where((levels.good + levels.bad).any(axis=-1), largest, np.nan)


def _ratio(part: FloatArray, whole: FloatArray) -> FloatArray:
    """``part / whole``, NaN where ``whole`` is 0."""
    ratio = np.full(np.broadcast_shapes(part.shape, whole.shape), np.nan)
    np.divide(part, whole, out=ratio, where=whole > 0)
    return ratio

"""Compares two systems' areas under the ROC curve (AUROC) on the same questions.

The systems' scores may have different scales, so only the ranks within each system count.
``answerable`` marks the answerable questions; there must be at least one answerable and one
unanswerable question.
"""

from collections.abc import Sequence

import numpy as np
from scipy.stats import rankdata

from rag.evaluation.measures.abstention import Levels, auroc
from rag.evaluation.statistics.bootstrap import (
    FloatArray,
    IntArray,
    Interval,
    Statistic,
    statistic_interval,
)
from rag.evaluation.statistics.randomisation import Alternative, BoolArray, drawn_p_value, flips

RESAMPLES = 1999  # the lowest p is 1/2000, below 1% even after Holm's correction for 17 measures


def placements(scores: Sequence[float], answerable: Sequence[bool]) -> FloatArray:
    """For each question, the share of opposite-class questions ranked correctly relative to it.

    Shape (questions,), in [0, 1]; ties count half. The mean over either class is the AUROC. Source:
    DeLong, DeLong and Clarke-Pearson 1988, https://doi.org/10.2307/2531595.
    """
    good = np.asarray(answerable, dtype=np.bool_)
    among_all = rankdata(scores)
    shares = np.empty(good.size)
    for side, other in ((good, ~good), (~good, good)):
        below = among_all[side] - rankdata(np.asarray(scores)[side])
        shares[side] = below / other.sum()
    return np.where(good, shares, 1 - shares)


def area_interval(
    first: Sequence[float], second: Sequence[float], answerable: Sequence[bool]
) -> Interval | None:
    """The 95% interval of the second AUROC minus the first, with paired resamples.

    None if there is no data.
    """
    good = np.asarray(answerable, dtype=np.bool_)
    before, after = _area(first, good), _area(second, good)
    return statistic_interval(lambda counts: after(counts) - before(counts), good.size)


def _area(scores: Sequence[float], good: BoolArray) -> Statistic:
    """A function from resample counts, of shape (resamples, questions), to AUROCs."""
    best_first = np.argsort(-np.asarray(scores), kind="stable")
    _, starts = np.unique(-np.asarray(scores)[best_first], return_index=True)
    proved = good[best_first]

    def area(counts: IntArray) -> FloatArray:
        ordered = counts[:, best_first].astype(np.float64)  # (resamples, questions)
        return auroc(
            Levels(
                good=np.add.reduceat(ordered * proved, starts, axis=1),
                bad=np.add.reduceat(ordered * ~proved, starts, axis=1),
            )
        )

    return area


def area_p_value(
    first: Sequence[float],
    second: Sequence[float],
    answerable: Sequence[bool],
    *,
    alternative: Alternative = "two-sided",
) -> float:
    """The p-value of the AUROC difference, from a paired permutation test.

    The null hypothesis is that each question's two ranks are exchangeable. ``greater`` tests
    whether the second AUROC is higher. Sources: exchanging ranks, Venkatraman and Begg 1996,
    https://doi.org/10.1093/biomet/83.4.835; comparing areas, Bandos, Rockette and Gur 2005,
    https://doi.org/10.1002/sim.2149.
    """
    good = np.asarray(answerable, dtype=np.bool_)
    ranks = np.stack([rankdata(first), rankdata(second)])
    distinct, levels = np.unique(-ranks, return_inverse=True)
    of_systems = levels.reshape(ranks.shape)  # (systems, questions), 0 is best
    found = _apart(of_systems, np.zeros((1, good.size), dtype=np.bool_), good, distinct.size)
    tosses = flips(good.size, resamples=RESAMPLES)
    drawn = [_apart(of_systems, flipped, good, distinct.size) for flipped in tosses]
    return drawn_p_value(np.concatenate(drawn), float(found[0]), alternative)


def _apart(levels: IntArray, flipped: BoolArray, good: BoolArray, count: int) -> FloatArray:
    """The second AUROC minus the first after the exchange, of shape (resamples,)."""
    mixed = np.where(flipped, levels[1], levels[0])  # (resamples, questions)
    sides = []
    for side in (good, ~good):
        both = np.bincount(levels[:, side].ravel(), minlength=count)
        one = _by_level(mixed[:, side], count)
        sides.append((one, both - one))
    (good_first, good_second), (bad_first, bad_second) = sides
    first = auroc(Levels(good=good_first, bad=bad_first))
    return auroc(Levels(good=good_second, bad=bad_second)) - first


def _by_level(levels: IntArray, count: int) -> FloatArray:
    """The number of questions at each level in each row, of shape (resamples, levels)."""
    rows = levels.shape[0]
    cells = levels + np.arange(rows)[:, None] * count
    counted = np.bincount(cells.ravel(), minlength=rows * count)
    return counted.reshape(rows, count).astype(np.float64)

"""Bootstrap confidence intervals over questions.

Questions are resampled with replacement. The interval ends are quantiles of the resampled
statistic, corrected for bias and skewness (BCa): Efron 1987,
https://doi.org/10.1080/01621459.1987.10478410. With many questions, the acceleration is estimated
by leaving out groups of questions instead of single ones: Efron and Narasimhan 2020,
https://doi.org/10.1080/10618600.2020.1714633.

``benchmarks/coverage.py`` measures how often the intervals contain the true mean.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Repeats = IntArray | FloatArray  # number of questions per distinct value or kind
Interval = tuple[float, float]
Statistic = Callable[[IntArray], FloatArray]

RESAMPLES = 2000
FEW = 20
RESAMPLES_OF_FEW = 10_000  # with few distinct values, fewer resamples would be too noisy
TAIL = 0.025
SEED = 20260101
GROUPS = 200
KINDS = 600  # up to this many kinds are left out one by one; more are left out in groups
DECIMALS = 12  # rounding, so that equal statistics are equal for any order of summation
CELLS = 1_000_000  # counts in memory at a time


def mean_interval(values: Sequence[float]) -> Interval | None:
    """The 95% interval of the mean; None if there are no values.

    If all values are 0 or all are 1, resampling shows no spread, so the interval is the exact
    binomial one (Clopper and Pearson 1934, https://doi.org/10.1093/biomet/26.4.404). If all values
    equal another number, both ends are that number.
    """
    distinct, repeats = np.unique(np.asarray(values, dtype=np.float64), return_counts=True)
    if distinct.size == 1 and distinct[0] in {0, 1}:
        bound = _unseen(len(values))
        return (1 - bound, 1.0) if distinct[0] else (0.0, bound)
    return _mean_interval(distinct, repeats)


def difference_interval(differences: Sequence[float]) -> Interval | None:
    """The 95% interval of the mean paired difference; None if there are no differences.

    Each value is the difference of two paired shares, in [-1, 1].

    If few questions changed, all of them may have changed in the same direction by chance, and
    resampling never shows the other direction. Two pseudo-questions are therefore added, one
    changed in each direction, with the magnitudes of the observed changes. Example: with 4 losses
    and no win in 110 questions, a plain bootstrap excludes 0. In such cases its intervals contain
    a true 0 in 80 to 90 of 100 samples, these intervals in at least 94. Follows Agresti and Min
    2005, https://doi.org/10.1002/sim.1781, who add half a question in each direction. If no
    question changed, the interval is plus or minus the binomial bound of ``mean_interval``.
    """
    values = np.asarray(differences, dtype=np.float64)
    changed = np.abs(values[values != 0])
    if not changed.size:
        bound = _unseen(values.size) if values.size else 0
        return (-bound, bound) if values.size else None
    added = np.concatenate([changed, -changed])
    distinct, kind = np.unique(np.concatenate([values, added]), return_inverse=True)
    share = np.full(added.size, 2 / added.size)
    weights = np.concatenate([np.ones(values.size), share])
    return _mean_interval(distinct, np.bincount(kind, weights=weights))


def statistic_interval(statistic: Statistic, n: int | IntArray) -> Interval | None:
    """The 95% interval of any statistic over ``n`` questions; None if it has no data.

    ``statistic`` takes the number of times each question is drawn, of shape (resamples, n), and
    returns one value per resample, of shape (resamples,). NaN marks a resample without data, which
    is left out. If no resample changes the statistic, both ends equal it. If many questions are
    equal, ``n`` may be an array with the number of questions of each kind; the counts then have
    shape (resamples, kinds).
    """
    repeats = np.ones(n, dtype=np.int64) if isinstance(n, int) else n
    if not repeats.any():
        return None
    influence = _influence(statistic, repeats)
    influence = influence[np.isfinite(influence)]
    estimate = float(statistic(repeats[None, :])[0])
    skew = _skew(influence, np.ones(influence.size))
    return _interval(statistic, repeats, estimate=estimate, skew=skew)


def _influence(statistic: Statistic, repeats: IntArray) -> FloatArray:
    """The influence of each question, or group of questions, up to an additive constant.

    Computed as the negated statistic without the question or group; the constant cancels when
    ``_skew`` centres the values.
    """
    kinds = np.flatnonzero(repeats)
    if kinds.size <= KINDS:
        without_one = repeats - np.eye(repeats.size, dtype=np.int64)[kinds]
        return np.repeat(-statistic(without_one), repeats[kinds])
    group = np.arange(repeats.size) % GROUPS
    return -statistic(np.where(group == np.arange(GROUPS)[:, None], 0, repeats))


def _unseen(n: int) -> float:
    """The largest share for which ``n`` questions show no case with probability at least 2.5%."""
    return float(1 - TAIL ** (1 / n))


def _mean_interval(distinct: FloatArray, repeats: Repeats) -> Interval | None:
    if distinct.size <= 1:
        return (float(distinct[0]), float(distinct[0])) if distinct.size else None
    n = round(float(repeats.sum()))
    estimate, skew = float(repeats @ distinct / n), _skew(distinct, repeats)
    return _interval(lambda counts: counts @ distinct / n, repeats, estimate=estimate, skew=skew)


def _skew(influence: FloatArray, repeats: Repeats) -> float:
    """The acceleration of BCa: a sixth of the skewness of the statistic's distribution."""
    if not influence.size:
        return 0.0
    centred = influence - np.average(influence, weights=repeats)
    spread = float(repeats @ centred**2) ** 1.5
    return float(repeats @ centred**3) / spread / 6 if spread > 0 else 0.0


def _interval(
    statistic: Statistic, repeats: Repeats, *, estimate: float, skew: float
) -> Interval | None:
    estimate = round(estimate, DECIMALS)
    figures = np.concatenate([statistic(counts) for counts in _resamples(repeats)])
    figures = figures[np.isfinite(figures)].round(DECIMALS)
    if not np.isfinite(estimate) or not figures.size:
        return None
    below = ((figures < estimate).mean() + (figures <= estimate).mean()) / 2
    bias = ndtri(np.clip(below, 0.5 / figures.size, 1 - 0.5 / figures.size))
    edges = bias + ndtri(np.array([TAIL, 1 - TAIL]))
    low, high = _quantiles(figures, ndtr(bias + edges / (1 - skew * edges)))
    return min(float(low), estimate), max(float(high), estimate)


def _quantiles(figures: FloatArray, levels: FloatArray) -> FloatArray:
    """Quantiles of the mid-distribution, in which half of the ties count as below.

    Shares over few questions take few distinct values. With other quantile definitions the
    intervals would be alternately too short and too long at these steps.
    """
    distinct, repeats = np.unique(figures, return_counts=True)
    middle = (np.cumsum(repeats) - repeats / 2) / figures.size
    return np.interp(levels, middle, distinct)


def _resamples(repeats: Repeats) -> Iterator[IntArray]:
    """Yields blocks of counts, (resamples, kinds); ``repeats`` counts questions by kind."""
    random = np.random.default_rng(SEED)
    kinds, n = repeats.size, round(float(repeats.sum()))
    # With few kinds the multinomial is faster; fractional repeats require it.
    by_kind = kinds * 20 <= n or repeats.dtype.kind == "f"
    left = RESAMPLES_OF_FEW if by_kind and kinds <= FEW else RESAMPLES
    rows = max(1, CELLS // (kinds if by_kind else n))
    while left > 0:
        size = min(rows, left)
        left -= size
        if by_kind:
            yield random.multinomial(n, repeats / repeats.sum(), size=size)
        else:
            yield _count(random.integers(0, n, size=(size, n)), repeats.astype(np.int64))


def _count(drawn: IntArray, repeats: IntArray) -> IntArray:
    """The number of questions of each kind in each resample, of shape (resamples, kinds)."""
    rows, kinds = drawn.shape[0], repeats.size
    cells = np.repeat(np.arange(kinds), repeats)[drawn] + np.arange(rows)[:, None] * kinds
    return np.bincount(cells.ravel(), minlength=rows * kinds).reshape(rows, kinds)

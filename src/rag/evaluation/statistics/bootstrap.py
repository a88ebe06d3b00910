"""Bootstrap intervals: what a figure would have been on other questions of the same sort.

Questions are drawn anew with replacement, and the interval is read off the figures of the
resamples at levels corrected for bias and skew (BCa). Sources: Efron 1987,
https://doi.org/10.1080/01621459.1987.10478410; groups of questions left out, not single ones, where
there are many: Efron and Narasimhan 2020, https://doi.org/10.1080/10618600.2020.1714633.

``benchmarks/coverage.py`` shows how often the intervals hold the true mean.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

__all__ = [
    "FloatArray",
    "IntArray",
    "Interval",
    "Statistic",
    "difference_interval",
    "mean_interval",
    "statistic_interval",
]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Repeats = IntArray | FloatArray  # how many questions there are of each kind
Interval = tuple[float, float]
Statistic = Callable[[IntArray], FloatArray]

RESAMPLES = 2000
FEW = 20
RESAMPLES_OF_FEW = 10_000  # of few distinct values, whose steps show the chance in fewer resamples
TAIL = 0.025
SEED = 20260101
GROUPS = 200
KINDS = 600  # left out one by one; of more, whole groups
DECIMALS = 12  # to which equal figures agree, in whatever order they were summed
CELLS = 1_000_000  # counts held in memory at a time


def mean_interval(values: Sequence[float]) -> Interval | None:
    """The 95% interval of the mean; None without values.

    Where all values are 0, or all are 1, resampling shows no spread: the interval is then the exact
    binomial one (Clopper and Pearson 1934, https://doi.org/10.1093/biomet/26.4.404). Where all are
    another number, both ends are that number.
    """
    distinct, repeats = np.unique(np.asarray(values, dtype=np.float64), return_counts=True)
    if distinct.size == 1 and distinct[0] in {0, 1}:
        bound = _unseen(len(values))
        return (1 - bound, 1.0) if distinct[0] else (0.0, bound)
    return _mean_interval(distinct, repeats)


def difference_interval(differences: Sequence[float]) -> Interval | None:
    """The 95% interval of the mean of differences between paired shares, each in [-1, 1].

    Where few questions changed, all to one side perhaps by chance, resampling them shows no other.
    So two more questions stand with them, one changed to either side, by as much as one of them
    did: with 4 losses and no win of 110, a bare bootstrap rules out that nothing changed, and holds
    a true 0 in 80 to 90 of 100 sets; this one in 94 and more. The thought is that of Agresti and
    Min 2005, https://doi.org/10.1002/sim.1781, who add half a question to either side. Where no
    question changed, both ends are as far off as the binomial bound of ``mean_interval``.
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
    """The 95% interval of any figure over ``n`` questions; None where it has no data.

    ``statistic`` takes counts, how often each question is drawn, of shape (resamples, n), and gives
    the figure of each resample, of shape (resamples,). Resamples for which it is NaN, as having no
    data, are left out. Both ends are the figure itself where no resample changes it. Where many
    questions are alike, ``n`` may be their numbers by kind; counts are then those of the kinds.
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
    """How much higher the figure is with each question, or group of them, than without."""
    kinds = np.flatnonzero(repeats)
    if kinds.size <= KINDS:
        without_one = repeats - np.eye(repeats.size, dtype=np.int64)[kinds]
        return np.repeat(-statistic(without_one), repeats[kinds])
    group = np.arange(repeats.size) % GROUPS
    return -statistic(np.where(group == np.arange(GROUPS)[:, None], 0, repeats))


def _unseen(n: int) -> float:
    """The highest share that shows none in ``n`` with a chance of at least 2.5%."""
    return float(1 - TAIL ** (1 / n))


def _mean_interval(distinct: FloatArray, repeats: Repeats) -> Interval | None:
    if distinct.size <= 1:
        return (float(distinct[0]), float(distinct[0])) if distinct.size else None
    n = round(float(repeats.sum()))
    estimate, skew = float(repeats @ distinct / n), _skew(distinct, repeats)
    return _interval(lambda counts: counts @ distinct / n, repeats, estimate=estimate, skew=skew)


def _skew(influence: FloatArray, repeats: Repeats) -> float:
    """The acceleration of BCa: a sixth of the skewness of the figure's distribution."""
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
    """Quantiles of the mid-distribution: equal figures count half as below.

    Shares over few questions take few values; at their steps other quantiles give intervals that
    are by turns too short and too long.
    """
    distinct, repeats = np.unique(figures, return_counts=True)
    middle = (np.cumsum(repeats) - repeats / 2) / figures.size
    return np.interp(levels, middle, distinct)


def _resamples(repeats: Repeats) -> Iterator[IntArray]:
    """Blocks of counts, of shape (resamples, kinds), where ``repeats`` counts questions by kind."""
    random = np.random.default_rng(SEED)
    kinds, n = repeats.size, round(float(repeats.sum()))
    by_kind = kinds * 20 <= n or repeats.dtype.kind == "f"  # the first, as it is faster then
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
    """How many questions of each kind were drawn, of shape (resamples, kinds)."""
    rows, kinds = drawn.shape[0], repeats.size
    cells = np.repeat(np.arange(kinds), repeats)[drawn] + np.arange(rows)[:, None] * kinds
    return np.bincount(cells.ravel(), minlength=rows * kinds).reshape(rows, kinds)

"""The paired randomisation test for the difference between two systems, and Holm's correction.

If the systems do not differ, each question's two values are exchangeable, and exchanging them flips
the sign of their difference. Sources: Fisher 1935, The Design of Experiments, section 21; for
retrieval, Smucker, Allan and Carterette 2007, https://doi.org/10.1145/1321440.1321528.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from rag.evaluation.statistics.bootstrap import FloatArray, IntArray

BoolArray = NDArray[np.bool_]
Alternative = Literal["two-sided", "greater", "less"]

RESAMPLES = 9999
SEED = 20260102
CELLS = 1_000_000  # signs in memory at a time
EXACT = 100_000  # up to this many distinct sums, the p-value is exact


def sign_flip(differences: Sequence[float], *, alternative: Alternative = "two-sided") -> float:
    """The p-value of the sum of differences under random signs.

    ``greater`` tests whether the differences are above 0, ``less`` whether they are below. The
    p-value is exact if there are few distinct sums, as for zeros and ones (McNemar's exact test).
    Otherwise it comes from 9,999 random sign assignments plus the observed one, so it is never 0.
    Differences of 0 are ignored.
    """
    changed = np.asarray([difference for difference in differences if difference])
    magnitudes, repeats = np.unique(np.abs(changed), return_counts=True)
    if np.log(repeats + 1).sum() <= np.log(EXACT):
        return _exact_p_value(magnitudes, repeats, changed.sum(), alternative)
    total = changed.sum()
    turned = [flipped.astype(np.float64) @ changed for flipped in flips(changed.size)]
    sums = total - 2 * np.concatenate(turned)
    return drawn_p_value(sums, total, alternative)


def drawn_p_value(drawn: FloatArray, found: float, alternative: Alternative) -> float:
    """The share of values at least as extreme as ``found``, which is itself counted.

    ``drawn`` has the statistic of each random assignment; ``found`` is the observed one. Source:
    Phipson and Smyth 2010, https://doi.org/10.2202/1544-6115.1585.
    """
    return float((1 + _extreme(drawn, found, alternative).sum()) / (1 + drawn.size))


def flips(n: int, *, resamples: int = RESAMPLES) -> Iterator[BoolArray]:
    """Yields blocks of random flips, of shape (resamples, n); the seed is fixed."""
    random = np.random.default_rng(SEED)
    rows = max(1, CELLS // max(1, n))
    for start in range(0, resamples, rows):
        size = (min(rows, resamples - start), (n + 7) // 8)
        tosses = random.integers(0, 256, size=size, dtype=np.uint8)
        yield np.unpackbits(tosses, axis=1, count=n).astype(np.bool_)


def _exact_p_value(
    magnitudes: FloatArray, repeats: IntArray, found: float, alternative: Alternative
) -> float:
    """The exact p-value: for each magnitude, the number of positive signs is binomial."""
    sums, chances = np.zeros(1), np.ones(1)
    for magnitude, count in zip(magnitudes, repeats, strict=True):
        above = np.arange(count + 1)
        sums = np.add.outer(sums, magnitude * (2 * above - count)).ravel()
        chances = np.multiply.outer(chances, binom.pmf(above, count, 0.5)).ravel()
    extreme = float(chances[_extreme(sums, found, alternative)].sum())
    return min(1.0, max(extreme, sys.float_info.min))


def _extreme(figures: FloatArray, found: float, alternative: Alternative) -> BoolArray:
    """Which values are at least as extreme as ``found``, up to rounding."""
    slack = 1e-9 * max(1.0, abs(found))
    if alternative == "greater":
        return figures >= found - slack
    if alternative == "less":
        return figures <= found + slack
    return np.abs(figures) >= abs(found) - slack


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """The Holm-adjusted p-values, under the same names and at most 1.

    The smallest of m p-values is multiplied by m, the next by m - 1, and so on. No adjusted value
    is below the one before it. Source: Holm 1979, https://www.jstor.org/stable/4615733.
    """
    corrected: dict[str, float] = {}
    highest = 0.0
    for left, (name, p_value) in enumerate(sorted(p_values.items(), key=lambda item: item[1])):
        highest = max(highest, min(1.0, (len(p_values) - left) * p_value))
        corrected[name] = highest
    return {name: corrected[name] for name in p_values}

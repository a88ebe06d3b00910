"""Latency: how long a question takes."""

import math
from collections.abc import Sequence

from scipy.stats import beta

__all__ = ["percentile", "percentile_interval"]


def percentile(seconds: Sequence[float], percent: float) -> float | None:
    """The value below which ``percent`` of ``seconds`` lie; None when there are none.

    Between two values it is interpolated: definition 7 of Hyndman and Fan 1996,
    https://doi.org/10.1080/00031305.1996.10473566.
    """
    if not seconds:
        return None
    ordered = sorted(seconds)
    place = (len(ordered) - 1) * percent / 100
    low, high = math.floor(place), math.ceil(place)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def percentile_interval(seconds: Sequence[float], percent: float) -> tuple[float, float] | None:
    """The 95% bootstrap interval of a percentile; None when there are no ``seconds``.

    Nothing is drawn: the k-th smallest of n values drawn anew is at most the j-th smallest of the
    given ones with the chance that a beta variable of k and n - k + 1 is at most j / n. Source:
    Efron 1979, https://doi.org/10.1214/aos/1176344552. Where the percentile lies between two
    values, the interval goes from the low end of the lower one to the high end of the higher one.
    """
    if not seconds:
        return None
    ordered = sorted(seconds)
    n = len(ordered)
    place = (n - 1) * percent / 100
    lower, higher = math.floor(place) + 1, math.ceil(place) + 1
    low = math.ceil(n * float(beta.ppf(0.025, lower, n - lower + 1)))
    high = math.ceil(n * float(beta.ppf(0.975, higher, n - higher + 1)))
    return ordered[low - 1], ordered[min(high, n) - 1]

"""Latency measures: percentiles of the time a question takes."""

import math
from collections.abc import Sequence

from scipy.stats import beta


def percentile(seconds: Sequence[float], percent: float) -> float | None:
    """The given percentile of ``seconds``; None if ``seconds`` is empty.

    Interpolates linearly between two values: definition 7 of Hyndman and Fan 1996,
    https://doi.org/10.1080/00031305.1996.10473566.
    """
    if not seconds:
        return None
    ordered = sorted(seconds)
    place = (len(ordered) - 1) * percent / 100
    low, high = math.floor(place), math.ceil(place)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def percentile_interval(seconds: Sequence[float], percent: float) -> tuple[float, float] | None:
    """The 95% bootstrap interval of a percentile; None if ``seconds`` is empty.

    Computed exactly, without resampling. The k-th smallest of n resampled values is at most the
    j-th smallest given value with the probability that a Beta(k, n - k + 1) variable is at most
    j / n. If the percentile lies between two values, the interval runs from the lower bound of the
    lower value to the upper bound of the higher value. Source: Efron 1979,
    https://doi.org/10.1214/aos/1176344552.
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

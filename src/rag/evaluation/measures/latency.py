"""Latency: how long a question takes."""

import math
from collections.abc import Sequence

__all__ = ["percentile"]


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

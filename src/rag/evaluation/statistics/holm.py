"""Holm's correction: many tests at once, and still a chance of 5% for any false find."""

from collections.abc import Mapping

__all__ = ["holm"]


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Each p-value as it counts beside the others, under the same names; never above 1.

    The smallest of m is multiplied by m, the next by m - 1, and so on, and none falls below one
    before it. Source: Holm 1979, https://www.jstor.org/stable/4615733.
    """
    corrected: dict[str, float] = {}
    highest = 0.0
    for left, (name, p_value) in enumerate(sorted(p_values.items(), key=lambda item: item[1])):
        highest = max(highest, min(1.0, (len(p_values) - left) * p_value))
        corrected[name] = highest
    return {name: corrected[name] for name in p_values}

"""Holm's correction, which controls the family-wise error rate of several tests."""

from collections.abc import Mapping


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

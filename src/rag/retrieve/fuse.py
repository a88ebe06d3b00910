"""Fuses dense and lexical scores into one score in [0, 1]; higher is better."""

from collections.abc import Mapping

__all__ = ["min_max", "weighted_sum"]


def min_max(scores: Mapping[int, float]) -> dict[int, float]:
    """Scales scores to [0, 1] by (s - min) / (max - min); equal scores all become 1.

    Source: Fox and Shaw, Combination of Multiple Searches, TREC-2, 1994.
    """
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    if high <= low:
        return dict.fromkeys(scores, 1.0)
    return {row: (score - low) / (high - low) for row, score in scores.items()}


def weighted_sum(
    dense: Mapping[int, float], lexical: Mapping[int, float], *, weight: float
) -> dict[int, float]:
    """The score weight · dense + (1 - weight) · lexical of each row; a missing score counts as 0.

    Source: Bruch, Gai and Ingber, An Analysis of Fusion Functions for Hybrid Retrieval, 2023,
    https://arxiv.org/abs/2210.11934.
    """
    return {
        row: weight * dense.get(row, 0.0) + (1 - weight) * lexical.get(row, 0.0)
        for row in dense.keys() | lexical.keys()
    }

"""A plain NumPy search that every vector index must match, in ids and in scores."""

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["exact_search"]


def exact_search(
    vectors: NDArray[np.float32],
    ids: Sequence[int],
    query: NDArray[np.float32],
    *,
    k: int,
    allowed: Collection[int] | None = None,
) -> list[tuple[int, float]]:
    """The ``k`` ids whose vectors have the greatest inner product with ``query``, best first.

    Args:
        vectors: unit vectors, (ids, dims).
        ids: the id of each row of ``vectors``.
        query: a unit vector, (dims,).
        k: the maximum number of ids.
        allowed: the ids that may be returned; None allows all.

    Returns:
        (id, inner product) pairs; ties are ordered by id.
    """
    scores = vectors @ query  # (ids,)
    passing = None if allowed is None else set(allowed)
    scored = [
        (int(id_), float(score))
        for id_, score in zip(ids, scores, strict=True)
        if passing is None or id_ in passing
    ]
    return sorted(scored, key=lambda pair: (-pair[1], pair[0]))[:k]

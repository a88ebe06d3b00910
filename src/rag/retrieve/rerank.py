"""Blends the scores of a reranker with the fused scores."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from rag.retrieve.fuse import min_max, weighted_sum

__all__ = ["Reranker", "rerank"]


class Reranker(Protocol):
    """A model that scores each text together with the question."""

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers the question; higher is better, unbounded."""


def rerank(
    fused: Mapping[int, float],
    texts: Mapping[int, str],
    *,
    question: str,
    reranker: Reranker,
    weight: float,
) -> dict[int, float]:
    """The score (1 - weight) · fused + weight · reranker of each row.

    The reranker's scores are scaled to [0, 1]. ``texts`` maps the best rows by ``fused`` to the
    texts to score. All other rows get the lowest reranker score, 0, so none rises above the rows
    that were scored.
    """
    scores = reranker.scores(question, list(texts.values()))
    return weighted_sum(min_max(dict(zip(texts, scores, strict=True))), fused, weight=weight)

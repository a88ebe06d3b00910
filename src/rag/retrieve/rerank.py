"""The scores of a reranker, which reads question and passage together, blended with the fused."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from rag.retrieve.fuse import min_max, weighted_sum

__all__ = ["Reranker", "rerank"]


class Reranker(Protocol):
    """Reads a question together with each text."""

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers the question; higher is better, without bounds."""


def rerank(
    fused: Mapping[int, float],
    texts: Mapping[int, str],
    *,
    question: str,
    reranker: Reranker,
    weight: float,
) -> dict[int, float]:
    """Gives each row (1 - weight) · fused + weight · the reranker's score, brought to [0, 1].

    ``texts`` holds what is read, by row: the best by ``fused``. The rest count as the least of
    those for the reranker, so none rises above them.
    """
    scores = reranker.scores(question, list(texts.values()))
    return weighted_sum(min_max(dict(zip(texts, scores, strict=True))), fused, weight=weight)

"""Whether the articles answer: named numbers about the best sentence and the search by meaning."""

from collections.abc import Sequence

from rag.answer.candidates import Candidate
from rag.schema import Evidence

__all__ = ["answerability_features"]

_OF_THE_BEST = (
    "soft_all",
    "soft_coverage",
    "kind_missed",
    "names",
    "numbers",
    "negation_missed",
)


def answerability_features(
    evidence: Evidence, ranked: Sequence[tuple[Candidate, float]]
) -> dict[str, float]:
    """Features of the question as a whole; ``ranked`` are its sentences with scores, best first.

    They are exactly those that the model weighs. Margins, the scores of words, whether both sides
    agree, and the best sentence's rank were tried beside them and got no weight.
    """
    if not ranked:
        return {}
    best, _ = ranked[0]
    return {
        **{name: best.features[name] for name in _OF_THE_BEST},
        "dense_top": max(hit.dense_score or 0.0 for hit in evidence.hits),
    }

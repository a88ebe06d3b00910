"""Whether the articles answer: named numbers about the best sentence and both searches."""

from collections.abc import Sequence

from rag.answer.candidates import Candidate
from rag.schema import Evidence

__all__ = ["answerability_features"]

_OF_THE_BEST = (
    "coverage",
    "coverage_before",
    "passage_coverage",
    "soft_coverage",
    "soft_least",
    "soft_all",
    "names",
    "numbers",
    "negation_missed",
    "kind_held",
    "kind_missed",
    "period_fit",
)
_BM25_CEILING = 2.2  # k1 + 1: the most that a term can score per unit of its weight


def answerability_features(
    evidence: Evidence, ranked: Sequence[tuple[Candidate, float]]
) -> dict[str, float]:
    """Features of the question as a whole; ``ranked`` are its sentences with scores, best first."""
    if not ranked:
        return {}
    best, score = ranked[0]
    weights = evidence.term_weights
    total = sum(weights.values()) or 1.0
    hits = evidence.hits
    dense = sorted((hit.dense_score or 0.0 for hit in hits), reverse=True)
    lexical = sorted((hit.lexical_score or 0.0 for hit in hits), reverse=True)
    others = [s for candidate, s in ranked[1:] if candidate.hit != best.hit]
    return {
        **{name: best.features[name] for name in _OF_THE_BEST},
        "sentence_score": score,
        "margin": score - max(others, default=0.0),
        "dense_top": dense[0],
        "dense_margin": dense[0] - dense[min(4, len(dense) - 1)],
        "lexical_top": lexical[0] / (_BM25_CEILING * total),
        "lexical_margin": (lexical[0] - lexical[min(4, len(lexical) - 1)])
        / (_BM25_CEILING * total),
        "agreement": float(hits[0].dense_rank == 1 and hits[0].lexical_rank == 1),
        "answer_rank": 1 / best.hit.rank,
    }

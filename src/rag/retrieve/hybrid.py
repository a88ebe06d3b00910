"""Hybrid search: dense and lexical search, with fused scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rag.config import Config
from rag.embed import Embedder
from rag.embed.base import Vectors
from rag.index import View
from rag.index.passages import StoredPassage
from rag.language import Language
from rag.language.english import ENGLISH
from rag.language.words import content_terms
from rag.retrieve.fuse import min_max, weighted_sum
from rag.schema import Hit

__all__ = ["Found", "meaning", "search_sides"]

_SAYS = 2  # minimum content words for the original wording to be searched too


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The results of dense and lexical search, by passage row."""

    stored: Mapping[int, StoredPassage]
    cosines: Mapping[int, float]
    lexical: Mapping[int, float]
    ranks: tuple[Mapping[int, int], Mapping[int, int]]

    def hit(self, stored: StoredPassage, rank: int, score: float, matched: tuple[str, ...]) -> Hit:
        """Creates the hit of a passage, with its rank and the scores that explain it."""
        return Hit(
            passage=stored.passage,
            score=score,
            rank=rank,
            dense_rank=self.ranks[0].get(stored.row),
            dense_score=self.cosines.get(stored.row),
            lexical_rank=self.ranks[1].get(stored.row),
            lexical_score=self.lexical.get(stored.row),
            matched_terms=matched,
        )


def meaning(
    embedder: Embedder, question: str, standalone_question: str, *, language: Language = ENGLISH
) -> Vectors:
    """The query vector, (dims,): the mean of the original and the rewritten question.

    The rewritten question contains guesses from the conversation, so the original keeps half the
    weight. A question with fewer than two content words is searched only as rewritten.
    """
    said = len(content_terms(question, language=language)) >= _SAYS
    wordings = dict.fromkeys([question, standalone_question] if said else [standalone_question])
    mean = embedder.embed_questions(list(wordings)).mean(axis=0)
    scaled: Vectors = mean / max(float(np.linalg.norm(mean)), 1e-12)
    return scaled


def search_sides(
    snapshot: View,
    words: Sequence[str],
    vector: Vectors,
    config: Config,
    allowed: Sequence[int] | None,
) -> tuple[Found, Mapping[int, float]]:
    """The results of both searches, and the fused score of each passage, in [0, 1], by row."""
    dense = snapshot.dense_search(vector, k=config.candidates, allowed=allowed)
    boosts = {"body": 1.0, "title": config.title_boost}
    lexical = snapshot.lexical_search(words, k=config.candidates, boosts=boosts, allowed=allowed)
    cosines = _cosines(snapshot, vector, dense, lexical)
    stored = snapshot.passages(list(cosines))  # without rows that no longer exist
    found = Found(
        stored=stored,
        cosines=cosines,
        lexical=dict(lexical),
        ranks=(_ranks(dense), _ranks(lexical)),
    )
    fused = weighted_sum(
        min_max({row: cosines[row] for row in stored}),
        min_max({row: score for row, score in lexical if row in stored}),
        weight=config.dense_weight,
    )
    return found, fused


def _cosines(
    snapshot: View,
    vector: Vectors,
    dense: Sequence[tuple[int, float]],
    lexical: Sequence[tuple[int, float]],
) -> dict[int, float]:
    """The cosine of the question with every passage that either search found."""
    cosines = dict(dense)
    only_lexical = [row for row, _ in lexical if row not in cosines]
    return cosines | snapshot.scores(vector, only_lexical)


def _ranks(scored: Sequence[tuple[int, float]]) -> dict[int, int]:
    return {row: rank for rank, (row, _) in enumerate(scored, start=1)}

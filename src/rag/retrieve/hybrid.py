"""Both sides searched, by meaning and by words, and their scores fused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rag.config import Config
from rag.embed import Embedder
from rag.embed.base import Vectors
from rag.index import View
from rag.index.passages import StoredPassage
from rag.language.words import content_terms
from rag.retrieve.fuse import min_max, weighted_sum
from rag.schema import Hit

__all__ = ["Found", "meaning", "search_sides"]

_SAYS = 2  # content words from which a question's own wording is searched too


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What both sides found, by passage row."""

    stored: Mapping[int, StoredPassage]
    cosines: Mapping[int, float]
    lexical: Mapping[int, float]
    ranks: tuple[Mapping[int, int], Mapping[int, int]]

    def hit(self, stored: StoredPassage, rank: int, score: float, matched: tuple[str, ...]) -> Hit:
        """The passage with its place and the reasons for it."""
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


def meaning(embedder: Embedder, question: str, standalone_question: str) -> Vectors:
    """The vector that is searched for, (dims,): of the question as asked and as understood.

    What was taken from the conversation is a guess, so what was said keeps half the weight; a
    question of few words says too little for that.
    """
    said = len(content_terms(question)) >= _SAYS
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
    """What both sides find, and the fused score of each passage, in [0, 1], by row."""
    dense = snapshot.dense_search(vector, k=config.candidates, allowed=allowed)
    boosts = {"body": 1.0, "title": config.title_boost}
    lexical = snapshot.lexical_search(words, k=config.candidates, boosts=boosts, allowed=allowed)
    cosines = _cosines(snapshot, vector, dense, lexical)
    stored = snapshot.passages(list(cosines))  # less what went in a later generation
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
    """The cosine of the question with every passage that either side found."""
    cosines = dict(dense)
    only_lexical = [row for row, _ in lexical if row not in cosines]
    return cosines | snapshot.scores(vector, only_lexical)


def _ranks(scored: Sequence[tuple[int, float]]) -> dict[int, int]:
    return {row: rank for rank, (row, _) in enumerate(scored, start=1)}

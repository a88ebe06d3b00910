"""Candidate sentences and the named numbers that speak for each."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from rag.language.names import name_words
from rag.language.questions import Kind, holds_kind, kind_of
from rag.language.words import fold, is_stop_word, stem, tokens
from rag.schema import Article, Evidence, Hit

__all__ = ["Candidate", "candidates", "coverage"]

_SPECIFIC = (Kind.PERSON, Kind.DATE, Kind.PLACE, Kind.NUMBER, Kind.REASON)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A sentence that may answer: where it stands, its words, and its features by name."""

    hit: Hit
    article: Article
    start: int
    end: int
    features: Mapping[str, float]

    @property
    def text(self) -> str:
        """The sentence, exactly as it stands in its article."""
        return self.article.text[self.start : self.end]


def coverage(weights: Mapping[str, float], found: set[str]) -> float:
    """The share, in [0, 1], of the question's term weight that is among the terms ``found``."""
    total = sum(weights.values())
    return sum(w for term, w in weights.items() if term in found) / total if total else 0.0


def _stems(text: str, stemmer: str) -> set[str]:
    return {stem(word, stemmer) for word, _, _ in tokens(text)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The question, worked out once for all sentences."""

    text: str
    kind: Kind
    names: frozenset[str]
    weights: Mapping[str, float]
    stemmer: str


def candidates(evidence: Evidence) -> list[Candidate]:
    """All sentences of the hits that were read, with their features, in order of hit and place."""
    asked = _Asked(
        text=evidence.standalone_question,
        kind=kind_of(evidence.question),
        names=frozenset(name_words(evidence.standalone_question)),
        weights=evidence.term_weights,
        stemmer=evidence.stemmer,
    )
    found = []
    for hit in evidence.hits:
        passage = hit.passage
        article = evidence.articles[passage.article_id, passage.revision]
        around = _stems(
            f"{article.title} {article.text[passage.start : passage.end]}", asked.stemmer
        )
        for start, end in passage.sentences:
            cosine = evidence.sentence_scores.get((passage.article_id, passage.revision, start))
            if cosine is not None:
                features = _features(asked, hit, article.text[start:end], cosine, around)
                found.append(
                    Candidate(hit=hit, article=article, start=start, end=end, features=features)
                )
    return found


def _features(
    asked: _Asked, hit: Hit, sentence: str, cosine: float, around: set[str]
) -> dict[str, float]:
    """The evidence that ``sentence`` answers; each is free of the corpus's size."""
    words = [word for word, _, _ in tokens(sentence)]
    content = [word for word in words if not is_stop_word(word)]
    stems = {stem(word, asked.stemmer) for word in words}
    folded = {fold(word) for word in words}
    holds = holds_kind(sentence, asked.kind, question=asked.text)
    new = [word for word in content if stem(word, asked.stemmer) not in asked.weights]
    return {
        "cosine": cosine,
        "coverage": coverage(asked.weights, stems),
        "passage_coverage": coverage(asked.weights, stems | around),
        "names": len(asked.names & folded) / len(asked.names) if asked.names else 1.0,
        "kind_held": float(asked.kind in _SPECIFIC and holds),
        "kind_missed": float(asked.kind in _SPECIFIC and not holds),
        "fused": hit.score,
        "reciprocal_rank": 1 / hit.rank,
        "log_words": math.log(1 + len(words)),
        "new_words": min(len(new), 10) / 10,
    }

"""From evidence to an answer: pure, so that the same evidence always gives the same answer."""

from collections.abc import Sequence

from rag.answer.answerability import answerability_features
from rag.answer.candidates import Candidate, candidates
from rag.answer.model import Model, logistic, shipped_model
from rag.answer.short import short_answer
from rag.language.words import content_terms
from rag.schema import Answer, Citation, Evidence, Statement

__all__ = ["answer"]

_CLOSE = 0.35  # a further sentence is shown when it scores this share of the best one's score
_WORDS = 60  # words after which no further sentence is added
_SAME = 0.6  # two sentences sharing this part of their content terms say the same


def answer(evidence: Evidence, *, max_statements: int, threshold: float | None = None) -> Answer:
    """The sentences that answer, best first, or an abstention.

    Args:
        evidence: what was found.
        max_statements: the most sentences to show.
        threshold: answerability below which nothing is shown; None takes the shipped one.
    """
    model = shipped_model()
    ranked = _ranked(evidence, model)
    features = answerability_features(evidence, ranked)
    answerability = logistic(model.answerability, features) if features else 0.0
    least = model.threshold if threshold is None else threshold
    chosen = _chosen(ranked, max_statements, evidence.stemmer)
    statements = tuple(map(_statement, chosen))
    shown = answerability >= least
    return Answer(
        question=evidence.question,
        standalone_question=evidence.standalone_question,
        period=evidence.period,
        statements=statements if shown else (),
        withheld=() if shown else statements,
        hits=evidence.hits,
        answerability=answerability,
        short_answer=_short(evidence, chosen) if shown else None,
        features=features,
        generation=evidence.generation,
    )


def _short(evidence: Evidence, chosen: Sequence[Candidate]) -> str | None:
    """What of the first sentence answers by itself, where the evidence is clear."""
    return short_answer(evidence.standalone_question, chosen[0].text) if chosen else None


def _ranked(evidence: Evidence, model: Model) -> list[tuple[Candidate, float]]:
    """All sentences with their probability of answering, best first; ties by place."""
    scored = [
        (candidate, logistic(model.sentence, candidate.features))
        for candidate in candidates(evidence)
    ]
    return sorted(
        scored,
        key=lambda pair: (-pair[1], pair[0].hit.rank, pair[0].article.id, pair[0].start),
    )


def _chosen(ranked: Sequence[tuple[Candidate, float]], most: int, stemmer: str) -> list[Candidate]:
    """The best sentence, and further ones that are nearly as good and say something else."""
    chosen: list[Candidate] = []
    shown: list[set[str]] = []
    words = 0
    for candidate, score in ranked:
        stems = set(content_terms(candidate.text, stemmer=stemmer))
        length = len(candidate.text.split())
        if chosen and (score < _CLOSE * ranked[0][1] or words + length > _WORDS):
            break
        if any(len(stems & other) > _SAME * min(len(stems), len(other)) for other in shown):
            continue
        chosen.append(candidate)
        shown.append(stems)
        words += length
        if len(chosen) == most:
            break
    return chosen


def _statement(candidate: Candidate) -> Statement:
    article = candidate.article
    citation = Citation(
        article_id=article.id,
        revision=article.revision,
        start=candidate.start,
        end=candidate.end,
        quote=candidate.text,
    )
    return Statement(text=candidate.text, note=candidate.note, citations=(citation,))

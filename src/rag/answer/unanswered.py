"""Abstains if the article itself says that the answer is unknown or that nobody tells it."""

from collections.abc import Sequence
from dataclasses import replace

from rag.answer.candidates import Candidate
from rag.answer.thresholds import thresholds
from rag.answer.timely import answerability_of
from rag.language import language_for
from rag.language.names import name_words
from rag.language.unanswered import left_open
from rag.language.words import content_terms, fold, words_of
from rag.schema import Evidence

__all__ = ["answered"]


def answered(
    evidence: Evidence, ranked: Sequence[Candidate], answerability: float, *, least: float
) -> tuple[list[Candidate], float]:
    """Returns the sentences to answer with, and the answerability.

    If a sentence says that the answer is unknown, as in "The county has not said who will build
    it", other articles answer if their answerability is at least ``least``. Otherwise, returns only
    that sentence, without marked words, with an answerability that is not enough for an answer.
    """
    opening = [one for one in ranked if _leaves_open(evidence, one, ranked[0])]
    if not opening:
        return list(ranked), answerability
    articles = {one.article.id for one in opening}
    others = [one for one in ranked if one.article.id not in articles]
    if others and answerability_of(evidence, others) >= least:
        return others, answerability_of(evidence, others)
    return [replace(opening[0], span=None, span_share=0.0)], thresholds().closest


def _leaves_open(evidence: Evidence, one: Candidate, best: Candidate) -> bool:
    """Whether a sentence says that the answer is unknown.

    The best sentence does if the reader marks words in such a clause. Another does if the question
    asks exactly that, names only what the article names, and has more words in common with the
    sentence than with the best one.
    """
    question, language = evidence.standalone_question, language_for(evidence.language)
    parts = left_open(question, one.text, stemmer=evidence.stemmer, language=language)
    if one is best:
        start, end = one.span or (0, 0)
        return any(part.span[0] <= start and end <= part.span[1] for part in parts)
    if evidence.times or not any(part.is_sure for part in parts):
        return False
    asked = set(content_terms(question, stemmer=evidence.stemmer, language=language))
    own, other = (
        len(asked & set(content_terms(c.text, stemmer=evidence.stemmer, language=language)))
        for c in (one, best)
    )
    told = {fold(word) for word in words_of(f"{one.article.title} {one.article.text}")}
    return own > other and name_words(question, language=language) <= told

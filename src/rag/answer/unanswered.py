"""Abstains if the article itself says that the answer is unknown or that nobody tells it."""

from collections.abc import Sequence
from dataclasses import replace

from rag.answer.candidates import Candidate
from rag.language import language_for
from rag.language.names import name_words
from rag.language.unanswered import left_open
from rag.language.words import content_terms, fold, words_of
from rag.schema import Evidence

__all__ = ["answered"]

_LIKELY = 0.66  # minimum probability that one of the other sentences answers


def answered(
    evidence: Evidence, ranked: Sequence[Candidate], answerability: float, *, least: float
) -> tuple[list[Candidate], float, bool]:
    """Returns the sentences to answer with, the answerability, and whether they may answer.

    If a sentence says that the answer is unknown, as in "The county has not said who will build
    it", the others answer if they very likely do. Otherwise, only that sentence is returned,
    without marked words, and may not answer.
    """
    opening = [one for one in ranked if _leaves_open(evidence, one, ranked[0])]
    if not opening:
        return list(ranked), answerability, True
    others = [one for one in ranked if one not in opening]
    known = sum(one.probability for one in others)
    known /= known + sum(one.probability for one in opening) + evidence.none
    if known >= max(least, _LIKELY):
        return others, known, True
    return [replace(opening[0], span=None, span_share=0.0)], answerability, False


def _leaves_open(evidence: Evidence, one: Candidate, best: Candidate) -> bool:
    """Whether a sentence says that the answer is unknown.

    The best sentence does if the reader marks words in such a part. Another does if the question
    has most of the words of the part, names only what the article names, and has more words in
    common with the sentence than with the best one.
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

"""Prefers sentences from the time that a question asks about, or from the newest article."""

from collections.abc import Sequence
from datetime import date

from rag.answer.candidates import Candidate
from rag.language import language_for
from rag.language.numbers import number_terms
from rag.language.temporal.periods import asks_latest
from rag.language.temporal.relevance import days_off
from rag.language.words import content_terms
from rag.schema import Evidence

__all__ = ["timely"]

_CLEARLY = 0.5  # minimum share of the best probability for a sentence that names the time
_HARDLY = 0.05  # the same for a sentence whose article was published then
_FEWEST = 3  # minimum shared words
_ALIKE = 0.5  # minimum share of words, except numbers, that reports of one kind have in common


def timely(
    evidence: Evidence, ranked: Sequence[Candidate], *, least: float
) -> tuple[list[Candidate], float]:
    """Returns the sentences of the time asked about if they answer, else all; and answerability.

    They answer if their probability, against none answering, is at least ``least`` and not far
    below the probability of the best sentence. Sentences that name the time precede those that were
    only printed then. Of reports of one kind, such as daily figures, the nearest to that time comes
    first; for "the latest", the newest.
    """
    close = [(one, one.closeness(evidence)) for one in ranked if evidence.times]
    for level, share in ((3, _CLEARLY), (2, _CLEARLY), (1, _HARDLY)):
        near = [one for one, how in close if how >= level]
        answers = _answerability(evidence, near)
        if near and answers >= least and near[0].probability >= share * ranked[0].probability:
            return near, answers
    return _nearest_first(evidence, ranked), _answerability(evidence, ranked)


def _answerability(evidence: Evidence, ranked: Sequence[Candidate]) -> float:
    """Returns the probability that one of ``ranked`` answers, against none answering."""
    total = sum(one.probability for one in ranked)
    return total / (total + evidence.none) if total else 0.0


def _nearest_first(evidence: Evidence, ranked: Sequence[Candidate]) -> list[Candidate]:
    """Moves the nearest report of the first one's kind to the front, and removes the others.

    Older figures of the same kind are thus not a disagreement.
    """
    language = language_for(evidence.language)
    latest = asks_latest(evidence.standalone_question, language=language)
    if not ranked or not (latest or evidence.times):
        return list(ranked)
    alike = [one for one in ranked if one is ranked[0] or _is_alike(evidence, ranked[0], one)]
    least = _HARDLY * ranked[0].probability
    dated = [one for one in alike if one.article.published and one.probability >= least]
    if not dated:
        return list(ranked)

    def distance(one: Candidate) -> float:
        day = one.article.published or date.min
        return -day.toordinal() if latest else days_off(evidence.times[0], day)

    best = min(dated, key=distance)
    kept = [one for one in alike if one.article.published == best.article.published]
    return [best, *(one for one in kept if one is not best), *(o for o in ranked if o not in alike)]


def _is_alike(evidence: Evidence, first: Candidate, other: Candidate) -> bool:
    language = language_for(evidence.language)
    words, others = (
        set(content_terms(one.text, stemmer=evidence.stemmer, language=language))
        - number_terms(one.text, language=language)
        for one in (first, other)
    )
    shared = len(words & others)
    return shared >= max(_FEWEST, _ALIKE * min(len(words), len(others)))

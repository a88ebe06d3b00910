"""Detects disagreement between articles: different numbers, dates or names, or yes and no."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from rag.answer.candidates import Candidate
from rag.language import Language
from rag.language.english import ENGLISH
from rag.language.figures import has_changed, is_update, later_note
from rag.language.names import full_name_spans, name_spans, name_words
from rag.language.numbers import number_terms
from rag.language.polarity import denies, holds_predicate, predicate
from rag.language.quantities import Quantity, counted, differ, quantities
from rag.language.question_type import Kind, asks_several, kind_of
from rag.language.temporal.dates import date_spans
from rag.language.values import dates_conflict, names_conflict
from rag.language.words import content_terms, fold, terms, tokens

__all__ = ["later_report", "rival"]

_CONFLICTS = {"date": dates_conflict, "name": names_conflict}
_ASKED = {Kind.NUMBER: "number", Kind.DATE: "date", Kind.PERSON: "name", Kind.PLACE: "name"}
_SURE = 0.5  # minimum ``span_share`` of a span that is compared
_AS_MUCH = 0.9  # minimum question words in the other sentence, as a share of those in the first
_AS_LIKELY = 0.25  # minimum probability of the other sentence, relative to the first
_AGREE = 0.5  # minimum share of the shorter sentence's words in both


def rival(
    question: str,
    first: Candidate,
    others: Sequence[Candidate],
    *,
    stemmer: str,
    language: Language = ENGLISH,
) -> Candidate | None:
    """Returns the first of ``others`` from another article that answers differently, or None.

    Both sentences must contain all names in the question. The other must contain about as many of
    the question's words as the first, or share a further name with it and be about as likely to
    answer.
    Each sentence must answer the question; being about the same subject is not enough.
    A name may be in the title instead if the sentences share half of their words and contain no
    other name. A later report of the same outlet is not a disagreement; see ``later_report``.
    Neither is a measurement of another day.
    """
    for other in others:
        if (
            not _is_same_text(first, other)
            and not is_update(first.article, other.article)
            and _of_the_same(question, first, other, stemmer, language)
            and _conflict(question, first, other, stemmer, language)
            and not _is_of_another_day(question, first, other, language)
        ):
            return other
    return None


def later_report(
    question: str,
    first: Candidate,
    others: Sequence[Candidate],
    *,
    stemmer: str,
    language: Language = ENGLISH,
) -> tuple[Candidate, Candidate] | None:
    """The first sentence and a different answer of the same outlet, the later one first.

    The later one is marked: "later report: 112 (was 40)". None if the outlet printed only one
    answer.
    """
    for other in others:
        if (
            not _is_same_text(first, other)
            and is_update(first.article, other.article)
            and _of_the_same(question, first, other, stemmer, language)
            and _conflict(question, first, other, stemmer, language)
        ):
            old, new = sorted((first, other), key=lambda one: one.article.published or date.min)
            now, was = (_answering(question, one, language) for one in (new, old))
            return replace(new, mark=later_note(now, was, language)), old
    return None


def _answering(question: str, candidate: Candidate, language: Language) -> str:
    """The words that answer: a number as printed, or the marked words."""
    number = _number(question, candidate, language)
    if number:
        return candidate.text[number.begin : number.whole]
    return candidate.words or ""


def _is_same_text(first: Candidate, other: Candidate) -> bool:
    """Whether both are from one article, from copies of it, or from versions of it."""
    ids = {first.article.id, other.article.id}
    newest = {one.hit.superseded_by or one.article.id for one in (first, other)}
    copies = {*first.hit.copies, *other.hit.copies}
    return len(ids) == 1 or len(newest) == 1 or not ids.isdisjoint(copies)


def _of_the_same(
    question: str, first: Candidate, other: Candidate, stemmer: str, language: Language
) -> bool:
    """Whether both sentences are about the subject of ``question`` to a similar degree."""
    names = frozenset(name_words(question, language=language))
    texts = [f"{one.text} {one.note or ''}" for one in (first, other)]
    if all(names <= _words(text) for text in texts):
        asked = set(content_terms(question, stemmer=stemmer, language=language))
        held = [len(asked & set(terms(text, stemmer=stemmer))) for text in texts]
        shared = set.intersection(*(set(name_words(text, language=language)) for text in texts))
        is_likely = other.probability >= _AS_LIKELY * first.probability
        return held[1] >= _AS_MUCH * held[0] or (is_likely and not shared <= names)
    titled = all(_is_titled(names, candidate, language) for candidate in (first, other))
    return titled and _agree(first.text, other.text, stemmer, language)


def _is_titled(names: frozenset[str], candidate: Candidate, language: Language) -> bool:
    """Whether the sentence has no name outside ``names``, and all are in it or in the title."""
    around = _words(f"{candidate.article.title} {candidate.text}")
    others = {
        fold(word)
        for start, end in name_spans(candidate.text, language=language)
        if start > 0
        for word, _, _ in tokens(candidate.text[start:end])
    }
    return names <= around and others <= names


def _words(text: str) -> set[str]:
    return {fold(word) for word, _, _ in tokens(text)}


def _conflict(
    question: str, first: Candidate, other: Candidate, stemmer: str, language: Language
) -> bool:
    kind = kind_of(question, language=language)
    if kind is Kind.YES_NO:
        wanted = predicate(question, stemmer=stemmer, language=language)
        return _opposite(wanted, first.text, other.text, stemmer, language)
    sort = _ASKED.get(kind)
    if sort is None or asks_several(question, language=language):
        return False
    if sort == "number":
        return _numbers_differ(question, first, other, stemmer, language)
    short, other_short = _sure_words(first), _sure_words(other)
    if not (_is_one(short, sort, language) and _is_one(other_short, sort, language)):
        return False
    told_too = _holds(first.text, other_short) or _holds(other.text, short)
    return not told_too and _CONFLICTS[sort](short, other_short, language=language)


def _sure_words(candidate: Candidate) -> str:
    """Returns the words that answer if the reader is sure of them, else an empty string."""
    return (candidate.words or "") if candidate.span_share >= _SURE else ""


def _is_one(words: str, sort: str, language: Language) -> bool:
    """Whether ``words`` contain a date, or are exactly one name."""
    if sort == "date":
        return bool(date_spans(words, language=language))
    return (0, len(words)) in full_name_spans(words, language=language)


def _number(question: str, candidate: Candidate, language: Language) -> Quantity | None:
    """Returns the quantity in the words that answer, else the one before the noun asked for."""
    if candidate.span and _sure_words(candidate):
        start, end = candidate.span
        for one in quantities(candidate.text, language=language):
            if start <= one.start < end:
                return one
    return counted(question, candidate.text, language=language)


def _is_of_another_day(
    question: str, first: Candidate, other: Candidate, language: Language
) -> bool:
    """Whether both sentences measure the number asked for, but on different days."""
    days = (first.article.published, other.article.published)
    is_number = kind_of(question, language=language) is Kind.NUMBER
    return is_number and has_changed(first.text, other.text, days, language)


def _numbers_differ(
    question: str, first: Candidate, other: Candidate, stemmer: str, language: Language
) -> bool:
    """Whether both sentences state the number asked for, and the numbers differ.

    If either number is uncertain or a bound, the sentences must share half of their other words.
    """
    one, two = (_number(question, candidate, language) for candidate in (first, other))
    if one is None or two is None or not differ(one, two):
        return False
    if _tells(first, two, language) or _tells(other, one, language):
        return False
    sure = bool(_sure_words(first) and _sure_words(other))
    exact = not one.bound and not two.bound
    return (sure and exact) or _agree(first.text, other.text, stemmer, language)


def _tells(candidate: Candidate, told: Quantity, language: Language) -> bool:
    """Whether the sentence contains the quantity ``told`` in any form."""
    return any(
        (one.unit, one.noun) == (told.unit, told.noun) and one.readings and not differ(one, told)
        for one in quantities(candidate.text, language=language)
    )


def _agree(one: str, other: str, stemmer: str, language: Language) -> bool:
    """Whether the shorter sentence shares half of its words, except numbers, with the other."""
    words, others = (
        set(content_terms(text, stemmer=stemmer, language=language))
        - number_terms(text, language=language)
        for text in (one, other)
    )
    return len(words & others) >= _AGREE * min(len(words), len(others))


def _opposite(
    wanted: frozenset[str], one: str, other: str, stemmer: str, language: Language
) -> bool:
    """Whether both sentences contain the whole predicate and exactly one of them denies it."""
    texts = (one, other)
    held = [holds_predicate(wanted, t, stemmer=stemmer, language=language) for t in texts]
    denied = [denies(wanted, t, stemmer=stemmer, language=language) for t in texts]
    return held == [1.0, 1.0] and denied[0] != denied[1]


def _holds(sentence: str, words: str) -> bool:
    """Whether ``sentence`` contains ``words`` as consecutive words."""
    run, wanted = (
        " ".join(["", *(fold(word) for word, _, _ in tokens(text)), ""])
        for text in (sentence, words)
    )
    return wanted in run

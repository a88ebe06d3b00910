"""Whether another article answers differently: another number, date or name, or yes against no."""

from collections.abc import Sequence

from rag.answer.candidates import Candidate
from rag.language.bounds import Quantity, differ, quantity
from rag.language.names import full_name_spans, name_spans, name_words
from rag.language.numbers import counted, number_terms, quantity_spans
from rag.language.polarity import denies, holds_predicate, predicate
from rag.language.question_type import Kind, asks_several, kind_of
from rag.language.temporal.dates import date_spans
from rag.language.values import dates_conflict, names_conflict
from rag.language.words import content_terms, fold, terms, tokens

__all__ = ["rival"]

_CONFLICTS = {"date": dates_conflict, "name": names_conflict}
_ASKED = {Kind.NUMBER: "number", Kind.DATE: "date", Kind.PERSON: "name", Kind.PLACE: "name"}
_SURE = 0.5  # share of a sentence's probability that is its span's, from which it is compared
_AS_MUCH = 0.9  # share of the question's words in the first sentence that another must have
_AGREE = 0.5  # share of the words of one sentence that another, of other figures, must have too


def rival(
    question: str, first: Candidate, others: Sequence[Candidate], *, stemmer: str
) -> Candidate | None:
    """The first of ``others`` that stands in another article and answers differently, or None.

    Both sentences must hold all names of the question and about as many of its words, and each must
    answer by itself: what is only about the same thing is no other answer. A name may stand in
    the title instead, where the sentences agree in half of their words and name nothing else.
    """
    for other in others:
        if (
            not _is_same_text(first, other)
            and _of_the_same(question, first, other, stemmer)
            and _conflict(question, first, other, stemmer)
        ):
            return other
    return None


def _is_same_text(first: Candidate, other: Candidate) -> bool:
    """Whether both stand in one article, in copies of one text, or in versions of one article."""
    ids = {first.article.id, other.article.id}
    newest = {one.hit.superseded_by or one.article.id for one in (first, other)}
    copies = {*first.hit.copies, *other.hit.copies}
    return len(ids) == 1 or len(newest) == 1 or not ids.isdisjoint(copies)


def _of_the_same(question: str, first: Candidate, other: Candidate, stemmer: str) -> bool:
    """Whether both sentences are about what ``question`` names, and say as much of it."""
    names = frozenset(name_words(question))
    texts = [f"{one.text} {one.note or ''}" for one in (first, other)]
    if all(names <= _words(text) for text in texts):
        asked = set(content_terms(question, stemmer=stemmer))
        held = [len(asked & set(terms(text, stemmer=stemmer))) for text in texts]
        return held[1] >= _AS_MUCH * held[0]
    titled = all(_is_titled(names, candidate) for candidate in (first, other))
    return titled and _agree(first.text, other.text, stemmer)


def _is_titled(names: frozenset[str], candidate: Candidate) -> bool:
    """Whether sentence and title hold all ``names``, and the sentence no other name."""
    around = _words(f"{candidate.article.title} {candidate.text}")
    others = {
        fold(word)
        for start, end in name_spans(candidate.text)
        if start > 0
        for word, _, _ in tokens(candidate.text[start:end])
    }
    return names <= around and others <= names


def _words(text: str) -> set[str]:
    return {fold(word) for word, _, _ in tokens(text)}


def _conflict(question: str, first: Candidate, other: Candidate, stemmer: str) -> bool:
    kind = kind_of(question)
    if kind is Kind.YES_NO:
        wanted = predicate(question, stemmer=stemmer)
        return _opposite(wanted, first.text, other.text, stemmer)
    sort = _ASKED.get(kind)
    if sort is None or asks_several(question):
        return False
    if sort == "number":
        return _numbers_differ(question, first, other, stemmer)
    short, other_short = _sure_words(first), _sure_words(other)
    if not (_is_one(short, sort) and _is_one(other_short, sort)):
        return False
    told_too = _holds(first.text, other_short) or _holds(other.text, short)
    return not told_too and _CONFLICTS[sort](short, other_short)


def _sure_words(candidate: Candidate) -> str:
    """The words that answer where they are clear, else none."""
    return (candidate.words or "") if candidate.span_share >= _SURE else ""


def _is_one(words: str, sort: str) -> bool:
    """Whether ``words`` hold a date, or are a name and nothing else."""
    if sort == "date":
        return bool(date_spans(words))
    return (0, len(words)) in full_name_spans(words)


def _number(question: str, candidate: Candidate) -> tuple[int, int] | None:
    """The number among the words that answer, else that before the noun asked for."""
    words = _sure_words(candidate)
    if candidate.span and words and not date_spans(words):
        start, end = candidate.span
        inside = [span for span in quantity_spans(candidate.text) if start <= span[0] < end]
        if inside:
            return inside[0]
    return counted(question, candidate.text)


def _numbers_differ(question: str, first: Candidate, other: Candidate, stemmer: str) -> bool:
    """Whether both tell the number asked for, and tell it differently.

    Where it is not clear in each, or told as a bound, the sentences must agree in half of their
    other words.
    """
    spans = _number(question, first), _number(question, other)
    if spans[0] is None or spans[1] is None:
        return False
    one, two = _quantity(first.text, *spans[0]), _quantity(other.text, *spans[1])
    told_too = _holds(first.text, two.words) or _holds(other.text, one.words)
    if told_too or not differ(one, two):
        return False
    sure = bool(_sure_words(first) and _sure_words(other))
    return (sure and not one.bound and not two.bound) or _agree(first.text, other.text, stemmer)


def _quantity(sentence: str, start: int, end: int) -> Quantity:
    """What stands from ``start`` to ``end``, with the unit of a number after it."""
    wider = [stop for first, stop in quantity_spans(sentence) if first == start]
    return quantity(sentence, start, max([end, *wider]))


def _agree(one: str, other: str, stemmer: str) -> bool:
    """Whether the sentence of fewer words has half of them in common with the other."""
    words, others = (
        set(content_terms(text, stemmer=stemmer)) - number_terms(text) for text in (one, other)
    )
    return len(words & others) >= _AGREE * min(len(words), len(others))


def _opposite(wanted: frozenset[str], one: str, other: str, stemmer: str) -> bool:
    """Whether both sentences say all of the predicate and just one of them denies it."""
    whole = all(holds_predicate(wanted, text, stemmer=stemmer) == 1.0 for text in (one, other))
    return whole and denies(wanted, one, stemmer=stemmer) != denies(wanted, other, stemmer=stemmer)


def _holds(sentence: str, words: str) -> bool:
    """Whether the words of ``words`` stand in ``sentence`` as one run."""
    run, wanted = (
        " ".join(["", *(fold(word) for word, _, _ in tokens(text)), ""])
        for text in (sentence, words)
    )
    return wanted in run

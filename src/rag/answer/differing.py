"""Whether another article answers differently: another number, date or name, or yes against no."""

from collections.abc import Sequence

from rag.answer.candidates import Candidate
from rag.answer.short import short_span
from rag.answer.spans import sort_asked
from rag.language.bounds import Quantity, differ, quantity
from rag.language.names import name_spans, name_words
from rag.language.numbers import counted, number_terms, quantity_spans
from rag.language.polarity import denies, holds_predicate, predicate
from rag.language.questions import Kind, kind_of
from rag.language.values import dates_conflict, names_conflict
from rag.language.words import content_terms, fold, tokens

__all__ = ["rival"]

_CONFLICTS = {
    "date": dates_conflict,
    "person": names_conflict,
    "place": names_conflict,
    "name": names_conflict,
}
_SURE = 0.7  # probability of both short answers from which they are compared
_AGREE = 0.5  # share of the words of one sentence that another, of other figures, must have too
_AS_MUCH = 0.9  # share of the first sentence's coverage of the question that another must have


def rival(
    question: str, first: Candidate, others: Sequence[Candidate], *, stemmer: str
) -> Candidate | None:
    """The first of ``others`` that stands in another article and answers differently, or None.

    Both sentences must hold all names of the question and about as much of its words, and each
    must answer clearly by itself: what is only about the same is no other answer. A name may stand
    in the title instead, where the sentences agree in half of their words and name nothing else.
    """
    for other in others:
        if (
            not _is_same_text(first, other)
            and _of_the_same(question, first, other, stemmer)
            and _conflict(question, first.text, other.text, stemmer)
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
    if first.features["names"] == other.features["names"] == 1.0:
        return other.features["coverage"] >= _AS_MUCH * first.features["coverage"]
    names = frozenset(name_words(question))
    titled = all(_is_titled(names, candidate) for candidate in (first, other))
    return titled and _agree(first.text, other.text, stemmer)


def _is_titled(names: frozenset[str], candidate: Candidate) -> bool:
    """Whether sentence and title hold all ``names``, and the sentence no other name."""
    around = {fold(word) for word, _, _ in tokens(f"{candidate.article.title} {candidate.text}")}
    others = {
        fold(word)
        for start, end in name_spans(candidate.text)
        if start > 0
        for word, _, _ in tokens(candidate.text[start:end])
    }
    return names <= around and others <= names


def _conflict(question: str, one: str, other: str, stemmer: str) -> bool:
    if kind_of(question) is Kind.YES_NO:
        return _opposite(predicate(question, stemmer=stemmer), one, other, stemmer)
    sort = sort_asked(question)
    if sort == "number":
        return _numbers_differ(question, one, other, stemmer)
    span, other_span = (short_span(question, text, least=_SURE) for text in (one, other))
    if sort is None or span is None or other_span is None:
        return False
    short, other_short = one[slice(*span)], other[slice(*other_span)]
    told_too = _holds(one, other_short) or _holds(other, short)
    return not told_too and _CONFLICTS[sort](short, other_short)


def _numbers_differ(question: str, one: str, other: str, stemmer: str) -> bool:
    """Whether both tell the number asked for, and tell it differently.

    It must be clear in each, or be the one number that counts what is asked for; where it is
    that only, or told as a bound, the sentences must agree in half of their other words.
    """
    sure = [short_span(question, text, least=_SURE) for text in (one, other)]
    spans = [span or counted(question, text) for span, text in zip(sure, (one, other), strict=True)]
    if spans[0] is None or spans[1] is None:
        return False
    first, second = _quantity(one, *spans[0]), _quantity(other, *spans[1])
    if _holds(one, second.words) or _holds(other, first.words) or not differ(first, second):
        return False
    return (all(sure) and not first.bound and not second.bound) or _agree(one, other, stemmer)


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

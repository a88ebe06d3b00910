"""Finds negations and hedges that only a claim has, or only its source."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag.check.along import Along, Word
from rag.check.facts import Sentence
from rag.check.reasons import Reason
from rag.language.english.clauses import DENIALS
from rag.language.language import Language
from rag.language.words import fold

__all__ = ["disagreeing"]

_FEW = 5  # maximum words left out in which a denial or a hedge counts
_BESIDE = 4  # words of the source beside a break that may deny what the claim denies


def disagreeing(asked: Sentence, along: Along, language: Language) -> Iterator[Reason]:
    """The places where only the claim or only the source has a negation or a hedge.

    Compares the words that each has between two words that both share. Two negations cancel each
    other. A source's words between commas may be left out.
    """
    path, source, end = along.path, along.source, len(along.words)
    shared = [
        n for n, place in enumerate(path) if place >= 0 and not _denies(along.words[n], language)
    ]
    for first, last in pairwise((-1, *shared, end)):
        said = along.words[first + 1 : last]
        words = _text(asked, max(first, 0), min(last, end - 1))
        if first < 0 or last == end or not along.goes_on(first, last):
            if _is_denied(said, language) and _has_own(said, asked, language):
                around = _around(along, first, last)
                if not any(_denies(word, language) for word in around):
                    yield Reason(kind="negation", words=words)
            elif last < end and _replaces(said, source[: path[last]], asked, language):
                yield Reason(kind="negation", words=words, source=source[path[last] - 1].form)
            continue
        one, other = source[path[first]], source[path[last]]
        told = source[path[first] + 1 : path[last]]
        near = along.near[one.sentence]
        kind = _difference(said, told, asked, near, language)
        if kind and (_is_denied(said, language) or not (one.before_mark and other.after_mark)):
            yield Reason(kind=kind, words=words, source=_text(near, one.index, other.index))


def _difference(
    said: Sequence[Word], told: Sequence[Word], asked: Sentence, near: Sentence, language: Language
) -> str:
    """The kind of what only the claim (``said``) or only the source (``told``) has.

    Returns "negation", "hedge" or "".
    """
    is_short = len(told) <= _FEW
    denied = _is_denied(said, language)
    if denied and not _is_denied(told, language):
        return "negation" if is_short or _has_own(said, asked, language) else ""
    if any(word.stem in asked.content for word in said):
        told = told[-1:]  # other words of the claim may express the rest
    if not is_short:
        return ""
    if _is_denied(told, language) and not denied:
        return "negation"
    plain = [word for word in told if not _hedges(word, near, language)]
    hedged = len(plain) < len(told) and not any(word.stem in near.content for word in plain)
    return "hedge" if hedged and not any(_hedges(word, asked, language) for word in said) else ""


def _replaces(
    said: Sequence[Word], before: Sequence[Word], asked: Sentence, language: Language
) -> bool:
    """Whether the claim affirms something else where the source negates.

    ``before`` has the words of the source before the next shared word; a verb such as "rejected"
    negates, too.
    """
    if not (said and before and _denies(before[-1], language)):
        return False
    return said[-1].stem in asked.content and not _denials(said, language)


def _denials(words: Sequence[Word], language: Language) -> list[Word]:
    return [word for word in words if _denies(word, language)]


def _is_denied(words: Sequence[Word], language: Language) -> bool:
    return len(_denials(words, language)) % 2 == 1


def _has_own(words: Sequence[Word], asked: Sentence, language: Language) -> bool:
    """Whether one of the negations is a word such as "not" or "didn't", not a verb."""
    return any(
        word.stem not in asked.content or language.questions.denies.search(word.form)
        for word in _denials(words, language)
    )


def _denies(word: Word, language: Language) -> bool:
    questions, form = language.questions, fold(word.form)
    return form in questions.denials or form in DENIALS or bool(questions.denies.search(word.form))


def _hedges(word: Word, one: Sentence, language: Language) -> bool:
    written = _text(one, word.index, word.index)  # "May" is a month
    return fold(written) in language.speech.hedges and written not in language.calendar.months


def _around(along: Along, first: int, last: int) -> Sequence[Word]:
    """The source's words after the claim's word ``first``, and those before its word ``last``."""
    found: list[Word] = []
    if first >= 0:
        after = along.path[first] + 1
        found += along.source[after : after + _BESIDE]
    if last < len(along.path):
        before = along.path[last]
        found += along.source[max(0, before - _BESIDE) : before]
    return found


def _text(one: Sentence, first: int, last: int) -> str:
    return one.text[one.spans[first][0] : one.spans[last][1]]

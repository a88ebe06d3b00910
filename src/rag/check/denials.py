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
_FORECAST, _PLANNED, _POSSIBLE, _HEARSAY = 1, 2, 3, 4  # what a word makes of a statement
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
            elif _is_hedged_alone(said, along, (first, last), asked, language):
                yield Reason(kind="hedge", words=words)
            continue
        one, other = source[path[first]], source[path[last]]
        told = source[path[first] + 1 : path[last]]
        near = along.near[one.sentence]
        kind = _difference(said, told, asked, near, language)
        if kind and (said or not (one.before_mark and other.after_mark)):
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
    left = told[-1:] if any(word.stem in asked.content for word in said) else told
    if is_short and _is_denied(left, language) and not denied:
        return "negation"
    return "hedge" if _is_hedged_otherwise(said, told, asked, near, language) else ""


def _is_hedged_otherwise(
    said: Sequence[Word], told: Sequence[Word], asked: Sentence, near: Sentence, language: Language
) -> bool:
    """Whether only one of the two has a hedge, or states as a fact what the other expects.

    "May" and "plans to" differ from "will", and "will" from a fact. "Can", an infinitive or other
    content words may express the same.
    """
    marks = [n for n, word in enumerate(told[:-1], start=1) if word.before_mark]
    told = told[max(marks, default=0) :]  # "might", in "Lind, the mayor, might"
    ours, theirs = _doubt(said, asked, language), _doubt(told, near, language)
    is_added = ours > _PLANNED > theirs
    is_left_out = theirs > ours < _PLANNED
    forms = [word.form for word in (*said, *told)]
    if not (is_added or is_left_out) or "can" in forms or "to" in forms[: len(said)]:
        return False
    words, one = (said, asked) if is_added else (told, near)
    others = [word for word in words if not _mark(word, one, language)]
    return len(words) <= _FEW and not any(word.stem in one.content for word in others)


def _is_hedged_alone(
    said: Sequence[Word], along: Along, gap: tuple[int, int], asked: Sentence, language: Language
) -> bool:
    """The same at the start or the end of the claim, or between two sentences of the source."""
    source = along.source
    at = [along.path[n] for n in gap if 0 <= n < len(along.path)]
    sentences = {source[place].sentence for place in at}
    if _doubt(said, asked, language) > _PLANNED:
        told = [word for word in source if word.sentence in sentences]
        return all(_mark(w, along.near[w.sentence], language) < _PLANNED for w in told)
    if not at or any(
        word.form in language.speech.reporting or _mark(word, asked, language) > _FORECAST
        for word in along.words
    ):
        return False
    place = at[-1]
    is_end = gap[1] == len(along.path)
    near = along.near[source[place].sentence]
    beside = source[place + 1 :][:_FEW] if is_end else source[max(0, place - _FEW) : place]
    told = [word for word in beside if word.sentence == source[place].sentence]
    if len(at) == 1 and any(_mark(word, near, language) > _POSSIBLE for word in told):
        return True
    verbs = _after_subject(told, near, language)
    return not is_end and _is_hedged_otherwise(said, verbs, asked, near, language)


def _after_subject(told: Sequence[Word], near: Sentence, language: Language) -> Sequence[Word]:
    """The words after the last content word that is no hedge: "may", in "the company may"."""
    names = [
        n
        for n, word in enumerate(told, start=1)
        if word.stem in near.content and not _mark(word, near, language)
    ]
    return told[max(names, default=0) :]


def _doubt(words: Sequence[Word], one: Sentence, language: Language) -> int:
    """0 for a fact, else the highest of ``_FORECAST`` and the others."""
    return max((_mark(word, one, language) for word in words), default=0)


def _mark(word: Word, one: Sentence, language: Language) -> int:
    start, end = one.spans[word.index]
    if found := language.speech.hedges.match(one.text, start):
        if one.text[start:end] in language.calendar.months:  # "May"
            return 0
        return _HEARSAY if found["hearsay"] else _PLANNED if found["planned"] else _POSSIBLE
    return _FORECAST if language.speech.forecasts.match(one.text, start) else 0


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

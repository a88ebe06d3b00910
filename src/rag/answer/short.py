"""The short thing that a question asks for, inside the sentence that holds it.

A number, a date, a name or a place: of those in the sentence that the question does not hold
itself, the one that stands nearest to the question's words. Nothing where two are about as near.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.language.dates import date_spans
from rag.language.names import full_name_spans
from rag.language.numbers import quantity_fit, quantity_spans
from rag.language.questions import Kind, kind_of
from rag.language.words import fold, is_stop_word, stem, tokens

__all__ = ["short_answer"]

_CLEAR = {Kind.DATE: 0.25, Kind.NUMBER: 0.25, Kind.PERSON: 0.5, Kind.PLACE: 0.5}
"""How much nearer than the next the best must be."""
_IN_QUESTION = 0.6  # share of a name's words that the question holds, from which it is no answer
_BEFORE = 12  # characters before a thing that are looked at
_AT = re.compile(r"\b(?:at|on|from|near|to)\s(?:the\s)?$", re.IGNORECASE)
_IN = re.compile(r"\bin\s(?:the\s)?$", re.IGNORECASE)
_BY = re.compile(r"\bby\s(?:the\s)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Thing:
    """A stretch of the sentence that may be asked for, and how well it fits."""

    start: int
    end: int
    score: float

    def overlaps(self, other: "_Thing") -> bool:
        return self.start < other.end and other.start < self.end


def short_answer(question: str, sentence: str) -> str | None:
    """The words of ``sentence`` that answer ``question`` by themselves, or None.

    None too where the question asks for no such thing, and where more than one would do.
    """
    kind = kind_of(question)
    if kind not in _CLEAR:
        return None
    things = sorted(_things(question, sentence, kind), key=lambda thing: -thing.score)
    if not things:
        return None
    best = things[0]
    others = [thing.score for thing in things[1:] if not thing.overlaps(best)]
    clear = not others or best.score - others[0] >= _CLEAR[kind]
    return sentence[best.start : best.end] if clear else None


def _things(question: str, sentence: str, kind: Kind) -> Iterator[_Thing]:
    words = tokens(sentence)
    asked = {stem(word) for word, _, _ in tokens(question) if not is_stop_word(word)}
    folded = {fold(word) for word, _, _ in tokens(question)}
    matched = [place for place, (word, _, _) in enumerate(words) if stem(word) in asked]
    for start, end in _spans(sentence, kind):
        places = [n for n, (_, first, last) in enumerate(words) if start <= first and last <= end]
        if not places:
            continue
        known = [n for n in places if fold(words[n][0]) in folded or n in matched]
        share = len(known) / len(places)
        if share >= (1.0 if kind in (Kind.DATE, Kind.NUMBER) else _IN_QUESTION):
            continue
        around = [n for n in matched if n not in places]
        near = sum(1 / (1 + min(abs(n - places[0]), abs(n - places[-1]))) for n in around)
        fit = _fit(question, sentence, kind, start, end) - 0.5 * share
        yield _Thing(start=start, end=end, score=near + fit)


def _spans(sentence: str, kind: Kind) -> list[tuple[int, int]]:
    dates = date_spans(sentence)
    if kind is Kind.DATE:
        return dates
    if kind is Kind.NUMBER:
        return [
            span
            for span in quantity_spans(sentence)
            if "," in sentence[slice(*span)] or not any(a <= span[0] < b for a, b in dates)
        ]
    return [span for span in full_name_spans(sentence) if span not in dates]


def _fit(question: str, sentence: str, kind: Kind, start: int, end: int) -> float:
    """What the words around and inside speak for, beside nearness."""
    before = sentence[max(0, start - _BEFORE) : start]
    if kind is Kind.NUMBER:
        return quantity_fit(question, sentence, start, end)
    if kind is Kind.DATE:
        return 0.3 * bool(_IN.search(before)) + 0.01 * (end - start)
    inside = sentence[start:end]
    if kind is Kind.PLACE:
        listed = 0.2 * ("," in inside)
        return 0.5 * bool(_IN.search(before)) + 0.4 * bool(_AT.search(before)) + listed
    several = 0.3 * (" and " in inside) + 0.3 * ("," in inside)
    full = 0.2 * (len(inside.split()) in (2, 3))
    return 0.3 * bool(_BY.search(before)) - 0.3 * bool(_IN.search(before)) + full - several

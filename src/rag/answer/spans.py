"""The stretches of a sentence that may be the short thing asked for, and what speaks for each."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rag.language.asked import asked_noun, asks_name, asks_several
from rag.language.dates import date_spans
from rag.language.names import full_name_spans
from rag.language.numbers import quantity_fit, quantity_spans
from rag.language.questions import Kind, kind_of
from rag.language.words import fold, is_stop_word, stem, tokens

__all__ = ["Span", "sort_asked", "spans"]

_SORTS = {
    Kind.DATE: "date",
    Kind.NUMBER: "number",
    Kind.PERSON: "person",
    Kind.PLACE: "place",
}
_NAME_OF = re.compile(r"^(?!.*\bwho)(?=.*\bnames? of\b)", re.IGNORECASE)
_IN_QUESTION = 0.6  # share of a name's words that the question holds, from which it is no answer
_BEFORE = 24  # characters before a stretch that are looked at
_BESIDE = 3  # words beside a stretch among which the noun asked for may stand
_QUOTED = re.compile(r"[“\"]([^”\"]{2,60})[”\"]")
_PATTERNS_BEFORE = {
    "after_in": re.compile(r"\bin\s(?:the\s)?$", re.IGNORECASE),
    "after_at": re.compile(r"\b(?:at|on|from|near|to)\s(?:the\s)?$", re.IGNORECASE),
    "after_by": re.compile(r"\bby\s(?:the\s)?$", re.IGNORECASE),
    "after_called": re.compile(
        r"\b(?:called|named|known as|titled|entitled|dubbed|nicknamed|termed)\s(?:the\s)?[“\"]?$"
    ),
    "bracketed": re.compile(r"\($"),
    "quoted": re.compile(r"[“\"]$"),
}
_LISTED_BEFORE = re.compile(r"(?:,|, and| and| or) $")
_LISTED_AFTER = re.compile(r",? (?:and|or) |, [A-Z]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """``sentence[start:end]`` and the named numbers that speak for or against it."""

    start: int
    end: int
    features: Mapping[str, float]

    def overlaps(self, other: "Span") -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end


def sort_asked(question: str) -> str | None:
    """What sort of short thing ``question`` asks for, or None where it asks for none or several.

    "date", "number", "person", "place", or "name" for what else has one ("Which company …").
    """
    kind = kind_of(question)
    if asks_several(question):
        return None
    if (kind is Kind.THING and asks_name(question)) or _NAME_OF.search(question):
        return "name"
    return _SORTS.get(kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """A sentence's words beside the question's; ``matched`` are the places of those in both."""

    text: str
    words: Sequence[tuple[str, int, int]]
    matched: frozenset[int]
    nouns: frozenset[int]

    def places(self, start: int, end: int) -> list[int]:
        return [n for n, (_, a, b) in enumerate(self.words) if start <= a and b <= end]


def spans(question: str, sentence: str, sort: str) -> list[Span]:
    """The stretches of ``sentence`` of that sort that ``question`` does not hold itself."""
    words = tokens(sentence)
    asked = {stem(word) for word, _, _ in tokens(question) if not is_stop_word(word)}
    folded = {fold(word) for word, _, _ in tokens(question)}
    noun = asked_noun(question)
    read = _Words(
        text=sentence,
        words=words,
        matched=frozenset(
            n for n, (word, _, _) in enumerate(words) if stem(word) in asked or fold(word) in folded
        ),
        nouns=frozenset(n for n, (word, _, _) in enumerate(words) if stem(word) == noun),
    )
    content = frozenset(n for n in read.matched if not is_stop_word(words[n][0]))
    said = len({stem(words[n][0]) for n in content}) / max(1, len(asked))
    found = []
    for start, end in _stretches(sentence, sort):
        places = read.places(start, end)
        cut = sentence[end : end + 1].isalnum()  # "U." of "U.S.", "$3" of "$3m"
        if cut or not places or read.matched.issuperset(places):
            continue
        known = sum(n in read.matched and n not in read.nouns for n in places) / len(places)
        if known >= _IN_QUESTION and sort not in ("date", "number"):
            continue
        fit = quantity_fit(question, sentence, start, end) if sort == "number" else 0.0
        numbers = {
            "said": said,
            "known": known,
            "quantity": fit,
            **_nearness(places, content - set(places)),
        }
        features = numbers | _beside(read, places) | _looks(sentence, start, end, len(places))
        found.append(Span(start=start, end=end, features=features))
    return [_counted(span, found) for span in found]


def _counted(span: Span, found: Sequence[Span]) -> Span:
    """The span with whether it stands alone: no other that does not overlap it."""
    alone = all(span.overlaps(other) for other in found)
    return replace(span, features={**span.features, "alone": float(alone)})


def _stretches(sentence: str, sort: str) -> list[tuple[int, int]]:
    dates = date_spans(sentence)
    if sort == "date":
        return dates
    if sort == "number":
        return [
            span
            for span in quantity_spans(sentence)
            if "," in sentence[slice(*span)] or not any(a <= span[0] < b for a, b in dates)
        ]
    names = [span for span in full_name_spans(sentence) if span not in dates]
    titles = [match.span(1) for match in _QUOTED.finditer(sentence)] if sort == "name" else []
    return list(dict.fromkeys(names + titles))


def _nearness(places: Sequence[int], matched: frozenset[int]) -> dict[str, float]:
    """How near the question's words stand, before and after; 1 / (1 + words between), summed."""
    before = [1 / (1 + places[0] - n) for n in matched if n < places[0]]
    after = [1 / (1 + n - places[-1]) for n in matched if n > places[-1]]
    return {
        "near_before": sum(before),
        "near_after": sum(after),
        "nearest": max(before + after, default=0.0),
    }


def _beside(read: _Words, places: Sequence[int]) -> dict[str, float]:
    """Whether the noun asked for stands inside, at the end, shortly before or shortly after."""
    first, last = places[0], places[-1]
    return {
        "noun_inside": float(not read.nouns.isdisjoint(places)),
        "noun_last": float(last in read.nouns),
        "noun_before": float(any(first - _BESIDE <= n < first for n in read.nouns)),
        "noun_after": float(any(last < n <= last + _BESIDE for n in read.nouns)),
    }


def _looks(sentence: str, start: int, end: int, words: int) -> dict[str, float]:
    """What the stretch looks like, and what stands right before and after it."""
    before, inside, after = (
        sentence[max(0, start - _BEFORE) : start], sentence[start:end], sentence[end : end + 8]
    )  # fmt: skip
    return {
        **{name: float(bool(p.search(before))) for name, p in _PATTERNS_BEFORE.items()},
        "listed": float(bool(_LISTED_BEFORE.search(before) or _LISTED_AFTER.match(after))),
        "goes_on": float(bool(re.match(r" [a-z]", after))),
        "opens": float(start == 0),
        "comma": float("," in inside),
        "and": float(" and " in inside),
        "one_word": float(words == 1),
        "two_or_three": float(words in (2, 3)),
        "length": (end - start) / 20,
    }

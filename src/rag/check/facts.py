"""The facts of a sentence that a source must support: numbers, dates, names and quotations."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from rag.check.days import differ, resolved
from rag.check.words import Span
from rag.language.english import ENGLISH
from rag.language.language import Language
from rag.language.names import name_spans
from rag.language.quantities import number_value
from rag.language.sentences import paragraph_spans, sentence_spans
from rag.language.words import fold, is_stop_word, stem, tokens

__all__ = ["Fact", "Sentence", "read_sentence", "sentences_of", "share", "union"]

_QUOTED = re.compile(r"“([^”]+)”|\"([^\"]+)\"|«([^»]+)»|``(.+?)''")
_ISO = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?(?!\d)"
_YEAR = r"(\d{4})\b"
# Numbers that a tokenizer has split: "3, 800" and "98. 7".
_PARTED = re.compile(
    r"(?<![\d,.])\d{1,3}(?:, \d{3})+(?![\d,])|(?<=[\w$€£(] )\d{1,3}\. \d{1,2}(?![\d.])"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A number, date or name in a sentence, from ``start`` to ``end``.

    ``kind`` is "number", "date" or "name". The source must contain all ``keys``: the value of a
    number, "month 7" and "7-27" for a date, "weekday 0", or the folded words of a name. ``within``
    has the keys of all days that a date can mean. ``unit`` is the unit of a number.
    """

    kind: str
    words: str
    start: int
    end: int
    keys: frozenset[str]
    unit: str = ""
    within: frozenset[str] = frozenset()

    def differs(self, other: "Fact") -> bool:
        """Whether ``other`` is a different fact of the same kind; dates must exclude each other."""
        if self.keys <= other.keys or other.keys <= self.keys:
            return False
        return self.kind != "date" or differ(self.keys, other.keys | other.within)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence, parsed for comparison; offsets are into ``text``.

    ``stems`` has the stems of all words in order, ``content`` those of content words.
    """

    text: str
    start: int = 0
    stems: tuple[str, ...]
    spans: tuple[Span, ...]
    content: frozenset[str]
    words: frozenset[str]
    facts: tuple[Fact, ...]
    keys: frozenset[str]
    units: frozenset[tuple[str, str]]
    quotations: tuple[str, ...]

    def place(self, fact: Fact) -> Span:
        """The index of the first word of a fact, and of the word after the last."""
        inside = [n for n, (a, b) in enumerate(self.spans) if fact.start < b and a < fact.end]
        return (inside[0], inside[-1] + 1) if inside else (0, 0)


@lru_cache(maxsize=256)
def sentences_of(
    text: str, code: str = "en", published: date | None = None
) -> tuple[Sentence, ...]:
    """The sentences of a source; ``start`` is the offset of each."""
    text = _put_together(text)
    spans = (
        span
        for paragraph in paragraph_spans(text)
        for span in sentence_spans(text, *paragraph, language=code)
    )
    return tuple(
        read_sentence(text[start:end], start=start, published=published) for start, end in spans
    )


def _put_together(text: str) -> str:
    """Rejoins split numbers without changing the length of the text."""
    return _PARTED.sub(lambda m: m[0].replace(" ", "").rjust(len(m[0])), text)


@lru_cache(maxsize=20_000)
def read_sentence(
    text: str, *, start: int = 0, language: Language = ENGLISH, published: date | None = None
) -> Sentence:
    """Reads the facts of one sentence. With ``published``, weekdays are also calendar days."""
    found = tokens(text)
    words = [word for word, _, _ in found]
    facts = tuple(_facts(text, language, published))
    stems = _stems(found, facts, language)
    content = frozenset(
        stem
        for stem, word in zip(stems, words, strict=True)
        if stem and not is_stop_word(word, language=language)
    )
    folded = frozenset(fold(part) for word, _, _ in found for part in re.split(r"[’'-]", word))
    return Sentence(
        text=text,
        start=start,
        stems=tuple(filter(None, stems)),
        spans=tuple((a, b) for stem, (_, a, b) in zip(stems, found, strict=True) if stem),
        content=content,
        words=folded | frozenset(fold(word) for word, _, _ in found),
        facts=facts,
        keys=frozenset(key for fact in facts if fact.kind != "name" for key in fact.keys),
        units=frozenset((key, f.unit) for f in facts if f.unit for key in f.keys),
        quotations=tuple(next(filter(None, match.groups())) for match in _QUOTED.finditer(text)),
    )


def _stems(
    found: Sequence[tuple[str, int, int]], facts: Sequence[Fact], language: Language
) -> list[str]:
    """The stem of each word. A number is its value at its first word, and "" at the others."""
    stems = [stem(word, language.stemmer) for word, _, _ in found]
    for fact in facts:
        inside = [n for n, (_, a, b) in enumerate(found) if fact.start <= a and b <= fact.end]
        if fact.kind == "number" and inside:
            stems[inside[0] : inside[-1] + 1] = [f"#{min(fact.keys)}", *[""] * (len(inside) - 1)]
    return stems


def _facts(text: str, language: Language, published: date | None) -> Iterator[Fact]:
    dates = list(_with_days(list(_dates(text, language)), text, language, published))
    yield from dates
    for match in language.numbers.single.finditer(text):
        if any(date.start < match.end() and match.start() < date.end for date in dates):
            continue
        value = number_value(match.group(), language=language)
        if match.group().lower() == "one":
            continue
        unit = language.numbers.unit.match(text, match.end())
        yield Fact(
            kind="number",
            words=text[match.start() : unit.end() if unit else match.end()],
            start=match.start(),
            end=match.end(),
            keys=frozenset((match.group().lower() if value is None else f"{value:.6g}",)),
            unit=_unit(match.group(), unit.group() if unit else "", language),
        )
    calendar = {*language.calendar.months, *language.calendar.weekdays}
    for start, end in name_spans(text, language=language):
        parts = re.split(r"[ ’'.-]+", text[start:end])
        kept = [part for part in parts if part[:1].isupper() and part not in calendar]
        kept = [part for part in kept if not is_stop_word(part, language=language)]
        bare = [part for part in kept if not language.speech.titles.fullmatch(part.lower())]
        kept = bare or (kept if start else [])  # a title alone can be a name: "Judge said"
        if kept:
            yield Fact(
                kind="name",
                words=text[start:end],
                start=start,
                end=end,
                keys=frozenset(map(fold, kept)),
            )


def _dates(text: str, language: Language) -> Iterator[Fact]:
    """Weekdays, and months with the day and year next to them."""
    calendar = language.calendar
    for match in _ISO.finditer(text):
        year, month, day = (int(part) for part in match.groups())
        yield _date(match, f"{year}", f"month {month}", f"{month}-{day}")
    for n, name in enumerate(calendar.months, start=1):
        if name[:3] not in text:  # the patterns take longer
            continue
        written = rf"(?:{name}\b|{name[:3]}\.)"  # not the start of "Mayor"
        for match in re.finditer(
            rf"\b(?:{_DAY} (?:of )?)?{written}(?: {_DAY}\b)?(?:,? {_YEAR})?", text
        ):
            days = [f"{n}-{day}" for day in match.group(1, 2) if day]
            yield _date(match, f"month {n}", *days[:1], *([match[3]] if match[3] else []))
    for n, name in enumerate(calendar.weekdays):
        for match in re.finditer(rf"\b{name}\b", text):
            yield _date(match, f"weekday {n}")


def _with_days(
    dates: list[Fact], text: str, language: Language, published: date | None
) -> Iterator[Fact]:
    """The dates with the keys of the days that they mean, and "yesterday" or "last week"."""
    places = [(fact.start, fact.end, fact.keys, fact.within) for fact in dates]
    for start, end, keys, within in resolved(text, places, published, language):
        fact = Fact(kind="date", words=text[start:end], start=start, end=end, keys=keys)
        yield replace(fact, within=within) if within else fact


def _date(match: re.Match[str], *keys: str) -> Fact:
    start, end = match.span()
    return Fact(kind="date", words=match.group(), start=start, end=end, keys=frozenset(keys))


def _unit(number: str, unit: str, language: Language) -> str:
    """The unit as one word: "$", "%", or a stem such as that of "kilometres"."""
    sign = next((char for char in number if char in "$€£¥₹"), "")
    plain = unit.strip(" -").lower()
    same = language.numbers.same_unit.get(plain, plain)
    return sign or stem(same, language.stemmer)


def union(sentences: Sequence[Sentence]) -> frozenset[str]:
    """The content words of all sentences."""
    return frozenset().union(*(sentence.content for sentence in sentences))


def share(wanted: frozenset[str], known: frozenset[str]) -> float:
    """The share of ``wanted`` that is in ``known``; 1 if ``wanted`` is empty."""
    return len(wanted & known) / len(wanted) if wanted else 1.0

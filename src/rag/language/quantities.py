"""Finds the quantities in a sentence as printed, and compares them by value and bound."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

from rag.language.english import ENGLISH
from rag.language.language import Language
from rag.language.numbers import GLYPH, PIECE, amounts, number_factors
from rag.language.patterns import Numbers
from rag.language.temporal.dates import date_spans
from rag.language.words import is_stop_word, stem, tokens

__all__ = ["Quantity", "counted", "differ", "number_value", "quantities", "widened"]

Span = tuple[int, int]
Reading = tuple[float, float]

_REACH = 40  # characters before a number to search for its bound
_EXACT = 100  # numbers below this are exact; others may be rounded
_ABOUT = 0.1  # the tolerance of "about", as a share of the number
_SHARE = 0.05  # the same for "a third" and "one in seven"
_TOP = 10  # "several hundred" is less than ten hundred
_PLAIN = {ord(char): " " for char in "\n\t\u00a0\u2009\u202f"} | {
    ord("‐"): "-",
    ord("‑"): "-",
    ord("’"): "'",
}
_CURRENCY = r"[$€£¥₹]|\b(?:[A-Z]{3}|Rs)(?=[.\s\d])"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A quantity as printed, ``sentence[start:end]``, without its unit.

    ``begin`` is the start of a bound such as "at least", else ``start``. ``stop`` is the end of the
    unit, else ``end``; ``whole`` is the end of a unit that is inseparable from the number, as in
    "12%". ``bound`` is "least", "most", "about" or empty. ``noun`` is the stem of the word after
    the number. ``readings`` has the smallest and the largest value of each possible reading,
    without the bound: two readings for "1.200", none for "twice" or a tally.
    """

    begin: int
    start: int
    end: int
    whole: int
    stop: int
    bound: str
    unit: frozenset[str]
    noun: str
    readings: tuple[Reading, ...]


@lru_cache(maxsize=4096)
def quantities(sentence: str, *, language: Language = ENGLISH) -> tuple[Quantity, ...]:
    """The quantities in ``sentence``, in order, without dates, times and ordinals."""
    sentence = sentence.translate(_PLAIN)
    numbers, dates = language.numbers, date_spans(sentence, language=language)
    found, place = [], 0
    while match := numbers.whole.search(sentence, place):
        if match.lastindex and not _is_one(match, numbers, dates):
            match = numbers.single.search(sentence, match.start()) or match
        place = match.end()
        dated = _is_dated(sentence, match.span(), dates, numbers)
        if not dated and not numbers.other.match(sentence, place):
            found.append(_quantity(sentence, match, language))
            place = max(place, found[-1].whole)  # "half of one per cent"
    return tuple(found)


def _is_one(match: re.Match[str], numbers: Numbers, dates: list[Span]) -> bool:
    """Whether two numbers form one quantity, unlike "from 3 to 5" and "in 2022 to 12"."""
    if match["part"]:
        part, among = ([*amounts(match[name], numbers), 0.0][0] for name in ("part", "among"))
        return 0 < part < among and not _overlaps(match.span("among"), dates)
    if not match["low"]:
        return True
    low, high = (_overlaps(match.span(name), dates) for name in ("low", "high"))
    return not (low > high or numbers.change.search(match.string, 0, match.start()))


def _overlaps(span: Span, others: list[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)


def _is_dated(sentence: str, span: Span, dates: list[Span], numbers: Numbers) -> bool:
    """Whether a number is part of a date; the number in "1200 people" is not."""
    if numbers.counts.match(sentence, span[1]):
        dates = [(start, end) for start, end in dates if not sentence[start:end].isdigit()]
    return _overlaps(span, dates)


def _quantity(sentence: str, match: re.Match[str], language: Language) -> Quantity:
    numbers, (start, end) = language.numbers, match.span()
    readings = _readings(match, numbers)
    after = [numbers.or_more, numbers.or_fewer, numbers.odd]
    more, fewer, odd = (pattern.match(sentence, end) for pattern in after)
    rough = numbers.rough.match(sentence, end)
    if odd:
        readings = tuple((low, low + _step(low) - 1) for low, _ in readings)
    kinds = {"most": numbers.at_most, "least": numbers.at_least, "about": numbers.about}
    near = max(0, start - _REACH)
    said = {kind: words.search(sentence, near, start) for kind, words in kinds.items()}
    bound = next((kind for kind, words in said.items() if words), "")
    bound = bound or ("least" if more else "most" if fewer else "")
    lead = said["most"] or said["least"]
    end = max(end, *(one.end() for one in (more, fewer, odd, rough) if one), start)
    if not bound and (rough or numbers.rough.search(match[0])):
        bound = "about"
    unit = numbers.unit.match(sentence, end)
    stop = unit.end() if unit else end
    bound_to = numbers.inseparable.match(sentence, end)
    return Quantity(
        begin=lead.start() if lead else start,
        start=start,
        end=end,
        whole=stop if bound_to else end,
        stop=stop,
        bound=bound,
        unit=_unit(match, sentence[end:stop], language),
        noun=next((stem(word, language.stemmer) for word, _, _ in tokens(sentence[end:])), ""),
        readings=readings,
    )


def _unit(match: re.Match[str], after: str, language: Language) -> frozenset[str]:
    """The unit in a canonical spelling; "%" for "a third" and "one in five"."""
    numbers, same = language.numbers, language.numbers.same_unit
    plain = numbers.of_a.sub("", after).strip(" -").casefold()
    words = [
        stem(same.get(word, word), language.stemmer)
        for word in ([plain] if plain in same else plain.split())
        if not is_stop_word(word, language=language)
    ]
    signs = [same.get(sign.casefold(), sign) for sign in re.findall(_CURRENCY, match[0])]
    share = ["%"] if _is_share(match, numbers) and not words else []
    return frozenset(word for word in (*words, *signs, *share) if word)


def _is_share(match: re.Match[str], numbers: Numbers) -> bool:
    """Whether the number is below one: "a third", "one in five", but not "half a million"."""
    if match.lastindex and match["part"]:
        return True
    if numbers.of_a.match(match.string, match.end()):
        return False
    values = amounts(match[0], numbers) if not match.lastindex else []
    pieces = {piece.casefold().rstrip("s") for piece in PIECE.findall(match[0])}
    parted = pieces & numbers.parts.keys() or re.search(rf"[{GLYPH}/]", match[0])
    return bool(parted) and all(0 < value < 1 for value in values) and bool(values)


def _readings(match: re.Match[str], numbers: Numbers) -> tuple[Reading, ...]:
    named = match.groupdict() if match.lastindex else {}
    if named.get("vague"):
        return _vague(match[0], numbers)
    if named.get("part"):
        part, among = (amounts(match[name], numbers)[0] for name in ("part", "among"))
        return (_near(100 * part / among, _SHARE),)
    ends = (named.get("low") or named.get("least"), named.get("high") or named.get("most"))
    if ends[0] and ends[1]:
        return _range(ends[0], ends[1], numbers)
    values = amounts(match[0], numbers)
    if _is_share(match, numbers):
        return tuple(_near(100 * value, _SHARE) for value in values)
    return tuple((value, value) for value in values)


def _range(first: str, last: str, numbers: Numbers) -> tuple[Reading, ...]:
    """The readings of "2 to 3 million"; none for a tally such as "seven to two"."""
    scale = math.prod(number_factors(last, numbers)) if not number_factors(first, numbers) else 1.0
    pairs = zip(amounts(first, numbers), amounts(last, numbers), strict=False)
    scaled = [(low * scale if low * scale < high else low, high) for low, high in pairs]
    return tuple((low, high) for low, high in scaled if low < high)


def _vague(words: str, numbers: Numbers) -> tuple[Reading, ...]:
    """The reading of "several hundred", "dozens" or "tens of thousands"."""
    factors = number_factors(words, numbers)
    least = 2 * math.prod(factors)
    plural = len(factors) == 1 and words.endswith("s")
    return ((least, least * (_TOP * _EXACT if plural and factors[0] >= 1e3 else _TOP) / 2 - 1),)


def _near(value: float, share: float) -> Reading:
    return value * (1 - share), value * (1 + share)


def _step(value: float) -> float:
    """The place value of the last digit of ``value`` that is not 0: 10 for 120."""
    step = 1.0
    while value and value % (step * 10) == 0:
        step *= 10
    return step


def number_value(text: str, *, language: Language = ENGLISH) -> float | None:
    """The value of the number in ``text``, in digits or words: 4.5e6 for "$4.5 million".

    None if ``text`` contains no number, two numbers, or one without an exact value ("12 to 15").
    """
    if text.isdecimal():  # in a sentence, "1999" may be a year
        return float(text)
    found = quantities(text, language=language)
    reading = found[0].readings[0] if len(found) == 1 and found[0].readings else (0.0, 1.0)
    return reading[0] if reading[0] == reading[1] else None


def widened(sentence: str, span: Span, *, language: Language = ENGLISH) -> Span:
    """Widens ``span`` so that it does not cut a quantity or its bound, such as "at least".

    "Two hours and nine minutes" is one quantity.
    """
    for begin, start, end in _wholes(sentence, language):
        if start < span[1] and span[0] < end:
            span = min(begin, span[0]), max(span[1], end)
    return span


def _wholes(sentence: str, language: Language) -> Iterator[tuple[int, int, int]]:
    """The begin, start and end of each quantity, with those of the same quantity joined."""
    numbers, found = language.numbers, quantities(sentence, language=language)
    last: tuple[int, int, int] | None = None
    for one, following in zip_longest(found, found[1:]):
        begin, start, _ = last or (one.begin, one.start, 0)
        between = sentence[one.end : following.start] if following else ""
        unit = numbers.smaller.match(sentence, following.end) if following else None
        if unit and numbers.compound.fullmatch(between):
            last = begin, start, unit.end()
        else:
            yield begin, start, max(one.end, one.whole, last[2] if last else 0)
            last = None


def counted(question: str, sentence: str, *, language: Language = ENGLISH) -> Quantity | None:
    """The quantity in ``sentence`` that counts the noun of a "how many" question.

    At most two words may separate the number and the noun. None unless exactly one number
    qualifies.
    """
    asked = language.numbers.counted.search(question)
    noun = next((word for word, _, _ in tokens(asked["counted"])), "") if asked else ""
    found = [
        one
        for one in quantities(sentence, language=language)
        if stem(noun, language.stemmer)
        in [stem(word, language.stemmer) for word, _, _ in tokens(sentence[one.end :])][:3]
    ]
    return found[0] if noun and len(found) == 1 else None


def differ(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities with the same unit differ by more than rounding, in every reading.

    "2,000" may be "1,987" rounded; below 100, every difference counts. "At least 12" and "at least
    20" disagree. "At least 12" and "15" do not, because both can be true.
    """
    pairs = [(a, b) for a in one.readings for b in other.readings]
    return bool(pairs) and one.unit == other.unit and all(
        _exclude(a, one.bound, b, other.bound) for a, b in pairs
    )  # fmt: skip


def _exclude(one: Reading, bound: str, other: Reading, other_bound: str) -> bool:
    if one[0] == one[1] and other[0] == other[1] and (
        not _conflict(one[0], other[0]) or bound == other_bound != "about"
    ):  # fmt: skip
        return _conflict(one[0], other[0])
    (least, most), (other_least, other_most) = _limits(one, bound), _limits(other, other_bound)
    return most < other_least or other_most < least


def _limits(reading: Reading, bound: str) -> Reading:
    """The smallest and the largest value that a quantity can have."""
    least, most = reading
    near = _ABOUT * abs(most) if bound == "about" else 0.0
    return (
        0.0 if bound == "most" else least - near,
        math.inf if bound == "least" else most + near,
    )


def _conflict(one: float, other: float) -> bool:
    """Whether two values differ by more than rounding."""
    if min(one, other) < _EXACT:
        return one != other
    digits = min(_digits(one), _digits(other))
    return _rounded(one, digits) != _rounded(other, digits)


def _digits(value: float) -> int:
    """The number of significant digits of ``value``, without trailing zeros."""
    return max(1, len(f"{value:.15g}".replace(".", "").strip("0")))


def _rounded(value: float, digits: int) -> float:
    return round(value, digits - 1 - math.floor(math.log10(value)))

"""Compares numbers, dates and names by their meaning."""

import re
from difflib import SequenceMatcher
from itertools import product
from math import floor, log10

from rag.language.words import fold, is_stop_word, stem, tokens

__all__ = ["dates_conflict", "names_conflict", "number_value", "numbers_conflict"]

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SMALL = {word: float(n) for n, word in enumerate(_ONES)}
_SMALL |= {word: 10.0 * n for n, word in enumerate(_TENS, start=2)} | {"half": 0.5}
_LARGE = {
    "dozen": 12.0, "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12
}  # fmt: skip
_EXACT = 100  # numbers below this are exact; others may be rounded
_NEARLY = 0.8  # the minimum difflib ratio of two spellings of a name: "Hossein", "Hussein"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _said(text: str) -> tuple[float | None, frozenset[str]]:
    """The number in ``text`` and its unit; no number if ``text`` contains two."""
    total, part, seen, unit = 0.0, 0.0, False, set()
    for word, _, _ in tokens(text):
        plain = fold(word).replace(",", "")
        figure = re.fullmatch(r"\d+(?:\.\d+)?", plain)
        if figure or plain in _SMALL:
            value = float(plain) if figure else _SMALL[plain]
            if figure and seen:
                return None, frozenset()
            part, seen = part + value, True
        elif plain.rstrip("s") in _LARGE:
            factor = _LARGE[plain.rstrip("s")]
            part, seen = (part or 1.0) * factor, True
            if factor >= 1e3:
                total, part = total + part, 0.0
        elif not is_stop_word(word):
            unit.add(stem(word))
    unit |= set(re.findall(r"[$€£¥₹%]", text.replace("percent", "%").replace("per cent", "%")))
    return (total + part if seen else None), frozenset(unit - {"percent", "per", "cent"})


def number_value(text: str) -> float | None:
    """The value of the number in ``text``, in digits or words: 4.5e6 for "$4.5 million".

    None if ``text`` contains no number, or two ("from 3 to 5").
    """
    return _said(text)[0]


def numbers_conflict(one: str, other: str) -> bool:
    """Whether two quantities of the same unit differ by more than rounding.

    "2,000" is "1,987" rounded. Below 100, every difference counts. False if the units differ.
    """
    (first, unit), (second, other_unit) = _said(one), _said(other)
    if first is None or second is None or unit ^ other_unit:
        return False
    if min(first, second) < _EXACT:
        return first != second
    digits = min(_digits(first), _digits(second))
    return _rounded(first, digits) != _rounded(second, digits)


def _digits(value: float) -> int:
    """The number of significant digits of ``value``, without trailing zeros."""
    return max(1, len(f"{value:.15g}".replace(".", "").strip("0")))


def _rounded(value: float, digits: int) -> float:
    return round(value, digits - 1 - floor(log10(value)))


def _fields(text: str) -> dict[str, str]:
    """The year, month, day and weekday of the date in ``text``, where stated."""
    found: dict[str, str] = {}
    for word, _, _ in tokens(text):
        plain = fold(word)
        if re.fullmatch(r"[12]\d{3}", plain):
            found.setdefault("year", plain)
        elif re.fullmatch(r"\d{1,2}(?:st|nd|rd|th)?", plain):
            found.setdefault("day", str(int(re.sub(r"\D", "", plain))))
        elif plain.endswith("day") and plain[:3] in _DAYS:
            found.setdefault("weekday", plain)
        elif plain[:3] in _MONTHS:
            found.setdefault("month", plain[:3])
    return found


def dates_conflict(one: str, other: str) -> bool:
    """Whether two dates cannot be the same: they state a different year, month, day or weekday.

    "July 2022" and "6 July" may be the same date, and so may a date and a weekday.
    """
    first, second = _fields(one), _fields(other)
    return any(first[field] != second[field] for field in first.keys() & second.keys())


def names_conflict(one: str, other: str) -> bool:
    """Whether two names share no word, in any spelling, and neither abbreviates the other.

    "Amir-Abdollahian" matches "Amirabdollahian", and "IMF" matches "International Monetary Fund".
    """
    words = product(_name_stems(one), _name_stems(other))
    spelt_alike = any(SequenceMatcher(None, *pair).ratio() >= _NEARLY for pair in words)
    return not (spelt_alike or _abbreviates(one, other) or _abbreviates(other, one))


def _name_stems(name: str) -> set[str]:
    """The stems of the words of ``name``; hyphenated words are both split and joined."""
    words = tokens(f"{name} {re.sub('[-‐‑]', '', name)}")
    return {stem(word) for word, _, _ in words if not is_stop_word(word)}


def _abbreviates(one: str, other: str) -> bool:
    """Whether a word of ``one`` consists of the capitals of ``other``: "U.S.", "United States"."""
    capitals = "".join(letter for letter in other if letter.isupper())
    return len(capitals) > 1 and capitals in re.findall(r"\w+", one.replace(".", ""))

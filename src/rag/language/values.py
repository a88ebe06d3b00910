"""Compares numbers, dates and names by their meaning."""

import re
from difflib import SequenceMatcher
from itertools import product
from math import floor, log10

from rag.language.english import ENGLISH
from rag.language.language import Language
from rag.language.words import fold, is_stop_word, stem, tokens

__all__ = ["dates_conflict", "names_conflict", "number_value", "numbers_conflict"]

_EXACT = 100  # numbers below this are exact; others may be rounded
_NEARLY = 0.8  # the minimum difflib ratio of two spellings of a name: "Hossein", "Hussein"


def _said(text: str, language: Language) -> tuple[float | None, frozenset[str]]:
    """The number in ``text`` and its unit; no number if ``text`` contains two."""
    numbers = language.numbers
    total, part, seen, unit = 0.0, 0.0, False, set()
    for word, _, _ in tokens(text):
        plain = fold(word).replace(",", "")
        figure = re.fullmatch(r"\d+(?:\.\d+)?", plain)
        if figure or plain in numbers.values:
            value = float(plain) if figure else numbers.values[plain]
            if figure and seen:
                return None, frozenset()
            part, seen = part + value, True
        elif plain.rstrip("s") in numbers.factors:
            factor = numbers.factors[plain.rstrip("s")]
            part, seen = (part or 1.0) * factor, True
            if factor >= 1e3:
                total, part = total + part, 0.0
        elif not is_stop_word(word, language=language):
            unit.add(stem(word, language.stemmer))
    for percent in numbers.percent:
        text = text.replace(percent, "%")
        unit -= set(percent.split())
    return (total + part if seen else None), frozenset(unit | set(re.findall("[$€£¥₹%]", text)))


def number_value(text: str, *, language: Language = ENGLISH) -> float | None:
    """The value of the number in ``text``, in digits or words: 4.5e6 for "$4.5 million".

    None if ``text`` contains no number, or two ("from 3 to 5").
    """
    return _said(text, language)[0]


def numbers_conflict(one: str, other: str, *, language: Language = ENGLISH) -> bool:
    """Whether two quantities of the same unit differ by more than rounding.

    "2,000" is "1,987" rounded. Below 100, every difference counts. False if the units differ.
    """
    (first, unit), (second, other_unit) = (_said(text, language) for text in (one, other))
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


def _fields(text: str, language: Language) -> dict[str, str]:
    """The year, month, day and weekday of the date in ``text``, where stated."""
    calendar = language.calendar
    found: dict[str, str] = {}
    for word, _, _ in tokens(text):
        plain = fold(word)
        if re.fullmatch(r"[12]\d{3}", plain):
            found.setdefault("year", plain)
        elif re.fullmatch(r"\d{1,2}(?:st|nd|rd|th)?", plain):
            found.setdefault("day", str(int(re.sub(r"\D", "", plain))))
        elif calendar.weekday.fullmatch(plain):
            found.setdefault("weekday", plain)
        elif plain.startswith(calendar.month_stems):
            found.setdefault("month", str(calendar.month_number(plain)))
    return found


def dates_conflict(one: str, other: str, *, language: Language = ENGLISH) -> bool:
    """Whether two dates cannot be the same: they state a different year, month, day or weekday.

    "July 2022" and "6 July" may be the same date, and so may a date and a weekday.
    """
    first, second = _fields(one, language), _fields(other, language)
    return any(first[field] != second[field] for field in first.keys() & second.keys())


def names_conflict(one: str, other: str, *, language: Language = ENGLISH) -> bool:
    """Whether two names share no word, in any spelling, and neither abbreviates the other.

    "Amir-Abdollahian" matches "Amirabdollahian", and "IMF" matches "International Monetary Fund".
    """
    words = product(_name_stems(one, language), _name_stems(other, language))
    spelt_alike = any(SequenceMatcher(None, *pair).ratio() >= _NEARLY for pair in words)
    return not (spelt_alike or _abbreviates(one, other) or _abbreviates(other, one))


def _name_stems(name: str, language: Language) -> set[str]:
    """The stems of the words of ``name``; hyphenated words are both split and joined."""
    words = tokens(f"{name} {re.sub('[-‐‑]', '', name)}")
    return {
        stem(word, language.stemmer)
        for word, _, _ in words
        if not is_stop_word(word, language=language)
    }


def _abbreviates(one: str, other: str) -> bool:
    """Whether a word of ``one`` consists of the capitals of ``other``: "U.S.", "United States"."""
    capitals = "".join(letter for letter in other if letter.isupper())
    return len(capitals) > 1 and capitals in re.findall(r"\w+", one.replace(".", ""))

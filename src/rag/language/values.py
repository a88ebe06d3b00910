"""Compares dates and names by their meaning."""

import re
from difflib import SequenceMatcher
from itertools import product

from rag.language.english import ENGLISH
from rag.language.language import Language
from rag.language.words import fold, is_stop_word, stem, tokens

__all__ = ["dates_conflict", "names_conflict"]

_NEARLY = 0.8  # minimum difflib ratio of two spellings of one name: "Hossein", "Hussein"


def _fields(text: str, language: Language) -> dict[str, str]:
    """The year, month, day and weekday that the date in ``text`` states."""
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

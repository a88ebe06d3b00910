"""Bounded and approximate numbers, such as "at least 12", and whether two of them agree."""

import math
from dataclasses import dataclass

from rag.language.english import ENGLISH
from rag.language.language import Language
from rag.language.patterns import Numbers, Pattern
from rag.language.values import number_value, numbers_conflict

__all__ = ["Quantity", "differ", "quantity", "with_bound"]

_ABOUT = 0.1  # the tolerance of "about", as a share of the number


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number as written, with its unit; ``bound`` is "least", "most", "about", or empty."""

    words: str
    bound: str = ""


def _bounds(numbers: Numbers) -> tuple[tuple[str, Pattern], ...]:
    return ("most", numbers.at_most), ("least", numbers.at_least), ("about", numbers.about)


def quantity(sentence: str, start: int, end: int, *, language: Language = ENGLISH) -> Quantity:
    """The quantity ``sentence[start:end]``, with the bound stated before it."""
    bounds = _bounds(language.numbers)
    bound = next((bound for bound, words in bounds if words.search(sentence[:start])), "")
    return Quantity(words=sentence[start:end], bound=bound)


def with_bound(sentence: str, start: int, *, language: Language = ENGLISH) -> int:
    """The offset of a bound, such as "at least", before the number at ``start``; else ``start``.

    Such a bound belongs to the quantity; "about" does not and is left out.
    """
    bounds = language.numbers.at_most, language.numbers.at_least
    found = (words.search(sentence[:start]) for words in bounds)
    return next((match.start() for match in found if match), start)


def differ(one: Quantity, other: Quantity, *, language: Language = ENGLISH) -> bool:
    """Whether two quantities of the same unit disagree by more than rounding.

    "At least 12" and "at least 20" disagree. "At least 12" and "15" do not, because both can be
    true.
    """
    if not numbers_conflict(one.words, other.words, language=language):
        return False
    if one.bound == other.bound != "about":
        return True
    (least, most), (other_least, other_most) = _limits(one, language), _limits(other, language)
    return most < other_least or other_most < least


def _limits(one: Quantity, language: Language) -> tuple[float, float]:
    """The smallest and the largest value that a quantity can have."""
    value = number_value(one.words, language=language) or 0.0
    near = _ABOUT * value if one.bound == "about" else 0.0
    least = 0.0 if one.bound == "most" else value - near
    return least, math.inf if one.bound == "least" else value + near

"""Bounded and approximate numbers, such as "at least 12", and whether two of them agree."""

import math
import re
from dataclasses import dataclass

from rag.language.values import number_value, numbers_conflict

__all__ = ["Quantity", "differ", "quantity", "with_bound"]

_ABOUT = 0.1  # the tolerance of "about", as a share of the number
_AFTER = r"\s+(?:an?\s+)?[^\w\s]?$"
_NO = r"(?<!no )(?<!not )"
_LEAST = rf"at least|{_NO}(?:more|greater) than|not? (?:fewer|less) than|over|above|upwards of"
_MOST = rf"at most|{_NO}(?:less|fewer) than|not? more than|up to|under|below|as (?:many|much) as"
_NEAR = r"close to|nearly|almost|about|around|roughly|approximately|some|estimated"
_BOUNDS = tuple(
    (bound, re.compile(rf"\b(?:{words}){_AFTER}", re.IGNORECASE))
    for bound, words in (("most", _MOST), ("least", _LEAST), ("about", _NEAR))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number as written, with its unit; ``bound`` is "least", "most", "about", or empty."""

    words: str
    bound: str = ""

    @property
    def limits(self) -> tuple[float, float]:
        """The smallest and the largest value that it can have."""
        value = number_value(self.words) or 0.0
        near = _ABOUT * value if self.bound == "about" else 0.0
        least = 0.0 if self.bound == "most" else value - near
        return least, math.inf if self.bound == "least" else value + near


def quantity(sentence: str, start: int, end: int) -> Quantity:
    """The quantity ``sentence[start:end]``, with the bound stated before it."""
    before = sentence[:start]
    bound = next((bound for bound, words in _BOUNDS if words.search(before)), "")
    return Quantity(words=sentence[start:end], bound=bound)


def with_bound(sentence: str, start: int) -> int:
    """The offset of a bound, such as "at least", before the number at ``start``; else ``start``.

    Such a bound belongs to the quantity; "about" does not and is left out.
    """
    found = (words.search(sentence[:start]) for bound, words in _BOUNDS if bound != "about")
    return next((match.start() for match in found if match), start)


def differ(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities of the same unit disagree by more than rounding.

    "At least 12" and "at least 20" disagree. "At least 12" and "15" do not, because both can be
    true.
    """
    if not numbers_conflict(one.words, other.words):
        return False
    if one.bound == other.bound != "about":
        return True
    (least, most), (other_least, other_most) = one.limits, other.limits
    return most < other_least or other_most < least

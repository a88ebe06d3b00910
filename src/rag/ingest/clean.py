"""Cleans article text. No other module changes the text, and cleaning never rewords a sentence."""

import re

from rag.language import language_for

__all__ = ["normalise_spaces", "remove_furniture"]

_LINE_SEPARATORS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
# Control characters, zero-width marks and direction overrides are invisible or distort the display.
# Joiners (U+200C, U+200D) stay, because Persian, Hindi and emoji need them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\u202a-\u202e\u2066-\u2069\ufeff]"
)
_TRAILING = re.compile(r"(?<! ) +$", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n{3,}")


def normalise_spaces(text: str) -> str:
    """Replaces white space by plain spaces and newlines, and removes invisible characters."""
    text = _INVISIBLE.sub("", _LINE_SEPARATORS.sub("\n", text))
    return _TRAILING.sub("", _SPACES.sub(" ", text))


def remove_furniture(text: str, *, language: str = "en") -> str:
    """Removes the lines that a site adds around an article: logos, buttons, update times.

    Removes only whole lines of a known form, and a leading "date 2024-05-19". A line that begins in
    such a form but continues differently is kept.
    """
    pages = language_for(language).pages
    text = pages.leading_dates.sub("", pages.furniture.sub("", text))
    return _BLANK_LINES.sub("\n\n", text).strip()

"""An excerpt with editorial marks: an ellipsis for omitted words, brackets for added words."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from rag.check.words import Words, words_of

__all__ = ["Excerpt", "read_excerpt"]

_DOTS = r"(?:…|\.(?:\s?\.){2,})"
_MARK = re.compile(
    rf"\[(?P<letter>[^\W\d_])\](?=\w)|(?P<dots>[\[(]\s*{_DOTS}\s*[\])]|{_DOTS})"
    r"|\[(?P<added>[^\[\]]{0,200})\](?:['’][a-z]{1,2}\b)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """The words of an excerpt without those in brackets.

    ``marks`` maps the number of words before a mark to the words in its brackets; None means an
    ellipsis. ``plain`` has all words, including those in brackets.
    """

    words: Words
    marks: Mapping[int, str | None]
    plain: Words


def read_excerpt(text: str) -> Excerpt:
    """Parses the editorial marks in ``text``."""
    text = unicodedata.normalize("NFC", text)
    kept, length, after = "", 0, 0
    found: list[tuple[int, str | None]] = []
    for mark in _MARK.finditer(text):
        kept += text[after : mark.start()]
        after = mark.end()
        if mark["letter"]:
            kept += mark["letter"]
            continue
        found.append((len(kept), mark["added"]))
        kept += " … " if mark["dots"] else " "
    words = words_of(kept + text[after:])
    marks: dict[int, str | None] = {}
    for length, added in found:
        marks[sum(end <= length for _, end in words.spans)] = added
    return Excerpt(words=words, marks=marks, plain=words_of(text))

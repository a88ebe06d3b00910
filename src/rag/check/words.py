"""Words of quotations for comparison: without typography, with their offsets in the text."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

__all__ = ["Words", "words_of"]

Span = tuple[int, int]

_INVISIBLE = "\u00ad\u200b-\u200d\u2060\ufeff"
_SPACE = "\u00a0\u2007\u2009\u202f "
_APOSTROPHE = "'’‘ʼ′`"
_HYPHEN = "\\-‐‑\u00ad"
_REST = rf"[^\W_]*(?:(?:[{_INVISIBLE}]+|[{_HYPHEN}]\s*\n\s*(?=[a-z])|[{_APOSTROPHE}])[^\W_]+)*"
_WORD = re.compile(
    rf"""[^\W\d_]{_REST}
    |\d{{1,3}}(?:[,{_SPACE}]\d{{3}})+(?!\d)(?:\.\d+)?         # 1,000 and 1 000
    |\d+(?:[.:]\d+)+
    |\d{_REST}
    |(?<![^\W_])[-−–](?=\d)                               # a minus sign
    |[$€£¥₹%]""",
    re.VERBOSE,
)
_DROPPED = re.compile(rf"[{_INVISIBLE},\s{_HYPHEN}]")
_APOSTROPHES = re.compile(rf"[{_APOSTROPHE}]")
_HEAD = re.compile(r"[.!?…:\n“”\"‘«»(\[]|''|``|--|[—–]")


@dataclass(frozen=True, kw_only=True)
class Words:
    """The words of a text in order.

    ``forms`` has the words without soft hyphens, line-end hyphens and thousands separators;
    ``keys`` the same in lower case. ``spans`` has half-open offsets into ``text``.
    """

    text: str
    forms: tuple[str, ...]
    spans: tuple[Span, ...]

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The words in lower case."""
        return tuple(form.casefold() for form in self.forms)

    @cached_property
    def _line(self) -> str:
        return f" {' '.join(self.keys)} "

    def __len__(self) -> int:
        return len(self.forms)

    def places(self, keys: tuple[str, ...]) -> Iterator[int]:
        """Each index at which the run ``keys`` begins."""
        run, place, before = f" {' '.join(keys)} ", 0, 0
        at = self._line.find(run)
        while at >= 0:
            place += self._line.count(" ", before, at)
            yield place
            before, at = at, self._line.find(run, at + 1)

    def opens(self, place: int) -> bool:
        """Whether the word may be capitalised because it opens a sentence or quotation."""
        if place == 0:
            return True
        between = self.text[self.spans[place - 1][1] : self.spans[place][0]]
        return _HEAD.search(between) is not None

    def between(self, first: int, last: int) -> str:
        """The text from the word ``first`` up to, but not including, the word ``last``."""
        return self.text[self.spans[first][0] : self.spans[last - 1][1]] if first < last else ""


@lru_cache(maxsize=512)
def words_of(text: str) -> Words:
    """The words of ``text``."""
    found = [(match.group(), match.span()) for match in _WORD.finditer(text)]
    return Words(
        text=text,
        forms=tuple(_form(word) for word, _ in found),
        spans=tuple(span for _, span in found),
    )


@lru_cache(maxsize=200_000)
def _form(word: str) -> str:
    if word in "-−–":
        return "-"
    plain = unicodedata.normalize("NFKC", word)
    return _APOSTROPHES.sub("'", _DROPPED.sub("", plain)) or plain

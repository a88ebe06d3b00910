"""The overlap of two texts that may be copies or versions, and the keys used to find them."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from rag.index.sketch import band_keys
from rag.language.agreement import series_days
from rag.language.shingles import Shingles, overlap, shingles

__all__ = ["Overlap", "find_overlap", "text_keys"]

_LEAST_WORDS = 20  # a shorter text is a copy only of an identical text
_LEAST_OVERLAP = 0.5
_LEAST_LENGTH = 0.3  # minimum length relative to the longer text; a shorter text is an excerpt
_TEXTS = 128  # texts whose shingles are cached


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """The overlap of a text with another text, whose revision is ``revision``.

    ``share`` is the share of the text's words found in the other one; ``other_share`` is the share
    of the other one's words found in the text. Both are in [0, 1]. ``series_days`` is a bit mask of
    weekdays: if one of them lies between the publication dates, the texts are members of a series;
    None if they are not. Texts that form a series whatever their dates have no overlap.
    """

    revision: str
    share: float
    other_share: float
    series_days: int | None = None

    def reversed(self, revision: str) -> "Overlap":
        """The same overlap seen from the other text; ``revision`` is that of the first text."""
        return Overlap(
            revision=revision,
            share=self.other_share,
            other_share=self.share,
            series_days=self.series_days,
        )


def text_keys(text: str) -> list[int]:
    """The band keys of a text; none if it is short."""
    words = _shingles(text)
    return band_keys(words) if len(words) >= _LEAST_WORDS else []


def find_overlap(text: str, other: str, *, revision: str) -> Overlap | None:
    """The overlap of ``text`` with ``other``, whose revision is ``revision``.

    None if one is an excerpt of the other, if they share little, or if they form a series.
    """
    words, theirs = _shingles(text), _shingles(other)
    if min(len(words), len(theirs)) < _LEAST_LENGTH * max(len(words), len(theirs)):
        return None
    share, other_share = overlap(words, theirs), overlap(theirs, words)
    if max(share, other_share) < _LEAST_OVERLAP:
        return None
    is_part = np.isin(words, theirs).all() or np.isin(theirs, words).all()
    days = None if is_part else series_days(text, other)
    if days == 0:
        return None
    return Overlap(revision=revision, share=share, other_share=other_share, series_days=days)


@lru_cache(maxsize=_TEXTS)
def _shingles(text: str) -> Shingles:
    return shingles(text)

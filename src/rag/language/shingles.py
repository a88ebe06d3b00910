"""Word shingles: what two texts share, however they are cut, re-headlined or lightly edited."""

import zlib
from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rag.language.words import fold, tokens

__all__ = ["Shingles", "overlap", "shingles", "word_pairs"]

Shingles = NDArray[np.uint32]

_WORDS = 3  # of a shingle
_GAP = 3  # words between two shared shingles that an edit explains


def shingles(text: str) -> Shingles:
    """The CRC-32 of each run of three folded words, (words - 2,), in the order of the text.

    Source: Broder, On the resemblance and containment of documents, 1997.
    """
    words = [fold(word) for word, _, _ in tokens(text)]
    runs = zip(*(words[start:] for start in range(_WORDS)), strict=False)
    return np.array([zlib.crc32(" ".join(run).encode()) for run in runs], dtype=np.uint32)


def overlap(one: Shingles, other: Shingles) -> float:
    """The share, in [0, 1], of the words of ``one`` that stand in runs which ``other`` has too.

    Up to three words between two shared runs count as shared: they were edited. Unlike the share
    of shingles, this stays near 1 under light edits, and low where only quotes are shared.
    """
    found = np.flatnonzero(np.isin(one, other))
    if not len(found):
        return 0.0
    steps = np.diff(found)
    bridged = np.where(steps <= _WORDS + _GAP, steps, _WORDS)
    return float((bridged.sum() + _WORDS) / (len(one) + _WORDS - 1))


def word_pairs(texts: Iterable[str]) -> frozenset[tuple[str, str]]:
    """The pairs of neighbouring folded words of each text; none reaches from one to the next."""
    pairs: set[tuple[str, str]] = set()
    for text in texts:
        words = [fold(word) for word, _, _ in tokens(text)]
        pairs.update(pairwise(words))
    return frozenset(pairs)

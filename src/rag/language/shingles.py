"""Word shingles: find what two texts share despite cuts, new headlines or light edits."""

import zlib
from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rag.language.words import fold, tokens

__all__ = ["Shingles", "overlap", "shingles", "word_pairs"]

Shingles = NDArray[np.uint32]

_WORDS = 3  # words per shingle
_GAP = 3  # the maximum words between two shared shingles that count as an edit


def shingles(text: str) -> Shingles:
    """The CRC-32 of each run of three folded words in text order, shape (words - 2,).

    Source: Broder, On the resemblance and containment of documents, 1997.
    """
    words = [fold(word) for word, _, _ in tokens(text)]
    runs = zip(*(words[start:] for start in range(_WORDS)), strict=False)
    return np.array([zlib.crc32(" ".join(run).encode()) for run in runs], dtype=np.uint32)


def overlap(one: Shingles, other: Shingles) -> float:
    """The share of the words of ``one``, in [0, 1], in runs that ``other`` also contains.

    Up to three words between two shared runs count as edited, and so as shared. Unlike the share
    of shingles, this stays near 1 under light edits and low if only quotes are shared.
    """
    found = np.flatnonzero(np.isin(one, other))
    if not len(found):
        return 0.0
    steps = np.diff(found)
    bridged = np.where(steps <= _WORDS + _GAP, steps, _WORDS)
    return float((bridged.sum() + _WORDS) / (len(one) + _WORDS - 1))


def word_pairs(texts: Iterable[str]) -> frozenset[tuple[str, str]]:
    """The pairs of adjacent folded words within each text. No pair spans two texts."""
    pairs: set[tuple[str, str]] = set()
    for text in texts:
        words = [fold(word) for word, _, _ in tokens(text)]
        pairs.update(pairwise(words))
    return frozenset(pairs)

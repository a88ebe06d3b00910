"""Doubt about answers to long questions in large folders.

A large folder has a passage near almost any topic, so the reader finds words of the right kind for
questions that no article answers. A passage that answers a question of many words is also similar
to the question as a whole. In a small folder, and for a short question, similarity tells little.
"""

import math

from rag.read.base import Reading, raised

__all__ = ["doubted"]

_WEIGHT = 1.2  # log odds per content word beyond the first ones, in a large folder
_FIRST = 4  # content words that do not count
_SIMILAR = 0.65  # cosine above which similarity raises the odds
_SMALL, _LARGE = 100, 10_000  # passages; the weight grows from 0 with the logarithm of their number


def doubted(reading: Reading, *, words: int, similarity: float, passages: int) -> Reading:
    """Lowers or raises the odds that any sentence answers; all sentences keep their proportions.

    The numbers were chosen on rtqa22 and on the half of squad2_dev that the reader was trained on.

    Args:
        reading: the reading of all passages.
        words: the number of content words of the question.
        similarity: the cosine of the question with the passage that answers most probably.
        passages: the number of passages searched.
    """
    size = math.log(max(passages, _SMALL) / _SMALL, _LARGE / _SMALL)
    weight = _WEIGHT * min(size, 1.0) * max(words - _FIRST, 0)
    return raised(reading, weight * (similarity - _SIMILAR))

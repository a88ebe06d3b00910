"""Converts a network's start and end logits to scores of sentences and their best spans."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.read.base import SentenceScore, Span
from rag.read.encoding import LONGEST_SPAN, Encoded

__all__ = ["sentence_scores"]

Floats = NDArray[np.float64]


def sentence_scores(
    logits: NDArray[np.floating], pair: Encoded, sentences: Sequence[Span]
) -> list[SentenceScore]:
    """Scores each sentence of a passage: the log of the sum of exp over the spans inside it.

    A span runs from the start of a word to the end of a word within one sentence. Its score is the
    sum of its start and end logits, minus those of the first token, which mean "no answer here".

    Args:
        logits: start and end logits, (tokens, 2).
        pair: the encoded question and passage.
        sentences: character offsets into the passage.
    """
    size = len(pair.opens)
    if not size:
        return [SentenceScore() for _ in sentences]
    inside = logits[pair.first : pair.first + size].astype(np.float64)  # (passage tokens, 2)
    start = np.where(pair.opens, inside[:, 0], -np.inf)
    end = np.where(pair.closes, inside[:, 1], -np.inf)
    none = float(logits[0].astype(np.float64).sum())
    return [_of_sentence(start, end, pair.offsets, span, none) for span in sentences]


def _of_sentence(
    start: Floats, end: Floats, offsets: NDArray[np.int64], sentence: Span, none: float
) -> SentenceScore:
    places = np.flatnonzero((offsets[:, 0] >= sentence[0]) & (offsets[:, 1] <= sentence[1]))
    if not len(places):
        return SentenceScore()
    first, last = int(places[0]), int(places[-1]) + 1
    scores = start[first:last, None] + end[None, first:last] - none  # (starts, ends)
    rows, columns = np.indices(scores.shape)
    scores = np.where((columns >= rows) & (columns < rows + LONGEST_SPAN), scores, -np.inf)
    top = float(scores.max())
    if top == -np.inf:
        return SentenceScore()
    row, column = divmod(int(scores.argmax()), scores.shape[1])
    return SentenceScore(
        score=top + float(np.log(np.exp(scores - top).sum())),
        span=(int(offsets[first + row, 0]), int(offsets[first + column, 1])),
        span_score=top,
    )

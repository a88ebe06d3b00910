"""Late interaction: each word of the question against the words of a sentence."""

from collections.abc import Sequence

import numpy as np

from rag.embed import Embedder, TokenVectors
from rag.language.words import is_stop_word, tokens

__all__ = ["soft_scores"]


def _content(question: str, embedded: TokenVectors) -> list[bool]:
    """Which tokens are of content words; all of them where the question has only stop words."""
    words = [(start, end) for word, start, end in tokens(question) if not is_stop_word(word)]
    marks = [any(s <= start and end <= e for s, e in words) for start, end in embedded.spans]
    return marks if any(marks) else [True] * len(marks)


def soft_scores(
    embedder: Embedder, question: str, sentences: Sequence[str]
) -> list[tuple[float, float, float]]:
    """For each sentence: soft coverage, its least, and the mean over all words of the question.

    Each word of the question counts with its greatest cosine to a word of the sentence.
    Source: Khattab and Zaharia, ColBERT, 2020, https://arxiv.org/abs/2004.12832.
    """
    if not sentences:
        return []
    asked, *read = embedder.embed_tokens([question, *sentences])
    content = np.array(_content(question, asked), dtype=bool)  # (question tokens,)
    scores = []
    for embedded in read:
        if not len(asked.spans) or not len(embedded.spans):
            scores.append((0.0, 0.0, 0.0))
            continue
        best = (asked.vectors @ embedded.vectors.T).max(axis=1)  # (question tokens,)
        kept = best[content]
        scores.append((float(kept.mean()), float(kept.min()), float(best.mean())))
    return scores

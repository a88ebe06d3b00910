"""The fallback: each word of the question against the words of each passage and its sentences.

It marks no words, but reads any language that the embedder reads.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.embed import Embedder, TokenVectors, passage_context
from rag.language.words import is_stop_word, tokens
from rag.read.base import Readable, Reading, SentenceScore, Span, log_sum, normalised

__all__ = ["LateInteractionReader"]

# From a logistic fit on SQuAD 2.0's development set: which sentence answers, and whether any does.
_SENTENCE_FIT = 7.4  # weight of how the sentence fits, brought to [0, 1] over all that were read
_SEARCH = 4.6  # weight of the passage's score
_FIT = (5.9, 3.1, -6.0)  # of all words, of content words, and the intercept


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fit:
    """Of each question token the best cosine with any token read: the means, at most 1."""

    all: float = 0.0
    content: float = 0.0


class LateInteractionReader:
    """Finds sentences by the likeness of their words to the question's.

    Source: Khattab and Zaharia, ColBERT, 2020, https://arxiv.org/abs/2004.12832.
    """

    name = "late interaction"

    def __init__(self, embedder: Embedder, *, titles: bool = True) -> None:
        """Reads with the token vectors of ``embedder``, with ``titles`` in front of passages."""
        self._embedder = embedder
        self._titles = titles

    def reads(self, _: str) -> bool:
        """Any language."""
        return True

    def read(self, question: str, passages: Sequence[Readable]) -> Reading:
        """What the passages say to ``question``; no words are marked."""
        fits = self._fits(question, passages)
        best = max((one for passage in fits for one in passage), key=_all, default=_Fit())
        answered = _FIT[0] * best.all + _FIT[1] * best.content + _FIT[2]
        least = min((one.all for passage in fits for one in passage), default=0.0)
        width = (best.all - least) or 1.0
        weights = [
            [
                _SENTENCE_FIT * (one.all - least) / width + _SEARCH * passage.score
                for one in found
            ]
            for found, passage in zip(fits, passages, strict=True)
        ]  # fmt: skip
        total = log_sum([weight for found in weights for weight in found])
        return normalised(
            [[SentenceScore(score=answered + w - total) for w in found] for found in weights]
        )

    def _fits(self, question: str, passages: Sequence[Readable]) -> list[list[_Fit]]:
        """How each sentence of each passage fits; it is read where it stands in its passage."""
        contexts = [self._context(one.title) for one in passages]
        texts = [context + one.text for context, one in zip(contexts, passages, strict=True)]
        asked, *read = self._embedder.embed_tokens([question, *texts])
        content = _content(question, asked)
        return [
            _passage_fits(asked, found, content, len(context), one.sentences)
            for found, context, one in zip(read, contexts, passages, strict=True)
        ]

    def _context(self, title: str) -> str:
        return passage_context(title, self._embedder) if self._titles else ""


def _all(fit: _Fit) -> float:
    return fit.all


def _content(question: str, embedded: TokenVectors) -> NDArray[np.bool_]:
    """Which tokens are of content words; all of them where the question has only stop words."""
    words = [(start, end) for word, start, end in tokens(question) if not is_stop_word(word)]
    marks = [any(s <= start and end <= e for s, e in words) for start, end in embedded.spans]
    return np.array(marks if any(marks) else [True] * len(marks), dtype=bool)


def _passage_fits(
    asked: TokenVectors,
    read: TokenVectors,
    content: NDArray[np.bool_],
    before: int,
    sentences: Sequence[Span],
) -> list[_Fit]:
    cosines = asked.vectors @ read.vectors.T  # (question tokens, passage tokens)
    starts = np.array([start for start, _ in read.spans], dtype=int)  # (passage tokens,)
    return [
        _fit(cosines[:, (starts >= before + start) & (starts < before + end)], content)
        for start, end in sentences
    ]


def _fit(cosines: NDArray[np.float32], content: NDArray[np.bool_]) -> _Fit:
    if not cosines.size:
        return _Fit()
    best = cosines.max(axis=1)  # (question tokens,)
    return _Fit(content=float(best[content].mean()), all=float(best.mean()))

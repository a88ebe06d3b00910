"""The fallback reader: compares the words of the question with those of each sentence.

It marks no answer words, but supports every language that the embedder supports.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from rag.embed import Embedder, TokenVectors, passage_context
from rag.language.words import is_stop_word, tokens
from rag.read.base import Readable, Reading, SentenceScore, Span, log_sum, normalised

__all__ = ["LateInteractionReader"]

# Logistic regressions on the SQuAD 2.0 development set: which sentence answers, and whether any.
_SENTENCE_FIT = 7.4  # weight of the sentence's fit, scaled to [0, 1] over all sentences read
_SEARCH = 4.6  # weight of the passage's retrieval score
_FIT = (5.9, 3.1, -6.0)  # weights of all words and of content words, and the intercept


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fit:
    """How well a sentence fits: the mean best cosine of the question's tokens, at most 1.

    ``all`` is the mean over all tokens of the question, ``content`` over those of content words.
    """

    all: float = 0.0
    content: float = 0.0


class LateInteractionReader:
    """Finds sentences whose words are similar to those of the question.

    Source: Khattab and Zaharia, ColBERT, 2020, https://arxiv.org/abs/2004.12832.
    """

    name = "late interaction"

    def __init__(self, embedder: Embedder, *, titles: bool = True) -> None:
        """Uses the token vectors of ``embedder``; ``titles`` prepends the title to each passage."""
        self._embedder = embedder
        self._titles = titles

    def reads(self, _: str) -> bool:
        """Returns True for every language."""
        return True

    def read(self, question: str, passages: Sequence[Readable]) -> Reading:
        """Reads the passages for ``question``; marks no words."""
        fits = self._fits(question, passages)
        every = [one for passage in fits for one in passage]
        best = max(every, key=attrgetter("all"), default=_Fit())
        answered = _FIT[0] * best.all + _FIT[1] * best.content + _FIT[2]
        least = min((one.all for one in every), default=0.0)
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
        """Returns the fit of each sentence, embedded in the context of its passage."""
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


def _content(question: str, embedded: TokenVectors) -> NDArray[np.bool_]:
    """Returns a mask of the content tokens; all tokens if the question has only stop words."""
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

"""Late interaction: each word of the question against the words of a passage and its sentences."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.embed import Embedder, TokenVectors
from rag.language.words import is_stop_word, tokens

__all__ = ["PassageFit", "WordFit", "read_passages"]

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordFit:
    """Of each question token the best cosine with any token read: the means, at most 1.

    ``content`` is of content words, ``all`` of all words.
    """

    content: float = 0.0
    all: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageFit:
    """How a passage fits as a whole, with its context, and each of its sentences inside it."""

    whole: WordFit
    sentences: tuple[WordFit, ...]


def read_passages(
    embedder: Embedder, question: str, passages: Sequence[tuple[str, str, Sequence[Span]]]
) -> list[PassageFit]:
    """How well each passage fits the question, word by word.

    A sentence is read where it stands, so that its "he" means what it means there; what lies past
    the model's limit fits nothing.
    Source: Khattab and Zaharia, ColBERT, 2020, https://arxiv.org/abs/2004.12832.

    Args:
        embedder: gives each token in its context.
        question: in words.
        passages: context in front, text, and the sentences' offsets into the text.
    """
    if not passages:
        return []
    texts = [context + text for context, text, _ in passages]
    asked, *read = embedder.embed_tokens([question, *texts])
    content = np.array(_content(question, asked), dtype=bool)  # (question tokens,)
    return [
        _passage_fit(asked, found, content, len(context), spans)
        for found, (context, _, spans) in zip(read, passages, strict=True)
    ]


def _content(question: str, embedded: TokenVectors) -> list[bool]:
    """Which tokens are of content words; all of them where the question has only stop words."""
    words = [(start, end) for word, start, end in tokens(question) if not is_stop_word(word)]
    marks = [any(s <= start and end <= e for s, e in words) for start, end in embedded.spans]
    return marks if any(marks) else [True] * len(marks)


def _passage_fit(
    asked: TokenVectors,
    read: TokenVectors,
    content: NDArray[np.bool_],
    before: int,
    sentences: Sequence[Span],
) -> PassageFit:
    cosines = asked.vectors @ read.vectors.T  # (question tokens, passage tokens)
    starts = np.array([start for start, _ in read.spans], dtype=int)  # (passage tokens,)
    inside = (
        cosines[:, (starts >= before + start) & (starts < before + end)] for start, end in sentences
    )
    return PassageFit(
        whole=_word_fit(cosines, content),
        sentences=tuple(_word_fit(columns, content) for columns in inside),
    )


def _word_fit(cosines: NDArray[np.float32], content: NDArray[np.bool_]) -> WordFit:
    if not cosines.size:
        return WordFit()
    best = cosines.max(axis=1)  # (question tokens,)
    return WordFit(content=float(best[content].mean()), all=float(best.mean()))

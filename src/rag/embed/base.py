"""The protocol that every embedder implements."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Embedder", "TokenVectors", "Vectors", "passage_context"]

Vectors = NDArray[np.float32]

_SHARE = 4  # a title takes up at most a quarter of the embedder's limit


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TokenVectors:
    """The tokens of a text, with their positions and contextual unit vectors.

    ``spans`` are half-open character offsets into the text. ``vectors`` has the shape
    (tokens, dims).
    """

    spans: tuple[tuple[int, int], ...]
    vectors: Vectors


class Embedder(Protocol):
    """Maps texts to unit vectors whose inner product measures their similarity."""

    @property
    def name(self) -> str:
        """The name of the model, for display."""

    @property
    def fingerprint(self) -> str:
        """An identifier that changes whenever the vector of a text could change."""

    @property
    def dims(self) -> int:
        """The number of dimensions of a vector."""

    @property
    def max_tokens(self) -> int:
        """The maximum number of tokens read from a text."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The token count of each text by the model's own tokenizer, without special tokens."""

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of documents, float32, (texts, dims)."""

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of questions, float32, (texts, dims)."""

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """The contextual token vectors of each text, without special tokens."""


def passage_context(title: str, embedder: Embedder) -> str:
    """The title on its own line, which precedes a passage when it is embedded or read.

    Cut to a quarter of the embedder's limit; empty if there is no title. It is never quoted.
    """
    words = title.split()
    while words and embedder.count_tokens([" ".join(words)])[0] > embedder.max_tokens // _SHARE:
        words = words[: len(words) * 3 // 4]
    return f"{' '.join(words)}\n" if words else ""

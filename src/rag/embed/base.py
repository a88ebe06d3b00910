"""The protocol every embedder keeps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Embedder", "TokenVectors", "Vectors"]

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TokenVectors:
    """A text's tokens in their context: where each stands, and its unit vector.

    ``spans`` are half-open character offsets into the text; ``vectors`` is (tokens, dims).
    """

    spans: tuple[tuple[int, int], ...]
    vectors: Vectors


class Embedder(Protocol):
    """Turns texts into unit vectors whose inner product is their likeness."""

    @property
    def name(self) -> str:
        """The name people know it by."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same text could give another vector."""

    @property
    def dims(self) -> int:
        """The length of a vector."""

    @property
    def max_tokens(self) -> int:
        """The most tokens of a text that it reads."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The tokens of each text by its own tokenizer, special tokens left out."""

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of texts to be found, float32, (texts, dims)."""

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of questions, float32, (texts, dims)."""

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """The tokens of each text in their context, special tokens left out."""

"""The protocol every embedder keeps."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Embedder", "Vectors"]

Vectors = NDArray[np.float32]


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

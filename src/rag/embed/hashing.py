"""A deterministic embedder for tests and experiments; its vectors can be computed by hand."""

import hashlib
from collections.abc import Sequence

import numpy as np

from rag.embed.base import TokenVectors, Vectors
from rag.language.words import content_terms, stem, terms, tokens

__all__ = ["HashEmbedder"]


class HashEmbedder:
    """Counts content words in ``dims`` hash buckets and scales the counts to unit length.

    The similarity of two texts increases with the words they share. Loads no model.
    """

    def __init__(self, dims: int = 64, *, max_tokens: int = 256) -> None:
        self.dims = dims
        self.max_tokens = max_tokens
        self.name = f"hash-{dims}"
        self.fingerprint = f"hash-{dims}-{max_tokens}"

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of words in each text."""
        return [len(terms(text)) for text in texts]

    def bucket(self, term: str) -> int:
        """The dimension that counts ``term``."""
        return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest()) % self.dims

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32, (texts, dims); a text without words maps to the first axis."""
        vectors = np.zeros((len(texts), self.dims), dtype=np.float32)
        for row, text in enumerate(texts):
            for term in content_terms(text):
                vectors[row, self.bucket(term)] += 1.0
            if not vectors[row].any():
                vectors[row, 0] = 1.0
        norms: Vectors = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / norms

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """The same vectors as for documents."""
        return self.embed_documents(texts)

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """The words of each text, each with the unit vector of its bucket."""
        found = []
        for text in texts:
            words = tokens(text)
            vectors = np.zeros((len(words), self.dims), dtype=np.float32)
            for row, (word, _, _) in enumerate(words):
                vectors[row, self.bucket(stem(word))] = 1.0
            spans = tuple((start, end) for _, start, end in words)
            found.append(TokenVectors(spans=spans, vectors=vectors))
        return found

"""Embedders, which map texts and questions to unit vectors."""

from rag.embed.base import Embedder, TokenVectors
from rag.embed.context import passage_context
from rag.embed.hashing import HashEmbedder

__all__ = ["Embedder", "HashEmbedder", "TokenVectors", "passage_context"]

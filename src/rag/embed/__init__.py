"""Embedders, which map texts and questions to unit vectors."""

from rag.embed.base import Embedder, TokenVectors, passage_context
from rag.embed.hashing import HashEmbedder
from rag.embed.loading import load_embedder

__all__ = ["Embedder", "HashEmbedder", "TokenVectors", "load_embedder", "passage_context"]

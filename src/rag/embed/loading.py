"""Loads the embedder that the settings name."""

from functools import cache

from rag.embed.base import Embedder
from rag.embed.bundled import BUNDLED

__all__ = ["load_embedder"]


def load_embedder(name: str) -> Embedder:
    """Returns the bundled embedder, or another one from sentence-transformers.

    Raises:
        ModelError: the model does not exist or does not load.
    """
    if name == BUNDLED:
        return _bundled()
    from rag.embed.sentence_transformer import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder(name)


@cache
def _bundled() -> Embedder:
    """Loads one embedder per process, because it takes 100 MB and does not depend on an index."""
    from rag.embed.onnx_embedder import OnnxEmbedder

    return OnnxEmbedder()

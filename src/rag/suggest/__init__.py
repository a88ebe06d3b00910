"""Questions that the articles answer, made from their own sentences and proved by asking them."""

from rag.suggest.choosing import Answering, suggest

__all__ = ["Answering", "suggest"]

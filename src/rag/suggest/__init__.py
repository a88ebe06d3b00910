"""Suggests questions that the articles answer, made from their sentences and checked by asking."""

from rag.suggest.choosing import Answering, suggest

__all__ = ["Answering", "suggest"]

"""Builds the answer: selects sentences, decides whether to abstain, and names the speakers."""

from rag.answer.compose import answer

__all__ = ["answer"]

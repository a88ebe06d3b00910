"""Floor 3, hits → Answer: which sentences answer, whether any does, and who says so."""

from rag.answer.compose import answer

__all__ = ["answer"]

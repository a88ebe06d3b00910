"""Answers in prose by a language model, with each sentence checked before it is shown."""

from rag.prose.rewriting import rewritten
from rag.prose.writer import ProseWriter

__all__ = ["ProseWriter", "rewritten"]

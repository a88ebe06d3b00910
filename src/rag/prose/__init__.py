"""Answers in prose by a language model. Each sentence is checked before it is shown."""

from rag.prose.rewriting import rewritten
from rag.prose.writer import ProseWriter

__all__ = ["ProseWriter", "rewritten"]

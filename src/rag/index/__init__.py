"""Floor 2: where articles, passages and vectors live, and how they are found again."""

from rag.index.store import Index, Snapshot

__all__ = ["Index", "Snapshot"]

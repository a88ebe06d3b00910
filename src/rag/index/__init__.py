"""Floor 2: where articles, passages and vectors live, and how they are found again."""

from rag.index.snapshot import Snapshot
from rag.index.store import Index

__all__ = ["Index", "Snapshot"]

"""The index: stores articles, passages and vectors, and searches them."""

from rag.index.federated import FederatedView
from rag.index.snapshot import Snapshot
from rag.index.store import Index
from rag.index.view import View

__all__ = ["FederatedView", "Index", "Snapshot", "View"]

"""Retrieval: query rewriting, search, score fusion, dates, near-duplicates, and reranking."""

from rag.retrieve.near_duplicates import related
from rag.retrieve.query_rewriting.followup import standalone
from rag.retrieve.rerank import Reranker
from rag.retrieve.search import gather

__all__ = ["Reranker", "gather", "related", "standalone"]

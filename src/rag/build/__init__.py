"""The indexing pipeline: reads files, splits and embeds articles, and commits them in batches."""

from rag.build.update import index_articles, index_paths

__all__ = ["index_articles", "index_paths"]

"""The context that precedes a passage when it is embedded or read. It is never quoted."""

from rag.embed.base import Embedder

__all__ = ["passage_context"]

_SHARE = 4  # a title takes up at most a quarter of the embedder's limit


def passage_context(title: str, embedder: Embedder) -> str:
    """The title on its own line, cut to a quarter of the embedder's limit; empty if no title."""
    words = title.split()
    while words and embedder.count_tokens([" ".join(words)])[0] > embedder.max_tokens // _SHARE:
        words = words[: len(words) * 3 // 4]
    return f"{' '.join(words)}\n" if words else ""

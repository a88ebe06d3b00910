"""What stands in front of a passage when it is embedded or read, and is never quoted."""

from rag.embed.base import Embedder

__all__ = ["passage_context"]

_SHARE = 4  # a title may fill at most this part of the embedder's limit


def passage_context(title: str, embedder: Embedder) -> str:
    """The title in a line of its own, cut to its part of the embedder's limit; empty without."""
    words = title.split()
    while words and embedder.count_tokens([" ".join(words)])[0] > embedder.max_tokens // _SHARE:
        words = words[: len(words) * 3 // 4]
    return f"{' '.join(words)}\n" if words else ""

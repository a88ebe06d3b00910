"""A cache of the token vectors of recently read texts."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.embed.base import TokenVectors, Vectors

__all__ = ["RecentTokens", "units"]

_Half = tuple[tuple[tuple[int, int], ...], NDArray[np.float16]]


class RecentTokens:
    """A thread-safe LRU cache of token vectors, stored as float16.

    Vectors are always rounded to 16 bits, whether they come from the cache or not. A model's
    vectors for a text vary slightly with the other texts in the batch (by about 0.001 with bfloat16
    products), so the order of questions can affect near-ties.
    """

    def __init__(self, most: int) -> None:
        """Limits the cache to ``most`` tokens in total."""
        self._most = most
        self._kept: OrderedDict[str, _Half] = OrderedDict()
        self._tokens = 0
        self._lock = threading.Lock()

    def get(
        self, texts: Sequence[str], read: Callable[[Sequence[str]], Sequence[TokenVectors]]
    ) -> list[TokenVectors]:
        """The token vectors of each text. ``read`` is called once, for the uncached texts."""
        with self._lock:
            found = {text: self._kept[text] for text in texts if text in self._kept}
            for text in found:
                self._kept.move_to_end(text)
        missing = list(dict.fromkeys(text for text in texts if text not in found))
        if missing:
            found |= self.keep(dict(zip(missing, read(missing), strict=True)))
        pairs = (found[text] for text in texts)
        return [TokenVectors(spans=spans, vectors=units(halves)) for spans, halves in pairs]

    def keep(self, read: Mapping[str, TokenVectors]) -> dict[str, _Half]:
        """Adds token vectors to the cache and returns them as stored."""
        new = {
            text: (tokens.spans, tokens.vectors.astype(np.float16)) for text, tokens in read.items()
        }
        with self._lock:
            for text, half in new.items():
                known = self._kept.pop(text, None)
                self._tokens += len(half[0]) - (len(known[0]) if known else 0)
                self._kept[text] = half
            while self._tokens > self._most:
                _, gone = self._kept.popitem(last=False)
                self._tokens -= len(gone[0])
        return new


def units(vectors: NDArray[np.floating[Any]]) -> Vectors:
    """Scales each row of ``vectors`` to length 1; float32."""
    found: Vectors = vectors.astype(np.float32)
    found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
    return found

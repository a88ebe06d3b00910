"""Tests the cache of token vectors: equal values, one computation per text, bounded size."""

from collections.abc import Sequence

import numpy as np
import pytest

import rag
from rag.embed import TokenVectors
from rag.embed.recent import RecentTokens

EMBEDDER = rag.HashEmbedder(dims=64)


class Reader:
    """Reads texts with the fake embedder and records them."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def __call__(self, texts: Sequence[str]) -> list[TokenVectors]:
        self.read += texts
        return EMBEDDER.embed_tokens(texts)


def test_a_text_is_read_once_and_comes_back_the_same() -> None:
    recent, reader = RecentTokens(100), Reader()
    first = recent.get(["ferry pier", "harbour"], reader)
    again = recent.get(["harbour", "ferry pier", "harbour"], reader)
    assert reader.read == ["ferry pier", "harbour"]
    for one, other in zip((first[1], first[0], first[1]), again, strict=True):
        assert one.spans == other.spans
        assert np.array_equal(one.vectors, other.vectors)
    (plain,) = EMBEDDER.embed_tokens(["ferry pier"])
    assert first[0].spans == plain.spans
    assert first[0].vectors == pytest.approx(plain.vectors, abs=1e-3)
    assert first[0].vectors.dtype == np.float32


def test_a_text_given_twice_is_read_once() -> None:
    reader = Reader()
    one, other = RecentTokens(100).get(["pier", "pier"], reader)
    assert reader.read == ["pier"]
    assert np.array_equal(one.vectors, other.vectors)


def test_the_texts_used_longest_ago_go_first() -> None:
    recent, reader = RecentTokens(4), Reader()
    recent.get(["a b", "c d"], reader)
    recent.get(["a b"], reader)
    recent.get(["e"], reader)  # five tokens: "c d" is evicted
    reader.read.clear()
    recent.get(["a b", "e"], reader)
    assert reader.read == []
    recent.get(["c d"], reader)
    assert reader.read == ["c d"]


def test_a_text_longer_than_all_that_is_kept_is_still_read() -> None:
    recent, reader = RecentTokens(2), Reader()
    (found,) = recent.get(["one two three"], reader)
    assert len(found.spans) == 3
    assert recent.get([], reader) == []

"""Tests token counts and budgets: the published encoding, and exact truncation."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiktoken_ext import openai_public

from rag import tokens
from rag.errors import ModelError, UsageError
from rag.tokens import count_tokens, cut_to_tokens, load_encoding
from rag.tokens.encoding import PATTERN, RANKS

ARTICLES = sorted((Path(__file__).parents[1] / "corpus").glob("*.txt"))

# Texts whose prefixes are tokenized differently: contractions, runs of white space,
# letters of several scripts, and characters of several code points or tokens.
WORDS = ["Azerbaijan", "don't", "HELLO", "ing", "12345", "中国", "中Ab", "é", "Ж", "👍🏽"]
MARKS = [" ", "  ", "\n", "\t", "\u00a0", "...", "//", "'s", "=", "<|endoftext|>"]
texts = st.lists(st.sampled_from(WORDS + MARKS) | st.text(max_size=6), max_size=12).map("".join)


def longest_prefix(text: str, budget: int) -> str:
    """The definition of truncation: tries every prefix."""
    fitting = (end for end in range(len(text) + 1) if count_tokens(text[:end]) <= budget)
    return text[: max(fitting)]


def test_public_names() -> None:
    assert tokens.__all__ == ["count_tokens", "cut_to_ends", "cut_to_tokens", "load_encoding"]


def test_vocabulary_is_the_published_one() -> None:
    encoding = load_encoding()
    assert encoding.name == "o200k_base"
    assert encoding.n_vocab == 200_019  # OpenAI's figure for o200k_base
    assert encoding.encode_single_token("<|endoftext|>") == 199_999
    assert [encoding.decode_single_token_bytes(rank) for rank in range(3)] == [b"!", b'"', b"#"]


def test_known_tokens() -> None:
    # The cookbook's example for tiktoken: six tokens in o200k_base, the first of them "t".
    encoded = load_encoding().encode_ordinary("tiktoken is great!")
    assert encoded == [83, 8251, 2488, 382, 2212, 0]
    assert count_tokens("tiktoken is great!") == len(encoded)


def test_split_pattern_is_tiktokens_own() -> None:
    constants = openai_public.o200k_base.__code__.co_consts
    assert PATTERN in ["|".join(parts) for parts in constants if isinstance(parts, tuple)]


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_articles_round_trip(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    encoding = load_encoding()
    assert encoding.decode(encoding.encode_ordinary(text)) == text


def test_all_articles_are_read() -> None:
    assert len(ARTICLES) == 5


def test_empty_text_takes_no_tokens() -> None:
    assert count_tokens("") == 0
    assert cut_to_tokens("", 0) == ""


def test_names_of_special_tokens_are_plain_text() -> None:
    assert count_tokens("<|endoftext|>") > 1
    assert cut_to_tokens("<|endoftext|>", 1) == "<"


@given(texts)
def test_encoding_round_trips(text: str) -> None:
    encoding = load_encoding()
    assert encoding.decode(encoding.encode_ordinary(text)) == text


@given(texts, st.integers(min_value=0, max_value=40))
def test_cut_is_the_longest_prefix_that_fits(text: str, budget: int) -> None:
    assert cut_to_tokens(text, budget) == longest_prefix(text, budget)


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("budget", [0, 1, 17, 250, 100_000])
def test_cut_of_an_article_fits_and_could_not_be_longer(path: Path, budget: int) -> None:
    text = path.read_text(encoding="utf-8")
    cut = cut_to_tokens(text, budget)
    assert text.startswith(cut)
    assert count_tokens(cut) <= budget
    longer = range(len(cut) + 1, len(text) + 1)[:200]
    assert all(count_tokens(text[:end]) > budget for end in longer)


def test_cut_looks_past_a_prefix_that_takes_more() -> None:
    assert count_tokens(" Azerbai") > 2 > count_tokens(" Azerbaijan")
    assert cut_to_tokens(" Azerbaijan closed", 1) == " Azerbaijan"


def test_cut_ends_on_a_whole_character() -> None:
    rare = "\U00013000"  # an Egyptian hieroglyph: four bytes, in more than one token
    assert count_tokens(rare) > 1
    assert cut_to_tokens(rare + rare, count_tokens(rare)) == rare
    assert cut_to_tokens(rare, 1) == ""


def test_negative_budget_is_refused() -> None:
    with pytest.raises(UsageError, match="tokens is -1"):
        cut_to_tokens("text", -1)


def test_encoding_is_built_once() -> None:
    assert load_encoding() is load_encoding()


def test_altered_file_is_refused(tmp_path: Path) -> None:
    altered = tmp_path / "o200k_base.tiktoken"
    content = bytearray(RANKS.read_bytes())
    content[-2] ^= 1  # changes the last digit of the last rank
    altered.write_bytes(content)
    with pytest.raises(ModelError, match="is altered") as refusal:
        load_encoding(altered)
    assert str(altered) in str(refusal.value)
    assert "reinstall Byline" in str(refusal.value)


def test_missing_file_is_refused(tmp_path: Path) -> None:
    missing = tmp_path / "o200k_base.tiktoken"
    with pytest.raises(ModelError, match="cannot be read") as refusal:
        load_encoding(missing)
    assert str(missing) in str(refusal.value)
    assert "reinstall Byline" in str(refusal.value)


def test_a_million_spaces_are_counted() -> None:
    assert count_tokens(" " * 1_000_000) > 0

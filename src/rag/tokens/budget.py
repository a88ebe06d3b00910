"""Counts the tokens of a text and cuts a text to a token budget."""

import re
from collections.abc import Sequence

from rag.errors import UsageError
from rag.tokens.encoding import load_encoding

__all__ = ["count_tokens", "cut_to_ends", "cut_to_tokens"]

# A new token always starts between a visible character and a space.
_SEAM = re.compile(r"(?<=\S) ")
_LONGEST_TOKEN = 128  # characters
_PIECE = 100_000  # characters


def count_tokens(text: str) -> int:
    """The number of tokens in ``text``. Special tokens are counted as plain text.

    A text of over 100,000 characters is counted in pieces, because tiktoken fails on very long runs
    of one character. Each cut can add a token.
    """
    encoding = load_encoding()
    pieces = range(0, len(text), _PIECE)
    return sum(len(encoding.encode_ordinary(text[start : start + _PIECE])) for start in pieces)


def cut_to_tokens(text: str, tokens: int) -> str:
    """The longest prefix of ``text`` with at most ``tokens`` tokens.

    It ends on a complete character even if a token does not. A longer text may have fewer tokens
    (" Azerbai" has three, " Azerbaijan" one), so prefixes are tried from the end of the word where
    the budget runs out. In a run without spaces, they are tried from at most 128 characters after
    that point.

    Raises:
        UsageError: ``tokens`` is negative.
    """
    if tokens < 0:
        raise UsageError(f"tokens is {tokens}; give a budget of 0 or more")
    encoding = load_encoding()
    encoded = encoding.encode_ordinary(text)
    if len(encoded) <= tokens:
        return text
    _, starts = encoding.decode_with_offsets(encoded)
    near, far = _last_word(text, starts[tokens])
    left = tokens - count_tokens(text[:near])
    ends = range(far, near, -1)
    return text[: next((end for end in ends if count_tokens(text[near:end]) <= left), near)]


def cut_to_ends(text: str, ends: Sequence[int], tokens: int) -> str:
    """``text`` up to the last of the sorted offsets ``ends`` that fits into ``tokens`` tokens.

    Raises:
        UsageError: not even the first one fits; the message states how many tokens it needs.
    """
    room = len(cut_to_tokens(text, tokens))
    if ends[0] > room:
        raise UsageError(
            f"tokens is {tokens}, too few for one sentence with its source; give at least"
            f" {count_tokens(text[: ends[0]])}"
        )
    return text[: max(end for end in ends if end <= room)]


def _last_word(text: str, end: int) -> tuple[int, int]:
    """The certain token boundaries around ``end``; the first may be ``end`` itself."""
    near = 0
    far = min(len(text), end + _LONGEST_TOKEN)
    for seam in _SEAM.finditer(text):
        if seam.start() > end:
            far = min(far, seam.start())
            break
        near = seam.start()
    return near, far

"""How many tokens a text takes, and as much of a text as a budget of tokens holds."""

import re
from collections.abc import Sequence

from rag.errors import UsageError
from rag.tokens.encoding import load_encoding

__all__ = ["count_tokens", "cut_to_ends", "cut_to_tokens"]

# Between a visible character and a space a new token always starts, whatever follows.
_SEAM = re.compile(r"(?<=\S) ")
_LONGEST_TOKEN = 128  # characters
_PIECE = 100_000  # characters


def count_tokens(text: str) -> int:
    """How many tokens ``text`` takes; what reads like a special token counts as plain text.

    A text of over 100,000 characters is counted in pieces, since tiktoken fails on very long runs
    of one character; each seam can add a token.
    """
    encoding = load_encoding()
    pieces = range(0, len(text), _PIECE)
    return sum(len(encoding.encode_ordinary(text[start : start + _PIECE])) for start in pieces)


def cut_to_tokens(text: str, tokens: int) -> str:
    """The longest prefix of ``text`` that takes at most ``tokens`` tokens.

    It ends on a whole character even where a token does not. A longer text may take fewer tokens
    (" Azerbai" takes three, " Azerbaijan" one), so prefixes are tried from the far end of the word
    in which the budget runs out; in a run without spaces, from at most 128 characters further on.

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
    """``text`` up to the last of ``ends``, offsets in order, that takes at most ``tokens`` tokens.

    Raises:
        UsageError: not even the first does; it says how many that takes.
    """
    room = len(cut_to_tokens(text, tokens))
    if ends[0] > room:
        raise UsageError(
            f"tokens is {tokens}, too few for one sentence with its source; give at least"
            f" {count_tokens(text[: ends[0]])}"
        )
    return text[: max(end for end in ends if end <= room)]


def _last_word(text: str, end: int) -> tuple[int, int]:
    """The seams on both sides of ``end``, which may itself be the first of them."""
    near = 0
    far = min(len(text), end + _LONGEST_TOKEN)
    for seam in _SEAM.finditer(text):
        if seam.start() > end:
            far = min(far, seam.start())
            break
        near = seam.start()
    return near, far

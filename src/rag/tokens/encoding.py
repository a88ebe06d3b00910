"""The o200k_base encoding, built from the file next to this module. Downloads nothing.

Source: tiktoken's ``tiktoken_ext/openai_public.py``, whose own loader downloads the file into a
cache folder. NOTICE.md states the file's origin.
"""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import ModelError

if TYPE_CHECKING:
    import tiktoken

__all__ = ["RANKS", "load_encoding"]

RANKS = Path(__file__).with_name("o200k_base.tiktoken")
SHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
_REMEDY = "reinstall Byline to restore it"
SPECIAL_TOKENS = {"<|endoftext|>": 199999, "<|endofprompt|>": 200018}

# The alternatives are tried in this order: words with an optional contraction (two patterns, by the
# position of capitals), up to three digits, punctuation, line ends, and white space, whose last
# character is left to the next word.
_CONTRACTION = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
_UPPER, _LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
PATTERN = "|".join(
    [
        rf"[^\r\n\p{{L}}\p{{N}}]?{_UPPER}*{_LOWER}+{_CONTRACTION}",
        rf"[^\r\n\p{{L}}\p{{N}}]?{_UPPER}+{_LOWER}*{_CONTRACTION}",
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    ]
)


@cache
def load_encoding(path: Path = RANKS) -> "tiktoken.Encoding":
    """The encoding with the ranks in ``path``, built on the first call and cached.

    Raises:
        ModelError: the file is missing or differs from the published one.
    """
    import tiktoken

    return tiktoken.Encoding(
        "o200k_base",
        pat_str=PATTERN,
        mergeable_ranks=_read_ranks(path),
        special_tokens=SPECIAL_TOKENS,
    )


def _read_ranks(path: Path) -> dict[bytes, int]:
    """The rank of every token. Each line of the file has a token in base64 and its rank."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path} cannot be read ({error.strerror}); {_REMEDY}") from error
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256:
        raise ModelError(f"{path} is altered (SHA-256 {found}, not {SHA256}); {_REMEDY}")
    pairs = (line.split() for line in content.splitlines())
    return {base64.b64decode(token): int(rank) for token, rank in pairs}

"""The o200k_base encoding, built from the file beside this module: nothing is downloaded.

Source: tiktoken's ``tiktoken_ext/openai_public.py``, whose own loader fetches the file and keeps
it in a folder named by the environment. NOTICE.md tells where the file comes from.
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
_REMEDY = "install Byline again to restore it"
SPECIAL_TOKENS = {"<|endoftext|>": 199999, "<|endofprompt|>": 200018}

# The alternatives are tried in this order: words, with a contraction (two, by where capitals
# stand), up to three digits, punctuation, line ends, and white space, of which the last character
# is left to the word that follows.
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
    """The encoding whose ranks are in ``path``; built on the first call, the same object after.

    Raises:
        ModelError: the file is missing, or is not the published one byte for byte.
    """
    import tiktoken

    return tiktoken.Encoding(
        "o200k_base",
        pat_str=PATTERN,
        mergeable_ranks=_read_ranks(path),
        special_tokens=SPECIAL_TOKENS,
    )


def _read_ranks(path: Path) -> dict[bytes, int]:
    """The rank of every token, from lines of a token in base64, a space and its rank."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path} cannot be read ({error.strerror}); {_REMEDY}") from error
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256:
        raise ModelError(f"{path} is altered (SHA-256 {found}, not {SHA256}); {_REMEDY}")
    pairs = (line.split() for line in content.splitlines())
    return {base64.b64decode(token): int(rank) for token, rank in pairs}

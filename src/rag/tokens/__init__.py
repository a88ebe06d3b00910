"""Token counts and budgets in the o200k_base encoding, which ships with the package."""

from rag.tokens.budget import count_tokens, cut_to_ends, cut_to_tokens
from rag.tokens.encoding import load_encoding

__all__ = ["count_tokens", "cut_to_ends", "cut_to_tokens", "load_encoding"]

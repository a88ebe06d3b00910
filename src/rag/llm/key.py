"""The API key of a model server. It is not a setting, so that no list of settings shows it."""

import os
from collections.abc import Mapping
from pathlib import Path

from rag.errors import ConfigError

__all__ = ["read_key"]

_OTHERS = 0o077  # permissions of the group and of others


def read_key(environ: Mapping[str, str], file: str = "") -> str:
    """The key in ``BYLINE_LLM_API_KEY``, or else in ``file``; "" if there is none.

    Raises:
        ConfigError: the file cannot be read, other users can read it, or the key is invalid.
    """
    if key := environ.get("BYLINE_LLM_API_KEY", "").strip():
        return _one(key, "BYLINE_LLM_API_KEY")
    return _in_file(Path(file)) if file else ""


def _in_file(path: Path) -> str:
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        cause = getattr(error, "strerror", None) or "not UTF-8"
        raise ConfigError(f"llm_api_key_file {path} cannot be read ({cause})") from None
    if os.name != "nt" and mode & _OTHERS:
        raise ConfigError(
            f"llm_api_key_file {path} has the permissions {mode & 0o777:o}, so that others may read"
            f" the key; run: chmod 600 {path}"
        )
    return _one(text.strip(), f"llm_api_key_file {path}")


def _one(key: str, place: str) -> str:
    if not key or len(key.split()) > 1 or not key.isascii():
        raise ConfigError(f"{place} does not contain one key; put it on a single line")
    return key

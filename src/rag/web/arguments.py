"""Validates the arguments of API calls; Gradio accepts any JSON, whatever the annotations."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import rag

__all__ = ["read_count", "read_filter", "read_text", "read_turns"]

MOST = 100  # passages per search
LONGEST = 100  # turns in a history, or values of one filter

_ROLES = {"user": "user", "agent": "agent", "assistant": "agent"}


def read_text(name: str, value: Any) -> str:
    """``value`` as a string.

    Raises:
        UsageError: it is not a string; the message gives ``name``.
    """
    if not isinstance(value, str):
        raise rag.UsageError(f"{name} is {_shown(value)}; give a string")
    return value


def read_count(name: str, value: Any) -> int:
    """``value`` as a whole number from 1 to ``MOST``; raises as ``read_text`` does."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST:
        raise rag.UsageError(f"{name} is {_shown(value)}; give a whole number from 1 to {MOST}")
    return value


def read_turns(value: Any) -> list[rag.Turn]:
    """The turns before a question; None means none. Raises as ``read_text`` does."""
    turns = [] if value is None else value
    if not isinstance(turns, list) or len(turns) > LONGEST or not all(map(_is_turn, turns)):
        raise rag.UsageError(
            f"history is {_shown(value)}; give at most {LONGEST} turns of the form"
            ' {"role": "user" or "agent", "text": …}'
        )
    return [rag.Turn(role=_ROLES[turn["role"]], text=turn["text"]) for turn in turns]


def read_filter(
    *, outlets: Any, authors: Any, since: Any, until: Any, articles: Any, undated: Any
) -> rag.Filter:
    """The filter that the arguments describe; raises as ``read_text`` does."""
    if not isinstance(undated, bool):
        raise rag.UsageError(f"undated is {_shown(undated)}; give true or false")
    return rag.Filter(
        outlets=_texts("outlets", outlets),
        authors=_texts("authors", authors),
        since=_day("since", since),
        until=_day("until", until),
        articles=_texts("articles", articles),
        undated=undated,
    )


def _texts(name: str, value: Any) -> tuple[str, ...]:
    texts = [] if value is None else value
    mine = isinstance(texts, list) and all(isinstance(text, str) for text in texts)
    if not mine or len(texts) > LONGEST:
        raise rag.UsageError(f"{name} is {_shown(value)}; give a list of at most {LONGEST} strings")
    return tuple(texts)


def _day(name: str, value: Any) -> date | None:
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise rag.UsageError(
            f"{name} is {_shown(value)}; give a date as YYYY-MM-DD, or leave it out"
        ) from None


def _is_turn(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and value.get("role") in tuple(_ROLES)
        and isinstance(value.get("text"), str)
    )


def _shown(value: Any) -> str:
    """A value as an error message shows it: at most 80 characters."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:79]}…"

"""Validates the arguments of API calls; Gradio accepts any JSON, whatever the annotations."""

from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, InstanceOf, TypeAdapter, ValidationError
from typing_extensions import TypedDict

import rag

__all__ = ["read_count", "read_filter", "read_long_text", "read_text", "read_turns"]

MOST = 100  # maximum passages per search
LONGEST = 100  # maximum turns in a history, or values of one filter
LONGEST_TEXT = 20_000  # maximum characters of an excerpt or a draft; checking them takes seconds

Text = InstanceOf[str]  # unlike str, may contain lone surrogates, which the query check reports
Result = TypeVar("Result")


class _Turn(TypedDict):
    role: Literal["user", "agent", "assistant"]
    text: Text


_TEXT = TypeAdapter(Text)
_TEXTS = TypeAdapter(Annotated[list[Text], Field(max_length=LONGEST)])
_COUNT = TypeAdapter(Annotated[int, Field(ge=1, le=MOST)])
_TURNS = TypeAdapter(Annotated[list[_Turn], Field(max_length=LONGEST)])
_SWITCH = TypeAdapter(bool)


def read_text(name: str, value: Any) -> str:
    """``value`` as a string.

    Raises:
        UsageError: it is not a string; the message gives ``name``.
    """
    return _read(_TEXT, name, value, "give a string")


def read_long_text(name: str, value: Any) -> str:
    """``value`` as a string, at most ``LONGEST_TEXT`` long; raises as ``read_text`` does."""
    text = read_text(name, value)
    if len(text) > LONGEST_TEXT:
        raise rag.UsageError(
            f"{name} has {len(text):,} characters, but only {LONGEST_TEXT:,} are read at once;"
            " give it in parts"
        )
    return text


def read_count(name: str, value: Any) -> int:
    """``value`` as a whole number from 1 to ``MOST``; raises as ``read_text`` does."""
    return _read(_COUNT, name, value, f"give a whole number from 1 to {MOST}")


def read_turns(value: Any) -> list[rag.Turn]:
    """The turns before a question; None means none. Raises as ``read_text`` does."""
    form = '{"role": "user" or "agent", "text": …}'
    remedy = f"give at most {LONGEST} turns of the form {form}"
    turns = [] if value is None else _read(_TURNS, "history", value, remedy)
    return [
        rag.Turn(role="user" if turn["role"] == "user" else "agent", text=turn["text"])
        for turn in turns
    ]


def read_filter(  # noqa: PLR0917 - in the order of the endpoints
    outlets: Any, authors: Any, since: Any, until: Any, articles: Any, undated: Any
) -> rag.Filter:
    """The filter that the arguments describe; raises as ``read_text`` does."""
    return rag.Filter(
        undated=_read(_SWITCH, "undated", undated, "give true or false"),
        outlets=_texts("outlets", outlets),
        authors=_texts("authors", authors),
        since=_day("since", since),
        until=_day("until", until),
        articles=_texts("articles", articles),
    )


def _texts(name: str, value: Any) -> tuple[str, ...]:
    remedy = f"give a list of at most {LONGEST} strings"
    texts: list[str] = [] if value is None else _read(_TEXTS, name, value, remedy)
    return tuple(texts)


def _day(name: str, value: Any) -> date | None:
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        remedy = "give a date as YYYY-MM-DD, or leave it out"
        raise rag.UsageError(f"{name} is {_shown(value)}; {remedy}") from None


def _read(kind: TypeAdapter[Result], name: str, value: Any, remedy: str) -> Result:
    try:
        return kind.validate_python(value, strict=True)
    except ValidationError:
        raise rag.UsageError(f"{name} is {_shown(value)}; {remedy}") from None


def _shown(value: Any) -> str:
    """A value as shown in an error message: at most 80 characters."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:79]}…"

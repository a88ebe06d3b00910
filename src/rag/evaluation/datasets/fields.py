"""Reads and validates the fields of a row; an invalid field raises ``FieldError``."""

from datetime import date, datetime

import rag
from rag.evaluation.lines import FieldError, Row

BLANK_LINE = "\n\n"
UNASKABLE = "question that cannot be asked"


def text(row: Row, key: str) -> str:
    """Returns a text field that must not be blank."""
    value = _checked(key, row.get(key))
    if not value.strip():
        raise FieldError(f"{key} is empty; give it text", kind=f"empty {key}")
    return value


def question(row: Row, key: str, *, config: rag.Config) -> str:
    """Returns a text field that must be a valid question."""
    asked = text(row, key)
    try:
        rag.check_question(asked, config=config)
    except rag.UsageError as error:
        raise FieldError(f"{key} cannot be asked: {error}", kind=UNASKABLE) from error
    return asked


def optional_text(row: Row, key: str) -> str | None:
    """Returns a text field, or None if it is missing, null or empty."""
    value = row.get(key)
    return (_checked(key, value) or None) if value is not None else None


def texts(row: Row, key: str) -> tuple[str, ...]:
    """Returns a list of strings in order, without duplicates; empty if missing or null."""
    values = _list(row, key)
    return tuple(dict.fromkeys(_checked(key, value) for value in values))


def objects(row: Row, key: str) -> tuple[Row, ...]:
    """Returns a list of objects; empty if missing or null."""
    values = _list(row, key)
    wrong = next((value for value in values if not isinstance(value, dict)), None)
    if wrong is not None:
        raise FieldError(f"{key} contains {wrong!r}, not an object; write {{...}}")
    return tuple(value for value in values if isinstance(value, dict))


def optional_date(row: Row, key: str) -> date | None:
    """Returns the date of an ISO date or datetime; None if missing, null or empty."""
    value = optional_text(row, key)
    if value is None:
        return None
    try:
        return datetime.fromisoformat(value).date()
    except ValueError:
        raise FieldError(f"{key} {value!r} is not an ISO date; write 2022-06-16 or null") from None


def answerable(row: Row, *, answered: bool) -> bool | None:
    """Returns ``answerable``: true, false, or None for unknown.

    If the field is missing, a question with accepted answers (``answered``) counts as answerable.
    """
    if "answerable" not in row:
        return True if answered else None
    value = row["answerable"]
    if value is None or isinstance(value, bool):
        return value
    raise FieldError(f"answerable is {value!r}; write true, false or null")


def body(row: Row) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Returns the canonical text, verbatim, and the half-open offsets of its paragraphs.

    ``text`` is a single paragraph; ``paragraphs`` are joined by blank lines.
    """
    if row.get("paragraphs") is None:
        whole = text(row, "text")
        return whole, ((0, len(whole)),)
    paragraphs = [_checked("paragraphs", value) for value in _list(row, "paragraphs")]
    whole = BLANK_LINE.join(paragraphs)
    if not whole.strip():
        raise FieldError("paragraphs are empty; give them text")
    spans = []
    start = 0
    for paragraph in paragraphs:
        spans.append((start, start + len(paragraph)))
        start += len(paragraph) + len(BLANK_LINE)
    return whole, tuple(spans)


def history(row: Row) -> tuple[rag.Turn, ...]:
    """Returns the turns before the question.

    The field contains ``[role, text]`` pairs, or strings that alternate between user and agent.
    """
    return tuple(_turn(place, value) for place, value in enumerate(_list(row, "history")))


def _turn(place: int, value: object) -> rag.Turn:
    if isinstance(value, str):
        return rag.Turn(role="agent" if place % 2 else "user", text=_checked("history", value))
    match value:
        case ["user" | "agent" as role, str() as said]:
            return rag.Turn(role=role, text=_checked("history", said))
    raise FieldError(f'history contains {value!r}; write ["user" or "agent", text]')


def _list(row: Row, key: str) -> list[object]:
    value = row.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise FieldError(f"{key} is {type(value).__name__}, not a list; write [...]")
    return value


def _checked(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise FieldError(f"{key} is {value!r}, not text; write it in quotes")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise FieldError(f"{key} contains a lone surrogate (half a character); remove it") from None
    return value

"""Finds and parses the dates in articles and questions."""

from datetime import date

from rag.language.english import ENGLISH
from rag.language.language import Language

__all__ = ["date_spans", "parse_date"]


def date_spans(text: str, *, language: Language = ENGLISH) -> list[tuple[int, int]]:
    """The dates and other calendar expressions in ``text``, as offsets into it."""
    return [match.span() for match in language.calendar.written.finditer(text)]


def parse_date(text: str, *, language: Language = ENGLISH) -> date | None:
    """The first full date in ``text``; None if there is none or it does not exist."""
    match = language.calendar.date.search(text)
    if match is None:
        return None
    month = language.calendar.month_number
    try:
        if match["iso"]:
            return date(int(match["iy"]), int(match["im"]), int(match["id"]))
        if match["mdy"]:
            return date(int(match["my"]), month(match["mm"]), int(match["md"]))
        return date(int(match["dy"]), month(match["dm"]), int(match["dd"]))
    except ValueError:
        return None

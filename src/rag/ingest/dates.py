"""Parses the publication date that an article states. Rejects ambiguous dates."""

import re
from datetime import date, datetime

from rag.language.english import ENGLISH
from rag.language.temporal.dates import parse_date

__all__ = ["DATE", "dated_line", "day_of"]

DATE = ENGLISH.calendar.date

_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?\d{4,6}Z?)?")
_YEAR_FIRST = re.compile(r"\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"\b(\d{1,2})([/.-])(\d{1,2})\2(\d{4})\b")

_LABEL = (
    r"(?:(?:first|originally)\s+)?(?:published|posted|released|issued|filed|dated?)"
    r"(?:\s+(?:on|at))?"
)
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?"
_TIME = (
    r"T?\d{1,2}[:.h]\d\d(?:[:.]\d\d(?:\.\d+)?)?\s*(?:[ap]\.?\s?m\b\.?)?"
    r"|\d{1,2}\s*[ap]\.?\s?m\b\.?"
)
_ZONE = r"\(?(?:Z|(?:UTC|GMT)?\s?[+−-]\d{1,2}(?::?\d\d)?|[A-Z]{2,5}|[a-z]+\s+time)\)?"
_WHEN = rf"(?:{_TIME})(?:\s*{_ZONE})?"
_GAP = r"[\s,|·•@–—-]*"
_SLASHED = r"\d{4}-\d\d-\d\d(?=T)|\d{4}/\d{1,2}/\d{1,2}|\d{1,2}[/.]\d{1,2}[/.]\d{4}"
_ALONE = re.compile(
    rf"(?:{_LABEL}\b\s*[:,]?\s*|on\s+)?(?:{_WHEN}{_GAP}(?:on\s+)?)?(?:{_WEEKDAY},?\s+)?"
    rf"(?P<date>{DATE.pattern}|{_SLASHED})"
    rf"(?:{_GAP}(?:at\s+)?{_WHEN})?(?:{_GAP}(?:\d+\s+min(?:ute)?s?\s+read|(?:last\s+)?"
    rf"(?:updated|modified)\b.{{0,60}}))?\s*\.?",
    re.IGNORECASE | re.VERBOSE,
)


def day_of(value: object) -> date | None:
    """The day of a date, time stamp or text in its own time zone; None if it has none.

    Accepts "2024-05-14T23:30:00-05:00", "Tue, 14 May 2024 09:30 GMT" and "14/05/2024". Rejects
    "03/04/2024", which may be in March or April.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value or "").strip()
    compact = _COMPACT.fullmatch(text)
    if compact:
        return _day(*compact.groups())
    return parse_date(text) or _from_numbers(text)


def dated_line(line: str) -> date | None:
    """The date in a line that contains only a date, a label, a weekday, a time and a time zone."""
    match = _ALONE.fullmatch(line.strip())
    return day_of(match["date"]) if match else None


def _from_numbers(text: str) -> date | None:
    if year_first := _YEAR_FIRST.search(text):
        return _day(*year_first.groups())
    if year_last := _YEAR_LAST.search(text):
        first, _, second, year = year_last.groups()
        if int(first) > 12 or first == second:
            return _day(year, second, first)
        if int(second) > 12:
            return _day(year, first, second)
    return None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None

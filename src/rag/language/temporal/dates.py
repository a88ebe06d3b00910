"""Finds and parses the dates in articles and questions."""

import re
from datetime import date

__all__ = ["DATE", "date_spans", "parse_date"]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
DATE = re.compile(
    rf"""(?P<iso>\b(?P<iy>\d{{4}})-(?P<im>\d\d)-(?P<id>\d\d)\b)
    |\b(?P<mdy>(?P<mm>{_MONTH})\s+(?P<md>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<my>\d{{4}}))\b
    |\b(?P<dmy>(?P<dd>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<dm>{_MONTH}),?\s+(?P<dy>\d{{4}}))\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""A full date: 2024-05-19, July 6, 2022 or 6 July 2022."""

_YEAR = r"(?:1[0-9]|20)\d\d"
_DAY_OF_MONTH = r"\d{1,2}(?:st|nd|rd|th)?"
_FULL_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_AS_WRITTEN = re.compile(
    rf"""\b\d{{4}}-\d\d-\d\d\b
    |\b{_DAY_OF_MONTH}\s+(?:of\s+)?{_FULL_MONTH}(?:,?\s+{_YEAR})?\b
    |\b{_FULL_MONTH}\s+{_DAY_OF_MONTH}(?:,?\s+{_YEAR})?\b
    |\b{_FULL_MONTH},?\s+(?:of\s+)?{_YEAR}\b
    |\b(?:(?:early|late|mid)[\s-]+)?(?:1[0-9]|20)\d0s\b
    |\b\d{{1,2}}(?:st|nd|rd|th)[\s-]century(?:\s(?:BCE?|AD))?\b
    |\b{_YEAR}(?:\s?(?:[–-]|to)\s?\d{{2,4}})?\b|\b\d+\s(?:BCE?|AD)\b
    |\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b{_FULL_MONTH}\b
    |\b(?:last|next|this)\s(?:week|month|year|night)\b|\b(?:yesterday|today|tomorrow)\b""",
    re.VERBOSE,
)


def date_spans(text: str) -> list[tuple[int, int]]:
    """The dates and other calendar expressions in ``text``, as offsets into it."""
    return [match.span() for match in _AS_WRITTEN.finditer(text)]


def _month(name: str) -> int:
    return _MONTHS.index(name.lower()[:3]) + 1


def parse_date(text: str) -> date | None:
    """The first full date in ``text``; None if there is none or it does not exist."""
    match = DATE.search(text)
    if match is None:
        return None
    try:
        if match["iso"]:
            return date(int(match["iy"]), int(match["im"]), int(match["id"]))
        if match["mdy"]:
            return date(int(match["my"]), _month(match["mm"]), int(match["md"]))
        return date(int(match["dy"]), _month(match["dm"]), int(match["dd"]))
    except ValueError:
        return None

"""Dates as articles and questions write them."""

import re
from datetime import date

__all__ = ["DATE", "holds_date", "parse_date"]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"

DATE = re.compile(
    rf"""(?P<iso>\b(?P<iy>\d{{4}})-(?P<im>\d\d)-(?P<id>\d\d)\b)
    |\b(?P<mdy>(?P<mm>{_MONTH})\s+(?P<md>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<my>\d{{4}}))\b
    |\b(?P<dmy>(?P<dd>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<dm>{_MONTH}),?\s+(?P<dy>\d{{4}}))\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""A full date: 2024-05-19, July 6, 2022 or 6 July 2022."""

_WHEN = re.compile(
    rf"""\b(?:1[0-9]|20)\d\d\b|\b\d{{1,2}}(?:st|nd|rd|th)\s+century\b|\b(?:1[0-9]|20)\d0s\b
    |\b(?:{_MONTH})\s+\d{{1,2}}\b|\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{_MONTH})\b
    |\b(?:in|on|since|until|by|last|next|this|of|early|late|mid)[\s-]+(?:{_MONTH}|{_DAY})\b
    |\b{_DAY}\b|\b(?:yesterday|today|tomorrow|tonight)\b
    |\b(?:last|next|this|past|previous|following)\s+(?:week|month|year|night|spring|summer|autumn|fall|winter|decade|century)\b
    |\b(?:days?|weeks?|months?|years?|decades?|centuries)\s+(?:ago|later|earlier|before|after)\b""",
    re.IGNORECASE | re.VERBOSE,
)


def _month(name: str) -> int:
    return _MONTHS.index(name.lower()[:3]) + 1


def parse_date(text: str) -> date | None:
    """The first full date in ``text``, or None; a date that no calendar has counts as none."""
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


def holds_date(text: str) -> bool:
    """Whether ``text`` says when: a date, year, weekday, or words such as "last month"."""
    return bool(DATE.search(text) or _WHEN.search(text))

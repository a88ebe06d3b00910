"""Counts articles over time in bars of a month, a quarter, a year or more."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TypedDict

__all__ = ["Bar", "bars"]

_MOST = 48
_WIDTHS = (1, 3, 12, 60, 120, 1200, 2400, 6000)  # months; the last covers every possible date
_FIRST = 12  # January of year 1, in months


class Bar(TypedDict):
    """The number of articles in consecutive months, from ``since`` to ``until``, both inclusive."""

    label: str
    since: str
    until: str
    articles: int


def bars(months: Iterable[tuple[str, int]]) -> list[Bar]:
    """The bars from the first month with articles to the last: at most 48, including empty ones.

    ``months`` pairs "YYYY-MM" with the number of articles, as in ``rag.Facets``.
    """
    counted = {int(month[:4]) * 12 + int(month[5:7]) - 1: number for month, number in months}
    if not counted:
        return []
    first, last = min(counted), max(counted)
    width = next(w for w in _WIDTHS if last // w - first // w < _MOST)
    found = dict.fromkeys(range(first // width, last // width + 1), 0)
    for month, number in counted.items():
        found[month // width] += number
    return [_bar(place * width, width, number) for place, number in found.items()]


def _bar(month: int, width: int, articles: int) -> Bar:
    start, end = _first_day(month), _last_day(month + width - 1)
    return {
        "label": _label(start, end, width),
        "since": start.isoformat(),
        "until": end.isoformat(),
        "articles": articles,
    }


def _first_day(month: int) -> date:
    year, place = divmod(max(month, _FIRST), 12)
    return date(year, place + 1, 1)


def _last_day(month: int) -> date:
    if month // 12 >= date.max.year:
        return date.max
    return _first_day(month + 1) - timedelta(days=1)


def _label(start: date, end: date, width: int) -> str:
    """The label of consecutive months: "May 2022", "April–June 2022", "2022", "2020–2024"."""
    if width == 1:
        return f"{start:%B} {start.year}"
    if start.year == end.year:
        return f"{start:%B}–{end:%B} {start.year}" if width < 12 else str(start.year)
    return f"{start.year}–{end.year}"

"""Calendar periods as (first day, last day), both inclusive."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

__all__ = [
    "Asked",
    "Days",
    "around",
    "decade_days",
    "month_before",
    "month_days",
    "nearest",
    "part_of",
    "season_days",
    "week_days",
    "year_days",
]

Days = tuple[date, date]

_MONTHS_IN_SEASON = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The context in which a time expression is interpreted.

    ``on`` is the day on which it was used, and ``newest`` the day of the newest article. If
    ``year`` is set, a day or month without a year is in that year. ``ahead`` is true if the text
    is about the future. A day without a year is the next one if that is at most ``soon`` after
    ``on``.
    """

    on: date
    newest: date = date.max
    year: int | None = None
    ahead: bool = False
    soon: timedelta = timedelta(0)


def month_before(day: date, months: int) -> tuple[int, int]:
    """The (year, month) that is ``months`` months before ``day``; negative values go forward."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return year, month + 1


def month_days(year: int, month: int, *, months: int = 1) -> Days:
    """The days of ``months`` consecutive months, starting with the given one."""
    first = date(year, month, 1)
    return first, date(*month_before(first, -months), 1) - timedelta(days=1)


def year_days(year: int, *, years: int = 1) -> Days:
    """The days of ``years`` consecutive years, starting with ``year``."""
    return date(year, 1, 1), date(year + years - 1, 12, 31)


def decade_days(year: int) -> Days:
    """The days of the decade that contains ``year``, such as 1990 to 1999."""
    return year_days(year - year % 10, years=10)


def week_days(day: date) -> Days:
    """Monday to Sunday of the week that contains ``day``."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def season_days(first_month: int, year: int) -> Days:
    """The days of the season that begins in ``first_month`` of ``year``."""
    return month_days(year, first_month, months=_MONTHS_IN_SEASON)


def part_of(days: Days, part: str) -> Days:
    """The "early", "mid" or "late" third of ``days``; a single day is not divided."""
    first, last = days
    third = timedelta(days=max((last - first).days + 1, 3) // 3 - 1)
    if part == "early":
        return first, first + third
    return (last - third, last) if part == "late" else (first + third, last - third)


def around(day: date, days: int) -> Days:
    """The period from ``days`` days before ``day`` to ``days`` days after it."""
    return day - timedelta(days=days), day + timedelta(days=days)


def nearest(years: Callable[[int], Days], asked: Asked, *, later: timedelta = timedelta(0)) -> Days:
    """The occurrence of a yearly period in ``asked.year``, else the most recent known occurrence.

    An occurrence is known if it began at most ``later`` after the newest article, and not after
    ``asked.on``. If ``asked.ahead`` is true, returns the first one that ends on or after
    ``asked.on``.
    """
    if asked.year is not None:
        return years(asked.year)
    if asked.ahead:
        this = asked.on.year
        return next(days for days in _each(years, this - 1, this + 4) if days[1] >= asked.on)
    if asked.soon:
        each = _each(years, asked.on.year, asked.on.year + 2)
        coming = next((days for days in each if days[0] >= asked.on), None)
        if coming and coming[0] == coming[1] <= asked.on + asked.soon:
            return coming
    known = min(asked.on, asked.newest)
    known += min(later, asked.on - known)
    return next(days for days in _each(years, known.year, known.year - 5) if days[0] <= known)


def _each(years: Callable[[int], Days], first: int, last: int) -> Iterator[Days]:
    """The period in each year; skips years without it, as for 29 February."""
    for year in range(first, last, 1 if last > first else -1):
        try:
            yield years(year)
        except ValueError:
            continue

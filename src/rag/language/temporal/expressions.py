"""Finds single time expressions ("4 February", "two weeks ago") and the days that they mean."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from rag.language.english import ENGLISH
from rag.language.language import Language
from rag.language.patterns import TimeForm
from rag.language.temporal.calendar import (
    Asked,
    Days,
    around,
    decade_days,
    month_before,
    month_days,
    nearest,
    season_days,
    week_days,
    year_days,
)

__all__ = ["Moment", "moments"]

_LATER = timedelta(days=31)  # maximum distance between the newest article and a day in a question
_MONTHS = 12
_SHORT = 99  # the last two-digit year
_MOST = 7  # how many units "the recent days" go back
_DAYS = {"day": 1, "week": 7, "month": 30.5, "year": 365.25, "decade": 3652.5}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A time expression at ``text[start:end]``.

    ``needs_lead`` is true if it counts only after a word such as "in": "2022", "May". ``has_year``
    is true if it states its year in digits.
    """

    start: int
    end: int
    needs_lead: bool
    has_year: bool
    days: Callable[[Asked], Days]


@lru_cache(maxsize=256)  # a question is read several times
def moments(text: str, *, language: Language = ENGLISH) -> tuple[Moment, ...]:
    """The time expressions in ``text``, in order and without overlap."""
    found: list[Moment] = []
    for form in language.times.forms:
        for match in form.pattern.finditer(text):
            if all(match.end() <= other.start or other.end <= match.start() for other in found):
                found.append(_moment(form, match, language))
    return tuple(sorted(found, key=lambda moment: moment.start))


def _moment(form: TimeForm, match: re.Match[str], language: Language) -> Moment:
    return Moment(
        start=match.start(),
        end=match.end(),
        needs_lead=form.needs_lead,
        has_year=match.groupdict().get("year") is not None,
        days=lambda asked: _MEANINGS[form.kind](match, asked, language),
    )


def _full_year(match: re.Match[str], asked: Asked) -> int:
    """The year of "2023" or "’23"; two digits mean the latest such year not far in the future."""
    year = int(match["year"])
    if year > _SHORT:
        return year
    return year + (2000 if year + 2000 <= asked.on.year + 1 else 1900)


def _date(match: re.Match[str], asked: Asked, language: Language) -> Days:
    month, day = language.calendar.month_number(match["month"]), int(match["day"])

    def in_year(year: int) -> Days:
        return (date(year, month, day),) * 2

    if match["year"]:
        return in_year(_full_year(match, asked))
    return nearest(in_year, asked, later=_LATER)


def _iso(match: re.Match[str], _: Asked, __: Language) -> Days:
    return (date(int(match["year"]), int(match["month"]), int(match["day"])),) * 2


def _digits(match: re.Match[str], asked: Asked, _: Language) -> Days:
    """The day of "14.5.2024". "03/04/2024" has two readings: the days from one to the other.

    If only one reading is after the day of the question, it is ignored.
    """
    first, second, year = int(match["first"]), int(match["second"]), _full_year(match, asked)
    ways = {(second, first)} if match["sign"] == "." else {(second, first), (first, second)}
    days = [date(year, *way) for way in ways if way[0] <= _MONTHS]
    past = [day for day in days if day <= asked.on] or days
    return min(past), max(past)


def _month(match: re.Match[str], asked: Asked, language: Language) -> Days:
    month = language.calendar.month_number(match["month"])
    year = match.groupdict().get("year")
    if year:
        return month_days(_full_year(match, asked), month)
    return nearest(lambda year: month_days(year, month), asked)


def _season(match: re.Match[str], asked: Asked, language: Language) -> Days:
    return season_days(language.calendar.seasons[match["season"].lower()], _full_year(match, asked))


def _decade(match: re.Match[str], _: Asked, __: Language) -> Days:
    digits = match["decade"]
    return decade_days(int(digits) if len(digits) > 2 else 1900 + int(digits))


def _year(match: re.Match[str], asked: Asked, _: Language) -> Days:
    return year_days(_full_year(match, asked))


def _week_day(match: re.Match[str], asked: Asked, language: Language) -> Days:
    """The last such weekday up to the day of the question; the next one if ``asked.ahead``."""
    behind = (asked.on.weekday() - language.calendar.weekday_number(match["weekday"])) % 7
    steps = (behind - 7) % -7 if asked.ahead else behind
    return (asked.on - timedelta(days=steps),) * 2


def _word(match: re.Match[str], asked: Asked, language: Language) -> Days:
    steps = language.times.days_back.get(" ".join(match.group().lower().split()), 0)
    return (asked.on - timedelta(days=steps),) * 2


def _count(match: re.Match[str], language: Language) -> tuple[int, int]:
    word = match["count"].lower()
    return language.times.counts.get(word) or (int(word), int(word))


def _unit(match: re.Match[str], language: Language) -> str:
    return language.times.units[match["unit"].lower()]


def _ago(match: re.Match[str], asked: Asked, language: Language) -> Days:
    """The whole unit that many units ago; for weeks, the seven days around that day."""
    least, most = _count(match, language)
    unit = _unit(match, language)
    return _back(unit, asked.on, most)[0], _back(unit, asked.on, least)[1]


def _back(unit: str, day: date, count: int) -> Days:
    if unit == "day":
        return (day - timedelta(days=count),) * 2
    if unit == "week":
        return around(day - timedelta(weeks=count), 3)
    if unit == "month":
        return month_days(*month_before(day, count))
    return year_days(day.year - count) if unit == "year" else decade_days(day.year - 10 * count)


def _trailing(match: re.Match[str], asked: Asked, language: Language) -> Days:
    """The given number of units up to the day of the question."""
    groups = match.groupdict()
    count = (
        _count(match, language)[1] if groups.get("count") else _MOST if groups.get("recent") else 1
    )
    back = timedelta(days=round(count * _DAYS[_unit(match, language)]))
    return asked.on - back, asked.on


def _named(match: re.Match[str], asked: Asked, language: Language) -> Days:
    """The current, last or next week, weekend, month, year or decade."""
    step = language.times.units_back.get(" ".join(match["which"].lower().split()), 1)
    day, unit = asked.on, _unit(match, language)
    if unit in ("week", "weekend"):
        monday, sunday = week_days(day - timedelta(weeks=step))
        return (monday, sunday) if unit == "week" else (sunday - timedelta(days=2), sunday)
    return _back(unit, day, step)


def _named_day(match: re.Match[str], asked: Asked, language: Language) -> Days:
    """The last or next weekday, month or season; "this" means in the current week or year."""
    step, groups = language.times.days_named.get(match["which"].lower(), 1), match.groupdict()
    if groups["weekday"]:
        number = language.calendar.weekday_number(groups["weekday"])
        if not step:
            return (week_days(asked.on)[0] + timedelta(days=number),) * 2
        behind = (asked.on.weekday() - number) % 7 or 7
        ahead = (number - asked.on.weekday()) % 7 or 7
        return (asked.on - timedelta(days=behind if step > 0 else -ahead),) * 2
    season, month = groups["season"], groups["month"]

    def in_year(year: int) -> Days:
        if season:
            return season_days(language.calendar.seasons[season.lower()], year)
        return month_days(year, language.calendar.month_number(month))

    years = range(asked.on.year - 2, asked.on.year + 3)
    if not step:
        return in_year(asked.on.year)
    if step < 0:
        return next(days for days in map(in_year, years) if days[0] > asked.on)
    return next(days for days in map(in_year, reversed(years)) if days[1] < asked.on)


_MEANINGS: Mapping[str, Callable[[re.Match[str], Asked, Language], Days]] = {
    "iso": _iso,
    "date": _date,
    "digits": _digits,
    "month": _month,
    "season": _season,
    "year": _year,
    "decade": _decade,
    "weekday": _week_day,
    "day": _word,
    "ago": _ago,
    "trailing": _trailing,
    "unit": _named,
    "named": _named_day,
}
"""The meaning of each kind of ``TimeForm``."""

"""Single time expressions ("4 February", "two weeks ago") and the days that they mean."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

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

__all__ = ["YEAR", "Moment", "moments"]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_MONTH_ALONE = (
    r"(?:(?-i:May|March)|january|february|april|june|july|august|september|october|november"
    r"|december)"
)
"""Full month names. "May" and "March" need a capital, because they are also common words."""
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = rf"(?P<weekday>{'|'.join(_DAYS)})"
_SEASON = r"(?P<season>spring|summer|autumn|fall|winter)"
YEAR = r"(?:1[0-9]|20)\d\d"
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_COUNTS = {"a": 1, "an": 1} | {word: number for number, word in enumerate(_WORDS, start=1)}
_SEVERAL = ("few", "several", "couple")
_MOST = 7  # the upper limit of "a few" and "several"
_COUNT = rf"(?:a\s+)?(?P<count>\d{{1,3}}|{'|'.join((*_COUNTS, *_SEVERAL))})(?:\s+of)?"
_COUNTED = r"\s+(?-i:(?!(?:was|is|has|does|as|this|its|his|thus)\b)[a-z]{3,}s\b)"
"""The plural noun after a number that counts something: "in 1500 cities"."""
_UNIT = r"(?P<unit>day|week|month|year|decade)s?"


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


def moments(text: str) -> list[Moment]:
    """The time expressions in ``text``, in order and without overlap."""
    found: list[Moment] = []
    for pattern, days, needs_lead in _FORMS:
        for match in pattern.finditer(text):
            if all(match.end() <= other.start or other.end <= match.start() for other in found):
                found.append(_moment(match, days, needs_lead=needs_lead))
    return sorted(found, key=lambda moment: moment.start)


def _moment(match: re.Match[str], days: "_Resolve", *, needs_lead: bool) -> Moment:
    year = match.groupdict().get("year")
    return Moment(
        start=match.start(),
        end=match.end(),
        needs_lead=needs_lead,
        has_year=year is not None,
        days=lambda asked: days(match, asked),
    )


_Resolve = Callable[[re.Match[str], Asked], Days]


def _date(match: re.Match[str], asked: Asked) -> Days:
    month, day = _month_number(match["month"]), int(match["day"])

    def in_year(year: int) -> Days:
        return (date(year, month, day),) * 2

    return in_year(int(match["year"])) if match["year"] else nearest(in_year, asked)


def _iso(match: re.Match[str], _: Asked) -> Days:
    return (date(int(match["year"]), int(match["month"]), int(match["day"])),) * 2


def _month(match: re.Match[str], asked: Asked) -> Days:
    month = _month_number(match["month"])
    year = match.groupdict().get("year")
    if year:
        return month_days(int(year), month)
    return nearest(lambda year: month_days(year, month), asked)


def _month_number(name: str) -> int:
    return _MONTHS.index(name.lower()[:3]) + 1


def _season(match: re.Match[str], _: Asked) -> Days:
    return season_days(match["season"].lower(), int(match["year"]))


def _decade(match: re.Match[str], _: Asked) -> Days:
    digits = match["decade"]
    return decade_days(int(digits) if len(digits) > 2 else 1900 + int(digits))


def _year(match: re.Match[str], _: Asked) -> Days:
    return year_days(int(match["year"]))


def _week_day(match: re.Match[str], asked: Asked) -> Days:
    """The last such weekday up to the day of the question, or the first from that day on."""
    behind = (asked.on.weekday() - _DAYS.index(match["weekday"].lower())) % 7
    steps = (behind - 7) % -7 if asked.ahead else behind
    return (asked.on - timedelta(days=steps),) * 2


def _word(match: re.Match[str], asked: Asked) -> Days:
    steps = {"yesterday": 1, "tomorrow": -1}.get(match.group().lower(), 0)
    return (asked.on - timedelta(days=steps),) * 2


def _count(match: re.Match[str]) -> tuple[int, int]:
    word = match["count"].lower()
    if word in _SEVERAL:
        return (2, 2) if word == "couple" else (2, _MOST)
    number = _COUNTS.get(word) or int(word)
    return number, number


def _ago(match: re.Match[str], asked: Asked) -> Days:
    """The whole unit that far back; for weeks, the seven days around that day."""
    least, most = _count(match)
    unit = match["unit"].lower()
    return _back(unit, asked.on, most)[0], _back(unit, asked.on, least)[1]


def _back(unit: str, day: date, count: int) -> Days:
    if unit == "day":
        return (day - timedelta(days=count),) * 2
    if unit == "week":
        return around(day - timedelta(weeks=count), 3)
    if unit == "month":
        return month_days(*month_before(day, count))
    return year_days(day.year - count) if unit == "year" else decade_days(day.year - 10 * count)


def _trailing(match: re.Match[str], asked: Asked) -> Days:
    """The given number of units up to the day of the question."""
    groups = match.groupdict()
    count = _count(match)[1] if groups.get("count") else _MOST if groups.get("recent") else 1
    span = {"day": 1, "week": 7, "month": 30.5, "year": 365.25, "decade": 3652.5}
    back = timedelta(days=round(count * span[match["unit"].lower()]))
    return asked.on - back, asked.on


def _named(match: re.Match[str], asked: Asked) -> Days:
    """This, the last or the next week, weekend, month, year or decade."""
    which = match["which"].lower()
    step = {"this": 0, "current": 0, "next": -1, "coming": -1}.get(which, 1)
    day, unit = asked.on, match["unit"].lower()
    if unit in ("week", "weekend"):
        monday, sunday = week_days(day - timedelta(weeks=step))
        return (monday, sunday) if unit == "week" else (sunday - timedelta(days=2), sunday)
    return _back(unit, day, step)


def _named_day(match: re.Match[str], asked: Asked) -> Days:
    """The last or next weekday, month or season; "this" means in the current week or year."""
    which, groups = match["which"].lower(), match.groupdict()
    if groups["weekday"]:
        number = _DAYS.index(groups["weekday"].lower())
        if which == "this":
            return (week_days(asked.on)[0] + timedelta(days=number),) * 2
        behind = (asked.on.weekday() - number) % 7 or 7
        ahead = (number - asked.on.weekday()) % 7 or 7
        steps = -ahead if which in ("next", "coming") else behind
        return (asked.on - timedelta(days=steps),) * 2
    season, month = groups["season"], groups["month"]

    def in_year(year: int) -> Days:
        named = season_days(season.lower(), year) if season else None
        return named or month_days(year, _month_number(month))

    years = range(asked.on.year - 2, asked.on.year + 3)
    if which == "this":
        return in_year(asked.on.year)
    if which in ("next", "coming"):
        return next(days for days in map(in_year, years) if days[0] > asked.on)
    return next(days for days in map(in_year, reversed(years)) if days[1] < asked.on)


def _form(
    pattern: str, days: _Resolve, *, lead: bool = False
) -> tuple[re.Pattern[str], _Resolve, bool]:
    return re.compile(rf"\b{pattern}\b", re.IGNORECASE), days, lead


_OF_MONTH = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_DATED = rf"(?P<month>{_MONTH})\.?"
_WHICH = r"(?P<which>this|last|past|previous|current|next|coming)"
_FORMS = (
    _form(rf"(?P<year>{YEAR})-(?P<month>\d\d)-(?P<day>\d\d)", _iso),
    _form(rf"{_OF_MONTH}\s+(?:of\s+)?{_DATED},?\s+(?P<year>{YEAR})", _date),
    _form(rf"{_DATED}\s+{_OF_MONTH},?\s+(?P<year>{YEAR})", _date),
    _form(rf"{_DATED},?\s+(?:of\s+)?(?P<year>{YEAR})", _month),
    _form(rf"{_OF_MONTH}\s+(?:of\s+)?{_DATED}(?P<year>(?!))?", _date, lead=True),
    _form(rf"{_DATED}\s+{_OF_MONTH}(?P<year>(?!))?", _date, lead=True),
    _form(rf"{_SEASON}\s+(?:of\s+)?(?P<year>{YEAR})", _season),
    _form(rf"{_COUNT}\s+{_UNIT}\s+ago", _ago),
    _form(rf"(?:past|last|previous)\s+{_COUNT}\s+{_UNIT}", _trailing),
    _form(rf"(?:past|(?<=\bthe\s)last|(?P<recent>recent))\s+{_UNIT}", _trailing),
    _form(rf"{_WHICH}\s+(?P<unit>weekend|week|month|year|decade)", _named),
    _form(rf"{_WHICH}\s+(?:{_DAY}|{_SEASON}|(?P<month>{_MONTH_ALONE}))", _named_day),
    _form(r"(?:(?-i:[Tt]oday|[Tt]onight)(?!['’]s)|yesterday|tomorrow)", _word),
    _form(r"(?P<decade>(?:1[0-9]|20)\d0|(?<=['’‘])[3-9]0)['’]?s", _decade, lead=True),
    _form(_DAY, _week_day, lead=True),
    _form(rf"(?P<year>{YEAR})(?!\s?%|[.,]\d|-|{_COUNTED})", _year, lead=True),
    _form(rf"(?P<month>{_MONTH_ALONE})(?!['’]s)", _month, lead=True),
)
"""The forms by precedence: a later form never matches text that an earlier one matched."""

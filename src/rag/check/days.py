"""Turns weekdays, "yesterday" and dates without a year into calendar days."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from rag.language.language import Language
from rag.language.temporal.calendar import Asked, Days
from rag.language.temporal.expressions import Moment, moments
from rag.language.temporal.leads import lead_of
from rag.language.temporal.periods import is_ahead

__all__ = ["Place", "day_in", "day_keys", "differ", "resolved"]

Place = tuple[int, int, frozenset[str], frozenset[str]]
"""The start and end of a date in a text, its keys, and the keys of all days that it can mean."""

_LONGEST = 31  # maximum days of a period that is compared with a day
_DAY = re.compile(r"(\d{1,2})-(\d{1,2})$")
_YEAR = re.compile(r"\d{4}$")
_JOINT = re.compile(r"[\s,(]*(?:the\s+)?")


def day_keys(day: date) -> frozenset[str]:
    """The keys of a calendar day: its year, month, day of the month and weekday."""
    return frozenset(
        (
            f"{day.year}",
            f"month {day.month}",
            f"{day.month}-{day.day}",
            f"weekday {day.weekday()}",
        )
    )


def day_in(keys: frozenset[str], published: date | None) -> date | None:
    """The calendar day that ``keys`` state. Without a year, the one nearest to ``published``."""
    found = next(filter(None, map(_DAY.match, keys)), None)
    years = [int(key) for key in keys if _YEAR.match(key)]
    if found is None or not (years or published):
        return None
    if published and not years:
        years = [published.year + step for step in (0, -1, 1)]
    days = [day for year in years if (day := _valid(year, int(found[1]), int(found[2])))]
    return min(days, key=lambda day: abs(day - published) if published else day, default=None)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def differ(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two dates cannot be the same day: true for "5 May" and "6 May", not for "Monday".

    ``other`` may have the keys of several possible days.
    """
    kinds = {_kind(key) for key in one} & {_kind(key) for key in other}
    return any(
        {key for key in one if _kind(key) == kind}.isdisjoint(other) for kind in kinds if kind
    )


def _kind(key: str) -> str:
    if key.startswith(("month ", "weekday ")):
        return key.partition(" ")[0]
    return "day" if _DAY.match(key) else "year" if _YEAR.match(key) else ""


def resolved(
    text: str, places: list[Place], published: date | None, language: Language
) -> Iterator[Place]:
    """The dates of a sentence with the keys of the days that they mean.

    With ``published``, the day of the article, a weekday is the last one before it, or the next one
    if the sentence is about the future. Also yields "yesterday" and "last week".
    """
    known = [
        (start, end, keys | day_keys(day), within)
        if (day := day_in(keys, published))
        else (start, end, keys, within)
        for start, end, keys, within in places
    ]
    for one, other in pairwise(sorted(known, key=lambda place: place[:2])):
        if _JOINT.fullmatch(text, one[1], other[0]):  # "Wednesday, 12 March" is one day
            both = one[2] | other[2]
            known = [(*each[:2], both, each[3]) if each in (one, other) else each for each in known]
    if published is None:
        yield from known
        return
    spoken = [
        moment
        for moment in moments(text, language=language)
        if not language.times.habit.search(text[max(0, moment.start - 8) : moment.end + 2])
    ]
    for start, end, keys, within in known:
        moment = next((one for one in spoken if one.start <= start and end <= one.end), None)
        if moment is None or len(keys) > 1 or not any(key.startswith("weekday") for key in keys):
            yield start, end, keys, within
        else:
            yield from _meant(text, moment, published, language)
    for moment in spoken:
        if not moment.needs_lead and not any(
            one[0] < moment.end and moment.start < one[1] for one in known
        ):
            yield from _meant(text, moment, published, language)


def _meant(text: str, moment: Moment, published: date, language: Language) -> Iterator[Place]:
    """The day or short period that a time expression means."""
    lead = lead_of(text, moment, language).word
    ahead = language.times.bounds.get(lead) == "until" or is_ahead(text, moment, language)
    found = [_days(moment, Asked(on=published, ahead=each)) for each in (ahead, not ahead)]
    days, other = found
    if days is None or (days[1] - days[0]).days > _LONGEST:
        return
    single = days[0] == days[1]
    within = frozenset[str]().union(
        *(day_keys(day) for each in (days, other) for day in _all(each))
    )
    keys = day_keys(days[0]) if single else frozenset((f"period {days[0]}",))
    yield moment.start, moment.end, keys, within


def _days(moment: Moment, asked: Asked) -> Days | None:
    try:
        return moment.days(asked)
    except (ValueError, OverflowError):
        return None


def _all(days: Days | None) -> Iterator[date]:
    if days:
        yield from (days[0] + timedelta(days=n) for n in range((days[1] - days[0]).days + 1))

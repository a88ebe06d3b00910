"""How well an article fits a period, by its publication date and the dates it mentions."""

import re
from datetime import date
from functools import lru_cache

from rag.language.english import ENGLISH
from rag.language.language import Language
from rag.language.temporal.calendar import Days
from rag.language.temporal.periods import spoken_periods
from rag.schema import Period

__all__ = [
    "days_off",
    "fit",
    "fits",
    "is_from",
    "is_near",
    "is_stated",
    "names_another",
    "published_fit",
    "speaks_of",
    "spoken_fit",
]

_FITS = 0.5  # the minimum fit for an article to belong to the period
_NEAR = 31  # minimum days between a period and an article of "another day"
_HALF_LIFE = 4  # days outside a period that halve the fit


def fit(
    period: Period, *, published: date | None, text: str, language: Language = ENGLISH
) -> float | None:
    """The better of ``published_fit`` and ``spoken_fit``, in [0, 1].

    None if the article is undated and ``text`` mentions no time in the period. ``text`` is the
    part of the article to check, such as a passage.
    """
    spoken = spoken_fit(period, text, language=language)
    if published is None:
        return spoken if spoken >= _FITS else None
    return max(published_fit(period, published), spoken)


def fits(
    period: Period | None, *, published: date | None, text: str, language: Language = ENGLISH
) -> bool:
    """Whether an article or its text belongs to the period.

    Also true if ``period`` is None, or if the time of the article is unknown.
    """
    if period is None:
        return True
    found = fit(period, published=published, text=text, language=language)
    return found is None or found >= _FITS


def published_fit(period: Period, published: date) -> float:
    """2 ** (-d / 4) for an article published d days before or after the period; 1 within it."""
    return float(2.0 ** (-days_off(period, published) / _HALF_LIFE))


def spoken_fit(period: Period, text: str, *, language: Language = ENGLISH) -> float:
    """The largest share of a time in ``text`` within the period; for "2022", July covers 31/365.

    Only times that state their year count.
    """
    bounds = _bounds(period)
    spoken = spoken_periods(text, language=language)
    return max((_share(_bounds(one), bounds) for one in spoken), default=0.0)


def is_stated(period: Period, text: str, *, language: Language = ENGLISH) -> bool:
    """Whether ``text`` states a time, with its year, that lies at least half in the period."""
    return spoken_fit(period, text, language=language) >= _FITS


def days_off(period: Period, published: date) -> int:
    """The number of days between an article's publication and the period; 0 within it."""
    since, until = _bounds(period)
    return max((since - published).days, (published - until).days, 0)


def is_from(period: Period, published: date | None) -> bool:
    """Whether an article was published in the period."""
    return published is not None and not days_off(period, published)


def is_near(period: Period, published: date | None) -> bool:
    """Whether a dated article is near the period; always true if the period states no year.

    Near means within a month, or within the length of a longer period.
    """
    if published is None:
        return False
    if not re.search(r"\d{4}", period.words):
        return True
    since, until = _bounds(period)
    return days_off(period, published) <= max((until - since).days, _NEAR)


@lru_cache(maxsize=10_000)
def speaks_of(
    period: Period, text: str, *, published: date | None, language: Language = ENGLISH
) -> bool:
    """Whether ``text`` mentions a time that lies at least half in the period.

    A time without a year means the last one before the article was published.
    """
    bounds = _bounds(period)
    spoken = spoken_periods(text, published=published, language=language)
    return any(_share(_bounds(one), bounds) >= _FITS for one in spoken)


def names_another(period: Period, text: str, *, language: Language = ENGLISH) -> bool:
    """Whether ``text`` states times with their year, and none of them touches the period.

    A time in a comparison, as in "than in 2019", does not count.
    """
    bounds = _bounds(period)
    stated = [
        _bounds(one)
        for one in spoken_periods(text, language=language)
        if not language.times.compared.search(text[: text.find(one.words)])
    ]
    return bool(stated) and not any(_share(days, bounds) for days in stated)


def _bounds(period: Period) -> Days:
    return period.since or date.min, period.until or date.max


def _share(days: Days, bounds: Days) -> float:
    common = min(days[1], bounds[1]) - max(days[0], bounds[0])
    return max(common.days + 1, 0) / ((days[1] - days[0]).days + 1)

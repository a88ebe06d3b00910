"""How well an article fits a period: by when it was published, and by the dates it speaks of."""

from datetime import date

from rag.language.temporal.calendar import Days
from rag.language.temporal.periods import spoken_periods
from rag.schema import Period

__all__ = ["fit", "fits", "published_fit", "spoken_fit"]

_FITS = 0.5  # the fit from which an article counts as one of the period
_HALF_LIFE = 4  # days from a period after which an article fits half as well


def fit(period: Period, *, published: date | None, text: str) -> float | None:
    """The better of both fits, in [0, 1]; None where nothing says when.

    That is so for an article without a date that speaks of no such time.

    ``text`` is what of the article is read, such as a passage.
    """
    spoken = spoken_fit(period, text)
    if published is None:
        return spoken if spoken >= _FITS else None
    return max(published_fit(period, published), spoken)


def fits(period: Period | None, *, published: date | None, text: str) -> bool:
    """Whether an article or its text is of the time asked about, not of another.

    True too where no period is asked about, and where nothing says when the article is of.
    """
    found = None if period is None else fit(period, published=published, text=text)
    return found is None or found >= _FITS


def published_fit(period: Period, published: date) -> float:
    """2 ** (-d / 4) for an article published d days before or after the period; 1 within it."""
    since, until = _bounds(period)
    days = max((since - published).days, (published - until).days, 0)
    return float(2.0 ** (-days / _HALF_LIFE))


def spoken_fit(period: Period, text: str) -> float:
    """The greatest share of a time in ``text`` that lies in the period: of 2022, July is 31/365.

    Only times that name their year count.
    """
    bounds = _bounds(period)
    return max((_share(_bounds(one), bounds) for one in spoken_periods(text)), default=0.0)


def _bounds(period: Period) -> Days:
    return period.since or date.min, period.until or date.max


def _share(days: Days, bounds: Days) -> float:
    common = min(days[1], bounds[1]) - max(days[0], bounds[0])
    return max(common.days + 1, 0) / ((days[1] - days[0]).days + 1)

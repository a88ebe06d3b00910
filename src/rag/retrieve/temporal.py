"""Time in ranking: passages of the period asked about rise, and the newer of near-equal ones."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from rag.language.temporal.periods import asks_latest, find_period
from rag.language.temporal.relevance import fit
from rag.schema import Period

__all__ = ["Dated", "period_asked", "recency", "timed"]

PERIOD_SHARE = 0.3
"""How far a score moves towards its passage's fit with the period."""
RECENT_SHARE = 0.02
"""How far a score moves towards its article's recency: enough to part near-equal ones only."""
LATEST_SHARE = 0.1
"""The same where the latest is asked for."""
_MONTH = 30.0  # days after which an article counts half as recent


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A passage's text, and when its article was published; None where nothing says it."""

    published: date | None
    text: str


def period_asked(
    question: str, standalone_question: str, *, asked_on: date, published: Iterable[date | None]
) -> Period | None:
    """The period of the question as asked; where that names none, as understood.

    ``published`` are the days of the articles found.
    """
    newest = _newest(published, asked_on=asked_on)
    own = find_period(question, asked_on=asked_on, newest=newest, before=standalone_question)
    return own or find_period(standalone_question, asked_on=asked_on, newest=newest)


def _newest(published: Iterable[date | None], *, asked_on: date) -> date:
    """The last of the days up to that of the question; that itself where there is none."""
    return max((day for day in published if day and day <= asked_on), default=asked_on)


def timed(
    scores: Mapping[int, float],
    passages: Mapping[int, Dated],
    *,
    question: str,
    period: Period | None,
    asked_on: date,
) -> dict[int, float]:
    """``scores`` with the time counted in, in [0, 1]; both mappings have the same keys.

    A score s moves to s + a · (fit - s), where a is the share times the best fit of all: where
    nothing fits, nothing moves. Then likewise towards the recency. What is undated counts as what
    is dated does on average, so it neither gains nor loses; where nothing is dated it stays.
    """
    published = {row: passage.published for row, passage in passages.items()}
    moved = dict(scores)
    if period is not None:
        fits = {row: fit(period, published=p.published, text=p.text) for row, p in passages.items()}
        best = max((found for found in fits.values() if found is not None), default=0.0)
        moved = _moved(moved, fits, published, share=PERIOD_SHARE * best)
    share = LATEST_SHARE if asks_latest(question) else RECENT_SHARE
    return _moved(moved, recency(published, asked_on=asked_on), published, share=share)


def recency(published: Mapping[int, date | None], *, asked_on: date) -> dict[int, float | None]:
    """1 / (1 + d / 30) for an article d days from the newest of them up to ``asked_on``.

    In [0, 1]; None where there is no date. The newest counts, not the day of the question, so
    that an old archive is put in order too.
    """
    newest = _newest(published.values(), asked_on=asked_on)
    return {
        row: None if day is None else 1 / (1 + abs((newest - day).days) / _MONTH)
        for row, day in published.items()
    }


def _moved(
    scores: Mapping[int, float],
    goals: Mapping[int, float | None],
    published: Mapping[int, date | None],
    *,
    share: float,
) -> dict[int, float]:
    dated = [goal for row, goal in goals.items() if goal is not None and published[row]]
    middle = sum(dated) / len(dated) if dated else None
    moved = dict(scores)
    for row, score in scores.items():
        own = goals[row]
        goal = middle if own is None else own
        if goal is not None:
            moved[row] = score + share * (goal - score)
    return moved

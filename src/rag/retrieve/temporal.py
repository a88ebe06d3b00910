"""Adjusts scores for time: favours the period asked about and, on near-ties, newer articles."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from rag.language import Language
from rag.language.english import ENGLISH
from rag.language.temporal.periods import asks_latest, find_period, find_times
from rag.language.temporal.relevance import fit
from rag.schema import Period

__all__ = ["Dated", "period_asked", "recency", "timed", "times_asked"]

PERIOD_SHARE = 0.3
"""The share of the way that a score moves towards the passage's fit with the period, 0 to 1."""
RECENT_SHARE = 0.02
"""The share of the way that a score moves towards the article's recency; decides near-ties only."""
LATEST_SHARE = 0.1
"""The same share if the question asks for the latest."""
_MONTH = 30.0  # days after which recency is 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A passage's text, and its article's publication date, None if unknown."""

    published: date | None
    text: str


def period_asked(
    question: str,
    standalone_question: str,
    *,
    asked_on: date,
    published: Iterable[date | None],
    language: Language = ENGLISH,
) -> Period | None:
    """The period named in the original question, or else in the rewritten one.

    ``published`` has the dates of the articles found.
    """
    newest = _newest(published, asked_on=asked_on)
    find = partial(find_period, asked_on=asked_on, newest=newest, language=language)
    return find(question, before=standalone_question) or find(standalone_question)


def times_asked(
    question: str,
    *,
    asked_on: date,
    published: Iterable[date | None],
    language: Language = ENGLISH,
) -> tuple[Period, ...]:
    """The times in the rewritten question that can be an article's own date, the shortest first."""
    newest = _newest(published, asked_on=asked_on)
    return find_times(
        question, asked_on=asked_on, newest=newest, before=question, language=language
    )


def _newest(published: Iterable[date | None], *, asked_on: date) -> date:
    """The latest date up to ``asked_on``; ``asked_on`` itself if there is none."""
    return max((day for day in published if day and day <= asked_on), default=asked_on)


def timed(
    scores: Mapping[int, float],
    passages: Mapping[int, Dated],
    *,
    question: str,
    period: Period | None,
    asked_on: date,
    language: Language = ENGLISH,
) -> dict[int, float]:
    """Adjusts ``scores`` for time, in [0, 1]; both mappings have the same keys.

    A score s moves to s + a · (fit - s), where a is ``PERIOD_SHARE`` times the best fit of all
    passages; if nothing fits, this step changes nothing. The scores then move towards recency in
    the same way. An undated passage is treated like the average dated one, so it neither gains nor
    loses. If nothing is dated, its score does not change.
    """
    published = {row: passage.published for row, passage in passages.items()}
    moved = dict(scores)
    if period is not None:
        fits = {
            row: fit(period, published=p.published, text=p.text, language=language)
            for row, p in passages.items()
        }
        best = max((found for found in fits.values() if found is not None), default=0.0)
        moved = _moved(moved, fits, published, share=PERIOD_SHARE * best)
    share = LATEST_SHARE if asks_latest(question, language=language) else RECENT_SHARE
    return _moved(moved, recency(published, asked_on=asked_on), published, share=share)


def recency(published: Mapping[int, date | None], *, asked_on: date) -> dict[int, float | None]:
    """The recency 1 / (1 + d / 30) of an article d days from the newest up to ``asked_on``.

    In [0, 1]; None if undated. Days are counted from the newest article, not from the question, so
    that the articles of an old archive are ordered too.
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

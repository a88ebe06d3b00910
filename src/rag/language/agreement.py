"""Distinguishes versions of one report from members of a series by the facts they share.

A fact is a name, a number or a date. Versions and copies of a report share most of their facts.
Match reports, prices and weather reports that follow one template share the words around the
facts, but the facts differ.
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from rag.language.english import ENGLISH
from rag.language.language import Language
from rag.language.outline import RUN, Fact, Outline, outline
from rag.language.quantities import number_value
from rag.language.temporal.dates import parse_date
from rag.language.values import dates_conflict
from rag.language.words import fold

__all__ = ["series_days"]

_CHANGED = 0.5  # share of changed facts above which two texts belong to a series
_CHANGED_DAY = 0.35  # the same share, for texts about different days
_CHANGED_NUMBERS = 2 / 3  # share of changed numbers, for texts with no day in common
_LEAST_NUMBERS = 3  # minimum changed numbers for the rule above; an update may change two
_LEAST_CHANGED = 3  # minimum changed facts at the start of a text, before boilerplate
_LEAST_SHARE = 0.15  # minimum share of changed facts there
_ANY_DAY = 0b1111111
_DAY = re.compile(r"(?<!\d)\d{1,2}(?!\d)")


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two facts at the same place in two texts. A repeated pair counts once."""

    one: tuple[str, ...]
    other: tuple[str, ...]
    kind: str
    agrees: bool
    is_day: bool = False
    weekdays: int = 0  # a bit mask; equal dates mean the same day only until one of these passes


def series_days(one: str, other: str, *, language: Language = ENGLISH) -> int | None:
    """The weekdays that must lie between the publication dates of two texts of one series.

    Returns a bit mask, with Monday as the lowest bit. If one of these weekdays falls between the
    two publication dates, a day that both texts name is a different day in each: "on Monday" means
    the next Monday, and "today" another day. Returns 0 if the texts form a series whatever their
    dates, and None if they are versions or copies.

    Compares facts whose surrounding words agree. The texts form a series if

    - more than half of these facts differ; or
    - they name different days and no common day, and more than 35% of the facts differ; or
    - they name no common day, and at least three numbers and two thirds of all numbers differ; or
    - one of these rules holds for the text up to the last differing fact, they name no common day,
      and at least three facts and 15% of all facts differ. This ignores shared boilerplate at the
      end, such as addresses and opening hours.
    """
    aligned = _pairs(outline(one, language), outline(other, language), language)
    pairs = list(dict.fromkeys(aligned))
    same = {pair for pair in pairs if pair.agrees and pair.weekdays}
    today = {pair for pair in same if pair.weekdays == _ANY_DAY}
    passed = sum({pair.weekdays for pair in same - today})
    for days, moved in ((0, set()), (_ANY_DAY, today), (passed, same)):
        if (moved or not days) and _is_series(pairs, moved):
            return days
    return None


def _is_series(pairs: Sequence[_Pair], moved: Collection[_Pair]) -> bool:
    """Whether the facts indicate a series, given that the days in ``moved`` differ."""
    if _are_others(pairs, moved):
        return True
    changed = [place for place, pair in enumerate(pairs) if not pair.agrees]
    if len(changed) < max(_LEAST_CHANGED, _LEAST_SHARE * len(pairs)):
        return False
    start = pairs[: changed[-1] + 1]
    has_day = any(pair.is_day for pair in start if pair.agrees and pair not in moved)
    return not has_day and _are_others(start, moved)


def _are_others(pairs: Sequence[_Pair], moved: Collection[_Pair]) -> bool:
    """Whether so many facts differ that the texts report different events."""
    changed = [pair for pair in pairs if not pair.agrees]
    kept = [pair for pair in pairs if pair.agrees and pair not in moved]
    share = len(changed) / max(1, len(changed) + len(kept))
    if share > _CHANGED or any(pair.is_day for pair in kept):
        return share > _CHANGED
    if share > _CHANGED_DAY and (moved or any(pair.is_day for pair in changed)):
        return True
    differ = [not pair.agrees for pair in pairs if pair.kind == "number"]
    return sum(differ) >= max(_LEAST_NUMBERS, _CHANGED_NUMBERS * len(differ))


def _pairs(one: Outline, other: Outline, language: Language) -> Iterator[_Pair]:
    """The facts at aligned places of two texts, in order."""
    aligned: dict[int, int] = {}
    for runs, other_runs in zip(one.runs, other.runs, strict=True):
        shared = [(start, other_runs[run]) for run, start in runs.items() if run in other_runs]
        for start, other_start in _rising(shared):
            for step in range(RUN):
                aligned.setdefault(start + step, other_start + step)
    for place, other_place in sorted(aligned.items()):
        if place in one.facts and other_place in other.facts:
            pair = _pair(one.facts[place], other.facts[other_place], language)
            if pair is not None:
                yield pair


def _rising(pairs: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The longest subsequence of ``pairs``, sorted by first place, whose second places increase.

    Source: Bram Cohen's patience diff, which aligns two texts by the lines unique in both.
    """
    ends: list[int] = []  # the smallest last place of a chain of each length
    tops: list[int] = []  # the pair at that end
    before: list[int] = []  # the pair before each one in its chain, or -1
    for number, (_, end) in enumerate(pairs):
        length = bisect_left(ends, end)
        before.append(tops[length - 1] if length else -1)
        ends[length : length + 1] = [end]
        tops[length : length + 1] = [number]
    number = tops[-1] if tops else -1
    while number >= 0:
        yield pairs[number]
        number = before[number]


def _pair(one: Fact, other: Fact, language: Language) -> _Pair | None:
    """Pairs two facts at the same place; None if their kinds differ or they are not comparable."""
    if one.kind != other.kind:
        return None
    if one.kind == "date":
        return _dates(one, other, language)
    if one.kind == "number":
        values = {number_value(place.text, language=language) for place in (one, other)}
        agrees = one.words == other.words or (len(values) == 1 and None not in values)
    else:
        agrees = set(one.words) <= set(other.words) or set(other.words) <= set(one.words)
        if agrees and one.opens and len(one.words) == 1:
            return None
    return _Pair(one.words, other.words, one.kind, agrees)


def _dates(one: Fact, other: Fact, language: Language) -> _Pair | None:
    """Pairs two dates; None if they may be the same date ("Monday", "3 May") or name no time."""
    full = [parse_date(place.text, language=language) for place in (one, other)]
    agrees = one.words == other.words or (full[0] is not None and full[0] == full[1])
    if not agrees and None in full and not dates_conflict(one.text, other.text, language=language):
        return None
    is_dated = any(word.startswith(language.calendar.month_stems) for word in one.words)
    weekdays = _weekdays(one, language)
    if not weekdays and not is_dated and not any(char.isdigit() for char in one.text):
        if len(one.words) > 1:
            return None  # "this week"
        weekdays = _ANY_DAY  # "today"
    is_day = bool(weekdays or full[0] or (is_dated and _DAY.search(one.text)))
    return _Pair(one.words, other.words, "date", agrees, is_day, weekdays)


def _weekdays(place: Fact, language: Language) -> int:
    """The weekday that a date names, as a bit mask; 0 if none."""
    named = [word for word in place.words if language.calendar.weekday.fullmatch(word)]
    starts = [fold(day)[:3] for day in language.calendar.weekdays]
    return sum(
        1 << number for number, start in enumerate(starts) if named and named[0].startswith(start)
    )

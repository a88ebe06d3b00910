"""Compares two runs by one measure: difference, confidence interval, test, and questions won."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rag.evaluation.comparing.verdict import Change, Verdict
from rag.evaluation.measuring.catalog import DECIDING, MEASURES, Measure
from rag.evaluation.measuring.rows import QuestionRow
from rag.evaluation.statistics.areas import area_interval, area_p_value, placements
from rag.evaluation.statistics.bootstrap import FloatArray, Interval, difference_interval
from rag.evaluation.statistics.randomisation import Alternative, BoolArray, holm, sign_flip

AUROC = "abstention/AUROC"

Pair = tuple[QuestionRow, QuestionRow]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Sides:
    """The values of one measure in both runs; ``counted`` marks the questions in the means."""

    measure: Measure
    ids: tuple[str, ...]
    before: FloatArray
    after: FloatArray
    counted: BoolArray
    interval: Callable[[], Interval | None]
    test: Callable[[Alternative], float]


def compare_rows(
    pairs: Sequence[Pair], *, of: str, only_worse: bool = False
) -> tuple[Verdict, ...]:
    """Returns the verdict of each deciding measure with data in both runs, Holm-corrected over all.

    ``of`` names the second run. ``only_worse`` makes the tests one-sided: they only detect a second
    run that is worse.
    """
    deciding = [measure for measure in MEASURES if measure.key in DECIDING]
    found = [sides for measure in deciding if (sides := _sides(measure, pairs)) is not None]
    p_values = {sides.measure.key: _p_value(sides, only_worse=only_worse) for sides in found}
    corrected = holm(p_values)
    return tuple(_verdict(sides, of=of, p_values=p_values, corrected=corrected) for sides in found)


def _sides(measure: Measure, pairs: Sequence[Pair]) -> _Sides | None:
    if measure.key == AUROC:
        return _areas(measure, pairs)
    key = measure.key
    rows = [(a, b) for a, b in pairs if key in a.values and key in b.values]
    if not rows:
        return None
    before, after = (
        np.array([row.values[key] for row in side]) for side in zip(*rows, strict=True)
    )
    differences = (after - before).tolist()
    return _Sides(
        measure=measure,
        ids=tuple(row.id for row, _ in rows),
        before=before,
        after=after,
        counted=np.ones(len(rows), dtype=np.bool_),
        interval=lambda: difference_interval(differences),
        test=lambda alternative: sign_flip(differences, alternative=alternative),
    )


def _areas(measure: Measure, pairs: Sequence[Pair]) -> _Sides | None:
    rows = [(a, b) for a, b in pairs if a.answerable is not None and a.answerable == b.answerable]
    answerable = [bool(row.answerable) for row, _ in rows]
    if len(set(answerable)) < 2:
        return None
    before, after = ([row.answerability for row in side] for side in zip(*rows, strict=True))
    return _Sides(
        measure=measure,
        ids=tuple(row.id for row, _ in rows),
        before=placements(before, answerable),
        after=placements(after, answerable),
        counted=np.array(answerable),
        interval=lambda: area_interval(before, after, answerable),
        test=lambda alternative: area_p_value(before, after, answerable, alternative=alternative),
    )


def _p_value(sides: _Sides, *, only_worse: bool) -> float:
    if not only_worse:
        return sides.test("two-sided")
    return sides.test("greater" if sides.measure.lower_is_better else "less")


def _verdict(
    sides: _Sides, *, of: str, p_values: Mapping[str, float], corrected: Mapping[str, float]
) -> Verdict:
    gains = (sides.after - sides.before) * (-1 if sides.measure.lower_is_better else 1)
    first, second = (float(side[sides.counted].mean()) for side in (sides.before, sides.after))
    low, high = sides.interval() or (second - first, second - first)
    return Verdict(
        of=of,
        family=len(p_values),
        measure=sides.measure,
        n=len(sides.ids),
        first=first,
        second=second,
        low=low,
        high=high,
        p_value=p_values[sides.measure.key],
        corrected=corrected[sides.measure.key],
        won=_changes(sides, gains > 0, gains),
        lost=_changes(sides, gains < 0, gains),
        tied=tuple(sides.ids[place] for place in np.flatnonzero(gains == 0)),
    )


def _changes(sides: _Sides, changed: BoolArray, gains: FloatArray) -> tuple[Change, ...]:
    """Returns the questions that ``changed``, largest change first, then by id."""
    places = sorted(np.flatnonzero(changed), key=lambda at: (-abs(gains[at]), sides.ids[at]))
    return tuple(
        Change(id=sides.ids[at], before=float(sides.before[at]), after=float(sides.after[at]))
        for at in places
    )

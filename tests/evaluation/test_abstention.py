"""Tests abstention measures: worked examples, invariants, and published definitions."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu
from sklearn.metrics import roc_auc_score

from rag.evaluation.measures.abstention import (
    Levels,
    aurc,
    auroc,
    coarser,
    coverage_at_risk,
    levels,
    risk_coverage,
)

SCORE = st.integers(0, 8).map(lambda number: number / 8)
SCORED = st.lists(st.tuples(SCORE, st.booleans()), min_size=1, max_size=20)
BOTH_SIDES = st.tuples(SCORE, SCORE, SCORED).map(
    lambda drawn: [(drawn[0], True), (drawn[1], False), *drawn[2]]
)
Scored = list[tuple[float, bool]]


def sorted_in(scored: Scored) -> Levels:
    scores, good = zip(*scored, strict=True)
    return levels(scores, good)


def sides(scored: Scored) -> tuple[list[float], list[float]]:
    return [score for score, good in scored if good], [score for score, good in scored if not good]


def test_questions_that_score_alike_share_a_level_the_best_first() -> None:
    found = levels([0.1, 0.9, 0.1, 0.5], [True, True, False, False])
    assert found.good.tolist() == [1, 0, 1]
    assert found.bad.tolist() == [0, 1, 1]


def test_auroc_is_the_share_of_pairs_in_order_with_ties_as_half() -> None:
    # 0.9 beats both, 0.5 beats 0.1 and ties with 0.5: 3.5 of 4 pairs.
    found = levels([0.9, 0.5, 0.5, 0.1], [True, True, False, False])
    assert auroc(found) == (2 + 1 + 1 / 2) / 4


def test_auroc_apart_reversed_and_all_alike() -> None:
    assert auroc(levels([3, 4, 1, 2], [True, True, False, False])) == 1
    assert auroc(levels([1, 2, 3, 4], [True, True, False, False])) == 0
    assert auroc(levels([1, 1, 1], [True, True, False])) == 1 / 2


@pytest.mark.parametrize("measure", [auroc, aurc, coverage_at_risk])
def test_without_questions_there_is_no_data(measure: Callable[[Levels], float]) -> None:
    assert np.isnan(measure(levels([], [])))


def test_auroc_of_one_side_alone_has_no_data() -> None:
    assert np.isnan(auroc(levels([1.0], [True])))
    assert np.isnan(auroc(levels([1.0], [False])))


@given(BOTH_SIDES)
def test_auroc_of_reversed_scores_is_the_rest_to_one(scored: Scored) -> None:
    reverse = [(-score, good) for score, good in scored]
    assert auroc(sorted_in(reverse)) == pytest.approx(1 - auroc(sorted_in(scored)))


@given(BOTH_SIDES)
def test_auroc_asks_for_the_order_of_scores_alone(scored: Scored) -> None:
    stretched = [(np.exp(5 * score) - 7, good) for score, good in scored]
    assert auroc(sorted_in(stretched)) == auroc(sorted_in(scored))


@given(BOTH_SIDES)
def test_auroc_is_what_others_say(scored: Scored) -> None:
    ours, theirs = sides(scored)
    pairs = len(ours) * len(theirs)
    found = auroc(sorted_in(scored))
    assert found == pytest.approx(mannwhitneyu(ours, theirs).statistic / pairs)
    scores, good = zip(*scored, strict=True)
    assert found == pytest.approx(roc_auc_score(good, scores))


WORKED = levels([0.9, 0.7, 0.7, 0.4, 0.2], [True, False, True, True, False])
"""By score: one right; a right and a wrong one tied; one right; one wrong."""


def test_risk_and_coverage_at_each_level() -> None:
    coverage, risk = risk_coverage(WORKED)
    assert coverage.tolist() == [1 / 5, 3 / 5, 4 / 5, 1]
    assert risk.tolist() == [0, 1 / 3, 1 / 4, 2 / 5]


def test_the_area_is_the_mean_risk_over_questions() -> None:
    assert aurc(WORKED) == pytest.approx((0 + 1 / 3 + 1 / 3 + 1 / 4 + 2 / 5) / 5)


def test_coverage_at_a_risk_is_the_largest_that_holds_it() -> None:
    assert coverage_at_risk(WORKED) == 1 / 5
    # The risk exceeds 0.3 at two levels and falls again: the last level below it counts.
    assert coverage_at_risk(WORKED, risk=0.3) == 4 / 5
    assert coverage_at_risk(WORKED, risk=0.4) == 1
    assert coverage_at_risk(levels([0.9, 0.1], [False, True])) == 0
    nineteen_of_twenty = levels(range(20), [place != 0 for place in range(20)])
    assert coverage_at_risk(nineteen_of_twenty) == 1


@given(SCORED)
def test_the_risk_of_answering_all_is_the_share_that_is_wrong(scored: Scored) -> None:
    coverage, risk = risk_coverage(sorted_in(scored))
    assert coverage[-1] == 1
    assert risk[-1] == pytest.approx(sum(not good for _, good in scored) / len(scored))
    assert np.all(np.diff(coverage) > 0)


@given(SCORED)
def test_no_order_has_a_smaller_area_than_the_perfect_one(scored: Scored) -> None:
    perfect = [(good + place / 100, good) for place, (_, good) in enumerate(scored)]
    worst = [(place / 100 - good, good) for place, (_, good) in enumerate(scored)]
    area = aurc(sorted_in(scored))
    assert aurc(sorted_in(perfect)) <= area + 1e-12
    assert area <= aurc(sorted_in(worst)) + 1e-12


@given(SCORED)
def test_where_all_score_alike_the_area_is_the_share_that_is_wrong(scored: Scored) -> None:
    alike = [(0.5, good) for _, good in scored]
    assert aurc(sorted_in(alike)) == pytest.approx(sum(not good for _, good in alike) / len(alike))


@given(SCORED.flatmap(lambda scored: st.tuples(st.just(scored), st.permutations(scored))))
def test_the_order_of_questions_does_not_count(orders: tuple[Scored, Scored]) -> None:
    for measure in (aurc, coverage_at_risk):
        assert measure(sorted_in(orders[0])) == measure(sorted_in(orders[1]))


@given(st.lists(st.tuples(SCORE, st.booleans()), min_size=1, max_size=9), st.data())
def test_a_row_of_counts_is_measured_as_its_questions_are(
    scored: Scored, data: st.DataObject
) -> None:
    found = sorted_in(scored)
    counts = st.lists(st.integers(0, 3), min_size=len(found.good), max_size=len(found.good))
    drawn = Levels(
        good=np.array([data.draw(counts), data.draw(counts)], dtype=np.float64),
        bad=np.array([data.draw(counts), data.draw(counts)], dtype=np.float64),
    )
    distinct = sorted({score for score, _ in scored}, reverse=True)
    for measure in (auroc, aurc, coverage_at_risk):
        for row, value in enumerate(measure(drawn)):
            asked = [
                (score, good)
                for good, side in ((True, drawn.good), (False, drawn.bad))
                for score, count in zip(distinct, side[row], strict=True)
                for _ in range(int(count))
            ]
            alone = measure(sorted_in(asked)) if asked else np.nan
            assert value == pytest.approx(float(alone), nan_ok=True)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_coarser_levels_hold_the_same_questions(scored: Scored) -> None:
    found = sorted_in(scored)
    coarse = coarser(found, 8)
    assert len(coarse.good) <= 8
    assert coarse.good.sum() == found.good.sum()
    assert coarse.bad.sum() == found.bad.sum()
    same = coarser(found, len(scored))
    assert same.good.tolist() == found.good.tolist()

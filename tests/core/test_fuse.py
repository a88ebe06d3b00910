"""Tests score fusion: the formulas, and independence of the order of the lists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.retrieve.fuse import min_max, weighted_sum

scores = st.dictionaries(
    st.integers(min_value=0, max_value=50), st.floats(min_value=-100, max_value=100), max_size=20
)
weights = st.floats(min_value=0, max_value=1)


def test_min_max_is_the_place_between_the_least_and_the_greatest() -> None:
    assert min_max({1: 2.0, 2: 5.0, 3: 4.0}) == {
        1: (2 - 2) / (5 - 2),
        2: (5 - 2) / (5 - 2),
        3: (4 - 2) / (5 - 2),
    }


def test_equal_scores_are_all_one() -> None:
    assert min_max({1: -3.0, 2: -3.0}) == {1: 1.0, 2: 1.0}
    assert min_max({7: 0.0}) == {7: 1.0}
    assert min_max({}) == {}


def test_weighted_sum_counts_a_missing_side_as_nothing() -> None:
    fused = weighted_sum({1: 1.0, 2: 0.5}, {2: 0.8, 3: 1.0}, weight=0.4)
    assert fused == pytest.approx({1: 0.4 * 1.0, 2: 0.4 * 0.5 + 0.6 * 0.8, 3: 0.6 * 1.0})


@given(scores)
def test_min_max_stays_in_range_and_in_order(values: dict[int, float]) -> None:
    brought = min_max(values)
    assert brought.keys() == values.keys()
    assert all(0 <= score <= 1 for score in brought.values())
    ordered = sorted(values, key=lambda row: values[row])
    assert [brought[row] for row in ordered] == sorted(brought.values())


@given(scores, scores, weights, st.randoms(use_true_random=False))
def test_order_of_the_lists_does_not_matter(
    dense: dict[int, float], lexical: dict[int, float], weight: float, random: object
) -> None:
    assert hasattr(random, "shuffle")
    expected = weighted_sum(min_max(dense), min_max(lexical), weight=weight)
    sides = []
    for side in (dense, lexical):
        items = list(side.items())
        random.shuffle(items)
        sides.append(min_max(dict(items)))
    assert weighted_sum(sides[0], sides[1], weight=weight) == expected
    mirrored = weighted_sum(sides[1], sides[0], weight=1 - weight)
    assert mirrored == pytest.approx(expected)


@given(scores, scores, weights)
def test_fused_scores_stay_in_range(
    dense: dict[int, float], lexical: dict[int, float], weight: float
) -> None:
    fused = weighted_sum(min_max(dense), min_max(lexical), weight=weight)
    assert fused.keys() == dense.keys() | lexical.keys()
    assert all(0 <= score <= 1 + 1e-12 for score in fused.values())


@pytest.mark.parametrize(("weight", "left"), [(1.0, {1: 1.0, 2: 0.0}), (0.0, {1: 0.0, 2: 1.0})])
def test_weight_at_its_ends_listens_to_one_side(weight: float, left: dict[int, float]) -> None:
    assert weighted_sum({1: 1.0}, {2: 1.0}, weight=weight) == left

"""AUROC: known values, its laws, and SciPy's Mann-Whitney statistic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from rag.evaluation.measures.abstention import auroc

SCORES = st.lists(st.integers(0, 8).map(lambda number: number / 8), min_size=1, max_size=12)


def test_the_share_of_pairs_in_order_with_ties_as_half() -> None:
    # 0.9 beats both, 0.5 beats 0.1 and ties with 0.5: 3.5 of 4 pairs.
    assert auroc([0.9, 0.5], [0.5, 0.1]) == (2 + 1 + 1 / 2) / 4


def test_apart_reversed_and_all_alike() -> None:
    assert auroc([3, 4], [1, 2]) == 1
    assert auroc([1, 2], [3, 4]) == 0
    assert auroc([1, 1], [1]) == 1 / 2


def test_one_side_alone_has_no_data() -> None:
    assert auroc([], [1.0]) is None
    assert auroc([1.0], []) is None


@given(SCORES, SCORES)
def test_reversed_scores_give_the_rest_to_one(ours: list[float], theirs: list[float]) -> None:
    reverse = auroc([-score for score in ours], [-score for score in theirs])
    straight = auroc(ours, theirs)
    assert straight is not None
    assert reverse == pytest.approx(1 - straight)
    assert auroc(theirs, ours) == pytest.approx(1 - straight)


@given(SCORES, SCORES)
def test_it_is_the_statistic_of_mann_and_whitney(ours: list[float], theirs: list[float]) -> None:
    statistic = mannwhitneyu(ours, theirs).statistic
    assert auroc(ours, theirs) == pytest.approx(statistic / (len(ours) * len(theirs)))

"""Tests the paired randomisation test: against SciPy, against enumeration, and its error rate."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, permutation_test
from sklearn.metrics import roc_auc_score

from rag.evaluation.statistics.areas import area_interval, area_p_value, placements
from rag.evaluation.statistics.bootstrap import FloatArray
from rag.evaluation.statistics.randomisation import Alternative, sign_flip

ALTERNATIVES: tuple[Alternative, ...] = ("two-sided", "greater", "less")
DRAWN = 9999

differences = st.lists(st.sampled_from([-1.0, -0.5, 0.0, 0.25, 1.0]), max_size=9)


def by_scipy(values: object, alternative: Alternative) -> float:
    """SciPy's paired test: exact for few differences, else by 9,999 draws."""
    found = permutation_test(
        (values,), np.sum, permutation_type="samples", alternative=alternative, n_resamples=DRAWN
    )
    return float(found.pvalue)


@pytest.mark.parametrize(("won", "lost"), [(12, 5), (3, 3), (40, 12), (0, 1)])
def test_wins_and_losses_are_tested_like_tosses_of_a_coin(won: int, lost: int) -> None:
    values = [1.0] * won + [-1.0] * lost + [0.0] * 100
    assert sign_flip(values) == pytest.approx(binomtest(won, won + lost).pvalue)
    above = binomtest(won, won + lost, alternative="greater").pvalue
    assert sign_flip(values, alternative="greater") == pytest.approx(above)


@pytest.mark.parametrize("alternative", ALTERNATIVES)
def test_few_differences_are_counted_as_scipy_counts_them(alternative: Alternative) -> None:
    values = [0.1, 0.2, -0.3, 0.35, 0.5, 0.62, 0.7, -0.15, 0.81, 0.05]
    expected = by_scipy(values, alternative)
    assert sign_flip(values, alternative=alternative) == pytest.approx(expected)


@pytest.mark.parametrize("alternative", ALTERNATIVES)
def test_many_differences_are_drawn_and_agree_with_scipy(alternative: Alternative) -> None:
    values = np.random.default_rng(3).normal(0.2, 1, size=60)
    expected = by_scipy(values, alternative)
    error = np.sqrt(2 * expected * (1 - expected) / DRAWN)  # both are estimated from random draws
    found = sign_flip(values.tolist(), alternative=alternative)
    assert found == pytest.approx(expected, abs=4 * error)
    assert 0.01 < expected < 0.99


@settings(deadline=None)
@given(differences, st.integers(0, 5))
def test_equal_pairs_change_nothing(values: list[float], zeros: int) -> None:
    assert sign_flip([*values, *[0.0] * zeros]) == sign_flip(values)


@settings(deadline=None)
@given(differences)
def test_exchanging_the_systems_exchanges_the_sides(values: list[float]) -> None:
    turned = [-value for value in values]
    below = sign_flip(turned, alternative="less")
    assert sign_flip(values, alternative="greater") == pytest.approx(below)
    assert sign_flip(values) == pytest.approx(sign_flip(turned))


def test_no_difference_at_all_is_no_evidence() -> None:
    assert sign_flip([]) == 1
    assert sign_flip([0.0] * 20) == 1


def test_a_chance_is_never_nil() -> None:
    assert 0 < sign_flip([1.0] * 5000) < 1e-300
    assert sign_flip(np.linspace(0.1, 0.9, 200).tolist()) == 1 / (1 + DRAWN)


def test_where_nothing_differs_one_in_twenty_is_below_5_percent() -> None:
    random = np.random.default_rng(11)
    sets = 400
    found = sum(sign_flip(random.normal(size=30).tolist()) < 0.05 for _ in range(sets))
    assert binomtest(found, sets, 0.05).pvalue > 0.01


# ---- areas under the ROC curve


def scores(n: int, *, seed: int, gain: float = 0.0) -> tuple[list[float], list[float], list[bool]]:
    """Two correlated scores per question; the second separates the classes better by ``gain``."""
    random = np.random.default_rng(seed)
    answerable = np.arange(n) % 3 != 0
    common = random.normal(size=n) + answerable
    first, second = (common + random.normal(0, 0.7, size=n) for _ in range(2))
    return first.round(1).tolist(), (second + gain * answerable).tolist(), answerable.tolist()


def test_placements_of_either_side_have_the_area_as_their_mean() -> None:
    first, _, answerable = scores(90, seed=1)
    shares, side = placements(first, answerable), np.array(answerable)
    area = roc_auc_score(answerable, first)
    assert shares[side].mean() == pytest.approx(area)
    assert shares[~side].mean() == pytest.approx(area)


def ranks(values: list[float]) -> FloatArray:
    return np.array([sum(other <= value for other in values) for value in values], dtype=float)


@pytest.mark.parametrize("alternative", ALTERNATIVES)
def test_areas_are_tested_by_exchanging_ranks(alternative: Alternative) -> None:
    """Compares with all 2^9 exchanges."""
    first = [0.3, 0.9, 0.5, 0.2, 0.35, 0.7, 0.1, 0.6, 0.4]
    second = [7.0, 9.0, 8.0, 6.0, 2.0, 3.0, 4.0, 5.0, 1.0]
    answerable = [True] * 5 + [False] * 4

    def apart(exchanged: tuple[bool, ...]) -> float:
        one, other = ranks(first), ranks(second)
        before, after = np.where(exchanged, other, one), np.where(exchanged, one, other)
        return float(roc_auc_score(answerable, after) - roc_auc_score(answerable, before))

    all_apart = np.array([apart(flips) for flips in itertools.product((False, True), repeat=9)])
    found = all_apart[0]
    extreme = {
        "two-sided": abs(all_apart) >= abs(found) - 1e-9,
        "greater": all_apart >= found - 1e-9,
        "less": all_apart <= found + 1e-9,
    }[alternative]
    drawn = area_p_value(first, second, answerable, alternative=alternative)
    assert drawn == pytest.approx(extreme.mean(), abs=4 * np.sqrt(0.25 / 1999))


def test_only_ranks_count() -> None:
    first, second, answerable = scores(60, seed=2)
    stretched = [np.exp(5 * score) for score in second]
    assert area_p_value(first, stretched, answerable) == area_p_value(first, second, answerable)
    assert area_p_value(first, [2 * score for score in first], answerable) == 1


def test_a_better_area_is_found_and_its_interval_lies_above_0() -> None:
    first, second, answerable = scores(600, seed=4, gain=0.8)
    interval = area_interval(first, second, answerable)
    assert interval is not None
    gain = roc_auc_score(answerable, second) - roc_auc_score(answerable, first)
    assert 0 < interval[0] < gain < interval[1]
    assert area_p_value(first, second, answerable) < 0.01
    assert area_p_value(first, second, answerable, alternative="less") > 0.99


def test_equal_areas_are_found_to_differ_one_time_in_twenty() -> None:
    sets = 200
    found = sum(area_p_value(*scores(60, seed=seed)) < 0.05 for seed in range(sets))
    assert binomtest(found, sets, 0.05).pvalue > 0.01

"""Tests bootstrap intervals: how often they contain the true mean, and exact invariants."""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from rag.evaluation.statistics.bootstrap import (
    FloatArray,
    IntArray,
    Interval,
    Statistic,
    difference_interval,
    mean_interval,
    statistic_interval,
)

Draw = Callable[[np.random.Generator, int], FloatArray]

shares = st.lists(st.floats(0, 1, allow_subnormal=False), min_size=1, max_size=30)


def of_mean(values: Sequence[float]) -> Interval:
    interval = mean_interval(values)
    assert interval is not None
    return interval


# ---- coverage of the true mean


@cache
def intervals_of_shares(n: int) -> list[Interval]:
    """The interval for each case in which 0, 1, … n of ``n`` values are 1."""
    return [of_mean([1.0] * ones + [0.0] * (n - ones)) for ones in range(n + 1)]


@pytest.mark.parametrize("n", [100, 141, 200, 500])
@pytest.mark.parametrize("mean", [0.05, 0.1, 0.2, 0.35, 0.5, 0.8, 0.95])
def test_intervals_of_a_share_hold_it_in_93_to_97_of_100_sets(n: int, mean: float) -> None:
    """Exact: the total probability of sets of ``n`` zeros and ones whose interval contains it."""
    chances = binom.pmf(np.arange(n + 1), n, mean)
    held = chances @ [low <= mean <= high for low, high in intervals_of_shares(n)]
    assert 0.93 <= held <= 0.97


def reciprocal_ranks(random: np.random.Generator, n: int) -> FloatArray:
    chances = [0.55, 0.12, 0.06, 0.04, 0.03, 0.02, 0.02, 0.01, 0.01, 0.01, 0.13]
    return random.choice([*(1 / np.arange(1, 11)), 0.0], size=n, p=chances)


def overlaps(random: np.random.Generator, n: int) -> FloatArray:
    """Draws 30% zeros, 40% ones, and otherwise values between with a mean of 0.4."""
    where = random.random(n)
    return np.where(where < 0.3, 0.0, np.where(where < 0.7, 1.0, random.beta(2, 3, n)))


def seconds(random: np.random.Generator, n: int) -> FloatArray:
    return random.lognormal(0, 0.5, n)


MEANS: dict[Draw, float] = {
    reciprocal_ranks: float(
        np.dot([0.55, 0.12, 0.06, 0.04, 0.03, 0.02, 0.02, 0.01, 0.01, 0.01], 1 / np.arange(1, 11))
    ),
    overlaps: 0.4 + 0.3 * 2 / 5,
    seconds: float(np.exp(0.5**2 / 2)),
}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("draw", MEANS)
def test_intervals_hold_the_mean_in_93_to_97_of_100_simulated_sets(draw: Draw, seed: int) -> None:
    random = np.random.default_rng(seed)
    intervals = [of_mean(draw(random, 100).tolist()) for _ in range(1000)]
    held = np.mean([low <= MEANS[draw] <= high for low, high in intervals])
    assert 0.93 <= held <= 0.97


@cache
def of_changes(won: int, lost: int, n: int) -> Interval:
    """The interval of the difference if ``won`` and ``lost`` of ``n`` questions changed."""
    interval = difference_interval([1.0] * won + [-1.0] * lost + [0.0] * (n - won - lost))
    assert interval is not None
    return interval


@pytest.mark.parametrize("difference", [0, 0.02, 0.05])
@pytest.mark.parametrize("changed", [0.05, 0.1, 0.2])
def test_intervals_of_a_difference_hold_it_however_few_questions_change(
    changed: float, difference: float
) -> None:
    """Exact, like the test of a share, except for changes rarer than one set in 10,000."""
    held = 0.0
    for changes in range(101):
        chances = binom.pmf(range(changes + 1), changes, 0.5 + difference / changed / 2)
        chances *= binom.pmf(changes, 100, changed)
        for won in np.flatnonzero(chances > 1e-4).tolist():
            low, high = of_changes(won, changes - won, 100)
            held += float(chances[won]) * (low <= difference + 1e-12 and difference <= high + 1e-12)
    assert 0.935 <= held <= 0.995


# ---- exact invariants


def test_no_values_have_no_interval() -> None:
    assert mean_interval([]) is None
    assert difference_interval([]) is None
    assert statistic_interval(lambda counts: counts.sum(axis=1) * 1.0, 0) is None


@pytest.mark.parametrize("n", [1, 20, 569])
def test_only_zeros_or_only_ones_have_the_exact_binomial_interval(n: int) -> None:
    none, every = (
        binomtest(k, n).proportion_ci(confidence_level=0.95, method="exact") for k in (0, n)
    )
    assert of_mean([0.0] * n) == pytest.approx((none.low, none.high))
    assert of_mean([1.0] * n) == pytest.approx((every.low, every.high))


def test_one_number_again_and_again_is_its_own_interval() -> None:
    assert mean_interval([0.3]) == (0.3, 0.3)
    assert mean_interval([0.1] * 3) == (0.1, 0.1)


def test_equal_pairs_exclude_as_much_either_way() -> None:
    assert difference_interval([0.0] * 50) == pytest.approx((-1 + 0.025**0.02, 1 - 0.025**0.02))


def test_wins_and_losses_exchanged_turn_the_interval_round() -> None:
    low, high = of_changes(12, 5, 569)
    assert of_changes(5, 12, 569) == pytest.approx((-high, -low), abs=1 / 569)


def test_few_losses_and_no_win_may_be_chance_and_many_are_not() -> None:
    for losses in (1, 4, 8, 20):
        low, high = of_changes(0, losses, 110)
        assert low < -losses / 110 < high
        assert (high >= 0) is (losses <= 4)


def test_many_bell_shaped_values_give_the_normal_interval() -> None:
    values = np.random.default_rng(5).normal(size=4000)
    half = 1.96 * values.std() / np.sqrt(values.size)
    expected = (values.mean() - half, values.mean() + half)
    assert of_mean(values.tolist()) == pytest.approx(expected, abs=0.1 * half)


@settings(max_examples=30, deadline=None)
@given(shares)
def test_interval_holds_the_mean_and_stays_among_the_values(values: list[float]) -> None:
    low, high = of_mean(values)
    slack = 1e-12
    if len(set(values)) > 1:
        assert min(values) - slack <= low <= np.mean(values) + slack
        assert np.mean(values) - slack <= high <= max(values) + slack


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from([0.2, 0.3, 0.5]), min_size=2, max_size=40))
def test_units_do_not_matter(values: list[float]) -> None:
    low, high = of_mean(values)
    in_percent = of_mean([100 * value for value in values])
    assert in_percent == pytest.approx((100 * low, 100 * high))


# ---- other statistics


def mean_of(values: FloatArray) -> Statistic:
    """The mean, weighted by how often each value is drawn."""

    def mean(counts: IntArray) -> FloatArray:
        means: FloatArray = counts @ values / counts.sum(axis=1)
        return means

    return mean


def test_a_mean_as_a_statistic_has_the_interval_of_the_mean() -> None:
    values = np.sort(np.random.default_rng(7).random(80))
    assert statistic_interval(mean_of(values), 80) == pytest.approx(of_mean(values.tolist()))


def test_resamples_without_data_are_left_out() -> None:
    """The share of right answers among the answered questions, which are 3 of 4."""
    answered, right = np.array([1, 1, 1, 0]), np.array([1, 1, 0, 0])

    def share(counts: IntArray) -> FloatArray:
        of = counts @ answered
        shares: FloatArray = np.full(of.size, np.nan)
        np.divide(counts @ right, of, out=shares, where=of > 0)
        return shares

    interval = statistic_interval(share, 4)
    assert interval is not None
    assert 0 <= interval[0] < 2 / 3 < interval[1] <= 1


def test_a_statistic_without_data_has_no_interval() -> None:
    assert statistic_interval(lambda counts: np.full(len(counts), np.nan), 5) is None


def test_a_statistic_that_nothing_changes_is_its_own_interval() -> None:
    assert statistic_interval(lambda counts: np.full(len(counts), 0.25), 5) == (0.25, 0.25)


def test_a_statistic_sees_every_question_of_a_large_set() -> None:
    sizes: set[int] = set()
    mean = mean_of(np.arange(3000.0))

    def watched(counts: IntArray) -> FloatArray:
        sizes.update(counts.sum(axis=1).tolist())
        return mean(counts)

    interval = statistic_interval(watched, 3000)
    assert interval is not None
    half = 1.96 * 3000 / np.sqrt(12) / np.sqrt(3000)
    assert interval == pytest.approx((1499.5 - half, 1499.5 + half), abs=0.1 * half)
    assert sizes == {3000, 2985}  # resampled, and with one of 200 groups of 15 left out

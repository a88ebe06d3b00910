"""Tests percentiles and their intervals."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evaluation.measures.latency import percentile, percentile_interval

SECONDS = st.lists(st.floats(0, 1e6), min_size=1, max_size=30)
PERCENTS = st.sampled_from([0, 5, 50, 95, 100])


def test_between_two_values_it_is_interpolated() -> None:
    assert percentile([4.0, 1.0, 2.0], 50) == 2
    assert percentile([1.0, 2.0], 50) == (1 + 2) / 2
    assert percentile([0.0, 10.0], 95) == pytest.approx(9.5)
    assert percentile([3.0], 95) == 3


def test_no_seconds_have_neither_percentile_nor_interval() -> None:
    assert percentile([], 50) is None
    assert percentile_interval([], 50) is None


@given(SECONDS, PERCENTS)
def test_it_is_numpys_default(seconds: list[float], percent: int) -> None:
    assert percentile(seconds, percent) == pytest.approx(float(np.percentile(seconds, percent)))


@pytest.mark.parametrize("percent", [0, 25, 50, 75, 100])
def test_the_interval_is_that_of_all_resamples(percent: int) -> None:
    seconds = [0.5, 0.1, 0.9, 0.2, 0.4]
    place = 4 * percent // 100
    figures = sorted(sorted(drawn)[place] for drawn in product(seconds, repeat=5))
    expected = tuple(
        min(value for value in seconds if np.mean(np.less_equal(figures, value)) >= level)
        for level in (0.025, 0.975)
    )
    assert percentile_interval(seconds, percent) == expected


@given(SECONDS, PERCENTS)
def test_the_interval_holds_the_percentile(seconds: list[float], percent: int) -> None:
    value, interval = percentile(seconds, percent), percentile_interval(seconds, percent)
    assert value is not None
    assert interval is not None
    assert interval[0] <= value + 1e-9 * max(seconds)
    assert value <= interval[1] + 1e-9 * max(seconds)


def test_more_seconds_of_the_same_make_it_narrower() -> None:
    def width(n: int) -> float:
        low, high = percentile_interval([place / n for place in range(n)], 50) or (0, 1)
        return high - low

    # The standard error of the median of uniform values is about 1 / (2 √n).
    assert width(10_000) == pytest.approx(2 * 1.96 / (2 * 100), rel=0.05)
    assert width(10_000) < width(1_000) < width(100)

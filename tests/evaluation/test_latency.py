"""Percentiles."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evaluation.measures.latency import percentile

SECONDS = st.lists(st.floats(0, 1e6), min_size=1, max_size=30)


def test_between_two_values_it_is_interpolated() -> None:
    assert percentile([4.0, 1.0, 2.0], 50) == 2
    assert percentile([1.0, 2.0], 50) == (1 + 2) / 2
    assert percentile([0.0, 10.0], 95) == pytest.approx(9.5)
    assert percentile([3.0], 95) == 3


def test_no_seconds_have_no_percentile() -> None:
    assert percentile([], 50) is None


@given(SECONDS, st.sampled_from([0, 5, 50, 95, 100]))
def test_it_is_numpys_default(seconds: list[float], percent: int) -> None:
    assert percentile(seconds, percent) == pytest.approx(float(np.percentile(seconds, percent)))

"""Tests Holm's correction with a worked example and invariants."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evaluation.statistics.randomisation import holm

p_values = st.dictionaries(st.text(max_size=3), st.floats(0, 1), max_size=8)


def test_worked_example() -> None:
    corrected = holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005})
    assert corrected == pytest.approx(
        {"a": 3 * 0.01, "b": 2 * 0.03, "c": 2 * 0.03, "d": 4 * 0.005}  # b is raised to c
    )
    assert list(corrected) == ["a", "b", "c", "d"]


def test_one_test_alone_is_as_it_was_and_none_is_none() -> None:
    assert holm({"a": 0.2}) == {"a": 0.2}
    assert holm({}) == {}


@given(p_values)
def test_no_better_than_alone_and_no_worse_than_bonferroni(values: dict[str, float]) -> None:
    for name, corrected in holm(values).items():
        assert values[name] <= corrected <= min(1, len(values) * values[name])


@given(p_values)
def test_order_is_kept(values: dict[str, float]) -> None:
    corrected = holm(values)
    by_own = sorted(values, key=lambda name: values[name])
    assert [corrected[name] for name in by_own] == sorted(corrected.values())

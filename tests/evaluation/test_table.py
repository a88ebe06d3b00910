"""The headline table."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from rag.evaluation import headline
from rag.evaluation.metrics import Metrics, measure
from rag.evaluation.records import Gold, Prediction

MakePrediction = Callable[..., Prediction]
MakeGold = Callable[..., Gold]
WriteResults = Callable[..., Path]
Measured = Callable[..., Metrics]


@pytest.fixture
def measured(
    tmp_path: Path, prediction: MakePrediction, gold: MakeGold, write_results: WriteResults
) -> Measured:
    def measured(*, followups: bool) -> Metrics:
        shown = [prediction(name, statements=("On Friday.",)) for name in ("one", "two")]
        first = gold("one", answers=("Friday",))
        second = gold("two", answers=("Monday",), has_history=followups)
        return measure(write_results(tmp_path, [(shown[0], first), (shown[1], second)]))

    return measured


def lines_of(metrics: Metrics) -> dict[str, list[str]]:
    """The cells of each line by its first words."""
    console = Console(file=io.StringIO(), width=80)
    console.print(headline(metrics))
    output = console.file
    assert isinstance(output, io.StringIO)
    cells = (
        [cell.strip() for cell in line.split("  ") if cell.strip()]
        for line in output.getvalue().splitlines()
    )
    return {line[0]: line[1:] for line in cells if line}


def test_each_figure_stands_with_its_n(measured: Measured) -> None:
    lines = lines_of(measured(followups=False))
    assert "by-hand: 2 questions" in lines
    assert lines["contains shown"] == ["0.500", "2"]
    assert lines["words shown ↓"] == ["2.0", "2"]
    assert lines["p95 ↓"] == ["0.250 s", "2"]


def test_a_figure_without_data_says_so(measured: Measured) -> None:
    lines = lines_of(measured(followups=False))
    assert lines["unanswerable abstained"] == ["no data", "0"]
    assert lines["Success@1"] == ["no data", "0"]


def test_follow_ups_stand_beside_standalone_questions(measured: Measured) -> None:
    lines = lines_of(measured(followups=True))
    assert lines["contains shown"] == ["0.500", "2", "1.000", "1", "0.000", "1"]

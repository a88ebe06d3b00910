"""Tests the headline tables."""

import io
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from rag.evaluation.measuring.catalog import baselines_note
from rag.evaluation.measuring.figures import Metrics
from rag.evaluation.measuring.metrics import measure
from rag.evaluation.measuring.table import headline
from rag.evaluation.records import Found, Gold, Prediction, Unit

MakeHits = Callable[..., tuple[Found, ...]]
MakePrediction = Callable[..., Prediction]
MakeGold = Callable[..., Gold]
WriteResults = Callable[..., Path]
Measured = Callable[..., Metrics]

COLUMNS = 80
UNIT = Unit(article_id="a", start=0, end=9)


@pytest.fixture
def measured(
    tmp_path: Path,
    hits: MakeHits,
    prediction: MakePrediction,
    gold: MakeGold,
    write_results: WriteResults,
) -> Measured:
    """Figures for two questions answered with "On Friday."; one answer is right."""

    def measured(
        *, followups: bool = False, systems: Iterable[str] = (), fewer: Iterable[str] = ()
    ) -> Metrics:
        found = hits(("b", 0, 9), ("a", 0, 9))
        shown = [
            prediction(name, statements=("On Friday.",), hits=found) for name in ("one", "two")
        ]
        first = gold("one", answers=("Friday",), units=(UNIT,))
        second = gold("two", answers=("Monday",), has_history=followups)
        others = {**dict.fromkeys(systems, shown), **dict.fromkeys(fewer, shown[1:])}
        rows = [(shown[0], first), (shown[1], second)]
        return measure(write_results(tmp_path, rows, systems=others))[0]

    return measured


def printed(metrics: Metrics, *, soft_wrap: bool = False) -> list[str]:
    console = Console(file=io.StringIO(), width=COLUMNS, soft_wrap=soft_wrap)
    console.print(headline(metrics))
    output = console.file
    assert isinstance(output, io.StringIO)
    return output.getvalue().splitlines()


def lines_of(metrics: Metrics) -> dict[str, list[str]]:
    """The cells of each line by its first words; if two lines begin alike, the last one."""
    cells = (re.split(r"\s{2,}", line.strip()) for line in printed(metrics))
    return {line[0]: line[1:] for line in cells if line[0]}


def test_each_figure_stands_with_its_interval_and_n(measured: Measured) -> None:
    metrics = measured()
    lines = lines_of(metrics)
    figure = metrics.scores.answers["contains_shown"]
    interval = f"{figure.low:.3f}–{figure.high:.3f}".replace("0.", ".")
    assert "by-hand: 2 questions" in lines
    assert lines["all shown contains"] == [".500", interval, "2"]
    assert lines["words shown ↓"] == ["2.0", "2"]
    assert lines["p95 ↓"] == [".250", "2"]
    assert lines["RR@10"][0] == ".500"
    assert lines["Success@3"][0] == "1.000"


def test_a_figure_without_data_says_so(measured: Measured) -> None:
    lines = lines_of(measured())
    assert lines["unanswerable abstained"] == ["no data", "0"]
    assert lines["AUROC"] == ["no data", "2"]


def test_follow_ups_stand_beside_standalone_questions(measured: Measured) -> None:
    lines = lines_of(measured(followups=True))
    assert lines["all"] == ["2", ".000", "1.000", ".500", ".500", ".500", "2.0", "no data"]
    assert lines["standalone"] == ["1", ".000", "1.000", ".500", "1.000", "1.000", "2.0", "no data"]
    no_gold = ["no data", "no data", "no data"]
    assert lines["followup"] == ["1", *no_gold, ".000", ".000", "2.0", "no data"]
    assert "standalone" not in lines_of(measured(followups=False))


def test_systems_stand_beside_byline_on_the_same_questions(measured: Measured) -> None:
    systems = printed(measured(systems=["bm25"], fewer=["by-hand", "ignoring"]))
    start = next(place for place, line in enumerate(systems) if line.startswith("systems"))
    lines = [re.split(r"\s{2,}", line.strip()) for line in systems[start:]]
    named = {line[0]: line[1:] for line in lines if len(line) == 9}
    assert list(named) == ["byline", "bm25", "same questions", "by-hand", "ignoring"]
    assert named["byline"] == named["bm25"]
    assert named["same questions"] == named["by-hand"]
    assert named["by-hand"][0] == "1"


@pytest.mark.parametrize("soft_wrap", [False, True])
def test_at_80_columns_no_number_and_no_name_is_cut(measured: Measured, *, soft_wrap: bool) -> None:
    names = ["rewritten-by-hand", "random-article", "always-abstain", "bm25", "dense"]
    lines = printed(many(measured(followups=True, systems=names)), soft_wrap=soft_wrap)
    assert max(map(len, lines)) <= COLUMNS
    assert "…" not in "".join(lines)
    cells = [line.split() for line in lines]
    for name in ("byline", "standalone", "followup", *names):
        (shown,) = [line for line in cells if line[:2] == [name, "123,456"]]
        assert len(shown) > 8


def many(metrics: Metrics) -> Metrics:
    """The same figures for more questions than any data set has."""
    slices, systems = (
        {name: replace(scores, n=123_456) for name, scores in each.items()}
        for each in (metrics.slices, metrics.systems)
    )
    scores = replace(metrics.scores, n=123_456)
    beside = dict.fromkeys(systems, scores)
    return replace(metrics, scores=scores, slices=slices, systems=systems, beside=beside)


def test_a_longer_name_goes_on_in_the_next_line(measured: Measured) -> None:
    name = "a-system-that-somebody-named-at-great-length"
    lines = printed(measured(systems=[name]))
    names = "".join(line.split("  ")[0].strip() for line in lines)
    assert name in names
    assert "…" not in "".join(lines)


def test_baselines_that_show_more_are_explained(measured: Measured) -> None:
    said = " ".join(" ".join(printed(measured(systems=["bm25", "dense"]))).split())
    assert "bm25 and dense show the whole best passage and never abstain: a longer" in said
    assert baselines_note(["dense", "mine"]).startswith("dense shows the whole best passage")
    assert baselines_note(["random-article", "always-abstain"]) == ""


def test_one_question_is_one(measured: Measured) -> None:
    metrics = measured()
    lines = printed(replace(metrics, scores=replace(metrics.scores, n=1)))
    assert "by-hand: 1 question" in [line.strip() for line in lines]

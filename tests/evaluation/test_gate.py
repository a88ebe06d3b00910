"""Tests the gate: when it fails, when it passes, and the contents of a baseline."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

import rag
from rag.cli.main import run
from rag.evaluation.comparing.gate import accept, gate
from rag.evaluation.measuring.rows import QuestionRow, read_question_rows
from rag.evaluation.records import ROWS, RUN

MakeRow = Callable[..., QuestionRow]
WriteMeasured = Callable[..., Path]
Measured = Callable[..., Path]

CONTAINS = "answers/contains_shown"
EXACT = "citations/quotes_exact"
SETTINGS = {"settings": {"threshold": 0.5}}


@pytest.fixture
def measured(tmp_path: Path, question_row: MakeRow, write_measured: WriteMeasured) -> Measured:
    """A result folder of 40 questions, all answered rightly except those in ``wrong``."""

    def made(
        name: str, *, wrong: range = range(0), values: Mapping[str, float] | None = None
    ) -> Path:
        rows = [
            question_row(
                f"q{number:02}",
                {CONTAINS: float(number not in wrong), EXACT: 1.0, **(values or {})},
                group="read wrongly" if number in wrong else "right",
            )
            for number in range(40)
        ]
        return write_measured(tmp_path / name, rows, run=SETTINGS)

    return made


@pytest.fixture
def baseline(measured: Measured, tmp_path: Path) -> Path:
    """The baseline of a run that answers everything rightly."""
    accept(measured("before"), against=tmp_path / "baseline")
    return tmp_path / "baseline"


def gated(folder: Path, baseline: Path, *more: str) -> int:
    return run(["gate", str(folder), "--against", str(baseline), *more])


# ---- passes


def test_the_same_run_passes_and_tells_what_it_could_have_seen(
    measured: Measured, baseline: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gated(measured("now"), baseline) == 0
    assert capsys.readouterr().out == (
        "no measure is significantly worse: 2 measures, 40 questions;"
        " 0 questions better, 0 worse, counted by: all shown contains\n"
        "with 40 questions, only a drop of about 15.0 points or more can be detected"
        " (6 worse, none better)\n"
        "same settings; the code may differ\n"
    )


def test_the_least_fall_that_it_tells_of_closes_it_and_one_less_does_not(
    measured: Measured, baseline: Path
) -> None:
    least = gate(measured("now"), against=baseline).least
    assert 2 / 2**least < 0.05 <= 2 / 2 ** (least - 1)
    assert not gate(measured("now", wrong=range(least)), against=baseline).passed
    assert gate(measured("now", wrong=range(least - 1)), against=baseline).passed


def test_a_baseline_with_too_little_to_lose_is_told_of(
    measured: Measured, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    accept(measured("before", wrong=range(5, 40)), against=tmp_path / "baseline")
    assert gated(measured("now", wrong=range(1, 40)), tmp_path / "baseline") == 0
    out = capsys.readouterr().out
    assert "; 0 questions better, 4 worse, counted by: all shown contains\n" in out
    assert (
        "too few questions to detect a regression: 6 would have to be worse and none better, but"
        " only 5 of 40 can get worse\n"
    ) in out


def test_one_question_is_no_plural(
    measured: Measured, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    accept(measured("before", wrong=range(1)), against=tmp_path / "baseline")
    assert gated(measured("now"), tmp_path / "baseline") == 0
    assert "; 1 question better, 0 worse" in capsys.readouterr().out


def test_a_fall_that_chance_explains_passes(measured: Measured, baseline: Path) -> None:
    """Four losses and no win: p is 1/16, and 1/8 after correction for two measures."""
    found = gate(measured("now", wrong=range(4)), against=baseline)
    assert found.passed
    by_key = {verdict.key: verdict for verdict in found.verdicts}
    assert by_key[CONTAINS].p_value == pytest.approx(1 / 2**4)
    assert by_key[CONTAINS].corrected == pytest.approx(2 / 2**4)


def test_a_rise_and_new_questions_pass(
    measured: Measured,
    tmp_path: Path,
    question_row: MakeRow,
    write_measured: WriteMeasured,
    capsys: pytest.CaptureFixture[str],
) -> None:
    accept(measured("before", wrong=range(20)), against=tmp_path / "baseline")
    now = list(read_question_rows(measured("now")))
    more = write_measured(tmp_path / "more", [*now, question_row("new", {CONTAINS: 0, EXACT: 1})])
    assert gated(more, tmp_path / "baseline") == 0
    out = capsys.readouterr().out
    assert "40 questions, 1 more not in the baseline; 20 questions better, 0 worse" in out


# ---- fails


def test_a_fall_beyond_noise_is_named_with_its_questions(
    measured: Measured, baseline: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Six losses and no win: p is 1/64, and 1/32 after correction for two measures."""
    assert gated(measured("now", wrong=range(6)), baseline) == 1
    out = capsys.readouterr().out
    assert "all shown contains is significantly worse: 100.0 → 85.0 points of 40 questions" in out
    assert "p = 0.031" in out
    assert "6 worse, 0 better" in out
    for number in range(6):
        name = f"q{number:02}"
        assert f"  {name}: What about {name}? 1 → 0 (right → read wrongly)\n" in out
    assert "q06" not in out
    assert "quotes exact" not in out


def test_a_measure_that_is_better_when_lower_closes_it_by_rising(
    measured: Measured, tmp_path: Path
) -> None:
    lost = "abstention/answerable_lost"
    accept(measured("before", values={lost: 0.0}), against=tmp_path / "baseline")
    found = gate(measured("now", values={lost: 1.0}), against=tmp_path / "baseline")
    assert [verdict.key for verdict in found.fallen] == [lost]
    turned = gate(
        measured("before", values={lost: 0.0}), against=measured("now", values={lost: 1.0})
    )
    assert turned.passed


def test_one_inexact_quote_closes_it_whatever_chance_does(
    *,
    measured: Measured,
    baseline: Path,
    question_row: MakeRow,
    write_measured: WriteMeasured,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = list(read_question_rows(measured("now")))
    rows[7] = question_row("q07", {CONTAINS: 1, EXACT: 0.5})
    assert gated(write_measured(tmp_path / "inexact", rows, run=SETTINGS), baseline) == 1
    assert capsys.readouterr().out == (
        "1 question: a quote differs from the article\n  q07: What about q07?\n"
        "same settings; the code may differ\n"
    )


def test_a_missing_or_reworded_question_closes_it(
    *,
    measured: Measured,
    baseline: Path,
    question_row: MakeRow,
    write_measured: WriteMeasured,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = list(read_question_rows(measured("now")))[1:]
    rows[0] = question_row("q01", {CONTAINS: 1, EXACT: 1}, question="Reworded?")
    lower = {"settings": {"threshold": 0.25}}
    assert gated(write_measured(tmp_path / "fewer", rows, run=lower), baseline) == 1
    assert capsys.readouterr().out == (
        "2 questions: in the baseline, but missing from the run or worded differently\n"
        "  q00: What about q00?\n  q01: What about q01?\n"
        "differs: threshold 0.5 → 0.25\n"
    )


@pytest.mark.slow
def test_a_run_as_good_as_the_baseline_is_stopped_in_5_of_100_at_most(
    question_row: MakeRow, write_measured: WriteMeasured, tmp_path: Path
) -> None:
    random = np.random.default_rng(3)
    stopped = 0
    for _ in range(200):
        for name in ("baseline", "now"):
            right, near = random.random(60) < 0.7, random.random(60).round(1)
            rows = [
                question_row(f"q{n}", {CONTAINS: float(right[n]), "answers/F1": float(near[n])})
                for n in range(60)
            ]
            write_measured(tmp_path / name, rows)
        stopped += not gate(tmp_path / "now", against=tmp_path / "baseline").passed
    assert stopped <= 10


# ---- the baseline


def test_without_a_baseline_it_says_how_to_accept_one(
    measured: Measured, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gated(measured("now"), tmp_path / "none") == 2
    err = capsys.readouterr().err
    assert "there is no baseline in" in err
    assert "--accept" in err


def test_a_folder_of_something_else_is_neither_a_baseline_nor_made_one(
    measured: Measured, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text("{}\n", encoding="utf-8")
    for folder in (tmp_path, questions):
        assert gated(measured("now"), folder) == 2
        err = capsys.readouterr().err
        assert "is not a baseline" in err
        assert "--accept" not in err
        assert gated(measured("now"), folder, "--accept") == 2
        assert "folder" in capsys.readouterr().err
    assert questions.read_text(encoding="utf-8") == "{}\n"
    assert not (tmp_path / ROWS).exists()


def test_accepting_replaces_the_baseline(
    measured: Measured, baseline: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    worse = measured("now", wrong=range(10))
    assert gated(worse, baseline) == 1
    assert gated(worse, baseline, "--accept") == 0
    assert "contains 40 questions" in capsys.readouterr().out
    assert gated(worse, baseline) == 0
    assert {file.name for file in baseline.iterdir()} == {RUN, ROWS}


def test_a_baseline_keeps_what_a_comparison_needs_and_no_machine_path(
    question_row: MakeRow, write_measured: WriteMeasured, tmp_path: Path
) -> None:
    folder = write_measured(
        tmp_path / "now",
        [question_row("q", {CONTAINS: 1}, answerable=True, answerability=0.75)],
        run={
            "model": "/home/someone/models/mini",
            "settings": {"index": "C:\\index", "k": 20, "name": "org/mini"},
            "skipped": [["/home/someone/a.txt", "empty"]],
        },
    )
    accept(folder, against=tmp_path / "baseline")
    described = json.loads((tmp_path / "baseline" / RUN).read_text(encoding="utf-8"))
    assert described["model"] == "mini"
    assert described["settings"] == {"index": "index", "k": 20, "name": "org/mini"}
    assert "skipped" not in described
    (row,) = read_question_rows(tmp_path / "baseline")
    assert (row.values, row.answerable, row.answerability) == ({CONTAINS: 1}, True, 0.75)


def test_a_run_is_not_its_own_baseline(measured: Measured) -> None:
    folder = measured("now")
    with pytest.raises(rag.UsageError, match="its own baseline"):
        accept(folder, against=folder)

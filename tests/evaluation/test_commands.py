"""Tests ``byline eval`` and ``byline report`` in the terminal."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

import rag
from rag.cli.evaluate import telling_where_it_stopped
from rag.cli.main import run

WriteRows = Callable[[Path, Iterable[Mapping[str, object]]], Path]
WriteResults = Callable[..., Path]

CORPUS = [
    {"id": "talks", "text": "The ministers met in Geneva. The talks ended on Friday."},
    {"id": "rain", "text": "Heavy rain flooded the harbour of Trieste."},
]
QUESTIONS: list[dict[str, Any]] = [
    {"id": "q1", "question": "When did the talks end?", "answers": ["Friday"], "gold": ["talks"]},
    {"id": "q2", "question": "What did rain flood?", "answers": ["the port"], "gold": ["rain"]},
]
BAD: list[dict[str, Any]] = [
    {"id": "q3", "question": "Where?", "gold": ["nowhere"]},
    {"id": "q4", "question": " "},
]


@pytest.fixture
def folder(tmp_path: Path, write_rows: WriteRows) -> Path:
    write_rows(tmp_path / "set" / "corpus.jsonl", CORPUS)
    write_rows(tmp_path / "set" / "questions.jsonl", QUESTIONS)
    return tmp_path / "set"


def test_each_fault_has_a_line_of_its_own(
    folder: Path, tmp_path: Path, write_rows: WriteRows, capsys: pytest.CaptureFixture[str]
) -> None:
    write_rows(folder / "questions.jsonl", [*QUESTIONS, *BAD])
    assert run(["eval", str(folder), "--out", str(tmp_path / "out")]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    first, second, last = printed.err.splitlines()
    assert first.strip().startswith("questions.jsonl:3: question 'q3': gold 'nowhere'")
    assert second.strip().startswith("questions.jsonl:4: question is empty")
    assert last.startswith(f"byline: {folder}: 2 faults (")
    assert last.endswith("leave them out with --skip-bad")
    assert not (tmp_path / "out").exists()


def test_report_measures_a_result_folder_anew(
    tmp_path: Path,
    write_results: WriteResults,
    prediction: Callable[..., Any],
    gold: Callable[..., Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = [(prediction("q", statements=("On Friday.",)), gold("q", answers=("Friday",)))]
    told: dict[str, Any] = {
        "warnings": ["questions.jsonl:1: one", "questions.jsonl:2: two"],
        "faults": ["one"],
    }
    told["skipped"] = [["bad.txt", "not text"]]
    out = write_results(tmp_path / "out", rows, run=told)
    assert run(["report", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "by-hand: 1 question" in printed
    assert f"1 fault left out: see {out / 'run.json'}" in printed
    assert f"1 file not indexed: see {out / 'run.json'}" in printed
    assert f"2 warnings to look at: see {out / 'run.json'}" in printed
    assert printed.rstrip().endswith(f"report: {out / 'report.html'}")
    assert (out / "report.html").is_file()
    assert (out / "metrics.json").is_file()


def test_report_lists_each_fault_on_a_line_of_its_own(
    tmp_path: Path, write_results: WriteResults, capsys: pytest.CaptureFixture[str]
) -> None:
    out = write_results(tmp_path / "out", [])
    (out / "predictions.jsonl").write_text('{"id": NaN}\n{}\n', encoding="utf-8")
    assert run(["report", str(out)]) == 1
    told = [line.strip() for line in capsys.readouterr().err.splitlines()]
    for number in (1, 2):
        assert any(line.startswith(f"predictions.jsonl:{number}: ") for line in told)


def test_report_of_no_results_is_bad_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["report", str(tmp_path)]) == 2
    assert "no results in" in capsys.readouterr().err


@pytest.mark.slow
def test_eval_prints_the_headline_and_what_is_odd(
    folder: Path,
    tmp_path: Path,
    write_rows: WriteRows,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BYLINE_THRESHOLD", "0")
    write_rows(folder / "questions.jsonl", [*QUESTIONS, *BAD])
    out = tmp_path / "out"
    options = ["--cache", str(tmp_path / "cache"), "--skip-bad", "--baselines"]
    assert run(["eval", str(folder), "--out", str(out), *options]) == 0
    printed = capsys.readouterr().out
    assert "set: 2 questions" in printed
    assert "2 faults left out" in printed
    assert "1 warning to look at" in printed
    assert f"report: {out / 'report.html'}" in printed
    described = json.loads((out / "run.json").read_text())
    assert described["settings"]["threshold"] == 0
    assert {file.stem for file in (out / "systems").iterdir()} == {
        "bm25",
        "dense",
        "random-article",
        "always-abstain",
    }


START = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from rag.cli.main import main
main(sys.argv[1:])
"""


@pytest.mark.slow
def test_eval_keeps_what_another_setting_made_unless_told(
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = tmp_path / "out"
    command = ["eval", str(folder), "--out", str(out), "--cache", str(tmp_path / "cache")]
    monkeypatch.setenv("BYLINE_THRESHOLD", "0")
    assert run(command) == 0
    monkeypatch.delenv("BYLINE_THRESHOLD")
    capsys.readouterr()
    assert run(command) == 2
    assert capsys.readouterr().err == (
        f"byline: {out} contains a run with threshold 0.0, but this run has -1.0; choose another"
        " --out, or overwrite it with --replace\n"
    )
    assert run([*command, "--replace"]) == 0
    described = json.loads((out / "run.json").read_text())
    assert described["settings"]["threshold"] == -1
    described["finished"] = False  # the state after Ctrl-C
    (out / "run.json").write_text(json.dumps(described))
    answered = (out / "predictions.jsonl").read_text().splitlines(keepends=True)
    (out / "predictions.jsonl").write_text(answered[0])
    capsys.readouterr()
    assert run(command) == 0
    assert capsys.readouterr().err == "resuming after 1 of 2 questions\n"


@pytest.mark.parametrize("asked", [[], [rag.Progress(stage="asking", done=0, total=9)]])
def test_ctrl_c_before_the_first_answer_promises_nothing(
    tmp_path: Path, asked: list[rag.Progress]
) -> None:
    seen: list[rag.Progress] = []

    def break_off() -> None:
        with telling_where_it_stopped(seen.append, tmp_path) as watch:
            for step in asked:
                watch(step)
            raise KeyboardInterrupt

    with pytest.raises(rag.BylineError) as stopped:
        break_off()
    assert str(stopped.value) == "stopped before any question was answered; no answer was written"
    assert seen == asked


@pytest.mark.slow
def test_ctrl_c_says_how_far_it_came(folder: Path, tmp_path: Path, write_rows: WriteRows) -> None:
    many = [{"id": f"q{n}", "question": f"When did talks of {n} end?"} for n in range(1_000)]
    write_rows(folder / "questions.jsonl", many)
    out = tmp_path / "out"
    command = ["eval", str(folder), "--out", str(out), "--cache", str(tmp_path / "cache")]
    running = subprocess.Popen(
        [sys.executable, "-c", START, *command], stderr=subprocess.PIPE, encoding="utf-8"
    )
    predictions = out / "predictions.jsonl"
    try:
        for _ in range(1_200):
            if predictions.exists() and predictions.read_bytes().count(b"\n") >= 3:
                break
            time.sleep(0.1)
        os.kill(running.pid, signal.SIGINT)
        _, errors = running.communicate(timeout=60)
    finally:
        running.kill()
    answered = predictions.read_bytes().count(b"\n")
    assert running.returncode == 1
    assert 3 <= answered < 1_000
    (line,) = errors.splitlines()
    stopped = line.removeprefix("byline: stopped: ")
    how_far, _, further = stopped.partition(" of 1,000 questions answered; ")
    # The interruption may occur after a line is written and before it is counted.
    assert answered - int(how_far.replace(",", "")) in (0, 1)
    assert further == "the same command continues from there"
    assert json.loads((out / "run.json").read_text())["finished"] is False

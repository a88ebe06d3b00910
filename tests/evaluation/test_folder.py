"""Tests reading a result folder: rejected folders, and lists of malformed lines."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import rag
from rag.evaluation.folder import read_results
from rag.evaluation.records import FORMAT, GOLD, PREDICTIONS, RUN, Gold, Prediction

Row = tuple[Prediction, Gold]
MakePrediction = Callable[..., Prediction]
MakeGold = Callable[..., Gold]
WriteResults = Callable[..., Path]


@pytest.fixture
def rows(prediction: MakePrediction, gold: MakeGold) -> list[Row]:
    return [(prediction(f"q{place}"), gold(f"q{place}")) for place in range(5)]


def test_questions_come_in_the_order_of_their_ids(
    tmp_path: Path, rows: list[Row], write_results: WriteResults
) -> None:
    assert list(read_results(write_results(tmp_path, rows[::-1])).rows) == rows


def test_predictions_without_statements_are_read_as_one(
    tmp_path: Path, prediction: MakePrediction, gold: MakeGold, write_results: WriteResults
) -> None:
    shown = prediction(statements=("On Monday.", "On Friday."))
    folder = write_results(tmp_path, [(shown, gold(answers=("friday",)))])
    row = json.loads((folder / PREDICTIONS).read_text(encoding="utf-8"))
    del row["statements"]
    (folder / PREDICTIONS).write_text(json.dumps(row), encoding="utf-8")
    assert read_results(folder).rows[0][0].statements == ("On Monday. On Friday.",)


def test_a_folder_without_results_or_of_another_format_is_refused(
    tmp_path: Path, rows: list[Row], write_results: WriteResults
) -> None:
    with pytest.raises(rag.UsageError, match="no results in"):
        read_results(tmp_path)
    write_results(tmp_path, rows, version=0)
    with pytest.raises(rag.UsageError, match=f"results of format 0, not {FORMAT}"):
        read_results(tmp_path)
    (tmp_path / RUN).write_text("[]", encoding="utf-8")
    with pytest.raises(rag.UsageError, match="results of format None"):
        read_results(tmp_path)


def test_an_unfinished_run_is_refused(
    tmp_path: Path, rows: list[Row], write_results: WriteResults
) -> None:
    folder = write_results(tmp_path, rows)
    lines = (folder / PREDICTIONS).read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / PREDICTIONS).write_text("".join(lines[:3]), encoding="utf-8")
    with pytest.raises(rag.UsageError, match="3 of 5 answers"):
        read_results(folder)


def test_lines_that_break_the_form_are_listed(
    tmp_path: Path, rows: list[Row], write_results: WriteResults
) -> None:
    folder = write_results(tmp_path, rows)
    with (folder / GOLD).open("a", encoding="utf-8") as lines:
        lines.write('{"id": "half"}\nnothing\n')
    with pytest.raises(rag.DatasetError, match="2 faults") as raised:
        read_results(folder)
    assert "gold.jsonl:6: " in str(raised.value)
    assert "gold.jsonl:7: " in str(raised.value)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('"answerability": 0.5', '"answerability": NaN', "NaN is not a valid JSON number"),
        ('"answerability": 0.5', '"answerability": "high"', "answerability is 'high'"),
        ('"statements": []', '"statements": "x"', "statements is 'x'"),
        ('"hits": []', '"hits": [{"article_id": "a", "start": "0"}]', "start is '0'"),
        ('"total": 0.25', '"total": null', "total is None"),
    ],
)
def test_a_value_of_a_wrong_kind_is_listed(
    tmp_path: Path,
    rows: list[Row],
    write_results: WriteResults,
    *,
    before: str,
    after: str,
    said: str,
) -> None:
    folder = write_results(tmp_path, rows[:1])
    text = (folder / PREDICTIONS).read_text(encoding="utf-8")
    assert before in text
    (folder / PREDICTIONS).write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(rag.DatasetError, match=r"predictions\.jsonl:1: ") as raised:
        read_results(folder)
    assert said in str(raised.value)

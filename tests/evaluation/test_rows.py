"""Tests writing and reading rows, complete and bare."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import rag
from rag.evaluation.lines import dump_line
from rag.evaluation.measuring.metrics import measure, write_metrics
from rag.evaluation.measuring.rows import bare_row, read_question_rows
from rag.evaluation.records import ROWS, Found, Gold, Prediction, Quote, Unit

MakeHits = Callable[..., tuple[Found, ...]]
MakePrediction = Callable[..., Prediction]
MakeGold = Callable[..., Gold]
WriteResults = Callable[..., Path]

UNIT = Unit(article_id="a", start=0, end=9)
CITED = Quote(article_id="a", start=0, end=9, quote="It ended.")


@pytest.fixture
def folder(
    tmp_path: Path,
    hits: MakeHits,
    prediction: MakePrediction,
    gold: MakeGold,
    write_results: WriteResults,
) -> Path:
    """A measured result folder."""
    first, second = hits(("a", 0, 20), ("b", 0, 20))
    found = (first, replace(second, dense_rank=1, dense_score=0.0, matched_terms=("ended",)))
    said = prediction("said", hits=found, statements=("It ended.",), citations=(CITED,))
    rows = [
        (said, gold("said", answers=("ended",), units=(UNIT,), has_history=True)),
        (prediction("kept", withheld=(CITED,)), gold("kept", answerable=None)),
    ]
    results = write_results(tmp_path / "results", rows, texts={"a": "It ended."})
    write_metrics(results, *measure(results))
    return results


def test_what_was_written_is_read(folder: Path) -> None:
    assert read_question_rows(folder) == measure(folder)[1]


def test_a_bare_row_keeps_what_a_comparison_needs(folder: Path) -> None:
    rows = read_question_rows(folder)
    lines = "".join(dump_line(bare_row(row)) for row in rows)
    (folder / ROWS).write_text(lines, encoding="utf-8")
    bare = read_question_rows(folder)
    assert list(bare) == [
        replace(
            row,
            standalone_question=row.question,
            history=(),
            kind=None,
            answers=(),
            gold=(),
            gold_articles=(),
            passage_rank=None,
            article_rank=None,
            hits=(),
            relevant=(),
            short_answer=None,
            citations=(),
            withheld=(),
            seconds=0.0,
        )
        for row in rows
    ]


def test_a_folder_that_was_not_measured_is_refused(folder: Path) -> None:
    (folder / ROWS).unlink()
    with pytest.raises(rag.UsageError, match="was not measured: run `byline eval` again"):
        read_question_rows(folder)


def test_a_folder_of_another_format_is_refused(folder: Path, write_results: WriteResults) -> None:
    write_results(folder, [], version=1)
    with pytest.raises(rag.UsageError, match=r"format 1, not \d+: run `byline eval` again"):
        read_question_rows(folder)


def test_lines_that_break_the_form_are_listed(folder: Path) -> None:
    with (folder / ROWS).open("a", encoding="utf-8") as lines:
        lines.write('{"id": "half"}\n')
    with pytest.raises(rag.DatasetError, match=r"1 fault .*run `byline eval` again") as raised:
        read_question_rows(folder)
    assert f"{ROWS}:3: " in str(raised.value)


def test_a_passage_that_breaks_the_form_is_listed(folder: Path) -> None:
    found = (folder / ROWS).read_text(encoding="utf-8")
    assert '"rank": 1' in found
    (folder / ROWS).write_text(found.replace('"rank": 1', '"rank": "1"'), encoding="utf-8")
    with pytest.raises(rag.DatasetError, match="rank is '1'"):
        read_question_rows(folder)

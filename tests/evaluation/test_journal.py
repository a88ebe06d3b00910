"""Tests the journal of a run: what survives an interruption, and what does not."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import rag
from rag.evaluation.records import Found, Prediction, Quote
from rag.evaluation.running.journal import Journal, add_times, claimed

MakePrediction = Callable[..., Prediction]
MakeHits = Callable[..., tuple[Found, ...]]

ASKING = {"fingerprint": "one", "dataset": "by-hand"}
NAME = "predictions.jsonl"


def journal(folder: Path, *, fingerprint: str = "one", indexing: float = 1.0) -> Journal:
    described = {**ASKING, "fingerprint": fingerprint}
    return Journal(folder, described, seconds={"indexing": indexing})


def described(folder: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return read


def test_lines_are_on_disk_before_the_next_question(
    tmp_path: Path, prediction: MakePrediction
) -> None:
    with journal(tmp_path) as book, book.lines(NAME) as lines:
        for number, name in enumerate(("a", "b"), start=1):
            lines.write(prediction(name))
            assert (tmp_path / NAME).read_bytes().count(b"\n") == number
        assert lines.answered == {"a": "What about a?", "b": "What about b?"}
        assert described(tmp_path)["finished"] is False


def test_a_broken_run_is_gone_on_with_line_by_line(
    tmp_path: Path, prediction: MakePrediction
) -> None:
    with journal(tmp_path) as book, book.lines(NAME) as lines:
        lines.write(prediction("a"))
    with (tmp_path / NAME).open("ab") as file:
        file.write(b'{"id": "b", "half')
    with journal(tmp_path) as book, book.lines(NAME) as lines:
        assert lines.answered == {"a": "What about a?"}
        lines.write(prediction("b"))
    rows = [json.loads(line) for line in (tmp_path / NAME).read_text().splitlines()]
    assert [row["id"] for row in rows] == ["a", "b"]


@pytest.mark.parametrize("how", ["reported", "of another kind"])
def test_a_run_that_is_reported_or_other_is_begun_anew(
    tmp_path: Path, prediction: MakePrediction, how: str
) -> None:
    names = (NAME, "systems/bm25.jsonl")
    with journal(tmp_path) as book:
        for name in names:
            with book.lines(name) as lines:
                lines.write(prediction("a"))
        book.finish()
    if how == "reported":
        (tmp_path / "report.html").write_text("figures")
    fingerprint = "one" if how == "reported" else "two"
    with journal(tmp_path, fingerprint=fingerprint) as book:
        assert book.articles == set()
        assert not any((tmp_path / name).exists() for name in names)


def test_what_was_made_of_earlier_predictions_goes(tmp_path: Path) -> None:
    for name in ("articles.jsonl", "metrics.json", "rows.jsonl", "report.html", "notes.txt"):
        (tmp_path / name).write_text("{}")
    with journal(tmp_path):
        assert {file.name for file in tmp_path.iterdir()} == {"notes.txt", "run.json"}


def test_a_damaged_description_is_no_run(tmp_path: Path, prediction: MakePrediction) -> None:
    with journal(tmp_path) as book, book.lines(NAME) as lines:
        lines.write(prediction("a"))
    (tmp_path / "run.json").write_text('{"fingerprint": "one", "fin')
    with journal(tmp_path) as book, book.lines(NAME) as lines:
        assert lines.answered == {}


def test_times_add_up_over_breaks(tmp_path: Path) -> None:
    with (
        pytest.raises(KeyboardInterrupt),
        journal(tmp_path, indexing=2.0) as book,
        book.timed("asking"),
    ):
        raise KeyboardInterrupt
    before = described(tmp_path)["times"]
    assert before["indexing"] == 2.0
    assert before["asking"] > 0
    with journal(tmp_path, indexing=0.5) as book:
        with book.timed("asking"):
            pass
        book.finish()
    after = described(tmp_path)["times"]
    assert after["indexing"] == 2.5
    assert after["asking"] > before["asking"]
    add_times(tmp_path, measuring=4.0)
    run = described(tmp_path)
    assert run["times"] == {**after, "measuring": 4.0}
    assert run["seconds"] == pytest.approx(sum(run["times"].values()))
    assert run["finished"] is True


def test_articles_are_those_cited_withheld_or_found_first(
    tmp_path: Path, prediction: MakePrediction, hits: MakeHits
) -> None:
    def quote(article: str) -> Quote:
        return Quote(article_id=article, start=0, end=1, quote="x")

    found = hits(*((f"found-{rank}", 0, 1) for rank in range(1, 13)))
    named = {"cited", "withheld", *(f"found-{rank}" for rank in range(1, 11))}
    with journal(tmp_path) as book, book.lines(NAME) as lines:
        cited = prediction("a", statements=("x",), citations=(quote("cited"),), hits=found)
        lines.write(cited)
        lines.write(prediction("b", withheld=(quote("withheld"),)))
        assert book.articles == named
    with journal(tmp_path) as book, book.lines(NAME):
        assert book.articles == named


def test_a_finished_run_without_report_is_kept(tmp_path: Path, prediction: MakePrediction) -> None:
    with journal(tmp_path) as book, book.lines(NAME) as lines:
        lines.write(prediction("a"))
        book.finish()
    (tmp_path / "metrics.json").write_text("{}")
    with journal(tmp_path) as book, book.lines(NAME) as lines:
        assert lines.answered == {"a": "What about a?"}


def test_a_folder_is_written_by_one_run_at_a_time(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    told = pytest.raises(rag.UsageError, match="another run is writing to")
    with claimed(folder), told, claimed(folder):
        pass
    with claimed(folder):
        assert folder.is_dir()

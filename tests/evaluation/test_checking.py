"""Tests checking a data set: lists all faults at once, and indexes nothing."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

import rag
from rag.evaluation import check_dataset

WriteRows = Callable[[Path, Iterable[Mapping[str, object]]], Path]

CORPUS = [{"id": "a", "text": "The talks ended on Friday."}, {"id": "b", "text": "Rain fell."}]
QUESTIONS: list[dict[str, Any]] = [
    {"id": "q1", "question": "When?", "answers": ["Friday"], "gold": ["a"]},
    {"id": "q2", "question": "Why?", "answerable": False},
    {"id": "q3", "question": "And then?", "history": ["When?"]},
    {"id": "q4", "question": "What fell?", "answers": ["water"], "gold": ["b"]},
]


@pytest.fixture
def folder(tmp_path: Path, write_rows: WriteRows) -> Path:
    write_rows(tmp_path / "set" / "corpus.jsonl", CORPUS)
    write_rows(tmp_path / "set" / "questions.jsonl", QUESTIONS)
    return tmp_path / "set"


def test_a_good_data_set_has_no_fault_and_is_counted(folder: Path) -> None:
    checked = check_dataset(folder)
    assert (checked.faults, checked.kinds, checked.refused) == ((), {}, {})
    assert (checked.name, checked.documents, checked.questions) == ("set", 2, 4)
    assert (checked.answerable, checked.unanswerable, checked.unjudged) == (2, 1, 1)
    assert (checked.followups, checked.with_gold) == (1, 2)
    assert (checked.not_indexed, checked.free_form) == (0, 1)
    (warning,) = checked.warnings
    assert warning.startswith("questions.jsonl:4: question 'q4': accepted answer 'water'")


@pytest.mark.parametrize(
    ("more", "warned"),
    [
        ({"answerable": True}, True),
        ({"answerable": True, "answers": ["on Friday"]}, False),
        ({"answerable": True, "gold": ["a"]}, False),
        ({"answerable": True, "gold_human": ["a"]}, False),
        ({"answerable": False}, False),
        ({"answerable": None}, False),
    ],
)
def test_an_answerable_question_of_which_nothing_is_known_is_warned_of(
    folder: Path, write_rows: WriteRows, *, more: Mapping[str, object], warned: bool
) -> None:
    write_rows(folder / "questions.jsonl", [{"id": "q", "question": "When?", **more}])
    told = "questions.jsonl:1: question 'q': is answerable, but has neither an answer nor gold"
    warnings = check_dataset(folder).warnings
    assert [warning.startswith(told) for warning in warnings] == [True] * warned


def test_all_faults_are_listed_however_many(folder: Path, write_rows: WriteRows) -> None:
    bad = [{"id": f"bad-{n}", "question": "When?", "gold": ["nowhere"]} for n in range(30)]
    write_rows(folder / "questions.jsonl", [*bad, *QUESTIONS, QUESTIONS[0], {"id": "e"}])
    write_rows(folder / "corpus.jsonl", [*CORPUS, {"id": "c"}])
    checked = check_dataset(folder)
    places = [fault.split(": ")[0] for fault in checked.faults]
    assert places == [
        "corpus.jsonl:3",
        *(f"questions.jsonl:{line}" for line in (*range(1, 31), 35, 36)),
    ]
    assert checked.kinds == {"gold not in the corpus": 30, "wrong field": 2, "duplicate id": 1}
    assert sum(checked.kinds.values()) == len(checked.faults)
    assert checked.questions == 4


def test_nothing_but_faults_is_still_told_whole(folder: Path, write_rows: WriteRows) -> None:
    write_rows(folder / "corpus.jsonl", [])
    (folder / "questions.jsonl").write_text("{\n[]\n")
    checked = check_dataset(folder)
    assert [fault.split(": ")[0] for fault in checked.faults] == [
        "corpus.jsonl:1",
        "questions.jsonl:1",
        "questions.jsonl:2",
    ]
    assert (checked.documents, checked.questions) == (0, 0)


def test_article_files_are_read_and_nothing_is_written(
    tmp_path: Path, write_rows: WriteRows
) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "talks.txt").write_text("Talks in Geneva\n\nThe talks ended on Friday.\n")
    (articles / "bad.txt").write_bytes(b"\x00\xff" * 100)
    (articles / "empty.txt").write_text("")
    rows: list[dict[str, Any]] = [
        {"id": "q1", "question": "When?", "gold": ["talks.txt"]},
        {"id": "q2", "question": "Who?", "gold": ["bad.txt"]},
        {"id": "q3", "question": "Why?", "gold": ["gone.txt"]},
        {"id": "q4", "question": "When?", "gold_spans": [{"article": "talks.txt", "quote": "No"}]},
    ]
    write_rows(tmp_path / "set" / "questions.jsonl", rows)
    (tmp_path / "set" / "dataset.yaml").write_text("articles: ../articles\n")
    before = sorted(tmp_path.rglob("*"))
    checked = check_dataset(tmp_path / "set")
    assert sorted(tmp_path.rglob("*")) == before
    assert checked.refused.keys() == {"bad.txt", "empty.txt"}
    assert [fault.split(": ")[0] for fault in checked.faults] == [
        "questions.jsonl:3",
        "questions.jsonl:4",
    ]
    assert (checked.documents, checked.questions, checked.not_indexed) == (1, 2, 1)


def test_what_can_be_asked_follows_the_settings(folder: Path) -> None:
    checked = check_dataset(folder, config=rag.Config(max_question=5))
    assert checked.kinds == {"question that cannot be asked": 2}


def test_another_questions_file_may_be_checked(
    folder: Path, tmp_path: Path, write_rows: WriteRows
) -> None:
    other = write_rows(tmp_path / "other.jsonl", [{"id": "q", "question": ""}])
    (fault,) = check_dataset(folder, questions=other).faults
    assert fault.startswith("other.jsonl:1: question is empty")


def test_what_is_no_data_set_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(rag.DatasetError, match="no data set at"):
        check_dataset(tmp_path / "none")


@pytest.mark.parametrize(
    ("name", "followups"), [("rtqa22", 0), ("squad2_dev", 0), ("inscit_dev", 416)]
)
def test_open_data_sets_have_no_fault(bench: Path, name: str, followups: int) -> None:
    checked = check_dataset(bench / name)
    assert checked.faults == ()
    assert checked.followups == followups

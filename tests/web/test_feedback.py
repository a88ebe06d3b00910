"""Tests that feedback is stored completely, and that failures are reported."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

import rag
from rag.web.feedback import keep
from rag.web.record import Record, Scope, record, refused

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
SCOPE: Scope = {
    "outlets": ["Coast Courier"],
    "authors": [],
    "since": "2022-05-01",
    "until": "",
    "articles": [],
    "undated": True,
}
HARBOUR = rag.make_article(
    id="harbour.txt",
    title="Harbour to close for repairs",
    text="The harbour of Vessby will close next week. The work will take eleven weeks.",
    outlet="Coast Courier",
)
THANKS = "Thank you. Saved for whoever runs this page, with the conversation so far."


@pytest.fixture
def answer(small_news: Callable[..., rag.Byline]) -> rag.Answer:
    return small_news(HARBOUR).ask("When will the harbour of Vessby close?")


@pytest.fixture
def answered(answer: rag.Answer) -> Record:
    return record(answer, lambda *_: HARBOUR, scope=SCOPE, asked=NOW)


def test_what_a_reader_says_is_kept_with_question_and_answer(
    tmp_path: Path, answer: rag.Answer, answered: Record
) -> None:
    feedback_store = rag.FeedbackStore(tmp_path)
    note = "  The work will take eleven weeks.\n"
    line = keep(
        feedback_store, answered, "should have found", note, before=[answered], model="hash"
    )
    assert line == THANKS
    (kept,) = feedback_store.all()
    assert (kept.verdict, kept.note) == ("should have found", note.strip())
    assert (kept.question, kept.exchange, kept.asked) == (answer.question, answered["id"], NOW)
    assert kept.filter == rag.Filter(outlets=("Coast Courier",), since=date(2022, 5, 1))
    assert [one.text for one in kept.statements] == [one.text for one in answer.statements]
    assert [one.citations for one in kept.statements] == [
        one.citations for one in answer.statements
    ]
    assert [turn.role for turn in kept.history] == ["user", "agent"]
    assert (kept.generation, kept.model) == (answer.generation, "hash")


@pytest.mark.parametrize("verdict", ["right", "wrong", "wrong source", "not in the text"])
def test_verdicts_need_no_note(tmp_path: Path, answered: Record, verdict: str) -> None:
    assert keep(rag.FeedbackStore(tmp_path), answered, verdict) == THANKS


@pytest.mark.parametrize(
    ("verdict", "note", "line"),
    [
        ("good", "", "Not saved: verdict is 'good'; give one of: right, "),
        (None, None, "Not saved: verdict is 'None'; "),
        (["right"], "", "Not saved: verdict is "),
        ("wrong", "n" * 2001, "Not saved: the note has 2,001 characters; shorten it to 2,000."),
        ("should have found", " ", "Please enter what should have been found, "),
    ],
)
def test_what_is_no_feedback_is_not_kept(
    tmp_path: Path, answered: Record, verdict: Any, note: Any, line: str
) -> None:
    feedback_store = rag.FeedbackStore(tmp_path)
    assert keep(feedback_store, answered, verdict, note).startswith(line)
    assert feedback_store.all() == []


def test_half_a_character_in_a_note_breaks_nothing(tmp_path: Path, answered: Record) -> None:
    feedback_store = rag.FeedbackStore(tmp_path)
    assert keep(feedback_store, answered, "wrong", "half \ud800") == THANKS
    assert feedback_store.all()[0].note == "half ?"


def test_a_page_that_only_reads_keeps_nothing_and_says_so(answered: Record) -> None:
    assert keep(None, answered, "right") == "Feedback is turned off here."


def test_what_is_no_answer_is_not_judged(tmp_path: Path) -> None:
    told = refused("", "The question is empty.", scope=SCOPE, asked=NOW)
    for nothing in (told, None):
        assert (
            keep(rag.FeedbackStore(tmp_path), nothing, "right")
            == "There is no answer here to give feedback on."
        )


def test_a_desk_that_cannot_be_written_is_told_of_without_its_place(
    tmp_path: Path, answered: Record
) -> None:
    line = keep(rag.FeedbackStore(tmp_path / "nowhere"), answered, "right")
    assert line == "Your feedback could not be saved; see Byline's log."

"""Tests that records store complete exchanges, survive JSON, and reject anything else."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

import rag
from rag.web.narrow import everything
from rag.web.record import Record, read_record, record, refused, turns

EVERYTHING = everything()
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
HARBOUR = rag.make_article(
    id="harbour.txt",
    title="Harbour to close for repairs",
    text="The harbour of Vessby will close next week. The work will take eleven weeks.",
    outlet="Coast Courier",
)
Make = Callable[..., rag.Byline]


@pytest.fixture
def answered(small_news: Make) -> Record:
    news = small_news(HARBOUR)
    answer = news.ask("When will the harbour of Vessby close?")
    return record(answer, news.article, scope=EVERYTHING, asked=NOW)


def test_a_record_cites_in_full(answered: Record) -> None:
    source = answered["sources"][0]
    assert source["quote"] == HARBOUR.text[source["start"] : source["end"]]
    assert (source["number"], source["revision"]) == (1, HARBOUR.revision)
    assert (source["outlet"], source["author"], source["published"]) == ("Coast Courier", "", "")
    assert answered["statements"][0]["numbers"] == [1]
    assert answered["asked"] == "2026-11-22T09:30:00+00:00"


def test_a_record_survives_the_browser(answered: Record) -> None:
    assert read_record(json.loads(json.dumps(answered))) == answered


def test_a_notice_is_a_record_without_an_answer() -> None:
    told = refused("", "The question is empty.", scope=EVERYTHING, asked=NOW)
    assert read_record(told) == told
    assert (told["notice"], told["statements"]) == ("The question is empty.", [])


@pytest.mark.parametrize("question", ["x" * 200_000, "half a \ud800 character"])
def test_a_question_that_was_refused_is_kept_as_far_as_it_can_be(question: str) -> None:
    told = refused(question, "Too long.", scope=EVERYTHING, asked=NOW)
    assert read_record(told) == told


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("id", "../desk"),
        ("asked", "yesterday"),
        ("question", None),
        ("question", "x" * 100_001),
        ("question", "half a \ud800 character"),
        ("abstained", 1),
        ("generation", True),
        ("generation", -1),
        ("statements", [{"text": "t", "note": "", "numbers": [2]}]),
        ("statements", []),
        ("sources", []),
        ("sources", "none"),
        ("scope", {**EVERYTHING, "since": "20240101"}),
        ("scope", {**EVERYTHING, "outlets": ["o"] * 1001}),
        ("scope", {}),
        ("more", "of it"),
    ],
)
def test_what_is_no_record_is_not_read(answered: Record, key: str, value: Any) -> None:
    assert read_record({**answered, key: value}) is None


def test_a_quote_that_does_not_fit_its_offsets_is_not_read(answered: Record) -> None:
    source = answered["sources"][0]
    longer: Any = {**source, "quote": source["quote"] + "!"}
    assert read_record({**answered, "sources": [longer, *answered["sources"][1:]]}) is None


@pytest.mark.parametrize("value", [None, 3, "text", [], {}, [[]], {"id": "x"}])
def test_anything_else_is_no_record(value: Any) -> None:
    assert read_record(value) is None


def test_endless_names_are_cut_and_the_record_still_reads(small_news: Make) -> None:
    article = rag.make_article(
        id="long.txt",
        title="T" * 5000,
        text="The harbour of Vessby will close next week.",
        url="https://example.org/" + "u" * 5000,
    )
    news = small_news(article)
    answer = news.ask("When will the harbour of Vessby close?")
    made = record(answer, news.article, scope=EVERYTHING, asked=NOW)
    assert read_record(made) == made
    assert len(made["sources"][0]["title"]) == 1000
    assert made["sources"][0]["url"] == ""


def test_turns_are_the_answers_and_their_questions(answered: Record) -> None:
    told = refused("And then?", "Not so.", scope=EVERYTHING, asked=NOW)
    said = " ".join(statement["text"] for statement in answered["statements"])
    assert turns([answered, told]) == [
        rag.Turn(role="user", text="When will the harbour of Vessby close?"),
        rag.Turn(role="agent", text=said),
    ]

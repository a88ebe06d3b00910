"""Tests that the browser returns conversations unchanged, and that anything else is rejected."""

from datetime import UTC, datetime
from typing import Any

import pytest

import rag
from rag.web.conversation import Exchange, draw, exchange, last_panel, read_exchanges
from rag.web.narrow import everything
from rag.web.readiness import Readiness
from rag.web.record import refused
from rag.web.reply import notice

TEXT = "Ann Lee spoke first. She said the bridge is closed.\nNobody objected."
ARTICLE = rag.make_article(id="a", title="Bridge", text=TEXT, outlet="Post")


@pytest.fixture
def news(small_news: Any) -> rag.Byline:
    made: rag.Byline = small_news(ARTICLE)
    return made


def said(news: rag.Byline, question: str) -> Exchange:
    readiness = Readiness()
    readiness.ready()
    return exchange(news, question, [], everything(), readiness=readiness)


def no_answer(question: str) -> Exchange:
    made = refused(question, "No word.", scope=everything(), asked=datetime.now(UTC))
    return {"record": made, "reply": notice("No word.")}


def values(messages: list[dict[str, Any]]) -> list[Any]:
    return [message["content"].value for message in messages]


def test_what_is_kept_reads_back(news: rag.Byline) -> None:
    made = [said(news, "Who spoke first?"), no_answer("?")]
    assert read_exchanges(made) == made


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: None,
        lambda _: "text",
        lambda _: {},
        lambda one: {"record": one["record"]},
        lambda one: {**one, "reply": {**one["reply"], "statements": "many"}},
        lambda one: {**one, "record": {**one["record"], "id": "<b>"}},
    ],
)
def test_what_does_not_read_is_left_out(news: rag.Byline, spoil: Any) -> None:
    one = said(news, "Who spoke first?")
    assert read_exchanges([spoil(one), one]) == [one]


@pytest.mark.parametrize("value", [None, "text", 5, {"record": {}}])
def test_what_is_no_conversation_is_an_empty_one(value: object) -> None:
    assert read_exchanges(value) == []


def test_an_exchange_is_two_messages(news: rag.Byline) -> None:
    made = [said(news, "Who spoke first?"), no_answer("?")]
    messages = draw(made)
    assert [message["role"] for message in messages] == ["user", "assistant"] * 2
    first, replied, second, _ = values(messages)
    assert [(asked["question"], asked["index"]) for asked in (first, second)] == [
        ("Who spoke first?", 0),
        ("?", 1),
    ]
    assert replied["id"] == made[0]["record"]["id"]


def test_the_panel_is_that_of_the_last_answer(news: rag.Byline) -> None:
    first = said(news, "Who spoke first?")
    assert last_panel([first, no_answer("?")])["question"] == "Who spoke first?"
    assert last_panel([])["cards"] == []


def test_a_question_that_cannot_be_asked_gets_its_reason(news: rag.Byline) -> None:
    made = said(news, "Why? " * 2500)
    assert "the limit is" in made["reply"]["notice"]
    assert made["record"]["notice"] == made["reply"]["notice"]
    assert made["record"]["statements"] == []

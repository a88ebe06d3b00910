"""Tests that a link asks its question again, and lists changed articles."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rag
from rag.web.narrow import everything
from rag.web.permalink import Link, changed, opened, permalink
from rag.web.record import Record, refused

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
DAYS = st.one_of(st.just(""), st.dates().map(dt.date.isoformat))
IDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
SCOPES = st.fixed_dictionaries(
    {
        "outlets": st.lists(WORDS, max_size=3),
        "authors": st.lists(WORDS, max_size=3),
        "since": DAYS,
        "until": DAYS,
        "articles": st.lists(IDS, max_size=3),
        "undated": st.booleans(),
    }
)
REVISIONS = st.text("0123456789abcdef", min_size=64, max_size=64)
VESSBY = rag.make_article(id="harbour.txt", title="Harbour closes", text="The harbour closed.")
Make = Callable[..., rag.Byline]


def asked(question: str, scope: Any, cited: dict[str, str]) -> Record:
    """A record of a question that cited the revisions of articles in ``cited``."""
    made: Any = refused("in short", "", scope=scope, asked=NOW)
    sources = [{"article_id": name, "revision": revision} for name, revision in cited.items()]
    whole: Record = made | {"standalone_question": question, "sources": sources}
    return whole


def follow(link: str) -> Link | None:
    assert link.startswith("?")
    return opened(dict(parse_qsl(link[1:], keep_blank_values=True, strict_parsing=True)))


@given(WORDS.filter(str.strip), SCOPES, st.dictionaries(IDS, REVISIONS, max_size=4))
def test_a_link_opens_what_was_asked(question: str, scope: Any, cited: dict[str, str]) -> None:
    found = follow(permalink(asked(question, scope, cited)))
    short = tuple((name, revision[:12]) for name, revision in cited.items())
    assert found == Link(question=question, scope=scope, cited=short)


@given(st.dictionaries(st.sampled_from(["ask", "narrow", "cited", "other"]), st.text()))
def test_no_link_breaks_the_page(query: dict[str, str]) -> None:
    found = opened(query)
    assert found is None or found.question == query["ask"]


def test_a_plain_question_has_a_plain_link() -> None:
    assert permalink(asked("Who paid?", everything(), {})) == "?ask=Who+paid%3F"


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"ask": "  "},
        {"ask": "x" * 100_001},
        {"ask": "q", "narrow": "{"},
        {"ask": "q", "narrow": "[" * 100_000},
        {"ask": "q", "narrow": '{"outlets":["Tasnim"]}'},
        {"ask": "q", "cited": '{"a.txt":"0123"}'},
        {"ask": "q", "cited": '{"a.txt":"<script>a"}'},
        {"ask": "q", "cited": '["a.txt"]'},
        {"ask": "q", "cited": "NaN"},
    ],
)
def test_what_is_no_link_of_ours_opens_nothing(query: dict[str, str]) -> None:
    assert opened(query) is None


def test_articles_that_are_as_they_were_are_not_told_of(small_news: Make) -> None:
    news = small_news(VESSBY)
    link = permalink(asked("Is it open?", everything(), {VESSBY.id: VESSBY.revision}))
    found = follow(link)
    assert found is not None
    assert changed(found, news.article) == []


def test_articles_that_changed_or_went_are_told_of(small_news: Make) -> None:
    news = small_news(VESSBY)
    cited = {VESSBY.id: "0" * 64, "gone.txt": "1" * 64, "e" * 300: "2" * 64}
    found = follow(permalink(asked("Is it open?", everything(), cited)))
    assert found is not None
    made = "An article cited by this link"
    assert changed(found, news.article) == [
        f"{made} has since changed: Harbour closes.",
        f"{made} has since been removed: gone.txt.",
        f"{made} has since been removed: {'e' * 99}….",
    ]

"""Tests questions that name only a time: the leads of its articles, newest first."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import rag
from rag.language.temporal.periods import find_period
from rag.retrieve.overview import asks_overview

ON = date(2024, 6, 1)
REPORTS = {
    "storm": (date(2024, 3, 2), "Courier", "A storm flooded the harbour of Vessby."),
    "storm-again": (date(2024, 3, 2), "Post", "A storm flooded the harbour of Vessby."),
    "vote": (date(2024, 3, 30), "Post", "The council of Lunda voted on its budget."),
    "frost": (date(2024, 5, 11), "Post", "A late frost damaged orchards across the valley."),
    "undated": (None, "Post", "In March 2024 nothing happened in Bergby."),
}


@pytest.fixture
def news(tmp_path: Path) -> Iterator[rag.Byline]:
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder(dims=256)) as made:
        made.add(
            [
                rag.make_article(
                    id=id_, outlet=outlet, published=day, text=f"{lead} More is to be said of it."
                )
                for id_, (day, outlet, lead) in REPORTS.items()
            ]
        )
        yield made


def said(answer: rag.Answer) -> list[str]:
    return [statement.text for statement in answer.statements]


@pytest.mark.parametrize(
    "question", ["What happened in March 2024?", "What was the news in March 2024?"]
)
def test_what_the_articles_of_the_period_open_with_is_listed(
    news: rag.Byline, question: str
) -> None:
    answer = news.ask(question, asked_on=ON)
    assert said(answer) == [REPORTS["vote"][2], REPORTS["storm"][2]]
    assert answer.hits[1].copies == ("storm-again",)
    assert rag.period_line(answer) == "Time asked about: 1 March 2024 to 31 March 2024."
    assert [hit.passage.article_id for hit in news.search(question, asked_on=ON)] == [
        "vote",
        "storm",
    ]


def test_a_filter_holds_too(news: rag.Byline) -> None:
    only = rag.Filter(outlets=("Courier",), until=date(2024, 4, 1))
    answer = news.ask("What happened in 2024?", filter=only, asked_on=ON)
    assert said(answer) == [REPORTS["storm"][2]]


def test_what_is_printed_after_the_day_of_the_question_is_left_out(news: rag.Byline) -> None:
    answer = news.ask("What happened since March 2024?", asked_on=date(2024, 3, 29))
    assert said(answer) == [REPORTS["storm"][2]]


def test_a_byline_above_the_first_sentence_is_not_listed(tmp_path: Path) -> None:
    text = "By Ann Lee March 6, 2024\n\nA ferry sank off Lunda. All were saved."
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder(dims=256)) as news:
        news.add([rag.make_article(id="a", published=date(2024, 3, 6), text=text)])
        assert said(news.ask("What happened in March 2024?", asked_on=ON)) == [
            "A ferry sank off Lunda."
        ]


def test_no_article_of_the_period_is_an_abstention(news: rag.Byline) -> None:
    answer = news.ask("What happened in April 2024?", asked_on=ON)
    assert answer.abstained
    assert answer.answerability == 0
    assert answer.hits


def test_as_many_are_listed_as_for_a_list(tmp_path: Path) -> None:
    articles = [
        rag.make_article(id=str(n), published=date(2024, 3, n), text=f"Ferry {n} sank off Lunda.")
        for n in range(1, 9)
    ]
    config = rag.Config(max_statements=2)
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder(dims=256), config=config) as news:
        news.add(articles)
        answer = news.ask("What happened in March 2024?", asked_on=ON)
    assert said(answer) == [f"Ferry {n} sank off Lunda." for n in (8, 7, 6, 5)]
    assert len(answer.hits) == 8


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What happened in March 2024?", True),
        ("What is new since Monday?", True),
        ("What took place last week?", True),
        ("What happened in Vessby in March 2024?", False),
        ("Who died in March 2024?", False),
        ("When was it in March 2024?", False),
        ("Why did it happen in March 2024?", False),
        ("What happened to him in March 2024?", False),
        ("What happened this week?", True),
        ("What happened?", False),
    ],
)
def test_only_a_question_that_names_nothing_else_is_of_the_period(
    question: str, *, expected: bool
) -> None:
    assert asks_overview(question, find_period(question, asked_on=ON)) is expected


def test_a_heading_or_a_greeting_is_neither_a_lead_nor_an_answer(tmp_path: Path) -> None:
    text = (
        "Good morning.\n\nPOOL TO CLOSE IN WINTER\n\nThe pool of Vessby will close in November,"
        " the town says.\n\nBUS NEWS\n\nThe night bus of Vessby will run again from 2 June."
    )
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder(dims=256)) as news:
        news.add([rag.make_article(id="letter", text=text, published=date(2024, 5, 17))])
        for question in ("What happened in May 2024?", "What is the newest article?"):
            assert said(news.ask(question, asked_on=ON))[0].startswith("The pool of Vessby will")
        evidence = news.evidence("Any bus news?", asked_on=ON)
        read = {evidence.text(one.hit, one.start, one.end) for one in evidence.sentences}
    assert read == {text.split("\n\n")[2], text.split("\n\n")[4]}


@pytest.mark.parametrize("question", ["Summarise the ferry", "Summarise the articles"])
def test_an_article_begins_with_its_first_sentence_that_is_no_question(
    tmp_path: Path, question: str
) -> None:
    text = "Why is the quay closed?\n\nDivers mend a wall. The ferry sails from Hagen."
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder(dims=64)) as made:
        made.add(
            [
                rag.make_article(id="a", outlet="Post", published=ON, text=text),
                rag.make_article(id="b", outlet="Post", text="The ferry is late. It rains."),
            ]
        )
        shown = said(made.ask(question))
    assert "Divers mend a wall." in shown
    assert "Why is the quay closed?" not in shown

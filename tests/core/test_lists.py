"""Tests lists and counts of names over the folder."""

from collections.abc import Iterator
from datetime import date

import pytest

import rag

TEXTS = {
    "pact": (
        "Post",
        "Chile, Peru and Bolivia signed the water pact on Monday. Brazil has not signed it.",
    ),
    "trial": (
        "Echo",
        (
            "Judge Una Holt fined the brewer Malzberg. Banker Ivo Stern was fined as well."
            " Uruguay signed the water pact, too."
        ),
    ),
    "storm": ("Echo", "A storm hit Halvik. Mayor Ada Quill closed the schools. Quill thanked all."),
    "visit": ("Post", "Mayor Ben Oduya of Wend met Ada Quill. They spoke about buses."),
}


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[rag.Byline]:
    folder = tmp_path_factory.mktemp("lists")
    with rag.Byline(folder, embedder=rag.HashEmbedder(dims=64)) as made:
        made.add(
            rag.make_article(id=id_, outlet=outlet, text=text, published=date(2024, 5, day))
            for day, (id_, (outlet, text)) in enumerate(TEXTS.items(), start=1)
        )
        yield made


def names(answer: rag.Answer) -> set[str]:
    for citation in answer.citations:
        assert TEXTS[citation.article_id][1][citation.start : citation.end] == citation.quote
    listed = [name for one in answer.statements for name in (one.note or "").split(", ")]
    assert len(listed) == len(set(listed))
    return set(listed)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Which countries signed the water pact?", {"Chile", "Peru", "Bolivia", "Uruguay"}),
        ("Name the countries that signed the pact", {"Chile", "Peru", "Bolivia", "Uruguay"}),
        ("Who was fined?", {"Malzberg", "Ivo Stern"}),
        ("Which companies were fined?", {"Malzberg"}),
        ("Name all mayors", {"Ada Quill", "Ben Oduya"}),
        ("List the mayors in the articles from the Echo", {"Ada Quill"}),
        ("Which companies are mentioned?", {"Malzberg"}),
        ("List the people in these articles", {"Una Holt", "Ivo Stern", "Ada Quill", "Ben Oduya"}),
        ("Who is mentioned in the articles about the storm?", {"Ada Quill"}),
        ("Which countries are named in the Echo?", {"Uruguay"}),
        ("List every country", {"Chile", "Peru", "Bolivia", "Uruguay", "Brazil"}),
        ("How many countries are mentioned?", {"Chile", "Peru", "Bolivia", "Uruguay", "Brazil"}),
    ],
)
def test_each_distinct_name_has_a_sentence(
    news: rag.Byline, question: str, wanted: set[str]
) -> None:
    answer = news.ask(question)
    assert names(answer) == wanted
    plural = "name" if len(wanted) == 1 else "names"
    assert answer.coverage.startswith(f"{len(wanted)} {plural}, in ")


def test_the_sentence_has_the_fullest_name_and_all_articles_count(news: rag.Byline) -> None:
    answer = news.ask("Name all mayors")
    assert answer.coverage == "2 names, in 2 of 4 articles."
    assert [one.text for one in answer.statements] == ["Mayor Ben Oduya of Wend met Ada Quill."]


def test_no_company_is_named_is_said_of_the_articles(news: rag.Byline) -> None:
    answer = news.ask("Which companies are mentioned?", filter=rag.Filter(articles=("pact",)))
    assert answer.state == "none"
    assert answer.coverage == "The article names none."


@pytest.mark.parametrize(
    "question",
    [
        "How many countries signed the pact?",
        "Which country signed first?",
        "Who fined Malzberg?",
        "Who was elected mayor of Wend?",
        "Who was hit by the storm?",
        "Which mayors resigned?",
        "Which reasons are mentioned?",
        "Name the reasons for the fine",
        "List the demands of the brewers",
        "What are brewers?",
        "Which theorem states that it holds?",
        "Who are they?",
    ],
)
def test_questions_about_the_world_are_not_taken_for_lists(news: rag.Byline, question: str) -> None:
    assert news.evidence(question).coverage == ""


def test_two_indexes_are_listed_as_one(tmp_path_factory: pytest.TempPathFactory) -> None:
    folders = [tmp_path_factory.mktemp("part") for _ in range(2)]
    one, other = (rag.Byline(each, embedder=rag.HashEmbedder(dims=64)) for each in folders)
    with one, other:
        one.add([rag.make_article(id="a", text="Chile signed the pact.")])
        other.add([rag.make_article(id="b", text="It rained. Peru signed the pact.")])
        answer = rag.federate(one, other).ask("Which countries signed the pact?")
    assert [(s.note, s.citations[0].article_id) for s in answer.statements] == [
        ("Chile", "a"),
        ("Peru", "b"),
    ]

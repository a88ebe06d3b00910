"""Tests that suggested questions are made from sentences and answered by them."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

import rag
from rag.language.english.verbs import base_form
from rag.language.sentences import sentence_spans
from rag.suggest.choosing import drafts
from rag.suggest.readability import MOST_CHARACTERS, reads_well

Made = Callable[..., rag.Byline]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    """Creates an index of texts with the hashing embedder; it never abstains."""
    opened: list[rag.Byline] = []

    def make(*articles: rag.Article) -> rag.Byline:
        embedder = rag.HashEmbedder(dims=256)
        opened.append(rag.Byline(tmp_path, config=rag.Config(threshold=0.0), embedder=embedder))
        opened[-1].add(articles)
        return opened[-1]

    yield make
    for news in opened:
        news.close()


def drafted(text: str, *, language: str = "en", at: int = 0) -> set[str]:
    """The questions made from sentence number ``at`` of ``text``."""
    article = rag.make_article(id="a", title="T", text=text, language=language)
    spans = sentence_spans(article.text, 0, len(article.text))
    return {draft.question for draft in drafts(article, *spans[at])}


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        (
            "Foreign Minister Ada Lind said on Monday that the northern ferry line will reopen.",
            "What did Ada Lind say about the northern ferry line?",
        ),
        (
            "“The northern ferry line has never made money,” said Ada Lind.",
            "What did Ada Lind say about the northern ferry line?",
        ),
        (
            "In a letter, Ada Lind accused the Vessby Harbour Board of hiding a report.",
            "What did Ada Lind accuse the Vessby Harbour Board of?",
        ),
        (
            "Ada Lind urged the Vessby Harbour Board to publish its accounts at once.",
            "What did Ada Lind urge the Vessby Harbour Board to do?",
        ),
        ("Ada Lind later announced Vessby’s plan for the pier.", "What did Ada Lind announce?"),
        (
            "Ada Lind hailed the ferry line as a symbol of progress and of good will.",
            "What did Ada Lind hail as a symbol of progress?",
        ),
        ("Ada Lind refused to sign the lease of the old pier.", "What did Ada Lind refuse to do?"),
        ("Ada Lind has called for an inquiry into the fire.", "What did Ada Lind call for?"),
        (
            "Vessby Harbour Board expelled four Danish inspectors, its lawyers said.",
            "How many Danish inspectors did Vessby Harbour Board expel?",
        ),
        (
            "At least 12 people were rescued from the ferry off Vessby.",
            "How many people were rescued from the ferry off Vessby?",
        ),
        ("Ada Lind was born in Lunda and went to sea early.", "Where was Ada Lind born?"),
        (
            "Ada Lind was elected to the council of Vessby in 2019.",
            "When was Ada Lind elected to the council of Vessby?",
        ),
        (
            "Ada Lind closed the Vessby pier because its planks had rotted.",
            "Why did Ada Lind close the Vessby pier?",
        ),
        (
            "Ada Lind, the mayor of Vessby, opened the fair with a short speech.",
            "Who is the mayor of Vessby?",
        ),
        (
            "Ada Lind, a marine engineer from Lunda, inspected every plank of it.",
            "Who is Ada Lind?",
        ),
        ("Ada Lind is expected to resign within the week.", "What is Ada Lind expected to do?"),
    ],
)
def test_a_sentence_is_turned_to_a_question(sentence: str, question: str) -> None:
    assert question in drafted(sentence)


def test_he_and_she_are_named() -> None:
    text = "Foreign Minister Ada Lind said so. She called for an inquiry into the Vessby fire."
    assert "What did Ada Lind call for?" in drafted(text, at=1)


@pytest.mark.parametrize(
    "sentence",
    [
        "He called for an inquiry into the fire at the harbour of Vessby.",  # unnamed speaker
        "Residents said that the ferry will not sail on Monday or Tuesday.",  # no name
        "Ada Lind and Nils Berg called for an inquiry into the fire.",  # more than one
        "Friends of Ada Lind called for an inquiry into the fire.",  # not the same person
        "Ada Lind's comments called for a reply from the harbour board.",
        "ADA LIND REFUSED TO SIGN THE LEASE OF THE OLD PIER.",
        "Ada Lind refused to sign the lease of the old pier",  # a headline
        "Although Lind",
    ],
)
def test_what_may_not_read_well_is_not_asked(sentence: str) -> None:
    assert drafted(sentence) == set()


def test_other_languages_get_none() -> None:
    sentence = "Ada Lind called for an inquiry into the Vessby fire."
    assert drafted(sentence)
    assert drafted(sentence, language="sv") == set()


@pytest.mark.parametrize(
    "question",
    [
        "What did she say about Ada Lind?",
        "What did Ada Lind call for yesterday?",
        "What did Ada Lind do on Monday?",
        "What did Ada Lind say about the latter?",
        "What did the mayor call for?",
        "What did Ada Lind say about <b>Vessby</b>?",
        "How many ships sailed to the U?",
        f"What did Ada Lind say about the {'very ' * 12}old pier?",
    ],
)
def test_a_question_that_leans_on_another_does_not_read_well(question: str) -> None:
    assert not reads_well(question)


@pytest.mark.parametrize(
    ("verb", "form"),
    [
        ("expelled", ("did", "expel")),
        ("denied", ("did", "deny")),
        ("made", ("did", "make")),
        ("urges", ("does", "urge")),
        ("denies", ("does", "deny")),
        ("has", ("does", "have")),
        ("ferry", None),
    ],
)
def test_a_verb_is_put_in_its_plain_form(verb: str, form: tuple[str, str] | None) -> None:
    assert base_form(verb) == form


# ---- proved


def test_every_first_question_is_answered_by_the_index(news: rag.Byline) -> None:
    offered = news.suggestions()
    assert len(offered) == len(set(offered)) == 3
    for question in offered:
        assert not news.ask(question).abstained
        assert question.endswith("?")
        assert len(question) <= MOST_CHARACTERS


@pytest.mark.slow
def test_every_shipped_article_offers_a_question_that_it_answers(news: rag.Byline) -> None:
    for article in news.listing().articles:
        filter = rag.Filter(articles=(article.id,))
        offered = news.suggestions(filter=filter, k=1)
        assert offered, article.id
        assert news.ask(offered[0], filter=filter).citations[0].article_id == article.id


@pytest.mark.slow
def test_first_questions_come_from_several_articles(news: rag.Byline) -> None:
    offered = news.suggestions(k=4, tries=12)
    cited = {news.ask(question).citations[0].article_id for question in offered}
    assert len(cited) >= 3


def test_after_an_abstention_the_questions_are_answerable(news: rag.Byline) -> None:
    nothing = news.ask("What is the population of Baku?")
    assert nothing.abstained
    offered = news.suggestions(nothing)
    assert len(offered) == 3
    assert not any(news.ask(question).abstained for question in offered)


def test_after_an_answer_something_new_is_asked(news: rag.Byline) -> None:
    question = "How many Iranian diplomats did Baku expel?"
    answer = news.ask(question)
    offered = news.suggestions(answer)
    assert offered
    assert question not in offered
    said = {citation.quote for citation in answer.citations}
    for other in offered:
        assert news.ask(other).citations[0].quote not in said


def test_what_was_asked_before_is_not_offered_again(news: rag.Byline) -> None:
    offered = news.suggestions()
    again = news.suggestions(asked=offered)
    assert set(offered).isdisjoint(again)


def test_the_filter_holds(news: rag.Byline) -> None:
    only = rag.Filter(articles=("iranian-speaker-warns-of-terrorists.txt",))
    offered = news.suggestions(filter=only)
    assert offered
    for question in offered:
        cited = news.ask(question, filter=only).citations
        assert {citation.article_id for citation in cited} == set(only.articles)


def test_no_more_are_asked_than_allowed(news: rag.Byline) -> None:
    assert news.suggestions(tries=0) == ()
    assert len(news.suggestions(tries=1)) <= 1
    assert len(news.suggestions(k=1)) == 1


def test_nothing_is_offered_where_nothing_can_be(made: Made) -> None:
    assert made(rag.make_article(id="a", title="T", text="The pier is closed.")).suggestions() == ()


def test_the_newest_article_is_asked_about_first_and_one_question_a_sentence(made: Made) -> None:
    text = "Ada Lind, the mayor of Vessby, called for an inquiry into the fire at the mill."
    other = "Nils Berg, the mayor of Lunda, refused to sign the lease of the harbour."
    news = made(
        rag.make_article(id="old", title="Fire", published=date(2024, 1, 1), text=text),
        rag.make_article(id="new", title="Lease", published=date(2024, 2, 1), text=other),
    )
    offered = news.suggestions()
    assert len(offered) == 2
    quotes = [news.ask(question).citations[0].quote for question in offered]
    assert quotes == [other, text]

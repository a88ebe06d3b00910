"""Tests that statements are found by their speaker, even if the question's words differ."""

import pytest

import rag
from rag.answer.reported_speech import Said

STRIKE = """\
Ferry crews went on strike on Tuesday. Union leader Greta Lund said the strike would end on Sunday.
She warned of empty shelves. "There is no other way," Lund told reporters. She has two children.
The mayor Ole Brandt called the strike "unfair". Brandt called the police.
Michelle Obama smiled. Barack Obama said the vote was fair. "We won," Obama added.
The Norwegian Foreign Ministry said talks went on. Swedish boats lay idle. London said no.
"""


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> rag.Byline:
    embedder = rag.HashEmbedder(dims=64)
    made = rag.Byline(
        tmp_path_factory.mktemp("said"), config=rag.Config(threshold=0.9), embedder=embedder
    )
    made.add([rag.make_article(id="strike", title="Crews strike", text=STRIKE)])
    return made


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("What did Greta Lund say about the strike?", "Union leader Greta Lund said"),
        ("What has Lund told reporters?", '"There is no other way," Lund told'),
        ("What did Lund warn of?", "She warned of empty shelves."),
        ("What did Mayor Brandt say?", "The mayor Ole Brandt called"),
        ("What did Barack Obama say?", "Barack Obama said"),
        ("What did the Norwegian foreign ministry say?", "The Norwegian Foreign Ministry said"),
    ],
)
def test_who_is_asked_for_is_quoted(news: rag.Byline, question: str, first: str) -> None:
    answer = news.ask(question)
    assert answer.statements[0].text.startswith(first)


@pytest.mark.parametrize(
    "question",
    [
        "What did Peter Lund say?",  # another Lund
        "What did Lund say about the harbour?",
        "What did Brandt deny?",
        "What did she say?",  # no earlier sentence names anyone
        "What did Michelle Obama say?",
        "What did the Swedish foreign ministry say?",
        "What did the mayor of London say?",
        "What did the lawyer for Greta Lund say?",
    ],
)
def test_what_nobody_of_that_name_says_is_not_answered(news: rag.Byline, question: str) -> None:
    assert news.ask(question).abstained


def test_what_is_told_of_somebody_is_not_what_that_person_said(news: rag.Byline) -> None:
    told = {statement.text for statement in news.ask("What did Lund say?").statements}
    assert told <= {
        "Union leader Greta Lund said the strike would end on Sunday.",
        "She warned of empty shelves.",
        '"There is no other way," Lund told reporters.',
    }
    (only,) = news.ask("What did Brandt say?").statements
    assert only.text == 'The mayor Ole Brandt called the strike "unfair".'


@pytest.mark.parametrize(
    "question", ["Who is Greta Lund?", "What did Lund do?", "Did Lund say so?", "What?"]
)
def test_other_questions_ask_for_nobodys_words(question: str) -> None:
    assert Said.asked(question, stemmer="english") is None

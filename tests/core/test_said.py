"""What somebody said is found by who speaks, however unlike the question its words are."""

import pytest

import rag
from rag.answer.said import Said

STRIKE = """\
Ferry crews went on strike on Tuesday. Union leader Greta Lund said the strike would end on Sunday.
She warned of empty shelves. "There is no other way," Lund told reporters.
The mayor Ole Brandt called the strike unfair.
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
        ("What did Brandt say?", "The mayor Ole Brandt called the strike unfair."),
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
        "What did Brandt warn of?",
        "What did she say?",  # nobody was named before
    ],
)
def test_what_nobody_of_that_name_says_is_not_answered(news: rag.Byline, question: str) -> None:
    assert news.ask(question).abstained


@pytest.mark.parametrize(
    "question", ["Who is Greta Lund?", "What did Lund do?", "Did Lund say so?", "What?"]
)
def test_other_questions_ask_for_nobodys_words(question: str) -> None:
    assert Said.asked(question, stemmer="english") is None

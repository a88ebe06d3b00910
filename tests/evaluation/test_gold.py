"""Gold to places in the text."""

from pathlib import Path

import pytest

import rag
from rag.evaluation.gold import resolve_gold
from rag.evaluation.lines import Faults
from rag.evaluation.nouns import Dataset, Document, Question, Quotation
from rag.evaluation.records import Gold, Unit

FIRST, SECOND = "The talks began.", "They ended on Friday."
TALKS = Document(
    id="talks",
    text=f"{FIRST}\n\n{SECOND}",
    paragraphs=((0, len(FIRST)), (len(FIRST) + 2, len(FIRST) + 2 + len(SECOND))),
)
RAIN = Document(id="rain#p0", text="Rain fell.", paragraphs=((0, 10),))
DOCUMENTS = {document.id: document for document in (TALKS, RAIN)}
SENTENCE = Quotation(article="talks", quote="ended on Friday")


def resolve(question: Question) -> Gold:
    dataset = Dataset(
        name="set",
        folder=Path("set"),
        questions=(question,),
        questions_file=Path("set/questions.jsonl"),
    )
    faults = Faults()
    found = resolve_gold(dataset, DOCUMENTS, faults)
    faults.raise_any(dataset.folder)
    return found[0]


def test_quotes_come_first_then_paragraphs_then_whole_documents() -> None:
    question = Question(
        id="q",
        question="When?",
        gold=("talks", "rain#p0"),
        gold_paragraphs=("talks#p1",),
        gold_spans=(SENTENCE,),
    )
    start = TALKS.text.index(SENTENCE.quote)
    sentence = Unit(article_id="talks", start=start, end=start + len(SENTENCE.quote))
    assert resolve(question).units == (sentence,)
    assert resolve(question).has_spans

    without = Question(id="q", question="When?", gold=("talks",), gold_paragraphs=("talks#p1",))
    paragraph = Unit(article_id="talks", start=len(FIRST) + 2, end=len(TALKS.text))
    assert resolve(without).units == (paragraph,)
    assert not resolve(without).has_spans

    whole = Question(id="q", question="When?", gold=("talks", "rain#p0"))
    assert resolve(whole).units == tuple(
        Unit(article_id=document.id, start=0, end=len(document.text)) for document in (TALKS, RAIN)
    )


def test_articles_are_those_of_gold_and_of_its_places() -> None:
    question = Question(id="q", question="When?", gold=("rain#p0",), gold_spans=(SENTENCE,))
    assert resolve(question).articles == ("rain#p0", "talks")


def test_an_id_may_itself_look_like_a_paragraph() -> None:
    question = Question(id="q", question="Rain?", gold_paragraphs=("rain#p0#p0",))
    assert resolve(question).units == (Unit(article_id="rain#p0", start=0, end=10),)


def test_what_is_known_of_the_question_goes_along() -> None:
    question = Question(
        id="q",
        question="And then?",
        answers=("Friday",),
        answerable=None,
        kind="date",
        gold_human=("talks",),
        history=(rag.Turn(role="user", text="When did it begin?"),),
    )
    gold = resolve(question)
    assert (gold.id, gold.answers, gold.answerable) == ("q", ("Friday",), None)
    assert (gold.kind, gold.has_history, gold.gold_human) == ("date", True, ("talks",))
    assert (gold.units, gold.articles) == ((), ())


def test_a_quote_that_is_not_in_its_article_names_the_question() -> None:
    quotation = Quotation(article="talks", quote="ended on Monday")
    question = Question(id="q7", question="When?", gold_spans=(quotation,), line=12)
    with pytest.raises(rag.DatasetError, match=r"questions\.jsonl:12: question 'q7'.*Monday"):
        resolve(question)

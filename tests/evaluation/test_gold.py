"""Tests resolving gold to spans of the text."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

import rag
from rag.evaluation.datasets.gold import resolve_gold
from rag.evaluation.datasets.models import Dataset, Document, Question, Quotation
from rag.evaluation.lines import Faults
from rag.evaluation.records import Gold, Unit

FIRST, SECOND = "The talks began.", "They ended on Friday."
TALKS = Document(
    id="talks",
    text=f"{FIRST}\n\n{SECOND}",
    paragraphs=((0, len(FIRST)), (len(FIRST) + 2, len(FIRST) + 2 + len(SECOND))),
)
RAIN = Document(id="rain#p0", text="Rain fell.", paragraphs=((0, 10),))
SENTENCE = Quotation(article="talks", quote="ended on Friday")


def dataset(
    *questions: Question,
    documents: Sequence[Document] = (TALKS, RAIN),
    refused: Mapping[str, str] | None = None,
) -> Dataset:
    return Dataset(
        name="set",
        folder=Path("set"),
        documents=tuple(documents),
        refused=refused or {},
        questions=questions,
        questions_file=Path("set/questions.jsonl"),
    )


def resolve(
    question: Question,
    documents: Sequence[Document] = (TALKS, RAIN),
    refused: Mapping[str, str] | None = None,
) -> Gold:
    faults = Faults()
    found, _ = resolve_gold(dataset(question, documents=documents, refused=refused), faults)
    faults.raise_any(Path("set"))
    return found[question.id]


def warnings(question: Question, refused: Mapping[str, str] | None = None) -> list[str]:
    _, warned = resolve_gold(dataset(question, refused=refused), Faults())
    return warned


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
    assert [resolve(one).whole for one in (question, without, whole)] == [False, False, True]


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
    assert (gold.kind, gold.history, gold.gold_human) == ("date", question.history, ("talks",))
    assert gold.has_history
    assert (gold.units, gold.articles) == ((), ())


def test_a_quote_that_is_not_in_its_article_names_the_question() -> None:
    quotation = Quotation(article="talks", quote="ended on Monday")
    question = Question(id="q7", question="When?", gold_spans=(quotation,), line=12)
    with pytest.raises(rag.DatasetError, match=r"questions\.jsonl:12: question 'q7'.*Monday"):
        resolve(question)


def test_each_gold_that_is_nowhere_is_a_fault_of_its_own() -> None:
    question = Question(
        id="q",
        question="When?",
        gold=("talks", "gone"),
        gold_human=("gone", "lost"),
        gold_paragraphs=("talks#p9",),
        gold_spans=(Quotation(article="rain#p0", quote="Snow fell."),),
        line=3,
    )
    faults = Faults()
    found, _ = resolve_gold(dataset(question), faults)
    assert found == {}
    assert {fault.line for fault in faults.found} == {3}
    assert faults.counts() == {"gold not in the corpus": 2, "gold not in its article": 2}
    told = " ".join(map(str, faults.found))
    assert all(name in told for name in ("'gone'", "'lost'", "'talks#p9'", "'Snow fell.'"))


# ---- files that cannot be indexed

REFUSED = {"bad.txt": "bad.txt is not text"}


def test_gold_in_a_refused_file_is_not_indexed_and_has_no_place() -> None:
    gold = resolve(Question(id="q", question="When?", gold=("bad.txt",)), refused=REFUSED)
    assert (gold.indexed, gold.units, gold.articles) == (False, (), ("bad.txt",))
    assert (gold.outlets, gold.age_days, gold.free_form) == ((), None, False)
    quoted = Question(
        id="q", question="When?", gold_spans=(Quotation(article="bad.txt", quote="On Friday."),)
    )
    sentence = resolve(quoted, refused=REFUSED)
    assert (sentence.indexed, sentence.has_spans) == (False, True)
    assert (sentence.articles, sentence.is_lost) == (("bad.txt",), True)
    numbered = Question(id="q", question="When?", gold_paragraphs=("bad.txt#p3",))
    assert not resolve(numbered, refused=REFUSED).indexed


def test_one_readable_gold_article_is_enough_to_be_indexed() -> None:
    both = Question(id="q", question="When?", gold=("bad.txt", "rain#p0"))
    gold = resolve(both, refused=REFUSED)
    assert gold.indexed
    assert gold.units == (Unit(article_id="rain#p0", start=0, end=10),)


def test_gold_in_a_refused_file_is_warned_of_with_the_reason() -> None:
    question = Question(id="q", question="When?", gold=("bad.txt",), line=4)
    (warning,) = warnings(question, REFUSED)
    assert warning.startswith("questions.jsonl:4: question 'q': gold 'bad.txt' is not indexed")
    assert warning.endswith("bad.txt is not text")


def test_a_question_without_gold_is_not_counted_as_not_indexed() -> None:
    assert resolve(Question(id="q", question="When?", answerable=False)).indexed


# ---- accepted answers in their gold


@pytest.mark.parametrize(
    ("answers", "free_form", "absent"),
    [
        (("Friday",), False, []),
        (("on FRIDAY!",), False, []),
        (("Monday",), True, ["Monday"]),
        (("Friday", "the fifth day"), False, ["the fifth day"]),
        (("Monday", "Tuesday"), True, ["Monday", "Tuesday"]),
        ((), False, []),
        ((" ",), False, []),
    ],
)
def test_answers_that_their_gold_does_not_hold(
    answers: tuple[str, ...], *, free_form: bool, absent: list[str]
) -> None:
    question = Question(
        id="q", question="When?", answers=answers, gold_paragraphs=("talks#p1",), line=2
    )
    assert resolve(question).free_form is free_form
    assert warnings(question) == [
        f"questions.jsonl:2: question 'q': accepted answer {answer!r} does not occur in its gold"
        " text"
        for answer in absent
    ]


def test_answers_without_gold_are_neither_free_nor_warned_of() -> None:
    question = Question(id="q", question="When?", answers=("Monday",))
    assert not resolve(question).free_form
    assert warnings(question) == []


# ---- outlets and ages

DAY = date(2022, 6, 16)


def dated(name: str, days: int | None, outlet: str | None = None) -> Document:
    published = None if days is None else DAY + timedelta(days=days)
    return Document(
        id=name, text="They met.", paragraphs=((0, 9),), published=published, outlet=outlet
    )


PAPERS = (dated("old", -30, "Post"), dated("young", -3, "Times"), dated("none", None, "Post"))


@pytest.mark.parametrize(
    ("gold", "asked", "age"),
    [
        (("old",), DAY, 30),
        (("old", "young", "none"), DAY, 3),
        (("old",), None, 27),
        (("none",), DAY, None),
        ((), DAY, None),
        (("young",), DAY - timedelta(days=10), 0),
    ],
    ids=["one", "youngest", "newest of the corpus", "undated", "no gold", "asked before"],
)
def test_age_is_that_of_the_youngest_gold_article(
    gold: tuple[str, ...], asked: date | None, age: int | None
) -> None:
    question = Question(id="q", question="Who met?", gold=gold, date=asked)
    assert resolve(question, PAPERS).age_days == age


def test_nothing_has_an_age_where_nothing_is_dated() -> None:
    papers = [replace(paper, published=None) for paper in PAPERS]
    question = Question(id="q", question="Who met?", gold=("old",))
    assert resolve(question, papers).age_days is None


def test_outlets_are_those_of_the_gold_articles_each_once() -> None:
    question = Question(id="q", question="Who met?", gold=("young", "none", "old"))
    assert resolve(question, PAPERS).outlets == ("Times", "Post")

"""Tests that statements that do not match their article exactly are not shown."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import rag
from rag.check import checked

ARTICLE = rag.make_article(id="a", text="They met. They spoke of trade. They left.")
EDITED = rag.make_article(id="a", text="They met. They spoke of peace. They left.")
QUOTE = "They spoke of trade."


def find(article_id: str, revision: str) -> rag.Article | None:
    known = {(ARTICLE.id, ARTICLE.revision): ARTICLE, (EDITED.id, EDITED.revision): EDITED}
    return known.get((article_id, revision))


CITATION = rag.Citation(
    article_id="a",
    revision=ARTICLE.revision,
    start=ARTICLE.text.index(QUOTE),
    end=ARTICLE.text.index(QUOTE) + len(QUOTE),
    quote=QUOTE,
)
STATEMENT = rag.Statement(text=QUOTE, citations=(CITATION,))


def answered(*statements: rag.Statement, short: str | None = None) -> rag.Answer:
    return rag.Answer(
        question="q", standalone_question="q", statements=statements, short_answer=short
    )


def test_exact_statement_is_kept() -> None:
    given_answer = answered(replace(STATEMENT, note="Ada Lind"), short="trade")
    assert checked(given_answer, find) == given_answer


WRONG = {
    "other quote": replace(CITATION, quote="They spoke of peace."),
    "one further": replace(CITATION, start=CITATION.start + 1, end=CITATION.end + 1),
    "cut": replace(CITATION, end=CITATION.end - 1),
    "other revision": replace(CITATION, revision=EDITED.revision),
    "unknown revision": replace(CITATION, revision="0" * 64),
    "unknown article": replace(CITATION, article_id="b"),
    "nothing": replace(CITATION, start=3, end=3, quote=""),
}


@pytest.mark.parametrize("kind", WRONG)
def test_statement_that_is_not_proved_is_moved_aside(kind: str) -> None:
    wrong = replace(STATEMENT, citations=(WRONG[kind],))
    after = checked(answered(STATEMENT, wrong), find)
    assert after.statements == (STATEMENT,)
    assert after.rejected == (wrong,)
    alone = checked(answered(wrong), find)
    assert alone.abstained
    assert alone.citations == ()
    assert alone.text == ""


@pytest.mark.parametrize(
    "statement",
    [
        replace(STATEMENT, text="They spoke of peace."),
        replace(STATEMENT, text=f"{QUOTE} And more."),
        replace(STATEMENT, text=""),
        replace(STATEMENT, citations=()),
        replace(STATEMENT, citations=(CITATION, WRONG["cut"])),
    ],
    ids=["other words", "more words", "no words", "no citation", "one of two wrong"],
)
def test_words_must_be_those_of_the_quotation(statement: rag.Statement) -> None:
    after = checked(answered(statement), find)
    assert after.abstained
    assert after.rejected == (statement,)


def test_what_was_rejected_before_stays_rejected() -> None:
    wrong = replace(STATEMENT, citations=(WRONG["cut"],))
    given_answer = replace(answered(STATEMENT), rejected=(wrong,))
    assert checked(given_answer, find).rejected == (wrong,)


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_withheld_must_be_proved_too(kind: str) -> None:
    wrong = replace(STATEMENT, citations=(WRONG[kind],))
    after = checked(replace(answered(), withheld=(STATEMENT, wrong)), find)
    assert after.withheld == (STATEMENT,)
    assert after.rejected == (wrong,)
    assert after.abstained


def test_short_answer_goes_with_the_statement_that_holds_it() -> None:
    wrong = replace(STATEMENT, citations=(WRONG["cut"],))
    assert checked(answered(STATEMENT, short="trade"), find).short_answer == "trade"
    assert checked(answered(STATEMENT, short="peace"), find).short_answer is None
    assert checked(answered(wrong, short="trade"), find).short_answer is None


@given(start=st.integers(0, 60), end=st.integers(0, 60), exact=st.booleans())
@example(start=23, end=24, exact=True)  # only a space differs
def test_citation_quotes_its_article_or_is_not_shown(start: int, end: int, *, exact: bool) -> None:
    quote = ARTICLE.text[start:end] if exact else QUOTE
    citation = replace(CITATION, start=start, end=end, quote=quote)
    after = checked(answered(rag.Statement(text=quote, citations=(citation,))), find)
    shown = bool(quote.strip()) and ARTICLE.text[start:end] == quote
    assert after.abstained is not shown


def test_citations_are_numbered_in_order_each_once() -> None:
    other = replace(CITATION, start=0, end=9, quote="They met.")
    both = rag.Statement(text="They met.", citations=(other, CITATION))
    assert answered(STATEMENT, both, STATEMENT).citations == (CITATION, other)


def test_words_of_a_rejected_statement_are_not_told() -> None:
    sure = rag.Confidence(reader="r", none=0.1, sentence=0.9, span="trade", span_probability=0.8)
    told = replace(answered(STATEMENT, short="trade"), confidence=sure)
    assert checked(told, find).confidence == sure
    wrong = replace(told, statements=(replace(STATEMENT, citations=(WRONG["cut"],)),))
    after = checked(wrong, find)
    assert after.short_answer is None
    assert after.confidence == replace(sure, span=None, span_probability=0.0)

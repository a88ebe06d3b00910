"""Tests citation measures: exact quotes, and overlap with gold spans."""

import pytest

from rag.evaluation.measures.citations import quote_exact, span_precision, span_recall
from rag.evaluation.records import Quote, Unit

TEXT = "The talks began. They ended on Friday."


def cite(quote: str, *, start: int | None = None, article: str = "a") -> Quote:
    place = TEXT.index(quote) if start is None else start
    return Quote(article_id=article, start=place, end=place + len(quote), quote=quote)


def test_a_quote_is_exact_when_it_stands_at_its_place() -> None:
    assert quote_exact(cite("They ended on Friday."), {"a": TEXT})


@pytest.mark.parametrize(
    "citation",
    [
        cite("They ended on Friday", start=16),
        cite("They ended on Monday.", start=17),
        cite("They ended on Friday.", article="b"),
        cite("", start=0),
        cite("after the end", start=len(TEXT)),
    ],
)
def test_a_quote_is_not_exact_elsewhere_or_in_other_words(citation: Quote) -> None:
    assert not quote_exact(citation, {"a": TEXT})


def test_precision_and_recall_of_two_citations_for_three_spans() -> None:
    spans = [
        Unit(article_id="a", start=0, end=4),
        Unit(article_id="a", start=4, end=16),
        Unit(article_id="a", start=35, end=38),
    ]
    citations = [cite("The talks began."), cite("They ended")]
    assert span_precision(citations, spans) == 1 / 2
    assert span_recall(citations, spans) == 2 / 3


def test_touching_is_not_sharing_a_character() -> None:
    after = Unit(article_id="a", start=16, end=20)
    assert span_precision([cite("The talks began.")], [after]) == 0
    assert span_recall([cite("The talks began.")], [after]) == 0


def test_nothing_cited_has_no_precision_and_no_recall_of_gold() -> None:
    spans = [Unit(article_id="a", start=0, end=4)]
    assert span_precision([], spans) is None
    assert span_recall([], spans) == 0
    assert span_recall([cite("They")], []) is None

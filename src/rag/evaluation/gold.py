"""Gold to places in the text: which stretches of which articles answer each question."""

import re
from collections.abc import Iterator, Mapping

from rag.evaluation.lines import Faults
from rag.evaluation.nouns import Dataset, Document, Question
from rag.evaluation.records import Gold, Unit

__all__ = ["resolve_gold"]

PARAGRAPH = re.compile(r"(?P<article>.+)#p(?P<number>\d+)", re.DOTALL)


class _GoldError(Exception):
    """Gold that is not in the corpus; becomes a fault with file and line."""


def resolve_gold(
    dataset: Dataset, documents: Mapping[str, Document], faults: Faults
) -> tuple[Gold, ...]:
    """The gold of each question, as offsets into ``documents``; what is not there is a fault.

    A question's units are its ``gold_spans``, else its ``gold_paragraphs``, else the whole of its
    ``gold`` documents. A quote that stands in its article more than once means the first place.
    """
    resolved = []
    for question in dataset.questions:
        try:
            resolved.append(_resolve(question, documents))
        except _GoldError as error:
            faults.add(dataset.questions_file, question.line, f"question {question.id!r}: {error}")
    return tuple(resolved)


def _resolve(question: Question, documents: Mapping[str, Document]) -> Gold:
    for article in (*question.gold, *question.gold_human):
        _document(article, documents)
    spans = tuple(_quotations(question, documents))
    paragraphs = tuple(_paragraphs(question, documents))
    units = spans or paragraphs or tuple(_whole(question, documents))
    articles = dict.fromkeys([*question.gold, *(unit.article_id for unit in units)])
    return Gold(
        id=question.id,
        answers=question.answers,
        answerable=question.answerable,
        kind=question.kind,
        has_history=bool(question.history),
        units=tuple(dict.fromkeys(units)),
        has_spans=bool(spans),
        articles=tuple(articles),
        gold_human=question.gold_human,
    )


def _quotations(question: Question, documents: Mapping[str, Document]) -> Iterator[Unit]:
    for span in question.gold_spans:
        start = _document(span.article, documents).text.find(span.quote)
        if start < 0:
            raise _GoldError(
                f"the quote {span.quote!r} is not in {span.article!r}; quote it word for word"
            )
        yield Unit(article_id=span.article, start=start, end=start + len(span.quote))


def _paragraphs(question: Question, documents: Mapping[str, Document]) -> Iterator[Unit]:
    for name in question.gold_paragraphs:
        found = PARAGRAPH.fullmatch(name)
        if found is None:
            raise _GoldError(f"gold_paragraphs holds {name!r}; write ID#pN, N from 0")
        spans = _document(found["article"], documents).paragraphs
        number = int(found["number"])
        if number >= len(spans):
            raise _GoldError(f"{name!r} is past the last paragraph, #p{len(spans) - 1}")
        start, end = spans[number]
        yield Unit(article_id=found["article"], start=start, end=end)


def _whole(question: Question, documents: Mapping[str, Document]) -> Iterator[Unit]:
    for article in question.gold:
        yield Unit(article_id=article, start=0, end=len(documents[article].text))


def _document(article: str, documents: Mapping[str, Document]) -> Document:
    if article not in documents:
        raise _GoldError(f"gold {article!r} is not in the corpus; add it, or take the gold out")
    return documents[article]

"""JSON results of the API: answers and passages, each with its source."""

from typing import TypedDict

import rag
from rag.web.record import Said, numbered, said

__all__ = ["Found", "Replied", "found", "replied"]


class Source(TypedDict):
    """The text of an article's revision from ``start`` to ``end``, and its source."""

    article_id: str
    revision: str
    start: int
    end: int
    quote: str
    title: str
    outlet: str | None
    author: str | None
    date: str | None
    url: str | None


class Cited(Source):
    """A citation with its number in the answer, starting at 1."""

    number: int


class Replied(TypedDict):
    """An answer; if the articles do not say, it is abstained and has no statements."""

    question: str
    standalone_question: str
    abstained: bool
    text: str
    short_answer: str | None
    period: str
    differing: bool
    statements: list[Said]
    citations: list[Cited]
    generation: int


class Found(Source):
    """A search result: its rank, from 1, its score, in [0, 1], and its other versions."""

    rank: int
    score: float
    matched_terms: list[str]
    editions: str


def replied(
    news: rag.Byline, question: str, *, history: list[rag.Turn], filter: rag.Filter
) -> Replied:
    """The answer to ``question``; raises as ``Byline.ask`` does."""
    answer = news.ask(question, history=history, filter=filter)
    numbers = numbered(answer)
    return {
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "abstained": answer.abstained,
        "text": answer.text,
        "short_answer": answer.short_answer,
        "period": rag.period_line(answer),
        "differing": bool(answer.differing),
        "statements": [said(statement, numbers) for statement in answer.statements],
        "citations": [
            {"number": number, **_source(news, cited)} for cited, number in numbers.items()
        ],
        "generation": answer.generation,
    }


def found(news: rag.Byline, question: str, *, k: int, filter: rag.Filter) -> list[Found]:
    """The ``k`` best passages for ``question``, best first; raises as ``Byline.search`` does."""
    return [
        {
            "rank": hit.rank,
            "score": hit.score,
            "matched_terms": list(hit.matched_terms),
            "editions": rag.edition_line(hit, news.article),
            **_source(news, hit.passage),
        }
        for hit in news.search(question, k=k, filter=filter)
    ]


def _source(news: rag.Byline, place: rag.Citation | rag.Passage) -> Source:
    article = news.article(place.article_id, place.revision)
    return {
        "article_id": article.id,
        "revision": article.revision,
        "start": place.start,
        "end": place.end,
        "quote": article.text[place.start : place.end],
        "title": article.title,
        "outlet": article.outlet,
        "author": article.author,
        "date": article.published.isoformat() if article.published else None,
        "url": article.url,
    }

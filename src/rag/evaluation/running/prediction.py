"""Asks one question, and turns the answer into a prediction."""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import rag
from rag.evaluation.datasets.models import Dataset, Question
from rag.evaluation.records import HITS, Found, Prediction, Quote


def dated(dataset: Dataset) -> Dataset:
    """Returns ``dataset`` with the date of its newest article for each question without a date.

    Results then do not depend on the day of the run. If no article has a date, such questions stay
    without one.
    """
    days = (document.published for document in dataset.documents if document.published)
    newest = max(days, default=None)
    questions = tuple(replace(one, date=one.date or newest) for one in dataset.questions)
    return replace(dataset, questions=questions)


def ask(
    news: rag.Byline,
    question: Question,
    *,
    words: str,
    history: Sequence[rag.Turn],
    prose: bool = False,
) -> Prediction:
    """Asks Byline ``words`` after ``history``; returns the prediction for ``question``."""
    start = time.perf_counter()
    answer = news.ask(words, history=history, asked_on=question.date, prose=prose)
    return _prediction(question, answer, total=time.perf_counter() - start)


def found(hit: rag.Hit) -> Found:
    """Converts a hit to its record."""
    return Found(
        article_id=hit.passage.article_id,
        start=hit.passage.start,
        end=hit.passage.end,
        score=float(hit.score),
        rank=hit.rank,
        dense_rank=hit.dense_rank,
        dense_score=_plain(hit.dense_score),
        lexical_rank=hit.lexical_rank,
        lexical_score=_plain(hit.lexical_score),
        matched_terms=hit.matched_terms,
        copies=hit.copies,
        superseded_by=hit.superseded_by,
    )


def _prediction(question: Question, answer: rag.Answer, *, total: float) -> Prediction:
    withheld = dict.fromkeys(cited for said in answer.withheld for cited in said.citations)
    return Prediction(
        id=question.id,
        question=question.question,
        standalone_question=answer.standalone_question,
        hits=tuple(found(hit) for hit in answer.hits[:HITS]),
        answer=answer.text,
        short_answer=answer.short_answer,
        statements=tuple(statement.text for statement in answer.statements),
        citations=tuple(map(_quote, answer.citations)),
        abstained=answer.abstained,
        answerability=float(answer.answerability),
        features=_seen(answer.confidence),
        seconds={**_finite(answer.seconds), "total": total},
        withheld=tuple(map(_quote, withheld)),
        state=answer.state,
        unverified=tuple(sentence.text for sentence in answer.unverified),
        fallback=answer.fallback,
        tokens=answer.tokens.prompt + answer.tokens.completion if answer.tokens else None,
    )


def _quote(citation: rag.Citation) -> Quote:
    return Quote(
        article_id=citation.article_id, start=citation.start, end=citation.end, quote=citation.quote
    )


def _seen(read: rag.Confidence | None) -> dict[str, float]:
    """Returns the confidence of the reading model, as numbers by name."""
    if read is None:
        return {}
    return _finite({"none": read.none, "sentence": read.sentence, "span": read.span_probability})


def _plain(score: float | None) -> float | None:
    return None if score is None else float(score)


def _finite(numbers: Mapping[str, float]) -> dict[str, float]:
    """Returns the numbers as floats, without NaN and infinities, which JSON cannot represent."""
    return {name: float(number) for name, number in numbers.items() if math.isfinite(number)}

"""Other systems that answer the same questions, for comparison with Byline.

Two variants ask Byline the follow-ups without history, or as rewritten by hand. Another variant
asks it for prose. The baselines are BM25 alone, vectors alone, a random article, and a system that
always abstains.
"""

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter
from pathlib import Path

import rag
from rag.evaluation.datasets.models import Dataset, Document, Question
from rag.evaluation.records import HITS, Found, Prediction, Quote
from rag.evaluation.running.prediction import ask, found

Ask = Callable[[Question, str], Prediction]
Side = Callable[[Found], tuple[int | None, float | None]]
LEXICAL: Side = attrgetter("lexical_rank", "lexical_score")
DENSE: Side = attrgetter("dense_rank", "dense_score")


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A system, its name, and the questions to ask it.

    ``ask`` takes a question and its standalone form from Byline.
    """

    name: str
    questions: tuple[Question, ...]
    ask: Ask


@contextmanager
def opened_systems(
    news: rag.Byline, dataset: Dataset, *, index: Path, baselines: bool, prose: bool = False
) -> Iterator[tuple[System, ...]]:
    """Yields the systems that have questions to answer, open while the block runs.

    ``prose`` adds answers in prose by the configured language model, to all questions.
    The baselines search the index in the folder ``index``, with the embedder of ``news``.
    """
    followups = tuple(question for question in dataset.questions if question.history)
    rewritten = tuple(question for question in followups if question.standalone)
    asked = dataset.questions if baselines else ()
    bare = {"reader_weight": 0.0, "reranker": "", "copies": False, "time": False}
    alone = replace(news.config, candidates=HITS, **bare)  # type: ignore[arg-type]
    with rag.Byline(index, config=alone, embedder=news.embedder, create=False) as sides:
        passages = _Passages(dataset)
        in_prose = partial(_in_prose, news)
        systems = (
            System(name="ignoring-history", questions=followups, ask=partial(_unaware, news)),
            System(name="rewritten-by-hand", questions=rewritten, ask=partial(_rewritten, news)),
            System(name="prose", questions=dataset.questions if prose else (), ask=in_prose),
            System(name="bm25", questions=asked, ask=partial(passages.best, sides, LEXICAL)),
            System(name="dense", questions=asked, ask=partial(passages.best, sides, DENSE)),
            System(name="random-article", questions=asked, ask=passages.drawn),
            System(name="always-abstain", questions=asked, ask=_nothing),
        )
        yield tuple(system for system in systems if system.questions)


def _unaware(news: rag.Byline, question: Question, _: str) -> Prediction:
    return ask(news, question, words=question.question, history=())


def _rewritten(news: rag.Byline, question: Question, _: str) -> Prediction:
    return ask(news, question, words=question.standalone or question.question, history=())


def _in_prose(news: rag.Byline, question: Question, _: str) -> Prediction:
    return ask(news, question, words=question.question, history=question.history, prose=True)


def _nothing(question: Question, understood: str) -> Prediction:
    return _shown(question, understood, hits=(), quote=None, seconds=0.0)


class _Passages:
    """Systems that answer with a whole passage."""

    def __init__(self, dataset: Dataset) -> None:
        self._documents = {document.id: document for document in dataset.documents}
        self._ids = sorted(self._documents)

    def best(self, news: rag.Byline, side: Side, question: Question, understood: str) -> Prediction:
        """Answers with the best passage of only lexical or only dense search (``side``)."""
        start = time.perf_counter()
        # Each side returns up to HITS candidates, so 2 * HITS hits include all of them.
        said, day = question.history, question.date
        hits = news.search(question.question, k=2 * HITS, history=said, asked_on=day)
        ranked = _ranked(tuple(map(found, hits)), side)
        quote = self._quote(ranked[0]) if ranked else None
        seconds = time.perf_counter() - start
        return _shown(question, understood, hits=ranked, quote=quote, seconds=seconds)

    def drawn(self, question: Question, understood: str) -> Prediction:
        """Answers with the first paragraph of a random article, seeded by the question's id."""
        digest = hashlib.sha256(question.id.encode()).digest()
        drawn = self._documents[self._ids[int.from_bytes(digest) % len(self._ids)]]
        start, end = _first_paragraph(drawn)
        hit = Found(article_id=drawn.id, start=start, end=end, score=0.0, rank=1)
        return _shown(question, understood, hits=(hit,), quote=self._quote(hit), seconds=0.0)

    def _quote(self, hit: Found) -> Quote:
        words = self._documents[hit.article_id].text[hit.start : hit.end]
        return Quote(article_id=hit.article_id, start=hit.start, end=hit.end, quote=words)


def _ranked(hits: Sequence[Found], side: Side) -> tuple[Found, ...]:
    """Returns the hits that this side found, with its ranks and scores."""
    placed = [
        replace(hit, rank=rank, score=score)
        for hit in hits
        for rank, score in (side(hit),)
        if rank is not None and score is not None
    ]
    return tuple(sorted(placed, key=lambda hit: hit.rank))


def _first_paragraph(document: Document) -> tuple[int, int]:
    held = (span for span in document.paragraphs if document.text[slice(*span)].strip())
    return next(held, (0, len(document.text)))


def _shown(
    question: Question,
    understood: str,
    *,
    hits: tuple[Found, ...],
    quote: Quote | None,
    seconds: float,
) -> Prediction:
    """Returns a prediction that shows ``quote``; its answerability is the first hit's score."""
    return Prediction(
        id=question.id,
        question=question.question,
        standalone_question=understood,
        hits=hits,
        answer=quote.quote if quote else "",
        short_answer=None,
        statements=(quote.quote,) if quote else (),
        citations=(quote,) if quote else (),
        abstained=quote is None,
        answerability=hits[0].score if hits else 0.0,
        seconds={"total": seconds},
    )

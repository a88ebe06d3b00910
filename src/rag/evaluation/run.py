"""Running a data set: index it, ask every question, write down what was said.

The result folder holds all that the measures need; ``rag.evaluation.records`` lists its files. A
run that was broken off goes on where it stopped as long as data, settings and code are the same.
A finished run is never taken up again: running it again measures it again.
"""

import math
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

import rag
from rag.evaluation.corpus import Report, index_corpus
from rag.evaluation.gold import resolve_gold
from rag.evaluation.journal import Journal
from rag.evaluation.lines import Faults, dump_line, read_rows
from rag.evaluation.manifest import describe
from rag.evaluation.nouns import Dataset, Document, Question
from rag.evaluation.records import ARTICLES, GOLD, PREDICTIONS, Found, Gold, Prediction, Quote

__all__ = ["run"]

HITS = 20


def run(
    dataset: Dataset,
    *,
    out: Path,
    index_cache: Path | None = None,
    config: rag.Config | None = None,
    embedder: rag.Embedder | None = None,
    progress: Report | None = None,
) -> Path:
    """Ask each question of ``dataset``, write the result folder ``out``, and return it.

    The index is kept in ``index_cache``, by default ``.byline/eval/NAME`` below the current
    folder, and only what changed is indexed again. Raises ``rag.DatasetError`` for gold that is
    not in the indexed articles, before the first question is asked.
    """
    cache = index_cache or Path(".byline") / "eval" / dataset.name
    with rag.Byline(cache, config=config or rag.Config(), embedder=embedder) as news:
        documents, report = index_corpus(news, dataset, progress=progress or _ignore)
        gold = _gold(dataset, documents)
        news.warm()
        description = describe(news, dataset, documents=documents, report=report)
        with Journal(out, description) as journal:
            _write_lines(out / GOLD, (asdict(one) for one in gold))
            _ask_all(news, dataset, journal, progress or _ignore)
            _write_lines(out / ARTICLES, _cited(out / PREDICTIONS, documents))
            journal.finish()
    return out


def _ignore(_: rag.Progress) -> None:
    """Progress that nobody watches."""


def _gold(dataset: Dataset, documents: Mapping[str, Document]) -> tuple[Gold, ...]:
    faults = Faults()
    gold = resolve_gold(dataset, documents, faults)
    faults.raise_any(dataset.folder)
    return gold


def _ask_all(news: rag.Byline, dataset: Dataset, journal: Journal, progress: Report) -> None:
    total = len(dataset.questions)
    for number, question in enumerate(dataset.questions, start=1):
        if question.id not in journal.answered:
            journal.write(asdict(_ask(news, question, dataset.questions_file)))
        progress(rag.Progress(stage="asking", done=number, total=total))


def _ask(news: rag.Byline, question: Question, file: Path) -> Prediction:
    start = time.perf_counter()
    try:
        answer = news.ask(question.question, history=question.history)
    except rag.UsageError as error:
        place = f"{file.name}:{question.line}: question {question.id!r}"
        raise rag.DatasetError(f"{place} cannot be asked: {error}") from error
    total = time.perf_counter() - start
    return _prediction(question, answer, total=total)


def _prediction(question: Question, answer: rag.Answer, *, total: float) -> Prediction:
    return Prediction(
        id=question.id,
        question=question.question,
        standalone_question=answer.standalone_question,
        hits=tuple(_found(hit) for hit in answer.hits[:HITS]),
        answer=answer.text,
        short_answer=answer.short_answer,
        statements=tuple(statement.text for statement in answer.statements),
        citations=tuple(_quote(citation) for citation in answer.citations),
        abstained=answer.abstained,
        answerability=float(answer.answerability),
        features=_finite(answer.features),
        seconds={**_finite(answer.seconds), "total": total},
    )


def _found(hit: rag.Hit) -> Found:
    passage = hit.passage
    return Found(
        article_id=passage.article_id,
        start=passage.start,
        end=passage.end,
        score=float(hit.score),
        rank=hit.rank,
    )


def _quote(citation: rag.Citation) -> Quote:
    return Quote(
        article_id=citation.article_id,
        start=citation.start,
        end=citation.end,
        quote=citation.quote,
    )


def _finite(numbers: Mapping[str, float]) -> dict[str, float]:
    """Numbers by name, as JSON can hold them: one that is not finite is left out."""
    return {name: float(number) for name, number in numbers.items() if math.isfinite(number)}


def _cited(predictions: Path, documents: Mapping[str, Document]) -> Iterator[dict[str, object]]:
    """The canonical text of each cited article, once."""
    rows = (row for _, row in read_rows(predictions, Faults()))
    citations = (citation for row in rows for citation in _citations(row))
    for article in sorted({str(citation["article_id"]) for citation in citations}):
        if article in documents:
            yield {"article_id": article, "text": documents[article].text}


def _citations(row: Mapping[str, object]) -> Iterable[Mapping[str, object]]:
    citations = row["citations"]
    return citations if isinstance(citations, list) else ()


def _write_lines(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as lines:
        lines.writelines(dump_line(row) for row in rows)

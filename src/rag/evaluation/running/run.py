"""Runs a data set: indexes its documents, asks every question, and writes the predictions.

The result folder contains everything that the measures need; ``rag.evaluation.records`` lists its
files. An interrupted run resumes where it stopped if data, settings and code are unchanged. A run
with a report never resumes: running it again asks every question again. A run of other data or
settings is overwritten only on request.
"""

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import rag
from rag.evaluation.datasets.corpus import Report, index_corpus
from rag.evaluation.datasets.models import Dataset, Question
from rag.evaluation.lines import write_rows
from rag.evaluation.records import ARTICLES, GOLD, PREDICTIONS, SYSTEMS, Prediction
from rag.evaluation.running.journal import Journal, Lines, claimed
from rag.evaluation.running.manifest import check_replaceable, check_unused, describe
from rag.evaluation.running.prediction import ask, dated
from rag.evaluation.running.systems import System, opened_systems


def run(
    dataset: Dataset,
    *,
    out: Path,
    index_cache: Path | None = None,
    config: rag.Config | None = None,
    embedder: rag.Embedder | None = None,
    progress: Report | None = None,
    baselines: bool = False,
    prose: bool = False,
    replace: bool = False,
) -> Path:
    """Asks each question of ``dataset``, writes the result folder ``out``, and returns it.

    The index is kept in ``index_cache``, by default ``.byline/eval/NAME`` below the current
    folder; only changed documents are indexed again. If the data set has follow-ups, they are also
    asked without history and, where available, as rewritten by hand. ``baselines`` also runs the
    baseline systems, and ``prose`` also asks for prose by the configured language model.

    Raises ``rag.UsageError`` if ``out`` contains a run of other data or settings, unless
    ``replace`` is set; if it contains files that no run created; and if another run is writing to
    it.
    """
    settings = config or rag.Config()
    check_unused(out)
    if not replace:
        check_replaceable(out, dataset, config=settings)
    watch = progress or (lambda _: None)
    index = index_cache or Path(".byline") / "eval" / dataset.name
    start = time.perf_counter()
    with claimed(out), rag.Byline(index, config=settings, embedder=embedder) as news:
        if prose:
            _ = news.model_server  # fails before any question is asked
        index_corpus(news, dataset, progress=watch)
        news.warm()
        description = describe(news, dataset, prose=prose)
        indexing = time.perf_counter() - start
        with (
            Journal(out, description, seconds={"indexing": indexing}) as journal,
            opened_systems(
                news, dated(dataset), index=index, baselines=baselines, prose=prose
            ) as others,
        ):
            write_rows(out / GOLD, (asdict(dataset.gold[one.id]) for one in dataset.questions))
            understood = _ask_byline(news, dated(dataset), journal, watch)
            with journal.timed("other systems"):
                for system in others:
                    _ask_other(system, understood, journal, watch)
            _leave_out_others(out / SYSTEMS, {system.name for system in others})
            write_rows(out / ARTICLES, _sources(dataset, journal.articles))
            journal.finish()
    return out


def _ask_byline(
    news: rag.Byline, dataset: Dataset, journal: Journal, progress: Report
) -> Mapping[str, str]:
    """Asks Byline all questions; returns the standalone form of each by id."""

    def asked(question: Question) -> Prediction:
        return ask(news, question, words=question.question, history=question.history)

    with journal.timed("asking"), journal.lines(PREDICTIONS) as lines:
        _ask_all(dataset.questions, asked, lines, stage="asking", progress=progress)
        return lines.answered


def _ask_other(
    system: System, understood: Mapping[str, str], journal: Journal, progress: Report
) -> None:
    def asked(question: Question) -> Prediction:
        return system.ask(question, understood[question.id])

    with journal.lines(f"{SYSTEMS}/{system.name}.jsonl") as lines:
        _ask_all(system.questions, asked, lines, stage=system.name, progress=progress)


def _ask_all(
    questions: Sequence[Question],
    asked: Callable[[Question], Prediction],
    lines: Lines,
    *,
    stage: str,
    progress: Report,
) -> None:
    """Asks the unanswered questions; progress counts those already answered as done."""
    left = [question for question in questions if question.id not in lines.answered]
    done, total = len(questions) - len(left), len(questions)
    progress(rag.Progress(stage=stage, done=done, total=total))
    for number, question in enumerate(left, start=done + 1):
        lines.write(asked(question))
        progress(rag.Progress(stage=stage, done=number, total=total))


def _leave_out_others(folder: Path, asked: Collection[str]) -> None:
    """Removes predictions that an interrupted run left for systems that are not in this run."""
    for file in folder.glob("*.jsonl"):
        if file.stem not in asked:
            file.unlink()


def _sources(dataset: Dataset, named: Collection[str]) -> Iterator[dict[str, object]]:
    """Yields the articles that the report shows: those in ``named`` and the gold articles."""
    gold = (dataset.gold[question.id] for question in dataset.questions)
    shown = {article for one in gold for article in (*one.articles, *one.gold_human)}.union(named)
    for document in sorted(dataset.documents, key=lambda document: document.id):
        if document.id in shown:
            yield asdict(document.as_source())

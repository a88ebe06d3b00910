"""Computes the figures of a result folder and one row per question."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import rag
from rag.evaluation.folder import read_results
from rag.evaluation.lines import write_json
from rag.evaluation.measures.ranking import gold_articles, has_links
from rag.evaluation.measuring.curves import curves
from rag.evaluation.measuring.failures import group, is_gold
from rag.evaluation.measuring.figures import Metrics, Scores
from rag.evaluation.measuring.rows import (
    GROUPS,
    NOT_JUDGED,
    RIGHT,
    QuestionRow,
    write_question_rows,
)
from rag.evaluation.measuring.scores import score
from rag.evaluation.measuring.slices import slices
from rag.evaluation.measuring.values import Row, Valued, value
from rag.evaluation.records import METRICS, Prediction, Results


def measure(folder: Path) -> tuple[Metrics, tuple[QuestionRow, ...]]:
    """Computes all figures of a finished result folder and one row per question, ordered by id.

    Reads predictions and gold only.

    Raises:
        rag.UsageError: The folder contains no finished run of this format, or a system was asked
            a question that is not part of the run.
        rag.DatasetError: Some lines are malformed.
    """
    results = read_results(folder)
    links = has_links(results.rows)
    ours = value(results.rows, results.articles, links=links)
    systems = {
        name: value(_asked(name, shown, results), results.articles, links=links)
        for name, shown in results.systems.items()
    }
    rows = tuple(_question_row(row, ours, links=links) for row in results.rows)
    return _metrics(results, rows, ours, systems, links=links), rows


def write_metrics(folder: Path, metrics: Metrics, rows: tuple[QuestionRow, ...]) -> Path:
    """Writes ``rows.jsonl`` and ``metrics.json`` to a result folder; returns the latter's path."""
    write_question_rows(folder, rows)
    write_json(folder / METRICS, metrics.as_json())
    return folder / METRICS


def _metrics(
    results: Results,
    rows: tuple[QuestionRow, ...],
    ours: Valued,
    systems: Mapping[str, Valued],
    *,
    links: bool,
) -> Metrics:
    everything = score(ours, ours.ids)
    groups = Counter(row.group for row in rows)
    return Metrics(
        dataset=results.dataset,
        scores=everything,
        slices={name: score(ours, ids) for name, ids in slices(results.rows).items()},
        systems={name: score(valued, valued.ids) for name, valued in systems.items()},
        beside=_beside(ours, systems, everything),
        lost={name: groups[name] for name in (*GROUPS, RIGHT, NOT_JUDGED)},
        curves=curves(ours, systems, view="article" if links else "passage"),
        run=results.run,
    )


def _beside(ours: Valued, systems: Mapping[str, Valued], everything: Scores) -> dict[str, Scores]:
    """Byline's scores on the questions of each system; scores equal sets of questions only once."""
    known = {ours.ids: everything}
    for valued in systems.values():
        if valued.ids not in known:
            known[valued.ids] = score(ours, valued.ids)
    return {name: known[valued.ids] for name, valued in systems.items()}


def _asked(name: str, predictions: tuple[Prediction, ...], results: Results) -> list[Row]:
    """Pairs each prediction of a system with its gold."""
    gold = {one.id: one for _, one in results.rows}
    unknown = next((shown.id for shown in predictions if shown.id not in gold), None)
    if unknown is not None:
        raise rag.UsageError(
            f"system {name!r} was asked {unknown!r}, which is not a question of this run: "
            "run `byline eval` again"
        )
    return [(shown, gold[shown.id]) for shown in predictions]


def _question_row(row: Row, ours: Valued, *, links: bool) -> QuestionRow:
    shown, gold = row
    return QuestionRow(
        id=gold.id,
        question=shown.question,
        standalone_question=shown.standalone_question,
        history=gold.history,
        kind=gold.kind,
        answerable=gold.answerable,
        answers=gold.answers,
        gold=gold.units,
        gold_articles=gold_articles(gold, links=links),
        group=group(shown, gold),
        passage_rank=ours.judged["passage"][gold.id].first,
        article_rank=ours.judged["article"][gold.id].first,
        hits=shown.hits,
        relevant=tuple(hit.rank for hit in shown.hits if is_gold(hit, gold)),
        shown=shown.statements,
        short_answer=shown.short_answer,
        citations=shown.citations,
        withheld=shown.withheld,
        abstained=shown.abstained,
        answerability=shown.answerability,
        seconds=shown.seconds.get("total", 0.0),
        values={
            key: by_question[gold.id]
            for key, by_question in ours.values.items()
            if gold.id in by_question
        },
    )

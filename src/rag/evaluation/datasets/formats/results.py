"""Turns a TREC run into a result folder, and TREC judgements into the gold of a data set."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from rag.evaluation import records
from rag.evaluation.datasets.formats.content import MISSING, Content, judged
from rag.evaluation.datasets.formats.trec import Grade, Ranked
from rag.evaluation.datasets.models import Dataset, Document, Question
from rag.evaluation.lines import Faults, write_json, write_rows
from rag.evaluation.records import Found, Prediction, Results, Unit

QUOTED = 10  # hits per question whose articles are written to the folder
PASSAGE = re.compile(r"(?P<article>.+):(?P<start>\d+)-(?P<end>\d+)", re.DOTALL)
PLACES = {"gold_paragraphs", "gold_spans", "gold_human"}


def results_of(
    ranked: Sequence[Ranked], dataset: Dataset, *, path: Path, faults: Faults
) -> Results:
    """Returns results with the first 20 hits of each question, as whole articles or passages.

    The results have no answers, and abstention is not judged. A question or document that is not
    in the data set is a fault on its line of ``path``.
    """
    documents = {document.id: document for document in dataset.documents}
    found = _found(ranked, dataset, documents, path=path, faults=faults)
    rows = tuple(
        (
            _prediction(question, found[question.id]),
            replace(dataset.gold[question.id], answers=(), answerable=None),
        )
        for question in sorted(dataset.questions, key=lambda question: question.id)
    )
    named = {
        *(hit.article_id for shown, _ in rows for hit in shown.hits[:QUOTED]),
        *(article for _, gold in rows for article in (*gold.articles, *gold.gold_human)),
    }
    return Results(
        dataset=dataset.name,
        rows=rows,
        articles={name: documents[name].as_source() for name in sorted(named & documents.keys())},
        run=_described(dataset, path),
    )


def with_judgements(
    content: Content, grades: Sequence[Grade], *, path: Path, faults: Faults
) -> Content:
    """Returns the data set with its gold replaced by these judgements."""
    documents = {row["id"] for row in content.documents}
    by_question: dict[object, dict[str, int]] = {row["id"]: {} for row in content.questions}
    for row in grades:
        if row.question not in by_question:
            faults.add(path, row.line, _unknown("question", row.question), kind=MISSING)
        elif row.document not in documents:
            faults.add(path, row.line, _unknown("document", row.document), kind=MISSING)
        else:
            by_question[row.question][row.document] = row.grade
    questions = (
        judged({key: row[key] for key in row if key not in PLACES}, by_question[row["id"]])
        for row in content.questions
    )
    return replace(content, questions=tuple(questions))


def write_results(results: Results, out: Path) -> None:
    """Writes a result folder for ``byline report`` and ``byline compare``."""
    write_rows(out / records.PREDICTIONS, (asdict(shown) for shown, _ in results.rows))
    write_rows(out / records.GOLD, (asdict(gold) for _, gold in results.rows))
    write_rows(out / records.ARTICLES, map(asdict, results.articles.values()))
    for name, rows in results.systems.items():
        write_rows(out / records.SYSTEMS / f"{name}.jsonl", map(asdict, rows))
    write_json(out / records.RUN, results.run)


def _found(
    ranked: Sequence[Ranked],
    dataset: Dataset,
    documents: Mapping[str, Document],
    *,
    path: Path,
    faults: Faults,
) -> Mapping[str, Sequence[Found]]:
    """Returns the first hits of each question, by its id."""
    found: dict[str, list[Found]] = {question.id: [] for question in dataset.questions}
    for row in ranked:
        unit = _unit(row.document, documents)
        if row.question not in found:
            faults.add(path, row.line, _unknown("question", row.question), kind=MISSING)
        elif unit is None:
            faults.add(path, row.line, _unknown("document", row.document), kind=MISSING)
        elif not unit.start < unit.end <= (length := len(documents[unit.article_id].text)):
            what = f"{row.document!r} is not a valid passage: its article has {length} characters"
            faults.add(path, row.line, what)
        elif len(hits := found[row.question]) < records.HITS:
            hits.append(Found(**asdict(unit), score=row.score, rank=len(hits) + 1))
    return found


def _unknown(what: str, name: str) -> str:
    return f"{what} {name!r} is not in the data set"


def _described(dataset: Dataset, path: Path) -> Mapping[str, object]:
    return {
        "format": records.FORMAT,
        "dataset": dataset.name,
        "questions_file": dataset.questions_file.name,
        "questions": len(dataset.questions),
        "articles": len(dataset.documents),
        "run_file": path.name,
        "finished": True,
    }


def _unit(name: str, documents: Mapping[str, Document]) -> Unit | None:
    if name in documents:
        return Unit(article_id=name, start=0, end=len(documents[name].text))
    found = PASSAGE.fullmatch(name)
    if found is None or found["article"] not in documents:
        return None
    return Unit(article_id=found["article"], start=int(found["start"]), end=int(found["end"]))


def _prediction(question: Question, hits: Sequence[Found]) -> Prediction:
    return Prediction(
        id=question.id,
        question=question.question,
        standalone_question=question.standalone or question.question,
        hits=tuple(hits),
        answer="",
        short_answer=None,
        statements=(),
        citations=(),
        abstained=True,
        answerability=0.0,
    )

"""Byline's own format: ``corpus.jsonl`` and ``questions.jsonl`` in a folder, plain or gzipped."""

from collections.abc import Callable, Collection
from operator import itemgetter
from pathlib import Path
from typing import Any

import rag
from rag.evaluation.datasets.fields import BLANK_LINE
from rag.evaluation.datasets.formats.content import Content, first_of, settle
from rag.evaluation.datasets.gold import PARAGRAPH
from rag.evaluation.datasets.models import Dataset, Document
from rag.evaluation.datasets.reading import read_dataset
from rag.evaluation.lines import Faults, Row, read_rows, write_rows


def read_byline(
    folder: Path,
    *,
    questions: Path | None = None,
    config: rag.Config | None = None,
    skip_missing: bool = False,
) -> Content:
    """Reads the data set in ``folder``; article files become rows of a corpus.

    With ``skip_missing``, gold that is not in the corpus is left out and listed. Raises
    ``rag.DatasetError``, listing file and line, if the data set has faults.
    """
    dataset = read_dataset(folder, questions=questions, config=config)
    missing = settle(Faults(dataset.faults), folder, skip_missing=skip_missing)
    if dataset.articles is None:
        documents = _rows(first_of(folder, "corpus.jsonl.gz", "corpus.jsonl"))
    else:
        documents = tuple(map(_row, dataset.documents))
    rows = _rows(dataset.questions_file)
    if missing:
        known = {document.id for document in dataset.documents} | dataset.refused.keys()
        rows = tuple(_only_known(row, known) for row in rows)
    return Content(documents=documents, questions=rows, notes=missing)


def faultless(
    folder: Path, *, questions: Path | None = None, config: rag.Config | None = None
) -> Dataset:
    """Reads the data set in ``folder``; raises ``rag.DatasetError`` if it has faults."""
    dataset = read_dataset(folder, questions=questions, config=config)
    Faults(dataset.faults).raise_any(folder)
    return dataset


def write_byline(content: Content, out: Path) -> None:
    """Writes a data set for ``byline eval``."""
    write_rows(out / "corpus.jsonl", content.documents)
    write_rows(out / "questions.jsonl", content.questions)


def _rows(path: Path) -> tuple[Row, ...]:
    return tuple(row for _, row in read_rows(path, Faults()))


def _only_known(question: Row, known: Collection[str]) -> Row:
    """The row without gold and grades of documents that are not ``known``."""
    kept: dict[str, object] = dict(question)
    for key, article in _ARTICLE.items():
        if isinstance(named := question.get(key), list):
            kept[key] = [one for one in named if article(one) in known]
    if isinstance(grades := question.get("grades"), dict):
        kept["grades"] = {name: grade for name, grade in grades.items() if name in known}
    return kept


def _of_paragraph(name: str) -> str:
    found = PARAGRAPH.fullmatch(name)
    return found["article"] if found else name


_ARTICLE: dict[str, Callable[[Any], str]] = {
    "gold": str,
    "gold_human": str,
    "gold_paragraphs": _of_paragraph,
    "gold_spans": itemgetter("article"),
}


def described(article: Document | rag.Article) -> Row:
    """The fields of a row of ``corpus.jsonl`` other than the text."""
    return {
        "id": article.id,
        "title": article.title,
        "source": article.outlet,
        "date": article.published.isoformat() if article.published else None,
        **({"url": article.url} if article.url else {}),
    }


def _row(document: Document) -> Row:
    paragraphs = [document.text[start:end] for start, end in document.paragraphs]
    whole = BLANK_LINE.join(paragraphs) == document.text
    text = {"paragraphs": paragraphs} if whole else {"text": document.text}
    return {**described(document), **text}

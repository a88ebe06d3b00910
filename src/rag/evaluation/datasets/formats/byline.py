"""Byline's own format: ``corpus.jsonl`` and ``questions.jsonl`` in a folder, plain or gzipped."""

from pathlib import Path

import rag
from rag.evaluation.datasets.fields import BLANK_LINE
from rag.evaluation.datasets.formats.content import Content, first_of, write_lines
from rag.evaluation.datasets.models import Dataset, Document
from rag.evaluation.datasets.reading import read_dataset
from rag.evaluation.lines import Faults, Row, read_rows


def read_byline(
    folder: Path, *, questions: Path | None = None, config: rag.Config | None = None
) -> Content:
    """Reads the data set in ``folder``; article files become rows of a corpus.

    Raises ``rag.DatasetError``, listing file and line, if the data set has faults.
    """
    dataset = faultless(folder, questions=questions, config=config)
    if dataset.articles is None:
        documents = _rows(first_of(folder, "corpus.jsonl.gz", "corpus.jsonl"))
    else:
        documents = tuple(map(_row, dataset.documents))
    return Content(documents=documents, questions=_rows(dataset.questions_file))


def faultless(
    folder: Path, *, questions: Path | None = None, config: rag.Config | None = None
) -> Dataset:
    """Reads the data set in ``folder``; raises ``rag.DatasetError`` if it has faults."""
    dataset = read_dataset(folder, questions=questions, config=config)
    Faults(dataset.faults).raise_any(folder)
    return dataset


def write_byline(content: Content, out: Path) -> None:
    """Writes a data set for ``byline eval``."""
    write_lines(out / "corpus.jsonl", content.documents)
    write_lines(out / "questions.jsonl", content.questions)


def _rows(path: Path) -> tuple[Row, ...]:
    return tuple(row for _, row in read_rows(path, Faults()))


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

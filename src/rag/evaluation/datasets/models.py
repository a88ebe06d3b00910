"""The data types of a data set: documents, questions, and the data set itself."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import rag
from rag.evaluation.lines import Fault
from rag.evaluation.records import Gold, Source

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document of a corpus; ``paragraphs`` are half-open offsets into ``text``.

    ``language`` is None if unknown.
    """

    id: str
    text: str
    paragraphs: tuple[Span, ...]
    title: str = ""
    outlet: str | None = None
    published: dt.date | None = None
    url: str | None = None
    language: str | None = None

    def as_source(self) -> Source:
        """Returns the document as a record of ``articles.jsonl``."""
        return Source(
            article_id=self.id,
            title=self.title,
            outlet=self.outlet,
            published=self.published.isoformat() if self.published else None,
            text=self.text,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """A sentence that answers a question, quoted verbatim from the article."""

    article: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question with its accepted answers and gold; ``line`` is its line in the file.

    ``gold`` has the ids of the documents that answer the question, ``gold_paragraphs`` their
    paragraphs (``ID#pN``, N from 0), ``gold_spans`` their sentences, and ``gold_human`` the ids of
    documents that a person linked. ``answerable`` is None if unknown. ``standalone`` is a person's
    rewrite of a follow-up.
    """

    id: str
    question: str
    answers: tuple[str, ...] = ()
    gold: tuple[str, ...] = ()
    gold_paragraphs: tuple[str, ...] = ()
    gold_spans: tuple[Quotation, ...] = ()
    gold_human: tuple[str, ...] = ()
    answerable: bool | None = None
    history: tuple[rag.Turn, ...] = ()
    date: dt.date | None = None
    kind: str | None = None
    standalone: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """The questions without faults, and the documents to search for answers.

    ``documents`` come from the corpus, or from the files below ``articles``. ``refused`` maps the
    id of each file that could not be read to the reason. ``gold`` is resolved, by question id.
    ``faults`` lists the lines and questions that were left out, ``warnings`` suspicious but usable
    ones; both name file and line.
    """

    name: str
    folder: Path
    documents: tuple[Document, ...] = ()
    articles: Path | None = None
    refused: Mapping[str, str] = field(default_factory=dict)
    questions: tuple[Question, ...]
    questions_file: Path
    gold: Mapping[str, Gold] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    warnings: tuple[str, ...] = ()

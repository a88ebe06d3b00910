"""The nouns of a data set: its documents, and questions with what is known about their answers."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import rag
from rag.evaluation.lines import Fault
from rag.evaluation.records import Gold, Source

__all__ = ["Dataset", "Document", "Question", "Quotation"]

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document of a corpus; ``paragraphs`` are half-open offsets into ``text``.

    ``language`` is None where nothing states it.
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
        """The document as a result folder holds it."""
        return Source(
            article_id=self.id,
            title=self.title,
            outlet=self.outlet,
            published=self.published.isoformat() if self.published else None,
            text=self.text,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """An answering sentence, word for word as it stands in the article."""

    article: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question with what is known about its answer; ``line`` is its line in the file.

    ``gold`` are the documents that answer, ``gold_paragraphs`` paragraphs of them (``ID#pN``, N
    from 0), ``gold_spans`` sentences, ``gold_human`` documents that a person linked.
    ``answerable`` is None where nobody said. ``standalone`` is a person's rewriting of a follow-up.
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
    """Questions without fault, and what they are asked of.

    ``documents`` are those of the corpus, or of the files below ``articles``; ``refused`` are the
    files that cannot become one, by id, with the reason. ``gold`` is resolved, by question id.
    ``faults`` are what was left out, ``warnings`` what is odd but usable; both name file and line.
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

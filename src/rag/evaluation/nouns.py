"""The nouns of a data set: its documents, and questions with what is known about their answers."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import rag

__all__ = ["Dataset", "Document", "Question", "Quotation"]

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document of a corpus; ``paragraphs`` are half-open offsets into ``text``."""

    id: str
    text: str
    paragraphs: tuple[Span, ...]
    title: str = ""
    outlet: str | None = None
    published: dt.date | None = None
    url: str | None = None


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
    """Questions and what they are asked of: ``documents``, or files below ``articles``."""

    name: str
    folder: Path
    documents: tuple[Document, ...] = ()
    articles: Path | None = None
    questions: tuple[Question, ...]
    questions_file: Path

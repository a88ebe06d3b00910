"""The corpus of a data set, brought into an index by the facade."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import rag
from rag.evaluation.nouns import Dataset, Document

__all__ = ["Report", "index_corpus"]

Report = Callable[[rag.Progress], None]

PARAGRAPH = re.compile(r"\S(?:[^\n]|\n(?!\s*\n))*")


def index_corpus(
    news: rag.Byline, dataset: Dataset, *, progress: Report
) -> tuple[dict[str, Document], rag.IndexReport]:
    """Index what changed, and give each document by its id, with its canonical text.

    Documents of a corpus are taken verbatim under their own ids; article files go the way of all
    files. What an earlier run left in the index and the data set no longer holds is forgotten.
    """
    if dataset.articles is None:
        articles = map(_article, dataset.documents)
        report = news.add(articles, only=True, progress=progress)
        return {document.id: document for document in dataset.documents}, report
    _forget_outside(news, dataset.articles.resolve())
    report = news.index([dataset.articles], progress=progress)
    return {article.id: _document(article) for article in news.articles()}, report


def _forget_outside(news: rag.Byline, folder: Path) -> None:
    """Let go of articles from another folder, which the data set may have named before."""
    for article in news.articles():
        if not Path(article.origin).is_relative_to(folder):
            news.forget(article.id)


def _article(document: Document) -> rag.Article:
    return rag.make_article(
        id=document.id,
        title=document.title,
        text=document.text,
        outlet=document.outlet,
        published=document.published,
        url=document.url,
    )


def _document(article: rag.Article) -> Document:
    return Document(
        id=article.id,
        text=article.text,
        paragraphs=tuple(_paragraphs(article.text)),
        title=article.title,
        outlet=article.outlet,
        published=article.published,
        url=article.url,
    )


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Offsets of what stands between blank lines, without the white space around it."""
    for found in PARAGRAPH.finditer(text):
        yield found.start(), found.start() + len(found.group().rstrip())

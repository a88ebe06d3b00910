"""Reads article files as documents, and indexes the documents of a data set."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import rag
from rag.evaluation.datasets.models import Dataset, Document

Report = Callable[[rag.Progress], None]

PARAGRAPH = re.compile(r"\S(?:[^\n]|\n(?!\s*\n))*")


def read_article_files(
    folder: Path, *, config: rag.Config
) -> tuple[tuple[Document, ...], dict[str, str]]:
    """Returns the documents read from the files below ``folder``, and the refused files.

    Refused files map their path in the folder, which would be the document id, to the reason.
    Raises ``rag.DatasetError`` if there is no article file.
    """
    try:
        articles, skipped = rag.read_articles([folder], config=config)
    except rag.UsageError as error:
        raise rag.DatasetError(str(error)) from error
    refused = {_relative(origin, folder): reason for origin, reason in skipped}
    return tuple(map(_document, articles)), refused


def index_corpus(news: rag.Byline, dataset: Dataset, *, progress: Report) -> rag.IndexReport:
    """Indexes new and changed documents verbatim under their own ids, and removes all others."""
    articles = (_article(document, news.config.language) for document in dataset.documents)
    return news.add(articles, only=True, progress=progress)


def _relative(origin: str, folder: Path) -> str:
    path = Path(origin)
    roots = (root for root in (folder, folder.resolve()) if path.is_relative_to(root))
    root = next(roots, None)
    return path.relative_to(root).as_posix() if root else origin


def _article(document: Document, language: str) -> rag.Article:
    return rag.make_article(
        id=document.id,
        title=document.title,
        text=document.text,
        outlet=document.outlet,
        published=document.published,
        language=document.language or language,
        url=document.url,
    )


def _document(article: rag.Article) -> Document:
    return Document(
        id=article.id,
        text=article.text,
        paragraphs=tuple(paragraphs_of(article.text)),
        title=article.title,
        outlet=article.outlet,
        published=article.published,
        url=article.url,
        language=article.language,
    )


def paragraphs_of(text: str) -> Iterator[tuple[int, int]]:
    """Yields the offsets of the text between blank lines, without surrounding white space."""
    for found in PARAGRAPH.finditer(text):
        yield found.start(), found.start() + len(found.group().rstrip())

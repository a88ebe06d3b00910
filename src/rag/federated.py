"""Two indexes queried as one, such as a shared index and the articles that one user uploaded."""

from collections.abc import Callable
from dataclasses import replace
from operator import is_
from pathlib import Path
from typing import NoReturn

from rag.byline import Byline
from rag.errors import ModelError, NotIndexedError, UsageError
from rag.index import FederatedView, View
from rag.index.listing import Facets, Listing, Sort, joined_page, merged_facets
from rag.question_answering import QuestionAnswering
from rag.retrieve import related
from rag.schema import Article, Filter, Related

__all__ = ["federate"]


def federate(news: Byline, other: Byline) -> Byline:
    """Combines two indexes for querying, with the settings of ``news``.

    The result is read-only; closing it does not close the two indexes. If both contain an article
    with the same id, the id refers to the article in ``news``. Answers have the generation of
    ``news``.

    Raises:
        ModelError: the two were embedded with different models.
    """
    if news.embedder.fingerprint != other.embedder.fingerprint:
        raise ModelError(
            f"one index was made with {news.embedder.name}, the other with {other.embedder.name};"
            " index both with the same model"
        )
    return _Federated(news, other)


class _Federated(Byline):
    """Reads two other indexes without owning their files."""

    def __init__(self, news: Byline, other: Byline) -> None:
        """Stores references to the two indexes; opens no files."""
        QuestionAnswering.__init__(self, news.models, writer=news.writer)
        self.last_report = None
        self._news, self._other = news, other
        self._read: FederatedView | None = None

    def view(self) -> View:
        """A view of the current state of both, cached until one of them changes."""
        views = [each.view() for each in (self._news, self._other) if not _is_empty(each)]
        if len(views) < 2:
            return views[0] if views else self._news.view()
        newest = tuple(part for view in views for part in view.parts)
        read = self._read
        if read is None or len(read.parts) != len(newest) or not all(map(is_, read.parts, newest)):
            self._read = read = FederatedView.of(*views)
        return read

    def find(self, article_id: str, revision: str | None = None) -> Article | None:
        """The article in the first index, or else in the second."""
        found = self._news.find(article_id, revision)
        return found or self._other.find(article_id, revision)

    @property
    def folder(self) -> Path:
        """The folder of the first index."""
        return self._news.folder

    def size(self) -> dict[str, int]:
        """The number of articles in both indexes, and the generation of the first."""
        news = self._news.size()
        return news | {"articles": news["articles"] + self._other.size()["articles"]}

    def articles(self) -> list[Article]:
        """All articles of both indexes, sorted by id."""
        both = (*self._other.articles(), *self._news.articles())
        return [article for _, article in sorted({each.id: each for each in both}.items())]

    def listing(
        self,
        *,
        words: str = "",
        filter: Filter | None = None,
        sort: Sort = "newest",
        limit: int = 50,
        offset: int = 0,
    ) -> Listing:
        """One page of the articles of both indexes, with their copies and versions in both.

        All matching articles of the second index are read. The first index validates the arguments.
        """

        def pages(news: Byline) -> Callable[[int, int], Listing]:
            return lambda limit, offset: news.listing(
                words=words, filter=filter, sort=sort, limit=limit, offset=offset
            )

        self._news.listing(words=words, filter=filter, sort=sort, limit=limit, offset=offset)
        page = joined_page(
            pages(self._news), pages(self._other), sort=sort, limit=limit, offset=offset
        )
        overlapping = self.view().overlapping({each.revision for each in page.articles})
        others = related(page.articles, overlapping)
        return replace(page, related={a.id: those for a, those in others.items() if those})

    def facets(self) -> Facets:
        """The combined counts of both indexes."""
        return merged_facets([self._news.facets(), self._other.facets()])

    def related(self, article_id: str) -> tuple[Related, ...]:
        """The copies and other versions of an article in both indexes."""
        article = self.article(article_id)
        return related([article], self.view().overlapping({article.revision}))[article]

    @property
    def is_complete(self) -> bool:
        """Whether the last indexing run of each index finished."""
        return self._news.is_complete and self._other.is_complete

    def status(self) -> dict[str, object]:
        """The status of the first index, with the total counts and sizes of both."""
        news, other = self._news.status(), self._other.status()
        counts = ("articles", "passages", "vectors", "megabytes")
        return news | {name: news[name] + other[name] for name in counts}  # type: ignore[operator]

    def close(self) -> None:
        """Does nothing: the two indexes are closed by their owners."""

    @property
    def _index(self) -> NoReturn:
        """Raises an error, because every method that changes an index uses it."""
        raise UsageError("federated indexes are read-only; change one of the two indexes instead")


def _is_empty(news: Byline) -> bool:
    try:
        news.view()
    except NotIndexedError:
        return not news.articles()
    return False

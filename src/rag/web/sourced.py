"""A place in an article, with its text and its source, for other programs."""

from typing import TypedDict

import rag

__all__ = ["Source", "sourced"]


class Source(TypedDict):
    """The text of an article's revision from ``start`` to ``end``, and its source."""

    article_id: str
    revision: str
    start: int
    end: int
    quote: str
    title: str
    outlet: str | None
    author: str | None
    date: str | None
    url: str | None


def sourced(news: rag.Byline, place: rag.Citation | rag.Passage) -> Source:
    """The text and the source of ``place``."""
    article = news.article(place.article_id, place.revision)
    return {
        "article_id": article.id,
        "revision": article.revision,
        "start": place.start,
        "end": place.end,
        "quote": article.text[place.start : place.end],
        "title": article.title,
        "outlet": article.outlet,
        "author": article.author,
        "date": article.published.isoformat() if article.published else None,
        "url": article.url,
    }

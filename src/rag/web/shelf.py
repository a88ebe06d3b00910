"""The list of all articles, in pages, to search, read and choose from."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypedDict

import gradio as gr

import rag
from rag.web.components import NewsOf, clip, drawn, told
from rag.web.sources import Listed, count, listed

__all__ = ["shelf"]

AT_A_TIME = 50
_LONGEST = 300  # maximum characters of a title or a name
_MOST_WORDS = 200
_EDITIONS = 3  # maximum related articles of each kind per row


class Row(Listed):
    """One article in the list; ``author`` and ``editions`` are "" if there are none."""

    author: str
    editions: str


class Page(TypedDict):
    """One page of the list; ``previous`` and ``next`` are the offsets of the neighbouring pages."""

    rows: list[Row]
    count: str
    range: str
    previous: int | None
    next: int | None


def shelf(news_of: NewsOf) -> gr.HTML:
    """Adds the list of all articles to the current column.

    ``news_of`` returns the articles that a request may use.
    """

    def look(asked: Any, request: gr.Request) -> Any:
        return told(lambda: _page(news_of(request), asked))

    return drawn("shelf", styled=True, functions=[look])


def _page(news: rag.Byline, asked: object) -> Page:
    given: Mapping[Any, Any] = asked if isinstance(asked, Mapping) else {}
    words, sort, offset = (given.get(name) for name in ("words", "sort", "offset"))
    words = words[:_MOST_WORDS] if isinstance(words, str) else ""
    offset = _place(news, words, offset) if type(offset) is int and offset > 0 else 0
    listing = news.listing(
        words=words,
        sort=sort if sort in ("oldest", "title", "outlet") else "newest",
        limit=AT_A_TIME,
        offset=offset,
    )
    everyone = news.listing(limit=1).total if words else listing.total
    end = offset + len(listing.articles)
    return {
        "rows": _rows(news, listing),
        "count": f"{listing.total:,} of {count(everyone, 'article')}",
        "range": f"{offset + 1:,}–{end:,}" if end > offset else "",
        "previous": max(min(offset, listing.total) - AT_A_TIME, 0) if offset else None,
        "next": end if offset < end < listing.total else None,
    }


def _place(news: rag.Byline, words: str, offset: int) -> int:
    """``offset``, limited to the length of the list, because it comes from the browser."""
    return min(offset, news.listing(words=words, limit=1).total)


def _rows(news: rag.Byline, listing: rag.Listing) -> list[Row]:
    others = _others(news, listing.related.values())
    return [
        _row(article, _editions(article, listing.related.get(article.id, ()), others))
        for article in listing.articles
    ]


def _row(article: rag.Article, editions: str) -> Row:
    row = listed(article)
    return {
        **row,
        "title": clip(row["title"], _LONGEST),
        "outlet": clip(row["outlet"], _LONGEST),
        "author": clip(article.author or "", _LONGEST),
        "editions": clip(editions, _LONGEST),
    }


def _others(news: rag.Byline, related: Iterable[Sequence[rag.Related]]) -> dict[str, rag.Article]:
    """The related articles that rows name, by id."""
    named = dict.fromkeys(other.article_id for some in related for other in _said(some))
    if not named:
        return {}
    filter = rag.Filter(articles=tuple(named))
    return {a.id: a for a in news.listing(filter=filter, limit=len(named)).articles}


def _said(related: Sequence[rag.Related]) -> list[rag.Related]:
    """The related articles to name in a row: near duplicates and newer versions."""
    kinds = ([other for other in related if other.kind == kind] for kind in ("copy", "newer"))
    return [other for some in kinds for other in some[:_EDITIONS]]


def _editions(
    article: rag.Article, related: Sequence[rag.Related], others: Mapping[str, rag.Article]
) -> str:
    """The other outlets that print an article, and the newest version that supersedes it."""
    there = [(each.kind, others[each.article_id]) for each in _said(related)
             if each.article_id in others]  # fmt: skip
    outlets = dict.fromkeys(other.outlet or other.id for kind, other in there if kind == "copy")
    also = ", ".join(outlet for outlet in outlets if outlet != article.outlet)
    newer = [other for kind, other in there if kind == "newer"]
    newest = max(newer, key=lambda other: (other.published or date.min, other.id), default=None)
    notes = [f"also in {also}"] if also else []
    notes += [f"superseded by {rag.source_line(newest)}"] if newest else []
    return "; ".join(notes)

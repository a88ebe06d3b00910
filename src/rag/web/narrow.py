"""Filters: restricts questions to some of the articles, and describes the restriction."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any, TypedDict

import gradio as gr

import rag
from rag.web.components import QUIET, NewsOf, clip, drawn, told
from rag.web.record import LONGEST, Scope
from rag.web.sources import count
from rag.web.templates import shield
from rag.web.timeline import Bar, bars

__all__ = [
    "everything",
    "filter_of",
    "narrow_panel",
    "narrowed",
    "read_scope",
    "searched",
    "searching_line",
]

MOST_CHOSEN = 200  # maximum values per field
MOST_OFFERED = 50
NAMES_SAID = 3
_LONGEST_SAID = 60
_LONGEST_TITLE = 200
_LONGEST_WORDS = 200


class Names(TypedDict):
    """Outlets or authors to choose from, each with its number of articles.

    ``total`` counts all matches of the search, shown or not.
    """

    names: list[tuple[str, int]]
    total: int
    searchable: bool


class Offered(TypedDict):
    """The choices that the panel offers; ``chosen`` pairs article ids with titles."""

    outlets: Names
    authors: Names
    bars: list[Bar]
    undated: int
    chosen: list[tuple[str, str]]


# ---- the scope


def everything() -> Scope:
    """The scope that does not filter."""
    return read_scope({})


def read_scope(value: object) -> Scope:
    """Validates a scope from a browser; invalid fields do not filter."""
    given: Mapping[Any, Any] = value if isinstance(value, Mapping) else {}
    since, until = _day(given.get("since")), _day(given.get("until"))
    if since and until and until < since:
        since, until = until, since
    return {
        "outlets": _strings(given.get("outlets")),
        "authors": _strings(given.get("authors")),
        "since": since,
        "until": until,
        "articles": _strings(given.get("articles")),
        "undated": given.get("undated") is not False,
    }


def _strings(value: object) -> list[str]:
    if not isinstance(value, list):
        return []
    strings = (each for each in value if isinstance(each, str) and _is_text(each))
    return list(dict.fromkeys(strings))[:MOST_CHOSEN]


def _is_text(value: str) -> bool:
    """Whether a record can store it: not empty, not too long, and without lone surrogates."""
    return 0 < len(value) <= LONGEST and value.encode("utf-8", "ignore").decode("utf-8") == value


def _day(value: object) -> str:
    with suppress(ValueError):
        return date.fromisoformat(value).isoformat() if isinstance(value, str) else ""
    return ""


def filter_of(scope: Scope) -> rag.Filter:
    """The filter of a scope."""
    scope = read_scope(scope)
    return rag.Filter(
        outlets=tuple(scope["outlets"]),
        authors=tuple(scope["authors"]),
        since=date.fromisoformat(scope["since"]) if scope["since"] else None,
        until=date.fromisoformat(scope["until"]) if scope["until"] else None,
        articles=tuple(scope["articles"]),
        undated=scope["undated"],
    )


def narrowed(scope: Scope) -> str:
    """Describes a filter: "Tasnim, since 1 May 2022, undated excluded"; "" for everything."""
    filter = filter_of(scope)
    period = rag.Period(since=filter.since, until=filter.until)
    dated = bool(filter.since or filter.until)
    parts = [
        _listed(filter.outlets, "outlet"),
        f"by {_listed(filter.authors, 'author')}" if filter.authors else "",
        str(period) if dated else "",
        count(len(filter.articles), "chosen article") if filter.articles else "",
        "undated excluded" if not filter.undated else "undated included" if dated else "",
    ]
    return ", ".join(part for part in parts if part)


def searched(scope: Scope) -> str:
    """The line under an answer that says what was searched; "" for everything."""
    words = narrowed(scope)
    return f"Searched: {words}" if words else ""


def _listed(names: Sequence[str], noun: str) -> str:
    said = [clip(name, _LONGEST_SAID) for name in names[:NAMES_SAID]]
    more = len(names) - len(said)
    return ", ".join(said) + (f" and {count(more, f'more {noun}')}" if more else "")


# ---- the panel


def narrow_panel(news_of: NewsOf) -> gr.HTML:
    """Adds the panel to the current column. Its value is a ``Scope``, not yet validated.

    ``news_of`` returns the articles that a request may use.
    """

    def offer(asked: Any, request: gr.Request) -> Any:
        return told(lambda: _offered(news_of(request), asked))

    def passing(asked: Any, request: gr.Request) -> Any:
        return told(lambda: _passing(news_of(request), read_scope(asked)))

    return drawn("narrow", everything(), styled=True, functions=[offer, passing])


def searching_line(panel: gr.HTML, news_of: NewsOf) -> gr.HTML:
    """Adds a line to the current column that shows the scope of ``panel`` and can reset it."""
    line = drawn("searching", {"words": "", "count": ""}, styled=True)

    def say(scope: Any, request: gr.Request) -> Any:
        scope = read_scope(scope)
        words = narrowed(scope)
        counted = told(lambda: _passing(news_of(request), scope)) if words else {}
        return shield({"words": words, "count": counted.get("count", "")})

    panel.change(say, panel, line, **QUIET)
    return line


def _offered(news: rag.Byline, asked: object) -> Offered:
    given: Mapping[Any, Any] = asked if isinstance(asked, Mapping) else {}
    facets = news.facets()
    return {
        "outlets": _found(facets.outlets, given.get("outlets")),
        "authors": _found(facets.authors, given.get("authors")),
        "bars": bars(facets.months),
        "undated": facets.undated,
        "chosen": _titles(news, _strings(given.get("articles"))),
    }


def _found(names: Sequence[tuple[str, int]], words: object) -> Names:
    """The names that contain every one of ``words``, in the given order."""
    wanted = rag.plain(words[:_LONGEST_WORDS]).split() if isinstance(words, str) else []
    found = [pair for pair in names if all(word in rag.plain(pair[0]) for word in wanted)]
    return {
        "names": found[:MOST_OFFERED],
        "total": len(found),
        "searchable": len(names) > MOST_OFFERED // 5,
    }


def _titles(news: rag.Byline, ids: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs each id with its title, or with "" if the article no longer exists."""
    if not ids:
        return []
    filter = rag.Filter(articles=tuple(ids))
    listed = news.listing(filter=filter, limit=MOST_CHOSEN).articles
    titles = {a.id: clip(a.title, _LONGEST_TITLE) or "Untitled" for a in listed}
    return [(id_, titles.get(id_, "")) for id_ in ids]


def _passing(news: rag.Byline, scope: Scope) -> dict[str, str]:
    """The number of articles that match a scope, as text."""
    left = news.listing(filter=filter_of(scope), limit=1).total
    everyone = count(news.listing(limit=1).total, "article")
    return {"count": f"{left:,} of {everyone}" if narrowed(scope) else f"All {everyone}"}

"""The sources panel: the cards of one answer, or an article with its quotations marked."""

import logging
import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypedDict
from urllib.parse import urlsplit

import gradio as gr

import rag
from rag.web.cards import blank_panel
from rag.web.components import drawn
from rag.web.excerpt import Span, runs, words_around
from rag.web.messages import for_readers
from rag.web.sources import Find, if_there, source

__all__ = ["Find", "Reading", "around", "cite", "read", "safe_link", "sources_panel"]

LONGEST = 2_000_000
LONG_TITLE = 120
AROUND_CHARACTERS = 400
MOST_SPANS = 100
CHANGED = "This is an earlier version, as it was when the answer quoted it."
REMOVED = "This article has since been removed; it is shown as it was when the answer quoted it."

TROUBLE = "Something went wrong while opening the article; see Byline's log."

FindFor = Callable[[gr.Request, str, str | None], rag.Article]

log = logging.getLogger(__name__)


class Run(TypedDict):
    """A run of an article's characters, and the indexes of the quotations that contain it."""

    text: str
    marks: list[int]


class Reading(TypedDict):
    """An article to read. ``author``, ``url`` and ``note`` are "" if there is none.

    ``changed`` is true if the article has a newer revision. ``paragraphs`` has its non-blank lines.
    """

    article: str
    title: str
    outlet: str
    author: str
    date: str
    language: str
    url: str
    note: str
    changed: bool
    paragraphs: list[list[Run]]


def sources_panel(find: FindFor) -> gr.HTML:
    """The panel, not yet rendered; its value is a ``Panel`` escaped by ``shield``.

    ``find`` returns an article by id and revision if the session of a request may read it. Anybody
    who can reach the page can call the panel's functions.
    """
    scripts = ["sources", "reader", "find"]
    functions = [_for_session(function, find) for function in (read, around, cite)]
    return drawn(
        "sources", blank_panel(), scripts=scripts, styled=True, functions=functions, render=False
    )


def _for_session(
    function: Callable[[Find, Any], Any], find: FindFor
) -> Callable[[Any, gr.Request], Any]:
    """Runs ``function`` for the session of a request; errors become a ``problem``."""

    def answered(asked: Any, request: gr.Request) -> Any:
        try:
            return function(partial(find, request), asked)
        except rag.BylineError as error:
            return {"problem": for_readers(error)}
        except Exception:
            log.exception("No article for %.200r", asked)
            return {"problem": TROUBLE}

    answered.__name__ = function.__name__
    return answered


def read(find: Find, asked: Any) -> Reading:
    """The article that a browser requests by ``article``, ``revision`` and ``spans``.

    ``asked`` may be anything and is validated. If ``revision`` is None, the current one is
    returned. If the article has more than ``LONGEST`` characters, only the part around the first
    span is returned, and ``note`` says so.

    Raises:
        UsageError: the request is not valid, or there is no such article.
    """
    article_id, revision, spans = _request(asked)
    article = _found(find, article_id, revision)
    living = article if revision is None else if_there(find, article_id)
    changed = living is not None and living.revision != article.revision
    shown = _part(len(article.text), spans)
    notes = [CHANGED] if changed else [] if living else [REMOVED]
    if shown != (0, len(article.text)):
        notes.append(f"Showing {LONGEST:,} of its {len(article.text):,} characters.")
    return {
        "article": article.id,
        **source(article),
        "author": article.author or "",
        "url": safe_link(article.url),
        "note": " ".join(notes),
        "changed": changed,
        "paragraphs": _paragraphs(article, shown, spans),
    }


def around(find: Find, asked: Any) -> dict[str, str]:
    """The text before and after the first span of a request; takes the same request as ``read``.

    "…" marks a cut.

    Raises:
        UsageError: the request is not valid, or there is no such article.
    """
    article_id, revision, spans = _request(asked)
    if not spans:
        raise rag.UsageError("no span is given; add one, such as [0, 10]")
    text = _found(find, article_id, revision).text
    before, after = words_around(text, spans[0], AROUND_CHARACTERS)
    return {"before": before, "after": after}


def cite(find: Find, asked: Any) -> dict[str, list[dict[str, str]]]:
    """The references to an article, each with the ``name`` of its style; see ``read``.

    Raises:
        UsageError: the request is not valid, or there is no such article.
    """
    article_id, revision, _ = _request(asked)
    article = _found(find, article_id, revision)
    return {
        "styles": [
            {"name": name, "text": rag.references([article], style)}
            for style, name in rag.REFERENCE_STYLES.items()
        ]
    }


def safe_link(url: str | None) -> str:
    """``url`` if it is an HTTP(S) address, else "": other links could run code or open files."""
    try:
        parts = urlsplit((url or "").strip())
    except ValueError:
        return ""
    return parts.geturl() if parts.scheme in ("http", "https") and parts.hostname else ""


def _found(find: Find, article_id: str, revision: str | None) -> rag.Article:
    try:
        return find(article_id, revision)
    except rag.UsageError:
        raise rag.UsageError(
            f"There is no article {article_id[:200]!r} here; it may have been removed since."
        ) from None


def _request(asked: Any) -> tuple[str, str | None, list[Span]]:
    asked = asked if isinstance(asked, dict) else {}
    article_id, revision = asked.get("article"), asked.get("revision")
    if not isinstance(article_id, str) or not isinstance(revision, str | None):
        raise rag.UsageError("no article is given; send its id, and a revision or null")
    spans = asked.get("spans") or []
    if not isinstance(spans, list) or len(spans) > MOST_SPANS or not all(map(_is_span, spans)):
        raise rag.UsageError(
            f"spans must be a list of at most {MOST_SPANS} pairs of offsets, such as [[0, 10]]"
        )
    return article_id, revision or None, [(start, end) for start, end in spans]


def _is_span(value: Any) -> bool:
    pair = isinstance(value, list) and len(value) == 2 and all(type(v) is int for v in value)
    return pair and 0 <= value[0] < value[1]


def _part(length: int, spans: Sequence[Span]) -> Span:
    """The span to show: the whole text, or ``LONGEST`` characters around the first span."""
    middle = spans[0][0] if spans else 0
    start = max(0, min(middle - LONGEST // 2, length - LONGEST))
    return start, min(length, start + LONGEST)


def _paragraphs(article: rag.Article, shown: Span, spans: Sequence[Span]) -> list[list[Run]]:
    text = article.text
    found = [line.span() for line in re.finditer(r"[^\n]*\S[^\n]*", text[slice(*shown)])]
    lines = [(start + shown[0], end + shown[0]) for start, end in found]
    if lines and _is_title(article, lines[0]) and not _quoted(lines[0], spans):
        del lines[0]  # the page shows it above the text
    return [
        [{"text": text[start:end], "marks": marks} for (start, end), marks in runs(line, spans)]
        for line in lines
    ]


def _is_title(article: rag.Article, line: Span) -> bool:
    """Whether a line is the title, and the title is short enough to be shown in full above."""
    return article.text[slice(*line)].strip() == article.title and len(article.title) <= LONG_TITLE


def _quoted(line: Span, spans: Sequence[Span]) -> bool:
    return any(start < line[1] and line[0] < end for start, end in spans)

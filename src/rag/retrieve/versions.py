"""Classifies overlapping articles: copies, versions of one article, or merely similar."""

import re
from collections.abc import Collection
from datetime import timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from rag.index.near_duplicates import Overlap
from rag.language import language_for
from rag.language.temporal.dates import date_spans
from rag.language.words import fold, tokens
from rag.schema import Article, Related

__all__ = ["related_to", "revision_number"]

_WHOLE = 0.85  # minimum share of a copy's text found in the other; shared background is far less
_SITE = re.compile(r"\s+(?:\|.*|[-–—]\s+(?:\S+\s*){1,3})$")  # "… | The Daily Example"
_REVISED = re.compile(r"[-_.](?:v|rev|version|update)[-_.]?\d+$", re.IGNORECASE)
_TITLES = 4096  # cached titles and URLs
_WEEK = 7  # days
_LEAST_SLUG = 5  # minimum characters of a slug; one such as "news" does not identify an article


def related_to(article: Article, found: Collection[tuple[Article, Overlap]]) -> tuple[Related, ...]:
    """The copies and versions of ``article`` among articles with overlapping texts."""
    others = [(other, overlap) for other, overlap in found if other.id != article.id]
    named = ((other, overlap, _kind(article, other, overlap)) for other, overlap in others)
    return tuple(
        Related(article_id=other.id, kind=kind, share=overlap.share)
        for other, overlap, kind in named
        if kind
    )


def _kind(article: Article, other: Article, overlap: Overlap) -> str:
    """The relation of ``other`` to ``article``; empty if they only share some words.

    A newer version contains nearly all of the older one, or is marked as its replacement. Members
    of a series, such as daily reports, are unrelated: only the dates in their titles differ, or
    only the facts in their texts.
    """
    if _are_of_a_series(article, other, overlap) or _are_of_own_days(article, other):
        return ""
    order = _order(article, other)
    piece = _is_same_piece(article, other)
    if order and (piece or _outlet(article) == _outlet(other) != ""):
        older = overlap.share if order > 0 else overlap.other_share
        if older >= _WHOLE or (piece and _takes_place(article, other)):
            return "newer" if order > 0 else "older"
    return "copy" if max(overlap.share, overlap.other_share) >= _WHOLE else ""


def _are_of_a_series(article: Article, other: Article, overlap: Overlap) -> bool:
    """Whether the texts follow one template with different facts, as reports of two days do."""
    if overlap.series_days is None or not (article.published and other.published):
        return False
    first, last = sorted((article.published, other.published))
    passed = (first + timedelta(days=n) for n in range(1, min((last - first).days, _WEEK) + 1))
    return any(overlap.series_days >> day.weekday() & 1 for day in passed)


def _are_of_own_days(article: Article, other: Article) -> bool:
    """Whether two titles differ only in the date they name, such as "Prices on 3 May"."""
    (rest, days), (other_rest, other_days) = (
        _undated(each.title, each.language) for each in (article, other)
    )
    return rest == other_rest and days != other_days and bool(days and other_days)


@lru_cache(maxsize=_TITLES)
def _undated(title: str, language: str) -> tuple[str, tuple[str, ...]]:
    """The title without its dates, and the dates."""
    rest = title
    spans = date_spans(title, language=language_for(language))
    for start, end in reversed(spans):
        rest = f"{rest[:start]}{rest[end:]}"
    return " ".join(rest.split()).casefold(), tuple(title[slice(*span)] for span in spans)


def _order(article: Article, other: Article) -> int:
    """1 if ``other`` is newer by date or stated revision, -1 if older, 0 if unknown."""
    if article.published and other.published and article.published != other.published:
        return 1 if other.published > article.published else -1
    ours, theirs = revision_number(article), revision_number(other)
    return (theirs > ours) - (theirs < ours)


def revision_number(article: Article) -> int:
    """The number in a title such as "UPDATE 2-Oil falls"; 1 for an update without one, else 0."""
    match = language_for(article.language).pages.update.match(article.title)
    return int(match.group(1) or 1) if match else 0


def _outlet(article: Article) -> str:
    return fold(article.outlet or urlsplit(article.url or "").hostname or "")


def _is_same_piece(article: Article, other: Article) -> bool:
    """Whether the two share a title or a URL, unless their outlets are known to differ."""
    outlets = _outlet(article), _outlet(other)
    if all(outlets) and outlets[0] != outlets[1]:
        return False
    addresses = _slug(article.url), _slug(other.url)
    titles = _family(article.title, article.language), _family(other.title, other.language)
    return addresses[0] == addresses[1] != "" or titles[0] == titles[1] != ()


def _takes_place(article: Article, other: Article) -> bool:
    """Whether one article replaces the other, according to an update mark or a shared URL.

    A shared title is not enough, because daily reports share one too.
    """
    is_marked = revision_number(article) or revision_number(other)
    return bool(is_marked) or _slug(article.url) == _slug(other.url) != ""


@lru_cache(maxsize=_TITLES)
def _family(title: str, language: str) -> tuple[str, ...]:
    """The folded words of a title, without update marks and site name."""
    bare = _SITE.sub("", language_for(language).pages.update.sub("", title))
    return tuple(fold(word) for word, _, _ in tokens(bare))


@lru_cache(maxsize=_TITLES)
def _slug(url: str | None) -> str:
    """The host and last path segment of a URL; empty if they do not identify an article."""
    if not url:
        return ""
    parts = urlsplit(url)
    names = [name for name in parts.path.split("/") if name and not name.startswith("index.")]
    last = _REVISED.sub("", re.sub(r"\.\w{2,5}$", "", names[-1])) if names else ""
    return f"{parts.hostname}/{last}".casefold() if len(last) >= _LEAST_SLUG else ""

"""Reads the JSON-LD of a web page about its article, https://schema.org/NewsArticle."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["article_object", "author_names", "page_object", "publisher_name"]

_COMMENT = re.compile(r"^\s*(?://)?\s*(?:<!--|<!\[CDATA\[)|(?://)?\s*(?:-->|\]\]>)\s*$")
_ARTICLE = re.compile(r"(?:\w*Article|\w*Posting|Report|Review|Recipe)$")
_PAGE = re.compile(r"\w*Page$")
_WITHIN = ("@graph", "mainEntity", "mainEntityOfPage")
"""Members that describe the page's own article; those of archives and lists are left out."""
_DEEPEST = 5

Described = Mapping[str, Any]


def article_object(tree: Any, *, title: str) -> Described:
    """The object that describes the page's article; empty if there is none.

    Of several objects, returns the one with the headline ``title``, else the first.
    """
    objects = list(_objects(tree))
    found = [each for each in objects if _is(each, _ARTICLE)]
    named = [each for each in found if title and _plain(each.get("headline")) == _plain(title)]
    article = next(iter(named + found), {})
    known = {each["@id"]: each for each in objects if isinstance(each.get("@id"), str)}
    return {name: _referred(value, known) for name, value in article.items()}


def page_object(tree: Any) -> Described:
    """The object that describes the page itself; empty if there is none."""
    return next((each for each in _objects(tree) if _is(each, _PAGE)), {})


def author_names(value: object) -> list[str]:
    """The names in an ``author``: a name, an object with a name, or a list of them."""
    if isinstance(value, list):
        return [name for each in value for name in author_names(each)]
    if isinstance(value, dict):
        return author_names(value.get("name"))
    return [value.strip()] if isinstance(value, str) and value.strip() else []


def publisher_name(article: Described) -> str | None:
    """The name of an article's ``publisher``; None if it has none."""
    return next(iter(author_names(article.get("publisher"))), None)


def _referred(value: object, known: Mapping[str, Described]) -> object:
    """``value``, or the object elsewhere on the page if ``value`` is only an ``@id`` reference."""
    if isinstance(value, list):
        return [_referred(each, known) for each in value]
    if isinstance(value, dict) and "name" not in value:
        return known.get(str(value.get("@id")), value)
    return value


def _objects(tree: Any) -> Iterator[Described]:
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower():
            try:
                given = json.loads(_COMMENT.sub("", script.text or ""), strict=False)
            except (ValueError, RecursionError):
                continue
            yield from _described(given, _DEEPEST)


def _described(value: object, depth: int) -> Iterator[Described]:
    if depth and isinstance(value, list):
        for each in value:
            yield from _described(each, depth - 1)
    elif depth and isinstance(value, dict):
        yield value
        for name in _WITHIN:
            yield from _described(value.get(name), depth - 1)


def _is(described: Described, kind: re.Pattern[str]) -> bool:
    types = described.get("@type")
    names = types if isinstance(types, list) else [types]
    return any(isinstance(name, str) and kind.search(name) for name in names)


def _plain(value: object) -> str:
    return " ".join(str(value or "").casefold().split())

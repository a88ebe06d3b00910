"""Turns a filter into an SQL condition, and checks that the names in it exist."""

import sqlite3
from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol

from rag.errors import UsageError
from rag.language.words import plain
from rag.schema import Filter, author_names

__all__ = ["check_names", "known_names", "lead_rows", "where"]

_LISTED = 8  # maximum names listed in an error


def where(filter: Filter, *, generation: int | None) -> tuple[str, dict[str, object]]:
    """The SQL condition for articles of ``generation`` that pass ``filter``, and its parameters.

    None means the newest generation; its condition can use the index on current articles.
    """
    conditions, values = ["died IS NULL"], dict[str, object]()
    if generation is not None:
        conditions, values = ["born <= :g", "(died IS NULL OR died > :g)"], {"g": generation}
    for column, wanted in (("outlet", filter.outlets), ("author", filter.authors)):
        if wanted:
            names = {f"{column}{i}": plain(name) for i, name in enumerate(wanted)}
            values |= names
            conditions.append(f"({' OR '.join(_same(column, f':{name}') for name in names)})")
    if filter.articles:
        names = {f"id{i}": name for i, name in enumerate(filter.articles)}
        values |= names
        conditions.append(f"id IN ({', '.join(f':{name}' for name in names)})")
    undated = "published IS NULL" if filter.undated else "0"
    for sign, day, name in ((">=", filter.since, "since"), ("<=", filter.until, "until")):
        if day is not None:
            values[name] = day.isoformat()
            conditions.append(f"(published {sign} :{name} OR {undated})")
    if not filter.undated:
        conditions.append("published IS NOT NULL")
    return " AND ".join(conditions), values


class Named(Protocol):
    """Looks up the outlets, authors and ids of articles, each stored in a column."""

    def has(self, column: str, name: str) -> bool:
        """Whether an article has ``name`` in ``column``."""

    def names(self, column: str) -> Sequence[str]:
        """All names in ``column``; only called to report an unknown name."""


def check_names(filter: Filter, named: Named) -> None:
    """Checks that the outlets, authors and ids in ``filter`` exist.

    Raises:
        UsageError: no article has one of them; the message lists the most similar names.
    """
    for noun, column, wanted in (
        ("outlet", "outlet", filter.outlets),
        ("author", "author", filter.authors),
        ("id", "id", filter.articles),
    ):
        for name in wanted:
            if not named.has(column, name):
                raise UsageError(_unknown(noun, name, named.names(column)))


def lead_rows(
    filter: Filter, connection: sqlite3.Connection, *, generation: int, k: int
) -> list[tuple[int, str]]:
    """The rows of the first passages of the ``k`` newest articles that pass ``filter``.

    Each row comes with the ISO date of its article, empty if undated.
    """
    condition, values = where(filter, generation=generation)
    query = (
        "SELECT (SELECT row FROM passages WHERE article = articles.row ORDER BY start LIMIT 1)"
        f", published FROM articles WHERE {condition} ORDER BY published DESC, id LIMIT :k"
    )
    found = connection.execute(query, values | {"k": k})
    return [(row, published or "") for row, published in found if row is not None]


def is_named(name: str, column: str, connection: sqlite3.Connection, *, generation: int) -> bool:
    """Whether an article of ``generation`` has ``name`` in ``column``."""
    value = name if column == "id" else plain(name)
    query = (
        f"SELECT 1 FROM articles WHERE {_same(column, ':name')}"
        " AND born <= :g AND (died IS NULL OR died > :g) LIMIT 1"
    )
    found = connection.execute(query, {"name": value, "g": generation}).fetchone()
    return found is not None


def _same(column: str, name: str) -> str:
    """The condition that ``column`` has the parameter ``name``, in plain letters unless an id."""
    if column == "id":
        return f"id = {name}"
    return f"is_by(author, {name})" if column == "author" else f"plain({column}) = {name}"


def known_names(
    column: str, connection: sqlite3.Connection, *, generation: int | None
) -> list[str]:
    """The distinct values of ``column`` among the articles of ``generation``; see ``where``."""
    condition, values = where(Filter(), generation=generation)
    query = f"SELECT DISTINCT {column} FROM articles WHERE {column} IS NOT NULL AND {condition}"
    names = [name for (name,) in connection.execute(query, values)]
    if column == "author":
        return list(dict.fromkeys(each for name in names for each in author_names(name)))
    return names


def _unknown(noun: str, name: str, known: Sequence[str]) -> str:
    if not known:
        return f"no article has the {noun} {name!r}, as none states one; remove it from the filter"
    one = name.casefold()
    nearest = sorted(known, key=lambda other: (-_likeness(one, other.casefold()), other))[:_LISTED]
    more = f" and {len(known) - _LISTED:,} more" if len(known) > _LISTED else ""
    listed = ", ".join(map(repr, nearest))
    return f"no article has the {noun} {name!r}; there are: {listed}{more}"


def _likeness(one: str, other: str) -> float:
    """The Dice coefficient of two names' letter pairs; at least 0.5 if ``other`` contains ``one``.

    In [0, 1]. It is cheap, because a mistyped id is compared with every id in the index.
    """
    pairs, others = _pairs(one), _pairs(other)
    shared = 2 * len(pairs & others) / (len(pairs) + len(others) or 1)
    return max(shared, 0.5 * (one in other))


def _pairs(name: str) -> set[str]:
    return set(map("".join, pairwise(name)))

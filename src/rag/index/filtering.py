"""A filter as a condition on the rows of articles, and whether there is what it names."""

import sqlite3
from itertools import pairwise

from rag.errors import UsageError
from rag.schema import Filter

__all__ = ["check_names", "lead_rows", "where"]

_LISTED = 8  # names that an error lists


def where(filter: Filter, *, generation: int) -> tuple[str, dict[str, object]]:
    """The SQL condition that articles living in ``generation`` pass, and its bound values."""
    conditions = ["born <= :g", "(died IS NULL OR died > :g)"]
    values: dict[str, object] = {"g": generation}
    for column, wanted in (("outlet", filter.outlets), ("author", filter.authors)):
        if wanted:
            names = {f"{column}{i}": name.casefold() for i, name in enumerate(wanted)}
            values |= names
            listed = ", ".join(f":{name}" for name in names)
            conditions.append(f"casefold({column}) IN ({listed})")
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


def check_names(filter: Filter, connection: sqlite3.Connection, *, generation: int) -> None:
    """Raises UsageError where ``filter`` names an outlet, author or id that no article has.

    The error lists those there are, the nearest first.
    """
    for noun, column, wanted in (
        ("outlet", "outlet", filter.outlets),
        ("author", "author", filter.authors),
        ("id", "id", filter.articles),
    ):
        for name in wanted:
            if not _is_there(name, column, connection, generation):
                raise UsageError(_unknown(noun, name, _known(column, connection, generation)))


def lead_rows(
    filter: Filter, connection: sqlite3.Connection, *, generation: int, k: int
) -> list[int]:
    """The rows of the first passages of the ``k`` newest articles that pass ``filter``."""
    condition, values = where(filter, generation=generation)
    query = (
        "SELECT (SELECT row FROM passages WHERE article = articles.row ORDER BY start LIMIT 1)"
        f" FROM articles WHERE {condition} ORDER BY published DESC, id LIMIT :k"
    )
    return [row for (row,) in connection.execute(query, values | {"k": k}) if row is not None]


def _is_there(name: str, column: str, connection: sqlite3.Connection, generation: int) -> bool:
    sought, value = ("id", name) if column == "id" else (f"casefold({column})", name.casefold())
    query = (
        f"SELECT 1 FROM articles WHERE {sought} = :name"
        " AND born <= :g AND (died IS NULL OR died > :g) LIMIT 1"
    )
    found = connection.execute(query, {"name": value, "g": generation}).fetchone()
    return found is not None


def _known(column: str, connection: sqlite3.Connection, generation: int) -> list[str]:
    query = (
        f"SELECT DISTINCT {column} FROM articles WHERE {column} IS NOT NULL"
        " AND born <= :g AND (died IS NULL OR died > :g)"
    )
    return [name for (name,) in connection.execute(query, {"g": generation})]


def _unknown(noun: str, name: str, known: list[str]) -> str:
    if not known:
        return f"no article has the {noun} {name!r}; none states its {noun}: leave it out"
    one = name.casefold()
    nearest = sorted(known, key=lambda other: (-_likeness(one, other.casefold()), other))[:_LISTED]
    more = f" and {len(known) - _LISTED:,} more" if len(known) > _LISTED else ""
    listed = ", ".join(map(repr, nearest))
    return f"no article has the {noun} {name!r}; there are: {listed}{more}"


def _likeness(one: str, other: str) -> float:
    """The share of pairs of letters that two names have in common; half for one within the other.

    In [0, 1]. Cheap, as a slip in one id is compared with every id there is.
    """
    pairs, others = _pairs(one), _pairs(other)
    shared = 2 * len(pairs & others) / (len(pairs) + len(others) or 1)
    return max(shared, 0.5 * (one in other))


def _pairs(name: str) -> set[str]:
    return set(map("".join, pairwise(name)))

"""A filter as a condition on the rows of articles, and whether there is what it names."""

import sqlite3
from difflib import SequenceMatcher

from rag.errors import UsageError
from rag.schema import Filter

__all__ = ["check_names", "lead_rows", "where"]

_LISTED = 8  # names that an error lists


def where(filter: Filter, *, generation: int | None) -> tuple[str, dict[str, object]]:
    """The SQL condition that articles living in ``generation`` pass, and its bound values.

    None is the newest, said so that an index of the living serves.
    """
    conditions, values = ["died IS NULL"], dict[str, object]()
    if generation is not None:
        conditions, values = ["born <= :g", "(died IS NULL OR died > :g)"], {"g": generation}
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
        known = _known(column, connection, generation) if wanted else []
        there = set(known) if column == "id" else {name.casefold() for name in known}
        for name in wanted:
            if (name if column == "id" else name.casefold()) not in there:
                raise UsageError(_unknown(noun, name, known))


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


def _known(column: str, connection: sqlite3.Connection, generation: int) -> list[str]:
    query = (
        f"SELECT DISTINCT {column} FROM articles WHERE {column} IS NOT NULL"
        " AND born <= :g AND (died IS NULL OR died > :g)"
    )
    return [name for (name,) in connection.execute(query, {"g": generation})]


def _unknown(noun: str, name: str, known: list[str]) -> str:
    if not known:
        return f"no article has the {noun} {name!r}; none states its {noun}: leave it out"
    nearest = sorted(known, key=lambda other: (-_likeness(name, other), other))[:_LISTED]
    more = f" and {len(known) - _LISTED:,} more" if len(known) > _LISTED else ""
    listed = ", ".join(map(repr, nearest))
    return f"no article has the {noun} {name!r}; there are: {listed}{more}"


def _likeness(name: str, other: str) -> float:
    """How alike two names are, in [0, 1], whatever their case; half for one within the other."""
    one, two = name.casefold(), other.casefold()
    return max(SequenceMatcher(None, one, two).ratio(), 0.5 * (one in two))

"""A filter as a condition on the rows of articles."""

from rag.schema import Filter

__all__ = ["where"]


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

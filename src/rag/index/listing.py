"""Lists articles in pages, and counts them by outlet, author and month.

Both read only a covering index, never the texts, so they stay fast for large libraries.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from rag.errors import UsageError
from rag.index.articles import ArticleTables
from rag.index.database import Database, Tables
from rag.index.filtering import where
from rag.language.words import plain
from rag.schema import Article, Filter, Related, author_names

__all__ = [
    "Facets",
    "Listing",
    "ListingTables",
    "Sort",
    "joined_page",
    "merged_facets",
    "merged_listing",
]

Sort = Literal["newest", "oldest", "title", "outlet"]
Counted = tuple[tuple[str, int], ...]

_MOST = 500  # articles per page
_FARTHEST = 1_000_000_000
_LONGEST = 1000
_LIVING = (
    "CREATE INDEX IF NOT EXISTS articles_living ON articles"
    " (published, id, title, outlet, author, died) WHERE died IS NULL"
)
_NAMES = (
    "plain(title || char(10) || ifnull(outlet, '') || char(10) || ifnull(author, '')"
    " || char(10) || id)"
)
_ORDERS: Mapping[str, str] = {
    "newest": "published DESC, id",  # undated articles come last: SQLite sorts NULL as the lowest
    "oldest": "published IS NULL, published, id",
    "title": "casefold(title), id",
    "outlet": "outlet IS NULL, casefold(outlet), published DESC, id",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One page of articles, without their texts; ``total`` is the number of all matches.

    ``related`` maps article ids to the copies and versions of those articles that have any.
    """

    articles: tuple[Article, ...]
    total: int
    related: Mapping[str, tuple[Related, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """The number of articles in total, without a date, and by outlet, author and month.

    ``outlets`` and ``authors`` are (name, count) pairs, most frequent first; names that differ only
    in case are merged. ``months`` are ("YYYY-MM", count) pairs in chronological order, without
    empty months.
    """

    articles: int
    undated: int
    outlets: Counted = ()
    authors: Counted = ()
    months: Counted = ()


class ListingTables(Tables):
    """The queries that list and count articles."""

    def __init__(self, database: Database, articles: ArticleTables) -> None:
        super().__init__(database)
        self._articles = articles

    def prepare(self) -> None:
        """Creates the covering index, within a transaction."""
        self.connection.execute(_LIVING)

    def page(self, *, words: str, filter: Filter, sort: Sort, limit: int, offset: int) -> Listing:
        """One page of the current articles that match, without texts.

        Raises:
            UsageError: see ``Byline.listing``.
        """
        _check(words, sort, limit, offset)
        condition, values = _asked(words, filter)
        page = f"ORDER BY {_ORDERS[sort]} LIMIT :limit OFFSET :offset"
        bounds = {"limit": limit, "offset": offset}
        with self.database.guarded():
            rows = self.connection.execute(
                f"SELECT row FROM articles WHERE {condition} {page}", values | bounds
            ).fetchall()
            count = f"SELECT count(*) FROM articles WHERE {condition}"
            total = self.connection.execute(count, values).fetchone()[0]
        found = self._articles.heads([row for (row,) in rows])
        return Listing(
            articles=tuple(found[row] for (row,) in rows if row in found), total=int(total)
        )

    def facets(self) -> Facets:
        """Counts the current articles."""
        with self.database.guarded():
            articles, dated = self.connection.execute(
                "SELECT count(*), count(published) FROM articles WHERE died IS NULL"
            ).fetchone()
            return Facets(
                articles=articles,
                undated=articles - dated,
                outlets=_one_spelling(self._counted("outlet")),
                authors=_one_spelling(_each_author(self._counted("author"))),
                months=tuple(sorted(self._counted("substr(published, 1, 7)"))),
            )

    def _counted(self, column: str) -> list[tuple[str, int]]:
        return self.connection.execute(
            f"SELECT {column} AS name, count(*) FROM articles"
            " WHERE died IS NULL AND name != '' GROUP BY name"
        ).fetchall()


def _check(words: str, sort: str, limit: int, offset: int) -> None:
    if sort not in get_args(Sort):
        raise UsageError(f"sort is {sort!r}; choose one of: {', '.join(get_args(Sort))}")
    if not 1 <= limit <= _MOST:
        raise UsageError(f"limit is {limit}; ask for 1 to {_MOST} articles at a time")
    if not 0 <= offset <= _FARTHEST:
        raise UsageError(f"offset is {offset}; it counts from 0, the first article")
    if len(words) > _LONGEST:
        raise UsageError(f"words has {len(words):,} characters; use at most {_LONGEST:,}")


def _asked(words: str, filter: Filter) -> tuple[str, dict[str, object]]:
    """The condition for current articles that pass ``filter`` and match every word."""
    condition, values = where(filter, generation=None)
    named = {f"word{i}": word for i, word in enumerate(_folded(words))}
    conditions = [condition, *(f"instr({_NAMES}, :{name}) > 0" for name in named)]
    return " AND ".join(conditions), values | named


def _folded(words: str) -> list[str]:
    """The distinct words in plain letters; a lone surrogate becomes a question mark."""
    text = words.encode("utf-8", "replace").decode("utf-8")
    return list(dict.fromkeys(plain(text).split()))


def _each_author(counted: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """The counts of each name in the bylines."""
    return ((name, number) for byline, number in counted for name in author_names(byline))


def _one_spelling(counted: Iterable[tuple[str, int]]) -> Counted:
    """Merges names that differ only in case or accents, under the most frequent spelling."""
    spellings: dict[str, list[tuple[str, int]]] = {}
    for name, number in sorted(counted, key=lambda each: (-each[1], each[0])):
        spellings.setdefault(plain(name), []).append((name, number))
    merged = ((same[0][0], sum(number for _, number in same)) for same in spellings.values())
    return tuple(sorted(merged, key=lambda each: (-each[1], each[0].casefold())))


# ---- merging several libraries


def joined_page(
    large: Callable[[int, int], Listing],
    small: Callable[[int, int], Listing],
    *,
    sort: Sort,
    limit: int,
    offset: int,
) -> Listing:
    """One page of two libraries combined; ``small`` is read completely.

    Each takes a limit and an offset and returns a page. At most all articles of ``small`` precede
    the page, so ``large`` is read from that many before ``offset``, not from its start. Copies and
    versions are left out, because they may be in either library.
    """
    whole = _run(small, 0, _FARTHEST)
    many = len(whole.articles)
    start = max(0, offset - many)
    run = _run(large, start, offset + limit)
    return merged_listing([run, whole], sort=sort, limit=limit, offset=offset - start)


def _run(pages: Callable[[int, int], Listing], start: int, end: int) -> Listing:
    """The articles from ``start`` to ``end``, or to the last one."""
    found = pages(min(_MOST, end - start), start)
    articles = list(found.articles)
    while start + len(articles) < min(end, found.total):
        more = pages(_MOST, start + len(articles)).articles
        if not more:
            break
        articles += more
    return Listing(articles=tuple(articles[: end - start]), total=found.total)


def merged_listing(listings: Sequence[Listing], *, sort: Sort, limit: int, offset: int) -> Listing:
    """One page of several libraries combined; each listing covers 0 to ``offset + limit``."""
    everything = sorted(
        (article for listing in listings for article in listing.articles),
        key=lambda article: _place(article, sort),
    )
    page = tuple(everything[offset : offset + limit])
    known = {id_: found for listing in listings for id_, found in listing.related.items()}
    return Listing(
        articles=page,
        total=sum(listing.total for listing in listings),
        related={article.id: known[article.id] for article in page if article.id in known},
    )


def _place(article: Article, sort: Sort) -> tuple[object, ...]:
    """The sort key of an article, equivalent to the SQL in ``_ORDERS``."""
    days = article.published.toordinal() if article.published else 0
    title, outlet = article.title.casefold(), (article.outlet or "").casefold()
    return {
        "newest": (-days, article.id),
        "oldest": (not days, days, article.id),
        "title": (title, article.id),
        "outlet": (article.outlet is None, outlet, -days, article.id),
    }[sort]


def merged_facets(facets: Sequence[Facets]) -> Facets:
    """The combined counts of several libraries."""
    months: dict[str, int] = {}
    for month, number in (pair for each in facets for pair in each.months):
        months[month] = months.get(month, 0) + number
    return Facets(
        articles=sum(each.articles for each in facets),
        undated=sum(each.undated for each in facets),
        outlets=_one_spelling(pair for each in facets for pair in each.outlets),
        authors=_one_spelling(pair for each in facets for pair in each.authors),
        months=tuple(sorted(months.items())),
    )

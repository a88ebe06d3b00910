"""One generation of an index, as read by queries."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from rag.index.cache import RecentRows
from rag.index.filtering import check_names, is_named, known_names, lead_rows
from rag.index.lexical import LexicalSearcher
from rag.index.library import Library
from rag.index.near_duplicates import Overlap
from rag.index.passages import StoredPassage
from rag.index.vector_index import VectorIndex
from rag.index.vectors import Vectors
from rag.schema import Article, Filter

__all__ = ["Snapshot"]

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One generation of an index, unaffected by later writes, except for erased articles."""

    generation: int
    model: str
    library: Library
    dense: VectorIndex
    lexical: LexicalSearcher
    recent_passages: RecentRows[StoredPassage]
    recent_heads: RecentRows[Article]

    @property
    def parts(self) -> tuple["Snapshot", ...]:
        """This snapshot only."""
        return (self,)

    def allowed(self, filter: Filter) -> list[int] | None:
        """The rows of the articles that pass ``filter``; None if the filter is empty.

        Raises:
            UsageError: ``filter`` names an outlet, author or id that no article has.
        """
        check_names(filter, self)
        return self.rows(filter)

    def has(self, column: str, name: str) -> bool:
        """Whether an article has that outlet, author or id, as chosen by ``column``."""
        with self.library.database.guarded():
            connection = self.library.database.connection
            return is_named(name, column, connection, generation=self.generation)

    def names(self, column: str) -> list[str]:
        """The distinct outlets, authors or ids of the articles."""
        with self.library.articles.moment(self.generation) as then:
            return known_names(column, self.library.database.connection, generation=then)

    def rows(self, filter: Filter) -> list[int] | None:
        """Like ``allowed``, but does not check that the names in the filter exist."""
        return self.library.articles.allowed(filter, generation=self.generation)

    def count(self, filter: Filter) -> int:
        """The number of articles that pass ``filter``."""
        return self.library.articles.count(filter, generation=self.generation)

    def __len__(self) -> int:
        return len(self.lexical)

    def dense_search(
        self, query: Vectors, *, k: int, allowed: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """The ``k`` passage rows nearest to ``query`` among the ``allowed`` article rows."""
        rows = None
        if allowed is not None:
            rows = self.library.passages.of_articles(allowed, generation=self.generation)
        return self.dense.search(query, k=k, allowed=rows)

    def scores(self, query: Vectors, rows: Sequence[int]) -> dict[int, float]:
        """The inner product of ``query`` (dims,) with each of the passage ``rows``."""
        return self.dense.scores(query, rows)

    def lexical_search(
        self,
        words: Sequence[str],
        *,
        k: int,
        boosts: Mapping[str, float],
        allowed: Sequence[int] | None = None,
    ) -> list[tuple[int, float]]:
        """The ``k`` passage rows that match ``words`` best among the ``allowed`` article rows."""
        return self.lexical.search(words, k=k, boosts=boosts, allowed=allowed)

    def leads(self, filter: Filter, *, k: int) -> list[StoredPassage]:
        """The first passages of the ``k`` newest articles that pass ``filter``, newest first."""
        return [stored for _, stored in self.dated_leads(filter, k=k)]

    def dated_leads(self, filter: Filter, *, k: int) -> list[tuple[str, StoredPassage]]:
        """Like ``leads``, with the ISO date of each article, empty if undated."""
        with self.library.database.guarded():
            rows = lead_rows(
                filter, self.library.database.connection, generation=self.generation, k=k
            )
        stored = self.passages([row for row, _ in rows])
        return [(published, stored[row]) for row, published in rows if row in stored]

    def whole(self, article_rows: Sequence[int]) -> list[StoredPassage]:
        """All passages of the articles at ``article_rows``, sorted by row."""
        rows = self.library.passages.of_articles(article_rows, generation=self.generation)
        found = self.passages(rows)
        return [found[row] for row in rows if row in found]

    def overlapping(self, revisions: Collection[str]) -> dict[str, list[tuple[Article, Overlap]]]:
        """For each revision, the articles, without texts, that equal or overlap its text."""
        return self.library.overlapping(revisions, generation=self.generation)

    def articles_of(self, revision: str) -> list[Article]:
        """The articles with that revision, without texts."""
        return self.library.articles.of_revisions([revision], generation=self.generation).get(
            revision, []
        )

    def article(self, article_id: str, revision: str) -> Article | None:
        """The given revision of an article; None if it does not exist."""
        return self.library.articles.get(article_id, revision)

    def revisions(self, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], Article]:
        """The ``wanted`` revisions of articles that exist, each given as (id, revision)."""
        return self.library.articles.revisions(wanted)

    def heads(self, article_rows: Sequence[int]) -> dict[int, Article]:
        """The articles at ``article_rows`` that exist, without texts, by row."""
        return self._recent(self.recent_heads, article_rows, self.library.articles.heads)

    def passages(self, rows: Sequence[int]) -> dict[int, StoredPassage]:
        """The passages at ``rows`` that exist in this generation, by row."""
        load = partial(self.library.passages.at, generation=self.generation)
        return self._recent(self.recent_passages, rows, load)

    def _recent(
        self,
        cache: RecentRows[Value],
        rows: Sequence[int],
        load: Callable[[Sequence[int]], dict[int, Value]],
    ) -> dict[int, Value]:
        if self.library.generation != self.generation:  # some may have been erased
            return load(rows)
        return cache.get(rows, load)

"""One generation of an index, as questions read it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rag.index.cache import RecentRows
from rag.index.copies import Overlap
from rag.index.dense import DenseIndex
from rag.index.filtering import check_names, lead_rows
from rag.index.lexical import LexicalSearcher
from rag.index.library import Library
from rag.index.passages import StoredPassage
from rag.index.vectors import Vectors
from rag.schema import Article, Filter

__all__ = ["Snapshot"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One generation of an index, which later writing does not change."""

    generation: int
    model: str
    library: Library
    dense: DenseIndex
    lexical: LexicalSearcher
    recent_passages: RecentRows[StoredPassage]

    def allowed(self, filter: Filter) -> list[int] | None:
        """The rows of the articles that pass ``filter``; None when all do.

        Raises:
            UsageError: it names an outlet, author or id that no article has.
        """
        with self.library.guarded():
            check_names(filter, self.library.connection, generation=self.generation)
        return self.library.allowed(filter, generation=self.generation)

    def dense_search(
        self, query: Vectors, *, k: int, allowed: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """The ``k`` passage rows nearest to ``query`` among the ``allowed`` article rows."""
        rows = None
        if allowed is not None:
            rows = self.library.passage_rows(allowed, generation=self.generation)
        return self.dense.search(query, k=k, allowed=rows)

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
        with self.library.guarded():
            rows = lead_rows(filter, self.library.connection, generation=self.generation, k=k)
        stored = self.passages(rows)
        return [stored[row] for row in rows if row in stored]

    def overlapping(self, revisions: Collection[str]) -> dict[str, list[tuple[Article, Overlap]]]:
        """The articles, without their texts, that each of ``revisions`` is or overlaps."""
        return self.library.overlapping(revisions, generation=self.generation)

    def passages(self, rows: Sequence[int]) -> dict[int, StoredPassage]:
        """The passages at ``rows`` that live in this generation."""

        def load(missing: Sequence[int]) -> dict[int, StoredPassage]:
            return self.library.passages(missing, generation=self.generation)

        return self.recent_passages.get(rows, load)

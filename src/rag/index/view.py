"""The interface that queries read: one generation of an index, or several indexes combined."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from rag.index.near_duplicates import Overlap
from rag.index.passages import StoredPassage
from rag.index.snapshot import Snapshot
from rag.index.vectors import Vectors
from rag.schema import Article, Filter

__all__ = ["View"]

Scored = list[tuple[int, float]]


class View(Protocol):
    """Articles and passages that do not change while a question is answered.

    Passages and articles are identified by rows, which are valid only within the view.
    """

    @property
    def parts(self) -> tuple[Snapshot, ...]:
        """The snapshots that the view consists of."""
        ...

    @property
    def generation(self) -> int:
        """The generation of the index, or of the main index if there are several."""
        ...

    def __len__(self) -> int:
        """The number of passages."""
        ...

    def allowed(self, filter: Filter) -> list[int] | None:
        """The rows of the articles that pass ``filter``; None if the filter is empty.

        Raises:
            UsageError: ``filter`` names an outlet, author or id that no article has.
        """
        ...

    def count(self, filter: Filter) -> int:
        """The number of articles that pass ``filter``."""
        ...

    def has(self, column: str, name: str) -> bool:
        """Whether an article has that outlet, author or id, as chosen by ``column``."""
        ...

    def names(self, column: str) -> list[str]:
        """The distinct outlets, authors or ids of the articles."""
        ...

    def dense_search(
        self, query: Vectors, *, k: int, allowed: Sequence[int] | None = None
    ) -> Scored:
        """The ``k`` passage rows nearest to ``query`` among the ``allowed`` article rows."""
        ...

    def scores(self, query: Vectors, rows: Sequence[int]) -> dict[int, float]:
        """The inner product of ``query`` (dims,) with each of the passage ``rows``."""
        ...

    def lexical_search(
        self,
        words: Sequence[str],
        *,
        k: int,
        boosts: Mapping[str, float],
        allowed: Sequence[int] | None = None,
    ) -> Scored:
        """The ``k`` passage rows that match ``words`` best among the ``allowed`` article rows."""
        ...

    def leads(self, filter: Filter, *, k: int) -> list[StoredPassage]:
        """The first passages of the ``k`` newest articles that pass ``filter``, newest first."""
        ...

    def whole(self, article_rows: Sequence[int]) -> list[StoredPassage]:
        """All passages of the articles at ``article_rows``, sorted by row."""
        ...

    def overlapping(self, revisions: Collection[str]) -> dict[str, list[tuple[Article, Overlap]]]:
        """For each revision, the articles, without texts, that equal or overlap its text."""
        ...

    def passages(self, rows: Sequence[int]) -> dict[int, StoredPassage]:
        """The passages at ``rows`` that exist, by row."""
        ...

    def article(self, article_id: str, revision: str) -> Article | None:
        """The given revision of an article; None if it does not exist."""
        ...

    def revisions(self, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], Article]:
        """The ``wanted`` revisions of articles that exist, each given as (id, revision)."""
        ...

    def heads(self, article_rows: Sequence[int]) -> dict[int, Article]:
        """The articles at ``article_rows`` that exist, without texts, by row."""
        ...

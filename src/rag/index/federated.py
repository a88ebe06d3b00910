"""Searches several indexes as one: separate rows, comparable scores, copies across indexes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations

from rag.index.filtering import check_names
from rag.index.near_duplicates import ALIKE, Overlap
from rag.index.passages import StoredPassage
from rag.index.snapshot import Snapshot
from rag.index.vectors import Vectors
from rag.index.view import View
from rag.schema import Article, Filter

__all__ = ["FederatedView"]

_APART = 1 << 48
"""The distance between the row ranges of two indexes; row numbers in SQLite stay below it."""
_DECIMALS = 5  # rounding hides float32 differences between equal scores of two indexes

Scored = list[tuple[int, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FederatedView:
    """Combines snapshots of several indexes of one model; the first is the main index.

    If several indexes contain an article with the same id, the id alone refers to the first.
    """

    parts: tuple[Snapshot, ...]
    across: Mapping[str, tuple[Overlap, ...]]
    """The overlaps between texts of different parts, by revision."""

    @classmethod
    def of(cls, *views: View) -> "FederatedView":
        """Combines the views, and finds the overlaps between the texts of each pair."""
        parts = tuple(part for view in views for part in view.parts)
        across: dict[str, tuple[Overlap, ...]] = {}
        for pair in combinations(parts, 2):
            small, large = sorted(pair, key=len)
            texts = {article.revision: article.text for article in small.library.articles.current()}
            for one, overlap in large.library.copies.of_texts(texts):
                across[one] = (*across.get(one, ()), overlap)
                back = across.get(overlap.revision, ())
                if one != overlap.revision and len(back) < ALIKE:
                    across[overlap.revision] = (*back, overlap.reversed(one))
        return cls(parts=parts, across=across)

    @property
    def generation(self) -> int:
        """The generation of the main index."""
        return self.parts[0].generation

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    def allowed(self, filter: Filter) -> list[int] | None:
        """The rows of the articles that pass ``filter``; None if the filter is empty.

        Raises:
            UsageError: ``filter`` names an outlet, author or id that no article of any part has.
        """
        check_names(filter, self)
        rows = [part.rows(filter) for part in self.parts]
        return None if filter.is_empty else list(self._apart(found or () for found in rows))

    def count(self, filter: Filter) -> int:
        """The number of articles of all parts that pass ``filter``."""
        return sum(part.count(filter) for part in self.parts)

    def has(self, column: str, name: str) -> bool:
        """Whether any part has an article with that outlet, author or id."""
        return any(part.has(column, name) for part in self.parts)

    def names(self, column: str) -> list[str]:
        """The distinct outlets, authors or ids of the articles of all parts."""
        return list(dict.fromkeys(chain.from_iterable(part.names(column) for part in self.parts)))

    def _apart(self, found: Iterable[Iterable[int]]) -> Iterable[int]:
        """Converts the rows of each part to rows of the combined view."""
        return (place * _APART + row for place, rows in enumerate(found) for row in rows)

    def _parted(self, rows: Sequence[int]) -> list[list[int]]:
        """Splits rows of the combined view into the rows of each part."""
        return [
            [row % _APART for row in rows if row // _APART == place]
            for place in range(len(self.parts))
        ]

    def _allowed(self, allowed: Sequence[int] | None) -> Sequence[Sequence[int] | None]:
        return [None] * len(self.parts) if allowed is None else self._parted(allowed)

    def _best(self, found: Iterable[Scored], k: int) -> Scored:
        scored = [
            (place * _APART + row, score) for place, rows in enumerate(found) for row, score in rows
        ]
        return sorted(scored, key=lambda pair: (-pair[1], pair[0]))[:k]

    def dense_search(
        self, query: Vectors, *, k: int, allowed: Sequence[int] | None = None
    ) -> Scored:
        """The nearest passages of all parts; cosines are comparable across parts."""
        each = zip(self.parts, self._allowed(allowed), strict=True)
        return self._best((part.dense_search(query, k=k, allowed=a) for part, a in each), k)

    def scores(self, query: Vectors, rows: Sequence[int]) -> dict[int, float]:
        """The inner product of ``query`` (dims,) with each of ``rows``."""
        each = enumerate(zip(self.parts, self._parted(rows), strict=True))
        return {
            place * _APART + row: score
            for place, (part, own) in each
            for row, score in part.scores(query, own).items()
        }

    def lexical_search(
        self,
        words: Sequence[str],
        *,
        k: int,
        boosts: Mapping[str, float],
        allowed: Sequence[int] | None = None,
    ) -> Scored:
        """The best passages of all parts, scored with document frequencies over all parts.

        The mean passage length is taken from each part separately.
        """
        found = (
            part.lexical.search(
                words,
                k=k,
                boosts=boosts,
                allowed=own,
                beside=[other.lexical for other in self.parts if other is not part],
            )
            for part, own in zip(self.parts, self._allowed(allowed), strict=True)
        )
        return self._best(
            ([(row, round(score, _DECIMALS)) for row, score in rows] for rows in found), k
        )

    def leads(self, filter: Filter, *, k: int) -> list[StoredPassage]:
        """The first passages of the ``k`` newest articles of all parts, newest first."""
        found = [
            (published, self._stored(place, stored))
            for place, part in enumerate(self.parts)
            for published, stored in part.dated_leads(filter, k=k)
        ]
        found.sort(key=lambda pair: pair[1].passage.article_id)
        found.sort(key=lambda pair: pair[0], reverse=True)
        return [stored for _, stored in found[:k]]

    def whole(self, article_rows: Sequence[int]) -> list[StoredPassage]:
        """All passages of the articles at ``article_rows``, sorted by row."""
        each = enumerate(zip(self.parts, self._parted(article_rows), strict=True))
        return [self._stored(at, stored) for at, (part, own) in each for stored in part.whole(own)]

    def _stored(self, place: int, stored: StoredPassage) -> StoredPassage:
        apart = place * _APART
        return replace(stored, row=apart + stored.row, article_row=apart + stored.article_row)

    def overlapping(self, revisions: Collection[str]) -> dict[str, list[tuple[Article, Overlap]]]:
        """For each revision, the articles, without texts, that equal or overlap its text."""
        found: dict[str, list[tuple[Article, Overlap]]] = {}
        for part in self.parts:
            for revision, others in part.overlapping(revisions).items():
                found.setdefault(revision, []).extend(others)
        for revision in sorted(self.across.keys() & set(revisions)):
            others = found.setdefault(revision, [])
            itself = Overlap(revision=revision, share=1.0, other_share=1.0)
            for overlap in (itself, *self.across[revision]):
                known = {(article.id, article.revision) for article, _ in others}
                articles = self._articles_of(overlap.revision)
                others += [(a, overlap) for a in articles if (a.id, a.revision) not in known]
        return found

    def _articles_of(self, revision: str) -> list[Article]:
        return [article for part in self.parts for article in part.articles_of(revision)]

    def passages(self, rows: Sequence[int]) -> dict[int, StoredPassage]:
        """The passages at ``rows`` that exist, by row."""
        each = enumerate(zip(self.parts, self._parted(rows), strict=True))
        found = (
            self._stored(place, stored)
            for place, (part, own) in each
            for stored in part.passages(own).values()
        )
        return {stored.row: stored for stored in found}

    def article(self, article_id: str, revision: str) -> Article | None:
        """The article with that id and revision, from the first part that has it."""
        key = article_id, revision
        return self.revisions([key]).get(key)

    def revisions(self, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], Article]:
        """The ``wanted`` revisions that exist, each from the first part that has it."""
        found: dict[tuple[str, str], Article] = {}
        for part in self.parts:
            found |= part.revisions([key for key in wanted if key not in found])
        return found

    def heads(self, article_rows: Sequence[int]) -> dict[int, Article]:
        """The articles at ``article_rows`` that exist, without texts, by row."""
        each = enumerate(zip(self.parts, self._parted(article_rows), strict=True))
        return {
            place * _APART + row: article
            for place, (part, own) in each
            for row, article in part.heads(own).items()
        }

"""The library: the SQLite file that is the source of truth of an index.

Writing a batch to it commits the batch; the dense and lexical indexes are derived from it. Article
revisions, passages and sentences are immutable rows with the generation in which they were added
(``born``) and removed (``died``). Vectors are cached under the model's fingerprint and the hash of
the embedded text. Each row is stored with a digest that is checked on reading. Removed data is
overwritten: only the row numbers of a removed article's passages stay, so that the derived indexes
can follow. Earlier revisions of existing articles are kept.
"""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.index.database import chunks, digest
from rag.index.digests import ARTICLE, ROW_DIGESTS, borders, row_digest
from rag.index.listing import Listing, Sort
from rag.index.near_duplicates import ALIKE, Overlap
from rag.index.removal import RemovalTables
from rag.index.vectors import Key
from rag.schema import Article, Filter, Passage

__all__ = ["Library", "Record", "text_key"]

Revision = tuple[str, str]

_ALIKE = 3 * ALIKE  # maximum articles related to a text
_WITHOUT_TEXT = f"{ARTICLE}, row_digest, NULL"
_WITH_TEXT = f"{ARTICLE}, row_digest, text"


def text_key(text: str) -> Key:
    """The cache key of an embedded text: 16 bytes of BLAKE2b."""
    return hashlib.blake2b(text.encode("utf-8"), digest_size=16).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An article to be stored, with its passages and the key of each embedded text."""

    article: Article
    recipe: str
    passages: tuple[tuple[Passage, Key], ...]


class Library(RemovalTables):
    """Articles, passages and vectors by generation, written in whole batches."""

    # ---- writing

    def write(
        self,
        records: Sequence[Record],
        *,
        removed: Sequence[str] = (),
        vectors: dict[Key, NDArray[np.float16]] | None = None,
        model: str = "",
        meta: dict[str, str] | None = None,
    ) -> int:
        """Stores one batch in one transaction and returns the new generation.

        Replaces earlier revisions of the articles in ``records``, and erases the articles with
        ``removed`` ids.
        """
        with self.guarded(), self.connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            self._prepare_listing()
            generation = self.generation + 1
            self._erase_ids(removed, generation)
            for record in records:
                self._retire(record.article.id, generation)
                self._insert(record, generation)
            self._insert_vectors(model, vectors or {})
            texts = {record.article.revision: record.article.text for record in records}
            self._find_overlaps(texts, generation)
            self._close_generation(generation, meta)
        if removed:
            self.empty_log()
        return generation

    def sketch_stored(self, revisions: Sequence[str]) -> None:
        """Finds the overlaps of current texts that have no sketch yet."""
        with self.guarded(), self.connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            generation = self.generation + 1
            texts = {revision: self._living_text(revision) for revision in revisions}
            self._find_overlaps(texts, generation)
            self._close_generation(generation)

    def _retire(self, article_id: str, generation: int) -> None:
        self.connection.execute(  # by article: the index on `died` matches nearly all rows
            "UPDATE passages SET died = ? WHERE +died IS NULL AND article IN"
            " (SELECT row FROM articles WHERE id = ? AND died IS NULL)",
            (generation, article_id),
        )
        self.connection.execute(
            "UPDATE articles SET died = ? WHERE id = ? AND died IS NULL", (generation, article_id)
        )

    def _insert(self, record: Record, generation: int) -> None:
        article = record.article
        values = (
            self._next_row("articles"), article.id, article.revision, article.title, article.outlet,
            article.author, article.published.isoformat() if article.published else None,
            article.language, article.url, article.origin, " ".join(map(str, article.pages)),
            record.recipe, len(record.passages), generation, digest(article.text.encode("utf-8")),
        )  # fmt: skip
        marks = ",".join("?" * (len(values) + 2))
        self.connection.execute(
            f"INSERT INTO articles ({ARTICLE}, row_digest, text) VALUES ({marks})",
            (*values, row_digest(*values), article.text),
        )
        first = self._next_row("passages")
        for row, (passage, key) in enumerate(record.passages, start=first):
            whole = (row, values[0], passage.start, passage.end, key, generation)
            self.connection.execute(
                "INSERT INTO passages (row, article, start, end, key, born, row_digest)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*whole, row_digest(*whole, borders(passage.sentences))),
            )
            self.connection.executemany(
                "INSERT INTO sentences VALUES (?, ?, ?, ?)",
                [(row, position, *span) for position, span in enumerate(passage.sentences)],
            )

    def _next_row(self, table: str) -> int:
        query = f"SELECT ifnull(max(row), 0) + 1 FROM {table}"
        return int(self.connection.execute(query).fetchone()[0])

    # ---- reading

    def article(self, article_id: str, revision: str | None = None) -> Article | None:
        """The current or the given revision of an article; None if it does not exist."""
        condition = "died IS NULL" if revision is None else "revision = ?"
        values = (article_id,) if revision is None else (article_id, revision)
        with self.guarded():
            row = self.connection.execute(
                f"SELECT {_WITH_TEXT} FROM articles WHERE id = ? AND {condition}"
                " ORDER BY born DESC LIMIT 1",
                values,
            ).fetchone()
        found = None if row is None else self._article(row)
        if found is not None and found.id != article_id:
            raise self.damaged(f"{article_id} is listed where {found.id} is stored")
        return found

    def revisions(self, wanted: Collection[Revision]) -> dict[Revision, Article]:
        """The ``wanted`` revisions of articles that exist, each given as (id, revision)."""
        newest = (
            "(SELECT row FROM articles WHERE id = column1 AND revision = column2"
            " ORDER BY born DESC LIMIT 1)"
        )
        found: dict[Revision, Article] = {}
        with self.guarded():
            for chunk in chunks(sorted(wanted), 250):  # each has two parameters
                marks = ",".join(["(?, ?)"] * len(chunk))
                for key, *row in self.connection.execute(
                    f"SELECT column1, {_WITH_TEXT} FROM (VALUES {marks})"
                    f" CROSS JOIN articles ON row = {newest}",
                    list(chain.from_iterable(chunk)),
                ):
                    article = self._article(row)
                    if article.id != key:
                        raise self.damaged(f"{key} is listed where {article.id} is stored")
                    found[article.id, article.revision] = article
        return found

    def heads(self, rows: Sequence[int]) -> dict[int, Article]:
        """The articles at ``rows`` that exist, without texts, by row."""
        found: dict[int, Article] = {}
        with self.guarded():
            for chunk in chunks(rows):
                marks = ",".join("?" * len(chunk))
                query = f"SELECT {_WITHOUT_TEXT} FROM articles WHERE row IN ({marks})"
                for row in self.connection.execute(query, chunk):
                    found[row[0]] = self._article(row)
        return found

    def has(self, article_id: str) -> bool:
        """Whether an article with that id is stored, damaged or not."""
        with self.guarded():
            query = "SELECT 1 FROM articles WHERE id = ?"
            return self.connection.execute(query, (article_id,)).fetchone() is not None

    def articles(self) -> Iterator[Article]:
        """All current articles, sorted by id."""
        with self.guarded():
            for row in self.connection.execute(
                f"SELECT {_WITH_TEXT} FROM articles WHERE died IS NULL ORDER BY id"
            ):
                yield self._article(row)

    def listing(
        self, *, words: str, filter: Filter, sort: Sort, limit: int, offset: int
    ) -> Listing:
        """One page of the current articles, without texts; raises the errors of ``listed``."""
        rows, total = self.listed(words=words, filter=filter, sort=sort, limit=limit, offset=offset)
        found = self.heads(rows)
        return Listing(articles=tuple(found[row] for row in rows if row in found), total=total)

    def recipes(self) -> dict[str, tuple[Article, str]]:
        """Each current article, without its text, with the recipe it was indexed with, by id.

        Articles that fail their checksum are left out; ``faults`` lists them.
        """
        found = {}
        intact = f"row_digest IS {ROW_DIGESTS['articles']}"
        with self.guarded():
            for row in self.connection.execute(
                f"SELECT {_WITHOUT_TEXT}, recipe FROM articles WHERE died IS NULL AND {intact}"
            ):
                found[str(row[1])] = (self._article(row[:-1]), str(row[-1]))
        return found

    def overlapping(
        self, revisions: Collection[str], *, generation: int
    ) -> dict[str, list[tuple[Article, Overlap]]]:
        """For each revision, the articles of ``generation`` that equal or overlap its text.

        The articles are returned without texts, at most 36 of each revision, those with the same
        text first. The result is empty if the index was made by a version that did not detect
        copies.
        """
        overlaps = self.overlaps(revisions, generation=generation)
        wanted = {overlap.revision for found in overlaps.values() for overlap in found}
        articles = self.articles_of(wanted, generation=generation)
        return {
            revision: [(a, shared) for shared in found for a in articles[shared.revision]][:_ALIKE]
            for revision, found in overlaps.items()
        }

    def articles_of(
        self, revisions: Collection[str], *, generation: int
    ) -> dict[str, list[Article]]:
        """For each revision, its first and last 12 articles in ``generation``, without texts."""
        found: dict[str, list[Article]] = {revision: [] for revision in revisions}
        with self.guarded():
            for chunk in chunks(list(found)):
                now = f"?{len(chunk) + 1}"
                end = (
                    "SELECT * FROM (SELECT row FROM articles WHERE revision = column1"
                    f" AND born <= {now} AND (died IS NULL OR died > {now})"
                    f" ORDER BY born {{0}}, died {{0}}, row {{0}} LIMIT {ALIKE})"
                )
                for row in self.connection.execute(
                    f"SELECT {_WITHOUT_TEXT} FROM (VALUES {','.join(['(?)'] * len(chunk))})"
                    f" CROSS JOIN articles ON row IN ({end.format('')} UNION {end.format('DESC')})"
                    " ORDER BY id",
                    (*chunk, generation),
                ):
                    article = self._article(row)
                    found[article.revision].append(article)
        return found

    def _article(self, row: Sequence[Any]) -> Article:
        """The article in a row of ``_WITH_TEXT`` or ``_WITHOUT_TEXT``, checked."""
        *values, stored, text = row
        _, id_, revision, title, outlet, author, published, language, url, origin, pages, *_ = (
            values
        )
        if row_digest(*values) != stored:
            raise self.damaged(f"the title, date or source of {id_} fails its checksum")
        if text is not None and digest(text.encode("utf-8")) != values[-1]:
            raise self.damaged(f"the text of {id_} fails its checksum")
        return Article(
            id=id_,
            revision=revision,
            title=title,
            outlet=outlet,
            author=author,
            published=date.fromisoformat(published) if published else None,
            language=language,
            url=url,
            origin=origin,
            text=text or "",
            pages=tuple(map(int, (pages or "").split())) if text else (),
        )

    def counts(self) -> dict[str, int]:
        """The numbers of current articles, current passages and stored vectors."""
        with self.guarded():
            return {
                name: int(self.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
                for name, table in (
                    ("articles", "articles WHERE died IS NULL"),
                    ("passages", "passages WHERE died IS NULL"),
                    ("vectors", "vectors"),
                )
            }

"""The library: the SQLite file that is the source of truth of an index.

Writing a batch to it commits the batch; the dense and lexical indexes are derived from it. Article
revisions, passages and sentences are immutable rows with the generation in which they were added
(``born``) and removed (``died``). Vectors are cached under the model's fingerprint and the hash of
the embedded text. Each text and vector is stored with a digest that is checked on reading.
"""

import hashlib
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from rag.index.database import chunks, digest
from rag.index.listing import Listing, ListingTables, Sort
from rag.index.near_duplicates import Overlap
from rag.index.vectors import Key
from rag.schema import Article, Filter, Passage

__all__ = ["Library", "Record", "text_key"]


_ARTICLE = "id, revision, title, outlet, author, published, language, url, origin, text, digest"


def text_key(text: str) -> Key:
    """The cache key of an embedded text: 16 bytes of BLAKE2b."""
    return hashlib.blake2b(text.encode("utf-8"), digest_size=16).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An article to be stored, with its passages and the key of each embedded text."""

    article: Article
    recipe: str
    passages: tuple[tuple[Passage, Key], ...]


class Library(ListingTables):
    """Articles, passages and vectors by generation, written in whole batches."""

    @property
    def generation(self) -> int:
        """The number of committed batches."""
        return int(self.get("generation") or 0)

    def stamp(self, generation: int) -> str:
        """A globally unique id of ``generation``; empty if the library has no such generation."""
        with self.guarded():
            row = self.connection.execute(
                "SELECT stamp FROM generations WHERE number = ?", (generation,)
            ).fetchone()
        return "" if row is None else str(row[0])

    # ---- writing

    def write(
        self,
        records: Sequence[Record],
        *,
        removed: Iterable[str] = (),
        vectors: dict[Key, NDArray[np.float16]] | None = None,
        model: str = "",
        meta: dict[str, str] | None = None,
    ) -> int:
        """Stores one batch in one transaction and returns the new generation.

        Removes the previous revision of each article, and the articles with ``removed`` ids.
        """
        with self.guarded(), self.connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            self._drop_sentence_keys()
            self._prepare_listing()
            generation = self.generation + 1
            for gone in [*removed, *(record.article.id for record in records)]:
                self._retire(gone, generation)
            for record in records:
                self._insert(record, generation)
            self._insert_vectors(model, vectors or {})
            texts = {record.article.revision: record.article.text for record in records}
            self._find_overlaps(texts, generation)
            self._close_generation(generation, meta or {})
        return generation

    def _close_generation(self, generation: int, meta: Mapping[str, str]) -> None:
        self.connection.execute(
            "INSERT INTO generations VALUES (?, ?)", (generation, uuid.uuid4().hex)
        )
        self.connection.executemany(
            "INSERT OR REPLACE INTO meta VALUES (?, ?)",
            [*meta.items(), ("generation", str(generation))],
        )

    def sketch_stored(self, revisions: Sequence[str]) -> None:
        """Finds the overlaps of current texts that have no sketch yet."""
        with self.guarded(), self.connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            generation = self.generation + 1
            texts = {revision: self._living_text(revision) for revision in revisions}
            self._find_overlaps(texts, generation)
            self._close_generation(generation, {})

    def _retire(self, article_id: str, generation: int) -> None:
        self.connection.execute(
            "UPDATE passages SET died = ? WHERE died IS NULL AND article IN"
            " (SELECT row FROM articles WHERE id = ? AND died IS NULL)",
            (generation, article_id),
        )
        self.connection.execute(
            "UPDATE articles SET died = ? WHERE id = ? AND died IS NULL", (generation, article_id)
        )

    def _insert(self, record: Record, generation: int) -> None:
        article = record.article
        values = (
            article.id, article.revision, article.title, article.outlet, article.author,
            article.published.isoformat() if article.published else None, article.language,
            article.url, article.origin, article.text, digest(article.text.encode("utf-8")),
            record.recipe, generation,
        )  # fmt: skip
        cursor = self.connection.execute(
            f"INSERT INTO articles ({_ARTICLE}, recipe, born) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
            values,
        )
        if article.pages:
            self.connection.execute(
                "INSERT OR REPLACE INTO meta VALUES (?, ?)",
                (f"pages {article.revision}", " ".join(map(str, article.pages))),
            )
        for passage, key in record.passages:
            row = self.connection.execute(
                "INSERT INTO passages (article, start, end, key, born) VALUES (?, ?, ?, ?, ?)",
                (cursor.lastrowid, passage.start, passage.end, key, generation),
            ).lastrowid
            self.connection.executemany(
                "INSERT INTO sentences VALUES (?, ?, ?, ?)",
                [(row, position, *span) for position, span in enumerate(passage.sentences)],
            )

    # ---- reading

    def article(self, article_id: str, revision: str | None = None) -> Article | None:
        """The current revision of an article, or the given one; None if there is none."""
        condition = "died IS NULL" if revision is None else "revision = ?"
        values = (article_id,) if revision is None else (article_id, revision)
        with self.guarded():
            row = self.connection.execute(
                f"SELECT {_ARTICLE} FROM articles WHERE id = ? AND {condition}"
                " ORDER BY born DESC LIMIT 1",
                values,
            ).fetchone()
        if row is None:
            return None
        article = self._article(row)
        pages = (self.get(f"pages {article.revision}") or "").split()
        return replace(article, pages=tuple(map(int, pages)))

    def articles(self) -> Iterator[Article]:
        """All current articles, sorted by id."""
        with self.guarded():
            for row in self.connection.execute(
                f"SELECT {_ARTICLE} FROM articles WHERE died IS NULL ORDER BY id"
            ):
                yield self._article(row)

    def listing(
        self, *, words: str, filter: Filter, sort: Sort, limit: int, offset: int
    ) -> Listing:
        """One page of the current articles, without texts; raises the errors of ``listed``."""
        rows, total = self.listed(words=words, filter=filter, sort=sort, limit=limit, offset=offset)
        columns = _ARTICLE.replace("text, digest", "'', x''")
        marks = ",".join("?" * len(rows))
        query = f"SELECT row, {columns} FROM articles WHERE row IN ({marks})"
        with self.guarded():
            found = {row[0]: row[1:] for row in self.connection.execute(query, rows)}
        articles = tuple(self._article(found[row], check=False) for row in rows)
        return Listing(articles=articles, total=total)

    def recipes(self) -> dict[str, tuple[Article, str]]:
        """Each current article, without its text, with the recipe it was indexed with, by id."""
        columns = _ARTICLE.replace("text, digest", "'', x''")
        with self.guarded():
            rows = self.connection.execute(
                f"SELECT {columns}, recipe FROM articles WHERE died IS NULL"
            ).fetchall()
        return {row[0]: (self._article(row[:11], check=False), row[11]) for row in rows}

    def overlapping(
        self, revisions: Collection[str], *, generation: int
    ) -> dict[str, list[tuple[Article, Overlap]]]:
        """For each revision, the articles of ``generation`` that equal or overlap its text.

        The articles are returned without texts. The result is empty if the index was made by a
        version that did not detect copies.
        """
        overlaps = self.overlaps(revisions, generation=generation)
        wanted = {overlap.revision for found in overlaps.values() for overlap in found}
        articles = self.articles_of(wanted, generation=generation)
        return {
            revision: [(a, shared) for shared in found for a in articles.get(shared.revision, [])]
            for revision, found in overlaps.items()
        }

    def articles_of(
        self, revisions: Collection[str], *, generation: int
    ) -> dict[str, list[Article]]:
        """For each revision, the articles of ``generation`` that have it, without texts."""
        columns = _ARTICLE.replace("text, digest", "'', x''")
        found: dict[str, list[Article]] = {}
        with self.guarded():
            for chunk in chunks(sorted(revisions)):
                marks = ",".join("?" * len(chunk))
                for row in self.connection.execute(
                    f"SELECT {columns} FROM articles WHERE revision IN ({marks})"
                    " AND born <= ? AND (died IS NULL OR died > ?) ORDER BY id",
                    (*chunk, generation, generation),
                ):
                    found.setdefault(row[1], []).append(self._article(row, check=False))
        return found

    def _article(self, row: Sequence[object], *, check: bool = True) -> Article:
        (id_, revision, title, outlet, author, published, language, url, origin, text, stored) = row
        if check and digest(str(text).encode("utf-8")) != stored:
            raise self.damaged(f"the text of {id_} fails its checksum")
        return Article(
            id=str(id_),
            revision=str(revision),
            title=str(title),
            outlet=str(outlet) if outlet is not None else None,
            author=str(author) if author is not None else None,
            published=date.fromisoformat(str(published)) if published else None,
            language=str(language),
            url=str(url) if url is not None else None,
            origin=str(origin),
            text=str(text),
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

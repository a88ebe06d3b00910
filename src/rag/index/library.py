"""The library: the SQLite file that is the source of truth of an index.

Writing a batch to it commits the batch; the dense and lexical indexes are derived from it. Article
revisions, passages and sentences are immutable rows with the generation in which they were added
(``born``) and removed (``died``). Vectors are cached under the model's fingerprint and the hash of
the embedded text. Each row is stored with a digest that is checked on reading. Removed data is
overwritten: only the row numbers of a removed article's passages stay, so that the derived indexes
can follow. Earlier revisions of existing articles are kept.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.index.articles import ArticleTables
from rag.index.database import Database
from rag.index.faults import Fault, Faults
from rag.index.files import FileTables
from rag.index.generations import Generations
from rag.index.listing import ListingTables
from rag.index.near_duplicates import ALIKE, CopyTables, Overlap
from rag.index.passages import PassageTables
from rag.index.removal import Removal
from rag.index.vectors import Key, VectorTables
from rag.schema import Article, Passage

__all__ = ["Library", "Record", "text_key"]

_ALIKE = 3 * ALIKE  # maximum articles related to a text


def text_key(text: str) -> Key:
    """The cache key of an embedded text: 16 bytes of BLAKE2b."""
    return hashlib.blake2b(text.encode("utf-8"), digest_size=16).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An article to be stored, with its passages and the key of each embedded text."""

    article: Article
    recipe: str
    passages: tuple[tuple[Passage, Key], ...]


class Library:
    """Articles, passages and vectors by generation, written in whole batches.

    Each part holds the tables of one kind, all in one ``database``.
    """

    def __init__(self, path: Path, *, create: bool = False) -> None:
        """Opens the file at ``path``, or creates it.

        Raises:
            NotIndexedError: there is no file, and ``create`` is false.
            DamagedIndexError: the file is damaged, or has a format that this version cannot read.
        """
        self.database = Database(path, create=create)
        self.generations = Generations(self.database)
        self.articles = ArticleTables(self.database)
        self.passages = PassageTables(self.database)
        self.vectors = VectorTables(self.database)
        self.copies = CopyTables(self.database)
        self.files = FileTables(self.database)
        self.listing = ListingTables(self.database, self.articles)
        self.faults = Faults(self.database, self.generations, self.copies)
        self._removal = Removal(
            self.database,
            generations=self.generations,
            vectors=self.vectors,
            copies=self.copies,
            files=self.files,
        )

    @property
    def generation(self) -> int:
        """The number of committed batches."""
        return self.generations.newest

    @property
    def is_writable(self) -> bool:
        """Whether this user may write the file."""
        return self.database.is_writable

    def get(self, key: str) -> str | None:
        """The setting ``key`` stored in the index, or None."""
        return self.database.get(key)

    def put(self, key: str, value: str) -> None:
        """Stores a setting in the index."""
        self.database.put(key, value)

    def close(self) -> None:
        """Closes the connections of all threads."""
        self.database.close()

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
        with self.database.guarded(), self.database.connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            self.listing.prepare()
            generation = self.generation + 1
            self._removal.erase(removed, generation)
            for record in records:
                self._insert(record, generation)
            self.vectors.insert(model, vectors or {})
            texts = {record.article.revision: record.article.text for record in records}
            self.copies.find(texts, generation)
            self.generations.close(generation, meta)
        if removed:
            self._removal.empty_log()
        return generation

    def _insert(self, record: Record, generation: int) -> None:
        """Adds a revision of an article, and retires the one before it."""
        self.passages.retire(record.article.id, generation)  # finds them by the living article
        self.articles.retire(record.article.id, generation)
        row = self.articles.insert(
            record.article,
            recipe=record.recipe,
            passages=len(record.passages),
            generation=generation,
        )
        self.passages.insert(row, record.passages, generation)

    def sketch_stored(self, revisions: Sequence[str]) -> None:
        """Finds the overlaps of current texts that have no sketch yet."""
        with self.database.guarded(), self.database.connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            generation = self.generation + 1
            texts = {revision: self.copies.living_text(revision) for revision in revisions}
            self.copies.find(texts, generation)
            self.generations.close(generation)

    def discard(self, faults: Iterable[Fault]) -> None:
        """Erases damaged articles."""
        self._removal.discard(faults)

    def compact(self, *, least: float = 0.0) -> None:
        """Returns free space to the operating system if its share of the file exceeds ``least``."""
        self._removal.compact(least=least)

    def erase_removed(self) -> None:
        """Erases data that earlier versions of Byline only marked as removed."""
        self._removal.erase_removed(self.faults.found())

    # ---- reading

    def overlapping(
        self, revisions: Collection[str], *, generation: int
    ) -> dict[str, list[tuple[Article, Overlap]]]:
        """For each revision, the articles of ``generation`` that equal or overlap its text.

        The articles are returned without texts, at most 36 of each revision, those with the same
        text first. The result is empty if the index was made by a version that did not detect
        copies.
        """
        overlaps = self.copies.of(revisions, generation=generation)
        wanted = {overlap.revision for found in overlaps.values() for overlap in found}
        articles = self.articles.of_revisions(wanted, generation=generation)
        return {
            revision: [(a, shared) for shared in found for a in articles[shared.revision]][:_ALIKE]
            for revision, found in overlaps.items()
        }

    def counts(self) -> dict[str, int]:
        """The numbers of current articles, current passages and stored vectors."""
        query = (
            "SELECT (SELECT count(*) FROM articles WHERE died IS NULL),"
            " (SELECT count(*) FROM passages WHERE died IS NULL), (SELECT count(*) FROM vectors)"
        )
        with self.database.guarded():
            articles, passages, vectors = self.database.connection.execute(query).fetchone()
        return {"articles": articles, "passages": passages, "vectors": vectors}

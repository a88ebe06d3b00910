"""Reads the passages of a library by row: changes, contents, and filtered selections."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from rag.index.database import chunks
from rag.index.digests import borders, row_digest
from rag.index.filtering import where
from rag.index.near_duplicates import CopyTables
from rag.index.vectors import Key
from rag.schema import Filter, Passage

__all__ = ["PassageTables", "StoredPassage", "key_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPassage:
    """A passage with its row and its article's row in the library."""

    row: int
    article_row: int
    passage: Passage


def key_of(item: StoredPassage) -> tuple[str, str]:
    """The id and the revision of a passage's article."""
    return item.passage.article_id, item.passage.revision


class PassageTables(CopyTables):
    """The queries that read passages and sentences."""

    def changes(self, since: int, until: int) -> tuple[list[int], list[int]]:
        """Passage rows added and rows removed after generation ``since``, up to ``until``.

        A passage that was both added and removed in that range is in neither list.
        """
        with self.guarded():
            born = self.connection.execute(
                "SELECT row FROM passages WHERE born > ? AND born <= ?"
                " AND (died IS NULL OR died > ?) ORDER BY row",
                (since, until, until),
            ).fetchall()
            died = self.connection.execute(
                "SELECT row FROM passages WHERE died > ? AND died <= ? AND born <= ? ORDER BY row",
                (since, until, since),
            ).fetchall()
        return [row for (row,) in born], [row for (row,) in died]

    def passages(self, rows: Sequence[int], *, generation: int) -> dict[int, StoredPassage]:
        """The passages at ``rows`` that exist in ``generation``, by row."""
        found: dict[int, StoredPassage] = {}
        with self.guarded():
            for chunk in chunks(rows):
                marks = ",".join("?" * len(chunk))
                sentences: dict[int, list[tuple[int, int]]] = {}
                for row, start, end in self.connection.execute(
                    f"SELECT passage, start, end FROM sentences WHERE passage IN ({marks})"
                    " ORDER BY passage, position",
                    chunk,
                ):
                    sentences.setdefault(row, []).append((start, end))
                for values in self.connection.execute(
                    "SELECT p.row, p.article, p.start, p.end, p.key, p.born, p.row_digest,"
                    " a.id, a.revision, (p.born, p.died) IS (a.born, a.died)"
                    " FROM passages p JOIN articles a ON a.row = p.article"
                    f" WHERE p.row IN ({marks}) AND p.born <= ? AND (p.died IS NULL OR p.died > ?)",
                    (*chunk, generation, generation),
                ):
                    found[values[0]] = self._stored(values, tuple(sentences.get(values[0], ())))
        return found

    def _stored(
        self, values: Sequence[Any], sentences: tuple[tuple[int, int], ...]
    ) -> StoredPassage:
        row, article_row, start, end, key, born, stored, id_, revision, fits = values
        if (
            not fits
            or row_digest(row, article_row, start, end, key, born, borders(sentences)) != stored
        ):
            raise self.damaged(f"a passage of {id_} fails its checksum")
        return StoredPassage(
            row=row,
            article_row=article_row,
            passage=Passage(
                article_id=id_, revision=revision, start=start, end=end, sentences=sentences
            ),
        )

    def passage_keys(self, rows: Sequence[int]) -> list[tuple[int, Key]]:
        """The key of each passage's embedded text, as (row, key) in the order of ``rows``."""
        keys: dict[int, Key] = {}
        with self.guarded():
            for chunk in chunks(rows):
                marks = ",".join("?" * len(chunk))
                keys.update(
                    self.connection.execute(
                        f"SELECT row, key FROM passages WHERE row IN ({marks})", chunk
                    ).fetchall()
                )
        return [(row, keys[row]) for row in rows]

    @contextmanager
    def moment(self, generation: int) -> Iterator[int | None]:
        """A block that reads one state of the library: None if its newest is ``generation``.

        The articles of the newest generation are in a covering index, which is far smaller than
        the table; ``where`` uses it for None.
        """
        with self.guarded():
            connection = self.connection
            is_outermost = not connection.in_transaction
            if is_outermost:
                connection.execute("BEGIN")
            try:
                query = "SELECT max(number) FROM generations"
                (newest,) = connection.execute(query).fetchone()
                yield None if newest == generation else generation
            finally:
                if is_outermost:
                    connection.execute("COMMIT")

    def allowed(self, filter: Filter, *, generation: int) -> list[int] | None:
        """The rows of articles of ``generation`` that pass ``filter``; None if it is empty."""
        if filter.is_empty:
            return None
        with self.moment(generation) as then:
            condition, values = where(filter, generation=then)
            query = f"SELECT row FROM articles WHERE {condition}"
            return [row for (row,) in self.connection.execute(query, values)]

    def count(self, filter: Filter, *, generation: int) -> int:
        """The number of articles of ``generation`` that pass ``filter``."""
        with self.moment(generation) as then:
            condition, values = where(filter, generation=then)
            query = f"SELECT count(*) FROM articles WHERE {condition}"
            return int(self.connection.execute(query, values).fetchone()[0])

    def passage_rows(self, article_rows: Sequence[int], *, generation: int) -> list[int]:
        """The rows of the passages of ``article_rows`` that exist in ``generation``, sorted."""
        rows: list[int] = []
        with self.guarded():
            for chunk in chunks(article_rows):
                marks = ",".join("?" * len(chunk))
                rows += [
                    row
                    for (row,) in self.connection.execute(
                        f"SELECT row FROM passages WHERE article IN ({marks})"
                        " AND born <= ? AND (died IS NULL OR died > ?)",
                        (*chunk, generation, generation),
                    )
                ]
        return sorted(rows)

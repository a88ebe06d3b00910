"""The tables of passages and of their sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rag.index.database import Tables, chunks
from rag.index.digests import borders, row_digest
from rag.index.vectors import Key
from rag.schema import Passage

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


class PassageTables(Tables):
    """The tables of passages and sentences. Each row is checked against its digest when read."""

    # ---- writing, within a transaction

    def insert(
        self, article_row: int, passages: Sequence[tuple[Passage, Key]], generation: int
    ) -> None:
        """Adds the passages of an article, each with the key of its embedded text."""
        query = "SELECT ifnull(max(row), 0) + 1 FROM passages"
        first = int(self.connection.execute(query).fetchone()[0])
        for row, (passage, key) in enumerate(passages, start=first):
            whole = (row, article_row, passage.start, passage.end, key, generation)
            self.connection.execute(
                "INSERT INTO passages (row, article, start, end, key, born, row_digest)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*whole, row_digest(*whole, borders(passage.sentences))),
            )
            self.connection.executemany(
                "INSERT INTO sentences VALUES (?, ?, ?, ?)",
                [(row, position, *span) for position, span in enumerate(passage.sentences)],
            )

    def retire(self, article_id: str, generation: int) -> None:
        """Marks the passages of an article's current revision as removed in ``generation``."""
        self.connection.execute(  # by article: the index on `died` matches nearly all rows
            "UPDATE passages SET died = ? WHERE +died IS NULL AND article IN"
            " (SELECT row FROM articles WHERE id = ? AND died IS NULL)",
            (generation, article_id),
        )

    # ---- reading

    def changes(self, since: int, until: int) -> tuple[list[int], list[int]]:
        """Passage rows added and rows removed after generation ``since``, up to ``until``.

        A passage that was both added and removed in that range is in neither list.
        """
        with self.database.guarded():
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

    def at(self, rows: Sequence[int], *, generation: int) -> dict[int, StoredPassage]:
        """The passages at ``rows`` that exist in ``generation``, by row."""
        found: dict[int, StoredPassage] = {}
        with self.database.guarded():
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
            raise self.database.damaged(f"a passage of {id_} fails its checksum")
        return StoredPassage(
            row=row,
            article_row=article_row,
            passage=Passage(
                article_id=id_, revision=revision, start=start, end=end, sentences=sentences
            ),
        )

    def keys(self, rows: Sequence[int]) -> list[tuple[int, Key]]:
        """The key of each passage's embedded text, as (row, key) in the order of ``rows``."""
        keys: dict[int, Key] = {}
        with self.database.guarded():
            for chunk in chunks(rows):
                marks = ",".join("?" * len(chunk))
                keys.update(
                    self.connection.execute(
                        f"SELECT row, key FROM passages WHERE row IN ({marks})", chunk
                    ).fetchall()
                )
        return [(row, keys[row]) for row in rows]

    def of_articles(self, article_rows: Sequence[int], *, generation: int) -> list[int]:
        """The rows of the passages of ``article_rows`` that exist in ``generation``, sorted."""
        rows: list[int] = []
        with self.database.guarded():
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

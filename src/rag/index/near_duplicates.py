"""Overlaps between stored texts, found by shared MinHash bands and verified on the full texts.

Sketches are stored by text revision. A new article is compared only with the few stored texts that
share bands with it. An overlap depends only on the two texts; it is stored once, with the
generation in which it was found.
"""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.index.database import chunks, digest
from rag.index.sketch import band_keys, sketch_recipe
from rag.index.vectors import VectorCache
from rag.language.shingles import Shingles, overlap, shingles

__all__ = ["CopyTables", "Overlap"]

_TABLES = """
CREATE INDEX IF NOT EXISTS articles_by_revision ON articles (revision, born, died);
CREATE TABLE IF NOT EXISTS sketches (row INTEGER PRIMARY KEY, revision TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS bands (
    key INTEGER NOT NULL, sketch INTEGER NOT NULL REFERENCES sketches,
    PRIMARY KEY (key, sketch)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS overlaps (
    sketch INTEGER NOT NULL REFERENCES sketches, other INTEGER NOT NULL REFERENCES sketches,
    share REAL NOT NULL, other_share REAL NOT NULL, born INTEGER NOT NULL,
    PRIMARY KEY (sketch, other)) WITHOUT ROWID;
"""
_LEAST_WORDS = 20  # a shorter text is a copy only of an identical text
_LEAST_BANDS = 2  # shared bands; unrelated texts share fewer
_CANDIDATES = 50  # stored texts compared with a new one; bounds the cost when many are similar
_LEAST_OVERLAP = 0.5
_LEAST_LENGTH = 0.3  # length of the shorter text relative to the longer; below it is an excerpt


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """The overlap of a text with another one, whose revision is ``revision``.

    ``share`` is the share of the text's words found in the other one; ``other_share`` is the share
    of the other one's words found in the text. Both are in [0, 1].
    """

    revision: str
    share: float
    other_share: float


class CopyTables(VectorCache):
    """The tables of sketches, bands and overlaps."""

    @property
    def _knows_copies(self) -> bool:
        query = "SELECT 1 FROM sqlite_master WHERE name = 'overlaps'"
        return self.connection.execute(query).fetchone() is not None

    def _prepare_copies(self) -> None:
        """Creates missing tables; recreates those made with another sketch recipe."""
        recipe = sketch_recipe()
        if self._knows_copies and self.get("sketch") == recipe:
            return
        for table in ("overlaps", "bands", "sketches"):
            self.connection.execute(f"DROP TABLE IF EXISTS {table}")
        for statement in _TABLES.strip().split(";\n"):
            self.connection.execute(statement)
        self.put("sketch", recipe)

    def _find_overlaps(self, texts: Mapping[str, str], generation: int) -> None:
        """Sketches the texts, given by revision, and stores their overlaps with current texts."""
        self._prepare_copies()
        for revision, text in texts.items():
            words = shingles(text)
            keys = band_keys(words) if len(words) >= _LEAST_WORDS else []
            sketch = self._sketch(revision, keys)
            for other, other_revision in self._candidates(sketch, keys):
                shares = self._shares(words, other_revision)
                if max(shares) >= _LEAST_OVERLAP:
                    self._insert_overlap(sketch, other, shares, generation)

    def _shares(self, words: Shingles, other: str) -> tuple[float, float]:
        """The overlap of a text with a stored one, in both directions; zero for an excerpt."""
        theirs = shingles(self._living_text(other))
        if min(len(words), len(theirs)) < _LEAST_LENGTH * max(len(words), len(theirs)):
            return 0.0, 0.0
        return overlap(words, theirs), overlap(theirs, words)

    def overlaps_of(self, texts: Mapping[str, str]) -> Iterator[tuple[str, Overlap]]:
        """Finds the current texts that equal or overlap the texts of another library.

        ``texts`` holds those texts by revision. Each overlap is paired with one of these revisions.
        """
        with self.guarded():
            known = self._knows_copies and self.get("sketch") == sketch_recipe()
            for revision, text in texts.items() if known else ():
                yield from ((revision, found) for found in self._overlaps_of(revision, text))

    def _overlaps_of(self, revision: str, text: str) -> Iterator[Overlap]:
        query = "SELECT 1 FROM articles WHERE revision = ? AND died IS NULL"
        if self.connection.execute(query, (revision,)).fetchone():
            yield Overlap(revision=revision, share=1.0, other_share=1.0)
        words = shingles(text)
        keys = band_keys(words) if len(words) >= _LEAST_WORDS else []
        for _, other in self._candidates(0, keys):  # rows start at 1, so 0 excludes no sketch
            share, other_share = self._shares(words, other)
            if other != revision and max(share, other_share) >= _LEAST_OVERLAP:
                yield Overlap(revision=other, share=share, other_share=other_share)

    def _sketch(self, revision: str, keys: Iterable[int]) -> int:
        """The row of a text's sketch, which is inserted if it is new."""
        query = "SELECT row FROM sketches WHERE revision = ?"
        known = self.connection.execute(query, (revision,)).fetchone()
        if known is not None:
            return int(known[0])
        row = self.connection.execute(
            "INSERT INTO sketches (revision) VALUES (?)", (revision,)
        ).lastrowid
        self.connection.executemany("INSERT INTO bands VALUES (?, ?)", [(key, row) for key in keys])
        return int(row or 0)

    def _candidates(self, sketch: int, keys: Collection[int]) -> list[tuple[int, str]]:
        """Current texts that share bands and have no stored overlap yet, most similar first."""
        marks = ",".join("?" * len(keys))
        return self.connection.execute(
            "SELECT s.row, s.revision FROM bands b JOIN sketches s ON s.row = b.sketch"
            f" WHERE b.key IN ({marks}) AND b.sketch != ?"
            " AND NOT EXISTS (SELECT 1 FROM overlaps WHERE sketch = ? AND other = b.sketch)"
            " AND EXISTS (SELECT 1 FROM articles WHERE revision = s.revision AND died IS NULL)"
            " GROUP BY s.row HAVING count(*) >= ? ORDER BY count(*) DESC, s.row LIMIT ?",
            (*keys, sketch, sketch, _LEAST_BANDS, _CANDIDATES),
        ).fetchall()

    def _living_text(self, revision: str) -> str:
        text, stored = self.connection.execute(
            "SELECT text, digest FROM articles WHERE revision = ? AND died IS NULL LIMIT 1",
            (revision,),
        ).fetchone()
        if digest(text.encode("utf-8")) != stored:
            raise self.damaged(f"the text of revision {revision} fails its checksum")
        return str(text)

    def _insert_overlap(
        self, sketch: int, other: int, shares: tuple[float, float], generation: int
    ) -> None:
        self.connection.executemany(
            "INSERT INTO overlaps VALUES (?, ?, ?, ?, ?)",
            [
                (sketch, other, *shares, generation),
                (other, sketch, *reversed(shares), generation),
            ],
        )

    def _drop_sketches(self, revisions: Sequence[str]) -> None:
        """Drops what is known of texts that no article has any more, at most 500 at a time."""
        if not self._knows_copies:
            return
        rows = self.connection.execute(
            f"SELECT row FROM sketches WHERE revision IN ({','.join('?' * len(revisions))})"
            " AND NOT EXISTS (SELECT 1 FROM articles WHERE revision = sketches.revision)",
            revisions,
        ).fetchall()
        among, values = f"IN ({','.join('?' * len(rows))})", [row for (row,) in rows]
        for table, column in (
            ("overlaps", "sketch"), ("overlaps", "other"), ("bands", "sketch"), ("sketches", "row")
        ):  # fmt: skip
            self.connection.execute(f"DELETE FROM {table} WHERE {column} {among}", values)

    def overlaps_are_sound(self) -> bool:
        """Whether each overlap is stored from both sides alike, and its texts are known."""
        with self.guarded():
            if not self._knows_copies:
                return True
            query = (
                "SELECT 1 FROM overlaps o WHERE NOT EXISTS (SELECT 1 FROM overlaps p"
                " WHERE p.sketch = o.other AND p.other = o.sketch AND p.share = o.other_share"
                " AND p.other_share = o.share AND p.born = o.born)"
                " OR NOT EXISTS (SELECT 1 FROM sketches WHERE row = o.sketch)"
                " UNION ALL SELECT 1 FROM sketches WHERE revision NOT IN"
                " (SELECT revision FROM articles) LIMIT 1"
            )
            return self.connection.execute(query).fetchone() is None

    def unsketched(self) -> list[str]:
        """The revisions of current texts that have no sketch yet."""
        with self.guarded():
            known = self._knows_copies and self.get("sketch") == sketch_recipe()
            without = "AND revision NOT IN (SELECT revision FROM sketches)" if known else ""
            rows = self.connection.execute(
                f"SELECT DISTINCT revision FROM articles WHERE died IS NULL {without} ORDER BY row"
            ).fetchall()
        return [revision for (revision,) in rows]

    def overlaps(
        self, revisions: Collection[str], *, generation: int
    ) -> dict[str, tuple[Overlap, ...]]:
        """The overlaps of each of ``revisions``, starting with itself.

        Revisions that overlap no other and belong to only one article are left out. The result is
        empty if the index was made by a version that did not detect copies.
        """
        found: dict[str, list[Overlap]] = {}
        with self.guarded():
            for chunk in chunks(sorted(revisions)) if self._knows_copies else ():
                for revision, other, share, other_share in (
                    *self._same_rows(chunk, generation),
                    *self._overlap_rows(chunk, generation),
                ):
                    itself = Overlap(revision=revision, share=1.0, other_share=1.0)
                    overlap = Overlap(revision=other, share=share, other_share=other_share)
                    known = found.setdefault(revision, [itself])
                    known += [overlap] if overlap != itself else []
        return {revision: tuple(overlaps) for revision, overlaps in found.items()}

    def _same_rows(self, revisions: Collection[str], generation: int) -> sqlite3.Cursor:
        """The revisions that more than one article has."""
        marks = ",".join("?" * len(revisions))
        return self.connection.execute(
            f"SELECT revision, revision, 1.0, 1.0 FROM articles WHERE revision IN ({marks})"
            " AND born <= ? AND (died IS NULL OR died > ?) GROUP BY revision HAVING count(*) > 1",
            (*revisions, generation, generation),
        )

    def _overlap_rows(self, revisions: Collection[str], generation: int) -> sqlite3.Cursor:
        marks = ",".join("?" * len(revisions))
        return self.connection.execute(
            "SELECT s.revision, t.revision, o.share, o.other_share FROM sketches s"
            " JOIN overlaps o ON o.sketch = s.row JOIN sketches t ON t.row = o.other"
            f" WHERE s.revision IN ({marks}) AND o.born <= ? ORDER BY t.revision",
            (*revisions, generation),
        )

"""Which stored texts overlap: found by shared MinHash bands, verified by their true overlap.

Sketches are kept by the text's revision, so that a new article is compared with those few stored
texts that share bands with it, and no other is read. An overlap is a fact about two texts; it is
written once, with the generation in which it was found.
"""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
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
_LEAST_WORDS = 20  # a shorter text is a copy only where it is the same
_LEAST_BANDS = 2  # shared; chance alone shares fewer
_CANDIDATES = 50  # texts read for one new one: enough for a family, however many look alike
_LEAST_OVERLAP = 0.5
_LEAST_LENGTH = 0.3  # of the shorter beside the longer; less is an excerpt


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """The text of ``revision`` shares ``other_share`` of its words with a text that shares
    ``share`` of its own.
    """

    revision: str
    share: float
    other_share: float


class CopyTables(VectorCache):
    """The tables of sketches, their bands, and the overlaps found by them."""

    @property
    def _knows_copies(self) -> bool:
        query = "SELECT 1 FROM sqlite_master WHERE name = 'overlaps'"
        return self.connection.execute(query).fetchone() is not None

    def _prepare_copies(self) -> None:
        """Makes the tables where they are missing; those of another recipe are made anew."""
        recipe = sketch_recipe()
        if self._knows_copies and self.get("sketch") == recipe:
            return
        for table in ("overlaps", "bands", "sketches"):
            self.connection.execute(f"DROP TABLE IF EXISTS {table}")
        for statement in _TABLES.strip().split(";\n"):
            self.connection.execute(statement)
        self.put("sketch", recipe)

    def _find_overlaps(self, texts: Mapping[str, str], generation: int) -> None:
        """Sketches the texts, given by revision, and writes which living ones each overlaps."""
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
        """What part of a text stands in the stored one, and the reverse; none of an excerpt."""
        theirs = shingles(self._living_text(other))
        if min(len(words), len(theirs)) < _LEAST_LENGTH * max(len(words), len(theirs)):
            return 0.0, 0.0
        return overlap(words, theirs), overlap(theirs, words)

    def overlaps_of(self, texts: Mapping[str, str]) -> Iterator[tuple[str, Overlap]]:
        """Which living texts each of ``texts``, another library's by revision, is or overlaps."""
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
        for _, other in self._candidates(0, keys):  # rows begin at 1: all are compared
            share, other_share = self._shares(words, other)
            if other != revision and max(share, other_share) >= _LEAST_OVERLAP:
                yield Overlap(revision=other, share=share, other_share=other_share)

    def _sketch(self, revision: str, keys: Iterable[int]) -> int:
        """The row of a text's sketch, written where it is new."""
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
        """Living texts that share bands and were not yet compared, the most alike first."""
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

    def unsketched(self) -> list[str]:
        """The revisions of living texts that were stored before copies were looked for."""
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
        """The texts that each of ``revisions`` overlaps, itself the first among them.

        Revisions that overlap no other and stand in one article only are left out; so are all of
        an index that was made before copies were looked for.
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
        """The revisions in which more than one article stands."""
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

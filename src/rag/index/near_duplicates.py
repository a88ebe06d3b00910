"""Overlaps between stored texts, found by shared MinHash bands and verified on the full texts.

Sketches are stored by text revision. A new article is compared only with the few stored texts that
share bands with it. An overlap depends only on the two texts; it is stored once, with the
generation in which it was found. Overlaps between members of a series are not stored.

The cost is bounded however many texts are alike: only the first 50 texts of a band are read, a new
text is compared with 12 of them, and only the first and last 12 overlaps of a text are returned.
The first texts of a family are thus compared with all later ones and connect them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from rag.index.database import Tables, chunks, digest
from rag.index.overlap import Overlap, find_overlap, text_keys
from rag.index.sketch import sketch_recipe

__all__ = ["ALIKE", "CopyTables", "Overlap"]

ALIKE = 12
"""The number of texts compared with a new one, and of overlaps read from each end of a list."""

_TABLES = """
CREATE INDEX IF NOT EXISTS articles_by_revision ON articles (revision, born, died);
CREATE TABLE IF NOT EXISTS sketches (row INTEGER PRIMARY KEY, revision TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS bands (
    key INTEGER NOT NULL, sketch INTEGER NOT NULL REFERENCES sketches,
    PRIMARY KEY (key, sketch)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS overlaps (
    sketch INTEGER NOT NULL REFERENCES sketches, other INTEGER NOT NULL REFERENCES sketches,
    share REAL NOT NULL, other_share REAL NOT NULL, series INTEGER, born INTEGER NOT NULL,
    PRIMARY KEY (sketch, other)) WITHOUT ROWID;
"""
_LEAST_BANDS = 2  # minimum shared bands; unrelated texts share fewer
_BAND = 50  # texts read per band


class CopyTables(Tables):
    """The tables of sketches, bands and overlaps."""

    @property
    def _are_current(self) -> bool:
        """Whether the tables exist and were made by a version that detects series."""
        query = "SELECT 1 FROM pragma_table_info('overlaps') WHERE name = 'series'"
        return self.connection.execute(query).fetchone() is not None

    def _prepare(self) -> None:
        """Creates missing tables; recreates those made with another sketch recipe."""
        recipe = sketch_recipe()
        if self._are_current and self.database.get("sketch") == recipe:
            return
        self.drop_all()
        for statement in _TABLES.strip().split(";\n"):
            self.connection.execute(statement)
        self.database.put("sketch", recipe)

    def drop_all(self) -> None:
        """Drops the tables, within a transaction."""
        for table in ("overlaps", "bands", "sketches"):
            self.connection.execute(f"DROP TABLE IF EXISTS {table}")

    def find(self, texts: Mapping[str, str], generation: int) -> None:
        """Stores the sketches of texts, given by revision, and their overlaps with current texts.

        Belongs within a transaction.
        """
        self._prepare()
        for revision, text in texts.items():
            keys = text_keys(text)
            sketch = self._sketch(revision, keys)
            for other, found in self._compared(revision, text, keys):
                self._insert_overlap((sketch, revision), (other, found), generation)

    def _compared(
        self, revision: str, text: str, keys: Collection[int]
    ) -> Iterator[tuple[int, Overlap]]:
        """The overlaps of a text with the most similar current texts, and their sketches."""
        others = (found for found in self._candidates(keys) if found[1] != revision)
        for row, other in islice(others, ALIKE):
            found = find_overlap(text, self.living_text(other), revision=other)
            if found is not None:
                yield row, found

    def of_texts(self, texts: Mapping[str, str]) -> Iterator[tuple[str, Overlap]]:
        """Finds the current texts that equal or overlap the texts of another library.

        ``texts`` maps the revisions of these texts to their contents. Each overlap is paired with
        one of these revisions.
        """
        with self.database.guarded():
            known = self._are_current and self.database.get("sketch") == sketch_recipe()
            for revision, text in texts.items() if known else ():
                yield from ((revision, found) for found in self._of_text(revision, text))

    def _of_text(self, revision: str, text: str) -> Iterator[Overlap]:
        query = "SELECT 1 FROM articles WHERE revision = ? AND died IS NULL LIMIT 1"
        if self.connection.execute(query, (revision,)).fetchone():
            yield Overlap(revision=revision, share=1.0, other_share=1.0)
        yield from (found for _, found in self._compared(revision, text, text_keys(text)))

    def _sketch(self, revision: str, keys: Iterable[int]) -> int:
        """Returns the row of a text's sketch; inserts the sketch if it is new."""
        query = "SELECT row FROM sketches WHERE revision = ?"
        known = self.connection.execute(query, (revision,)).fetchone()
        insert = "INSERT INTO sketches (revision) VALUES (?)"
        row = known[0] if known else self.connection.execute(insert, (revision,)).lastrowid
        self.connection.executemany(
            "INSERT OR IGNORE INTO bands VALUES (?, ?)", [(key, row) for key in keys]
        )
        return int(row or 0)

    def _candidates(self, keys: Collection[int]) -> Iterator[tuple[int, str]]:
        """The sketches and revisions of current texts that share bands, most similar first.

        Bands that few texts share weigh more: they distinguish a copy from other texts of the same
        template. Texts that are no longer current are removed from the bands.
        """
        query = (
            "SELECT revision, EXISTS (SELECT 1 FROM articles WHERE revision = s.revision"
            " AND died IS NULL) FROM sketches s WHERE row = ?"
        )
        for row in self._similar(keys):
            revision, is_current = self.connection.execute(query, (row,)).fetchone()
            if is_current:
                yield row, revision
            elif self.connection.in_transaction:
                marks = ",".join("?" * len(keys))
                drop = f"DELETE FROM bands WHERE key IN ({marks}) AND sketch = ?"
                self.connection.execute(drop, (*keys, row))

    def _similar(self, keys: Iterable[int]) -> list[int]:
        """The sketches that share at least two bands, by the rarity and number of these bands."""
        weights: dict[int, list[float]] = defaultdict(list)
        query = "SELECT sketch FROM bands WHERE key = ? ORDER BY sketch LIMIT ?"
        for key in keys:
            rows = self.connection.execute(query, (key, _BAND)).fetchall()
            for (row,) in rows:
                weights[row].append(1 / len(rows))
        found = [row for row, shared in weights.items() if len(shared) >= _LEAST_BANDS]
        return sorted(found, key=lambda row: (-sum(weights[row]), row))

    def living_text(self, revision: str) -> str:
        """The text of a current revision, within a ``guarded`` block."""
        text, stored = self.connection.execute(
            "SELECT text, digest FROM articles WHERE revision = ? AND died IS NULL LIMIT 1",
            (revision,),
        ).fetchone()
        if digest(text.encode("utf-8")) != stored:
            raise self.database.damaged(f"the text of revision {revision} fails its checksum")
        return str(text)

    def _insert_overlap(
        self, one: tuple[int, str], other: tuple[int, Overlap], generation: int
    ) -> None:
        (sketch, revision), (row, found) = one, other
        self.connection.executemany(
            "INSERT OR IGNORE INTO overlaps VALUES (?, ?, ?, ?, ?, ?)",
            [
                (*rows, each.share, each.other_share, each.series_days, generation)
                for rows, each in (
                    ((sketch, row), found),
                    ((row, sketch), found.reversed(revision)),
                )
            ],
        )

    def drop(self, revisions: Sequence[str]) -> None:
        """Deletes the sketches of texts that no article has any more, within a transaction.

        Takes at most 500 at a time.
        """
        if not self._are_current:
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

    def are_sound(self) -> bool:
        """Whether each overlap is stored consistently for both texts, and both texts exist."""
        with self.database.guarded():
            if not self._are_current:
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
        with self.database.guarded():
            known = self._are_current and self.database.get("sketch") == sketch_recipe()
            without = "AND revision NOT IN (SELECT revision FROM sketches)" if known else ""
            rows = self.connection.execute(
                f"SELECT DISTINCT revision FROM articles WHERE died IS NULL {without} ORDER BY row"
            ).fetchall()
        return [revision for (revision,) in rows]

    def of(self, revisions: Collection[str], *, generation: int) -> dict[str, tuple[Overlap, ...]]:
        """The overlaps of each of ``revisions``, starting with itself; at most 25 each.

        Leaves out revisions that overlap no other and belong to only one article. The result is
        empty if the index was made by a version that did not detect copies, or took series for
        versions.
        """
        found: dict[str, list[Overlap]] = {}
        with self.database.guarded():
            for chunk in chunks(sorted(revisions)) if self._are_current else ():
                for revision, other in self._overlap_rows(chunk, generation):
                    found.setdefault(revision, [_whole(revision)]).append(other)
                for revision in self._shared(chunk, generation):
                    found.setdefault(revision, [_whole(revision)])
        return {revision: tuple(found[revision]) for revision in sorted(found)}

    def _shared(self, revisions: Sequence[str], generation: int) -> list[str]:
        """Those of ``revisions`` that more than one article has."""
        many = len(revisions)
        rows = self.connection.execute(
            f"SELECT column1 FROM (VALUES {','.join(['(?)'] * many)}) WHERE EXISTS ("
            f"SELECT 1 FROM articles WHERE revision = column1 AND born <= ?{many + 1}"
            f" AND (died IS NULL OR died > ?{many + 1}) LIMIT 1 OFFSET 1)",
            (*revisions, generation),
        )
        return [revision for (revision,) in rows]

    def _overlap_rows(
        self, revisions: Sequence[str], generation: int
    ) -> Iterator[tuple[str, Overlap]]:
        """The first overlaps of each text, those of the start of its family, and the newest."""
        many = len(revisions)
        end = (
            f"SELECT * FROM (SELECT other FROM overlaps WHERE sketch = s.row"
            f" AND born <= ?{many + 1} ORDER BY other {{}} LIMIT {ALIKE})"
        )
        rows = self.connection.execute(
            "SELECT s.revision, t.revision, o.share, o.other_share, o.series"
            f" FROM (VALUES {','.join(['(?)'] * many)}) CROSS JOIN sketches s"
            " ON s.revision = column1 AND EXISTS (SELECT 1 FROM overlaps WHERE sketch = s.row)"
            " CROSS JOIN overlaps o ON o.sketch = s.row"
            f" AND o.other IN ({end.format('')} UNION {end.format('DESC')})"
            " JOIN sketches t ON t.row = o.other ORDER BY t.revision",
            (*revisions, generation),
        )
        for revision, other, share, other_share, series in rows:
            yield (
                revision,
                Overlap(revision=other, share=share, other_share=other_share, series_days=series),
            )


def _whole(revision: str) -> Overlap:
    """The overlap of a text with itself."""
    return Overlap(revision=revision, share=1.0, other_share=1.0)

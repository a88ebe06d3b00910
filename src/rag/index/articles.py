"""The table of articles: their revisions by generation, without texts or with them."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import chain
from typing import Any

from rag.index.database import Tables, chunks, digest
from rag.index.digests import ARTICLE, ROW_DIGESTS, row_digest
from rag.index.filtering import where
from rag.index.near_duplicates import ALIKE
from rag.schema import Article, Filter

__all__ = ["ArticleTables"]

Revision = tuple[str, str]

_WITHOUT_TEXT = f"{ARTICLE}, row_digest, NULL"
_WITH_TEXT = f"{ARTICLE}, row_digest, text"


class ArticleTables(Tables):
    """The table of articles. Each row is checked against its digest when it is read."""

    # ---- writing, within a transaction

    def insert(self, article: Article, *, recipe: str, passages: int, generation: int) -> int:
        """Adds a revision that has ``passages`` passages, and returns its row."""
        query = "SELECT ifnull(max(row), 0) + 1 FROM articles"
        row = int(self.connection.execute(query).fetchone()[0])
        values = (
            row, article.id, article.revision, article.title, article.outlet,
            article.author, article.published.isoformat() if article.published else None,
            article.language, article.url, article.origin, " ".join(map(str, article.pages)),
            recipe, passages, generation, digest(article.text.encode("utf-8")),
        )  # fmt: skip
        marks = ",".join("?" * (len(values) + 2))
        self.connection.execute(
            f"INSERT INTO articles ({ARTICLE}, row_digest, text) VALUES ({marks})",
            (*values, row_digest(*values), article.text),
        )
        return row

    def retire(self, article_id: str, generation: int) -> None:
        """Marks the current revision of an article as removed in ``generation``."""
        self.connection.execute(
            "UPDATE articles SET died = ? WHERE id = ? AND died IS NULL", (generation, article_id)
        )

    # ---- reading

    def get(self, article_id: str, revision: str | None = None) -> Article | None:
        """The current or the given revision of an article; None if it does not exist."""
        condition = "died IS NULL" if revision is None else "revision = ?"
        values = (article_id,) if revision is None else (article_id, revision)
        with self.database.guarded():
            row = self.connection.execute(
                f"SELECT {_WITH_TEXT} FROM articles WHERE id = ? AND {condition}"
                " ORDER BY born DESC LIMIT 1",
                values,
            ).fetchone()
        found = None if row is None else self._article(row)
        if found is not None and found.id != article_id:
            raise self.database.damaged(f"{article_id} is listed where {found.id} is stored")
        return found

    def revisions(self, wanted: Collection[Revision]) -> dict[Revision, Article]:
        """The ``wanted`` revisions of articles that exist, each given as (id, revision)."""
        newest = (
            "(SELECT row FROM articles WHERE id = column1 AND revision = column2"
            " ORDER BY born DESC LIMIT 1)"
        )
        found: dict[Revision, Article] = {}
        with self.database.guarded():
            for chunk in chunks(sorted(wanted), 250):  # each has two parameters
                marks = ",".join(["(?, ?)"] * len(chunk))
                for key, *row in self.connection.execute(
                    f"SELECT column1, {_WITH_TEXT} FROM (VALUES {marks})"
                    f" CROSS JOIN articles ON row = {newest}",
                    list(chain.from_iterable(chunk)),
                ):
                    article = self._article(row)
                    if article.id != key:
                        raise self.database.damaged(f"{key} is listed where {article.id} is stored")
                    found[article.id, article.revision] = article
        return found

    def heads(self, rows: Sequence[int]) -> dict[int, Article]:
        """The articles at ``rows`` that exist, without texts, by row."""
        found: dict[int, Article] = {}
        with self.database.guarded():
            for chunk in chunks(rows):
                marks = ",".join("?" * len(chunk))
                query = f"SELECT {_WITHOUT_TEXT} FROM articles WHERE row IN ({marks})"
                for row in self.connection.execute(query, chunk):
                    found[row[0]] = self._article(row)
        return found

    def has(self, article_id: str) -> bool:
        """Whether an article with that id is stored, damaged or not."""
        with self.database.guarded():
            query = "SELECT 1 FROM articles WHERE id = ?"
            return self.connection.execute(query, (article_id,)).fetchone() is not None

    def current(self) -> Iterator[Article]:
        """All current articles, sorted by id."""
        with self.database.guarded():
            for row in self.connection.execute(
                f"SELECT {_WITH_TEXT} FROM articles WHERE died IS NULL ORDER BY id"
            ):
                yield self._article(row)

    def recipes(self) -> dict[str, tuple[Article, str]]:
        """Each current article, without its text, with the recipe it was indexed with, by id.

        Articles that fail their checksum are left out; ``faults`` lists them.
        """
        found = {}
        intact = f"row_digest IS {ROW_DIGESTS['articles']}"
        with self.database.guarded():
            for row in self.connection.execute(
                f"SELECT {_WITHOUT_TEXT}, recipe FROM articles WHERE died IS NULL AND {intact}"
            ):
                found[str(row[1])] = (self._article(row[:-1]), str(row[-1]))
        return found

    def of_revisions(
        self, revisions: Collection[str], *, generation: int
    ) -> dict[str, list[Article]]:
        """For each revision, its first and last 12 articles in ``generation``, without texts."""
        found: dict[str, list[Article]] = {revision: [] for revision in revisions}
        with self.database.guarded():
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

    @contextmanager
    def moment(self, generation: int) -> Iterator[int | None]:
        """A block that reads one state of the library: None if its newest is ``generation``.

        The articles of the newest generation are in a covering index, which is far smaller than
        the table; ``where`` uses it for None.
        """
        with self.database.guarded():
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

    def _article(self, row: Sequence[Any]) -> Article:
        """The article in a row of ``_WITH_TEXT`` or ``_WITHOUT_TEXT``, checked."""
        *values, stored, text = row
        _, id_, revision, title, outlet, author, published, language, url, origin, pages, *_ = (
            values
        )
        if row_digest(*values) != stored:
            raise self.database.damaged(f"the title, date or source of {id_} fails its checksum")
        if text is not None and digest(text.encode("utf-8")) != values[-1]:
            raise self.database.damaged(f"the text of {id_} fails its checksum")
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

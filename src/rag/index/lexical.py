"""The lexical index: BM25 over stems with Tantivy, derived from the library.

``language.words`` produces the terms; Tantivy receives them joined by spaces. The BM25 parameters
are Tantivy's defaults, k1 = 1.2 and b = 0.75. The statistics include deleted documents until
segments are merged, so the index is rebuilt when deletions exceed a tenth.
"""

import hashlib
import json
import math
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import NotIndexedError

__all__ = ["LexicalDocument", "LexicalIndex", "LexicalSearcher", "inverse_document_frequency"]

_HEAP = 50_000_000  # bytes
_TIES = 50  # extra candidates: Tantivy orders ties by internal document order


@dataclass(frozen=True, slots=True, kw_only=True)
class LexicalDocument:
    """A passage to index: its row, its article's row, and the stems of title and body."""

    row: int
    article_row: int
    title: Sequence[str]
    body: Sequence[str]


def inverse_document_frequency(frequency: int, documents: int) -> float:
    """The inverse document frequency of BM25, ln(1 + (N - n + 0.5) / (n + 0.5)).

    Source: Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009, in Lucene's form.
    """
    frequency = min(frequency, documents)
    return math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5))


def _tantivy() -> Any:
    """The Tantivy module, imported on first use."""
    import tantivy

    return tantivy


def _schema() -> Any:
    builder = _tantivy().SchemaBuilder()
    builder.add_unsigned_field("row", stored=True, indexed=True, fast=True)
    builder.add_unsigned_field("article", indexed=True)
    for field in ("title", "body"):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _checksum(folder: Path) -> str:
    """A SHA-256 digest over the names and contents of all segment files."""
    digest = hashlib.sha256()
    for file in sorted(folder.iterdir()):
        if not file.name.startswith("."):  # skips lock files and Tantivy's own list of files
            digest.update(file.name.encode())
            with file.open("rb") as data:
                digest.update(hashlib.file_digest(data, "sha256").digest())
    return digest.hexdigest()


class LexicalIndex:
    """A Tantivy index in a folder, with its generation and the text analysis used to build it."""

    def __init__(self, folder: Path, *, analysis: str, on_disk: bool = True) -> None:
        """Loads the index in ``folder``; with ``on_disk=False``, starts an empty one in memory."""
        self._folder = folder
        self.on_disk = on_disk
        self._state = folder.with_suffix(".json")
        self._analysis = analysis
        self._schema = _schema()
        self.load()

    def load(self) -> None:
        """Loads the index on disk if it is intact and has the same analysis, else an empty one."""
        self.generation = self.deleted = 0
        self.stamp = ""
        self._index = _tantivy().Index(self._schema)  # in memory, until something is written
        self._is_fresh = True
        if not self.on_disk:
            return
        try:
            state = json.loads(self._state.read_text(encoding="utf-8"))
            whole = state["checksum"] == _checksum(self._folder)
            if whole and state["analysis"] == self._analysis:
                self._index = _tantivy().Index.open(str(self._folder))
                self.generation, self.deleted = int(state["generation"]), int(state["deleted"])
                self.stamp = str(state["stamp"])
                self._is_fresh = False
        except (OSError, ValueError, KeyError, TypeError):
            return

    def clear(self) -> None:
        """Discards everything; the next ``apply`` starts from generation 0."""
        self.generation = self.deleted = 0
        self.stamp = ""
        self._is_fresh = True

    def _make_room(self) -> None:
        """Replaces this index with an empty one."""
        if not self.on_disk:
            self._index = _tantivy().Index(self._schema)
            return
        self._state.unlink(missing_ok=True)
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._index = _tantivy().Index(self._schema, path=str(self._folder))

    def apply(
        self, *, generation: int, stamp: str, born: Iterable[LexicalDocument], died: Sequence[int]
    ) -> None:
        """Adds and deletes passages, commits, and records ``generation`` as reached.

        The operation is idempotent: a document is deleted by its row before it is added. Only one
        process may call it at a time; ``Index`` holds a lock.

        Raises:
            NotIndexedError: Tantivy could not write.
        """
        try:
            self._apply(born, died)
            self.generation, self.stamp = generation, stamp
            self.deleted += len(died)
            if self.on_disk:
                self._write_state()
        except (ValueError, OSError) as error:
            raise NotIndexedError(
                f"{self._folder} could not be written ({error}); check its permissions and the"
                " free disk space, and try again"
            ) from error

    def _apply(self, born: Iterable[LexicalDocument], died: Sequence[int]) -> None:
        tantivy = _tantivy()
        if self._is_fresh:
            self._make_room()
            self._is_fresh = False
        writer = self._index.writer(_HEAP, 1)
        for row in died:
            writer.delete_documents_by_query(self._of_row(row))
        for document in born:
            writer.delete_documents_by_query(self._of_row(document.row))
            fields = tantivy.Document()
            fields.add_unsigned("row", document.row)
            fields.add_unsigned("article", document.article_row)
            fields.add_text("title", " ".join(document.title))
            fields.add_text("body", " ".join(document.body))
            writer.add_document(fields)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def _write_state(self) -> None:
        state = {
            "analysis": self._analysis,
            "generation": self.generation,
            "stamp": self.stamp,
            "deleted": self.deleted,
            "checksum": _checksum(self._folder),
        }
        beside = self._state.with_suffix(".new")
        beside.write_text(json.dumps(state), encoding="utf-8")
        beside.replace(self._state)

    def _of_row(self, row: int) -> Any:
        return _tantivy().Query.term_query(self._schema, "row", row)

    def searcher(self) -> "LexicalSearcher":
        """A searcher on the last commit, unaffected by later commits."""
        return LexicalSearcher(self._index.searcher(), self._schema)


class LexicalSearcher:
    """Searches one commit of the lexical index. Thread-safe."""

    def __init__(self, searcher: Any, schema: Any) -> None:
        self._searcher = searcher
        self._schema = schema

    def __len__(self) -> int:
        """The number of passages."""
        return int(self._searcher.num_docs)

    def rows(self) -> list[int]:
        """The rows of all passages, in ascending order."""
        everything = _tantivy().Query.all_query()
        hits = self._searcher.search(everything, max(len(self), 1), count=False).hits
        return sorted(self._searcher.fast_field_values("row", [place for _, place in hits]))

    def frequency(self, field: str, term: str) -> int:
        """The number of passages with ``term`` in ``field``, "title" or "body"."""
        return int(self._searcher.doc_freq(field, term))

    def _rarity_share(self, field: str, term: str, beside: Sequence["LexicalSearcher"]) -> float:
        """The factor that turns a term's IDF in this index into its IDF over all indexes."""
        own = self.frequency(field, term)
        if not beside or not own:
            return 1.0
        frequency = own + sum(other.frequency(field, term) for other in beside)
        documents = len(self) + sum(map(len, beside))
        alone = inverse_document_frequency(own, len(self))
        return inverse_document_frequency(frequency, documents) / alone

    def search(
        self,
        terms: Sequence[str],
        *,
        k: int,
        boosts: Mapping[str, float],
        allowed: Sequence[int] | None = None,
        beside: Sequence["LexicalSearcher"] = (),
    ) -> list[tuple[int, float]]:
        """The ``k`` best rows by BM25 for any of ``terms``, as (row, score), best first.

        Args:
            terms: stems to look for.
            k: the maximum number of rows.
            boosts: the weight of the fields "title" and "body"; a field of weight 0 is ignored.
            allowed: rows of the articles to search; None searches all.
            beside: other indexes that are searched together with this one. Document frequencies
                are counted over all of them, so that their scores are comparable.
        """
        tantivy = _tantivy()
        query = tantivy.Query.boolean_query(
            [
                (
                    tantivy.Occur.Should,
                    tantivy.Query.boost_query(
                        tantivy.Query.term_query(self._schema, field, term, "freq"),
                        boost * self._rarity_share(field, term, beside),
                    ),
                )
                for field, boost in boosts.items()
                if boost > 0
                for term in terms
            ]
        )
        if allowed is not None:
            among = tantivy.Query.term_set_query(self._schema, "article", list(allowed))
            query = tantivy.Query.boolean_query(
                [
                    (tantivy.Occur.Must, query),
                    (tantivy.Occur.Must, tantivy.Query.const_score_query(among, 0.0)),
                ]
            )
        hits = self._searcher.search(query, k + _TIES, count=False).hits
        rows = self._searcher.fast_field_values("row", [address for _, address in hits])
        scored = [(int(row), float(score)) for row, (score, _) in zip(rows, hits, strict=True)]
        return sorted(scored, key=lambda pair: (-pair[1], pair[0]))[:k]

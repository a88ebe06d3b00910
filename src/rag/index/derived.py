"""The dense and lexical indexes of a folder, which are derived from its library."""

import contextlib
import logging
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from rag.errors import NotIndexedError
from rag.index.lexical import LexicalDocument, LexicalIndex, LexicalSearcher
from rag.index.library import Library
from rag.index.vector_index import VectorIndex
from rag.index.vectors import Vectors
from rag.language.words import terms
from rag.schema import Article

__all__ = ["BusyError", "Derived"]

log = logging.getLogger(__name__)

_COMPACT_SHARE = 0.1
_REPLAY = 5_000  # passages read from the library per batch
_SAMPLE = 500  # vectors to compare with those of the library
_SAME = 0.999  # minimum cosine of a vector with itself, allowing for rounding


class BusyError(NotIndexedError):
    """Another process is updating the derived indexes."""


class Derived:
    """Brings the derived indexes up to a generation. One thread at a time may use it."""

    def __init__(
        self, folder: Path, library: Library, *, stemmer: str, vector_index: type[VectorIndex]
    ) -> None:
        self.folder = folder
        self._library = library
        self._stemmer = stemmer
        self._vector_index = vector_index
        self._lexical: LexicalIndex | None = None
        self._dense: VectorIndex | None = None

    @contextlib.contextmanager
    def turn(self, seconds: float) -> Iterator[None]:
        """Locks the files for this process.

        If the folder is not writable, builds the lexical index in memory.

        Raises:
            BusyError: another process held the lock for ``seconds``.
        """
        if not self._library.is_writable:
            yield
            return
        lock = FileLock(self.folder / "derived.lock", timeout=seconds)
        try:
            lock.acquire()
        except Timeout as error:
            raise BusyError(
                f"{self.folder} is being updated by another process; try again when it is done"
            ) from error
        except OSError as error:
            log.warning("%s cannot be written (%s); reading continues", self.folder, error.strerror)
            if self._lexical is None or self._lexical.on_disk:
                self._lexical = self._new_lexical(on_disk=False)
        try:
            yield
        finally:
            lock.release()

    def at(self, generation: int, *, model: str, dims: int) -> tuple[VectorIndex, LexicalSearcher]:
        """Both indexes at ``generation`` of the library, with vectors of ``model``."""
        self._dense = self._dense_at(generation, model, dims)
        return self._dense, self._lexical_at(generation).searcher()

    def delete(self) -> None:
        """Deletes the files and unloads them."""
        self._dense = self._lexical = None
        shutil.rmtree(self.folder / "lexical", ignore_errors=True)
        for path in (self.folder / "lexical.json", *self.folder.glob("dense.*")):
            path.unlink(missing_ok=True)

    def disagreements(self) -> dict[str, str]:
        """Describes the errors in the files of the derived indexes, by file.

        The library is the source of truth. A file that is missing or older than the library is not
        an error: the next ``snapshot`` updates it.
        """
        library, found = self._library, dict[str, str]()
        model, dims = library.get("model") or "", int(library.get("dims") or 0)
        dense = self._vector_index.load(
            self.folder, model=model, dims=dims, stamp=library.generations.stamp
        )
        rows, _ = library.passages.changes(0, dense.generation)
        zero = np.zeros(dims, dtype=np.float32)
        if not dense.generation and (self.folder / "dense.json").exists():
            found["dense.json"] = "fails its checksum or belongs to another index"
        elif len(dense) != len(rows) or len(dense.scores(zero, rows)) != len(rows):
            found["dense.json"] = "has other passages than the library"
        elif rows:
            sample = rows[:: 1 + len(rows) // _SAMPLE]
            kept = {row: key for row, key in library.passages.keys(sample) if key}  # not erased
            for row, vector in zip(
                kept, library.vectors.get(model, list(kept.values())), strict=True
            ):
                if dense.scores(vector, [row])[row] < _SAME:
                    found["dense.json"] = "has other vectors than the library"
        lexical = self._new_lexical(on_disk=library.is_writable)
        if not lexical.generation and lexical.on_disk and (self.folder / "lexical.json").exists():
            found["lexical.json"] = "fails its checksum or was made with another stemmer"
        elif lexical.generation and not self._is_at(lexical, lexical.generation):
            found["lexical.json"] = "belongs to another index"
        elif lexical.searcher().rows() != library.passages.changes(0, lexical.generation)[0]:
            found["lexical.json"] = "has other passages than the library"
        return found

    def _dense_at(self, generation: int, model: str, dims: int) -> VectorIndex:
        known = self._dense
        if known is None or known.model != model:
            known = self._vector_index.load(
                self.folder, model=model, dims=dims, stamp=self._library.generations.stamp
            )
        if known.generation == generation:
            return known
        born, died = self._library.passages.changes(known.base_generation, generation)

        def vectors(rows: Sequence[int]) -> Vectors:
            keys = [key for _, key in self._library.passages.keys(rows)]
            return self._library.vectors.get(model, keys)

        view = known.caught_up(generation=generation, born=born, died=died, vectors=vectors)
        if view.base_generation != known.base_generation:
            with contextlib.suppress(OSError):  # a read-only folder can still be searched
                view.save(self.folder, stamp=self._library.generations.stamp(view.base_generation))
                stored = self._vector_index.load(
                    self.folder, model=model, dims=dims, stamp=self._library.generations.stamp
                )
                if stored.generation == generation:  # a large file is mapped, not held in memory
                    return stored
        return view

    def _lexical_at(self, generation: int) -> LexicalIndex:
        lexical = self._lexical or self._new_lexical(on_disk=self._library.is_writable)
        self._lexical = lexical
        if self._is_at(lexical, generation):
            return lexical
        if lexical.on_disk:
            lexical.load()  # another process may have updated it
        if self._is_at(lexical, generation):
            return lexical
        try:
            self._update(lexical, generation)
        except NotIndexedError as error:
            if not lexical.on_disk:
                raise
            log.warning("%s; reading continues", error)
            lexical = self._lexical = self._new_lexical(on_disk=False)
            self._update(lexical, generation)
        return lexical

    def _new_lexical(self, *, on_disk: bool) -> LexicalIndex:
        analysis = f"stems:{self._stemmer} plain:1"
        return LexicalIndex(self.folder / "lexical", analysis=analysis, on_disk=on_disk)

    def _update(self, lexical: LexicalIndex, generation: int) -> None:
        ours = lexical.generation <= generation and self._is_at(lexical, lexical.generation)
        born, died = self._library.passages.changes(lexical.generation, generation)
        kept = len(lexical.searcher())
        if not ours or lexical.deleted + len(died) > _COMPACT_SHARE * max(kept, 1):
            lexical.clear()
            born, died = self._library.passages.changes(0, generation)
        lexical.apply(
            generation=generation,
            stamp=self._library.generations.stamp(generation),
            born=self._documents(born, generation),
            died=died,
        )

    def _is_at(self, lexical: LexicalIndex, generation: int) -> bool:
        """Whether ``lexical`` is derived from ``generation`` of this library."""
        stamp = self._library.generations.stamp(generation) if generation else ""
        return (lexical.generation, lexical.stamp) == (generation, stamp)

    def _documents(self, rows: Sequence[int], generation: int) -> Iterable[LexicalDocument]:
        article: Article | None = None
        title: list[str] = []
        for start in range(0, len(rows), _REPLAY):
            chunk = rows[start : start + _REPLAY]
            for row, stored in sorted(
                self._library.passages.at(chunk, generation=generation).items()
            ):
                passage = stored.passage
                if article is None or (article.id, article.revision) != (
                    passage.article_id,
                    passage.revision,
                ):
                    article = self._library.articles.get(passage.article_id, passage.revision)
                    assert article is not None  # noqa: S101 - every passage has an article
                    title = terms(article.title, stemmer=self._stemmer)
                yield LexicalDocument(
                    row=row,
                    article_row=stored.article_row,
                    title=title,
                    body=terms(article.text[passage.start : passage.end], stemmer=self._stemmer),
                )

"""Verifies an index: the stored data, the derived indexes, and a sample of vectors."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from secrets import SystemRandom

import numpy as np

from rag.embed import Embedder, passage_context
from rag.errors import BylineError, DamagedIndexError
from rag.index import Index
from rag.index.database import chunks
from rag.index.faults import Fault
from rag.index.library import Library, text_key
from rag.index.vectors import Key
from rag.schema import Passage, VerifyReport

__all__ = ["verify_index"]

_SAMPLE = 32  # number of passages to embed again
_SAME = 0.99  # minimum cosine of two embeddings of one text, which are stored as float16
_BATCH = 64
_REPAIR = "--repair rebuilds it"
_AGAIN = "index its file again, or remove it with byline forget"


@dataclass(slots=True)
class _Found:
    """The findings of one check; ``derived`` has damage that can be repaired, by kind."""

    checked: dict[str, int] = field(default_factory=dict)
    derived: dict[str, list[str]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """All damage, one line each."""
        repairable = [line for lines in self.derived.values() for line in lines]
        return [*map(_line, self.faults), *repairable, *self.lost]


def verify_index(index: Index, embedder: Embedder, *, repair: bool = False) -> VerifyReport:
    """Checks digests, counts, offsets and vectors, and whether the derived indexes agree.

    With ``repair``, rebuilds all derived data: vectors from the stored texts, the dense and lexical
    indexes, relations between texts, and SQLite's indexes.
    """
    first = last = _look(index, embedder)
    if repair and first.lines():
        _repair(index, embedder, first)
        last = _look(index, embedder)
    left = last.lines()
    return VerifyReport(
        checked=tuple(last.checked.items()),
        damaged=tuple(left),
        repaired=tuple(line for line in first.lines() if line not in left),
        unchecked=tuple(last.unchecked),
        articles=tuple(dict.fromkeys(f.article_id for f in last.faults if f.article_id)),
    )


def _line(fault: Fault) -> str:
    name = f"{fault.article_id} ({fault.origin})" if fault.origin else fault.article_id or "?"
    name = name if fault.is_current else f"a revision of {name} that is not shown"
    return f"{name}: {fault.what}; {_REPAIR if fault.is_derived else _AGAIN}"


def _look(index: Index, embedder: Embedder) -> _Found:
    found, library = _Found(), index.library
    try:
        found.derived["tables"] = [
            f"library.db: {line}; {_REPAIR}, if not, move {index.folder} away and index again"
            for line in library.faults.structure()
        ]
        if not library.copies.are_sound():
            found.derived["copies"] = [f"the relations between articles disagree; {_REPAIR}"]
        found.faults = library.faults.found()
        found.checked = library.counts()
        _look_at_passages(library, embedder, found)
        wrong = index.disagreements().items()
        found.derived["search"] = [f"{file} {what}; {_REPAIR}" for file, what in wrong]
    except DamagedIndexError as error:
        if not found.lines():  # otherwise a consequence of other damage
            found.lost.append(str(error))
    return found


def _look_at_passages(library: Library, embedder: Embedder, found: _Found) -> None:
    """Checks that each passage's offsets yield the text that was embedded, and embeds a sample."""
    model = library.get("model")
    if found.faults:
        found.unchecked.append("whether vectors fit their texts, as long as articles are damaged")
        return
    if model not in (None, embedder.fingerprint):
        other = library.get("model_name")
        found.unchecked.append(f"whether vectors fit their texts: they were made with {other}")
        return
    rows, _ = library.passages.changes(0, library.generation)
    sample = set(SystemRandom().sample(rows, min(_SAMPLE, len(rows))))
    texts: dict[Key, str] = {}
    for article_id, row, key, text in _embedded(library, embedder):
        if text is None:
            found.lost.append(f"{article_id}: the offsets of a passage are wrong; {_AGAIN}")
        elif row in sample:
            texts[key] = text
    found.checked["embedded again"] = len(texts)
    if not texts:
        return
    again = embedder.embed_documents(list(texts.values()))  # (keys, dims)
    cosines = np.sum(again * library.vectors.get(embedder.fingerprint, list(texts)), axis=1)
    if cosines.min() < _SAME:
        found.lost.append(
            f"a passage embeds differently now (cosine {cosines.min():.3f}), so the model has"
            " changed; restore it, or index everything again into a new --index folder"
        )


def _embedded(library: Library, embedder: Embedder) -> Iterator[tuple[str, int, Key, str | None]]:
    """Yields article id, row, key and embedded text of each passage; None if no text has the key.

    Leaves out passages that fail their checksum.
    """
    article, context = None, ""
    for row, passage, key in _passages(library):
        name = (passage.article_id, passage.revision)
        if article is None or name != (article.id, article.revision):
            try:
                article = library.articles.get(*name)
            except DamagedIndexError:
                continue
            context = passage_context(article.title, embedder) if article else ""
        bare = article.text[passage.start : passage.end] if article else ""
        fits = _fit(passage)
        text = next((t for t in (context + bare, bare) if fits and text_key(t) == key), None)
        yield passage.article_id, row, key, text


def _passages(library: Library) -> Iterator[tuple[int, Passage, Key]]:
    generation = library.generation
    rows, _ = library.passages.changes(0, generation)
    for chunk in chunks(rows):
        keys = dict(library.passages.keys(chunk))
        try:
            found = library.passages.at(chunk, generation=generation)
        except DamagedIndexError:
            found = {}
            for row in chunk:
                with suppress(DamagedIndexError):
                    found |= library.passages.at([row], generation=generation)
        for row, stored in sorted(found.items()):
            yield row, stored.passage, keys[row]


def _fit(passage: Passage) -> bool:
    """Whether the sentences of a passage are inside it, in order and without overlap."""
    borders = [border for sentence in passage.sentences for border in sentence]
    whole = [passage.start, *borders, passage.end]
    return whole == sorted(whole)


# ---- repair


def _repair(index: Index, embedder: Embedder, found: _Found) -> None:
    """Rebuilds derived data. Reports failed repairs as damage again."""
    library = index.library
    steps: list[Callable[[], object]] = []
    if found.derived.get("tables"):
        steps += [library.faults.mend, library.compact]
    if any(fault.is_derived for fault in found.faults):
        steps.append(partial(_embed_again, library, embedder))
    if found.derived.get("tables") or found.derived.get("copies"):
        steps.append(partial(_find_copies_again, library))
    if found.derived.get("search"):
        steps.append(index.rebuild)
    steps.append(
        partial(index.snapshot, model=embedder.fingerprint, dims=embedder.dims, name=embedder.name)
    )
    for step in steps:
        with suppress(BylineError):
            step()


def _find_copies_again(library: Library) -> None:
    library.put("sketch", "")  # no sketch has this recipe, so all are rebuilt
    for revisions in chunks(library.copies.unsketched(), _BATCH):
        library.sketch_stored(revisions)


def _embed_again(library: Library, embedder: Embedder) -> None:
    """Embeds the passages whose vectors are missing or damaged."""
    if library.get("model") != embedder.fingerprint:
        return
    texts = {key: text for _, _, key, text in _embedded(library, embedder) if text is not None}
    missing = library.vectors.missing(embedder.fingerprint, texts)
    for keys in chunks(sorted(missing), _BATCH):
        vectors = embedder.embed_documents([texts[key] for key in keys]).astype(np.float16)
        library.vectors.keep(embedder.fingerprint, dict(zip(keys, vectors, strict=True)))

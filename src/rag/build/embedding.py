"""Splits articles into passages, embeds those without a stored vector, and writes both."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.config import Config
from rag.embed import Embedder, passage_context
from rag.index import Index
from rag.index.database import chunks
from rag.index.library import Record, text_key
from rag.ingest.split import split_article
from rag.schema import Article

__all__ = ["Embedding"]

_RECIPE = "title+text/1"  # format of the embedded texts; a change re-indexes all articles
_BARE = "text/1"  # the same format without the title prefix
_AT_ONCE = 64  # texts embedded between progress reports


class Embedding:
    """Turns articles into records of an index, with one embedder and its settings."""

    def __init__(self, index: Index, embedder: Embedder, config: Config) -> None:
        self._index = index
        self._embedder = embedder
        self._config = config
        form = _RECIPE if config.context else _BARE
        self.model = embedder.fingerprint
        self.recipe = f"{form} tokens={config.passage_tokens} model={self.model}"
        """Identifies everything that affects how an article is split and embedded."""

    def record(self, article: Article, texts: dict[bytes, str]) -> Record:
        """The record of ``article``; adds the texts of its passages to ``texts``, by key."""
        passages = []
        context = passage_context(article.title, self._embedder) if self._config.context else ""
        for passage in split_article(
            article,
            count_tokens=self._embedder.count_tokens,
            target=self._config.passage_tokens,
            limit=self._embedder.max_tokens - self._tokens(context),
        ):
            text = f"{context}{article.text[passage.start : passage.end]}"
            key = text_key(text)
            texts[key] = text
            passages.append((passage, key))
        return Record(article=article, recipe=self.recipe, passages=tuple(passages))

    def _tokens(self, text: str) -> int:
        return self._embedder.count_tokens([text])[0] if text else 0

    def embed(
        self, texts: dict[bytes, str], report: Callable[[], None]
    ) -> dict[bytes, NDArray[np.float16]]:
        """Returns the vectors of the texts that the index has no vectors for, by key.

        ``report`` is called after each batch; an error that it raises ends the run.
        """
        missing = list(self._index.library.vectors.missing(self.model, texts))
        missing.sort(key=lambda key: (-len(texts[key]), key))  # less padding in each batch
        found: dict[bytes, NDArray[np.float16]] = {}
        for keys in chunks(missing, _AT_ONCE):
            if found:
                report()
            vectors = self._embedder.embed_documents([texts[key] for key in keys])
            found.update(zip(keys, vectors.astype(np.float16), strict=True))
        return found

    def write(self, records: Sequence[Record], vectors: dict[bytes, NDArray[np.float16]]) -> None:
        """Writes records and vectors to the index in one transaction."""
        self._index.write(
            records,
            vectors=vectors,
            model=self.model,
            dims=self._embedder.dims,
            model_name=self._embedder.name,
        )

    def embed_again(self, report: Callable[[], None]) -> set[str]:
        """Embeds all stored articles with a new model, then switches to it in one transaction.

        If the process is killed before the switch, the index still answers with the old model, and
        the new vectors computed so far are kept. Returns the ids of the articles.
        """
        records = []
        for article in list(self._index.library.articles.current()):
            texts: dict[bytes, str] = {}
            records.append(self.record(article, texts))
            self._index.keep_vectors(self.model, self.embed(texts, report))
        self.write(records, {})
        return {record.article.id for record in records}

    def update_search_indexes(self) -> None:
        """Updates the derived indexes now rather than at the first question."""
        self._index.snapshot(model=self.model, dims=self._embedder.dims, name=self._embedder.name)

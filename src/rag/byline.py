"""The ``Byline`` class: opens an index, adds articles, searches them and answers questions.

The command line, the web page and the evaluation are built on it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

from rag.answer.thresholds import threshold_of
from rag.answer.writers import Writer
from rag.build import index_articles, index_paths
from rag.config import Config
from rag.embed import Embedder
from rag.errors import UsageError
from rag.index import Index, View
from rag.index.listing import Facets, Listing, Sort
from rag.ingest.files import find_files
from rag.language.words import check_stemmer
from rag.models import Models
from rag.question_answering import QuestionAnswering, ignore
from rag.read import Readable, Reader
from rag.retrieve import related
from rag.schema import Answer, Article, Filter, IndexReport, Progress, Related, VerifyReport
from rag.status import status_of
from rag.suggest import suggest
from rag.verify import verify_index

__all__ = ["Byline", "open_corpus"]


class Byline(QuestionAnswering):
    """An index of articles that can be searched and asked questions. Thread-safe."""

    def __init__(
        self,
        index: str | Path | None = None,
        *,
        config: Config | None = None,
        embedder: Embedder | None = None,
        reader: Reader | None = None,
        writer: Writer | None = None,
        create: bool = True,
    ) -> None:
        """Opens an index.

        Args:
            index: the index folder; by default the configured one.
            config: the settings.
            embedder: replaces the configured embedder.
            reader: replaces the configured reader.
            writer: replaces the writer that quotes.
            create: whether to create the index if it does not exist.

        Raises:
            NotIndexedError: there is no index and ``create`` is false.
            DamagedIndexError: the index cannot be read.
        """
        config = config or Config()
        models = Models(config, embedder=embedder, reader=reader)
        super().__init__(models, writer=writer)
        check_stemmer(self.config.stemmer)
        threshold_of(self.config)  # rejects a bad value early
        folder = Path(index) if index is not None else self.config.index_folder
        self._own_index = Index(folder, stemmer=self.config.stemmer, create=create)
        self.last_report: IndexReport | None = None
        """The report of the last indexing run through this object, including skipped files."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def _index(self) -> Index:
        return self._own_index

    def close(self) -> None:
        """Closes the files of the index."""
        self._index.close()

    @property
    def folder(self) -> Path:
        """The index folder."""
        return self._index.folder

    # ---- indexing

    def index(
        self,
        paths: Sequence[str | Path],
        *,
        allow_empty: bool = False,
        progress: Callable[[Progress], None] = ignore,
        dry_run: bool = False,
        keep_missing: bool = False,
        rest: float = 0.0,
    ) -> IndexReport:
        """Updates the index with the new and changed article files below ``paths``.

        A file that has not changed since it was last read is not read again. Articles whose files
        no longer exist are removed, unless ``keep_missing`` is true. With ``allow_empty``, that
        includes all articles of a folder that is empty or missing, which is otherwise an error.
        With ``dry_run``, nothing is stored, and the report says what would change. A file that
        changed within the last ``rest`` seconds may be incomplete; it is left for a later run.

        Raises:
            UsageError: a path does not exist or contains no articles; or both ``allow_empty`` and
                ``keep_missing`` are true.
        """
        if isinstance(paths, str | Path) or not paths:
            raise UsageError(f"paths is {paths!r}; give a list of folders or files")
        if allow_empty and keep_missing:
            raise UsageError("allow_empty removes articles and keep_missing keeps them; give one")
        self.last_report = index_paths(
            self._index,
            self.embedder,
            [Path(path) for path in paths],
            config=self.config,
            allow_empty=allow_empty,
            progress=progress,
            dry_run=dry_run,
            keep_missing=keep_missing,
            rest=rest,
        )
        return self.last_report

    def add(
        self,
        articles: Iterable[Article],
        *,
        only: bool = False,
        progress: Callable[[Progress], None] = ignore,
    ) -> IndexReport:
        """Indexes articles, keeping their text verbatim; with ``only``, removes all others.

        Raises:
            UsageError: ``articles`` is empty.
        """
        self.last_report = index_articles(
            self._index,
            self.embedder,
            list(articles),
            config=self.config,
            only=only,
            progress=progress,
        )
        return self.last_report

    @property
    def is_complete(self) -> bool:
        """Whether the last indexing run finished."""
        return self._index.library.get("complete") == "yes"

    def forget(self, article_id: str) -> bool:
        """Erases an article in all its revisions; returns False if no article has that id.

        Searches no longer find it. Its words and vectors are removed from the index files by
        ``compact``, or when a tenth of the index has changed.
        """
        if not self._index.library.articles.has(article_id):
            return False
        self._index.write([], removed=[article_id])
        return True

    def compact(self) -> None:
        """Rebuilds the search indexes without removed articles, and frees their disk space."""
        self._index.compact()

    def verify(self, *, repair: bool = False) -> VerifyReport:
        """Checks every digest, count and offset, the search indexes, and a sample of vectors.

        With ``repair``, rebuilds everything that is derived from the stored texts.
        """
        return verify_index(self._index, self.embedder, repair=repair)

    # ---- articles

    def view(self) -> View:
        """See ``QuestionAnswering.view``."""
        embedder = self.embedder
        return self._index.snapshot(
            model=embedder.fingerprint, dims=embedder.dims, name=embedder.name
        )

    def find(self, article_id: str, revision: str | None = None) -> Article | None:
        """Like ``article``, but returns None if there is no such article."""
        return self._index.library.articles.get(article_id, revision)

    def articles(self) -> list[Article]:
        """All articles, sorted by id."""
        return list(self._index.library.articles.current())

    def listing(
        self,
        *,
        words: str = "",
        filter: Filter | None = None,
        sort: Sort = "newest",
        limit: int = 50,
        offset: int = 0,
    ) -> Listing:
        """One page of the matching articles, without their texts, and the number of all matches.

        Args:
            words: each word must occur in the title, outlet, author or id; case is ignored.
            filter: restricts which articles are listed.
            sort: "newest", "oldest", "title" or "outlet"; articles without that value come last.
            limit: the maximum number of articles, 1 to 500.
            offset: the number of articles to skip.

        Raises:
            UsageError: an argument is invalid, or ``words`` is longer than 1,000 characters.
        """
        library = self._index.library
        found = library.listing.page(
            words=words, filter=filter or Filter(), sort=sort, limit=limit, offset=offset
        )
        revisions = {article.revision for article in found.articles}
        overlapping = library.overlapping(revisions, generation=library.generation)
        others = related(found.articles, overlapping)
        return replace(found, related={a.id: those for a, those in others.items() if those})

    def facets(self) -> Facets:
        """The number of articles in total, without a date, and by outlet, author and month."""
        return self._index.library.listing.facets()

    def related(self, article_id: str) -> tuple[Related, ...]:
        """The copies and other versions of an article.

        Raises:
            UsageError: the article does not exist.
        """
        article = replace(self.article(article_id), text="")
        library = self._index.library
        found = library.overlapping({article.revision}, generation=library.generation)
        return related([article], found)[article]

    def suggestions(
        self,
        answer: Answer | None = None,
        *,
        asked: Sequence[str] = (),
        filter: Filter | None = None,
        k: int = 3,
        tries: int = 8,
    ) -> tuple[str, ...]:
        """Suggests up to ``k`` short questions, each verified by asking it.

        Args:
            answer: the answer or abstention to follow up; by default, uses the newest articles.
            asked: the earlier questions of the conversation, which are not suggested again.
            filter: restricts which articles may answer.
            k: the maximum number of suggestions.
            tries: the maximum number of questions to try; each costs as much as ``ask``.
        """
        return suggest(self, answer, asked=asked, filter=filter, k=k, tries=tries)

    def warm(self) -> None:
        """Loads the models and the index now, so that the first question does not wait."""
        self.embedder.embed_questions(["warm"])
        _ = self.reranker
        self.reader.read("warm", [Readable(title="", text="warm", sentences=((0, 4),))])
        self.view()

    def size(self) -> dict[str, int]:
        """The number of indexed articles and the index generation; cheap enough to poll."""
        library = self._index.library
        return {"articles": library.counts()["articles"], "generation": library.generation}

    def status(self) -> dict[str, object]:
        """What is indexed, with which model, and the current settings."""
        return status_of(self._index, self.config, threshold=self.threshold)


def open_corpus(
    corpus: str | Path = "corpus",
    *,
    index: str | Path | None = None,
    config: Config | None = None,
    embedder: Embedder | None = None,
    reader: Reader | None = None,
    writer: Writer | None = None,
    progress: Callable[[Progress], None] = ignore,
    index_now: bool = True,
) -> Byline:
    """Opens a folder of articles and indexes those that are new or changed.

    The index is stored in ``index``, by default in ``.byline/NAME`` next to the folder NAME. With
    ``index_now=False``, nothing is indexed; call ``Byline.index`` later.

    Raises:
        UsageError: the folder does not exist or contains no articles.
    """
    settings = replace(config or Config(), corpus=str(corpus))
    folder = Path(index) if index is not None else settings.index_folder
    if not (folder / "library.db").is_file():
        # Fails before the folder is created and the model loaded.
        find_files([Path(corpus)], follow_links=settings.follow_links)
    news = Byline(folder, config=settings, embedder=embedder, reader=reader, writer=writer)
    if index_now:
        news.index([corpus], progress=progress)
    return news

"""The ``Byline`` class: opens an index, adds articles, searches them and answers questions.

The command line, the web page and the evaluation are built on it.
"""

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import date
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from rag.answer.thresholds import shipped_threshold, thresholds
from rag.answer.writers import QuotingWriter, Writer
from rag.build import index_articles, index_paths
from rag.check import DraftSentence, Trace, check_draft, checked, trace
from rag.config import BUNDLED_MODEL, Config
from rag.display import edition_line, source_line
from rag.embed import Embedder, load_embedder
from rag.errors import ConfigError, UsageError
from rag.index import Index, View
from rag.index.listing import Facets, Listing, Sort
from rag.ingest.files import find_files
from rag.language.words import check_stemmer
from rag.llm import ModelServer, read_key
from rag.prose import ProseWriter, rewritten
from rag.query import check_question, check_text, day_asked, plain_question, small_talk, way_on
from rag.read import (
    LateInteractionReader,
    Readable,
    Reader,
    load_reader,
    read_evidence,
)
from rag.retrieve import Reranker, gather, related, standalone
from rag.schema import (
    Answer,
    Article,
    Evidence,
    Filter,
    Hit,
    IndexReport,
    Progress,
    Related,
    Tokens,
    Turn,
    VerifyReport,
)
from rag.suggest import suggest
from rag.tokens import count_tokens, cut_to_ends
from rag.verify import verify_index

__all__ = [
    "Byline",
    "open_corpus",
]

_HITS = 20  # hits returned with an answer
_CONTEXT_HITS = 50


def _ignore(_: object) -> None:
    """Discards what is reported."""


class Byline:
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
        self.config = config or Config()
        check_stemmer(self.config.stemmer)
        if self.config.max_error >= 0:
            thresholds().threshold_for(self.config.max_error)  # rejects a bad value early
        folder = Path(index) if index is not None else self.config.index_folder
        self._index = Index(folder, stemmer=self.config.stemmer, create=create)
        self._given = embedder
        self._reranker: Reranker | None = None
        self._reader = reader
        self._writer = writer
        self._server: ModelServer | None = None
        self._loading = threading.Lock()
        self.last_report: IndexReport | None = None
        """The report of the last indexing run through this object, including skipped files."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the files of the index."""
        self._index.close()

    @property
    def folder(self) -> Path:
        """The index folder."""
        return self._index.folder

    @property
    def embedder(self) -> Embedder:
        """The configured embedder, loaded on first use."""
        with self._loading:
            if self._given is None:
                self._given = load_embedder(self.config.model)
            return self._given

    @property
    def reranker(self) -> Reranker | None:
        """The configured reranker, loaded on first use; None if none is configured."""
        with self._loading:
            if self._reranker is None and self.config.reranker:
                from rag.embed.cross_encoder import CrossEncoderReranker

                self._reranker = CrossEncoderReranker(self.config.reranker)
            return self._reranker

    @property
    def reader(self) -> Reader:
        """The configured reader, loaded on first use.

        If the bundled reader fails to load, a warning is logged and the fallback is used.
        """
        fallback = self.fallback_reader
        with self._loading:
            if self._reader is None:
                self._reader = load_reader(self.config.reader, fallback)
            return self._reader

    @property
    def fallback_reader(self) -> Reader:
        """The reader used for other languages, or if the bundled reader's file is damaged."""
        return LateInteractionReader(self.embedder, titles=self.config.context)

    @property
    def threshold(self) -> float:
        """The answerability score below which ``ask`` abstains.

        It is set by ``max_error`` or ``threshold``; otherwise the bundled threshold applies.
        """
        if self.config.max_error >= 0:
            return thresholds().threshold_for(self.config.max_error)
        given = self.config.threshold
        return given if given >= 0 else shipped_threshold()

    @property
    def writer(self) -> Writer:
        """What turns evidence into an answer; by default quoted sentences."""
        return self._writer or QuotingWriter(
            max_statements=self.config.max_statements,
            threshold=self.threshold,
            short_answers=self.config.short_answers,
        )

    @property
    def model_server(self) -> ModelServer:
        """The configured language model, which writes prose.

        Raises:
            ConfigError: none is configured, or its key cannot be read.
            ModelError: the package openai is not installed.
        """
        config = self.config
        if not config.has_model_server:
            raise ConfigError(
                "no language model is configured; set BYLINE_LLM_BASE_URL and BYLINE_LLM_MODEL"
            )
        with self._loading:
            if self._server is None:
                self._server = ModelServer(
                    base_url=config.llm_base_url,
                    model=config.llm_model,
                    key=read_key(os.environ, config.llm_api_key_file),
                    timeout=config.llm_timeout,
                )
            return self._server

    def prose_writer(
        self,
        *,
        trace: Callable[[str], object] = _ignore,
        is_stopped: Callable[[], bool] = lambda: False,
    ) -> ProseWriter:
        """What writes prose with the configured language model; raises as ``model_server`` does.

        ``trace`` takes a report in Markdown. Once ``is_stopped`` is true, the request is closed.
        """
        return ProseWriter(
            self.model_server,
            quoting=self.writer,
            window=self.config.llm_window,
            passages=self.config.passages_read,
            trace=trace,
            is_stopped=is_stopped,
        )

    # ---- indexing

    def index(
        self,
        paths: Sequence[str | Path],
        *,
        allow_empty: bool = False,
        progress: Callable[[Progress], None] = _ignore,
        dry_run: bool = False,
        keep_missing: bool = False,
        rest: float = 0.0,
    ) -> IndexReport:
        """Updates the index with the new and changed article files below ``paths``.

        A file that has not changed since it was last read is not read again. Articles whose files
        no longer exist are removed, unless ``keep_missing`` is true. With ``allow_empty`` that
        includes all articles of a folder that is empty or gone, which is an error otherwise. With
        ``dry_run``, nothing is stored, and the report says what would be. A file that was changed
        within the last ``rest`` seconds may be incomplete; it is left for a later run.

        Raises:
            UsageError: a path does not exist or contains no articles; or both ``allow_empty`` and
                ``keep_missing`` are true.
        """
        _check_progress_paths(paths)
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
        progress: Callable[[Progress], None] = _ignore,
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

        Its words and vectors leave the search indexes at once for searches, but their files only
        with ``compact`` or when a tenth has changed.
        """
        if not self._index.library.has(article_id):
            return False
        self._index.write([], removed=[article_id])
        return True

    def compact(self) -> None:
        """Makes the search indexes again without what was removed, and frees its disk space."""
        self._index.compact()

    def verify(self, *, repair: bool = False) -> VerifyReport:
        """Checks every digest, count and offset, the search indexes, and a sample of vectors.

        With ``repair``, everything that is derived from the stored texts is made again.
        """
        return verify_index(self._index, self.embedder, repair=repair)

    # ---- questions

    def search(
        self,
        question: str,
        *,
        k: int = 10,
        filter: Filter | None = None,
        history: Sequence[Turn] = (),
        asked_on: date | None = None,
    ) -> list[Hit]:
        """The ``k`` best passages for ``question``, best first.

        Raises:
            UsageError: the question is empty, too long or has no words, or ``k`` is below 1.
        """
        if k < 1:
            raise UsageError(f"k is {k}; ask for at least 1 passage")
        read = self.config.reader_weight > 0 and not self.config.reranker
        return list(
            self._gather(question, history, filter, k, {}, asked_on=asked_on, read=read).hits
        )

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filter: Filter | None = None,
        asked_on: date | None = None,
        prose: bool = False,
        trace: Callable[[str], object] = _ignore,
    ) -> Answer:
        """Answers ``question`` with exact quotations, or abstains.

        With ``prose``, the configured language model writes the answer. Only sentences that the
        articles bear out become statements, and their citations are the sentences that do. If the
        model fails or none of its sentences stands, the quoted answer is given with the reason in
        ``fallback``.

        Small talk such as "Thanks!" gets a ``notice`` instead; nothing is searched. An abstention
        has one if no article passes ``filter``, or if the question is in another language. The
        answer to a question over the whole folder, such as "Which articles mention X?", has a
        ``coverage``.

        Args:
            question: the question, at most ``config.max_question`` characters.
            history: the earlier turns, oldest first, used to resolve follow-up questions.
            filter: restricts which articles may answer.
            asked_on: the date of the question, used to resolve "last week"; today by default.
            prose: whether the language model writes the answer.
            trace: takes a report on the prose in Markdown, in parts: the prompt, the parameters,
                the passages, and what was decided about each sentence.

        Raises:
            UsageError: the question is empty, too long or has no words.
            NotIndexedError: nothing is indexed.
            ConfigError: ``prose`` is set, but no language model is configured.
        """
        *_, final = self.stream(
            question, history=history, filter=filter, asked_on=asked_on, prose=prose, trace=trace
        )
        return final

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filter: Filter | None = None,
        asked_on: date | None = None,
        prose: bool = False,
        trace: Callable[[str], object] = _ignore,
        is_stopped: Callable[[], bool] = lambda: False,
    ) -> Iterator[Answer]:
        """Answers in drafts: each replaces the one before, and the last is what ``ask`` returns.

        Every draft is checked: its quotations match their articles exactly, and the articles bear
        out its prose. It takes the same arguments as ``ask`` and raises the same errors. Once
        ``is_stopped`` is true, the request to the language model is closed.
        """
        writer = self.prose_writer(trace=trace, is_stopped=is_stopped) if prose else self.writer
        if talk := small_talk(question, config=self.config):
            yield talk
            return
        seconds: dict[str, float] = {}
        spent: list[Tokens] = []  # for the follow-up
        most = max(_HITS, self.config.passages_read)  # every cited passage is among the hits
        evidence = self._gather(
            question,
            history,
            filter,
            most,
            seconds,
            asked_on=asked_on,
            rewriter=partial(
                rewritten, server=self.model_server, is_stopped=is_stopped, spend=spent.append
            )
            if prose
            else None,
        )
        drafts = writer.write(evidence)
        asked = check_question(question, config=self.config)
        while True:
            with _timed(seconds, "answer"):
                draft = next(drafts, None)
            if draft is None:
                return
            with _timed(seconds, "check"):
                final = checked(draft, self.find)
            total = sum(seconds.values())
            yield replace(
                final,
                question=asked,
                seconds=seconds | {"total": total},
                notice=way_on(final, filter=filter, config=self.config),
                tokens=sum(spent, final.tokens) if final.tokens else next(iter(spent), None),
            )

    def evidence(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filter: Filter | None = None,
        asked_on: date | None = None,
    ) -> Evidence:
        """The evidence from which ``ask`` builds its answer.

        It takes the same arguments as ``ask`` and raises the same errors.
        """
        most = max(_HITS, self.config.passages_read)
        return self._gather(question, history, filter, most, {}, asked_on=asked_on)

    def _gather(
        self,
        question: str,
        history: Sequence[Turn],
        filter: Filter | None,
        k: int,
        seconds: dict[str, float],
        *,
        asked_on: date | None,
        read: bool = True,
        rewriter: Callable[..., str] | None = None,
    ) -> Evidence:
        question = plain_question(question, config=self.config)
        with _timed(seconds, "load"):
            embedder = self.embedder
            reranker = self.reranker
            reader = self.reader if read else None
            snapshot = self.view()
        with _timed(seconds, "follow-up"):
            understood = (
                standalone(question, history, language=self.config.language)
                if self.config.followups
                else question
            )
            if rewriter and self.config.followups:
                understood = rewriter(question, history, by_rules=understood)
        with _timed(seconds, "retrieve"):
            gathered = gather(
                snapshot,
                question=question,
                standalone_question=understood,
                embedder=embedder,
                config=self.config,
                filter=filter or Filter(),
                k=k,
                asked_on=day_asked(asked_on),
                reranker=reranker,
            )
        with _timed(seconds, "read"):
            weight = 0.0 if reranker else self.config.reader_weight
            if reader is not None:
                gathered = read_evidence(
                    gathered,
                    reader,
                    fallback=self.fallback_reader,
                    weight=weight,
                    titles=self.config.context,
                )
            most = None if gathered.coverage else k  # all that a question over the folder cites
            return replace(gathered, hits=gathered.hits[:most])

    def view(self) -> View:
        """A read-only view of the newest state of the index.

        Raises:
            NotIndexedError: nothing is indexed.
            ModelError: the index was made with another model.
        """
        embedder = self.embedder
        return self._index.snapshot(
            model=embedder.fingerprint, dims=embedder.dims, name=embedder.name
        )

    def context(
        self,
        question: str,
        *,
        tokens: int = 2000,
        filter: Filter | None = None,
        asked_on: date | None = None,
    ) -> str:
        """The best passages for ``question`` with their sources, in at most ``tokens`` tokens.

        The text can be used in the prompt of any language model. It consists of whole passages,
        best first. A line above each passage gives its number, outlet, date and title, the other
        outlets that printed it, and the version that supersedes it. If the first passage does not
        fit, only its first sentences are included.

        Raises:
            UsageError: the budget is too small for one sentence with its source.
        """
        if tokens < 1:
            raise UsageError(f"tokens is {tokens}; give a budget of at least 1")
        written = ""
        for hit in self.search(question, k=_CONTEXT_HITS, filter=filter, asked_on=asked_on):
            article = self.article(hit.passage.article_id, hit.passage.revision)
            line = source_line(article, at=(hit.passage.start,))
            source = f"{line}; {edition_line(hit, self.article)}".removesuffix("; ")
            head = f"[{hit.rank}] {source}\n"
            block = f"{head}{article.text[hit.passage.start : hit.passage.end]}\n\n"
            if count_tokens(written + block) > tokens:
                ends = [len(head) + end - hit.passage.start for _, end in hit.passage.sentences]
                return written.rstrip() or cut_to_ends(block, ends, tokens)
            written += block
        return written.rstrip()

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
            answer: the answer or abstention to follow up; by default the newest articles are used.
            asked: the earlier questions of the conversation, which are not suggested again.
            filter: restricts which articles may answer.
            k: the maximum number of suggestions.
            tries: the maximum number of questions to try; each costs as much as ``ask``.
        """
        return suggest(self, answer, asked=asked, filter=filter, k=k, tries=tries)

    # ---- checking

    def trace(
        self, text: str, *, filter: Filter | None = None, speaker: str | None = None
    ) -> Trace:
        """Where the words of ``text`` stand in the articles: verbatim, altered, or not at all.

        Quotation marks, dashes, spaces, hyphens at line ends, and case at the head of a sentence
        are no differences. An ellipsis may leave words out, and brackets may add or replace some.

        Args:
            text: the quoted words.
            filter: the article or outlet that is claimed as the source. If the words stand in
                another, the verdict is "elsewhere".
            speaker: who is claimed to have said them; the last name must stand near the words.

        Raises:
            UsageError: ``text`` has no words, or holds half a character.
            NotIndexedError: nothing is indexed.
        """
        check_text(text)
        return trace(
            text,
            self.view(),
            stemmer=self.config.stemmer,
            language=self.config.language,
            filter=filter,
            speaker=speaker,
        )

    def check(self, draft: str) -> list[DraftSentence]:
        """Whether the articles bear out each sentence of ``draft``; quotations are traced.

        ``check_claim`` does the same for one claim and given sources, without an index.

        Raises:
            UsageError: ``draft`` holds half a character, or has more than ``config.max_draft``
                sentences.
            NotIndexedError: nothing is indexed.
        """
        check_text(draft)
        found = check_draft(
            draft,
            self.view(),
            stemmer=self.config.stemmer,
            most=self.config.max_draft,
            language=self.config.language,
        )
        return list(found)

    # ---- articles

    def article(self, article_id: str, revision: str | None = None) -> Article:
        """An article by id, in its current revision or the given one.

        Raises:
            UsageError: there is no such article.
        """
        found = self.find(article_id, revision)
        if found is None:
            which = f" in revision {revision[:12]}" if revision else ""
            raise UsageError(f"no article {article_id!r}{which}; articles() lists all ids")
        return found

    def find(self, article_id: str, revision: str | None = None) -> Article | None:
        """Like ``article``, but returns None if there is no such article."""
        return self._index.library.article(article_id, revision)

    def articles(self) -> list[Article]:
        """All articles, sorted by id."""
        return list(self._index.library.articles())

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
        found = library.listing(
            words=words, filter=filter or Filter(), sort=sort, limit=limit, offset=offset
        )
        revisions = {article.revision for article in found.articles}
        overlapping = library.overlapping(revisions, generation=library.generation)
        others = related(found.articles, overlapping)
        return replace(found, related={a.id: those for a, those in others.items() if those})

    def facets(self) -> Facets:
        """Article counts: in total, undated, and by outlet, author and month."""
        return self._index.library.facets()

    def related(self, article_id: str) -> tuple[Related, ...]:
        """The copies and other versions of an article.

        Raises:
            UsageError: there is no such article.
        """
        article = replace(self.article(article_id), text="")
        library = self._index.library
        found = library.overlapping({article.revision}, generation=library.generation)
        return related([article], found)[article]

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
        library = self._index.library
        size = sum(p.stat().st_size for p in self._index.folder.rglob("*") if p.is_file())
        return {
            "index": str(self._index.folder),
            **library.counts(),
            "tokens": sum(count_tokens(article.text) for article in library.articles()),
            "generation": library.generation,
            "checked": library.get("checked") or "never",
            "megabytes": round(size / 1e6, 1),
            "model": library.get("model_name") or self.config.model,
            "dimensions": int(library.get("dims") or 0),
            "language": "the bundled model and the default stemmer are made for English"
            if self.config.model == BUNDLED_MODEL and self.config.stemmer == "english"
            else self.config.language,
            "threshold": self.threshold,
            "language_model": f"{self.config.llm_model} at {self.config.llm_base_url}"
            if self.config.has_model_server
            else "none",
            "settings": {f.name: getattr(self.config, f.name) for f in fields(self.config)},
        }


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    seconds[stage] = seconds.get(stage, 0.0) + time.perf_counter() - started


def _check_progress_paths(paths: Sequence[str | Path]) -> None:
    if isinstance(paths, str | Path) or not paths:
        raise UsageError(f"paths is {paths!r}; give a list of folders or files")


def open_corpus(
    corpus: str | Path = "corpus",
    *,
    index: str | Path | None = None,
    config: Config | None = None,
    embedder: Embedder | None = None,
    reader: Reader | None = None,
    writer: Writer | None = None,
    progress: Callable[[Progress], None] = _ignore,
    index_now: bool = True,
) -> Byline:
    """Opens a folder of articles and indexes those that are new or changed.

    The index is stored in ``index``, by default in ``.byline/NAME`` next to the folder NAME. With
    ``index_now=False`` nothing is indexed; call ``Byline.index`` later.

    Raises:
        UsageError: the folder does not exist or contains no articles.
    """
    settings = replace(config or Config(), corpus=str(corpus))
    folder = Path(index) if index is not None else settings.index_folder
    if not (folder / "library.db").is_file():
        find_files(
            [Path(corpus)], follow_links=settings.follow_links
        )  # fails before the folder is created and the model loaded
    news = Byline(folder, config=settings, embedder=embedder, reader=reader, writer=writer)
    if index_now:
        news.index([corpus], progress=progress)
    return news

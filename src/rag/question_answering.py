"""Queries of an index: search, answers, and checks of quotations and drafts."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from rag.answer.thresholds import threshold_of
from rag.answer.writers import QuotingWriter, Writer
from rag.check import DraftSentence, Trace, check_draft, checked, trace
from rag.config import Config
from rag.embed import Embedder
from rag.errors import UsageError
from rag.index import View
from rag.llm import ModelServer
from rag.models import Models
from rag.pipeline import context_text, find_evidence, timed
from rag.prose import ProseWriter, rewritten
from rag.query import check_question, check_text, small_talk, way_on
from rag.read import Reader
from rag.retrieve import Reranker
from rag.schema import Answer, Article, Evidence, Filter, Hit, Tokens, Turn

__all__ = ["QuestionAnswering", "ignore"]

_HITS = 20  # hits returned with an answer
_CONTEXT_HITS = 50


def ignore(_: object) -> None:
    """Discards a report."""


class QuestionAnswering(ABC):
    """Searches articles, answers questions and checks texts, by a view of an index. Thread-safe."""

    def __init__(self, models: Models, *, writer: Writer | None = None) -> None:
        """Stores the models with their settings, and a writer that replaces the one that quotes."""
        self.models = models
        self._writer = writer

    @property
    def config(self) -> Config:
        """The settings. Changes do not affect models that are already loaded."""
        return self.models.config

    @config.setter
    def config(self, config: Config) -> None:
        self.models.config = config

    @abstractmethod
    def view(self) -> View:
        """A read-only view of the newest state of the index.

        Raises:
            NotIndexedError: nothing is indexed.
            ModelError: the index was made with another model.
        """

    @abstractmethod
    def find(self, article_id: str, revision: str | None = None) -> Article | None:
        """Like ``article``, but returns None if there is no such article."""

    @property
    def embedder(self) -> Embedder:
        """The configured embedder, loaded on first use."""
        return self.models.embedder

    @property
    def reranker(self) -> Reranker | None:
        """The configured reranker, loaded on first use; None if none is configured."""
        return self.models.reranker

    @property
    def reader(self) -> Reader:
        """The configured reader, loaded on first use; the fallback if it fails to load."""
        return self.models.reader

    @property
    def model_server(self) -> ModelServer:
        """The configured language model, which writes prose; see ``Models.server``."""
        return self.models.server

    @property
    def threshold(self) -> float:
        """The answerability below which ``ask`` abstains, as set or shipped."""
        return threshold_of(self.config)

    @property
    def writer(self) -> Writer:
        """The writer that turns evidence into an answer; by default, it quotes sentences."""
        return self._writer or QuotingWriter(
            max_statements=self.config.max_statements,
            threshold=self.threshold,
            short_answers=self.config.short_answers,
        )

    def prose_writer(
        self,
        *,
        trace: Callable[[str], object] = ignore,
        is_stopped: Callable[[], bool] = lambda: False,
    ) -> ProseWriter:
        """The writer of prose with the configured language model; raises as ``model_server`` does.

        ``trace`` receives a report in Markdown. Once ``is_stopped`` returns true, the
        request is closed.
        """
        return ProseWriter(
            self.model_server,
            quoting=self.writer,
            window=self.config.llm_window,
            passages=self.config.passages_read,
            trace=trace,
            is_stopped=is_stopped,
        )

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
        is_read = self.config.reader_weight > 0 and not self.config.reranker
        return list(self._find(question, history, filter, asked_on, k=k, is_read=is_read).hits)

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filter: Filter | None = None,
        asked_on: date | None = None,
        prose: bool = False,
        trace: Callable[[str], object] = ignore,
    ) -> Answer:
        """Answers ``question`` with exact quotations, or abstains.

        With ``prose``, the configured language model writes the answer. Only sentences that the
        articles support become statements, which cite the sentences that support them. If the model
        fails or no sentence passes the check, returns the quoted answer, with the reason in
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
            trace: called with parts of a Markdown report on the prose: the prompt, the parameters,
                the passages, and the verdict on each sentence.

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
        trace: Callable[[str], object] = ignore,
        is_stopped: Callable[[], bool] = lambda: False,
    ) -> Iterator[Answer]:
        """Answers in drafts: each replaces the previous one, and the last is the result of ``ask``.

        Every draft is checked: its quotations match their articles exactly, and the
        articles support its prose. Takes the same arguments as ``ask`` and raises the same
        errors. Once ``is_stopped`` returns true, the request to the language model is
        closed.
        """
        writer = self.prose_writer(trace=trace, is_stopped=is_stopped) if prose else self.writer
        if talk := small_talk(question, config=self.config):
            yield talk
            return
        seconds: dict[str, float] = {}
        spent: list[Tokens] = []  # for the follow-up
        rewriter = None
        if prose:
            rewriter = partial(
                rewritten, server=self.model_server, is_stopped=is_stopped, spend=spent.append
            )
        evidence = self._find(
            question, history, filter, asked_on, seconds=seconds, rewriter=rewriter
        )
        drafts = writer.write(evidence)
        asked = check_question(question, config=self.config)
        while True:
            with timed(seconds, "answer"):
                draft = next(drafts, None)
            if draft is None:
                return
            with timed(seconds, "check"):
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
        """The evidence from which ``ask`` builds its answer; raises the same errors."""
        return self._find(question, history, filter, asked_on)

    def _find(
        self,
        question: str,
        history: Sequence[Turn],
        filter: Filter | None,
        asked_on: date | None,
        *,
        k: int | None = None,
        is_read: bool = True,
        seconds: dict[str, float] | None = None,
        rewriter: Callable[..., str] | None = None,
    ) -> Evidence:
        most = max(_HITS, self.config.passages_read)  # every cited passage is among the hits
        return find_evidence(
            question,
            self.view,
            self.models,
            config=self.config,
            history=history,
            filter=filter,
            k=k or most,
            asked_on=asked_on,
            seconds={} if seconds is None else seconds,
            is_read=is_read,
            rewriter=rewriter,
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
        hits = self.search(question, k=_CONTEXT_HITS, filter=filter, asked_on=asked_on)
        return context_text(hits, self.article, tokens=tokens)

    def trace(
        self, text: str, *, filter: Filter | None = None, speaker: str | None = None
    ) -> Trace:
        """Finds the words of ``text`` in the articles: verbatim, altered, or not at all.

        Quotation marks, dashes, spaces, hyphens at line ends, and the case of a sentence's first
        letter do not count as differences. An ellipsis may omit words, and brackets may add or
        replace some.

        Args:
            text: the quoted words.
            filter: the article or outlet that is claimed as the source. If the words are from
                another one, the verdict is "elsewhere".
            speaker: the person who is claimed to have said the words; the last name must occur
                near them.

        Raises:
            UsageError: ``text`` has no words, or contains half a character.
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
        """Checks whether the articles support each sentence of ``draft``, and traces quotations.

        ``check_claim`` does the same for one claim and given sources, without an index.

        Raises:
            UsageError: ``draft`` contains half a character, or more than ``config.max_draft``
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

    def article(self, article_id: str, revision: str | None = None) -> Article:
        """An article by id, in its current revision or the given one.

        Raises:
            UsageError: the article does not exist.
        """
        found = self.find(article_id, revision)
        if found is None:
            which = f" in revision {revision[:12]}" if revision else ""
            raise UsageError(f"no article {article_id!r}{which}; articles() lists all ids")
        return found

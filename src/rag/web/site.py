"""The data and actions behind the page: articles, uploads, conversations and feedback."""

import hashlib
import logging
import threading
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import gradio as gr

import rag
from rag.web.conversation import Exchange, exchange, refusal
from rag.web.export import as_docx, as_html, as_json, as_markdown, cited_in, texts
from rag.web.feedback import keep
from rag.web.narrow import everything, filter_of
from rag.web.permalink import changed, opened
from rag.web.readiness import Readiness
from rag.web.record import Record, Scope
from rag.web.sessions import Sessions
from rag.web.work_queue import WorkQueue
from rag.web.writing import Drafts, Writing

__all__ = ["Site"]

FIRST = 6  # number of suggested first questions
PATIENCE = 1.0  # seconds that suggestions wait for a lock, so that they never delay an answer

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_WITH_TEXTS = {"json": ("application/json", as_json), "html": ("text/html", as_html)}

log = logging.getLogger(__name__)


class Site:
    """The shared articles, and everything that readers can do with them. Thread-safe.

    ``sessions`` is None if uploads are disabled, and ``feedback_store`` if feedback is.
    ``examples`` are offered as first questions; by default, questions are made from the articles.
    ``watch`` is None if files are not watched.
    """

    def __init__(
        self,
        news: rag.Byline,
        *,
        readiness: Readiness | None = None,
        sessions: Sessions | None = None,
        feedback_store: rag.FeedbackStore | None = None,
        examples: Sequence[str] = (),
        watch: rag.Watch | None = None,
    ) -> None:
        self.news = news
        self.watch = watch
        self.sessions = sessions
        self.feedback_store = feedback_store
        self.readiness = readiness or _ready()
        self.examples = tuple(examples)
        self.work_queue = WorkQueue()
        self.prose_queue = WorkQueue()
        self.drafts = Drafts()
        self._turn = threading.Lock()
        self._first: tuple[int, Sequence[str]] = (-1, ())  # the generation, and its first questions

    @property
    def judged(self) -> bool:
        """Whether readers can give feedback."""
        return self.feedback_store is not None

    @property
    def model(self) -> str:
        """The name of the language model that can write prose, or ""."""
        return self.news.config.llm_model

    @property
    def writes_without_uploads(self) -> bool:
        """Whether readers have uploads that are kept from the language model."""
        return self.sessions is not None and not self.news.config.llm_uploads

    @property
    def storage_key(self) -> str:
        """The browser's storage key for conversations, different for each index folder."""
        place = str(self.news.folder.resolve())
        return f"byline-{hashlib.sha256(place.encode()).hexdigest()[:12]}"

    # ---- the articles of one reader

    def news_of(self, request: gr.Request | None) -> rag.Byline:
        """The articles that ``request`` may use: the shared ones and any uploads of its session."""
        return self.sessions.of(request).news if self.sessions else self.news

    def article(self, request: gr.Request, article_id: str, revision: str | None) -> rag.Article:
        """An article that ``request`` may use; raises the same errors as ``Byline.article``."""
        return self.news_of(request).article(article_id, revision or None)

    # ---- the conversation

    async def asked(
        self,
        request: gr.Request,
        question: str,
        before: Sequence[Exchange],
        scope: Scope,
        *,
        standalone: bool = False,
        who: str | None = None,
        writing: Writing | None = None,
    ) -> Exchange:
        """Answers ``question`` when its turn comes, with the exchanges ``before`` it as context.

        With ``writing``, answers in prose, in a separate queue so that a slow model does not delay
        quotes. If uploads are kept from the language model, prose does not use them or the
        exchanges that cite them.

        Raises:
            Stopped: ``who`` was stopped.
        """

        def answered() -> Exchange:
            shared_only = writing is not None and self.writes_without_uploads
            return exchange(
                self.news if shared_only else self.news_of(request),
                question,
                [each for each in before if not shared_only or self._is_shared(each)],
                scope,
                readiness=self.readiness,
                standalone=standalone,
                writing=writing,
            )

        queue = self.prose_queue if writing else self.work_queue
        return await self._in_turn(answered, question, scope, who, queue)

    def _is_shared(self, one: Exchange) -> bool:
        """Whether an exchange cites only shared articles."""
        cited = cited_in(one["record"])
        return all(self.news.find(each["article_id"], each["revision"]) for each in cited)

    def stop(self, who: str) -> None:
        """Stops a pending question. Call it in the event loop."""
        for queue in (self.work_queue, self.prose_queue):
            queue.stop(who)

    async def linked(self, request: gr.Request, who: str | None = None) -> Exchange | None:
        """Answers the question in the page's URL, and lists cited articles that changed since.

        Returns None if the URL is not a valid link.
        """
        link = opened(dict(request.query_params))
        if link is None:
            return None

        def answered() -> Exchange:
            news, ready = self.news_of(request), self.readiness
            made = exchange(news, link.question, [], link.scope, readiness=ready, standalone=True)
            made["reply"]["news"] = changed(link, news.article) if ready.wait(0) else []
            return made

        return await self._in_turn(answered, link.question, link.scope, who, self.work_queue)

    async def _in_turn(
        self,
        answered: Callable[[], Exchange],
        question: str,
        scope: Scope,
        who: str | None,
        queue: WorkQueue,
    ) -> Exchange:
        try:
            return await queue.run(answered, who=who)
        except rag.UsageError as error:
            return refusal(question, str(error), scope)

    def suggested(
        self, exchanges: Sequence[Exchange], scope: Scope, request: gr.Request
    ) -> dict[str, Any]:
        """Questions that the articles answer, and the label to show before them."""
        label = "You could ask:" if not exchanges or _abstained(exchanges[-1]) else "Next:"
        if not exchanges and self.examples:
            return {"label": label, "questions": list(self.examples)}
        if self.readiness.state != "ready" or not self._turn.acquire(timeout=PATIENCE):
            return {"label": "", "questions": []}
        try:
            questions = self._suggestions(self.news_of(request), exchanges, scope)
        except rag.BylineError as error:
            log.info("No suggestions: %s", error)
            questions = ()
        finally:
            self._turn.release()
        return {"label": label, "questions": list(questions)}

    def _suggestions(
        self, news: rag.Byline, exchanges: Sequence[Exchange], scope: Scope
    ) -> Sequence[str]:
        """First questions, cached per generation of the shared articles, or follow-up questions."""
        if exchanges or news is not self.news or scope != everything():
            return _next(news, exchanges, scope)
        generation = news.size()["generation"]
        if self._first[0] != generation:
            self._first = (generation, _next(news, exchanges, scope))
        return self._first[1]

    def exported(
        self, records: Sequence[Record], form: str, request: gr.Request | None = None
    ) -> dict[str, str]:
        """The chat as a file: its name, media type, and ``text``, or ``base64`` of its bytes.

        ``form`` is "json", "html", "docx" or "markdown"; anything else means Markdown.
        """
        name = f"byline-{datetime.now(UTC):%Y-%m-%d}"
        if form == "docx":
            coded = b64encode(as_docx(records)).decode()
            return {"name": f"{name}.docx", "type": _DOCX, "base64": coded}
        if form in _WITH_TEXTS:
            kind, write = _WITH_TEXTS[form]
            text = write(records, texts(records, self.news_of(request).article))
            return {"name": f"{name}.{form}", "type": kind, "text": text}
        return {"name": f"{name}.md", "type": "text/markdown", "text": as_markdown(records)}

    def judge(self, records: Sequence[Record], given: Mapping[str, Any]) -> dict[str, str]:
        """Stores feedback on an answer, and returns the message to show under it."""
        place = next((n for n, each in enumerate(records) if each["id"] == given.get("id")), None)
        line = keep(
            self.feedback_store,
            None if place is None else records[place],
            given.get("verdict"),
            given.get("note"),
            before=records[:place],
            model=self.news.embedder.name,
        )
        return {"id": str(given.get("id", "")), "line": line}


def _ready() -> Readiness:
    readiness = Readiness()
    readiness.ready()
    return readiness


def _abstained(last: Exchange) -> bool:
    return last["record"]["abstained"] or bool(last["record"]["notice"])


def _next(news: rag.Byline, exchanges: Sequence[Exchange], scope: Scope) -> Sequence[str]:
    """Suggested questions; the last question is asked again, as the browser stores only text."""
    asked = [each["record"]["standalone_question"] for each in exchanges]
    last = exchanges[-1]["record"] if exchanges else None
    answer = None
    if last and not last["notice"]:
        answer = news.ask(last["standalone_question"], filter=filter_of(last["scope"]))
    many = {} if exchanges else {"k": FIRST, "tries": 2 * FIRST}
    return news.suggestions(answer, asked=asked, filter=filter_of(scope), **many)

"""What the page is a page of: the articles, each reader's own beside them, and the feedback."""

import hashlib
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import gradio as gr

import rag
from rag.web.answering import exchange, refusal
from rag.web.conversation import Exchange
from rag.web.export import as_json, as_markdown
from rag.web.feedback import keep
from rag.web.narrow import everything, filter_of
from rag.web.permalink import changed, opened
from rag.web.readiness import Readiness
from rag.web.record import Record, Scope
from rag.web.sessions import Sessions
from rag.web.work_queue import Places

__all__ = ["Site"]

PATIENCE = 1.0  # seconds that suggestions wait for their turn: they never hold up an answer

log = logging.getLogger(__name__)


class Site:
    """The shared articles, and what readers may do beside asking; safe for many threads.

    ``sessions`` is None where nothing can be brought, ``feedback_store`` where no feedback is kept.
    ``examples`` are offered before the first question; without, the articles suggest their own.
    """

    def __init__(
        self,
        news: rag.Byline,
        *,
        readiness: Readiness | None = None,
        sessions: Sessions | None = None,
        feedback_store: rag.FeedbackStore | None = None,
        examples: Sequence[str] = (),
    ) -> None:
        self.news = news
        self.sessions = sessions
        self.feedback_store = feedback_store
        self.readiness = readiness or _ready()
        self.examples = tuple(examples)
        self.places = Places()
        self._turn = threading.Lock()
        self._first: tuple[int, Sequence[str]] = (-1, ())  # questions, and of which generation

    @property
    def judged(self) -> bool:
        """Whether readers may say what is wrong."""
        return self.feedback_store is not None

    @property
    def storage_key(self) -> str:
        """Where a browser keeps conversations over these articles, apart from those over others."""
        place = str(self.news.folder.resolve())
        return f"byline-{hashlib.sha256(place.encode()).hexdigest()[:12]}"

    # ---- the articles of one reader

    def news_of(self, request: gr.Request | None) -> rag.Byline:
        """The articles that answer the reader who sent ``request``."""
        return self.sessions.of(request).news if self.sessions else self.news

    def article(self, request: gr.Request, article_id: str, revision: str | None) -> rag.Article:
        """An article as that reader may read it; raises as ``Byline.article`` does."""
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
    ) -> Exchange:
        """The exchange that ``question`` becomes after those ``before``, in its turn.

        Raises:
            Stopped: the places were told that ``who`` waits no more.
        """

        def answered() -> Exchange:
            news, ready = self.news_of(request), self.readiness
            return exchange(news, question, before, scope, readiness=ready, standalone=standalone)

        return await self._in_turn(answered, question, scope, who)

    async def linked(self, request: gr.Request, who: str | None = None) -> Exchange | None:
        """The question that the page's address asks, answered anew, with what changed since.

        None where the address is no whole link.
        """
        link = opened(dict(request.query_params))
        if link is None:
            return None

        def answered() -> Exchange:
            news, ready = self.news_of(request), self.readiness
            made = exchange(news, link.question, [], link.scope, readiness=ready, standalone=True)
            made["reply"]["news"] = changed(link, news.article) if ready.wait(0) else []
            return made

        return await self._in_turn(answered, link.question, link.scope, who)

    async def _in_turn(
        self, answered: Callable[[], Exchange], question: str, scope: Scope, who: str | None
    ) -> Exchange:
        try:
            return await self.places.run(answered, who=who)
        except rag.UsageError as error:
            return refusal(question, str(error), scope)

    def suggested(
        self, exchanges: Sequence[Exchange], scope: Scope, request: gr.Request
    ) -> dict[str, Any]:
        """Questions that the articles answer, and how they are introduced."""
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
        """What to ask first, made once for the shared articles as they are; or what to ask next."""
        if exchanges or news is not self.news or scope != everything():
            return _next(news, exchanges, scope)
        generation = news.size()["generation"]
        if self._first[0] != generation:
            self._first = (generation, _next(news, exchanges, scope))
        return self._first[1]

    def exported(self, records: Sequence[Record], form: str) -> dict[str, str]:
        """The conversation as a file: its name, media type and text."""
        name = f"byline-{datetime.now(UTC):%Y-%m-%d}"
        if form == "json":
            return {"name": f"{name}.json", "type": "application/json", "text": as_json(records)}
        return {"name": f"{name}.md", "type": "text/markdown", "text": as_markdown(records)}

    def judge(self, records: Sequence[Record], given: Mapping[str, Any]) -> dict[str, str]:
        """Keeps what a reader says of an answer; the line to be shown under it."""
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
    """What to ask next; the last answer is given again, as the browser keeps only its words."""
    asked = [each["record"]["standalone_question"] for each in exchanges]
    last = exchanges[-1]["record"] if exchanges else None
    answer = None
    if last and not last["notice"]:
        answer = news.ask(last["standalone_question"], filter=filter_of(last["scope"]))
    return news.suggestions(answer, asked=asked, filter=filter_of(scope))

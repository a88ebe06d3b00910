"""The endpoints for Gradio clients, MCP clients and curl: to ask, search, trace and check."""

import contextlib
import json
import logging
from collections.abc import Callable
from functools import partial
from typing import TypedDict, TypeVar, cast

import gradio as gr
from gradio.events import api

import rag
from rag.web.arguments import read_count, read_filter, read_long_text, read_text, read_turns
from rag.web.checking import CheckedSentence, Traced, checked, traced
from rag.web.components import NewsOf
from rag.web.messages import Wait, for_readers
from rag.web.readiness import Readiness
from rag.web.record import Said, numbered, said
from rag.web.sourced import Source, sourced
from rag.web.work_queue import WorkQueue

__all__ = ["add_endpoints"]

TROUBLE = "Something went wrong; see Byline's log."

Result = TypeVar("Result")

log = logging.getLogger(__name__)


class Cited(Source):
    """A citation with its number in the answer, starting at 1."""

    number: int


class Replied(TypedDict):
    """An answer. ``abstained`` is true unless ``state`` is ``answer``.

    ``closest`` is the sentence closest to an answer, or "" unless ``state`` is ``closest``.
    ``notice`` is a short reply to small talk, or "". ``coverage`` says how many articles match a
    question over the whole folder, or is "".
    """

    question: str
    standalone_question: str
    state: str
    abstained: bool
    closest: str
    notice: str
    coverage: str
    text: str
    short_answer: str | None
    period: str
    differing: bool
    statements: list[Said]
    citations: list[Cited]
    generation: int


class Found(Source):
    """A search result: its rank, from 1, its score, in [0, 1], and its other versions."""

    rank: int
    score: float
    matched_terms: list[str]
    editions: str


def add_endpoints(news_of: NewsOf, *, readiness: Readiness, work_queue: WorkQueue) -> None:
    """Adds ``/ask``, ``/search``, ``/trace`` and ``/check`` to the current Gradio page.

    ``news_of`` returns the articles that a request may use: the shared ones and, with a session
    cookie, the uploads of that session. ``work_queue`` also runs the page's questions.
    """
    endpoints = _Endpoints(news_of, readiness, work_queue)
    # With Gradio's queue, the MCP server would repeat the request without its password.
    api(endpoints.ask, api_name="ask", queue=False)
    api(endpoints.search, api_name="search", queue=False)
    api(endpoints.trace, api_name="trace", queue=False)
    api(endpoints.check, api_name="check", queue=False)


class _Endpoints:
    """The functions behind the endpoints."""

    def __init__(self, news_of: NewsOf, readiness: Readiness, work_queue: WorkQueue) -> None:
        self._news_of = news_of
        self._readiness = readiness
        self._work_queue = work_queue

    async def ask(  # noqa: D417, PLR0917 - Gradio fills in the request, clients the rest by name
        self,
        request: gr.Request,
        question: str,
        history: list[dict[str, str]] | None = None,
        outlets: list[str] | None = None,
        authors: list[str] | None = None,
        since: str = "",
        until: str = "",
        articles: list[str] | None = None,
        undated: bool = True,  # noqa: FBT001, FBT002
    ) -> Replied:
        """Answer a question with sentences quoted word for word from the news articles.

        Each statement lists its citations. "state" is "answer", "closest" if there is only a
        sentence that comes close, or "none". "abstained" is true for the last two.
        Small talk gets only a "notice".

        Args:
            question: the question, in natural language.
            history: for a follow-up, the earlier turns, each with role ("user" or "agent") and
                text.
            outlets: only articles from these outlets.
            authors: only articles by these authors.
            since: only articles published on or after this date, as YYYY-MM-DD.
            until: only articles published on or before this date, as YYYY-MM-DD.
            articles: only articles with these ids.
            undated: whether to include articles without a date if since or until is given.
        """
        return await self._run(
            request,
            lambda news: replied(
                news,
                read_text("question", question),
                history=read_turns(history),
                filter=read_filter(outlets, authors, since, until, articles, undated),
            ),
        )

    async def search(  # noqa: D417, PLR0917 - Gradio fills in the request, clients the rest by name
        self,
        request: gr.Request,
        question: str,
        k: int = 10,
        outlets: list[str] | None = None,
        authors: list[str] | None = None,
        since: str = "",
        until: str = "",
        articles: list[str] | None = None,
        undated: bool = True,  # noqa: FBT001, FBT002
    ) -> list[Found]:
        """Find the passages of the news articles that match a question best, best first.

        Args:
            question: the question, or words to search for.
            k: the number of passages, 1 to 100.
            outlets: only articles from these outlets.
            authors: only articles by these authors.
            since: only articles published on or after this date, as YYYY-MM-DD.
            until: only articles published on or before this date, as YYYY-MM-DD.
            articles: only articles with these ids.
            undated: whether to include articles without a date if since or until is given.
        """
        return await self._run(
            request,
            lambda news: found(
                news,
                read_text("question", question),
                k=read_count("k", k),
                filter=read_filter(outlets, authors, since, until, articles, undated),
            ),
        )

    async def trace(  # noqa: D417 - Gradio fills in the request
        self,
        request: gr.Request,
        text: str,
        outlets: list[str] | None = None,
        articles: list[str] | None = None,
        speaker: str = "",
    ) -> Traced:
        """Find the source of quoted words in the news articles, and whether they were changed.

        "verdict" is "verbatim", "altered", "elsewhere" (in an article or by a speaker other than
        claimed) or "not found". "source" has the article's own words.

        Args:
            text: the quoted words.
            outlets: the outlets that are claimed as the source.
            articles: the ids of the articles that are claimed as the source.
            speaker: the person who is claimed to have said the words.
        """
        return await self._run(
            request,
            lambda news: traced(
                news,
                read_long_text("text", text),
                filter=read_filter(outlets, None, "", "", articles, True),
                speaker=read_text("speaker", speaker) or None,
            ),
        )

    async def check(self, request: gr.Request, draft: str) -> list[CheckedSentence]:  # noqa: D417
        """Check each sentence and quotation of a draft against the news articles.

        "verdict" is "supported", "partly" (a number, name, date or quotation is not in the
        articles), "contradicted" or "not found"; "reasons" says why, and "source" is the most
        similar sentence of an article.

        Args:
            draft: the text to check.
        """
        return await self._run(request, lambda news: checked(news, read_long_text("draft", draft)))

    async def _run(self, request: gr.Request, work: Callable[[rag.Byline], Result]) -> Result:
        """Runs ``work`` on the articles that the request may use; for MCP, returns JSON text.

        Raises:
            Error: with one line for the caller; internal details go to the log only.
        """
        try:
            made = await self._work_queue.run(partial(self._work, request, work))
        except rag.BylineError as error:
            _answer_with(_status(error), request)
            raise _told(for_readers(error)) from None
        # A tool's result is text; Gradio would convert it to a Python literal.
        is_tool = request.url.path.rstrip("/").endswith("/gradio_api/mcp")
        return cast("Result", json.dumps(made, ensure_ascii=False)) if is_tool else made

    def _work(self, request: gr.Request, work: Callable[[rag.Byline], Result]) -> Result:
        try:
            self._readiness.require()
            return work(self._news_of(request))
        except rag.BylineError:
            raise
        except Exception:
            log.exception("An API request failed")
            _answer_with(500, request)
            raise _told(TROUBLE) from None


class _ToldError(gr.Error):
    """An error message for API callers, without the quotation marks that Gradio adds."""

    def __str__(self) -> str:
        return str(self.message)


def _status(error: rag.BylineError) -> int:
    """The HTTP status of an error: a wrong request, an overload or a server error."""
    if isinstance(error, Wait | rag.NotIndexedError):
        return 503
    return 400 if isinstance(error, rag.UsageError) else 500


def _answer_with(status: int, request: gr.Request) -> None:
    """Passes the status of the response to the gate; Gradio returns 500 for every error."""
    with contextlib.suppress(AttributeError):  # through Gradio's queue there is only the message
        request.state.status = status


def _told(message: str) -> gr.Error:
    return _ToldError(message, print_exception=False)


def replied(
    news: rag.Byline, question: str, *, history: list[rag.Turn], filter: rag.Filter
) -> Replied:
    """The answer to ``question``; raises the same errors as ``Byline.ask``."""
    answer = news.ask(question, history=history, filter=filter)
    numbers = numbered(answer)
    return {
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "state": answer.state,
        "abstained": answer.abstained,
        "closest": answer.closest.text if answer.closest else "",
        "notice": answer.notice,
        "coverage": answer.coverage,
        "text": answer.text,
        "short_answer": answer.short_answer,
        "period": rag.period_line(answer),
        "differing": bool(answer.differing),
        "statements": [said(statement, numbers) for statement in answer.statements],
        "citations": [
            {"number": number, **sourced(news, cited)} for cited, number in numbers.items()
        ],
        "generation": answer.generation,
    }


def found(news: rag.Byline, question: str, *, k: int, filter: rag.Filter) -> list[Found]:
    """The ``k`` best passages for ``question``, best first; raises as ``Byline.search`` does."""
    return [
        {
            "rank": hit.rank,
            "score": hit.score,
            "matched_terms": list(hit.matched_terms),
            "editions": rag.edition_line(hit, news.article),
            **sourced(news, hit.passage),
        }
        for hit in news.search(question, k=k, filter=filter)
    ]

"""Conversations: questions and answers as plain data, stored only in the reader's browser.

Validates everything that a browser sends.
"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

import rag
from rag.web.cards import blank_panel
from rag.web.components import drawn, sentence
from rag.web.export import cited_text
from rag.web.messages import for_readers
from rag.web.narrow import filter_of, searched
from rag.web.permalink import permalink
from rag.web.readiness import Readiness
from rag.web.record import Record, Scope, read_record, record, refused, turns
from rag.web.reply import Reply, notice, reply
from rag.web.templates import shield
from rag.web.writing import Writing

__all__ = [
    "MOST",
    "Exchange",
    "draw",
    "exchange",
    "last_panel",
    "read_exchanges",
    "refusal",
    "until",
]

MOST = 50  # maximum exchanges in a conversation
TROUBLE = "Something went wrong while answering; see Byline's log. Please ask again."

log = logging.getLogger(__name__)


class Exchange(TypedDict):
    """A question and its answer: the record, and the reply as the page draws it."""

    record: Record
    reply: Reply


_REPLY = TypeAdapter(Reply)


def exchange(
    news: rag.Byline,
    question: str,
    before: Sequence[Exchange],
    scope: Scope,
    *,
    readiness: Readiness,
    standalone: bool = False,
    writing: Writing | None = None,
) -> Exchange:
    """Answers ``question``, with the exchanges ``before`` it as context.

    Waits until ``readiness`` reports that the articles are loaded. With ``standalone``, asks the
    question without context. With ``writing``, the answer is in prose, and ``writing`` receives
    each draft. Raises nothing.
    """
    asked = datetime.now(UTC)
    try:
        readiness.require()
        history = [] if standalone else turns([each["record"] for each in before])
        answer = _answered(news, question, history, filter_of(scope), writing)
        if answer.notice:
            return refusal(question, answer.notice, scope)
        made = record(answer, news.article, scope=scope, asked=asked)
        return {"record": made, "reply": reply(answer, news.article)}
    except rag.BylineError as error:
        message = for_readers(error)
    except Exception:
        log.exception("No answer to %r", question[:200])
        message = TROUBLE
    return refusal(question, message, scope)


def _answered(
    news: rag.Byline,
    question: str,
    history: Sequence[rag.Turn],
    filter: rag.Filter,
    writing: Writing | None,
) -> rag.Answer:
    if writing is None:
        return news.ask(question, history=history, filter=filter)
    drafts = news.stream(
        question,
        history=history,
        filter=filter,
        prose=True,
        trace=writing.begin,
        is_stopped=writing.is_stopped,
    )
    for answer in drafts:
        writing.tell(answer)
    return answer


def refusal(question: str, message: str, scope: Scope) -> Exchange:
    """The exchange of a question that gets ``message`` instead of an answer."""
    message = sentence(message)
    made = refused(question, message, scope=scope, asked=datetime.now(UTC))
    return {"record": made, "reply": notice(message)}


def read_exchanges(value: Any) -> list[Exchange]:
    """The last ``MOST`` exchanges that a browser stored; invalid ones are left out."""
    found = [_read(item) for item in value[-MOST:]] if isinstance(value, list) else []
    return [each for each in found if each is not None]


def _read(item: Any) -> Exchange | None:
    if not isinstance(item, dict):
        return None
    asked = read_record(item.get("record"))
    try:
        shown = _REPLY.validate_python(item.get("reply"))
    except ValidationError:
        return None
    return {"record": asked, "reply": shown} if asked else None


def until(exchanges: list[Exchange], index: object) -> list[Exchange]:
    """The exchanges before ``index``; all of them if ``index`` is not valid."""
    return exchanges[:index] if isinstance(index, int) and index >= 0 else exchanges


def draw(exchanges: Sequence[Exchange], *, judged: bool = True) -> list[dict[str, Any]]:
    """The chat's messages, two per exchange; ``judged`` adds the feedback buttons."""
    messages: list[dict[str, Any]] = []
    for index, each in enumerate(exchanges):
        after = len(exchanges) - index - 1
        messages.append(_question(each["record"]["question"], index, after))
        messages.append(_answer(each, index, judged=judged))
    return messages


def last_panel(exchanges: Sequence[Exchange]) -> Any:
    """The cards of the newest answer, escaped for the sources panel."""
    panels = [each["reply"]["panel"] for each in exchanges if not each["record"]["notice"]]
    return shield(panels[-1] if panels else blank_panel())


def _question(question: str, index: int, after: int) -> dict[str, Any]:
    those = "question" if after == 1 else f"{after} questions"
    gone = f"Removes the {those} after it."
    asked = {"question": question, "index": index, "gone": gone if after else ""}
    return {"role": "user", "content": drawn("question", asked, render=False)}


def _answer(shown: Exchange, index: int, *, judged: bool) -> dict[str, Any]:
    asked = shown["record"]
    value = {
        **shown["reply"],
        "id": asked["id"],
        "index": index,
        "searched": searched(asked["scope"]),
        "copied": cited_text(asked) if asked["statements"] else "",
        "link": permalink(asked),
        "judged": judged,
    }
    bubble = drawn("reply", value, scripts=["reply", "actions"], render=False)
    return {"role": "assistant", "content": bubble}

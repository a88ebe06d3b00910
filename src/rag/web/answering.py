"""Answers a question of the page; every error becomes a notice."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime

import rag
from rag.web.conversation import Exchange
from rag.web.narrow import filter_of
from rag.web.readiness import Readiness
from rag.web.record import Scope, record, refused, turns
from rag.web.reply import notice, reply

__all__ = ["exchange", "refusal"]

TROUBLE = "Something went wrong while answering; see Byline's log. Please ask again."

log = logging.getLogger(__name__)


def exchange(
    news: rag.Byline,
    question: str,
    before: Sequence[Exchange],
    scope: Scope,
    *,
    readiness: Readiness,
    standalone: bool = False,
) -> Exchange:
    """Answers ``question``, with the exchanges ``before`` it as context.

    Waits until ``readiness`` says that the articles are loaded. With ``standalone``, the question
    is asked without context. Raises nothing.
    """
    asked = datetime.now(UTC)
    try:
        readiness.require()
        history = [] if standalone else turns([each["record"] for each in before])
        answer = news.ask(question, history=history, filter=filter_of(scope))
        made = record(answer, news.article, scope=scope, asked=asked)
        return {"record": made, "reply": reply(answer, news.article)}
    except rag.BylineError as error:
        message = str(error)
    except Exception:
        log.exception("No answer to %r", question[:200])
        message = TROUBLE
    return refusal(question, message, scope)


def refusal(question: str, message: str, scope: Scope) -> Exchange:
    """The exchange of a question that gets ``message`` instead of an answer."""
    message = _sentence(message)
    made = refused(question, message, scope=scope, asked=datetime.now(UTC))
    return {"record": made, "reply": notice(message)}


def _sentence(message: str) -> str:
    """An error message as a sentence: capitalised, with a full stop."""
    message = message[:1].upper() + message[1:]
    return message if message.endswith((".", "!", "?")) else f"{message}."

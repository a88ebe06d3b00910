"""Conversations: exchanges as plain data, stored only in the reader's browser.

A browser may send anything, so everything it sends is validated.
"""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from rag.web.cards import blank_panel
from rag.web.components import drawn
from rag.web.escaping import shield
from rag.web.export import cited_text
from rag.web.narrow import searched
from rag.web.permalink import permalink
from rag.web.record import Record, read_record
from rag.web.reply import Reply

__all__ = ["MOST", "Exchange", "draw", "last_panel", "read_exchanges", "until"]

MOST = 50  # exchanges kept in a conversation


class Exchange(TypedDict):
    """A question and its answer: the record, and the reply as the page draws it."""

    record: Record
    reply: Reply


_REPLY = TypeAdapter(Reply)


def read_exchanges(value: Any) -> list[Exchange]:
    """The last ``MOST`` exchanges that a browser stored; invalid ones are left out."""
    found = [_read(item) for item in value[-MOST:]] if isinstance(value, list) else []
    return [exchange for exchange in found if exchange is not None]


def _read(item: Any) -> Exchange | None:
    if not isinstance(item, dict):
        return None
    record = read_record(item.get("record"))
    try:
        shown = _REPLY.validate_python(item.get("reply"))
    except ValidationError:
        return None
    return {"record": record, "reply": shown} if record else None


def until(exchanges: list[Exchange], index: object) -> list[Exchange]:
    """The exchanges before ``index``; all of them if ``index`` is not valid."""
    return exchanges[:index] if isinstance(index, int) and index >= 0 else exchanges


def draw(exchanges: Sequence[Exchange], *, judged: bool = True) -> list[dict[str, Any]]:
    """The chat's messages, two per exchange; ``judged`` adds the feedback buttons."""
    messages: list[dict[str, Any]] = []
    for index, exchange in enumerate(exchanges):
        after = len(exchanges) - index - 1
        messages.append(_question(exchange["record"]["question"], index, after))
        messages.append(_answer(exchange, index, judged=judged))
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


def _answer(exchange: Exchange, index: int, *, judged: bool) -> dict[str, Any]:
    record = exchange["record"]
    about = {
        "id": record["id"],
        "index": index,
        "searched": searched(record["scope"]),
        "copied": cited_text(record) if record["statements"] else "",
        "link": permalink(record),
        "judged": judged,
    }
    value = {**exchange["reply"], **about}
    bubble = drawn("reply", value, scripts=["reply", "actions"], render=False)
    return {"role": "assistant", "content": bubble}

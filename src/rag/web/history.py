"""Past turns, read back from the chat's messages.

The messages come from the browser, so nothing is assumed about their form.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import rag
from rag.web.shield import unshield

__all__ = ["replies", "turns"]


def turns(messages: Sequence[Any]) -> list[rag.Turn]:
    """The conversation so far. A question that got only a notice is left out, with the notice."""
    past: list[rag.Turn] = []
    for message in messages:
        past.extend(_said(message))
        refused = any(shown.get("notice") for shown in _shown(message))
        if refused and past and past[-1].role == "user":
            past.pop()
    return past


def replies(messages: Sequence[Any]) -> list[Mapping[str, Any]]:
    """The answers among the messages, as they were sent to the templates, notices left out."""
    return [shown for message in messages for shown in _shown(message) if not shown.get("notice")]


def _said(message: Any) -> list[rag.Turn]:
    if _role(message) == "user":
        texts = [block.get("text") for block in _blocks(message)]
        return [rag.Turn(role="user", text=text) for text in texts if isinstance(text, str)]
    texts = [shown.get("text") for shown in _shown(message) if not shown.get("notice")]
    return [rag.Turn(role="agent", text=unshield(text)) for text in texts if isinstance(text, str)]


def _shown(message: Any) -> list[Mapping[str, Any]]:
    """The replies in a message of Byline's."""
    values = [block.get("value") for block in _blocks(message)]
    mine = _role(message) == "assistant"
    return [value for value in values if mine and isinstance(value, Mapping)]


def _role(message: Any) -> object:
    return message.get("role") if isinstance(message, Mapping) else None


def _blocks(message: Any) -> list[Mapping[str, Any]]:
    content = message.get("content") if isinstance(message, Mapping) else None
    blocks = content if isinstance(content, list) else []
    return [block for block in blocks if isinstance(block, Mapping)]

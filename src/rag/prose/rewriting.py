"""Rewrites follow-up questions with the language model. The rules remain the fallback."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from rag.errors import ModelServerError
from rag.language.words import fold
from rag.language.words import tokens as words_of
from rag.llm import ModelServer
from rag.prose.packing import new_boundary
from rag.prose.prompts import REWRITE, prompt
from rag.schema import Tokens, Turn

__all__ = ["rewritten"]

log = logging.getLogger(__name__)

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"question": {"type": "string"}},
    "required": ["question"],
    "additionalProperties": False,
}
_TURNS = 6  # turns of the conversation sent to the model
_LONGEST = 600  # maximum characters per turn
_MOST = 200  # maximum tokens of a question
_LONGER = 400  # maximum characters that a rewriting may add


def rewritten(
    question: str,
    history: Sequence[Turn],
    *,
    server: ModelServer,
    by_rules: str,
    is_stopped: Callable[[], bool] = lambda: False,
    spend: Callable[[Tokens], object] = lambda _: None,
) -> str:
    """The standalone question; ``by_rules`` if the model does not return a good one.

    Calls ``spend`` with the tokens of the request.

    A rewriting is good if it is one line and each of its names and numbers occurs in the question
    or the conversation.
    """
    if not history:
        return by_rules
    conversation = "\n".join(
        f"{'Reader' if turn.role == 'user' else 'Answer'}: {_line(turn.text)[:_LONGEST]}"
        for turn in history[-_TURNS:]
    )
    boundary = new_boundary()
    messages = prompt(REWRITE, boundary=boundary, conversation=conversation, question=question)
    try:
        found, tokens = server.complete(messages, schema=SCHEMA, most=_MOST, is_stopped=is_stopped)
    except ModelServerError as error:
        log.info("The follow-up is rewritten by rules: %s", error)
        return by_rules
    spend(tokens)
    new = found.get("question")
    if isinstance(new, str) and _is_good(new, f"{conversation} {question}", len(question)):
        return _line(new)
    return by_rules


def _line(text: str) -> str:
    return " ".join(text.split())


def _is_good(new: str, known: str, length: int) -> bool:
    """Whether a rewriting adds no new name or number."""
    words = words_of(_line(new))
    if not words or len(new) > length + _LONGER or not new.isprintable():
        return False
    before = {fold(word) for word, _, _ in words_of(known)}
    line = _line(new)
    added = (line[start:end] for _, start, end in words[1:])
    return all(
        fold(word) in before
        for word in added
        if word[0].isupper() or any(character.isdigit() for character in word)
    )

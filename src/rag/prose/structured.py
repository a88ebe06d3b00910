"""Parses the model's reply as it arrives: an object with ``answerable`` and ``answer``."""

import json
import re
from typing import Any

from rag.errors import ModelServerError

__all__ = ["SCHEMA", "Structured"]

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"answerable": {"type": "boolean"}, "answer": {"type": "string"}},
    "required": ["answerable", "answer"],
    "additionalProperties": False,
}
"""The JSON schema of a reply. Abstention is a field, not a phrase to detect."""

_HEAD = re.compile(r'\{\s*"answerable"\s*:\s*(true|false)\s*,\s*"answer"\s*:\s*"')
_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|(["\\/bfnrt]))')
_LONGEST_HEAD = 200  # maximum characters, including spaces
_PLAIN = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class Structured:
    """Decodes a reply piece by piece."""

    def __init__(self) -> None:
        self._raw = ""
        self._start = -1  # the offset of the object, once its beginning is complete
        self._next = -1  # the offset in the raw text up to which the answer is decoded
        self._told = ""
        self._is_over = False

    def feed(self, piece: str) -> str:
        """Processes a piece of the reply, and returns the text that it adds to the answer."""
        self._raw += piece
        if self._next < 0:
            head = _HEAD.search(self._raw, max(0, len(self._raw) - len(piece) - _LONGEST_HEAD))
            if head is None:
                return ""
            self._start, self._next = head.span()
            self._is_over = head[1] == "false"
        added = self._decoded()
        self._told += added
        return added

    def finish(self) -> tuple[bool, str]:
        """Returns whether the model answers, and the rest of its answer.

        Raises:
            ModelServerError: the reply does not follow the schema.
        """
        start = self._start if self._start >= 0 else self._raw.find("{")
        found = _parsed(self._raw[max(start, 0) :])
        if not isinstance(found.get("answerable"), bool) or not isinstance(
            found.get("answer"), str
        ):
            raise ModelServerError("The model's reply is not the requested JSON.")
        answer = _whole(found["answer"]) if found["answerable"] else ""
        return found["answerable"], answer.removeprefix(self._told)

    def _decoded(self) -> str:
        """The characters that are complete; an incomplete escape waits for the rest."""
        text = ""
        while not self._is_over and self._next < len(self._raw):
            character = self._raw[self._next]
            if character == '"':
                self._is_over = True
            elif character != "\\":
                text += character
                self._next += 1
            else:
                found = self._escape()
                if found is None:
                    break
                text += found
        return text

    def _escape(self) -> str | None:
        """The character of the escape at the current offset; None if it is incomplete."""
        first = _ESCAPE.match(self._raw, self._next)
        if first is None:
            return None
        if first[2]:
            self._next = first.end()
            return _PLAIN.get(first[2], first[2])
        code = int(first[1], 16)
        if not 0xD800 <= code < 0xDC00:
            self._next = first.end()
            return "\ufffd" if 0xDC00 <= code < 0xE000 else chr(code)
        if len(self._raw) < first.end() + 6:
            return None
        low = _ESCAPE.match(self._raw, first.end())
        is_pair = low is not None and low[1] and 0xDC00 <= int(low[1], 16) < 0xE000
        if low is None or not is_pair:
            self._next = first.end()
            return "\ufffd"
        self._next = low.end()
        return chr(0x10000 + ((code - 0xD800) << 10) + int(low[1], 16) - 0xDC00)


def _whole(text: str) -> str:
    """The text with a replacement character for each lone surrogate."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _parsed(raw: str) -> dict[str, Any]:
    """The first object in the text; ignores what follows, such as the end of a code fence."""
    try:
        found, _ = json.JSONDecoder(strict=False).raw_decode(raw)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {}

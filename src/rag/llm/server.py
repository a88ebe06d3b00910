"""A language model on any server with the OpenAI protocol, with retries, time limits and JSON."""

import json
import random
import time
from collections.abc import Generator, Mapping, Sequence
from functools import partial
from typing import Any

from rag.errors import ModelServerError
from rag.llm.client import NOT_UNDERSTOOD, check_installed, failure_of, send
from rag.llm.messages import Failure, Message, Reply, Stopped, Usage, counted
from rag.llm.request import pieces, sleep
from rag.schema import Tokens

__all__ = ["ModelServer"]

_RETRIES = 2
_PAUSE = 0.5  # seconds before the first retry; doubled for each further retry
_JITTER = (0.5, 1.5)
_FORMS = 2  # the last form of a request to try, without a schema


class ModelServer:
    """A model on a server. Thread-safe; it keeps no connection open between requests."""

    def __init__(
        self,
        *,
        base_url: str,
        model: str,
        key: str = "",
        timeout: float = 120.0,
        retries: int = _RETRIES,
        pause: float = _PAUSE,
    ) -> None:
        """Sets the server and the model.

        Args:
            base_url: the URL before ``/chat/completions``; usually ends with ``/v1``.
            model: the name of the model on the server.
            key: the key, or "" if the server needs none.
            timeout: the maximum number of seconds for a request, including retries.
            retries: how often to repeat a request that failed before its first token.
            pause: seconds before the first retry; doubled for each further retry.

        Raises:
            ModelError: the package openai is not installed.
        """
        check_installed()
        self.base_url = base_url
        self.model = model
        self.timeout = timeout
        self._key = key
        self._retries = retries
        self._pause = pause
        self._form = 0

    def __repr__(self) -> str:
        return f"ModelServer(base_url={self.base_url!r}, model={self.model!r})"

    def stream(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any],
        most: int,
        is_stopped: Stopped = lambda: False,
    ) -> Generator[Reply, None, None]:
        """The reply to ``messages`` in pieces, as JSON that follows ``schema``.

        A request that fails before its first token is repeated after a growing pause, or after the
        time that the server asks for. Closing the generator closes the request.

        Args:
            messages: the prompt.
            schema: the JSON schema of the reply. If the server rejects a parameter, the request is
                sent in another form, finally without the schema.
            most: the maximum number of tokens of the reply.
            is_stopped: called ten times a second; once it returns true, the request is closed.

        Raises:
            ModelServerError: the server failed, or ``is_stopped`` returned true.
        """
        deadline = time.monotonic() + self.timeout
        failed, form = 0, self._form
        while True:
            if is_stopped():
                raise ModelServerError("The request was stopped.")
            begun = False
            parameters = self.parameters(messages, schema=schema, most=most, form=form)
            try:
                for piece in self._once(parameters, deadline, is_stopped):
                    begun, self._form = True, form  # the form that works, for the next request
                    yield piece
                return
            except Failure as failure:
                if failure.status in NOT_UNDERSTOOD and form < _FORMS and not begun:
                    form += 1
                    continue
                wait = self._wait(failure, failed, deadline)
                if begun or wait is None:
                    raise ModelServerError(str(failure)) from None
                failed += 1
                sleep(wait, is_stopped)

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any],
        most: int,
        is_stopped: Stopped = lambda: False,
    ) -> tuple[dict[str, Any], Tokens]:
        """The whole reply as an object, and its tokens; takes the same arguments as ``stream``.

        Raises:
            ModelServerError: the server failed, or its reply is not a JSON object.
        """
        reply = list(self.stream(messages, schema=schema, most=most, is_stopped=is_stopped))
        text = "".join(piece.text for piece in reply)
        try:
            found = json.loads(text[text.find("{") : text.rfind("}") + 1])
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise ModelServerError("The model's reply is not the requested JSON.")
        usage = next((piece.usage for piece in reply if piece.usage), Usage())
        return found, counted(usage, messages, text)

    def parameters(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any],
        most: int,
        form: int | None = None,
    ) -> dict[str, Any]:
        """The body of the request, in the given form or the last one that worked, without key."""
        form = self._form if form is None else form
        reply = {"name": "reply", "strict": True, "schema": schema}
        body: dict[str, Any] = {
            "model": self.model,
            "messages": [dict(message) for message in messages],
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if form == 1:  # as OpenAI's reasoning models require
            body |= {"max_completion_tokens": most}
        else:
            body |= {"max_tokens": most, "temperature": 0.0}
        if form < _FORMS:
            body |= {"response_format": {"type": "json_schema", "json_schema": reply}}
        return body

    def _wait(self, failure: Failure, failed: int, deadline: float) -> float | None:
        """The seconds to wait before the next attempt; None if there is none."""
        if not failure.is_retryable or failed >= self._retries:
            return None
        jitter = random.uniform(*_JITTER)  # noqa: S311 - spreads requests, keeps no secret
        wait = max(failure.retry_after, self._pause * 2**failed * jitter)
        return wait if time.monotonic() + wait < deadline else None

    def _once(
        self, parameters: Mapping[str, Any], deadline: float, is_stopped: Stopped
    ) -> Generator[Reply, None, None]:
        """One request; its pieces come from another thread."""
        return pieces(
            partial(send, parameters, base_url=self.base_url, key=self._key, timeout=self.timeout),
            failure_of=failure_of,
            deadline=deadline,
            is_stopped=is_stopped,
        )

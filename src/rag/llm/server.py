"""A language model behind any server with the OpenAI protocol. The only user of ``openai``.

Each request runs in an event loop and thread of its own. Its consumer can therefore close it at
any moment, also while the server is silent.
"""

import asyncio
import email.utils
import json
import os
import queue
import random
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rag.errors import ModelError, ModelServerError
from rag.schema import Tokens
from rag.tokens import count_tokens

if TYPE_CHECKING:
    import openai

__all__ = ["Message", "ModelServer", "Reply", "Usage", "counted"]

RETRIES = 2
PAUSE = 0.5  # seconds before the first retry; doubled for each further one
_JITTER = (0.5, 1.5)
_CONNECT = 10.0  # seconds
_TICK = 0.1  # seconds between two looks at whether the request is still wanted
_BUSY = 429
_RETRYABLE = frozenset({408, 409, _BUSY, 500, 502, 503, 504, 529})
_NOT_UNDERSTOOD = frozenset({400, 422})  # the status if a server does not know a parameter
_FORMS = 2  # the last form of a request, without a schema
_LONGEST = 200_000  # characters of a reply
_REASONS = {
    401: "refused the key (status 401); check BYLINE_LLM_API_KEY",
    403: "refused access (status 403); check BYLINE_LLM_API_KEY",
    404: "does not know the model or the URL (status 404); check BYLINE_LLM_MODEL and"
    " BYLINE_LLM_BASE_URL",
    _BUSY: "is busy (status 429)",
}

Message = Mapping[str, str]
"""One message of a prompt: ``role`` and ``content``."""
Stopped = Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """The tokens of a request as the server counts them; None if it does not say."""

    prompt: int | None = None
    completion: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A piece of a reply: some ``text``, or at its end the ``usage``.

    ``is_cut`` is true in the last piece if the reply reached the limit of tokens.
    """

    text: str = ""
    usage: Usage | None = None
    is_cut: bool = False


def counted(usage: Usage, messages: Sequence[Message], text: str) -> Tokens:
    """The tokens of a request as the server counts them, or else as o200k_base does."""
    if usage.prompt is not None and usage.completion is not None:
        return Tokens(prompt=usage.prompt, completion=usage.completion, is_counted=True)
    prompt = sum(count_tokens(message["content"]) for message in messages)
    return Tokens(prompt=prompt, completion=count_tokens(text))


class ModelServer:
    """A model on a server. Thread-safe; it keeps no connection open between requests."""

    def __init__(
        self,
        *,
        base_url: str,
        model: str,
        key: str = "",
        timeout: float = 120.0,
        retries: int = RETRIES,
        pause: float = PAUSE,
    ) -> None:
        """Takes the server's URL, which mostly ends with ``/v1``, and the model's name.

        Args:
            base_url: the URL below which ``/chat/completions`` is.
            model: the name of the model, as the server knows it.
            key: the key, or "" if the server needs none.
            timeout: the most seconds that a request may take, with all retries.
            retries: how often a request that failed before its first token is repeated.
            pause: seconds before the first retry; each further one waits twice as long.

        Raises:
            ModelError: the package openai is not installed.
        """
        _check_installed()
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

        A request that fails before its first token is repeated, with growing pauses or after the
        time that the server asks for. Closing the generator closes the request.

        Args:
            messages: the prompt.
            schema: the JSON schema of the reply. A server that refuses a parameter gets the
                request in another form, at last without the schema.
            most: the most tokens of the reply.
            is_stopped: asked ten times a second; once it is true, the request is closed.

        Raises:
            ModelServerError: the server failed, or ``is_stopped`` became true.
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
            except _Failed as failure:
                if failure.status in _NOT_UNDERSTOOD and form < _FORMS and not begun:
                    form += 1
                    continue
                wait = self._wait(failure, failed, deadline)
                if begun or wait is None:
                    raise ModelServerError(str(failure)) from None
                failed += 1
                _sleep(wait, is_stopped)

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
            ModelServerError: the server failed, or its reply is no JSON object.
        """
        pieces = list(self.stream(messages, schema=schema, most=most, is_stopped=is_stopped))
        text = "".join(piece.text for piece in pieces)
        try:
            found = json.loads(text[text.find("{") : text.rfind("}") + 1])
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise ModelServerError("The model's reply is not the JSON that it was asked for.")
        usage = next((piece.usage for piece in pieces if piece.usage), Usage())
        return found, counted(usage, messages, text)

    def parameters(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any],
        most: int,
        form: int | None = None,
    ) -> dict[str, Any]:
        """The body of the request, in the given form or the one that worked; it has no key."""
        form = self._form if form is None else form
        reply = {"name": "reply", "strict": True, "schema": schema}
        body: dict[str, Any] = {
            "model": self.model,
            "messages": [dict(message) for message in messages],
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if form == 1:  # as OpenAI's reasoning models demand it
            body |= {"max_completion_tokens": most}
        else:
            body |= {"max_tokens": most, "temperature": 0.0}
        if form < _FORMS:
            body |= {"response_format": {"type": "json_schema", "json_schema": reply}}
        return body

    def _wait(self, failure: "_Failed", failed: int, deadline: float) -> float | None:
        """The seconds to wait before the next try; None if there is none."""
        if not failure.is_retryable or failed >= self._retries:
            return None
        jitter = random.uniform(*_JITTER)  # noqa: S311 - spreads requests, keeps no secret
        wait = max(failure.retry_after, self._pause * 2**failed * jitter)
        return wait if time.monotonic() + wait < deadline else None

    def _once(
        self, parameters: Mapping[str, Any], deadline: float, is_stopped: Stopped
    ) -> Generator[Reply, None, None]:
        """One request; its pieces come from another thread."""
        pieces: queue.SimpleQueue[Reply | _Failed | None] = queue.SimpleQueue()
        request = _Request(lambda: self._pump(parameters, pieces.put), pieces.put)
        try:
            while True:
                piece = _next(pieces, deadline, is_stopped)
                if piece is None:
                    return
                if isinstance(piece, _Failed):
                    raise piece
                yield piece
        finally:
            request.cancel()

    async def _pump(self, parameters: Mapping[str, Any], put: Callable[[Reply], None]) -> None:
        """Sends the request and puts the pieces of the reply."""
        import openai

        timeout = openai.Timeout(self.timeout, connect=min(_CONNECT, self.timeout))
        # The package would also send what these variables of the environment name.
        foreign = os.environ.get("OPENAI_CUSTOM_HEADERS", "").splitlines()
        names = [line.partition(":")[0].strip() for line in foreign if ":" in line]
        not_ours: dict[str, Any] = dict.fromkeys(
            ("OpenAI-Organization", "OpenAI-Project", *names), openai.omit
        )
        web = openai.DefaultAsyncHttpxClient(follow_redirects=False, timeout=timeout)
        async with openai.AsyncOpenAI(
            base_url=self.base_url,
            # Without a key of ours, the package would send the one in OPENAI_API_KEY.
            api_key=self._key or "none",
            max_retries=0,
            timeout=timeout,
            http_client=web,
            default_headers=not_ours,
        ) as client:
            ended, length = False, -1
            async with await client.chat.completions.create(**parameters) as chunks:
                async for chunk in chunks:
                    length = max(length, 0)
                    for choice in chunk.choices or ():
                        ended = ended or choice.finish_reason is not None
                        text = choice.delta.content if choice.delta else None
                        if text or choice.finish_reason == "length":
                            put(Reply(text=text or "", is_cut=choice.finish_reason == "length"))
                            length += len(text or "")
                    if length > _LONGEST:
                        raise _Failed("does not end its answer", is_retryable=False)
                    if chunk.usage:
                        used = chunk.usage
                        put(Reply(usage=Usage(prompt=used.prompt_tokens,
                                              completion=used.completion_tokens)))  # fmt: skip
        if length < 0:
            raise _Failed("sent no answer in the OpenAI protocol", is_retryable=True)
        if not ended:
            raise _Failed("broke off in the middle of its answer", is_retryable=True)


class _Failed(Exception):  # noqa: N818 - becomes a ModelServerError
    """A request that failed: why, and whether another try makes sense."""

    def __init__(
        self, reason: str, *, is_retryable: bool, status: int = 0, retry_after: float = 0.0
    ) -> None:
        super().__init__(f"The model server {reason}.")
        self.is_retryable = is_retryable
        self.status = status
        self.retry_after = retry_after


class _Request:
    """A coroutine that runs in a thread of its own, and can be cancelled from any other."""

    def __init__(self, pump: Callable[[], Any], put: Callable[[_Failed | None], None]) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._lock = threading.Lock()
        self._is_cancelled = False
        self._pump, self._put = pump, put
        threading.Thread(target=self._run, name="byline-model-server", daemon=True).start()

    def cancel(self) -> None:
        """Closes the request, if it still runs."""
        with self._lock:
            self._is_cancelled = True
            if self._loop and self._task and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._task.cancel)

    def _run(self) -> None:
        asyncio.run(self._guarded())

    async def _guarded(self) -> None:
        with self._lock:
            if self._is_cancelled:
                return
            self._loop = asyncio.get_running_loop()
            self._task = asyncio.ensure_future(self._pump())
        try:
            await self._task
            self._put(None)
        except asyncio.CancelledError:
            pass
        except Exception as error:  # noqa: BLE001 - whatever it is, the consumer must hear of it
            self._put(_failed(error))
        finally:
            with self._lock:
                self._loop = None


def _failed(error: Exception) -> _Failed:
    """The failure in Byline's words. The server's own could repeat the key."""
    import httpx2
    import openai

    if isinstance(error, _Failed):
        return error
    if isinstance(error, openai.APITimeoutError):
        return _Failed("did not answer in time", is_retryable=True)
    if isinstance(error, openai.APIStatusError):
        return _of_status(error)
    # openai 3.0 passes on the errors of httpx2 in the middle of an answer.
    if isinstance(error, openai.APIConnectionError | httpx2.TransportError):
        return _Failed("cannot be reached, or broke off", is_retryable=True)
    if isinstance(error, openai.APIError):
        return _Failed("reported an error in the middle of its answer", is_retryable=True)
    return _Failed(
        f"sent what is not the OpenAI protocol ({type(error).__name__})", is_retryable=False
    )


def _of_status(error: "openai.APIStatusError") -> _Failed:
    status = error.status_code
    reason = _REASONS.get(status, f"refused the request (status {status})")
    if status >= 500:
        reason = f"has a fault of its own (status {status})"
    return _Failed(
        reason,
        is_retryable=status in _RETRYABLE,
        status=status,
        retry_after=_seconds(error.response.headers.get("retry-after", "")),
    )


def _seconds(value: str) -> float:
    """The seconds that a Retry-After header asks for; 0 if it asks for none."""
    try:
        seconds = float(value)
    except ValueError:
        moment = email.utils.parsedate_tz(value)
        seconds = email.utils.mktime_tz(moment) - time.time() if moment else 0.0
    return seconds if 0 <= seconds < float("inf") else 0.0


def _next(
    pieces: "queue.SimpleQueue[Reply | _Failed | None]", deadline: float, is_stopped: Stopped
) -> "Reply | _Failed | None":
    """The next piece, as soon as it is there."""
    while True:
        left = deadline - time.monotonic()
        if is_stopped():
            return _Failed("was told to stop", is_retryable=False)
        if left <= 0:
            return _Failed("did not answer in time", is_retryable=False)
        try:
            return pieces.get(timeout=min(_TICK, left))
        except queue.Empty:
            continue


def _sleep(seconds: float, is_stopped: Stopped) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0 and not is_stopped():
        time.sleep(min(_TICK, left))


def _check_installed() -> None:
    try:
        import openai  # noqa: F401 - whether it is there
    except ImportError:
        raise ModelError(
            "openai, which talks to the model server, is not installed; install it with:"
            " pip install 'byline[llm]'"
        ) from None

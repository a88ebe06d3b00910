"""One request to a server with the OpenAI protocol. The only user of ``openai``."""

import email.utils
import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from rag.errors import ModelError
from rag.llm.messages import Failure, Reply, Usage

if TYPE_CHECKING:
    import openai

__all__ = ["NOT_UNDERSTOOD", "check_installed", "failure_of", "send"]

_CONNECT = 10.0  # seconds
_LONGEST = 200_000  # maximum characters of a reply
_BUSY = 429
_RETRYABLE = frozenset({408, 409, _BUSY, 500, 502, 503, 504, 529})
NOT_UNDERSTOOD = frozenset({400, 422})
"""The status codes of a server that does not know a parameter."""
_REASONS = {
    401: "refused the key (status 401); check BYLINE_LLM_API_KEY",
    403: "refused access (status 403); check BYLINE_LLM_API_KEY",
    404: "does not know the model or the URL (status 404); check BYLINE_LLM_MODEL and"
    " BYLINE_LLM_BASE_URL",
    _BUSY: "is busy (status 429)",
}


def check_installed() -> None:
    """Checks that the package ``openai`` is installed.

    Raises:
        ModelError: it is not installed; the message has the install command.
    """
    try:
        import openai  # noqa: F401 - whether it is there
    except ImportError:
        raise ModelError(
            "openai, which talks to the model server, is not installed; install it with:"
            " pip install 'byline[llm]'"
        ) from None


async def send(
    parameters: Mapping[str, Any],
    put: Callable[[Reply], None],
    *,
    base_url: str,
    key: str,
    timeout: float,
) -> None:
    """Sends a request with the body ``parameters``, and passes the pieces of the reply to ``put``.

    ``timeout`` is in seconds. Redirects are not followed.
    """
    import openai

    foreign: dict[str, Any] = dict.fromkeys(_foreign_headers(), openai.omit)
    limits = openai.Timeout(timeout, connect=min(_CONNECT, timeout))
    async with openai.AsyncOpenAI(
        base_url=base_url,
        # Without an explicit key, the package would send the one in OPENAI_API_KEY.
        api_key=key or "none",
        max_retries=0,
        timeout=limits,
        http_client=openai.DefaultAsyncHttpxClient(follow_redirects=False, timeout=limits),
        default_headers=foreign,
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
                    raise Failure("does not end its answer", is_retryable=False)
                if used := chunk.usage:
                    usage = Usage(prompt=used.prompt_tokens, completion=used.completion_tokens)
                    put(Reply(usage=usage))
    if length < 0:
        raise Failure("sent no answer in the OpenAI protocol", is_retryable=True)
    if not ended:
        raise Failure("broke off in the middle of its answer", is_retryable=True)


def _foreign_headers() -> list[str]:
    """Headers that the package would take from environment variables."""
    lines = os.environ.get("OPENAI_CUSTOM_HEADERS", "").splitlines()
    names = [line.partition(":")[0].strip() for line in lines if ":" in line]
    return ["OpenAI-Organization", "OpenAI-Project", *names]


def failure_of(error: Exception) -> Failure:
    """The failure in Byline's words, because the server's message could contain the key."""
    import httpx2
    import openai

    if isinstance(error, Failure):
        return error
    if isinstance(error, openai.APITimeoutError):
        return Failure("did not answer in time", is_retryable=True)
    if isinstance(error, openai.APIStatusError):
        return _of_status(error)
    # openai 3.0 passes on errors of httpx2 in the middle of a reply.
    if isinstance(error, openai.APIConnectionError | httpx2.TransportError):
        return Failure("cannot be reached, or broke off", is_retryable=True)
    if isinstance(error, openai.APIError):
        return Failure("reported an error in the middle of its answer", is_retryable=True)
    return Failure(
        f"sent a reply that does not follow the OpenAI protocol ({type(error).__name__})",
        is_retryable=False,
    )


def _of_status(error: "openai.APIStatusError") -> Failure:
    status = error.status_code
    reason = _REASONS.get(status, f"refused the request (status {status})")
    if status >= 500:
        reason = f"has an internal error (status {status})"
    return Failure(
        reason,
        is_retryable=status in _RETRYABLE,
        status=status,
        retry_after=_seconds(error.response.headers.get("retry-after", "")),
    )


def _seconds(value: str) -> float:
    """The seconds in a Retry-After header; 0 if it has none."""
    try:
        seconds = float(value)
    except ValueError:
        moment = email.utils.parsedate_tz(value)
        seconds = email.utils.mktime_tz(moment) - time.time() if moment else 0.0
    return seconds if 0 <= seconds < float("inf") else 0.0

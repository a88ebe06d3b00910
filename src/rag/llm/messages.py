"""The data exchanged with a model server: messages, pieces of a reply, and failures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rag.schema import Tokens
from rag.tokens import count_tokens

__all__ = ["Failure", "Message", "Piece", "Reply", "Stopped", "Usage", "counted"]

Message = Mapping[str, str]
"""One message of a prompt: ``role`` and ``content``."""
Stopped = Callable[[], bool]
"""Whether the request is no longer wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """The tokens of a request as counted by the server; None if it does not report them."""

    prompt: int | None = None
    completion: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A piece of a reply: some ``text`` or, at the end, the ``usage``.

    ``is_cut`` is true in the last piece if the reply reached the token limit.
    """

    text: str = ""
    usage: Usage | None = None
    is_cut: bool = False


class Failure(Exception):  # noqa: N818 - becomes a ModelServerError
    """A failed request: the reason, and whether to retry.

    ``status`` is the status code of the response, or 0; ``retry_after`` is the wait in seconds that
    the server asks for.
    """

    def __init__(
        self, reason: str, *, is_retryable: bool, status: int = 0, retry_after: float = 0.0
    ) -> None:
        super().__init__(f"The model server {reason}.")
        self.is_retryable = is_retryable
        self.status = status
        self.retry_after = retry_after


Piece = Reply | Failure | None
"""An item from a request: pieces of the reply, then None or a failure."""


def counted(usage: Usage, messages: Sequence[Message], text: str) -> Tokens:
    """The tokens of a request as counted by the server, or else by o200k_base."""
    if usage.prompt is not None and usage.completion is not None:
        return Tokens(prompt=usage.prompt, completion=usage.completion, is_counted=True)
    prompt = sum(count_tokens(message["content"]) for message in messages)
    return Tokens(prompt=prompt, completion=count_tokens(text))

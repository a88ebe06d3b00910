"""What passes between Byline and a model server: messages, pieces of a reply, failures."""

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


class Failure(Exception):  # noqa: N818 - becomes a ModelServerError
    """A request that failed: why, and whether to try again.

    ``status`` is that of the response, or 0; ``retry_after`` the seconds that the server asks for.
    """

    def __init__(
        self, reason: str, *, is_retryable: bool, status: int = 0, retry_after: float = 0.0
    ) -> None:
        super().__init__(f"The model server {reason}.")
        self.is_retryable = is_retryable
        self.status = status
        self.retry_after = retry_after


Piece = Reply | Failure | None
"""What a request puts: pieces of the reply, then None, or a failure."""


def counted(usage: Usage, messages: Sequence[Message], text: str) -> Tokens:
    """The tokens of a request as the server counts them, or else as o200k_base does."""
    if usage.prompt is not None and usage.completion is not None:
        return Tokens(prompt=usage.prompt, completion=usage.completion, is_counted=True)
    prompt = sum(count_tokens(message["content"]) for message in messages)
    return Tokens(prompt=prompt, completion=count_tokens(text))

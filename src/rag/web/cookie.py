"""Who sent a request, as far as the cookie of its session tells."""

import contextlib
import hashlib
import re
from typing import Any, Protocol

__all__ = ["COOKIE", "Request", "is_secret", "page_name", "session_name"]

COOKIE = "byline-session"
_SECRET = re.compile(r"[0-9a-f]{32}")


class Request(Protocol):
    """What is read of a request, Gradio's or another."""

    @property
    def cookies(self) -> Any:
        """The cookies by name."""
        ...


def is_secret(value: object) -> bool:
    """Whether this has the form of the cookie's secret, 128 bits in hex."""
    return isinstance(value, str) and bool(_SECRET.fullmatch(value))


def session_name(request: Request | None) -> str:
    """A digest of the cookie's secret, so that neither tells the other; empty for no cookie."""
    secret: object = None
    with contextlib.suppress(TypeError, ValueError):  # Gradio's own kind of mapping, or anything
        secret = dict(getattr(request, "cookies", None) or {}).get(COOKIE)
    if not is_secret(secret):
        return ""
    return hashlib.sha256(f"{COOKIE}:{secret}".encode()).hexdigest()[:40]


def page_name(request: Request | None) -> str:
    """What Gradio calls the one page that sent a request; empty where it was none."""
    page = getattr(request, "session_hash", None)
    return page if isinstance(page, str) else ""

"""Identifies the session of a request by its cookie."""

import contextlib
import hashlib
import re
from typing import Any, Protocol

__all__ = [
    "BROWSER",
    "COOKIE",
    "Request",
    "is_secret",
    "owner_of",
    "page_name",
    "session_name",
    "session_name_of",
]

COOKIE = "byline-session"
BROWSER = "byline-browser"
"""The cookie of a browser that has logged in before."""
_SECRET = re.compile(r"[0-9a-f]{32}")


class Request(Protocol):
    """The interface to a request that this module needs; Gradio's requests have it."""

    @property
    def cookies(self) -> Any:
        """The cookies, by name."""
        ...


def is_secret(value: object) -> bool:
    """Whether ``value`` has the form of a session secret: 128 bits in hex."""
    return isinstance(value, str) and bool(_SECRET.fullmatch(value))


def session_name(request: Request | None) -> str:
    """A digest of the session secret, which does not reveal it; "" without a valid cookie."""
    secret: object = None
    with contextlib.suppress(TypeError, ValueError):  # cookies may be of any type
        secret = dict(getattr(request, "cookies", None) or {}).get(COOKIE)
    return session_name_of(secret) if is_secret(secret) else ""


def session_name_of(secret: object) -> str:
    """The digest of a session secret."""
    return hashlib.sha256(f"{COOKIE}:{secret}".encode()).hexdigest()[:40]


def owner_of(request: Request | None) -> str:
    """The account or address of a request, as set by the gate; "" if it set none."""
    owner = getattr(getattr(request, "state", None), "owner", "")
    return owner if isinstance(owner, str) else ""


def page_name(request: Request | None) -> str:
    """Gradio's id of the open page that sent a request; "" if it did not come from a page."""
    page = getattr(request, "session_hash", None)
    return page if isinstance(page, str) else ""

"""The path prefix under which a reverse proxy serves the page, such as /news."""

from collections.abc import Collection, Iterable

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

import rag
from rag.web.address import check_root_path

__all__ = ["Prefix", "route_of"]


def route_of(scope: Scope) -> str:
    """The path of a request without the prefix, as in the page's routes."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


class Prefix:
    """ASGI middleware: reads a trusted proxy's headers, and sets ``root_path`` of each request.

    The prefix is ``root_path`` or, without one, the header X-Forwarded-Prefix of a trusted proxy.
    Accepts request paths with and without the prefix. ``proxies`` has the addresses or networks of
    the trusted proxies.
    """

    def __init__(self, app: ASGIApp, *, root_path: str = "", proxies: Collection[str] = ()) -> None:
        self._next = ProxyHeadersMiddleware(app, trusted_hosts=sorted(proxies))  # type: ignore[arg-type]
        self._root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, with its whole path and its prefix."""
        if scope["type"] == "http" and (prefix := self._root_path or self._forwarded(scope)):
            path = scope["path"]
            whole = path if f"{path}/".startswith(f"{prefix}/") else prefix + path
            scope = {**scope, "path": whole, "root_path": prefix}
        await self._next(scope, receive, send)  # type: ignore[arg-type]

    def _forwarded(self, scope: Scope) -> str:
        """The prefix that a trusted proxy names, if it is valid; else ""."""
        client = scope.get("client")
        if not client or client[0] not in self._next.trusted_hosts:
            return ""
        headers: Iterable[tuple[bytes, bytes]] = scope["headers"]
        given = next((value for name, value in headers if name == b"x-forwarded-prefix"), b"")
        try:
            return check_root_path(given.decode("latin-1").strip())
        except rag.UsageError:
            return ""

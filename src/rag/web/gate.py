"""Middleware that checks every request before it reaches Gradio."""

import json
import re
import secrets
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.web.address import is_loopback, network_of
from rag.web.cookie import BROWSER, COOKIE, is_secret, session_name_of
from rag.web.credentials import Doorkeeper, Verdict
from rag.web.incoming import AROUND, Incoming
from rag.web.prefix import route_of

__all__ = ["HEALTH", "Gate", "is_open"]

HEALTH = "/healthz"

HEADERS = {
    # Gradio's page has inline scripts and styles, and compiles templates with eval.
    "Content-Security-Policy": "default-src 'self'; "
    "script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; frame-src 'none'; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

LARGEST_BODY = 10_000_000  # bytes, except for uploads; each question includes its conversation
_JUDGED = 8  # maximum passwords that wait to be checked, about three seconds
_YEAR = 365 * 24 * 3600  # seconds

# These connections stay open as long as a page does, so shutdown does not wait for them.
_ENDPOINT = re.compile(r"/gradio_api/run/(?:ask|search)")
_STANDING = re.compile(r"/gradio_api/(?:heartbeat/.*|mcp/?)")


class Gate:
    """ASGI middleware: authentication, allowed routes, size limits and security headers.

    ``doorkeeper`` checks passwords; it may be None only if the server listens on this machine
    alone. ``health`` returns the contents of ``/healthz``, which needs no password.
    ``largest_upload`` is in bytes; 0 disables uploads. ``incoming`` counts the uploads, and
    ``tools`` opens the MCP endpoint.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        health: Callable[[], Mapping[str, object]],
        doorkeeper: Doorkeeper | None = None,
        largest_upload: int = 0,
        incoming: Incoming | None = None,
        tools: bool = False,
    ) -> None:
        self._app = app
        self._health = health
        self._doorkeeper = doorkeeper
        self._largest_upload = largest_upload
        self._incoming = incoming or Incoming(largest_upload)
        self._tools = tools
        # Password checks leave threads for other work, and guesses do not delay a known browser.
        self._judging = {known: CapacityLimiter(1) for known in (True, False)}
        self.answering = 0
        """The number of requests in progress, except connections that stay open."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or answers it here. Rejects WebSockets."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif route_of(scope) == HEALTH:
            await (await self._told_health())(scope, receive, _with_headers(scope, send, {}))
        else:
            await self._admit(scope, receive, send)

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        cookies = cookie_parser(headers.get("cookie", ""))
        session = cookies.get(COOKIE)
        refusal = self._foreign(headers)
        refusal = refusal or await self._unknown(scope, headers, cookies.get(BROWSER, ""))
        refusal = refusal or self._shut(scope, known=is_secret(session))
        refusal = refusal or self._heavy(scope, headers)
        # A browser that follows a link from another site does not send its SameSite=Strict cookie.
        linked = headers.get("sec-fetch-site") in ("cross-site", "same-site")
        given = {} if refusal or linked else self._cookies(headers, cookies)
        send = _with_headers(scope, send, given)
        scope.setdefault("state", {})["owner"] = self._owner(scope, headers)
        if refusal:
            await refusal(scope, receive, send)
        elif _is_upload(route_of(scope)):
            await self._upload(scope, receive, send, session_name_of(str(session)))
        else:
            await self._pass_on(scope, receive, send)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        standing = bool(_STANDING.fullmatch(route_of(scope)))
        self.answering += not standing
        try:
            await self._app(scope, receive, send)
        finally:
            self.answering -= not standing

    async def _upload(self, scope: Scope, receive: Receive, send: Send, session: str) -> None:
        """Passes on an upload if it stays within the limits; counts it until it is indexed."""
        size = int(Headers(scope=scope).get("content-length", "0"))
        if not self._incoming.take(session, scope["state"]["owner"], size):
            await _MANY_UPLOADS(scope, receive, send)
            return
        status = 500

        async def sending(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._pass_on(scope, receive, sending)
        finally:
            if status >= 400:
                self._incoming.release(session, size)

    def _cookies(self, headers: Headers, cookies: Mapping[str, str]) -> dict[str, str]:
        """The cookies that a browser lacks, with the attributes of each."""
        given = {}
        if not is_secret(cookies.get(COOKIE)):
            given[COOKIE] = secrets.token_hex(16)
        header = headers.get("authorization", "")
        keeper = self._doorkeeper
        if keeper and not keeper.is_token_of(header, cookies.get(BROWSER, "")):
            given[BROWSER] = f"{keeper.token(header)}; Max-Age={_YEAR}"
        return given

    def _owner(self, scope: Scope, headers: Headers) -> str:
        """The account of a request or, without accounts, its address."""
        if self._doorkeeper:
            return self._doorkeeper.account(headers.get("authorization", ""))
        return network_of(scope["client"][0] if scope.get("client") else "")

    async def _told_health(self) -> Response:
        told = await to_thread.run_sync(self._health)
        status = 200 if told["status"] == "ready" else 503
        return Response(json.dumps(told), status_code=status, media_type="application/json")

    def _foreign(self, headers: Headers) -> Response | None:
        """Refuses cross-site requests, which would act in a reader's name (CSRF).

        Without a password, unknown host names are also refused, because another site can point its
        own name at this machine (DNS rebinding).
        """
        host = headers.get("host", "")
        if self._doorkeeper is None and not is_loopback(_name(f"//{host}")):
            message = f"Byline is not served as {host!r}; open localhost, or use --auth FILE."
            return PlainTextResponse(message, 403)
        origin, fetched = headers.get("origin"), headers.get("sec-fetch-site")
        if origin is None or fetched == "same-origin":
            return None
        own = {host, headers.get("x-forwarded-host")}
        try:
            site = urlsplit(origin).netloc
        except ValueError:
            return PlainTextResponse("The Origin header is not a URL.", 400)
        if fetched is None and origin != "null" and site in own:
            return None
        message = f"Pages from {origin} may not use Byline; open Byline's own page."
        return PlainTextResponse(message, 403)

    async def _unknown(self, scope: Scope, headers: Headers, token: str) -> Response | None:
        """Refuses requests without valid credentials, if a password is required."""
        keeper, header = self._doorkeeper, headers.get("authorization", "")
        if keeper is None or keeper.knows(header):
            return None
        if not keeper.is_credentials(header):
            return _VERDICTS[Verdict.SAY_WHO]
        limiter = self._judging[keeper.is_token_of(header, token)]
        if limiter.statistics().tasks_waiting >= _JUDGED:
            return _VERDICTS[Verdict.BUSY]
        address = scope["client"][0] if scope.get("client") else ""
        verdict = await to_thread.run_sync(keeper.judge, header, address, token, limiter=limiter)
        return _VERDICTS[verdict]

    def _shut(self, scope: Scope, *, known: bool) -> Response | None:
        path = route_of(scope)
        uploads = self._largest_upload > 0
        if not is_open(scope["method"], path, uploads=uploads, tools=self._tools):
            return PlainTextResponse("Byline has nothing here.", 404)
        if _is_upload(path) and not known:
            message = "An upload needs the cookie that the page sets: open the page first."
            return PlainTextResponse(message, 403)
        return None

    def _heavy(self, scope: Scope, headers: Headers) -> Response | None:
        """Refuses bodies over the size limit, and bodies of unstated length."""
        if "transfer-encoding" in headers:
            return PlainTextResponse("Send a Content-Length header.", 411)
        limit = self._largest_upload + AROUND if _is_upload(route_of(scope)) else LARGEST_BODY
        size = headers.get("content-length", "0")
        if size.isdigit() and int(size) <= limit:
            return None
        message = f"{size} bytes are too many; send at most {limit:,}."
        return PlainTextResponse(message, 413)


_MANY_UPLOADS = PlainTextResponse(
    "Too many uploads are still being added; wait a minute, then try again.",
    429,
    {"Retry-After": "60"},
)
_VERDICTS = {
    Verdict.BUSY: PlainTextResponse("Too many logins at once; try again.", 503),
    Verdict.COME: None,
    Verdict.SAY_WHO: PlainTextResponse(
        "Byline requires a name and a password.",
        401,
        {"WWW-Authenticate": 'Basic realm="Byline", charset="UTF-8"'},
    ),
    Verdict.WAIT: PlainTextResponse(
        "Too many failed logins from your address; wait a minute.", 429, {"Retry-After": "60"}
    ),
}


def _name(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _with_headers(scope: Scope, send: Send, cookies: Mapping[str, str]) -> Send:
    """Wraps ``send`` to add security headers and new cookies, and to set the correct status."""
    secure = "; Secure" if scope.get("scheme") == "https" else ""
    path = scope.get("root_path") or "/"

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["status"] = _status(scope, message["status"])
            headers = MutableHeaders(scope=message)
            headers.update(HEADERS)
            if message["status"] == 503:
                headers.setdefault("Retry-After", "5")
            for name, value in cookies.items():
                cookie = f"{name}={value}; Path={path}; HttpOnly; SameSite=Strict{secure}"
                headers.append("Set-Cookie", cookie)
        await send(message)

    return sending


def _status(scope: Scope, given: int) -> int:
    """The status of an endpoint's response; Gradio returns 500 for all errors.

    An endpoint stores its status in the request's state. If it was not reached, Gradio could not
    parse the request.
    """
    if given != 500 or not _ENDPOINT.fullmatch(route_of(scope).rstrip("/")):
        return given
    return int(scope.get("state", {}).get("status", 400))


# ---- the allow-list of Gradio's routes: only those that the page and API clients need

_READ = frozenset({"GET", "HEAD"})
_SEND = frozenset({"POST"})

_PAGE = (
    (_READ, r"/"),
    (_READ, r"/(?:assets|static)/.+"),
    (_READ, r"/(?:config|theme\.css|favicon\.ico|robots\.txt)"),
    (_READ, r"/gradio_api/(?:app_id|info|theme\.css)"),
    (_READ, r"/gradio_api/queue/data"),
    (_READ, r"/gradio_api/heartbeat/\w+"),
    (_SEND, r"/gradio_api/(?:queue/join|cancel|reset|component_server)"),
    (_SEND, r"/gradio_api/run/\w+"),
    (_SEND, r"/gradio_api/call/(?:v2/)?\w+"),
    (_READ, r"/gradio_api/call/(?:v2/)?\w+/\w+"),
)
_UPLOADS = (
    (_SEND, r"/gradio_api/upload"),
    (_READ, r"/gradio_api/upload_progress"),
)
_TOOLS = ((_READ | _SEND | {"DELETE"}, r"/gradio_api/mcp"),)

_CLIMBS = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|\\|//|\x00")


def is_open(method: str, path: str, *, uploads: bool, tools: bool) -> bool:
    """Whether ``method`` is allowed on ``path``; ``uploads`` and ``tools`` allow more routes."""
    doors = _PAGE + (_UPLOADS if uploads else ()) + (_TOOLS if tools else ())
    if _CLIMBS.search(path):
        return False
    path = path.rstrip("/") or "/"
    return any(method in methods and re.fullmatch(door, path) for methods, door in doors)


def _is_upload(path: str) -> bool:
    """Whether ``path`` is the route for uploads."""
    return path.rstrip("/") == "/gradio_api/upload"

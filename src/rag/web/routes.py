"""The allow-list of Gradio's routes: only those that the page and API clients need."""

import re

__all__ = ["is_open", "is_upload"]

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


def is_upload(path: str) -> bool:
    """Whether ``path`` is the route for uploads."""
    return path.rstrip("/") == "/gradio_api/upload"

"""Serves the page: listens at once, loads in the background, and reports progress."""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

import rag
from rag.web.accounts import Accounts
from rag.web.address import check_address, check_root_path, listening, url_of
from rag.web.credentials import Doorkeeper
from rag.web.freshness import health_of
from rag.web.readiness import Readiness

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import FastAPI

    from rag.web.sessions import Sessions

__all__ = ["Closing", "Served", "build_page", "serve"]

Prepare = Callable[[Callable[[rag.Progress], None]], object]
_LOADING = 1.0  # seconds to wait for loading to stop


class Closing(Protocol):
    """A resource that is closed together with the server, such as the sessions."""

    def close(self) -> None:
        """Releases its resources."""


class Served:
    """A running page: ``local_url`` opens it, and ``close`` stops it."""

    def __init__(
        self, *, local_url: str, readiness: Readiness, endings: Sequence[Callable[[], None]]
    ) -> None:
        self.local_url = local_url
        self.readiness = readiness
        self._endings = list(endings)

    def close(self) -> None:
        """Stops listening, waits for pending answers, and closes all resources."""
        self.readiness.stop()
        while self._endings:
            self._endings.pop(0)()


def build_page(
    news: rag.Byline,
    *,
    examples: Sequence[str] = (),
    sessions: "Sessions | None" = None,
    feedback_store: rag.FeedbackStore | None = None,
    readiness: Readiness | None = None,
    watch: rag.Watch | None = None,
) -> "gr.Blocks":
    """The page for ``news``, not yet served; ``examples`` are offered as first questions.

    ``sessions`` store readers' uploads and ``feedback_store`` their feedback; None disables either.
    ``watch`` reports whether the index is up to date.
    """
    from rag.web import page
    from rag.web.site import Site

    site = Site(
        news,
        examples=examples,
        sessions=sessions,
        feedback_store=feedback_store,
        readiness=readiness,
        watch=watch,
    )
    return page.build_page(site)


def serve(
    news: rag.Byline,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    root_path: str = "",
    accounts: Accounts | None = None,
    max_upload_mb: float = 0.0,
    examples: Sequence[str] = (),
    feedback_store: rag.FeedbackStore | None = None,
    prepare: Prepare | None = None,
    watch: rag.Watch | None = None,
    closing: Sequence[Closing] = (),
    prevent_thread_lock: bool = False,
    announce: Callable[[str], None] | None = None,
    proxies: Collection[str] = (),
    deadline: float | None = None,
) -> Served:
    """Serves the page until the process is told to end; ``announce`` receives a line to print.

    The server listens at once. In the background it then calls ``prepare``, which receives a
    function for reporting progress and may index, and loads the model. ``watch`` is started then,
    and closed with the server. Port 0 selects any free port. ``root_path`` is the path below which
    a reverse proxy serves the page. With ``prevent_thread_lock`` the call returns at once;
    ``close()`` on the result stops the server. ``proxies`` are the addresses or networks of the
    reverse proxies whose X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Prefix headers are
    trusted. A process that still runs ``deadline`` seconds after a signal to end is killed.

    Raises:
        UsageError: other machines can reach the host and there are no ``accounts``, the port
            cannot be opened, or ``root_path`` is not a path.
        BylineError: raised by ``prepare`` or by loading; not with ``prevent_thread_lock``.
    """
    check_address(host, port, guarded=accounts is not None)
    root_path = check_root_path(root_path)
    over = threading.Event()
    from rag.web.gate import Gate
    from rag.web.running import Running, interrupts

    with interrupts(over, deadline=deadline):
        readiness = Readiness()
        held = listening(host, port)
        sessions = _sessions(news, max_upload_mb)
        page = build_page(
            news,
            examples=examples,
            sessions=sessions,
            feedback_store=feedback_store,
            readiness=readiness,
            watch=watch,
        )
        if watch:
            readiness.then(lambda: watch.start() if readiness.state == "ready" else None)
        largest = int(max_upload_mb * 1_000_000)
        site, end_streams = _mounted(page, largest_upload=largest)
        gate = Gate(
            site,
            health=_health(news, readiness, watch),
            doorkeeper=Doorkeeper(accounts) if accounts else None,
            largest_upload=largest,
            incoming=sessions.incoming if sessions else None,
            tools=_has_tools(),
        )
        trusted = frozenset(proxies)
        running = Running(
            site, gate, held, root_path=root_path, close_standing=end_streams, proxies=trusted
        )
        loading = threading.Thread(
            target=_load, args=(news, readiness, prepare, over), name="byline-loading", daemon=True
        )
        loading.start()
        stops = [sessions.stop] if sessions else []
        closers = [each.close for each in (watch, *closing, sessions) if each]
        served = Served(
            local_url=url_of(host, held.getsockname()[1], root_path),
            readiness=readiness,
            endings=[*stops, running.close, *closers, lambda: loading.join(_LOADING)],
        )
        if announce:
            announce(f"Byline is at {served.local_url} (Ctrl-C stops it)")
        if not prevent_thread_lock:
            over.wait()
            served.close()
            if readiness.error:
                raise readiness.error
    return served


def _sessions(news: rag.Byline, max_upload_mb: float) -> "Sessions | None":
    """The store of readers' uploads; None if uploads are disabled."""
    from rag.web.private import keep_incoming, sweep
    from rag.web.sessions import Sessions

    if not max_upload_mb:
        return None
    sweep()
    keep_incoming()
    return Sessions(news, max_upload_mb=max_upload_mb, keep=news.config.keep_uploads)


def _load(
    news: rag.Byline, readiness: Readiness, prepare: Prepare | None, over: threading.Event
) -> None:
    """Prepares everything for the first answer; stops the server if that fails."""
    first = [lambda: prepare(readiness.report)] if prepare else []
    readiness.load(*first, news.warm)
    if readiness.error:
        over.set()


def _health(
    news: rag.Byline, readiness: Readiness, watch: rag.Watch | None = None
) -> Callable[[], Mapping[str, object]]:
    """The contents of ``/healthz``, which anyone may read: status, version, size and freshness."""

    def health() -> Mapping[str, object]:
        told: dict[str, object] = {"status": readiness.state, "version": rag.__version__}
        told |= health_of(watch.state) if watch else {}
        try:
            return {**told, **news.size()}
        except rag.BylineError:  # such as an index folder that was removed
            return {**told, "status": "failed"}

    return health


# Labels of Gradio's upload box.
_WORDS = {
    "upload_text.drop_file": "Drop files here",
    "upload_text.click_to_upload": "choose them",
}


def _shut_addresses() -> None:
    """Prevents Gradio from downloading files from URLs that a client sends."""
    import gradio as gr
    from gradio import processing_utils

    async def fetch_nothing(url: str, cache_dir: str) -> str:  # noqa: ARG001
        raise gr.Error("Byline downloads nothing; upload the file.", print_exception=False)

    processing_utils.async_ssrf_protected_download = fetch_nothing  # Gradio 6.31 has no setting


def _mounted(page: "gr.Blocks", *, largest_upload: int) -> tuple["FastAPI", Callable[[], None]]:
    """The page as a web application, and a function that ends its open streams."""
    import gradio as gr
    from fastapi import FastAPI
    from starlette.routing import Mount

    from rag.web.templates import asset, stylesheet

    site = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    _shut_addresses()
    gr.mount_gradio_app(
        site,
        page,
        "/",
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        pwa=False,
        show_error=False,
        mcp_server=_has_tools(),
        # Gradio requires a positive limit; if uploads are disabled, the gate refuses them first.
        max_file_size=max(largest_upload, 1),
        i18n=gr.I18n(en=_WORDS),
        css=stylesheet(),
        js=asset("page.js"),
    )
    # Otherwise, a mounted Gradio 6.31 accepts any local file as an upload.
    page.has_launched = True
    mounted = (route.app for route in site.routes if isinstance(route, Mount))
    (inner,) = (app for app in mounted if isinstance(app, gr.routes.App))
    return site, inner.stop_event.set  # Gradio 6.31: close() needs a launched page


def _has_tools() -> bool:
    """Whether the extra byline[mcp] is installed."""
    return find_spec("mcp") is not None

"""Runs the server in its own thread, and shuts it down once pending answers are sent."""

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import cast

import httpx
import uvicorn
from starlette.types import ASGIApp

from rag.web.connections import MOST, RESERVED, Connections, raise_descriptors
from rag.web.gate import Gate
from rag.web.logs import spare_logs
from rag.web.prefix import Prefix

__all__ = ["Running", "interrupts"]

PATIENCE = 2.5  # seconds that shutdown waits for pending answers
_LONGEST = 4.0  # seconds that shutdown waits in total
_PAUSE = 0.05


class _Server(uvicorn.Server):
    """A Uvicorn server that renders the page before it listens, and drains answers on shutdown."""

    def __init__(
        self,
        site: ASGIApp,
        gate: Gate,
        close_standing: Callable[[], None],
        *,
        root_path: str,
        proxies: frozenset[str],
    ) -> None:
        descriptors = raise_descriptors()
        most = min(MOST, max(descriptors - RESERVED, descriptors // 2))
        limits = Connections(most=most, proxies=proxies)
        config = uvicorn.Config(
            Prefix(gate, root_path=root_path, proxies=proxies),
            http=cast("type[asyncio.Protocol]", limits.protocol()),
            proxy_headers=False,  # `Prefix` reads them
            log_level="warning",
            access_log=False,
            server_header=False,
            ws="none",
            lifespan="on",
            timeout_graceful_shutdown=1,
        )
        spare_logs()
        super().__init__(config)
        self._site = site
        self._gate = gate
        self._close_standing = close_standing

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Renders the page once, because the first time takes longest, and then listens."""
        transport = httpx.ASGITransport(self._site)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            (await client.get("/")).raise_for_status()
        await super().startup(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stops listening, waits for pending answers, and ends."""
        for server in self.servers:
            server.close()
        left = PATIENCE
        while self._gate.answering and left > 0:
            await asyncio.sleep(_PAUSE)
            left -= _PAUSE
        self._close_standing()
        await super().shutdown(sockets)


class Running:
    """A server that listens on the socket ``held`` until closed; ``gate`` wraps ``site``.

    ``root_path`` is the path below which a proxy serves it. ``close_standing`` is called in the
    server's thread after the last answer. It closes the connections that stay open. ``proxies`` are
    the addresses of reverse proxies.
    """

    def __init__(
        self,
        site: ASGIApp,
        gate: Gate,
        held: socket.socket,
        *,
        root_path: str,
        close_standing: Callable[[], None],
        proxies: frozenset[str] = frozenset(),
    ) -> None:
        self._server = _Server(site, gate, close_standing, root_path=root_path, proxies=proxies)
        self._thread = threading.Thread(
            target=self._server.run, args=([held],), name="byline-server", daemon=True
        )
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            self._thread.join(_PAUSE / 10)

    def close(self) -> None:
        """Stops the server after pending answers; further calls do nothing.

        Work that cannot be interrupted continues in a daemon thread; its result is discarded.
        """
        self._server.should_exit = True
        self._thread.join(_LONGEST)


@contextmanager
def interrupts(over: threading.Event, *, deadline: float | None = None) -> Iterator[None]:
    """While active, SIGINT or SIGTERM sets ``over``; a second signal ends the process at once.

    If the process still runs ``deadline`` seconds after the first signal, ends it with status 0;
    stored data stays intact. Does nothing outside the main thread.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def note(_number: int, _frame: FrameType | None) -> None:
        over.set()
        restore()
        if deadline is not None:
            last = threading.Timer(deadline, os._exit, [0])  # threads of libraries may continue
            last.daemon = True
            last.start()

    for number in before:
        signal.signal(number, note)
    try:
        yield
    finally:
        restore()

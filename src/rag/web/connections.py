"""Limits on connections: their waiting times, their total number and their number per address."""

import contextlib
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from rag.web.address import network_of

__all__ = ["BoundedProtocol", "Connections", "raise_descriptors"]

MOST = 1000  # maximum connections in total
SHARE = 0.4  # maximum connections from one address
HEADERS = 10.0  # seconds for the headers of a request, including the first
BODY = 30.0  # seconds for the body of a request, plus one second for each SLOWEST bytes
SLOWEST = 10_000
RESERVED = 256  # descriptors for everything else, such as the index
DESCRIPTORS = 65_536

_BUSY = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\n"
    b"Connection: close\r\n\r\n"
)


def raise_descriptors(most: int = DESCRIPTORS) -> int:
    """Raises the process's limit on open files as far as allowed; returns the limit."""
    try:
        import resource
    except ImportError:  # not on this system
        return 2 * RESERVED
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):  # some systems allow less than they report
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            return wanted
    return most if soft == resource.RLIM_INFINITY else soft


class Connections:
    """The open connections: at most ``most`` in total, and a share of them from one address.

    A new connection beyond a limit replaces the one that has been idle longest. If all have
    requests in progress, it is refused. ``proxies`` are addresses that open connections for many
    readers; only the total limit applies to them. ``headers`` and ``body`` are the time limits, in
    seconds, for the headers and the body of a request.
    """

    def __init__(
        self,
        *,
        most: int = MOST,
        proxies: frozenset[str] = frozenset(),
        headers: float = HEADERS,
        body: float = BODY,
    ) -> None:
        self.headers = headers
        self.body = body
        self._most = most
        self._of_one = max(1, int(most * SHARE))
        self._proxies = proxies
        self._open: dict[str, dict[BoundedProtocol, None]] = {}
        self._waiting: dict[BoundedProtocol, None] = {}  # idle connections, the longest idle first
        self._count = 0

    def admit(self, connection: "BoundedProtocol") -> bool:
        """Adds a new connection; False if it is refused."""
        address = connection.network
        same = self._open.get(address, {})
        if len(same) >= self._of_one and address not in self._proxies and not self._end_one(same):
            return False
        if self._count >= self._most and not self._end_one(None):
            return False
        self._open.setdefault(address, {})[connection] = None
        self._count += 1
        return True

    def _end_one(self, among: "dict[BoundedProtocol, None] | None") -> bool:
        """Closes the connection that has been idle longest, of those ``among`` or of all."""
        oldest = next((each for each in self._waiting if among is None or each in among), None)
        if oldest is not None:
            self.remove(oldest)
            oldest.transport.abort()
        return oldest is not None

    def remove(self, connection: "BoundedProtocol") -> None:
        """Removes a closed connection."""
        self.wait(connection, waits=False)
        same = self._open.get(connection.network, {})
        if connection in same:
            del same[connection]
            self._count -= 1
        if not same:
            self._open.pop(connection.network, None)

    def wait(self, connection: "BoundedProtocol", *, waits: bool) -> None:
        """Records whether a connection is waiting for a request."""
        self._waiting.pop(connection, None)
        if waits:
            self._waiting[connection] = None

    def protocol(self) -> Callable[..., "BoundedProtocol"]:
        """Returns the factory of Uvicorn's protocols, one for each connection."""
        return lambda **given: BoundedProtocol(limits=self, **given)


class BoundedProtocol(H11Protocol):
    """Uvicorn's HTTP protocol, which ends a connection that is slow to send a request."""

    def __init__(self, *, limits: Connections, **given: Any) -> None:
        super().__init__(**given)
        self._limits = limits
        self._phase = ""
        self._timer: Any = None
        self.network = ""
        """The address of the client, or its network."""

    def connection_made(self, transport: Any) -> None:
        """Closes the connection at once if there are too many."""
        super().connection_made(transport)
        self.network = network_of(self.client[0] if self.client else "")
        if self._limits.admit(self):
            self._look()
        else:
            transport.write(_BUSY)
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Releases the connection's place."""
        self._stop_timer()
        self._limits.remove(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Passes on the data, and then updates the time limit."""
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        """Starts waiting for the next request."""
        super().on_response_complete()
        self._look()

    def _look(self) -> None:
        """Sets the time limit of a new phase. Data within a phase does not extend it."""
        if self.transport.is_closing():
            return
        phase = self._now()
        if phase == self._phase:
            return
        self._phase = phase
        self._stop_timer()
        self._limits.wait(self, waits=phase == "headers")
        if phase != "response":
            slow = self._limits.headers if phase == "headers" else self._limits.body
            seconds = slow + (self._length() / SLOWEST if phase == "body" else 0)
            self._timer = self.loop.call_later(seconds, self.transport.abort)

    def _now(self) -> str:
        """What the connection is doing."""
        cycle: RequestResponseCycle | None = self.cycle  # uvicorn's type omits None
        if cycle is None or cycle.response_complete:
            return "headers"
        return "body" if cycle.more_body else "response"

    def _length(self) -> int:
        length = dict(self.headers).get(b"content-length", b"0")
        return int(length) if length.isdigit() else 0

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

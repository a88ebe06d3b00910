"""The address to listen on, and the path behind a proxy: checks them, and opens the socket."""

import errno
import ipaddress
import re
import socket

import rag

__all__ = [
    "check_address",
    "check_root_path",
    "is_loopback",
    "listening",
    "network_of",
    "url_of",
]

_PATH = re.compile(r"(?:/[\w~-][\w.~-]*)*", re.ASCII)
_OWN_PATHS = frozenset(("/assets", "/config", "/gradio_api", "/healthz", "/static"))
_LISTEN_ANYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared, not bound


def check_address(host: str, port: int, *, guarded: bool = False) -> None:
    """Checks that the server can listen there; ``guarded`` if the page requires a password.

    Raises:
        UsageError: the host is not an address of this machine, other machines can reach it and
            no password is required, or the port cannot be opened.
    """
    _check_host(host, guarded=guarded)
    listening(host, port).close()


def check_root_path(path: str) -> str:
    """``path`` with a slash before it and none after it; "" for the root.

    Raises:
        UsageError: it is not a path, or is one of the page's own paths, such as /static.
    """
    plain = "/" + path.strip("/") if path.strip("/") else ""
    if not _PATH.fullmatch(plain):
        raise rag.UsageError(
            f"root_path is {path!r}: give the path alone, without host, such as --root-path /news"
        )
    if plain in _OWN_PATHS:
        raise rag.UsageError(
            f"root_path is {path!r}, which the page itself uses: choose another, such as /news"
        )
    return plain


def listening(host: str, port: int) -> socket.socket:
    """A socket bound to the address; port 0 selects any free port.

    Raises:
        UsageError: the port does not exist, is in use or cannot be opened.
    """
    if not 0 <= port < 65536:
        raise rag.UsageError(f"Port {port} does not exist: choose one from 1 to 65535 with --port")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sets TCP_NODELAY only on sockets that name the protocol. Without it, a response's
    # second packet waits about 40 ms for the acknowledgement of the first.
    held = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        held.bind((host, port))
    except OSError as error:
        held.close()
        raise _port_error(host, port, error) from None
    return held


def url_of(host: str, port: int, root_path: str = "") -> str:
    """The URL that opens the page on this machine."""
    if host in _LISTEN_ANYWHERE:
        host = "localhost"
    host = f"[{host}]" if ":" in host else host
    return f"http://{host}:{port}{root_path}/"


def is_loopback(host: str) -> bool:
    """Whether the host is reachable only from this machine."""
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


def network_of(address: str) -> str:
    """The network of one client: for IPv6, the first half of ``address``; else ``address``."""
    if ":" not in address or not _is_address(address):
        return address
    found = ipaddress.IPv6Address(address)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Address(int(found) >> 64 << 64))


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _check_host(host: str, *, guarded: bool) -> None:
    if host != "localhost" and not _is_address(host):
        raise rag.UsageError(f"{host!r} is not an address of this machine: use --host 127.0.0.1")
    if not is_loopback(host) and not guarded:
        raise rag.UsageError(
            f"Host {host} can be reached from other machines, but the page has no password: "
            "use --host 127.0.0.1, or name a password file with --auth (see byline password)"
        )


def _port_error(host: str, port: int, error: OSError) -> rag.UsageError:
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65535 else port - 1
        return rag.UsageError(
            f"Port {port} is in use: another program listens on {host}:{port}; "
            f"choose another with --port, such as --port {other}"
        )
    if error.errno == errno.EADDRNOTAVAIL:
        return rag.UsageError(f"{host} is not an address of this machine: use --host 127.0.0.1")
    reason = error.strerror or str(error)
    return rag.UsageError(
        f"Port {port} cannot be opened on {host}: {reason}; choose another with --port"
    )

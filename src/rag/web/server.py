"""Serving the page: the address it may listen on, and which of Gradio's doors stay shut."""

import errno
import ipaddress
import socket
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import rag

if TYPE_CHECKING:
    import gradio as gr

__all__ = ["build_page", "check_address", "serve"]

# Nothing on the page uploads, but Gradio's upload address is always there.
LARGEST_UPLOAD = "1kb"


def build_page(news: rag.Byline, *, examples: Sequence[str] = ()) -> "gr.Blocks":
    """The page over ``news``, not yet served; ``examples`` are offered as first questions."""
    from rag.web import page

    return page.build_page(news, examples=examples)


def serve(
    news: rag.Byline,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    examples: Sequence[str] = (),
    prevent_thread_lock: bool = False,
    announce: Callable[[str], None] | None = None,
) -> "gr.Blocks":
    """Serve the page on a loopback address until interrupted; ``announce`` gets a line to print.

    Port 0 takes any that is free. With ``prevent_thread_lock`` it returns at once: ``local_url`` of
    the page is its address and ``close()`` stops it.

    Raises:
        UsageError: the host can be reached from other machines, or the port is in use.
    """
    port = check_address(host, port)
    news.warm()
    page = build_page(news, examples=examples)
    _launch(page, host, port)
    if announce:
        announce(f"Byline is at {page.local_url} (Ctrl-C stops it)")
    if not prevent_thread_lock:
        _wait(page)
    return page


def check_address(host: str, port: int) -> int:
    """The port to listen on; 0 becomes one that is free.

    Raises:
        UsageError: the host can be reached from other machines, or the port is in use.
    """
    _check_host(host)
    return _free_port(host, port)


def _check_host(host: str) -> None:
    """Loopback only: without credentials, nobody else may read what is asked here."""
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        raise rag.UsageError(
            f"{host!r} is not an address of this machine: use --host 127.0.0.1"
        ) from None
    if not loopback:
        raise rag.UsageError(
            f"Host {host} can be reached from other machines, and the page asks for no password: "
            "use --host 127.0.0.1"
        )


def _free_port(host: str, port: int) -> int:
    """The port to listen on, tried before anything slow is done."""
    if not 0 <= port < 65536:
        raise rag.UsageError(f"Port {port} does not exist: choose one from 1 to 65535 with --port")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            return int(probe.getsockname()[1])
        except OSError as error:
            raise _port_error(host, port, error) from None


def _port_error(host: str, port: int, error: OSError) -> rag.UsageError:
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65535 else port - 1
        return rag.UsageError(
            f"Port {port} is in use: another program listens on {host}:{port}; "
            f"choose another with --port, such as --port {other}"
        )
    reason = error.strerror or str(error)
    return rag.UsageError(
        f"Port {port} cannot be opened on {host}: {reason}; choose another with --port"
    )


def _launch(page: "gr.Blocks", host: str, port: int) -> None:
    from rag.web.page import asset, stylesheet

    try:
        page.launch(
            server_name=f"[{host}]" if ":" in host else host,
            server_port=port,
            prevent_thread_lock=True,
            quiet=True,
            share=False,
            ssr_mode=False,
            pwa=False,
            mcp_server=False,
            enable_monitoring=False,
            run_history=False,
            footer_links=[],
            allowed_paths=[],
            max_file_size=LARGEST_UPLOAD,
            strict_cors=True,
            css=stylesheet(),
            js=asset("page.js"),
            head=asset("head.html"),
        )
    except OSError:
        raise _port_error(host, port, OSError(errno.EADDRINUSE, "")) from None


def _wait(page: "gr.Blocks") -> None:
    """Stay until the process is interrupted, then close the page."""
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        pass
    finally:
        page.close(verbose=False)

"""Where the page may listen, and what is said when it may not."""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import rag
from rag.web import build_page, serve

PROGRAM = """
import signal, sys, rag
# An interrupt is passed over in a process that was started in the background.
signal.signal(signal.SIGINT, signal.default_int_handler)
from rag.web import serve
with rag.Byline(sys.argv[1], embedder=rag.HashEmbedder()) as news:
    news.add([rag.make_article(id="a", title="T", text="The bridge is closed.")])
    serve(news, port=0, announce=lambda line: print(line, flush=True))
print("over")
"""


@pytest.fixture
def news(small_news: Callable[..., rag.Byline]) -> rag.Byline:
    return small_news(rag.make_article(id="a", title="T", text="The bridge is closed."))


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.0.7", "::", "8.8.8.8"])  # noqa: S104
def test_only_this_machine_is_served(news: rag.Byline, host: str) -> None:
    with pytest.raises(rag.UsageError, match=f"{host} can be reached .* use --host 127.0.0.1"):
        serve(news, host=host)


def test_a_host_must_be_an_address(news: rag.Byline) -> None:
    with pytest.raises(rag.UsageError, match="'nowhere' is not an address"):
        serve(news, host="nowhere")


def test_a_port_in_use_is_named_with_another(news: rag.Byline, taken: int) -> None:
    with pytest.raises(rag.UsageError, match=f"Port {taken} is in use: .* --port {taken + 1}"):
        serve(news, port=taken)


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_must_exist(news: rag.Byline, port: int) -> None:
    with pytest.raises(rag.UsageError, match=f"Port {port} does not exist"):
        serve(news, port=port)


def test_all_ways_to_ask_share_one_limit(news: rag.Byline) -> None:
    page = build_page(news)
    asks = [fn for fn in page.fns.values() if str(fn.name).startswith("_submit_fn")]
    assert len(asks) > 1
    assert {fn.concurrency_limit for fn in asks} == {4}
    assert len({fn.concurrency_id for fn in asks}) == 1


def test_no_function_of_the_page_is_a_public_endpoint(news: rag.Byline) -> None:
    assert "public" not in {fn.api_visibility for fn in build_page(news).fns.values()}


def test_files_of_this_machine_are_not_served(news: rag.Byline) -> None:
    page = serve(news, port=0, prevent_thread_lock=True)
    try:
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(f"{page.local_url}gradio_api/file={__file__}")  # noqa: S310
    finally:
        page.close()


def test_serving_is_announced_and_ends_with_an_interrupt(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, str(tmp_path / "index")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        line = running.stdout.readline()
        url = next(word for word in line.split() if word.startswith("http://127.0.0.1:"))
        with urllib.request.urlopen(url) as response:  # noqa: S310
            assert response.status == 200
        os.kill(running.pid, signal.SIGINT)
        assert running.stdout.read() == "over\n"
    assert running.returncode == 0

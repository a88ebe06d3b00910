"""Tests many and hostile readers: nobody is locked out, and all resources are limited."""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn
from starlette.responses import PlainTextResponse

import rag
from rag.web import serve
from rag.web.connections import Connections
from rag.web.incoming import AROUND, KEPT, LATE, OF_ONE, Incoming
from rag.web.logs import MOST, SPAN, Sparing
from rag.web.messages import HIDDEN, Wait, for_readers
from rag.web.private import PREFIX, PrivateFolder, sweep

NARROWED = [None, None, "", "", None, True]
REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n"


class Clock:
    """A manually set clock."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


# ---- connections


@dataclass(frozen=True)
class Small:
    """A server with short time limits that allows ten connections, four from one address."""

    port: int

    def connect(self, address: str = "127.0.0.1") -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), 10, (address, 0))

    def get(self) -> int:
        return httpx.get(f"http://127.0.0.1:{self.port}/", timeout=10).status_code


@pytest.fixture
def small() -> Iterator[Small]:
    limits = Connections(most=10, headers=0.5, body=0.5)
    app = PlainTextResponse("here")
    config = uvicorn.Config(app, http=limits.protocol(), log_level="error", lifespan="off")  # type: ignore[arg-type]
    server = uvicorn.Server(config)
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, args=([held],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield Small(held.getsockname()[1])
    server.should_exit = True
    thread.join()


@pytest.mark.parametrize("sent", [b"", b"G", REQUEST, REQUEST + b"\r\n" + b"G"])
def test_a_connection_without_a_request_ends(small: Small, sent: bytes) -> None:
    with closing(small.connect()) as connection:
        connection.sendall(sent)
        connection.settimeout(10)
        began = time.monotonic()
        while connection.recv(1000):
            pass
        assert time.monotonic() - began < 5


def test_a_byte_now_and_then_is_no_request(small: Small) -> None:
    def drip(connection: socket.socket) -> None:
        for _ in range(200):
            connection.sendall(b"x")
            time.sleep(0.1)

    with closing(small.connect()) as connection, pytest.raises(ConnectionError):
        drip(connection)


def test_a_body_that_does_not_come_ends_the_connection(small: Small) -> None:
    with closing(small.connect()) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nx")
        connection.settimeout(10)
        while connection.recv(1000):
            pass


def test_connections_that_wait_give_way_to_new_ones(small: Small) -> None:
    waiting = [small.connect(f"127.0.0.{2 + number // 4}") for number in range(40)]
    assert small.get() == 200
    for connection in waiting:
        connection.close()


def test_one_address_has_only_its_share() -> None:
    limits = Connections(most=10)

    class Transport:
        aborted = 0

        def abort(self) -> None:
            self.aborted += 1

    class Connection:
        def __init__(self, network: str) -> None:
            self.network, self.transport = network, Transport()

    busy = [Connection("10.0.0.1") for _ in range(5)]
    assert [limits.admit(each) for each in busy] == [True] * 4 + [False]  # type: ignore[arg-type]
    other = Connection("10.0.0.2")
    assert limits.admit(other)  # type: ignore[arg-type]
    limits.wait(busy[0], waits=True)  # type: ignore[arg-type]
    assert limits.admit(busy[4])  # type: ignore[arg-type]
    assert [each.transport.aborted for each in busy] == [1, 0, 0, 0, 0]
    assert other.transport.aborted == 0


def test_a_flood_of_errors_is_logged_in_few_lines() -> None:
    clock, passed = Clock(), []
    sparing = Sparing(clock=clock)
    for second in range(1000):
        clock.now = second * 2 * SPAN / 1000
        record = logging.LogRecord("x", 30, "x.py", 1, "full", (), None)
        if sparing.filter(record):
            passed.append(record.getMessage())
    assert passed == ["full"] * MOST + [f"full ({500 - MOST} more like it were not logged)"] + [
        "full"
    ] * (MOST - 1)


# ---- uploads


def test_uploads_are_counted_before_they_are_written() -> None:
    clock = Clock()
    incoming = Incoming(1000 - AROUND, clock=clock)
    assert incoming.take("anna", "home", 600)
    assert not incoming.take("anna", "home", 600)
    incoming.release("anna", 600)
    assert incoming.take("anna", "home", 600)
    invented = [incoming.take(f"cookie{number}", "home", 1000) for number in range(20)]
    assert sum(invented) == OF_ONE - 1
    assert incoming.take("bert", "elsewhere", 1000)
    assert not incoming.take("bert", "elsewhere", 1)
    clock.now = KEPT + LATE + 1
    assert incoming.take("bert", "elsewhere", 1000)


LEAVES = """
import os, sys
from pathlib import Path
from rag.web.private import PrivateFolder
folder = PrivateFolder(Path(sys.argv[1]))
(folder.path / "private.txt").write_text("secret")
os._exit(9)
"""


def test_what_a_killed_server_left_is_swept(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", LEAVES, str(tmp_path)], check=False)
    (left,) = tmp_path.iterdir()
    alive = PrivateFolder(tmp_path)
    (tmp_path / "another folder").mkdir()
    for folder in tmp_path.iterdir():
        os.utime(folder, (0, 0))
    assert sweep(tmp_path) == 1
    assert not left.exists()
    assert alive.path.is_dir()
    alive.close()
    assert [folder.name for folder in tmp_path.iterdir()] == ["another folder"]


def test_a_link_is_not_swept(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / f"{PREFIX}x").symlink_to(tmp_path / "kept")
    assert sweep(tmp_path) == 0
    assert (tmp_path / "kept").is_dir()


# ---- messages and statuses


def test_readers_are_told_nothing_of_the_machine() -> None:
    for error in (rag.DamagedIndexError("/srv/x is damaged"), rag.NotIndexedError("no /srv/x")):
        assert for_readers(error) == HIDDEN
    assert for_readers(rag.UsageError("ask something")) == "ask something"
    assert for_readers(Wait("ask again")) == "ask again"


@pytest.fixture
def client(small_news: Callable[..., rag.Byline]) -> Iterator[httpx.Client]:
    news = small_news(rag.make_article(id="a", title="Ferry", text="The ferry sank at dawn."))
    served = serve(news, port=0, max_upload_mb=1, prevent_thread_lock=True)
    served.readiness.wait()
    with httpx.Client(base_url=served.local_url, timeout=60) as visiting:
        visiting.get("/").raise_for_status()
        yield visiting
    served.close()


def test_a_mistake_is_no_fault_of_the_server(client: httpx.Client) -> None:
    url = "/gradio_api/run/ask"
    wrong = ["", " ", 5, None, ["When?"], "a" * 5000]
    for data in ([question, None, *NARROWED] for question in wrong):
        assert client.post(url, json={"data": data}).status_code == 400, data
    told = client.post(url, json={"data": ["When?", [{"role": "nobody"}], *NARROWED]})
    assert told.status_code == 400
    for data in ([], ["When?"]):  # type: ignore[assignment]  # what Gradio itself cannot read
        assert client.post(url, json={"data": data}).status_code == 400, data
    assert client.post(url, content=b"no JSON").status_code in (400, 422)
    assert client.get("/", headers={"Origin": "http://["}).status_code == 400


def test_without_articles_the_caller_is_told_to_wait(client: httpx.Client, tmp_path: Path) -> None:
    with rag.Byline(tmp_path / "index", embedder=rag.HashEmbedder(dims=64)) as news:
        news.forget("a")
    answer = client.post(
        "/gradio_api/run/ask", json={"data": ["When did it sink?", None, *NARROWED]}
    )
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert str(tmp_path) not in answer.text


def test_a_readers_uploads_are_limited_together(client: httpx.Client) -> None:
    statuses = [
        client.post("/gradio_api/upload", files={"files": ("a.txt", b"x" * 400_000)}).status_code
        for _ in range(4)
    ]
    assert statuses == [200, 200, 429, 429]


def test_a_hidden_file_is_stored_under_a_plain_name(client: httpx.Client) -> None:
    files = [("files", (name, b"Words.")) for name in (".hidden", "plain.txt")]
    sent = client.post("/gradio_api/upload", files=files).json()
    assert [Path(path).name for path in sent] == ["hidden", "plain.txt"]


# ---- shutdown

BUSY = """
import sys, threading, time, rag
from rag.web import serve
class Slow(rag.HashEmbedder):
    def embed_documents(self, texts):
        if "slow" in texts[0]:
            print("busy", flush=True)
            time.sleep(60)
        return super().embed_documents(texts)
with rag.Byline(sys.argv[1], embedder=Slow()) as news:
    news.add([rag.make_article(id="a", title="T", text="The bridge is closed.")])
    slow = rag.make_article(id="b", title="slow", text="slow")
    threading.Thread(target=lambda: news.add([slow])).start()
    serve(news, port=0, deadline=3, announce=lambda line: print(line, flush=True))
"""


def test_a_signal_ends_the_process_whatever_it_does(tmp_path: Path) -> None:
    command = [sys.executable, "-c", BUSY, str(tmp_path / "index")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        said = running.stdout.readline() + running.stdout.readline()
        assert "busy" in said
        assert "http://" in said
        began = time.monotonic()
        running.send_signal(signal.SIGTERM)
        assert running.wait(30) == 0
        assert time.monotonic() - began < 20
    with rag.Byline(tmp_path / "index", embedder=rag.HashEmbedder()) as news:
        assert [article.id for article in news.articles()] == ["a"]

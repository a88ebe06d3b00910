"""Tests the addresses that the page may listen on, and the errors for others."""

import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray

import rag
from rag.web import build_page, read_accounts, serve, write_account
from rag.web.address import listening

QUESTION = "Is the bridge closed?"
DATA = {"data": [QUESTION, None, None, None, "", "", None, True]}
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
    """A port that is in use."""
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


def test_only_four_endpoints_are_public(news: rag.Byline) -> None:
    fns = build_page(news).fns.values()
    public = {fn.api_name for fn in fns if fn.api_visibility == "public"}
    assert public == {"ask", "search", "trace", "check"}


def test_with_a_password_other_machines_are_served(news: rag.Byline, tmp_path: Path) -> None:
    write_account(tmp_path / "passwords", "anna", "a quiet harbour")
    accounts = read_accounts(tmp_path / "passwords")
    everywhere = "0.0.0.0"  # noqa: S104
    page = serve(news, host=everywhere, port=0, accounts=accounts, prevent_thread_lock=True)
    try:
        assert page.local_url.startswith("http://localhost:")
        assert httpx.get(page.local_url).status_code == 401
    finally:
        page.close()
    with pytest.raises(httpx.ConnectError):
        httpx.get(page.local_url)


def test_what_is_given_is_closed_once_with_the_page(news: rag.Byline) -> None:
    closed: list[str] = []

    class Sessions:
        def close(self) -> None:
            closed.append("sessions")

    page = serve(news, port=0, closing=[Sessions()], prevent_thread_lock=True)
    assert closed == []
    page.close()
    page.close()
    assert closed == ["sessions"]


def test_what_was_sent_up_is_private_and_gone_with_the_page(
    news: rag.Byline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "incoming"))
    page = serve(news, port=0, max_upload_mb=1, prevent_thread_lock=True)
    with httpx.Client(base_url=page.local_url) as reader:
        reader.get("/")  # for its cookie
        files = {"files": ("notes.txt", b"The bridge is closed.")}
        (sent,) = reader.post("/gradio_api/upload", files=files).json()
    assert stat.S_IMODE(Path(sent).stat().st_mode) == 0o600
    page.close()
    assert not Path(sent).exists()


class Slow(rag.HashEmbedder):
    """An embedder that is slow for one question."""

    def __init__(self) -> None:
        super().__init__(dims=64)
        self.asked, self.may_go_on = threading.Event(), threading.Event()

    def embed_questions(self, questions: Sequence[str]) -> NDArray[np.float32]:
        if QUESTION in questions:
            self.asked.set()
            assert self.may_go_on.wait(60)
        return super().embed_questions(questions)


def test_an_answer_on_its_way_is_given_before_the_end(tmp_path: Path) -> None:
    slow = Slow()
    config = rag.Config(threshold=0.0)
    with (
        rag.Byline(tmp_path / "index", config=config, embedder=slow) as news,
        ThreadPoolExecutor() as threads,
    ):
        news.add([rag.make_article(id="a", title="T", text="The bridge is closed.")])
        page = serve(news, port=0, prevent_thread_lock=True)
        url = f"{page.local_url}gradio_api"
        answer = threads.submit(httpx.post, f"{url}/run/ask", json=DATA, timeout=60)
        with httpx.stream("GET", f"{url}/heartbeat/x", timeout=60) as standing:
            assert next(standing.iter_lines()) == "data: ALIVE"
            assert slow.asked.wait(60)
            ending = threads.submit(page.close)
            slow.may_go_on.set()
            assert answer.result().json()["data"][0]["text"] == "The bridge is closed."
            ending.result()
    with pytest.raises(httpx.ConnectError):
        httpx.get(page.local_url)


def test_health_says_when_it_loads(news: rag.Byline) -> None:
    may_go_on = threading.Event()
    page = serve(news, port=0, prepare=lambda _: may_go_on.wait(60), prevent_thread_lock=True)
    try:
        loading = httpx.get(f"{page.local_url}healthz")
        assert (loading.status_code, loading.json()["status"]) == (503, "loading")
        may_go_on.set()
        assert page.readiness.wait(60)
        ready = httpx.get(f"{page.local_url}healthz")
        assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    finally:
        may_go_on.set()
        page.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serving_is_announced_and_ends_with_a_signal(tmp_path: Path, number: int) -> None:
    command = [sys.executable, "-c", PROGRAM, str(tmp_path / "index")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        line = running.stdout.readline()
        url = next(word for word in line.split() if word.startswith("http://127.0.0.1:"))
        assert httpx.get(url).status_code == 200
        os.kill(running.pid, number)
        assert running.stdout.read() == "over\n"
    assert running.returncode == 0


# ---- the command


def chat(*arguments: object, folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs ``byline chat``, which must end by itself."""
    return subprocess.run(
        [sys.executable, "-m", "rag.cli", "chat", *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def articles(folder: Path) -> Path:
    """A folder with one article below ``folder``."""
    (folder / "news").mkdir()
    (folder / "news" / "bridge.txt").write_text("The bridge is closed.\n", encoding="utf-8")
    return folder / "news"


@pytest.mark.slow
def test_errors_that_are_seen_at_once_come_before_listening(tmp_path: Path, taken: int) -> None:
    news = articles(tmp_path)
    for arguments, told in (
        (["--corpus", "nowhere", "--port", "0"], "nowhere does not exist"),
        (["--corpus", news, "--port", taken], f"Port {taken} is in use"),
        (["--corpus", news, "--host", "0.0.0.0", "--port", "0"], "--auth"),  # noqa: S104
        (
            ["--corpus", news, "--auth", "nobody", "--port", "0"],
            "byline password NAME --file nobody",
        ),
        (["--corpus", news, "--max-upload", "-1"], "max_upload_mb is -1.0"),
    ):
        done = chat(*arguments, folder=tmp_path)
        assert (done.returncode, done.stdout) == (2, ""), arguments
        assert told in done.stderr
        assert done.stderr.count("\n") == 1
    assert not (tmp_path / ".byline").exists()


@pytest.mark.slow
def test_a_failure_while_loading_ends_with_its_line_and_code(tmp_path: Path) -> None:
    (articles(tmp_path) / "bridge.txt").write_bytes(b"")
    done = chat("--corpus", "news", "--port", "0", folder=tmp_path)
    assert done.returncode == 1
    assert "Byline is at http://127.0.0.1:" in done.stdout
    assert "byline: " in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_read_only_writes_nothing(tmp_path: Path) -> None:
    index = tmp_path / "index"
    with rag.open(articles(tmp_path), index=index) as news:
        news.ask("Is the bridge closed?")
    before = {path: path.read_bytes() for path in index.rglob("*") if path.is_file()}
    (tmp_path / "news" / "tunnel.txt").write_text("The tunnel is open.\n", encoding="utf-8")
    command = [sys.executable, "-m", "rag.cli", "chat", "--read-only", "--port", "0"]
    command += ["--corpus", "news", "--index", str(index)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as running:
        assert running.stdout is not None
        url = next(w for w in running.stdout.readline().split() if w.startswith("http://"))
        answer = httpx.post(f"{url}gradio_api/run/ask", json=DATA, timeout=60)
        assert answer.status_code == 200
        assert httpx.get(f"{url}healthz").json()["articles"] == 1
        assert httpx.post(f"{url}gradio_api/upload", files={"files": b"x"}).status_code == 404
        os.kill(running.pid, signal.SIGTERM)
    assert running.returncode == 0
    assert {path: path.read_bytes() for path in index.rglob("*") if path.is_file()} == before


def test_read_only_needs_an_index(tmp_path: Path) -> None:
    articles(tmp_path)
    done = chat("--corpus", "news", "--read-only", "--port", "0", folder=tmp_path)
    assert done.returncode == 1
    assert "there is no index" in done.stderr
    assert not (tmp_path / ".byline").exists()


def test_answers_are_sent_at_once() -> None:
    with closing(listening("127.0.0.1", 0)) as held:
        assert held.proto == socket.IPPROTO_TCP  # asyncio sets TCP_NODELAY only with it

"""Tests the server under attack and heavy load.

Run as ``python benchmarks/faults/server.py``; ``--write`` saves the results, with the date, in
``benchmarks/FAULTS.md``. ``--only NAME`` runs one test. Each takes at most a minute or two.
"""

import argparse
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

import rag
from rag.web import write_account
from rag.web.intake import Upload
from rag.web.sessions import Sessions

RESULTS = Path(__file__).parents[1] / "FAULTS.md"
HEADING = "## The server"
DESCRIPTORS = 1024  # the server's limit on descriptors
SERVER = """
import resource, sys, rag
from rag.web import read_accounts, serve
resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[2]), int(sys.argv[2])))
embedder = None if "model" in sys.argv[3:] else rag.HashEmbedder(dims=64)
accounts = read_accounts(sys.argv[1] + "/passwords") if "password" in sys.argv[3:] else None
config = rag.Config(threshold=0.0)
with rag.Byline(sys.argv[1] + "/index", config=config, embedder=embedder) as news:
    news.add([rag.make_article(id="pier", title="Pier", text="The pier of Vessby was closed.")])
    serve(news, port=0, max_upload_mb=20, accounts=accounts, deadline=4.8,
          announce=lambda line: print(line, flush=True))
"""
NARROWED = [None, None, None, "", "", None, True]
ASK = {"data": ["Was the pier of Vessby closed?", *NARROWED]}
SENTENCE = "The pier of town {0} was closed on Monday, and {0} boats were moved to the harbour. "


def article(megabytes: float) -> str:
    """An article of ``megabytes`` without repeated sentences."""
    sentences = (SENTENCE.format(number) for number in range(int(megabytes * 11_500)))
    return "\n\n".join("".join(group) for group in zip(*[sentences] * 5, strict=False))


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running server: its URL, process, folder, and log file."""

    url: str
    process: subprocess.Popen[str]
    folder: Path

    @property
    def log_size(self) -> int:
        """The size of the server's log, in bytes."""
        return (self.folder / "log").stat().st_size

    def descriptors(self) -> int:
        """The number of open files of the server."""
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def files(self) -> list[Path]:
        """The files in the server's temporary folder."""
        return [path for path in (self.folder / "temporary").rglob("*") if path.is_file()]


@contextmanager
def server(*options: str, folder: Path | None = None) -> Iterator[Server]:
    """Serves one article until the block ends."""
    own = Path(tempfile.mkdtemp(prefix="byline-faults-"))
    place = folder or own
    (place / "temporary").mkdir(exist_ok=True)
    if "password" in options and not (place / "passwords").exists():
        write_account(place / "passwords", "anna", "a quiet harbour")
    command = [sys.executable, "-c", SERVER, str(place), str(DESCRIPTORS), *options]
    if "command" in options:
        (place / "news").mkdir()
        (place / "news" / "pier.txt").write_text("The pier of Vessby was closed.\n")
        command = [sys.executable, "-m", "rag.cli", "chat", "--port", "0"]
        command += ["--corpus", str(place / "news"), "--index", str(place / "index")]
    environment = os.environ | {"TMPDIR": str(place / "temporary")}
    environment.pop("GRADIO_TEMP_DIR", None)
    with (
        (place / "log").open("w") as log,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment
        ) as process,
    ):
        found = re.search(r"http://\S+", process.stdout.readline() if process.stdout else "")
        if found is None:
            raise RuntimeError(f"the server did not start: {(place / 'log').read_text()}")
        url = found[0].rstrip("/")
        try:
            until = time.monotonic() + 120
            while (
                httpx.get(f"{url}/healthz", timeout=60).status_code != 200
                and time.monotonic() < until
            ):
                time.sleep(0.2)
            yield Server(url=url, process=process, folder=place)
        finally:
            process.kill()
    shutil.rmtree(own, ignore_errors=True)


def asked(url: str, **options: Any) -> tuple[int, float]:
    """The status of the response to a question, and the seconds until it arrived."""
    began = time.monotonic()
    status = httpx.post(f"{url}/gradio_api/run/ask", json=ASK, timeout=60, **options).status_code
    return status, time.monotonic() - began


class Reader:
    """A browser session that uploads."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=90)
        self.http.get("/")
        config = self.http.get("/config").json()
        box = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == "bring")
        self._event = next(e for e in config["dependencies"] if [box, "upload"] in e["targets"])

    def send(self, text: str) -> str:
        """Uploads a file; returns its path on the server."""
        sent = self.http.post("/gradio_api/upload", files={"files": ("a.txt", text.encode())})
        return str(sent.raise_for_status().json()[0])

    def begin(self, path: str) -> None:
        """Starts adding an uploaded file, without waiting for it."""
        file = {"path": path, "orig_name": "a.txt", "meta": {"_type": "gradio.FileData"}}
        body = {"fn_index": self._event["id"], "data": [[file], False]}
        body |= {"session_hash": uuid.uuid4().hex, "event_data": None, "trigger_id": None}
        self.http.post("/gradio_api/queue/join", json=body).raise_for_status()


# ---- the tests: each returns the measurements, and whether they are within the limits

Result = tuple[str, bool]


def idle_connections() -> Result:
    """1,040 connections that send nothing, with a limit of 1,024 descriptors."""
    with server("password") as one:
        held = [socket.create_connection(("127.0.0.1", int(one.url.rsplit(":", 1)[1])))
                for _ in range(1040)]  # fmt: skip
        status, seconds = asked(one.url, auth=("anna", "a quiet harbour"))
        time.sleep(12)
        left, log = one.descriptors(), one.log_size
        for connection in held:
            connection.close()
    told = f"answer {status} after {seconds:.1f} s; after 12 s {left} descriptors; log {log} bytes"
    return told, status == 200 and left < 100 and log < 10_000


@dataclass(frozen=True)
class _Cookie:
    """A fake request with a session cookie."""

    cookies: dict[str, str]
    session_hash: str = "page"


def _session(number: int) -> _Cookie:
    return _Cookie({"byline-session": f"{number:032x}"})


def _seconds(news: rag.Byline) -> float:
    """The seconds that an answer takes."""
    began = time.monotonic()
    news.ask("Was the pier closed?")
    return time.monotonic() - began


def upload_and_questions() -> Result:
    """Questions while another reader's article of 1 MB is added, with the bundled model."""
    with tempfile.TemporaryDirectory() as name, rag.Byline(f"{name}/index") as news:
        news.add([rag.make_article(id="pier", title="Pier", text="The pier was closed.")])
        news.warm()
        alone = min(_seconds(news) for _ in range(10))
        sessions = Sessions(news, folder=Path(name))
        path = Path(name) / "a.txt"
        path.write_text(article(1.0), encoding="utf-8")
        done: list[float] = []

        def add() -> None:
            began = time.monotonic()
            list(sessions.of(_session(1)).add([Upload(name="a.txt", path=path)]))
            done.append(time.monotonic() - began)

        adding = threading.Thread(target=add)
        adding.start()
        waits, until = [], time.monotonic() + 60
        while adding.is_alive():
            if time.monotonic() > until:
                sessions.stop()
            waits.append(_seconds(news))
            time.sleep(0.2)
        sessions.close()
    told = f"{len(waits)} answers in {done[0]:.0f} s of adding, the longest took {max(waits):.1f} s"
    told += f"; without, the fastest of ten took {alone:.2f} s"
    return told, max(waits) < 5


def many_readers() -> Result:
    """95 readers with an upload each, 8 at a time, and a question from each."""
    problems: Counter[str] = Counter()
    with server() as one:

        def read(_: int) -> None:
            reader = Reader(one.url)
            reader.begin(reader.send("The lighthouse of Orrby was sold on Friday.\n"))
            for _ in range(3):
                answer = reader.http.post("/gradio_api/run/ask", json=ASK)
                problems[str(answer.status_code)] += 1
                problems["path"] += str(one.folder) in answer.text

        with ThreadPoolExecutor(8) as threads:
            list(threads.map(read, range(95)))
        held = one.descriptors()
    answers = f"{problems['200']} of 285 questions answered"
    told = f"{answers}, {problems['path']} with a path; {held} descriptors"
    return told, problems["200"] == 285 and not problems["path"] and held < DESCRIPTORS


BOMBS = {
    "a.md": "- a\n" * 250_000,
    "b.md": "![" * 125_000,
    "c.md": ">" * 1_000_000,
    "d.md": "[a](" * 250_000,
    "e.md": "| a | b |\n|---|---|\n" + "| x | y |\n" * 100_000,
    "f.html": "<div>" * 200_000,
    "g.html": "<p>" + "<b><i>" * 150_000,
    "h.html": "<table>" + "<tr><td>x" * 100_000,
    "i.txt": "a. " * 300_000,
    "j.txt": '"' * 1_000_000,
}


def bombs() -> Result:
    """Ten files of up to 1 MB that are designed to be slow to read."""
    with tempfile.TemporaryDirectory() as name:
        for file, text in BOMBS.items():
            (Path(name) / file).write_text(text, encoding="utf-8")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        took = {}
        lines = []
        for file in BOMBS:
            began = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
            _, skipped = rag.read_articles([Path(name) / file])
            took[file] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - began
            lines += [reason for _, reason in skipped]
        grew = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1000
    slowest = max(took, key=lambda file: took[file])
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    told = f"slowest {slowest} {took[slowest]:.0f} s of the processor"
    told += f"; {len(lines)} refused, each in one line"
    told += f"; the server grew by {grew:.0f} MB, the reading process had {peak:.0f} MB"
    return told, took[slowest] < 25 and not any("\n" in line for line in lines) and grew < 300


def poured_uploads() -> Result:
    """25 uploads of 19.9 MB with invented cookies; then the server is killed and started again."""
    with server() as one:
        statuses: Counter[int] = Counter()
        for _ in range(25):
            sent = httpx.post(
                f"{one.url}/gradio_api/upload",
                files={"files": ("a.txt", b"x" * 19_900_000)},
                cookies={"byline-session": uuid.uuid4().hex},
                timeout=60,
            )
            statuses[sent.status_code] += 1
        held = sum(path.stat().st_size for path in one.files()) / 1e6
        one.process.kill()
        one.process.wait()
        for folder in (one.folder / "temporary").iterdir():
            os.utime(folder, (0, 0))  # as if a minute had passed
        with server(folder=one.folder) as again:
            left = sum("byline-sessions" in str(path) for path in again.files())
    told = f"statuses {dict(statuses)}; {held:.0f} MB on disk; {left} files after the next start"
    return told, held <= 101 and left == 0


def sigterm() -> Result:
    """SIGTERM to `byline chat` while a 1 MB upload is added and another is being sent."""
    with server("command") as one:
        reader = Reader(one.url)
        reader.begin(reader.send(article(1.0)))
        time.sleep(4)
        half = socket.create_connection(("127.0.0.1", int(one.url.rsplit(":", 1)[1])))
        half.sendall(b"POST /gradio_api/upload HTTP/1.1\r\nHost: localhost\r\n"
                     b"Content-Length: 1000\r\n\r\nx")  # fmt: skip
        began = time.monotonic()
        one.process.send_signal(signal.SIGTERM)
        code = one.process.wait(60)
        seconds = time.monotonic() - began
        half.close()
    return f"ended in {seconds:.1f} s with status {code}", seconds < 5.5 and code == 0


def overload() -> Result:
    """200 questions at once, and nine malformed requests."""
    with server() as one, ThreadPoolExecutor(200) as threads:
        client = httpx.Client(limits=httpx.Limits(max_connections=200), timeout=60)
        url = f"{one.url}/gradio_api/run/ask"
        many = list(threads.map(lambda _: client.post(url, json=ASK), range(200)))
        mistakes: list[object] = ["", 5, None, [], {}, "x" * 9000, True, " ", 1.5]
        wrong = [
            client.post(url, json={"data": [each, *NARROWED]}).status_code for each in mistakes
        ]
        told_when = all("retry-after" in one.headers for one in many if one.status_code == 503)
    statuses = Counter(one.status_code for one in many)
    told = (
        f"{dict(statuses)}, Retry-After on each 503: {told_when}; mistakes {dict(Counter(wrong))}"
    )
    fine = set(statuses) <= {200, 503} and told_when and set(wrong) <= {200, 400}
    return told, fine


def guesses() -> Result:
    """Wrong passwords from 40 addresses at once, while a known browser logs in again."""
    right, statuses = ("anna", "a quiet harbour"), Counter[int]()
    with server("password") as one:
        kept = httpx.get(one.url, auth=right, timeout=60).cookies
        one.process.kill()
        one.process.wait()
        with server("password", folder=one.folder) as again, ThreadPoolExecutor(41) as threads:

            def guess(host: int) -> None:
                own = httpx.HTTPTransport(local_address=f"127.0.1.{host}")
                with httpx.Client(transport=own, auth=("anna", "wrong"), timeout=60) as client:
                    for _ in range(12):
                        statuses[client.get(again.url).status_code] += 1

            guessing = [threads.submit(guess, host) for host in range(1, 41)]
            time.sleep(1)
            began = time.monotonic()
            status = httpx.get(again.url, auth=right, cookies=kept, timeout=60).status_code
            seconds = time.monotonic() - began
            for each in guessing:
                each.result()
    told = f"status {status} after {seconds:.1f} s; the guesses got {dict(statuses)}"
    return told, status == 200 and seconds < 5 and set(statuses) <= {401, 429, 503}


FAULTS: dict[str, Callable[[], Result]] = {
    "idle connections": idle_connections,
    "an upload and questions": upload_and_questions,
    "many readers": many_readers,
    "bombs": bombs,
    "poured uploads": poured_uploads,
    "SIGTERM": sigterm,
    "overload": overload,
    "guesses": guesses,
}


def report(results: dict[str, Result]) -> str:
    """The results as a table."""
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    rows = [f"| {FAULTS[name].__doc__} | {told} | {'as promised' if fine else '**not**'} |"
            for name, (told, fine) in results.items()]  # fmt: skip
    head = ["| fault | measured | |", "|---|---|---|"]
    load = f"{os.getloadavg()[1]:.0f} processes on {os.cpu_count()} processors"
    when = f"Measured on {day} with `make faults`, under a load of {load}."
    return "\n".join([HEADING, "", when, "", *head, *rows, ""])


def write(text: str) -> None:
    """Replaces the section of the results."""
    old = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "# Faults\n"
    before, _, after = old.partition(HEADING)
    _, mark, rest = after.partition("\n## ")
    RESULTS.write_text(f"{before.rstrip()}\n\n{text}{mark}{rest}", encoding="utf-8")


def main() -> int:
    """Runs the tests; the status is 1 if one failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=FAULTS, action="append")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4096)), hard))
    results = {}
    for name in given.only or FAULTS:
        results[name] = told, fine = FAULTS[name]()
        print(f"{'ok  ' if fine else 'NOT '} {name}: {told}", flush=True)
    if given.write:
        write(report(results))
    return 0 if all(fine for _, fine in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())

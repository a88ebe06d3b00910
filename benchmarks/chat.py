"""Load test of the chat page: response times with one and many clients, errors, mix-ups, memory.

Run as ``python benchmarks/chat.py``; ``--write`` saves the figures in ``benchmarks/RESULTS.md``.
A separate process serves the page over the shipped articles. The clients send the same requests as
a browser. ``--browser`` also measures the time from pressing Enter to the complete answer in
Chromium.
"""

import argparse
import itertools
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from socket import IPPROTO_TCP, TCP_NODELAY
from typing import Any

import httpx
from playwright.sync_api import sync_playwright
from rich.console import Console

import rag

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "RESULTS.md"
HEADING = "## The chat page"
SERVER = """
import sys, rag
from rag.web import serve
with rag.Byline(sys.argv[1], create=False) as news:
    serve(news, port=0, announce=lambda line: print(line, flush=True))
"""
PATIENCE = 120.0  # maximum seconds to wait for an answer, including the first
IN_BROWSER = 50  # questions asked in the browser
FLAT = 1.03  # memory is flat if the last third is at most this many times the middle third
WAIT_FOR_REPLY = """
() => new Promise(done => {
  const box = document.querySelector('#question textarea');
  const whole = () => document.querySelectorAll(
    '.reply:has(.statement), .reply:has(.abstained), .reply:has(.notice)').length;
  const before = whole();
  let pressed = 0;
  box.addEventListener('keydown', () => { pressed = performance.now(); }, {once: true});
  const timer = new MutationObserver(() => {
    if (pressed && whole() > before) {
      timer.disconnect();
      requestAnimationFrame(() => done(performance.now() - pressed));
    }
  });
  timer.observe(document.body, {childList: true, subtree: true});
})
"""


@dataclass(kw_only=True)
class Outcome:
    """Response times in seconds, errors, and questions that got another session's answer."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    crossed: list[str] = field(default_factory=list)

    def quantile(self, share: float) -> float:
        """Returns the ``share`` quantile of the response times, by nearest rank."""
        ordered = sorted(self.seconds) or [float("nan")]
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Reader:
    """A browser session, which asks through the same event as the page's script."""

    def __init__(self, url: str, *, endpoint: bool) -> None:
        # Like a browser, send each request at once instead of waiting for an acknowledgement.
        at_once = httpx.HTTPTransport(socket_options=[(IPPROTO_TCP, TCP_NODELAY, 1)])
        self._http = httpx.Client(
            base_url=url, timeout=PATIENCE, headers={"Origin": url}, transport=at_once
        )
        self._http.get("/").raise_for_status()  # sets the session cookie
        self._config = self._http.get("/config").json()
        self._root = self._config["api_prefix"]
        self._session = uuid.uuid4().hex
        self._left: dict[int, Any] = {}
        self._submit = None if endpoint else self._submission()

    def _submission(self) -> dict[str, Any]:
        """Returns the event through which the page asks."""
        named = (
            one for one in self._config["components"] if one["props"].get("elem_id") == "waiting"
        )
        self._waiting = next(named)["id"]
        return next(
            event
            for event in self._config["dependencies"]
            if [self._waiting, "ask"] in event["targets"]
        )

    def ask(self, question: str) -> list[dict[str, Any]]:
        """Asks a question; returns all answers in the response of the page or the endpoint."""
        if self._submit is None:
            sent = {"data": [question, None, None, None, "", "", None, True]}
            reply = self._http.post(f"{self._root}/run/ask", json=sent)
            reply.raise_for_status()
            return list(_answers(reply.json()))
        values = {one["id"]: one["props"].get("value") for one in self._config["components"]}
        shown = self._sent(self._submit, values, {"question": question})
        self._left = values | dict(zip(self._submit["outputs"], shown, strict=True))
        return list(_answers(shown))

    def follow(self) -> None:
        """Sends the page's requests after an answer, such as the one for suggested questions."""
        after = {self._submit["id"]} if self._submit else set()
        for event in self._config["dependencies"]:
            if event["trigger_after"] in after and not event["trigger_only_on_failure"]:
                after.add(event["id"])
                if event["backend_fn"]:
                    self._sent(event, self._left)

    def _sent(self, event: dict[str, Any], values: dict[int, Any], data: Any = None) -> list[Any]:
        """Sends an event, with input values by component, and returns the values of its outputs."""
        sent = {
            "data": [values.get(one) for one in event["inputs"]],
            "event_data": data,
            "fn_index": event["id"],
            "trigger_id": self._waiting,
            "session_hash": self._session,
        }
        reply = self._http.post(f"{self._root}/run/predict", json=sent)
        reply.raise_for_status()
        return list(reply.json()["data"])

    def close(self) -> None:
        """Closes the session's connections."""
        self._http.close()


def _answers(value: Any) -> Iterator[dict[str, Any]]:
    """Yields every answer within ``value``: objects with a question and statements."""
    if isinstance(value, dict):
        if "question" in value and "statements" in value:
            yield value
        for inner in value.values():
            yield from _answers(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _answers(inner)


def is_own(answers: Sequence[dict[str, Any]], question: str, expected: Sequence[str]) -> bool:
    """Whether ``question`` is the only question answered, with the expected sentences."""
    return bool(answers) and all(
        unescape(answer["question"]) == question
        and [unescape(one["text"]) for one in answer["statements"]] == list(expected)
        for answer in answers
    )


@contextmanager
def served(index: Path) -> Iterator[tuple[str, int]]:
    """Serves the page until the block ends; yields its URL and its process id."""
    command = [sys.executable, "-c", SERVER, str(index)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            line = server.stdout.readline() if server.stdout else ""
            found = re.search(r"http://\S+", line)
            if found is None:
                raise RuntimeError(f"the page did not start: {line!r}")
            yield found[0].rstrip("/"), server.pid
        finally:
            server.terminate()


def until_ready(url: str, question: str, expected: Sequence[str], *, endpoint: bool) -> None:
    """Waits for the first right answer, because the model may still be loading."""
    reader = Reader(url, endpoint=endpoint)
    over = time.monotonic() + PATIENCE
    while True:
        try:
            if is_own(reader.ask(question), question, expected):
                break
        except (httpx.HTTPError, RuntimeError):
            pass
        if time.monotonic() > over:
            raise RuntimeError(f"no right answer to {question!r} within {PATIENCE:.0f} s")
        time.sleep(0.5)
    reader.close()


def load(
    url: str, known: dict[str, list[str]], *, clients: int, seconds: float, endpoint: bool
) -> Outcome:
    """Runs ``clients`` clients for ``seconds``, each with its own session and questions."""
    outcome = Outcome()
    over = time.monotonic() + seconds

    def work(number: int) -> None:
        reader = Reader(url, endpoint=endpoint)
        for question in itertools.cycle(list(known)[number::clients]):
            if time.monotonic() > over:
                break
            started = time.perf_counter()
            try:
                answers = reader.ask(question)
                outcome.seconds.append(time.perf_counter() - started)
                reader.follow()
            except (httpx.HTTPError, RuntimeError) as error:
                outcome.errors.append(f"{type(error).__name__}: {error}")
                continue
            if not is_own(answers, question, known[question]):
                outcome.crossed.append(question)
        reader.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcome


@contextmanager
def memory_of(process: int) -> Iterator[list[float]]:
    """Samples the resident memory of ``process`` in MB, twice a second; Linux only."""
    samples: list[float] = []
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.5):
            status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
            samples.append(int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield samples
    finally:
        stop.set()
        watching.join()


def thirds(samples: Sequence[float]) -> list[float]:
    """Returns the mean of each third of ``samples``, which must have at least three values."""
    cut = len(samples) // 3
    parts = samples[:cut], samples[cut:-cut], samples[-cut:]
    return [statistics.mean(part) for part in parts]


def in_browser(url: str, questions: Sequence[str]) -> list[float]:
    """Returns the seconds from Enter to the complete answer in Chromium, for each question."""
    chromium = os.environ.get("BYLINE_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        times = []
        for question in questions:  # each in a new page, so that none is a follow-up
            page = browser.new_page()
            page.goto(url)
            page.locator(".chip").first.wait_for()  # the page has finished loading
            page.get_by_label("Question").fill(question)
            waiting = page.evaluate_handle(f"({{reply: ({WAIT_FOR_REPLY})()}})")
            page.get_by_label("Question").press("Enter")
            times.append(float(waiting.evaluate("waiting => waiting.reply")) / 1000)
            page.close()
        browser.close()
    return times


def table_of(one: Outcome, many: Outcome, memory: Sequence[float], arguments: Any) -> list[str]:
    """Formats the figures as lines of Markdown."""
    first, middle, last = thirds(memory)
    flat = "flat" if last <= FLAT * middle else "rising"
    return [
        f"| | 1 client | {arguments.clients} clients | ratio |",
        "|---|---|---|---|",
        *(
            f"| {name} | {one.quantile(share):.3f} s | {many.quantile(share):.3f} s |"
            f" {many.quantile(share) / one.quantile(share):.1f} |"
            for name, share in (("p50", 0.5), ("p95", 0.95))
        ),
        (
            f"| answers | {len(one.seconds)} | {len(many.seconds)} |"
            f" {len(many.seconds) / max(1, len(one.seconds)):.1f} |"
        ),
        f"| errors | {len(one.errors)} | {len(many.errors)} | |",
        f"| answers of another session | {len(one.crossed)} | {len(many.crossed)} | |",
        "",
        (
            f"Resident memory under {arguments.clients} clients, by thirds of"
            f" {arguments.seconds:.0f} s: {first:.0f}, {middle:.0f}, {last:.0f} MB ({flat})."
        ),
    ]


def write(lines: Sequence[str]) -> None:
    """Replaces the section of this benchmark in the results file."""
    text = RESULTS.read_text(encoding="utf-8") if RESULTS.is_file() else "# Results\n"
    before, _, after = text.partition(HEADING)
    rest = after[after.index("\n## ") :] if "\n## " in after else "\n"
    section = "\n".join([HEADING, "", *lines])
    RESULTS.write_text(f"{before.rstrip()}\n\n{section}\n{rest}".rstrip() + "\n", encoding="utf-8")


def measure(arguments: argparse.Namespace) -> tuple[list[str], bool]:
    """Runs the benchmark; returns the lines of the report, and whether nothing went wrong."""
    rows = (ROOT / "eval/articles/questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [row["question"] for row in map(json.loads, rows) if not row.get("history")]
    with tempfile.TemporaryDirectory() as folder:
        with rag.open(ROOT / "corpus", index=folder) as news:
            known = {asked: [one.text for one in news.ask(asked).statements] for asked in questions}
        with served(Path(folder)) as (url, process):
            through = {"endpoint": arguments.through == "endpoint"}
            until_ready(url, questions[0], known[questions[0]], **through)
            one = load(url, known, clients=1, seconds=arguments.seconds, **through)
            with memory_of(process) as memory:
                many = load(
                    url, known, clients=arguments.clients, seconds=arguments.seconds, **through
                )
            times = in_browser(url, questions[:IN_BROWSER]) if arguments.browser else []
    lines = [f"Asked for {arguments.seconds:.0f} s through the {arguments.through}.", ""]
    lines += table_of(one, many, memory, arguments)
    if times:
        lines += [
            "",
            f"From Enter to the complete answer in Chromium, over {len(times)} questions:",
        ]
        lines[-1] += f" p50 {1000 * statistics.median(times):.0f} ms."
    for wrong in (*one.errors, *many.errors, *one.crossed, *many.crossed):
        Console(stderr=True).print(f"wrong: {wrong}", markup=False)
    return lines, not (one.errors or many.errors or one.crossed or many.crossed)


def main() -> None:
    """Prints the figures; exits with 1 if there was an error or a mix-up."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--clients", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--through", choices=["page", "endpoint"], default="page")
    parser.add_argument("--browser", action="store_true", help="also measure in Chromium")
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.name}")
    arguments = parser.parse_args()
    lines, right = measure(arguments)
    Console().print("\n".join(lines), markup=False, soft_wrap=True)
    if arguments.write:
        write(lines)
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()

"""A model server on the loopback interface that follows a script, byte by byte."""

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

__all__ = ["Act", "ScriptedServer", "answering", "events", "prose", "serving"]


@dataclass(frozen=True, kw_only=True)
class Act:
    """The response to one request.

    ``body`` is sent in writes of ``size`` bytes with ``pause`` seconds between them. ``delay`` is
    the time before the status. If ``breaks`` is true, the connection ends without the last chunk.
    """

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    size: int = 1
    pause: float = 0.0
    delay: float = 0.0
    breaks: bool = False


@dataclass
class ScriptedServer:
    """The script of a server, and the requests it received; the last act is repeated."""

    acts: Sequence[Act]
    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    hung_up: threading.Event = field(default_factory=threading.Event)
    """Set if a client closed its connection before the answer was sent."""

    def next_act(self) -> Act:
        return self.acts[min(len(self.requests), len(self.acts)) - 1]


def events(*pieces: str, usage: tuple[int, int] | None = None, finish: str = "stop") -> bytes:
    """The pieces of a reply as server-sent events, including the end marker."""
    chunks = [_chunk({"content": piece}) for piece in pieces]
    if finish:
        chunks.append(_chunk({}, finish))
    if usage:
        prompt, completion = usage
        counted = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": 0}
        chunks.append({"choices": [], "usage": counted})
    ends = ["data: [DONE]\n\n"] if finish else []
    return "".join([*(f"data: {json.dumps(each)}\n\n" for each in chunks), *ends]).encode()


def _chunk(delta: dict[str, str], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    head = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m"}
    return {**head, "choices": [choice]}


def prose(answer: str, *, answerable: bool = True) -> str:
    """The JSON object that the prompt asks for."""
    return json.dumps({"answerable": answerable, "answer": answer}, ensure_ascii=False)


def answering(answer: str, *, answerable: bool = True, **more: Any) -> Act:
    """An act that returns an answer, with three characters per event."""
    reply = prose(answer, answerable=answerable)
    pieces = [reply[n : n + 3] for n in range(0, len(reply), 3)]
    return Act(body=events(*pieces, usage=(200, 40)), **more)


@contextmanager
def serving(*acts: Act) -> Iterator[ScriptedServer]:
    """Runs a server that performs ``acts``, one for each request."""
    script = ScriptedServer(acts=acts)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            script.requests.append(json.loads(self.rfile.read(length)))
            script.headers.append({name.lower(): value for name, value in self.headers.items()})
            try:
                self._perform(script.next_act())
            except OSError:
                script.hung_up.set()
            self.close_connection = True

        def _perform(self, act: Act) -> None:
            time.sleep(act.delay)
            self.send_response(act.status)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.send_header("Connection", "close")
            for name, value in act.headers:
                self.send_header(name, value)
            self.end_headers()
            for start in range(0, len(act.body), act.size):
                piece = act.body[start : start + act.size]
                self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
                self.wfile.flush()
                time.sleep(act.pause)
            if not act.breaks:
                self.wfile.write(b"0\r\n\r\n")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    script.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

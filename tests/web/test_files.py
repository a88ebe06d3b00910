"""Tests that no client request can read a local file, or make the server fetch a URL."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import gradio as gr
import httpx
import pytest
from gradio import processing_utils

import rag
from rag.web import serve

KEPT = "The harbour master keeps the key under the third stone."


@pytest.fixture
def client(small_news: Callable[..., rag.Byline]) -> Iterator[httpx.Client]:
    news = small_news(rag.make_article(id="a", title="Ferry", text="The ferry sank at dawn."))
    served = serve(news, port=0, max_upload_mb=1, examples=("When?",), prevent_thread_lock=True)
    served.readiness.wait()
    with httpx.Client(base_url=served.local_url, timeout=30) as visiting:
        visiting.get("/").raise_for_status()
        yield visiting
    served.close()


def named(path: str) -> dict[str, Any]:
    return {"path": path, "orig_name": "x.txt", "meta": {"_type": "gradio.FileData"}}


def events(client: httpx.Client, name: str) -> list[dict[str, Any]]:
    config = client.get("/config").json()
    chosen = {part["id"] for part in config["components"] if part["type"] == name}
    found = config["dependencies"]
    return [one for one in found if chosen & set(one["inputs"]) and one["backend_fn"]]


def sent(client: httpx.Client, event: dict[str, Any], value: object) -> str:
    """The response to an event whose inputs are all ``value``."""
    body = {"fn_index": event["id"], "data": [value for _ in event["inputs"]]}
    body |= {"session_hash": uuid4().hex, "event_data": None, "trigger_id": None}
    if not event["queue"]:
        return client.post("/gradio_api/run/predict", json=body).text
    joined = client.post("/gradio_api/queue/join", json=body)
    stream = {"session_hash": body["session_hash"]}
    return joined.text + client.get("/gradio_api/queue/data", params=stream).text


@pytest.mark.parametrize("component", ["file", "browserstate"])
def test_no_file_is_read_that_was_not_sent_here(
    client: httpx.Client, tmp_path: Path, component: str
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(KEPT)
    chosen = events(client, component)
    assert chosen
    for event in chosen:
        value = [named(str(secret))] if component == "file" else named(str(secret))
        assert "error" in sent(client, event, value)
    said = client.post("/gradio_api/run/ask", json={"data": ["Where is the key kept?"]}).text
    assert "third stone" not in said


@pytest.mark.usefixtures("client")
def test_no_address_is_fetched(tmp_path: Path) -> None:
    for address in ("http://198.51.100.7/x.txt", "https://news.example/x.txt"):
        fetching = processing_utils.async_ssrf_protected_download(address, str(tmp_path))
        # In a separate thread, because Playwright keeps an event loop running in this one.
        with ThreadPoolExecutor(1) as alone:
            tried = alone.submit(asyncio.run, fetching)
        with pytest.raises(gr.Error, match="downloads nothing"):
            tried.result()

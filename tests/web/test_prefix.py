"""Tests the page behind a proxy under a path, with and without that path in requests."""

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import httpx
import pytest
from playwright.sync_api import FilePayload, Page, expect
from tests.web.asking import ask

import rag
from rag.web import check_root_path, read_accounts, serve, write_account
from rag.web.cookie import BROWSER, COOKIE

QUESTION = "When was the bridge over the river closed?"
SENTENCE = "The bridge over the river was closed on Monday."
ARTICLE = rag.make_article(id="bridge", title="The bridge is closed", text=SENTENCE)
PREFIX = "/some/news"
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
CONF = """
pid {folder}/pid;
error_log {folder}/error.log;
daemon off;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location {prefix}/ {{
      proxy_pass {target};
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      {header}
      proxy_buffering off;
      client_max_body_size 20m;
    }}
  }}
}}
"""


class Visit(Protocol):
    """The type of the fixture in conftest."""

    def __call__(self, url: str, **context: object) -> Page: ...


@pytest.mark.parametrize(
    ("given", "path"),
    [("", ""), ("/", ""), ("news", "/news"), ("/news/", "/news"), ("/a/b-c_1.x", "/a/b-c_1.x")],
)
def test_a_path_is_read_with_or_without_slashes(given: str, path: str) -> None:
    assert check_root_path(given) == path


@pytest.mark.parametrize(
    "path",
    ["https://x.example/news", "/a//b", "/a/../b", "/a?b", "/a b", "/<b>", "/static", "assets"],
)
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(rag.UsageError, match=f"root_path is {re.escape(repr(path))}"):
        check_root_path(path)


@contextmanager
def serving(news: rag.Byline, **options: Any) -> Iterator[str]:
    """The URL of the page."""
    page = serve(news, port=0, prevent_thread_lock=True, **options)
    try:
        assert page.readiness.wait(60)
        yield page.local_url
    finally:
        page.close()


def root_of(response: httpx.Response) -> str:
    """The path prefix that the page uses for requests."""
    found = re.search(r'"root":\s*"https?://[^/"]+([^"]*)"', response.text)
    assert found
    return found[1]


def test_a_prefix_may_come_with_the_request_or_not(small_news: Callable[..., rag.Byline]) -> None:
    with serving(small_news(ARTICLE), root_path="news/") as url:
        assert url.endswith("/news/")
        origin = url.removesuffix("/news/")
        for path in ("/", "/news/", "/?ask=x", "/news/?ask=x"):
            response = httpx.get(f"{origin}{path}", headers={"X-Forwarded-Prefix": "/other"})
            assert (response.status_code, root_of(response)) == (200, "/news"), path
            assert "Path=/news;" in response.headers["set-cookie"]
        for path in ("/healthz", "/news/healthz", "/config", "/news/config", "/news/theme.css"):
            assert httpx.get(f"{origin}{path}").status_code == 200, path
        for path in ("/newsroom", "/news/news/", "/news/login", "/news//", "/news/../x"):
            assert httpx.get(f"{origin}{path}").status_code == 404, path
        slash = httpx.get(f"{origin}/news?ask=x")
        assert (slash.is_redirect, slash.headers["location"]) == (True, f"{origin}/news/?ask=x")


PREFIXES = {"/news": "/news", "/some/news/": "/some/news", "/static": "", '/a"b': "", "": ""}


@pytest.mark.parametrize(
    ("trusted", "roots"), [("127.0.0.0/8", PREFIXES), ("192.0.2.7", dict.fromkeys(PREFIXES, ""))]
)
def test_only_a_trusted_proxy_names_a_prefix(
    small_news: Callable[..., rag.Byline],
    trusted: str,
    roots: dict[str, str],
) -> None:
    with serving(small_news(ARTICLE), proxies=[trusted]) as url:
        for given, root in roots.items():
            headers = {"X-Forwarded-Prefix": given, "X-Forwarded-Proto": "https"}
            response = httpx.get(url, headers=headers)
            assert root_of(response) == root
            cookie = response.headers["set-cookie"]
            assert f"Path={root or '/'};" in cookie
            assert cookie.endswith("Secure") is (trusted != "192.0.2.7")
            assert root_of(httpx.get(f"{url.rstrip('/')}{root}/", headers=headers)) == root


def test_a_tool_below_a_prefix_answers_with_text(small_news: Callable[..., rag.Byline]) -> None:
    call = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "search", "arguments": {"question": QUESTION}},
    }
    accept = {"Accept": "application/json, text/event-stream"}
    with serving(small_news(ARTICLE), root_path="/news") as url:
        told = httpx.post(f"{url}gradio_api/mcp/", json=call, headers=accept, timeout=60)
        assert f'\\"quote\\": \\"{SENTENCE}' in told.text


# ---- behind nginx


@contextmanager
def nginx(folder: Path, *, target: str, header: str) -> Iterator[str]:
    """The URL of a real proxy, under ``PREFIX``."""
    if NGINX is None:
        pytest.skip("nginx is not installed; make test installs it where apt can")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    conf = folder / "nginx.conf"
    conf.write_text(
        CONF.format(folder=folder, port=port, prefix=PREFIX, target=target, header=header)
    )
    command = [NGINX, "-c", str(conf), "-p", str(folder), "-e", str(folder / "error.log")]
    url = f"http://127.0.0.1:{port}{PREFIX}/"
    with subprocess.Popen(command) as running:
        try:
            httpx.Client(transport=httpx.HTTPTransport(retries=8)).get(url)
            yield url
        finally:
            running.terminate()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("stripped", [True, False], ids=["stripped", "kept"])
@pytest.mark.parametrize("named", ["option", "header"])
def test_everything_works_behind_a_real_proxy(
    tmp_path: Path,
    small_news: Callable[..., rag.Byline],
    visit: Visit,
    named: str,
    *,
    stripped: bool,
) -> None:
    write_account(tmp_path / "passwords", "anna", "a quiet harbour")
    by_option = named == "option"
    options = {
        "accounts": read_accounts(tmp_path / "passwords"),
        "max_upload_mb": 1.0,
        "proxies": ["127.0.0.1"],
        "root_path": PREFIX if by_option else "",
    }
    header = "" if by_option else f"proxy_set_header X-Forwarded-Prefix {PREFIX};"
    with serving(small_news(ARTICLE), **options) as inner:
        origin = inner.removesuffix(f"{PREFIX}/").rstrip("/")
        target = f"{origin}/" if stripped else origin
        with nginx(tmp_path, target=target, header=header) as url:
            assert httpx.get(f"{url}healthz").json()["status"] == "ready"
            assert httpx.get(url).status_code == 401
            credentials = {"username": "anna", "password": "a quiet harbour"}
            page = visit(
                url.removesuffix("/"),
                http_credentials=credentials,
                permissions=["clipboard-read", "clipboard-write"],
            )
            failed: list[str] = []
            page.on("response", lambda one: failed.append(one.url) if one.status >= 400 else None)
            assert page.url == url
            use(page, url)
            assert failed == []


def use(page: Page, url: str) -> None:
    """Asks, reads, uploads, exports and copies a link."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    reply = ask(page, QUESTION)
    expect(reply.locator(".statement")).to_contain_text(SENTENCE)
    reply.locator("button.cite").first.click()
    expect(page.locator("#sources .reader")).to_contain_text(SENTENCE)
    cookies = page.context.cookies()
    assert {each["name"] for each in cookies} == {COOKIE, BROWSER}
    assert {each["path"] for each in cookies} == {PREFIX}

    page.locator("#bring input[type=file]").set_input_files(
        FilePayload(name="mill.txt", mimeType="text/plain", buffer=b"Mill\n\nThe mill burned down.")
    )
    expect(page.locator("#upload-status")).to_have_text("1 article added.")
    expect(ask(page, "What burned down?").locator(".statement").first).to_contain_text("mill")

    page.locator(".reply").first.get_by_role("button", name="Link").click()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{url}?ask=")
    page.locator(".export summary").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Markdown").click()
    assert SENTENCE in Path(saved.value.path()).read_text(encoding="utf-8")
    page.goto(link)
    expect(page.locator(".asked-text").last).to_have_text(QUESTION)
    expect(page.locator(".reply").last.locator(".statement")).to_contain_text(SENTENCE)
    expect(page).to_have_url(url)
    assert [one for one in asked if one.startswith("http") and not one.startswith(url)] == []

"""Tests that only the necessary routes are open, and only to known users."""

import re
from collections.abc import Iterator, Sequence
from typing import Protocol

import gradio as gr
import httpx
import pytest
from starlette.routing import BaseRoute, Mount, Route

import rag
from rag.web import build_page, serve
from rag.web.accounts import Accounts
from rag.web.address import network_of
from rag.web.cookie import BROWSER, COOKIE, is_secret
from rag.web.credentials import SPAN, TRIES, Doorkeeper, Verdict
from rag.web.gate import LARGEST_BODY, is_open


class Guarded(Protocol):
    """The type of the fixture in conftest."""

    url: str
    headers: dict[str, str]


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[rag.Byline]:
    config = rag.Config(threshold=0.0)
    folder = tmp_path_factory.mktemp("index")
    with rag.Byline(folder, config=config, embedder=rag.HashEmbedder(dims=64)) as made:
        made.add([rag.make_article(id="a", title="T", text="The bridge is closed.")])
        yield made


@pytest.fixture(scope="module")
def page(news: rag.Byline) -> Iterator[str]:
    """The address of a page without password and uploads."""
    served = serve(news, port=0, prevent_thread_lock=True)
    yield served.local_url
    served.close()


@pytest.fixture
def inside(guarded: Guarded) -> Iterator[httpx.Client]:
    """A client with credentials and cookies."""
    with httpx.Client(base_url=guarded.url, headers=guarded.headers) as client:
        yield client


def addresses(routes: Sequence[BaseRoute]) -> Iterator[tuple[str, str]]:
    """Each (method, path) of Gradio's routes, with placeholders for parameters."""
    for route in routes:
        if included := getattr(route, "original_router", None):
            yield from addresses(included.routes)
        elif isinstance(route, Mount):
            yield "GET", f"{route.path}/x"
        elif isinstance(route, Route):
            path = re.sub(r"\{[^}]*\}", "x", route.path)
            yield from ((method, path) for method in sorted(route.methods or {"GET"}))


def offered(news: rag.Byline) -> list[tuple[str, str]]:
    app = gr.routes.App.create_app(build_page(news), mcp_server=True)
    return list(addresses(app.routes))


def test_every_address_asks_for_a_password(guarded: Guarded, news: rag.Byline) -> None:
    found = offered(news)
    assert len(found) > 60
    with httpx.Client(base_url=guarded.url) as client:
        for method, path in [*found, ("GET", "/nowhere"), ("OPTIONS", "/"), ("GET", "//healthz")]:
            response = client.request(method, path)
            assert response.status_code == 401, f"{method} {path}"
            assert response.headers["www-authenticate"].startswith('Basic realm="Byline"')
            assert "harbour" not in response.text.casefold()


@pytest.mark.parametrize(
    "authorization",
    [
        "Basic YW5uYTp3cm9uZw==",  # anna:wrong
        "Basic Om5vbmU=",  # :none
        "Basic !!!",
        "Basic",
        "Bearer YW5uYTphIHF1aWV0IGhhcmJvdXI=",
        "Basic YW5uYQ==",  # anna
        "\xff",
    ],
)
def test_wrong_credentials_are_refused(guarded: Guarded, authorization: str) -> None:
    headers = [(b"authorization", authorization.encode("latin-1"))]
    assert httpx.get(guarded.url, headers=headers).status_code == 401


def test_the_right_password_opens_the_page(inside: httpx.Client) -> None:
    response = inside.get("/")
    assert response.status_code == 200
    assert "Byline" in response.text


NEEDED = {
    "/",
    "/assets/x",
    "/config",
    "/favicon.ico",
    "/gradio_api/app_id",
    "/gradio_api/call/v2/x",
    "/gradio_api/call/v2/x/x",
    "/gradio_api/call/x",
    "/gradio_api/call/x/x",
    "/gradio_api/cancel",
    "/gradio_api/component_server",
    "/gradio_api/heartbeat/x",
    "/gradio_api/info",
    "/gradio_api/queue/data",
    "/gradio_api/queue/join",
    "/gradio_api/reset",
    "/gradio_api/run/x",
    "/gradio_api/theme.css",
    "/robots.txt",
    "/static/x",
    "/theme.css",
}
UPLOADS = {"/gradio_api/upload", "/gradio_api/upload_progress"}
TOOLS = {"/gradio_api/mcp"}


@pytest.mark.parametrize("uploads", [True, False])
@pytest.mark.parametrize("tools", [True, False])
def test_only_what_is_needed_is_open(news: rag.Byline, *, uploads: bool, tools: bool) -> None:
    opened = {
        path.rstrip("/") or "/"
        for method, path in offered(news)
        if is_open(method, path, uploads=uploads, tools=tools)
    }
    assert opened - TOOLS == NEEDED | (UPLOADS if uploads else set())
    assert is_open("POST", "/gradio_api/mcp/", uploads=uploads, tools=tools) is tools


@pytest.mark.parametrize(
    "path",
    [
        f"/gradio_api/file={__file__}",
        f"/gradio_api/file/{__file__}",
        "/gradio_api/proxy=http://127.0.0.1:1/",
        "/gradio_api/deep_link?session_hash=x",
        "/gradio_api/stream/x/y/z/playlist.m3u8",
        "/gradio_api/runs",
        "/gradio_api/openapi.json",
        "/gradio_api/upload",
        "/gradio_api/startup-events",
        "/monitoring",
        "/monitoring/summary",
        "/manifest.json",
        "/login",
        "/docs",
        "/static/..%2f..%2f..%2froutes.py",
        "/assets/%2e%2e/%2e%2e/index.html",
        "/static/..%5c..%5croutes.py",
        "//",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_other_doors_of_gradio_are_shut(page: str, method: str, path: str) -> None:
    response = httpx.request(method, page.rstrip("/") + path)
    assert (response.status_code, response.text) == (404, "Byline has nothing here.")


def test_an_upload_needs_the_cookie_of_a_session(inside: httpx.Client) -> None:
    files = {"files": ("note.txt", b"The bridge is open.")}
    inside.cookies.clear()
    assert inside.post("/gradio_api/upload", files=files).status_code == 403
    inside.cookies.clear()
    inside.cookies.set(COOKIE, "guessed")
    assert inside.post("/gradio_api/upload", files=files).status_code == 403
    inside.cookies.clear()
    inside.get("/")
    assert inside.post("/gradio_api/upload", files=files).status_code == 200


def test_an_upload_is_as_large_as_was_said(inside: httpx.Client) -> None:
    inside.get("/")
    files = {"files": ("note.txt", b"x" * 1_200_000)}
    assert inside.post("/gradio_api/upload", files=files).status_code == 413


def test_no_question_fills_the_memory(page: str) -> None:
    url = f"{page}gradio_api/run/ask"
    large = httpx.post(url, content=b"x" * (LARGEST_BODY + 1))
    assert large.status_code == 413
    assert "at most 10,000,000" in large.text
    assert httpx.post(url, content=iter([b"x"])).status_code == 411


def test_each_reader_gets_a_cookie_of_their_own(page: str) -> None:
    first, second = httpx.get(page), httpx.get(page)
    cookie = first.headers["set-cookie"]
    assert cookie.endswith("; Path=/; HttpOnly; SameSite=Strict")
    assert is_secret(first.cookies[COOKIE])
    assert first.cookies[COOKIE] != second.cookies[COOKIE]


def test_a_cookie_is_kept_and_a_malformed_one_replaced(page: str) -> None:
    mine = httpx.get(page).cookies[COOKIE]
    assert "set-cookie" not in httpx.get(page, cookies={COOKIE: mine}).headers
    for odd in ("", "../../etc", mine.upper() + "0", "x" * 10_000):
        assert is_secret(httpx.get(page, cookies={COOKIE: odd}).cookies[COOKIE])


def test_a_link_from_elsewhere_does_not_take_the_cookie_away(page: str) -> None:
    # The browser has a SameSite=Strict cookie, but does not send it then.
    linked = httpx.get(page, headers={"Sec-Fetch-Site": "cross-site"})
    assert linked.status_code == 200
    assert "set-cookie" not in linked.headers
    assert "set-cookie" in httpx.get(page, headers={"Sec-Fetch-Site": "none"}).headers


@pytest.mark.parametrize("path", ["", "healthz", "nowhere", "theme.css"])
def test_headers_stand_on_every_response(page: str, path: str) -> None:
    headers = httpx.get(page + path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http:" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]


def test_health_needs_no_password_and_tells_nothing_of_articles(guarded: Guarded) -> None:
    response = httpx.get(f"{guarded.url}healthz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ready",
        "version": rag.__version__,
        "articles": 2,
        "generation": 1,
    }
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize("host", ["elsewhere.example", "127.0.0.1.elsewhere.example", "", "a:b:c"])
def test_a_name_that_points_here_from_elsewhere_is_refused(page: str, host: str) -> None:
    response = httpx.get(page, headers={"Host": host})
    assert response.status_code == 403
    assert "--auth FILE" in response.text


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:9000", "127.0.0.1:80", "127.0.0.2:80", "[::1]:7860"]
)
def test_every_name_of_this_machine_is_served(page: str, host: str) -> None:
    assert httpx.get(page, headers={"Host": host}).status_code == 200


def test_behind_a_password_any_name_is_served(guarded: Guarded) -> None:
    headers = {**guarded.headers, "Host": "byline.example"}
    assert httpx.get(guarded.url, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
        {"Origin": "http://elsewhere.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://elsewhere.example", "Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_pages_of_elsewhere_are_refused(page: str, method: str, headers: dict[str, str]) -> None:
    response = httpx.request(method, f"{page}config", headers=headers)
    assert response.status_code == 403
    assert "access-control-allow-origin" not in response.headers


def test_its_own_page_and_programs_are_served(page: str, guarded: Guarded) -> None:
    own = page.rstrip("/")
    data = {"data": ["Is the bridge closed?", None, None, None, "", "", None, True]}
    url = f"{page}gradio_api/run/ask"
    assert httpx.post(url, json=data).status_code == 200
    assert httpx.post(url, json=data, headers={"Origin": own}).status_code == 200
    same = {"Origin": "https://byline.example", "Sec-Fetch-Site": "same-origin"}
    assert httpx.post(url, json=data, headers=same).status_code == 200
    proxied = {"Origin": "https://byline.example", "X-Forwarded-Host": "byline.example"}
    url = f"{guarded.url}gradio_api/run/ask"
    assert httpx.post(url, json=data, headers=guarded.headers | proxied).status_code == 200


# ---- the doorkeeper


class Hours:
    """A manually set clock."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def doorkeeper(accounts: Accounts, clock: Hours) -> Doorkeeper:
    return Doorkeeper(accounts, clock=clock)


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Accounts:
    from rag.web import read_accounts, write_account

    file = tmp_path_factory.mktemp("accounts") / "passwords"
    write_account(file, "anna", "a quiet harbour")
    return read_accounts(file)


RIGHT = "Basic YW5uYTphIHF1aWV0IGhhcmJvdXI="
WRONG = "Basic YW5uYTp3cm9uZw=="


def test_after_some_wrong_passwords_an_address_waits(accounts: Accounts) -> None:
    clock = Hours()
    keeper = doorkeeper(accounts, clock)
    said = [keeper.judge(WRONG, "10.0.0.1") for _ in range(TRIES)]
    assert said == [Verdict.SAY_WHO] * TRIES
    assert keeper.judge(RIGHT, "10.0.0.1") is Verdict.WAIT
    assert keeper.judge(RIGHT, "10.0.0.2") is Verdict.COME
    clock.now = SPAN
    assert keeper.judge(WRONG, "10.0.0.1") is Verdict.SAY_WHO


def test_who_is_known_comes_in_whatever_others_try(accounts: Accounts) -> None:
    keeper = doorkeeper(accounts, Hours())
    assert not keeper.knows(RIGHT)
    assert keeper.judge(RIGHT, "10.0.0.1") is Verdict.COME
    for _ in range(TRIES + 1):
        keeper.judge(WRONG, "10.0.0.1")
    assert keeper.judge(WRONG, "10.0.0.1") is Verdict.WAIT
    assert keeper.knows(RIGHT)
    assert keeper.judge(RIGHT, "10.0.0.1") is Verdict.COME


def test_guesses_do_not_shut_out_a_browser_that_was_here_before(accounts: Accounts) -> None:
    token = doorkeeper(accounts, Hours()).token(RIGHT)
    keeper = doorkeeper(accounts, Hours())  # after a restart of the server
    for _ in range(TRIES):
        keeper.judge(WRONG, "10.0.0.1")
    assert keeper.judge(RIGHT, "10.0.0.1") is Verdict.WAIT
    assert keeper.judge(RIGHT, "10.0.0.1", token) is Verdict.COME


def test_a_token_is_of_one_account_and_buys_no_more_guesses(accounts: Accounts) -> None:
    keeper = doorkeeper(accounts, Hours())
    token = keeper.token(RIGHT)
    said = [keeper.judge(WRONG, f"10.0.0.{host}", token) for host in range(TRIES + 1)]
    assert said == [Verdict.SAY_WHO] * TRIES + [Verdict.WAIT]
    for other in ("", "x", token[:-1], keeper.token("Basic Ym9iOndyb25n"), "é.é"):
        assert not keeper.is_token_of(RIGHT, other)


def test_a_browser_is_known_by_its_cookie(guarded: Guarded) -> None:
    kept = httpx.get(guarded.url, headers=guarded.headers).cookies
    assert {COOKIE, BROWSER} <= set(kept)
    assert "set-cookie" not in httpx.get(guarded.url, headers=guarded.headers, cookies=kept).headers
    assert "set-cookie" not in httpx.get(guarded.url).headers


def test_addresses_of_one_network_are_one(accounts: Accounts) -> None:
    keeper = doorkeeper(accounts, Hours())
    for host in range(TRIES):
        keeper.judge(WRONG, f"2001:db8::{host:x}")
    assert keeper.judge(RIGHT, "2001:db8::ffff") is Verdict.WAIT
    assert keeper.judge(RIGHT, "2001:db8:0:1::1") is Verdict.COME
    assert network_of("::ffff:10.0.0.1") == "10.0.0.1"


def test_only_a_configured_proxy_says_whose_a_request_is(
    news: rag.Byline, accounts: Accounts
) -> None:
    statuses = {}
    for proxies in ((), ("127.0.0.1",)):
        served = serve(news, port=0, accounts=accounts, proxies=proxies, prevent_thread_lock=True)
        statuses[proxies] = [
            httpx.get(
                served.local_url,
                headers={"Authorization": WRONG, "X-Forwarded-For": f"192.0.2.{host}"},
            ).status_code
            for host in range(TRIES + 1)
        ]
        served.close()
    assert statuses[()] == [401] * TRIES + [429]
    assert statuses["127.0.0.1",] == [401] * (TRIES + 1)

"""Tests a complete visit in a real browser: no request goes to another machine."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect
from tests.web.asking import ask

import rag
from rag.web import serve

pytestmark = pytest.mark.browser

CLOSED = "When was the bridge over the river closed?"
ARTICLES = [
    rag.make_article(
        id="bridge",
        title="The bridge is closed",
        outlet="The Daily Example",
        url="http://elsewhere.example/bridge",
        text="The bridge over the river was closed on Monday. Ferries sail until it is mended.",
    ),
    rag.make_article(
        id="harbour",
        title="Harbour <img src=http://elsewhere.example/harbour.png>",
        outlet="Coast Courier",
        text="The harbour of Vessby will be dredged. ![](http://elsewhere.example/image.png)",
    ),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("index")
    config = rag.Config(threshold=0.0)
    with rag.Byline(folder, config=config, embedder=rag.HashEmbedder(dims=64)) as news:
        news.add(ARTICLES)
        feedback_store = rag.FeedbackStore(folder)
        page = serve(
            news, port=0, feedback_store=feedback_store, max_upload_mb=1, prevent_thread_lock=True
        )
        yield page.local_url
        page.close()


def visit_all(page: Page) -> None:
    """Asks, reads, filters, uploads an article, gives feedback and saves the conversation."""
    ask(page, CLOSED)
    page.locator(".reply .cite").first.click()
    expect(page.locator(".reader-source")).to_contain_text("elsewhere.example")
    page.keyboard.press("Escape")
    page.locator(".why summary:visible").first.click()
    page.get_by_role("button", name="Right", exact=True).click()
    expect(page.locator(".said").first).not_to_be_empty()
    page.get_by_role("button", name="Articles", exact=True).click()
    page.locator("#shelf .entry input").first.check()
    page.locator("#bring input[type=file]").set_input_files(
        FilePayload(name="own.txt", mimeType="text/plain", buffer=b"Own\n\nIt is our own article.")
    )
    expect(page.locator("#brought .articles li")).to_have_count(1)
    page.get_by_role("button", name=re.compile("^Narrow")).click()
    expect(page.locator(".choices:visible li").first).to_be_visible()
    page.locator("#narrow .side-close").click()
    ask(page, "What will be dredged?")
    page.locator(".export summary").click()
    with page.expect_download():
        page.get_by_role("button", name="Markdown").click()


def test_a_whole_visit_asks_nobody_but_this_machine(address: str, browser: Browser) -> None:
    asked: list[str] = []
    sockets: list[str] = []
    context = browser.new_context(accept_downloads=True)
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.goto(address)
    visit_all(page)
    page.evaluate("document.fonts.ready.then(() => true)")
    faces = page.evaluate("[...document.fonts].map((face) => face.status)")
    context.close()
    own = urlsplit(address).netloc
    elsewhere = [url for url in asked if urlsplit(url).netloc != own]
    # The saved file is a blob created by the page.
    assert [url for url in elsewhere if not url.startswith(f"blob:{address.rstrip('/')}")] == []
    assert any("component_server" in url for url in asked)
    assert any("/upload" in url for url in asked)
    assert sockets == []
    assert "error" not in faces


def test_the_page_may_not_ask_anybody_else(address: str, visit: Callable[..., Page]) -> None:
    page = visit(address)
    outside = "http://elsewhere.example/"
    assert page.evaluate(f"fetch('{outside}').then(() => 'answered', () => 'refused')") == "refused"
    with page.expect_console_message(lambda said: "Content Security Policy" in said.text):
        page.evaluate(f"new Image().src = '{outside}'")

"""News to ask about, and pages opened on it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

import rag
from rag.web import serve

ROOT = Path(__file__).parents[2]
EXAMPLES = (
    "How many Iranian diplomats did Baku expel?",
    "Who is the spokesman of Iran's Foreign Ministry?",
    "What is the population of Baku?",
)


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page at an address in a browser context of its own, made with the given options."""
    opened = []

    def open_page(url: str, **context: object) -> Page:
        options = {"viewport": {"width": 1280, "height": 800}} | context
        opened.append(browser.new_context(**options))  # type: ignore[arg-type]
        page = opened[-1].new_page()
        page.goto(url)
        page.get_by_label("Question").wait_for()
        return page

    yield open_page
    for context in opened:
        context.close()


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the page over the shipped corpus, with the default model."""
    with rag.open(ROOT / "corpus", index=tmp_path_factory.mktemp("index")) as news:
        page = serve(news, port=0, examples=EXAMPLES, prevent_thread_lock=True)
        yield str(page.local_url)
        page.close()


@pytest.fixture
def small_news(tmp_path: Path) -> Iterator[Callable[..., rag.Byline]]:
    """Makes an index of the given articles with the hashing embedder; it never abstains."""
    opened: list[rag.Byline] = []

    def make(*articles: rag.Article) -> rag.Byline:
        config = rag.Config(threshold=0.0)
        embedder = rag.HashEmbedder(dims=64)
        opened.append(rag.Byline(tmp_path / "index", config=config, embedder=embedder))
        opened[-1].add(articles)
        return opened[-1]

    yield make
    for news in opened:
        news.close()

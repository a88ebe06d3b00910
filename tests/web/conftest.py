"""Fixtures for the tests of the page: articles, servers and browser pages."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar

import pytest
from httpx import BasicAuth, Request
from playwright.sync_api import Browser, Page

import rag
from rag.web import read_accounts, serve, write_account

ROOT = Path(__file__).parents[2]
EXAMPLES = (
    "How many Iranian diplomats did Baku expel?",
    "Who is the spokesman of Iran's Foreign Ministry?",
    "What is the population of Baku?",
)
ARTICLES = (
    rag.make_article(
        id="bridge",
        title="The bridge is closed",
        outlet="The Daily Example",
        published=date(2024, 5, 19),
        text="The bridge over the river was closed on Monday. Ferries sail until it is mended.",
    ),
    rag.make_article(
        id="harbour",
        title="Harbour to be dredged",
        outlet="Coast Courier",
        text="The harbour of Vessby will be dredged in spring. The work takes eleven weeks.",
    ),
)


@pytest.fixture(scope="session", autouse=True)
def _incoming(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Uses a folder for uploads that no other process shares."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", str(tmp_path_factory.mktemp("incoming")))
        yield


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page at an address in a new browser context with the given options."""
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
    """The URL of the page over the shipped corpus, with the default model."""
    with rag.open(ROOT / "corpus", index=tmp_path_factory.mktemp("index")) as news:
        page = serve(news, port=0, examples=EXAMPLES, prevent_thread_lock=True)
        page.readiness.wait()
        yield str(page.local_url)
        page.close()


@pytest.fixture
def small_news(tmp_path: Path) -> Iterator[Callable[..., rag.Byline]]:
    """Creates an index of the given articles with the hashing embedder; it never abstains."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """A page that requires a password, with its credentials."""

    url: str
    name: ClassVar[str] = "anna"
    password: ClassVar[str] = "a quiet harbour"  # noqa: S105

    @property
    def headers(self) -> dict[str, str]:
        """The header that every request needs."""
        request = Request("GET", self.url)
        next(BasicAuth(self.name, self.password).auth_flow(request))
        return {"Authorization": request.headers["Authorization"]}


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """The page over two articles, with a password and uploads."""
    folder = tmp_path_factory.mktemp("guarded")
    write_account(folder / "passwords", Guarded.name, Guarded.password)
    config = rag.Config(threshold=0.0)
    with rag.Byline(folder / "index", config=config, embedder=rag.HashEmbedder(dims=64)) as news:
        news.add(ARTICLES)
        accounts = read_accounts(folder / "passwords")
        page = serve(news, port=0, accounts=accounts, max_upload_mb=1.0, prevent_thread_lock=True)
        assert page.readiness.wait(60)
        yield Guarded(url=page.local_url)
        page.close()

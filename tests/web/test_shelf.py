"""Tests the list of all articles: the data from the server, and the list in a real browser."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import gradio as gr
import pytest
from playwright.sync_api import Browser, Page, expect

import rag
from rag.web.shelf import AT_A_TIME, _page, shelf
from rag.web.templates import stylesheet

SPEECH = (
    "The minister opened the new harbour of Vessby on Friday with a short speech. Ferries to Lunda "
    "will sail every hour from Monday, and twice an hour in the summer months."
)


def article(number: int, **given: Any) -> rag.Article:
    facts: dict[str, Any] = {
        "id": f"id{number:03}",
        "title": f"Title {number:03}",
        "text": f"What number {number} says.",
    }
    return rag.make_article(**(facts | given))


FEW = [
    article(1, outlet="Coast Courier", author="Ada Lind", published=date(2024, 3, 4)),
    article(2, title="", published=date(2022, 1, 2)),
    article(3, outlet="Valley Post", title="Åland votes"),
]


@pytest.mark.parametrize(
    "asked",
    [None, 5, [], {"words": 3, "sort": "DROP", "offset": "9"}, {"sort": [], "offset": True},
     {"offset": -(10**30)}, {"words": " \n "}],
)  # fmt: skip
def test_whatever_is_asked_gets_the_first_page(
    small_news: Callable[..., rag.Byline], asked: object
) -> None:
    page = _page(small_news(*FEW), asked)
    assert [row["id"] for row in page["rows"]] == ["id001", "id002", "id003"]
    assert page["count"] == "3 of 3 articles"
    assert (page["previous"], page["next"]) == (None, None)


def test_a_row_says_what_is_not_stated(small_news: Callable[..., rag.Byline]) -> None:
    rows = _page(small_news(*FEW), {"sort": "oldest"})["rows"]
    assert [(row["title"], row["outlet"], row["date"], row["author"]) for row in rows] == [
        ("Untitled", "outlet not stated", "2 January 2022", ""),
        ("Title 001", "Coast Courier", "4 March 2024", "Ada Lind"),
        ("Åland votes", "Valley Post", "undated", ""),
    ]


def test_words_find_and_are_cut_not_refused(small_news: Callable[..., rag.Byline]) -> None:
    news = small_news(*FEW)
    assert _page(news, {"words": "åLAND"})["count"] == "1 of 3 articles"
    assert _page(news, {"words": "w" * 100_000})["count"] == "0 of 3 articles"


def test_pages_follow_each_other_to_the_end(small_news: Callable[..., rag.Byline]) -> None:
    news = small_news(*(article(number) for number in range(AT_A_TIME * 2 + 3)))
    seen, offset, ranges = [], 0, []
    while offset is not None:
        page = _page(news, {"offset": offset})
        seen += [row["id"] for row in page["rows"]]
        ranges.append(page["range"])
        offset = page["next"]  # type: ignore[assignment]
    assert seen == [f"id{number:03}" for number in range(AT_A_TIME * 2 + 3)]
    assert ranges == ["1–50", "51–100", "101–103"]
    beyond = _page(news, {"offset": 10**40})
    assert (beyond["rows"], beyond["previous"], beyond["next"]) == ([], 53, None)


def test_copies_are_said_with_their_outlets(small_news: Callable[..., rag.Byline]) -> None:
    outlets = ["Coast Courier", "Valley Post", None]
    news = small_news(*(article(n, outlet=o, text=SPEECH) for n, o in enumerate(outlets)), FEW[2])
    rows = {row["id"]: row["editions"] for row in _page(news, {})["rows"]}
    assert rows["id003"] == ""
    assert rows["id000"] == "also in Valley Post, id002"


def test_a_newer_version_is_said(small_news: Callable[..., rag.Byline]) -> None:
    longer = f"{SPEECH} The mayor of Vessby thanked the workers who had built it in two years."
    old = article(1, outlet="Post", title="Harbour opens", published=date(2024, 1, 1), text=SPEECH)
    new = article(2, outlet="Post", title="Harbour opens", published=date(2024, 1, 2), text=longer)
    rows = {row["id"]: row["editions"] for row in _page(small_news(old, new), {})["rows"]}
    assert rows == {"id001": "superseded by Post, 2024-01-02: Harbour opens", "id002": ""}


# ---- in the browser


@pytest.fixture
def opened(
    small_news: Callable[..., rag.Byline], browser: Browser
) -> Iterator[Callable[..., Page]]:
    """Opens a page with only the list, over the given articles."""
    closing: list[Callable[[], object]] = []

    def open_page(*given: rag.Article, **context: Any) -> Page:
        news = small_news(*given)
        with gr.Blocks(analytics_enabled=False, fill_width=True) as page:
            shelf(lambda _: news)
        page.launch(
            css=stylesheet(), prevent_thread_lock=True, quiet=True,
            ssr_mode=False, footer_links=[],
        )  # fmt: skip
        closing.append(lambda: page.close(verbose=False))
        shown = browser.new_context(**({"viewport": {"width": 1280, "height": 800}} | context))
        closing.append(shown.close)
        tab = shown.new_page()
        tab.goto(str(page.local_url))
        tab.locator(".entry").first.wait_for()
        tab.evaluate(
            "['byline:read', 'byline:choose'].forEach((name) => document.addEventListener(name,"
            " ({ detail }) => { window.told = { name, ...detail }; }))"
        )
        return tab

    yield open_page
    for close in reversed(closing):
        close()


@pytest.mark.browser
def test_a_title_opens_the_article_from_its_head(opened: Callable[..., Page]) -> None:
    page = opened(*FEW)
    expect(page.locator(".count")).to_have_text("3 of 3 articles")
    page.get_by_role("button", name="Title 001").press("Enter")
    revision = FEW[0].revision
    assert page.evaluate("window.told") == {
        "name": "byline:read", "article": "id001", "revision": revision,
        "start": None, "end": None, "also": [],
    }  # fmt: skip


@pytest.mark.browser
def test_a_tick_chooses_the_article(opened: Callable[..., Page]) -> None:
    page = opened(*FEW)
    page.get_by_role("checkbox", name="Ask only this: Title 001").press("Space")
    told = {"name": "byline:choose", "article": "id001", "title": "Title 001", "chosen": True}
    assert page.evaluate("window.told") == told


@pytest.mark.browser
def test_articles_are_found_and_sorted(opened: Callable[..., Page]) -> None:
    page = opened(*FEW)
    titles = page.locator(".entry .title")
    page.get_by_label("Sort").select_option("oldest")
    expect(titles).to_have_text(["Untitled", "Title 001", "Åland votes"])
    page.get_by_label("Find articles").fill("valley")
    expect(titles).to_have_text(["Åland votes"])
    expect(page.locator(".count")).to_have_text("1 of 3 articles")
    page.get_by_label("Find articles").fill("nowhere")
    expect(page.locator(".count")).to_have_text("0 of 3 articles")
    expect(titles).to_have_count(0)


@pytest.mark.browser
def test_pages_are_turned_by_keyboard(opened: Callable[..., Page]) -> None:
    page = opened(*(article(number) for number in range(AT_A_TIME + 2)))
    expect(page.locator(".entry")).to_have_count(AT_A_TIME)
    expect(page.locator(".range")).to_have_text("1–50")
    page.get_by_role("button", name="Next").press("Enter")
    expect(page.locator(".entry .title")).to_have_text(["Title 050", "Title 051"])
    expect(page.locator(".range")).to_have_text("51–52")
    expect(page.get_by_role("button", name="Next")).to_have_attribute("aria-disabled", "true")
    page.get_by_role("button", name="Next").press("Enter")
    page.get_by_role("button", name="Previous").press("Enter")
    expect(page.locator(".entry")).to_have_count(AT_A_TIME)


@pytest.mark.browser
def test_the_list_fits_a_phone(opened: Callable[..., Page]) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
    page = opened(*FEW, article(4, title="w" * 10_000, outlet="o" * 10_000), **phone)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.get_by_role("checkbox", name="Ask only this: Title 001").tap()
    assert page.evaluate("window.told.chosen") is True


@pytest.mark.browser
def test_each_reader_is_listed_their_own(
    small_news: Callable[..., rag.Byline], browser: Browser
) -> None:
    news = small_news(*FEW)
    asked: list[str] = []

    def news_of(request: gr.Request | None) -> rag.Byline:
        assert request is not None
        asked.append(request.cookies.get("who", ""))
        return news

    with gr.Blocks(analytics_enabled=False) as page:
        shelf(news_of)
    page.launch(prevent_thread_lock=True, quiet=True, ssr_mode=False)
    context = browser.new_context()
    context.add_cookies([{"name": "who", "value": "ada", "url": str(page.local_url)}])
    tab = context.new_page()
    tab.goto(str(page.local_url))
    tab.locator(".entry").first.wait_for()
    context.close()
    page.close(verbose=False)
    assert asked
    assert set(asked) == {"ada"}

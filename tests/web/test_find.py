"""Tests finding words in an open article, in a real browser."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.web.asking import ask

import rag
from rag.web import serve

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
FILLING = "\n".join(f"The keeper wrote line {number} of the diary." for number in range(60))
TEXT = (
    f"Zebras ate hay in Čapek’s yard. A zebra slept.\n{FILLING}\nNo zébra was seen. <b>Zebra</b>."
)
OKAPI = f"The cafe\u0301 opened at\nnoon. {'1' * 1000} {'2' * 1001}."
HAY = "What did zebras eat, hay?"


@pytest.fixture
def address(small_news: Callable[..., rag.Byline]) -> Iterator[str]:
    news = small_news(
        rag.make_article(id="zoo", title="The zoo", text=TEXT),
        rag.make_article(id="okapi", title="The okapi", text=OKAPI),
        rag.make_article(id="farm", title="The farm", text="Cows ate grass. A zebra came by."),
    )
    page = serve(news, port=0, prevent_thread_lock=True)
    yield str(page.local_url)
    page.close()


def opened(page: Page) -> Locator:
    ask(page, HAY).locator(".cite").first.click()
    reader = page.locator(".reader")
    expect(reader.locator("mark.current")).to_be_visible()
    return reader


def current(page: Page) -> str:
    """The text of the current match, if it is in view."""
    return str(
        page.evaluate("""() => {
          const [range] = CSS.highlights.get("reader-current") ?? [];
          if (!range) return "";
          const { top, bottom } = range.getBoundingClientRect();
          const body = document.querySelector(".reader-body").getBoundingClientRect();
          return top >= body.top && bottom <= body.bottom ? range.toString() : "out of view";
        }""")
    )


@pytest.mark.parametrize("screen", [{}, PHONE], ids=["desktop", "phone"])
def test_words_are_found_counted_and_stepped_through(
    address: str, visit: Visit, screen: dict[str, object]
) -> None:
    page = visit(address, **screen)
    reader = opened(page)
    before = reader.locator(".reader-text").inner_html()
    box = reader.get_by_label("Find in this article")
    box.fill("zebra")
    found = reader.locator(".reader-found")
    expect(found).to_have_text("1 of 4")
    seen = [current(page)]
    for number in (2, 3, 4, 1):
        box.press("Enter")
        expect(found).to_have_text(f"{number} of 4")
        seen.append(current(page))
    assert seen == ["Zebra", "zebra", "zébra", "Zebra", "Zebra"]
    reader.get_by_role("button", name="Previous match").click()
    expect(found).to_have_text("4 of 4")
    reader.get_by_role("button", name="Next match").click()
    expect(found).to_have_text("1 of 4")
    assert reader.locator(".reader-text").inner_html() == before


def test_accents_and_quotation_marks_do_not_count_and_none_is_said(
    address: str, visit: Visit
) -> None:
    reader = opened(visit(address))
    box = reader.get_by_label("Find in this article")
    found = reader.locator(".reader-found")
    box.fill("capek's yard")
    expect(found).to_have_text("1 of 1")
    expect(reader.locator(".reader-match:visible")).to_have_count(0)
    box.fill("okapi")
    expect(found).to_have_text("No match")
    box.fill("")
    expect(found).to_have_text("")


def test_decomposed_accents_and_line_breaks_match_and_are_marked_whole(
    address: str, visit: Visit
) -> None:
    page = visit(address)
    reader = opened(page)
    page.evaluate("""document.dispatchEvent(new CustomEvent("byline:read",
      { detail: { article: "okapi" } }))""")
    expect(reader.locator(".reader-title")).to_have_text("The okapi")
    box = reader.get_by_label("Find in this article")
    found = reader.locator(".reader-found")
    for words, marked in (
        ("cafe opened", "cafe\u0301 opened"),
        ("caf\u00e9 opened", "cafe\u0301 opened"),
        ("cafe", "cafe\u0301"),
        ("at  noon", "atnoon"),  # two lines, each a separate paragraph
    ):
        box.fill(words)
        expect(found).to_have_text("1 of 1")
        assert current(page) == marked


def test_no_more_than_a_thousand_matches_are_marked(address: str, visit: Visit) -> None:
    page = visit(address)
    reader = opened(page)
    page.evaluate("""document.dispatchEvent(new CustomEvent("byline:read",
      { detail: { article: "okapi" } }))""")
    expect(reader.locator(".reader-title")).to_have_text("The okapi")
    box = reader.get_by_label("Find in this article")
    found = reader.locator(".reader-found")
    box.fill("1")
    expect(found).to_have_text("1 of 1,000")
    box.fill("2")
    expect(found).to_have_text("1 of 1,000+")
    box.press("Shift+Enter")
    expect(found).to_have_text("1,000 of 1,000+")
    assert current(page) == "2"
    assert page.evaluate("CSS.highlights.get('reader-found').size") == 1000


def test_escape_empties_the_box_first_and_letters_are_typed(address: str, visit: Visit) -> None:
    page = visit(address)
    reader = opened(page)
    box = reader.get_by_label("Find in this article")
    box.press_sequentially("n p/")
    expect(box).to_have_value("n p/")
    box.press("Escape")
    expect(box).to_have_value("")
    expect(reader).to_be_visible()
    box.press("Escape")
    expect(reader).to_be_hidden()


def test_another_article_is_searched_for_the_same_words(address: str, visit: Visit) -> None:
    page = visit(address)
    reader = opened(page)
    reader.get_by_label("Find in this article").fill("zebra")
    expect(reader.locator(".reader-found")).to_have_text("1 of 4")
    page.evaluate("""document.dispatchEvent(new CustomEvent("byline:read",
      { detail: { article: "farm" } }))""")
    expect(reader.locator(".reader-title")).to_have_text("The farm")
    expect(reader.locator(".reader-found")).to_have_text("1 of 1")


def test_a_single_citation_has_no_arrows(address: str, visit: Visit) -> None:
    page = visit(address)
    reader = opened(page)
    expect(reader.locator(".reader-place")).to_have_text("Citation 1 of 1")
    expect(reader.locator(".reader-step:visible")).to_have_count(0)


def test_what_is_narrowed_shows_on_the_button_and_above_the_box(address: str, visit: Visit) -> None:
    page = visit(address)
    tool = page.locator("[data-side='narrow']")
    expect(tool).to_have_text("Narrow")
    page.get_by_role("button", name="Articles", exact=True).click()
    page.get_by_role("checkbox", name="Ask only this: The farm").check()
    expect(tool).to_have_text("Narrow (1)")
    expect(page.locator("#searching")).to_contain_text("Searching 1 of 3 articles: 1 chosen")
    page.get_by_role("button", name="Search all articles again").click()
    expect(tool).to_have_text("Narrow")

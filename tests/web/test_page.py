"""Tests the page over the shipped articles, in a real browser."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, Response, Route, expect
from tests.web.asking import ask

import rag
from rag.web import serve
from rag.web.narrow import everything

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]

FERRY = "When did the ferry sink?"
EXPELLED = "How many Iranian diplomats did Baku expel?"
SENTENCE = (
    "Later, Baku expelled four Iranian diplomats, which prompted Tehran to take a similar action "
    "in retaliation."
)
TITLE = "Iranian, Azeri FMs seek to resolve misunderstandings"
EXAMPLES = (EXPELLED,)
POPULATION = "What is the population of Baku?"
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


def width(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


def test_an_answer_quotes_its_source_and_shows_it_beside(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    statement = ask(page, EXPELLED).locator(".statement").first
    expect(statement).to_have_text(f"“{SENTENCE}” [1]")
    named = page.locator(".reply .named").first
    expect(named).to_have_text(f"[1] {TITLE} — outlet not stated, undated")

    card = page.locator("#sources .card").first
    expect(card.locator(".card-numbers b")).to_have_text("1")
    expect(card.locator(".outlet")).to_have_text("outlet not stated")
    expect(card.locator(".date")).to_have_text("undated")
    expect(card.locator(".card-title")).to_have_text(TITLE)
    expect(card.locator("mark")).to_have_text(SENTENCE)
    expect(card.locator("mark")).to_have_css("text-decoration-line", "underline")
    expect(card.locator(".passage")).to_contain_text("Iranian establishment")


def test_what_the_articles_do_not_say_is_said_plainly(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    reply = ask(page, POPULATION)
    expect(reply.locator(".abstained")).to_have_text("Found nothing that answers.")
    expect(reply.locator(".named")).to_contain_text("Closest article")
    expect(reply.locator(".statement, .cite")).to_have_count(0)

    panel = page.locator("#sources")
    expect(panel.get_by_role("heading", name="Related, but not used")).to_be_visible()
    expect(panel.locator(".related .card")).to_have_count(3)
    expect(panel.locator(".related .card").first).to_have_css("border-top-style", "dashed")
    expect(panel.locator("mark, .card-numbers")).to_have_count(0)


def test_the_masthead_counts_the_articles(shipped: str, visit: Visit) -> None:
    masthead = visit(shipped).locator("#masthead")
    expect(masthead).to_contain_text("Byline")
    expect(masthead).to_contain_text("5 articles · 2 outlets named · 2022–2024, 3 undated")


def test_an_example_is_asked_by_a_click(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    expect(page.locator(".chip")).to_have_count(3)
    page.get_by_role("button", name=EXPELLED).click()
    expect(page.locator(".reply .statement").first).to_contain_text(SENTENCE)
    expect(page.get_by_label("Question")).to_be_focused()


def test_a_follow_up_shows_how_it_was_understood(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    expect(ask(page, EXPELLED).locator(".understood")).to_have_count(0)
    understood = ask(page, "And how did Tehran respond?").locator(".understood")
    expect(understood).to_contain_text("Baku expel, and how did Tehran respond?")


def test_a_number_brings_back_the_card_of_its_own_answer(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    first = ask(page, EXPELLED)
    ask(page, POPULATION)
    expect(page.locator("#sources .asked")).to_have_text(POPULATION)
    page.locator(".reply").first.get_by_role("button", name="[1]").first.click()
    page.keyboard.press("Escape")
    expect(page.locator("#sources .asked")).to_have_text(EXPELLED)
    expect(page.locator("#sources .card").first).to_have_class("card pointed")
    expect(first).to_be_visible()


def test_undo_gives_the_question_back_and_clear_leaves_nothing(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    ask(page, EXPELLED)
    ask(page, POPULATION)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".reply")).to_have_count(1)
    expect(page.get_by_label("Question")).to_have_value(POPULATION)
    expect(page.locator("#sources .asked")).to_have_text(EXPELLED)
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".reply")).to_have_count(0)
    expect(page.locator("#sources .card")).to_have_count(0)
    expect(page.get_by_label("Question")).to_be_focused()


def test_retry_asks_the_last_question_once_more(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    ask(page, POPULATION)
    first = ask(page, EXPELLED).get_attribute("data-id")
    page.get_by_role("button", name="Retry").click()
    expect(page.locator(f".reply[data-id='{first}']")).to_have_count(0)
    expect(page.locator(".reply")).to_have_count(2)
    expect(page.locator(".reply").last.locator(".statement").first).to_contain_text(SENTENCE)


def test_a_past_question_is_edited_and_what_followed_is_gone(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    ask(page, POPULATION)
    ask(page, EXPELLED)
    page.locator(".asked-bubble").first.hover()
    page.get_by_role("button", name="Edit").first.click()
    box = page.get_by_label("Ask this instead").first
    expect(box).to_be_focused()
    expect(box).to_have_value(POPULATION)
    box.fill(EXPELLED)
    box.press("Enter")
    expect(page.locator(".reply .statement").first).to_contain_text(SENTENCE)
    expect(page.locator(".asked-text")).to_have_text([EXPELLED])


def test_a_question_edited_to_itself_is_asked_again_and_shown(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    first = ask(page, EXPELLED).get_attribute("data-id")
    page.locator(".asked-bubble").hover()
    page.get_by_role("button", name="Edit").click()
    page.get_by_label("Ask this instead").press("Enter")
    expect(page.locator(f".reply[data-id='{first}']")).to_have_count(0)
    expect(page.locator(".reply")).to_have_count(1)
    expect(page.locator(".edit-form")).to_be_hidden()
    expect(page.locator(".asked-text")).to_be_visible()
    expect(page.get_by_label("Question")).to_be_focused()


def test_words_written_of_one_answer_are_not_said_of_the_next(visit: Visit, tmp_path: Path) -> None:
    feedback_store = rag.FeedbackStore(tmp_path)
    with rag.Byline(tmp_path / "index", embedder=rag.HashEmbedder()) as news:
        news.add([rag.make_article(id="a", title="Ferry", text="The ferry sank at dawn.")])
        served = serve(news, port=0, feedback_store=feedback_store, prevent_thread_lock=True)
        page = visit(served.local_url)
        ask(page, FERRY)
        page.get_by_role("button", name="Wrong …").click()
        page.get_by_label("In your words").fill("It sank at noon.")
        page.get_by_role("button", name="Send").click()
        expect(page.locator(".said")).to_contain_text("Thank you")
        first = page.locator(".reply").get_attribute("data-id")
        page.get_by_role("button", name="Retry").click()
        expect(page.locator(f".reply[data-id='{first}']")).to_have_count(0)
        expect(page.locator(".reply")).to_have_count(1)
        page.get_by_role("button", name="Wrong …").click()
        expect(page.get_by_label("In your words")).to_have_value("")
        served.close()


def test_editing_is_given_up_with_escape(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    ask(page, POPULATION)
    page.locator(".asked-bubble").hover()
    page.get_by_role("button", name="Edit").click()
    page.keyboard.press("Escape")
    expect(page.locator(".edit-form")).to_be_hidden()
    expect(page.locator(".asked-text")).to_have_text(POPULATION)


def test_how_a_question_was_understood_can_be_mended(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    ask(page, EXPELLED)
    reply = ask(page, "And how did Tehran respond?")
    reply.get_by_role("button", name="Edit").click()
    box = reply.get_by_label("Understood as")
    expect(box).to_be_focused()
    box.fill(POPULATION)
    box.press("Enter")
    expect(page.locator(".asked-text")).to_have_text([EXPELLED, POPULATION])
    expect(page.locator(".reply").last.locator(".abstained")).to_be_visible()
    expect(page.locator(".reply").last.locator(".understood")).to_have_count(0)


def test_what_was_mended_is_retried_as_it_stands(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    ask(page, EXPELLED)
    reply = ask(page, "And how did Tehran respond?")
    reply.get_by_role("button", name="Edit").click()
    reply.get_by_label("Understood as").fill("How did it respond?")
    reply.get_by_role("button", name="Ask this").click()
    replies = page.locator(".reply")
    expect(page.locator(".asked-text").last).to_have_text("How did it respond?")
    expect(replies.last.locator(".understood")).to_have_count(0)
    mended = replies.last.get_attribute("data-id")
    page.get_by_role("button", name="Retry").click()
    expect(page.locator(f".reply[data-id='{mended}']")).to_have_count(0)
    expect(replies).to_have_count(2)
    expect(replies.last.locator(".understood")).to_have_count(0)


def test_a_conversation_survives_a_reload_with_its_citations(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    ask(page, EXPELLED)
    ask(page, POPULATION)
    page.reload()
    expect(page.locator(".asked-text")).to_have_text([EXPELLED, POPULATION])
    expect(page.locator(".reply").first.locator(".statement").first).to_contain_text(SENTENCE)
    expect(page.locator("#sources .asked")).to_have_text(POPULATION)
    expect(ask(page, "And how did Tehran respond?").locator(".understood")).to_be_visible()


def test_each_tab_of_a_browser_keeps_its_own_conversation(shipped: str, visit: Visit) -> None:
    first = visit(shipped)
    second = first.context.new_page()
    second.goto(shipped)
    second.locator(".chip").first.wait_for()  # it is open before the first question
    ask(first, EXPELLED)
    ask(second, POPULATION)
    ask(first, "And how did Tehran respond?")
    second.reload()
    expect(second.locator(".asked-text")).to_have_text([POPULATION])
    first.reload()
    expect(first.locator(".asked-text")).to_have_text([EXPELLED, "And how did Tehran respond?"])
    first.get_by_role("button", name="Clear").click()
    expect(first.locator(".asked-text")).to_have_count(0)
    first.wait_for_function("Object.values(sessionStorage).includes('[]')")
    first.reload()
    first.locator(".chip").first.wait_for()
    expect(first.locator(".asked-text")).to_have_count(0)
    second.reload()
    expect(second.locator(".asked-text")).to_have_text([POPULATION])


def test_a_tab_that_only_looked_keeps_nothing_of_what_is_cleared(
    shipped: str, visit: Visit
) -> None:
    page = visit(shipped)
    ask(page, EXPELLED)
    other = page.context.new_page()
    other.goto(shipped)
    expect(other.locator(".asked-text")).to_have_text([EXPELLED])
    page.get_by_role("button", name="Clear").click()
    page.wait_for_function("Object.values(sessionStorage).includes('[]')")
    other.reload()
    other.locator(".chip").first.wait_for()
    expect(other.locator(".asked-text")).to_have_count(0)


def test_what_another_page_left_in_the_browser_is_passed_over(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    ask(page, EXPELLED)
    page.evaluate("""for (const kept of [localStorage, sessionStorage])
      for (const key of Object.keys(kept)) kept.setItem(key, '{')""")
    page.reload()
    expect(page.get_by_label("Question")).to_be_visible()
    expect(ask(page, EXPELLED).locator(".statement").first).to_contain_text(SENTENCE)


def test_a_link_asks_its_question_once(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    ask(page, EXPELLED)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Link").click()
    expect(page.locator(".said")).to_have_text("Link copied.")
    link = page.evaluate("navigator.clipboard.readText()")
    opened = visit(link)
    expect(opened.locator(".reply .statement").first).to_contain_text(SENTENCE)
    expect(opened.locator(".notice")).to_have_count(0)
    expect(opened).to_have_url(shipped.rstrip("/") + "/")
    opened.reload()
    expect(opened.locator(".asked-text")).to_have_text([EXPELLED])


def test_a_link_narrows_the_page_as_its_question_was(
    small_news: Callable[..., rag.Byline], visit: Visit
) -> None:
    articles = [
        rag.make_article(id=outlet, title=f"Ferry, says {outlet}", outlet=outlet, text=text)
        for outlet, text in {
            "Post": "The ferry Aurora sank at dawn.",
            "Herald": "The ferry Aurora sank at noon.",
        }.items()
    ]
    served = serve(small_news(*articles), port=0, prevent_thread_lock=True)
    narrow = json.dumps({**everything(), "outlets": ["Post"]})
    link = urlencode({"ask": "When did the ferry Aurora sink?", "narrow": narrow})
    page = visit(f"{served.local_url}?{link}")
    searched = page.locator(".reply .searched")
    expect(searched).to_have_text("Searched: Post")
    expect(page.locator("#searching")).to_contain_text("Post")
    first = page.locator(".reply").get_attribute("data-id")
    page.get_by_role("button", name="Retry").click()
    expect(page.locator(f".reply[data-id='{first}']")).to_have_count(0)
    expect(searched).to_have_text("Searched: Post")
    page.reload()
    expect(page.locator("#searching")).to_contain_text("Post")
    page.goto(f"{served.local_url}?{urlencode({'ask': 'When did the ferry Aurora sink?'})}")
    expect(page.locator(".reply")).to_have_count(1)
    page.reload()
    expect(page.locator(".reply")).to_have_count(1)
    expect(ask(page, "Why did it sink?").locator(".searched")).to_have_count(0)
    served.close()


def test_the_page_is_not_left_narrowed_to_what_is_gone(
    small_news: Callable[..., rag.Byline], visit: Visit
) -> None:
    news = small_news(
        rag.make_article(id="a", title="Ferry", text="The ferry Aurora sank at dawn."),
        rag.make_article(id="b", title="Bridge", text="The bridge is closed."),
    )
    served = serve(news, port=0, prevent_thread_lock=True)
    page = visit(served.local_url)
    page.get_by_role("button", name="Articles", exact=True).click()
    page.get_by_role("checkbox", name="Ask only this: Ferry").check()
    kept = "Object.entries(sessionStorage).find(([key]) => key.endsWith('narrowed'))?.[1]"
    page.wait_for_function(f"JSON.parse({kept} ?? 'null')?.articles.length === 1")
    page.reload()
    searching = page.locator("#searching .searching")
    expect(searching).to_contain_text("1 chosen article")
    assert news.forget("a")
    page.reload()
    page.wait_for_function(f"JSON.parse({kept} ?? 'null')?.articles.length === 0")
    expect(searching).to_have_count(0)
    served.close()


def test_an_answer_is_copied_with_its_sources(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, EXPELLED)
    page.get_by_role("button", name="Copy with sources").click()
    expect(page.locator(".said")).to_have_text("Copied, with its sources.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert SENTENCE in copied
    assert TITLE in copied


@pytest.mark.parametrize("screen", [{}, PHONE], ids=["desktop", "phone"])
def test_a_card_copies_its_reference_in_each_style(
    shipped: str, visit: Visit, screen: dict[str, Any]
) -> None:
    page = visit(shipped, **screen)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reply = ask(page, EXPELLED)
    if screen:
        reply.locator(".folded > summary").click()
    menu = (reply if screen else page.locator("#sources")).locator(".cite-menu").first
    menu.get_by_text("Cite", exact=True).click()
    styles = menu.locator(".cite-style")
    expect(styles).to_have_text(["Chicago", "APA", "MLA", "BibTeX", "RIS", "CSL-JSON"])
    copied = []
    for style in styles.all():
        style.click()
        expect(menu.get_by_role("status")).to_have_text(f"{style.inner_text()} reference copied.")
        copied.append(page.evaluate("navigator.clipboard.readText()"))
    assert copied[:3] == [f"“{TITLE}.” n.d.", f"{TITLE}. (n.d.).", f"“{TITLE}.”"]
    assert copied[3].startswith("@article{")
    assert "TY  - NEWS" in copied[4]
    assert json.loads(copied[5])[0]["title"] == TITLE


def test_without_a_clipboard_the_text_is_shown_to_select(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    # As browsers do for plain http:// pages on other computers.
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    reply = ask(page, EXPELLED)
    menu = page.locator("#sources .cite-menu").first
    menu.get_by_text("Cite", exact=True).click()
    menu.locator(".cite-style").first.click()
    no_copy = "The browser does not allow copying; select the text instead"
    expect(menu.get_by_role("status")).to_have_text(f"{no_copy}: “{TITLE}.” n.d.")
    reply.get_by_role("button", name="Copy with sources").click()
    expect(reply.locator(".said")).to_have_text(f"{no_copy}.")


@pytest.mark.parametrize(("form", "suffix"), [("Markdown", ".md"), ("JSON", ".json")])
def test_the_conversation_is_saved_as_a_file(
    shipped: str, visit: Visit, form: str, suffix: str
) -> None:
    page = visit(shipped)
    ask(page, EXPELLED)
    for _ in range(2):
        page.locator(".export summary").click()
        with page.expect_download() as saving:
            page.get_by_role("button", name=form).click()
    assert saving.value.suggested_filename.endswith(suffix)
    text = saving.value.path().read_text("utf-8")
    assert "which prompted Tehran to take a similar action" in text
    if form == "JSON":
        (kept,) = json.loads(text)["records"]
        assert kept["sources"][0]["quote"] == SENTENCE


def test_the_theme_is_chosen_and_kept(shipped: str, visit: Visit) -> None:
    page = visit(shipped, color_scheme="light")
    page.get_by_role("button", name="Dark or light").click()
    expect(page.locator(".gradio-container").first).to_have_css(
        "background-color", "rgb(22, 20, 15)"
    )
    page.reload()
    expect(page.locator(".gradio-container").first).to_have_css(
        "background-color", "rgb(22, 20, 15)"
    )


class Slow(rag.Byline):
    """Answers once it is released."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, config=rag.Config(threshold=0.0), embedder=rag.HashEmbedder())
        self.add([rag.make_article(id="a", title="Ferry", text="The ferry sank at dawn.")])
        self.let_go = threading.Event()

    def ask(self, question: str, **options: Any) -> rag.Answer:
        self.let_go.wait(60)
        return super().ask(question, **options)


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[Slow]:
    with Slow(tmp_path) as news:
        yield news
        news.let_go.set()


@pytest.fixture
def waiting(slow: Slow, visit: Visit) -> Iterator[Page]:
    """A page that waits for its first answer."""
    served = serve(slow, port=0, examples=EXAMPLES, prevent_thread_lock=True)
    page = visit(served.local_url)
    page.get_by_label("Question").fill(FERRY)
    page.get_by_label("Question").press("Enter")
    expect(page.locator(".pending")).to_have_text("Searching the articles …")
    yield page
    slow.let_go.set()
    served.close()


def is_skipped(response: Response) -> bool:
    """Whether this is the response to a question that the server was told to stop."""
    if "/run/predict" not in response.url:
        return False
    data = response.json()["data"]
    return len(data) == 6 and all(
        isinstance(each, dict) and each.get("__type__") == "update" for each in data
    )


def test_a_question_on_its_way_is_stopped_and_comes_back_into_the_box(
    slow: Slow, waiting: Page
) -> None:
    expect(waiting.get_by_role("button", name="Retry")).to_have_count(0)
    expect(waiting.get_by_role("button", name="Undo")).to_have_count(0)
    with waiting.expect_response("**/run/predict*") as told, waiting.expect_response(is_skipped):
        waiting.get_by_role("button", name="Stop").click()
    assert told.value.ok
    expect(waiting.locator(".pending, .reply, .asked-text")).to_have_count(0)
    expect(waiting.get_by_label("Question")).to_have_value(FERRY)
    expect(waiting.get_by_label("Question")).to_be_focused()
    slow.let_go.set()
    waiting.keyboard.press("Enter")
    expect(waiting.locator(".reply .statement")).to_contain_text("at dawn")
    expect(waiting.locator(".asked-text")).to_have_count(1)


def test_what_is_typed_while_an_answer_comes_stays_and_is_asked_after_it(
    slow: Slow, waiting: Page
) -> None:
    box = waiting.get_by_label("Question")
    box.fill("and then?")
    box.press("Enter")
    slow.let_go.set()
    expect(waiting.locator(".reply .statement")).to_contain_text("at dawn")
    expect(box).to_have_value("and then?")
    expect(waiting.locator(".asked-text")).to_have_text([FERRY])
    box.press("Enter")
    expect(waiting.locator(".asked-text")).to_have_text([FERRY, "and then?"])


def test_a_question_that_fails_on_its_way_comes_back_into_the_box(
    shipped: str, visit: Visit
) -> None:
    page = visit(shipped)
    page.locator(".chip").first.wait_for()
    page.route("**/run/predict*", lambda route: route.fulfill(status=500, json={"error": "none"}))
    page.get_by_label("Question").fill(EXPELLED)
    page.get_by_label("Question").press("Enter")
    expect(page.get_by_label("Question")).to_have_value(EXPELLED)
    expect(page.locator(".pending, .asked-text")).to_have_count(0)
    page.unroute("**/run/predict*")
    page.get_by_label("Question").press("Enter")
    expect(page.locator(".reply .statement")).to_contain_text("four")


@contextmanager
def lost(page: Page) -> Iterator[None]:
    """Asks while the server is unreachable; afterwards, the connection is restored."""

    def lose(route: Route) -> None:
        route.abort() if EXPELLED in (route.request.post_data or "") else route.continue_()

    page.route("**/run/predict*", lose)
    page.route("**/app_id*", lambda route: route.abort())
    page.get_by_label("Question").fill(EXPELLED)
    page.get_by_label("Question").press("Enter")
    expect(page.locator(".toast-body")).to_contain_text("the server was lost")
    expect(page.locator(".asked-text")).to_have_text([POPULATION, EXPELLED])
    yield
    with page.expect_event("load", timeout=20_000):
        page.unroute_all()


def test_a_page_that_lost_its_server_comes_back_with_conversation_and_question(
    shipped: str, visit: Visit
) -> None:
    page = visit(shipped)
    ask(page, POPULATION)
    box = page.get_by_label("Question")
    with lost(page):
        box.fill("And then?")
    expect(page.locator(".asked-text")).to_have_text([POPULATION])
    expect(box).to_have_value(f"{EXPELLED}\nAnd then?")
    box.fill(EXPELLED)
    box.press("Enter")
    expect(page.locator(".asked-text")).to_have_text([POPULATION, EXPELLED])
    expect(page.locator(".reply").last.locator(".statement")).to_contain_text("four")


def test_what_is_cleared_while_the_server_is_away_stays_gone(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    ask(page, POPULATION)
    with lost(page):
        page.get_by_role("button", name="Clear").click()
        expect(page.locator(".asked-text")).to_have_count(0)
    page.locator(".chip").first.wait_for()
    expect(page.locator(".asked-text")).to_have_count(0)
    expect(page.get_by_label("Question")).to_have_value("")


def test_an_answer_that_comes_after_clear_brings_nothing_back(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    ask(page, POPULATION)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route) if EXPELLED in (route.request.post_data or "") else route.continue_()

    page.route("**/run/predict*", hold)
    page.get_by_label("Question").fill(EXPELLED)
    page.get_by_label("Question").press("Enter")
    for _ in range(1_500):
        if held:
            break
        page.wait_for_timeout(10)
    answer = held[0].fetch()
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".asked-text")).to_have_count(0)
    page.evaluate(
        """new MutationObserver(() => {
          window.late ||= document.querySelector(".reply") !== null;
        }).observe(document.querySelector("#turns"), { childList: true, subtree: true })"""
    )
    held[0].fulfill(response=answer)
    page.wait_for_function("window.late")
    expect(page.locator(".asked-text, .reply, #sources .card")).to_have_count(0)
    page.reload()
    page.locator(".chip").first.wait_for()
    expect(page.locator(".asked-text")).to_have_count(0)


def test_offers_that_go_leave_the_keyboard_at_the_question(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    ask(page, EXPELLED)
    expect(page.locator(".chips-label")).to_have_text("Next:")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/run/predict*", hold, times=1)
    with page.expect_request("**/run/predict*"):
        page.get_by_role("button", name="Undo").click()
    page.locator(".chip").first.focus()
    expect(page.locator(".chip").first).to_be_focused()
    while not held:
        page.wait_for_timeout(10)
    held[0].continue_()
    expect(page.locator(".asked-text")).to_have_count(0)
    expect(page.get_by_label("Question")).to_be_focused()


def test_what_is_typed_outlives_a_page_that_could_not_be_opened(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    page.locator(".chip").first.wait_for()
    page.get_by_label("Question").fill("And then?")
    page.route("**/run/predict*", lambda route: route.fulfill(status=500, json={"error": "none"}))
    with page.expect_response("**/run/predict*"):
        page.reload()
    page.unroute_all()
    page.reload()
    expect(page.get_by_label("Question")).to_have_value("And then?")


def test_nothing_typed_asks_nothing(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    box = page.get_by_label("Question")
    for typed in ("", "  "):
        box.fill(typed)
        box.press("Enter")
        page.get_by_role("button", name="Ask", exact=True).click()
    assert ask(page, EXPELLED).locator(".statement").count() >= 1
    expect(page.locator(".asked-text")).to_have_text([EXPELLED])


def test_articles_that_differ_stand_side_by_side(
    small_news: Callable[..., rag.Byline], visit: Visit
) -> None:
    told = {"Post": "four", "Herald": "nine"}
    articles = [
        rag.make_article(
            id=outlet,
            title=f"Ferry sinks, says {outlet}",
            outlet=outlet,
            text=f"The ferry sank at dawn. {number.capitalize()} sailors died on the ferry Aurora.",
        )
        for outlet, number in told.items()
    ]
    served = serve(small_news(*articles), port=0, prevent_thread_lock=True)
    page = visit(served.local_url)
    reply = ask(page, "How many sailors died on the ferry Aurora?")
    expect(reply.locator(".differing")).to_have_text("The articles differ.")
    sides = reply.locator(".side-by-side .side")
    expect(sides).to_have_count(2)
    for outlet, number in told.items():
        side = sides.filter(has_text=outlet)
        expect(side.locator(".statement")).to_contain_text(f"{number.capitalize()} sailors")
    served.close()


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("🙂🙂🙂", "Ask a question"),
        ("Thank you!", "You're welcome"),
        ("why " * 2500, "too long|10,000"),
    ],
)
def test_what_is_no_question_gets_one_line(
    shipped: str, visit: Visit, question: str, message: str
) -> None:
    page = visit(shipped)
    reply = ask(page, question)
    notice = reply.locator(".notice")
    expect(notice).to_be_visible()
    text = notice.inner_text()
    assert any(words in text for words in message.split("|")), text
    assert len(text) < 200
    assert "Traceback" not in page.content()
    expect(page.locator("#sources .card")).to_have_count(0)
    expect(ask(page, EXPELLED).locator(".statement").first).to_contain_text(SENTENCE)


def test_the_question_box_keeps_prompt_and_keyboard(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    box = page.get_by_label("Question")
    ask(page, EXPELLED)
    expect(box).to_be_focused()
    expect(box).to_have_attribute("placeholder", "Ask about these articles …")
    box.blur()
    page.keyboard.press("/")
    expect(box).to_be_focused()
    expect(box).to_have_value("")


def test_the_key_that_stands_alone_can_be_switched_off(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    box = page.get_by_label("Question")
    alone = page.get_by_label("Use / as a shortcut")
    page.locator(".chip").first.wait_for()
    for chosen in (False, True):
        page.get_by_text("Keys", exact=True).click()
        expect(alone).to_be_checked(checked=not chosen)
        alone.set_checked(chosen)
        page.reload()
        page.locator(".chip").first.wait_for()
        expect(box).to_be_focused()
        box.blur()
        page.keyboard.press("/")
        if chosen:
            expect(box).to_be_focused()
        else:
            expect(box).not_to_be_focused()
        expect(box).to_have_value("")


def test_a_phone_shows_the_chat_with_sources_folded_below(shipped: str, visit: Visit) -> None:
    page = visit(shipped, **PHONE)
    assert width(page) == 390
    reply = ask(page, EXPELLED)
    expect(page.locator("#sources")).to_be_hidden()
    reply.locator(".folded > summary").click()
    expect(reply.locator(".card mark").first).to_have_text(SENTENCE)
    ask(page, "w" * 300)
    assert width(page) == 390


def test_nothing_lies_over_the_export_menu_on_a_phone(shipped: str, visit: Visit) -> None:
    page = visit(shipped, **PHONE)
    ask(page, EXPELLED)
    page.locator(".export summary").click()
    for name in ("Markdown", "JSON"):
        button = page.get_by_role("button", name=name)
        place = button.bounding_box()
        assert place is not None
        for share in (0.05, 0.5, 0.95):
            x, y = place["x"] + share * place["width"], place["y"] + share * place["height"]
            at = page.evaluate("([x, y]) => document.elementFromPoint(x, y).textContent", [x, y])
            assert at == name


@pytest.mark.parametrize("name", ["Narrow", "Articles", "Check"])
def test_back_on_a_phone_closes_the_panel_and_stays_on_the_page(
    shipped: str, visit: Visit, name: str
) -> None:
    page = visit(shipped, **PHONE)
    reply = ask(page, EXPELLED)
    for close in (page.go_back, lambda: page.locator(".side-close:visible").click()):
        page.get_by_role("button", name=name, exact=True).first.click()
        expect(page.locator(".side-close:visible")).to_be_visible()
        close()
        expect(page.locator(".side-close:visible")).to_have_count(0)
        expect(reply).to_be_visible()
        page.wait_for_function("!history.state?.side")
    assert page.url.rstrip("/") == shipped.rstrip("/")


def test_under_an_answer_on_a_phone_questions_on_offer_take_one_line(
    shipped: str, visit: Visit
) -> None:
    page = visit(shipped, **PHONE)
    ask(page, EXPELLED)
    expect(page.locator("#chips .chip")).to_have_count(3)
    line = page.locator("#chips .chips").bounding_box()
    assert line is not None
    assert line["height"] <= 64
    last = page.locator("#chips .chip").last
    last.tap()
    expect(page.locator(".reply")).to_have_count(2)
    assert width(page) == 390


@pytest.mark.parametrize("height", [600, 800, 1200])
def test_the_page_fills_the_window_and_no_more(shipped: str, visit: Visit, height: int) -> None:
    page = visit(shipped, viewport={"width": 1280, "height": height})
    for _ in range(3):
        ask(page, EXPELLED)
    assert page.evaluate("document.documentElement.scrollHeight") == height
    box = page.locator("#question").bounding_box()
    assert box is not None
    assert height - 8 <= box["y"] + box["height"] <= height


def test_dark_follows_the_system(shipped: str, visit: Visit) -> None:
    light = visit(shipped, color_scheme="light").locator(".gradio-container").first
    dark = visit(shipped, color_scheme="dark").locator(".gradio-container").first
    expect(light).to_have_css("background-color", "rgb(250, 247, 240)")
    expect(dark).to_have_css("background-color", "rgb(22, 20, 15)")


def test_the_newest_answer_is_in_sight(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    for _ in range(5):
        reply = ask(page, EXPELLED)
        expect(reply.locator(".statement").first).to_be_in_viewport()
        expect(page.locator(".asked-bubble").last).to_be_in_viewport()

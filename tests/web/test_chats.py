"""Tests chats in a real browser: the list, their names, and Undo after Clear and Delete."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect
from tests.web.asking import ask

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]

EXPELLED = "How many Iranian diplomats did Baku expel?"
POPULATION = "What is the population of Baku?"
SPOKESMAN = "Who is the spokesman of Iran's Foreign Ministry?"
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


def open_chats(page: Page) -> Any:
    page.get_by_role("button", name="Chats", exact=True).click()
    panel = page.get_by_role("region", name="Chats")
    expect(panel).to_be_visible()
    return panel


def start_new(page: Page) -> None:
    open_chats(page).get_by_role("button", name="New chat").click()
    expect(page.locator(".reply")).to_have_count(0)


def test_clear_is_undone_until_the_next_question(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    ask(page, EXPELLED)
    ask(page, POPULATION)
    before = page.locator("#turns").inner_text()
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".reply")).to_have_count(0)
    line = page.locator("#cleared .cleared")
    expect(line).to_contain_text("Chat cleared.")
    line.get_by_role("button", name="Undo").click()
    expect(page.locator(".asked-text")).to_have_text([EXPELLED, POPULATION])
    expect(page.locator("#sources .asked")).to_have_text(POPULATION)
    expect(line).to_be_hidden()
    expect(page.get_by_label("Question")).to_be_focused()
    assert page.locator("#turns").inner_text() == before
    expect(ask(page, "And how did Tehran respond?").locator(".understood")).to_be_visible()
    page.reload()
    expect(page.locator(".reply")).to_have_count(3)

    page.get_by_role("button", name="Clear").click()
    ask(page, SPOKESMAN)
    expect(line).to_be_hidden()
    expect(page.locator(".asked-text")).to_have_text([SPOKESMAN])


def test_clear_is_undone_on_a_phone(shipped: str, visit: Visit) -> None:
    page = visit(shipped, **PHONE)
    ask(page, EXPELLED)
    page.get_by_role("button", name="Clear").tap()
    undo = page.locator("#cleared").get_by_role("button", name="Undo")
    expect(undo).to_be_in_viewport()
    undo.tap()
    expect(page.locator(".asked-text")).to_have_text([EXPELLED])


def test_chats_are_listed_by_their_first_question_and_opened(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    ask(page, EXPELLED)
    ask(page, POPULATION)
    start_new(page)
    expect(page.get_by_label("Question")).to_be_focused()
    ask(page, SPOKESMAN)
    panel = open_chats(page)
    names = panel.locator(".name")
    expect(names).to_have_text([SPOKESMAN, EXPELLED])
    expect(panel.locator(".size").last).to_contain_text("2 questions")
    expect(names.first).to_have_attribute("aria-current", "true")
    names.last.click()
    expect(page.locator(".asked-text")).to_have_text([EXPELLED, POPULATION])
    expect(page.locator("#sources .asked")).to_have_text(POPULATION)
    ask(page, "And how did Tehran respond?")
    expect(open_chats(page).locator(".name")).to_have_text([EXPELLED, SPOKESMAN])


def test_chats_last_in_the_browser_and_belong_to_it(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    ask(page, EXPELLED)
    start_new(page)
    ask(page, POPULATION)
    page.close()
    later = visit_in(page, shipped)
    expect(later.locator(".asked-text")).to_have_text([POPULATION])
    panel = open_chats(later)
    expect(panel.locator(".name")).to_have_text([POPULATION, EXPELLED])
    stranger = visit(shipped)
    expect(open_chats(stranger).locator(".name")).to_have_count(0)
    expect(open_none(stranger)).to_be_visible()


def visit_in(page: Page, url: str) -> Page:
    """A new tab in the same browser."""
    tab = page.context.new_page()
    tab.goto(url)
    tab.locator(".chip").first.wait_for()
    return tab


def open_none(page: Page) -> Any:
    return page.get_by_text("No chats yet.")


def test_a_chat_is_renamed(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    ask(page, EXPELLED)
    panel = open_chats(page)
    rename = panel.get_by_role("button", name=f"Rename {EXPELLED}")
    rename.click()
    box = panel.get_by_label("Name of the chat")
    expect(box).to_have_value(EXPELLED)
    page.keyboard.press("Escape")
    expect(panel).to_be_visible()
    expect(rename).to_be_focused()
    rename.click()
    box.fill("<b>Diplomats</b>")
    box.press("Enter")
    expect(panel.locator(".name")).to_have_text(["<b>Diplomats</b>"])
    ask(page, POPULATION)
    page.reload()
    expect(open_chats(page).locator(".name")).to_have_text(["<b>Diplomats</b>"])


@pytest.mark.parametrize("is_open", [True, False])
def test_a_chat_is_deleted_and_brought_back(
    shipped: str,
    visit: Visit,
    is_open: bool,  # noqa: FBT001
) -> None:
    page = visit(shipped)
    ask(page, EXPELLED)
    if not is_open:
        start_new(page)
        ask(page, POPULATION)
    shown = [EXPELLED] if is_open else [POPULATION]
    panel = open_chats(page)
    panel.get_by_role("button", name=f"Delete {EXPELLED}").click()
    expect(panel.locator(".name")).to_have_text([] if is_open else [POPULATION])
    expect(page.locator(".asked-text")).to_have_text([] if is_open else shown)
    undo = panel.get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    undo.click()
    expect(panel.locator(".name").last).to_have_text(EXPELLED)
    expect(page.locator(".asked-text")).to_have_text(shown)
    panel.get_by_role("button", name=f"Delete {EXPELLED}").click()
    page.reload()
    page.locator(".chip").first.wait_for()
    expect(page.locator(".asked-text")).to_have_text([] if is_open else shown)


def slow_down(page: Page, words: str) -> list[Any]:
    """Delays each request that contains ``words``; returns the list of delayed requests."""
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route) if words in (route.request.post_data or "") else route.continue_()

    page.route("**/run/predict*", hold)
    return held


def wait_for(page: Page, held: list[Any], many: int = 1) -> None:
    while len(held) < many:
        page.wait_for_timeout(10)


def test_two_chats_opened_in_a_row_both_stay_as_they_are(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    for question in (EXPELLED, POPULATION, SPOKESMAN):
        if question != EXPELLED:
            start_new(page)
        ask(page, question)
    held = slow_down(page, EXPELLED)
    open_chats(page).get_by_role("button", name=EXPELLED, exact=True).click()
    wait_for(page, held)
    open_chats(page).get_by_role("button", name=POPULATION, exact=True).click()
    box = page.get_by_label("Question")
    box.fill("Who is it?")
    box.press("Enter")
    expect(page.locator(".waiting")).to_have_count(0)
    expect(box).to_have_value("Who is it?")
    page.unroute("**/run/predict*")  # releases the delayed request
    expect(page.locator(".asked-text")).to_have_text([POPULATION])
    page.wait_for_timeout(500)
    names = open_chats(page).locator(".name")
    expect(names).to_have_text([SPOKESMAN, POPULATION, EXPELLED])
    box.fill(SPOKESMAN)
    box.press("Enter")
    expect(page.locator(".asked-text")).to_have_text([POPULATION, SPOKESMAN])
    names = open_chats(page).locator(".name")
    expect(names).to_have_text([POPULATION, SPOKESMAN, EXPELLED])
    names.last.click()
    expect(page.locator(".asked-text")).to_have_text([EXPELLED])
    page.reload()
    expect(page.locator(".asked-text")).to_have_text([EXPELLED])


def test_a_pending_question_returns_to_the_box_if_another_chat_is_opened(
    shipped: str, visit: Visit
) -> None:
    page = visit(shipped)
    ask(page, EXPELLED)
    start_new(page)
    held = slow_down(page, POPULATION)
    box = page.get_by_label("Question")
    box.fill(POPULATION)
    box.press("Enter")
    wait_for(page, held)
    expect(box).to_have_value("")
    open_chats(page).get_by_role("button", name=EXPELLED, exact=True).click()
    expect(page.locator(".asked-text")).to_have_text([EXPELLED])
    expect(box).to_have_value(POPULATION)


def test_undo_of_another_chat_leaves_an_empty_one_open(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    ask(page, EXPELLED)
    start_new(page)
    panel = open_chats(page)
    panel.get_by_role("button", name=f"Delete {EXPELLED}").click()
    panel.get_by_role("button", name="Undo").click()
    expect(panel.locator(".name")).to_have_text([EXPELLED])
    page.wait_for_timeout(500)
    expect(page.locator(".asked-text")).to_have_count(0)
    expect(panel.locator("[aria-current]")).to_have_count(0)


def test_a_full_storage_loses_no_more_chats_than_it_must(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    ask(page, EXPELLED)
    page.evaluate("""() => {
      const key = Object.keys(localStorage).find((each) => each.endsWith("-chats"));
      const [chat] = JSON.parse(localStorage.getItem(key));
      const name = "o".repeat(1e5);
      const old = [...Array(8).keys()].map((n) => ({ ...chat, id: `old ${n}`, name: n + name }));
      localStorage.setItem(key, JSON.stringify([chat, ...old]));
      for (let size = 2 ** 23; size >= 2 ** 15; size /= 2) {
        for (let n = 0; n < 2; n += 1) {
          try { localStorage.setItem(`filler ${size} ${n}`, "f".repeat(size)); } catch {}
        }
      }
    }""")
    page.reload()
    panel = open_chats(page)
    expect(panel.locator(".name")).to_have_count(9)
    panel.get_by_role("button", name=f"Rename {EXPELLED}").click()
    naming = panel.get_by_label("Name of the chat").first
    naming.evaluate("(box) => { box.removeAttribute('maxlength'); box.value = 'n'.repeat(8e4); }")
    naming.press("Enter")
    expect(panel.locator(".name")).to_have_count(8)
    expect(panel.locator(".name").first).to_contain_text("nnn")
    expect(panel.locator(".name").last).to_contain_text("6ooo")


def test_a_copied_link_opens_a_new_chat(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    ask(page, EXPELLED)
    page.goto(f"{shipped}?{urlencode({'ask': SPOKESMAN})}")
    expect(page.locator(".reply .statement").first).to_be_visible()
    expect(page.locator(".asked-text")).to_have_text([SPOKESMAN])
    page.reload()
    expect(page.locator(".asked-text")).to_have_text([SPOKESMAN])
    expect(open_chats(page).locator(".name")).to_have_text([SPOKESMAN, EXPELLED])


def test_two_tabs_that_go_on_with_one_chat_both_keep_theirs(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    ask(page, EXPELLED)
    other = visit_in(page, shipped)
    expect(other.locator(".asked-text")).to_have_text([EXPELLED])
    ask(page, POPULATION)
    ask(other, SPOKESMAN)
    sizes = open_chats(other).locator(".size")
    expect(sizes).to_contain_text(["2 questions", "2 questions"])
    page.reload()
    expect(page.locator(".asked-text")).to_have_text([EXPELLED, POPULATION])


def test_damaged_storage_is_passed_over(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    ask(page, EXPELLED)
    for damage in ("{", "7", '[null, {"id": "x"}]', '[null, {"id": "y", "exchanges": [7]}]'):
        page.evaluate(
            """(damage) => { for (const key of Object.keys(localStorage))
              if (key.endsWith("-chats")) localStorage.setItem(key, damage); }""",
            damage,
        )
        page.reload()
        expect(page.locator(".asked-text")).to_have_text([EXPELLED])
        expect(open_chats(page).locator(".name").first).to_have_text(EXPELLED)


def test_an_answer_that_comes_after_another_chat_was_opened_changes_neither(
    shipped: str, visit: Visit
) -> None:
    page = visit(shipped)
    ask(page, EXPELLED)
    start_new(page)
    held: list[Any] = []

    def hold(route: Any) -> None:
        is_asked = POPULATION in (route.request.post_data or "")
        held.append(route) if is_asked and not held else route.continue_()

    page.route("**/run/predict*", hold)
    page.get_by_label("Question").fill(POPULATION)
    page.get_by_label("Question").press("Enter")
    while not held:
        page.wait_for_timeout(10)
    answer = held[0].fetch()
    open_chats(page).get_by_role("button", name=EXPELLED, exact=True).click()
    expect(page.locator(".asked-text")).to_have_text([EXPELLED])
    with page.expect_response("**/run/predict*"):
        held[0].fulfill(response=answer)
    page.wait_for_timeout(500)
    expect(page.locator(".asked-text")).to_have_text([EXPELLED])
    expect(open_chats(page).locator(".name")).to_have_text([EXPELLED])
    page.reload()
    expect(page.locator(".asked-text")).to_have_text([EXPELLED])

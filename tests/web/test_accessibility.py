"""Tests every state of the page with axe-core and by keyboard, in a real browser."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FilePayload, Page, Route, expect
from tests.web.asking import ask

import rag
from rag.web import serve

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}

CLOSED = "When was the bridge over the river closed?"
DIED = "How many sailors died on the ferry Aurora?"
UNKNOWN = "What is the population of Baku?"


def ferry(outlet: str, number: str) -> rag.Article:
    return rag.make_article(
        id=outlet,
        title=f"Ferry sinks, says {outlet}",
        outlet=outlet,
        author="A. Writer",
        published=date(2024, 5, len(outlet)),
        text=f"The ferry sank at dawn. {number} sailors died on the ferry Aurora.",
    )


BRIDGE = rag.make_article(
    id="bridge",
    title="The bridge is closed",
    text="The bridge over the river was closed on Monday. Ferries sail until it is mended.",
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("index")
    config = rag.Config(threshold=0.1)
    with rag.Byline(folder, config=config, embedder=rag.HashEmbedder(dims=64)) as news:
        news.add([BRIDGE, ferry("Post", "Four"), ferry("Herald", "Nine")])
        page = serve(
            news,
            port=0,
            feedback_store=rag.FeedbackStore(folder),
            max_upload_mb=1,
            examples=[CLOSED, DIED],
            prevent_thread_lock=True,
        )
        yield page.local_url
        page.close()


class Check:
    """Runs axe-core in the states of one page, and stores the findings of each."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.found: list[str] = []

    def __call__(self, state: str) -> None:
        options = {"runOnly": RULES, "resultTypes": ["violations"]}
        found = Axe().run(self.page, options=options)
        for violation in found.response["violations"]:
            for node in violation["nodes"]:
                at = f"{node['target']} {node['html'][:200]} {node['failureSummary'][:400]}"
                self.found.append(f"{state}: {violation['id']}: {at}")


def walk(page: Page, check: Check, *, phone: bool) -> None:
    """Goes through the states of the page."""
    expect(page.locator(".chip").first).to_be_visible()
    check("empty")
    reply = ask(page, CLOSED)
    expect(reply.locator(".statement").first).to_be_visible()
    if phone:
        reply.locator(".folded > summary").click()
    page.locator(".why summary:visible").first.click()
    expect(page.locator(".why dl:visible").first).to_be_visible()
    check("answer")
    reply.locator(".cite").first.click()
    expect(page.locator(".reader-text p").first).to_be_visible()
    check("reader")
    page.keyboard.press("Escape")
    reply.get_by_role("button", name="Wrong …").click()
    page.locator(".asked-bubble").hover()
    page.locator(".asked-bubble .edit").first.click()
    page.locator(".export summary").click()
    check("forms and menu")
    page.keyboard.press("Escape")
    if not phone:
        page.get_by_text("Keys", exact=True).click()
        expect(page.locator(".keys dl")).to_be_visible()
        check("keys")
        page.keyboard.press("Escape")
        expect(page.locator(".keys dl")).to_be_hidden()
    expect(ask(page, UNKNOWN).locator(".abstained")).to_be_visible()
    check("abstention")
    expect(ask(page, DIED).locator(".side")).to_have_count(2)
    check("differing")
    beside(page, check)


def beside(page: Page, check: Check) -> None:
    """Goes through the panels that replace the sources."""
    page.get_by_role("button", name="Articles").first.click()
    page.locator("#shelf .entry input").first.check()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/queue/join*", hold, times=1)
    page.locator("#bring input[type=file]").set_input_files(
        [
            FilePayload(name="own.txt", mimeType="text/plain", buffer=b"Own\n\nIt is our own."),
            FilePayload(name="bad.txt", mimeType="text/plain", buffer=b"PK\x03\x04 no article"),
        ]
    )
    expect(page.locator("#bring .filename")).to_have_count(2)
    expect(page.locator("#bring").get_by_role("button")).to_have_count(0)
    check("files on their way")
    held[0].continue_()
    expect(page.locator("#brought .skipped li")).to_have_count(1)
    check("articles and uploads")
    page.locator("#shelf .side-close").click()
    page.get_by_role("button", name="Narrow").first.click()
    expect(page.locator(".choices:visible li").first).to_be_visible()
    check("narrow")
    page.locator("#narrow .side-close").click()
    page.get_by_role("button", name="Check", exact=True).first.click()
    page.get_by_label("Text to check").fill(f"“It is our,” she said. {CLOSED}")
    page.locator("#check .go").click()
    expect(page.locator("#check .sentence").first).to_be_visible()
    check("draft")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_no_rule_of_accessibility_is_broken_in_any_state(
    address: str, visit: Visit, scheme: str, device: dict[str, Any]
) -> None:
    page = visit(address, **device, color_scheme=scheme)
    check = Check(page)
    walk(page, check, phone=device is PHONE)
    assert not check.found, "\n".join(check.found)


# The element that has the focus, and whether the focus is visible.
FOCUSED = """() => {
  const held = document.activeElement;
  const part = held.closest("#masthead, #turns, #chips, #question, #side");
  const shown = (node) => {
    const style = getComputedStyle(node);
    return (style.outlineStyle !== "none" && style.outlineWidth !== "0px") ||
      style.boxShadow !== "none";
  };
  const seen = shown(held) || shown(held.closest(".input-container") ?? held);
  return part && { part: part.id, seen, at: held.outerHTML.slice(0, 120) };
}"""


def test_the_keyboard_goes_through_the_page_in_the_order_of_reading(
    address: str, visit: Visit
) -> None:
    page = visit(address)
    expect(page.locator(".chip").first).to_be_visible()
    ask(page, CLOSED)
    expect(page.locator(".chip")).to_have_count(0)
    page.locator(".masthead .tool").first.focus()
    page.keyboard.press("Shift+Tab")
    stops: list[dict[str, Any]] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None or stop in stops[:1]:
            break  # around the page: some browsers stop at its end, some start again
        stops.append(stop)
    parts = list(dict.fromkeys(stop["part"] for stop in stops))
    assert [part for part in parts if part != "chips"] == ["masthead", "turns", "question", "side"]
    assert [stop["part"] for stop in stops] == sorted(
        (stop["part"] for stop in stops), key=parts.index
    )
    assert [stop["at"] for stop in stops if not stop["seen"]] == []


def test_answers_and_what_is_done_with_them_are_announced(address: str, visit: Visit) -> None:
    page = visit(address)
    reply = ask(page, CLOSED)
    log = page.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "polite")
    expect(log.locator(".reply")).to_have_count(1)
    reply.get_by_role("button", name="Right", exact=True).click()
    expect(reply.get_by_role("status")).not_to_be_empty()


def test_nothing_moves_where_motion_is_unwanted(address: str, visit: Visit) -> None:
    page = visit(address, reduced_motion="reduce")
    ask(page, CLOSED).locator(".cite").first.click()
    expect(page.locator(".reader-text p").first).to_be_visible()
    moving = """[...document.querySelectorAll(".gradio-container *")].filter((node) => {
      const { transitionDuration, animationName } = getComputedStyle(node);
      return animationName !== "none" || !/^0s(, 0s)*$/.test(transitionDuration);
    }).map((node) => node.outerHTML.slice(0, 120))"""
    assert page.evaluate(moving) == []

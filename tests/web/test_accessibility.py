"""Every state of the page by axe-core's rules, and by keyboard, in a real browser."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FilePayload, Page, expect

import rag
from rag.web import serve

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Gradio's own markup, which no setting of it changes.
NOT_OURS: list[str] = []
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
            desk=rag.Desk(folder),
            max_upload_mb=1,
            examples=[CLOSED, DIED],
            prevent_thread_lock=True,
        )
        yield page.local_url
        page.close()


class Check:
    """Runs axe-core in the states of one page, and keeps what it finds in each."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.found: list[str] = []

    def __call__(self, state: str) -> None:
        options = {"runOnly": RULES, "resultTypes": ["violations"]}
        context: Any = {"exclude": [[each] for each in NOT_OURS]} if NOT_OURS else None
        found = Axe().run(self.page, context=context, options=options)
        for violation in found.response["violations"]:
            for node in violation["nodes"]:
                at = f"{node['target']} {node['html'][:200]} {node['failureSummary'][:400]}"
                self.found.append(f"{state}: {violation['id']}: {at}")


def ask(page: Page, question: str) -> Any:
    replies = page.locator(".reply")
    before = replies.count()
    box = page.locator("#question textarea")
    box.fill(question)
    box.press("Enter")
    expect(replies).to_have_count(before + 1)
    return replies.last


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
    expect(ask(page, UNKNOWN).locator(".abstained")).to_be_visible()
    check("abstention")
    expect(ask(page, DIED).locator(".side")).to_have_count(2)
    check("differing")
    beside(page, check)


def beside(page: Page, check: Check) -> None:
    """Goes through what stands in place of the sources."""
    page.get_by_role("button", name="Articles").first.click()
    page.locator(".entry input").first.check()
    page.locator("#bring input[type=file]").set_input_files(
        [
            FilePayload(name="own.txt", mimeType="text/plain", buffer=b"Own\n\nIt is our own."),
            FilePayload(name="bad.txt", mimeType="text/plain", buffer=b"PK\x03\x04 no article"),
        ]
    )
    expect(page.locator("#brought .skipped li")).to_have_count(1)
    check("articles and uploads")
    page.locator("#shelf .side-close").click()
    page.get_by_role("button", name="Narrow").first.click()
    expect(page.locator(".choices:visible li").first).to_be_visible()
    check("narrow")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_no_rule_of_accessibility_is_broken_in_any_state(
    address: str, visit: Visit, scheme: str, device: dict[str, Any]
) -> None:
    page = visit(address, **device, color_scheme=scheme)
    check = Check(page)
    walk(page, check, phone=device is PHONE)
    assert not check.found, "\n".join(check.found)

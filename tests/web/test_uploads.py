"""Tests the upload box in a real browser, on a separate page."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import gradio as gr
import pytest
from playwright.sync_api import Browser, FilePayload, Page, Route, expect

import rag
from rag.web.sessions import Sessions
from rag.web.templates import stylesheet
from rag.web.uploads import upload_box

pytestmark = pytest.mark.browser

ATTACK = "<img src=x onerror=\"document.body.setAttribute('data-hit', 1)\"> ${alert(2)} \u202eevil"


class Clock:
    """A time that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True, slots=True)
class Served:
    """A page with only the upload box, and the objects behind it."""

    url: str
    sessions: Sessions
    incoming: Path
    folder: Path
    clock: Clock


@pytest.fixture
def served(
    small_news: Callable[..., rag.Byline], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Served]:
    incoming = tmp_path / "incoming"
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(incoming))
    shared = rag.make_article(id="bridge", title="The bridge", text="The bridge is closed.")
    clock = Clock()
    sessions = Sessions(
        small_news(shared), folder=tmp_path, max_upload_mb=1, keep=True, clock=clock
    )
    with gr.Blocks(analytics_enabled=False) as page:
        changed = upload_box(sessions)
        counted = gr.Textbox(label="Articles")

        def count(request: gr.Request) -> str:
            return str(len(sessions.of(request).news.articles()))

        changed.change(count, None, counted, show_progress="hidden")
    page.launch(css=stylesheet(), prevent_thread_lock=True, quiet=True, ssr_mode=False)
    yield Served(
        url=str(page.local_url), sessions=sessions, incoming=incoming, folder=tmp_path, clock=clock
    )
    page.close(verbose=False)
    sessions.close()


Visit = Callable[..., Page]


@pytest.fixture
def reader(served: Served, browser: Browser) -> Iterator[Visit]:
    """Opens the page with a cookie that repeats the given letter; "" means no cookie."""
    opened = []

    def visit(letter: str) -> Page:
        context = browser.new_context()
        opened.append(context)
        if letter:
            cookie = {"name": "byline-session", "value": letter * 32, "url": served.url}
            context.add_cookies([cookie])  # type: ignore[list-item]
        page = context.new_page()
        page.goto(served.url)
        page.locator("#brought .note").wait_for()
        return page

    yield visit
    for context in opened:
        context.close()


def drop(page: Page, *files: tuple[str, str]) -> None:
    expect(page.locator("#bring .filename")).to_have_count(0)  # the earlier file is added
    page.locator("#bring input[type=file]").set_input_files(
        [
            FilePayload(name=name, mimeType="text/plain", buffer=text.encode())
            for name, text in files
        ]
    )


def test_dropped_articles_are_taken_listed_and_removed(served: Served, reader: Visit) -> None:
    page = reader("a")
    expect(page.locator("#brought .note")).to_have_text(
        "Only you can see these. They are deleted half an hour after you close the page."
        " Articles that you add for everybody are kept, and are not listed here."
    )
    drop(
        page,
        ("harbour.txt", "Harbour news\n\nThe harbour will close next week for repairs."),
        ("orchard.md", "# Orchards\n\nA late frost damaged the orchards."),
        ("zip.txt", "PK\x03\x04 no article"),
    )
    status = page.locator("#upload-status")
    expect(status).to_have_text("2 articles added, 1 file not added.")
    expect(page.locator("#brought .skipped li")).to_contain_text("zip.txt is not text but a ZIP")
    expect(page.locator("#brought .articles .open")).to_have_text(["Harbour news", "Orchards"])
    expect(page.get_by_label("Articles", exact=True)).to_have_value("3")
    assert [path for path in served.incoming.rglob("*") if path.is_file()] == []

    page.get_by_role("button", name="Remove Harbour news").click()
    expect(status).to_have_text("Removed.")
    expect(page.locator("#brought .articles .open")).to_have_text(["Orchards"])
    expect(page.get_by_label("Articles", exact=True)).to_have_value("2")


def test_the_same_file_of_two_readers_is_taken_for_both(reader: Visit) -> None:
    first, second = reader("a"), reader("b")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    second.route("**/queue/join*", hold, times=1)
    same = ("harbour.txt", "Harbour news\n\nThe harbour will close next week.")
    drop(second, same)
    expect(second.locator("#bring .filename")).to_have_count(1)
    drop(first, same)
    expect(first.locator("#upload-status")).to_have_text("1 article added.")
    held[0].continue_()
    expect(second.locator("#upload-status")).to_have_text("1 article added.")


def test_a_file_that_cannot_be_taken_is_named_and_not_sent(reader: Visit) -> None:
    page = reader("a")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    status = page.locator("#upload-status")
    line = "large.txt is 1.2 MB, over the limit of 1 MB per file. Nothing was added."
    drop(page, ("small.txt", "Frost came."), ("large.txt", "x" * 1_200_000))
    expect(status).to_have_text(line)
    drop(page, ("one.txt", "x" * 600_000), ("other.txt", "y" * 600_000))
    expect(status).to_have_text(
        "These files total 1.2 MB, over the limit of 1 MB; add fewer at once. Nothing was added."
    )
    drop(page, ("paper.doc", "%PDF-1.7"))
    expect(status).to_have_text(
        re.compile(r"^\s*paper\.doc is not one of \.txt, \.md, .*\. Nothing was added\.\s*$")
    )
    drop(page, ("harbour.txt", "Harbour news\n\nThe harbour will close."))
    expect(status).to_have_text("1 article added.")
    expect(page.locator("#bring .filename")).to_have_count(0)
    page.locator("#bring .upload-container").evaluate(
        """box => {
          const files = new DataTransfer();
          files.items.add(new File(["x".repeat(1200000)], "large.txt", { type: "text/plain" }));
          box.dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true,
            cancelable: true }));
        }"""
    )
    expect(status).to_have_text(line)
    assert len([url for url in sent if "upload" in url]) == 2  # the file and its progress
    drop(page, ("harbour.txt", "Harbour news\n\nThe harbour opens."))
    expect(status).to_have_text("1 article of the same name replaced.")


def test_another_reader_sees_none_of_it_and_a_reload_keeps_it(
    served: Served, reader: Visit
) -> None:
    anna = reader("a")
    drop(anna, ("harbour.txt", "Harbour news\n\nThe harbour will close next week for repairs."))
    expect(anna.locator("#brought .articles li")).to_have_count(1)
    for letter in ("b", ""):
        other = reader(letter)
        expect(other.locator("#brought .articles li")).to_have_count(0)
        assert "Harbour" not in other.content()
    anna.reload()
    expect(anna.locator("#brought .articles li")).to_have_count(1)
    assert [each.id for each in served.sessions.news.articles()] == ["bridge"]


def test_a_browser_without_our_cookie_is_told_so(reader: Visit) -> None:
    page = reader("")
    expect(page.locator("#brought .note")).to_have_text("Articles cannot be added here.")
    drop(page, ("harbour.txt", "The harbour will close."))
    expect(page.locator("#upload-status")).to_contain_text("Articles cannot be added here")


def test_hostile_articles_are_shown_letter_by_letter(reader: Visit) -> None:
    page = reader("a")
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("dialog", lambda dialog: problems.append(dialog.message))
    page.on("request", lambda request: problems.extend([request.url] * ("/x" in request.url[-2:])))
    drop(
        page,
        ("a.txt", f"---\ntitle: {ATTACK!r}\noutlet: {ATTACK!r}\n---\nIt was quiet."),
        ("<img src=x onerror=alert(1)>.txt", "\x00\x01\x02"),
    )
    expect(page.locator("#brought .articles li")).to_have_count(1)
    expect(page.locator("#brought .open")).to_contain_text("<img src=x onerror=")
    expect(page.locator("#brought :is(img, script, svg)")).to_have_count(0)
    assert page.evaluate("document.body.dataset.hit ?? null") is None
    assert problems == []


def test_a_title_asks_for_its_article_in_the_reader(reader: Visit) -> None:
    page = reader("a")
    drop(page, ("harbour.txt", "Harbour news\n\nThe harbour will close next week."))
    page.evaluate(
        "document.addEventListener('byline:read', (event) => { window.read = event.detail; })"
    )
    page.get_by_role("button", name="Harbour news", exact=True).click()
    detail = page.evaluate("window.read")
    assert detail["article"] == "uploads/harbour.txt"
    assert len(detail["revision"]) == 64


def test_what_is_added_for_everybody_is_everybodys(served: Served, reader: Visit) -> None:
    page = reader("a")
    page.get_by_label("Add them for everybody, permanently").check()
    drop(page, ("harbour.txt", "Harbour news\n\nThe harbour will close next week."))
    expect(page.locator("#upload-status")).to_have_text("1 article added for everybody.")
    expect(page.locator("#brought .articles li")).to_have_count(0)
    expect(page.get_by_label("Articles", exact=True)).to_have_value("2")
    assert [each.id for each in served.sessions.news.articles()] == [
        "bridge",
        "uploads/harbour.txt",
    ]
    assert [path for path in served.incoming.rglob("*") if path.is_file()] == []


def test_what_was_brought_goes_with_the_page(served: Served, reader: Visit) -> None:
    page = reader("a")
    drop(page, ("harbour.txt", "Harbour news\n\nThe harbour will close next week."))
    expect(page.locator("#brought .articles li")).to_have_count(1)
    served.clock.now += 31 * 60
    served.sessions.sweep()
    (folder,) = served.folder.glob("byline-sessions-*/*")  # while the page is open
    page.close()
    for _ in range(100):  # until the server notices that it was closed
        served.clock.now += 31 * 60
        served.sessions.sweep()
        if not folder.exists():
            return
        time.sleep(0.1)
    pytest.fail(f"{folder} is still there")

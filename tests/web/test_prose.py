"""Tests prose answers on the page: checked as they arrive, and stopped with their request."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FilePayload, Page, expect
from tests.core.scripted_server import Act, ScriptedServer, answering, serving
from tests.web.asking import ask
from tests.web.conftest import ARTICLES

import rag
from rag.web import serve
from rag.web.writing import SEARCHING, WRITING, Draft, Drafts, Verified

QUESTION = "How long does the work take?"
TRUE = "According to Coast Courier, the work takes eleven weeks"
FALSE = "The work takes seven weeks"
Visit = Callable[..., Page]


@contextmanager
def page_with(
    small_news: Callable[..., rag.Byline], *acts: Act, uploads: bool = True
) -> Iterator[tuple[str, ScriptedServer]]:
    news = small_news(*ARTICLES)
    with serving(*acts) as script:
        news.config = replace(
            news.config, llm_base_url=script.url, llm_model="small", llm_uploads=uploads
        )
        page = serve(news, port=0, max_upload_mb=1, prevent_thread_lock=True)
        page.readiness.wait()
        try:
            yield str(page.local_url), script
        finally:
            page.close()


def test_a_draft_is_there_while_it_is_written_and_then_stopped() -> None:
    drafts = Drafts()
    assert drafts.of("1") == Draft(words=SEARCHING, sentences=[])
    with drafts.begun("1") as writing:
        writing.begin("")
        quoted = rag.Statement(text="Quoted.", citations=())
        written = rag.Statement(text="Written.", citations=(), is_written=True)
        writing.tell(rag.Answer(question="", standalone_question="", statements=(quoted, written)))
        shown = Verified(text="Written.", numbers=[])
        assert drafts.of("1") == Draft(words=WRITING, sentences=[shown])
        assert not writing.is_stopped()
    assert writing.is_stopped()
    assert drafts.of("1") == Draft(words=SEARCHING, sentences=[])


@pytest.mark.browser
def test_prose_is_checked_while_it_arrives(
    small_news: Callable[..., rag.Byline], visit: Visit
) -> None:
    slow = answering(f"{TRUE} [1]. {FALSE} [1]. {FALSE} again [2].", size=40, pause=0.05)
    with page_with(small_news, slow) as (url, script):
        page = visit(url)
        page.get_by_label("Prose").check()
        box = page.locator("#question textarea")
        box.fill(QUESTION)
        box.press("Enter")
        expect(page.locator(".waiting .draft")).to_contain_text(f"{TRUE}. [1]")
        expect(page.locator(".waiting .draft")).not_to_contain_text("seven")
        reply = page.locator(".reply").last
        expect(reply.locator(".statement")).to_have_text([f"{TRUE}. [1]"])
        folded = reply.locator(".unverified")
        expect(folded.locator("summary")).to_have_text("Could not be verified (2)")
        expect(folded.get_by_text(f"{FALSE}.")).not_to_be_visible()
        folded.locator("summary").click()
        expect(folded.get_by_text(f"{FALSE}.")).to_be_visible()
        expect(reply.locator(".seconds")).to_contain_text("240 tokens")

        page.get_by_label("Quotes").check()
        expect(ask(page, QUESTION).locator(".quote").first).to_contain_text("“")
        assert len(script.requests) == 1


@pytest.mark.browser
def test_stop_closes_the_request_and_a_fault_quotes(
    small_news: Callable[..., rag.Byline], visit: Visit
) -> None:
    slow = answering(f"{TRUE} [1]. {FALSE} [1].", pause=0.05)
    with page_with(small_news, slow, Act(status=401)) as (url, script):
        page = visit(url)
        page.get_by_label("Prose").check()
        page.locator("#question textarea").fill(QUESTION)
        page.locator("#question textarea").press("Enter")
        expect(page.locator(".waiting .pending")).to_contain_text("writes")
        page.get_by_role("button", name="Stop").click()
        assert script.hung_up.wait(10)
        page.locator("#question textarea").fill("")
        reply = ask(page, QUESTION)
        expect(reply).to_contain_text("Quoted, not in prose: The model server refused the key")
        expect(reply.locator(".quote").first).to_contain_text("“")


@pytest.mark.browser
def test_the_switch_has_a_role_a_name_and_the_keyboard(
    small_news: Callable[..., rag.Byline], visit: Visit
) -> None:
    with page_with(small_news) as (url, _):
        page = visit(url)
        switch = page.get_by_role("group", name="Form of the answers")
        quotes, prose = (
            switch.get_by_role("radio", name=name, exact=True) for name in ("Quotes", "Prose")
        )
        expect(quotes).to_be_checked()
        quotes.focus()
        page.keyboard.press("ArrowRight")
        expect(prose).to_be_checked()
        expect(prose).to_be_focused()
        assert prose.evaluate("node => getComputedStyle(node).outlineStyle") != "none"
        found = Axe().run(page, context="#prose", options={"resultTypes": ["violations"]})
        assert found.response["violations"] == []
        page.reload()
        expect(prose).to_be_checked()
        prose.focus()
        page.keyboard.press("ArrowLeft")
        expect(quotes).to_be_checked()


@pytest.mark.browser
@pytest.mark.parametrize("uploads", [True, False])
def test_prose_over_uploads_can_be_switched_off(
    small_news: Callable[..., rag.Byline], visit: Visit, *, uploads: bool
) -> None:
    own = b"Bakery\n\nThe bakery of Lunda pays its bakers nineteen crowns an hour."
    text = "The bakery of Lunda pays its bakers nineteen crowns an hour [1]."
    question = "What does the bakery of Lunda pay its bakers?"
    with page_with(small_news, answering(text), uploads=uploads) as (url, script):
        page = visit(url)
        page.get_by_role("button", name="Articles").first.click()
        file = FilePayload(name="own.txt", mimeType="text/plain", buffer=own)
        page.locator("#bring input[type=file]").set_input_files(file)
        expect(page.locator("#upload-status")).to_have_text("1 article added.")
        page.locator("#shelf .side-close").click()
        page.get_by_role("radio", name="Prose").check()
        note = page.get_by_text("without your uploads")
        expect(note).to_have_count(0 if uploads else 1)
        reply = ask(page, question)
        expect(reply.locator(".quote", has_text="nineteen")).to_have_count(1 if uploads else 0)
        sent = str(script.requests)
        assert ("pays its bakers" in sent) is uploads
        page.get_by_role("radio", name="Quotes").check()
        expect(ask(page, question).locator(".quote").first).to_contain_text("nineteen crowns")

        before = len(script.requests)
        page.get_by_role("radio", name="Prose").check()
        ask(page, "And how long does it take?")
        assert len(script.requests) > before
        assert ("pays its bakers" in str(script.requests[before:])) is uploads


@pytest.mark.browser
def test_without_a_model_there_is_no_switch(
    small_news: Callable[..., rag.Byline], visit: Visit
) -> None:
    page = serve(small_news(*ARTICLES), port=0, prevent_thread_lock=True)
    page.readiness.wait()
    expect(visit(str(page.local_url)).get_by_label("Prose")).to_have_count(0)
    page.close()

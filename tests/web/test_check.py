"""Tests the Check panel in a real browser: the verdict and source of each sentence."""

import base64
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import FilePayload, Page, expect
from tests.core.forms import docx

import rag
from rag.web import serve
from rag.web.check import text_of

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]

ATTACK = "<img src=x onerror=\"document.body.setAttribute('data-hit',1)\">"
FACT = "The harbour board dismissed 14 pilots on Monday."
SPEECH = "“We will not sail before the pier is mended,” the master said."


@pytest.fixture
def address(small_news: Callable[..., rag.Byline]) -> Iterator[str]:
    text = f"{FACT} {SPEECH}\n\nThe pier of {ATTACK} is closed."
    news = small_news(rag.make_article(id="pier", title="Pier", outlet="Coast", text=text))
    page = serve(news, port=0, prevent_thread_lock=True)
    yield str(page.local_url)
    page.close()


def check(page: Page, draft: str) -> None:
    page.get_by_role("button", name="Check", exact=True).first.click()
    page.get_by_label("Text to check").fill(draft)
    page.locator("#check .go").click()


def test_each_sentence_and_quotation_gets_its_verdict(visit: Visit, address: str) -> None:
    page = visit(address)
    wrong = "“We will sail before the pier is mended,” the master said."
    check(page, f"{FACT} The harbour board dismissed 41 pilots on Monday. {wrong}")
    expect(page.locator("#check .state")).to_have_text(
        "3 sentences: 1 supported, 1 contradicted, 1 partly. 1 quotation: 1 altered."
    )
    verdicts = page.locator("#check .said .verdict")
    expect(verdicts).to_have_text(["Supported", "Contradicted", "Partly"])
    quotation = page.locator("#check .quotation")
    expect(quotation.locator(".verdict")).to_have_text("Altered")
    expect(quotation.locator("ins")).to_have_text("not")


def test_one_click_opens_the_article_at_the_sentence(visit: Visit, address: str) -> None:
    page = visit(address)
    check(page, "The harbour board dismissed 41 pilots on Monday.")
    page.locator("#check .cited").click()
    expect(page.locator(".reader mark.current")).to_have_text(FACT)
    page.locator(".reader-back").click()
    expect(page.get_by_label("Text to check")).to_be_visible()


def test_a_file_is_checked_and_hostile_words_stay_text(visit: Visit, address: str) -> None:
    page = visit(address)
    page.get_by_role("button", name="Check", exact=True).first.click()
    draft = f"The pier of {ATTACK} is closed."
    file = FilePayload(name="draft.txt", mimeType="text/plain", buffer=draft.encode())
    page.locator("#check input[type=file]").set_input_files(file)
    expect(page.locator("#check .said .words").first).to_contain_text("<img src=x")
    assert page.locator("body").get_attribute("data-hit") is None


@pytest.mark.parametrize("form", [".docx", ".md"])
def test_words_of_a_document_are_read_and_checked(visit: Visit, address: str, form: str) -> None:
    page = visit(address)
    page.get_by_role("button", name="Check", exact=True).first.click()
    wrong = "The harbour board dismissed 41 pilots on Monday."
    content = f"# Pilots\n\n**{FACT}**\n\n{wrong}".encode()
    if form == ".docx":
        content = docx(
            "".join(f"<w:p><w:r><w:t>{each}</w:t></w:r></w:p>" for each in (FACT, wrong))
        )
    box = page.locator("#check input[type=file]")
    box.set_input_files(FilePayload(name=f"draft{form}", mimeType="", buffer=content))
    verdicts = page.locator("#check .said .verdict")
    expect(verdicts).to_have_text(["Supported", "Contradicted"])
    expect(page.locator("#check .said .words").first).to_have_text(FACT)
    page.locator("#check .cited").last.click()
    expect(page.locator(".reader mark.current")).to_have_text(FACT)


def test_a_broken_document_is_said_and_keeps_the_text(visit: Visit, address: str) -> None:
    page = visit(address)
    check(page, FACT)
    expect(page.locator("#check .said .verdict")).to_have_text("Supported")
    box = page.locator("#check input[type=file]")
    box.set_input_files(FilePayload(name="Pilots 2.docx", mimeType="", buffer=b"PK no document"))
    expect(page.locator("#check .trouble")).to_contain_text("Pilots 2.docx")
    expect(page.get_by_label("Text to check")).to_have_value(FACT)
    box.set_input_files(FilePayload(name="draft.xlsx", mimeType="", buffer=b"PK no document"))
    expect(page.locator("#check .trouble")).to_contain_text("is not of a supported type")


def test_a_long_file_name_keeps_its_form_and_other_letters_are_no_base64() -> None:
    config = rag.Config()
    name = f"{'pilots ' * 20}.docx"
    words = base64.b64encode(docx(f"<w:p><w:r><w:t>{FACT}</w:t></w:r></w:p>")).decode()
    assert text_of(name, words, config) == FACT
    with pytest.raises(rag.UsageError, match=r"pilots pilots .*… was not sent completely"):
        text_of(name, "é", config)
    with pytest.raises(rag.UsageError) as caught:
        text_of("C:\\mine\\Pilots 2.docx", base64.b64encode(b"PK no document").decode(), config)
    assert str(caught.value).startswith("Pilots 2.docx ")


def test_a_withdrawn_figure_supports_nothing_and_its_note_opens(
    visit: Visit, small_news: Callable[..., rag.Byline]
) -> None:
    note = "Correction: An earlier version of this article said 41 pilots went. It was 14."
    text = f"The harbour board dismissed 41 pilots on Monday.\n\n{note}"
    news = small_news(rag.make_article(id="old", title="Pilots", outlet="Coast", text=text))
    page = serve(news, port=0, prevent_thread_lock=True)
    opened = visit(str(page.local_url))
    check(opened, "The harbour board dismissed 41 pilots on Monday.")
    expect(opened.locator("#check .said .verdict")).to_have_text("Contradicted")
    expect(opened.locator("#check .reasons")).to_contain_text("withdrawn by the outlet")
    opened.locator("#check .cited").last.click()
    expect(opened.locator(".reader mark.current").first).to_contain_text("Correction")
    page.close()


def test_what_cannot_be_checked_is_said(visit: Visit, address: str) -> None:
    page = visit(address)
    check(page, "a" * 20_001)
    expect(page.locator("#check .trouble")).to_contain_text("has 20,001 characters")
    page.get_by_label("Text to check").fill("It is so. " * 501)
    page.locator("#check .go").click()
    expect(page.locator("#check .trouble")).to_have_text(
        "The draft has 501 sentences, but the limit is 500; give it in parts."
    )
    check_again = page.get_by_label("Text to check")
    check_again.fill("   ")
    page.locator("#check .go").click()
    expect(page.locator("#check .state")).to_have_text("There is no sentence to check.")
    expect(page.locator("#check .trouble")).to_be_hidden()

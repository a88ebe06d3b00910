"""Tests the report of ``byline check`` in a real browser, opened from a file."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

import rag
from rag.cli.check_report import Checked, check_report

pytestmark = pytest.mark.browser

FACT = "The harbour board dismissed 14 pilots on Monday."
SPEECH = "“We will not sail before the pier is mended,” the master said."
ATTACK = "<img src=x onerror=\"document.body.setAttribute('data-hit',1)\">"


def test_each_sentence_opens_its_source_and_nothing_is_loaded(
    tmp_path: Path, browser: Browser
) -> None:
    text = f"{FACT} {SPEECH}\n\nThe pier of {ATTACK} is closed."
    wrong = "The harbour board dismissed 41 pilots on Monday."
    altered = "“We will sail before the pier is mended,” the master said."
    draft = f"{wrong} {altered}\n\nThe pier of {ATTACK} is closed."
    with rag.Byline(tmp_path / "index", embedder=rag.HashEmbedder(dims=16)) as news:
        news.add([rag.make_article(id="pier", title="Pier", outlet="Coast", text=text)])
        checked = Checked(text=draft, sentences=news.check(draft))
        html = check_report(news, "draft.md", [checked])
    file = tmp_path / "report.html"
    file.write_text(html, encoding="utf-8")
    page = browser.new_page()
    asked: list[str] = []
    told: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: told.append(message.text))
    page.goto(file.as_uri())
    assert asked == [file.as_uri()]
    assert told == []
    sentences = page.locator(".sentence")
    assert sentences.count() == len(checked.sentences)
    expect(page.locator(".paragraph")).to_have_count(2)
    first = sentences.first
    expect(first.locator("summary .verdict")).to_have_text("Contradicted")
    expect(first.locator("mark")).not_to_be_visible()
    first.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(first.locator("mark")).to_have_text(FACT)
    expect(first.locator(".source")).to_contain_text("Coast, undated: Pier")
    second = sentences.nth(1)
    expect(second.locator("summary .verdict")).to_have_text("Partly, quotation altered")
    second.locator("summary").click()
    expect(second.locator("ins").first).to_have_text("not")
    expect(sentences.last.locator(".words")).to_contain_text("<img src=x")
    assert page.locator("body").get_attribute("data-hit") is None
    page.close()

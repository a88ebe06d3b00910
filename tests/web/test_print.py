"""Tests printing, and the page before the first question, in a real browser."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Page, expect
from tests.web.asking import ask

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]

EXPELLED = "How many Iranian diplomats did Baku expel?"
POPULATION = "What is the population of Baku?"
SENTENCE = "Later, Baku expelled four Iranian diplomats"


def test_printing_gives_all_answers_and_nothing_else(shipped: str, visit: Visit) -> None:
    page = visit(shipped, color_scheme="dark")
    for question in (EXPELLED, POPULATION, EXPELLED, POPULATION):
        ask(page, question)
    page.locator("#chips .chip").first.wait_for()
    page.emulate_media(media="print")
    for answer in page.locator(".reply").all():
        expect(answer).to_be_visible()
    shown = page.evaluate("document.body.innerText")
    assert shown.count(EXPELLED) == shown.count(POPULATION) == 2
    assert shown.count(SENTENCE) == 2
    for other in ("Narrow", "Sources", "Clear", "Retry", "Copy", "Next:", "Ask", "Edit", "Link"):
        assert other not in shown.splitlines(), other
    assert page.locator("button:visible:not(.cite, .named-open), textarea:visible").count() == 0
    turns = page.locator("#turns .bubble-wrap")
    assert turns.evaluate("e => e.scrollHeight - e.clientHeight") <= 1
    colour = page.evaluate("getComputedStyle(document.querySelector('.reply .statement')).color")
    assert colour == "rgb(31, 27, 20)"


def test_print_in_the_export_menu_prints(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    ask(page, EXPELLED)
    page.evaluate("window.print = () => { window.printed = true; }")
    page.locator(".export summary").click()
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("window.printed")


def save(page: Page, form: str) -> Path:
    page.locator(".export summary").click()
    with page.expect_download() as saving:
        page.get_by_role("button", name=form).click()
    return Path(saving.value.path())


def test_word_html_and_json_are_saved_whole(shipped: str, visit: Visit) -> None:
    page = visit(shipped)
    ask(page, EXPELLED)
    document = docx.Document(BytesIO(save(page, "Word").read_bytes()))
    assert any(SENTENCE in paragraph.text for paragraph in document.paragraphs)
    kept = json.loads(save(page, "JSON").read_text("utf-8"))
    (cited,) = kept["records"][0]["sources"]
    (article,) = kept["articles"]
    assert article["text"][cited["start"] : cited["end"]] == cited["quote"]
    saved = save(page, "HTML").read_text("utf-8")
    page.set_content(saved)
    expect(page.locator("blockquote")).to_contain_text(SENTENCE)
    text = "[...document.querySelector('.text').textContent]"
    place = [cited["start"], cited["end"]]
    inside = page.evaluate(f"([start, end]) => {text}.slice(start, end).join('')", place)
    assert inside == cited["quote"]


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1920, 1080), (390, 844)])
def test_the_start_page_is_not_half_empty(
    shipped: str, visit: Visit, width: int, height: int
) -> None:
    page = visit(shipped, viewport={"width": width, "height": height})
    page.locator("#chips .chip").first.wait_for()
    welcome = page.get_by_role("heading", name="Ask what the articles say").bounding_box()
    box = page.locator("#question").bounding_box()
    assert welcome is not None
    assert box is not None
    above, below = welcome["y"], height - box["y"] - box["height"]
    assert above < height / 2
    assert abs(above - below) < height / 4
    ask(page, EXPELLED)
    box = page.locator("#question").bounding_box()
    assert box is not None
    assert height - 8 <= box["y"] + box["height"] <= height

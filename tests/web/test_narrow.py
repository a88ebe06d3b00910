"""Tests filters: validation, descriptions, and the panel in a real browser."""

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import gradio as gr
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

import rag
from rag.web.narrow import (
    MOST_CHOSEN,
    everything,
    filter_of,
    narrow_panel,
    narrowed,
    read_scope,
    searched,
    searching_line,
)
from rag.web.record import Scope
from rag.web.shelf import shelf
from rag.web.templates import stylesheet
from rag.web.timeline import bars

# Each panel scrolls separately, as on the page.
FRAME = "#room > .column { overflow-y: auto; flex-wrap: nowrap } #room .block { flex: none }"
ATTACK = '<img src=x onerror="document.body.dataset.hit=1"> ${document.body.dataset.hit=2} \u202eX'


def scope(**given: Any) -> Scope:
    return read_scope(everything() | given)


# ---- the scope


@pytest.mark.parametrize(
    "value",
    [None, 3, "x", [], {}, {"outlets": "Tasnim", "since": 5, "until": "soon", "undated": 0},
     {"outlets": [None, 3, "", ["x"], "\ud800"], "articles": {"a": 1}, "since": "2022-13-01"}],
)  # fmt: skip
def test_what_is_no_scope_narrows_nothing(value: object) -> None:
    assert read_scope(value) == everything()
    assert filter_of(read_scope(value)).is_empty


def test_a_scope_is_read_as_it_was_sent() -> None:
    sent = {
        "outlets": ["Tasnim"],
        "authors": ["Ada Lind"],
        "since": "2022-05-01",
        "until": "2024-02-29",
        "articles": ["002.txt"],
        "undated": False,
    }
    assert read_scope(sent) == sent
    assert read_scope(json.loads(json.dumps(sent))) == sent
    assert filter_of(read_scope(sent)) == rag.Filter(
        outlets=("Tasnim",),
        authors=("Ada Lind",),
        since=date(2022, 5, 1),
        until=date(2024, 2, 29),
        articles=("002.txt",),
        undated=False,
    )


def test_days_are_put_in_order_and_lists_are_cut() -> None:
    assert scope(since="2024-01-01", until="2022-01-01")["since"] == "2022-01-01"
    many = [str(number) for number in range(MOST_CHOSEN + 5)]
    assert scope(articles=[*many, *many])["articles"] == many[:MOST_CHOSEN]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, ""),
        ({"outlets": ["Tasnim"], "since": "2022-05-01", "undated": False},
         "Tasnim, since 1 May 2022, undated excluded"),
        ({"until": "2022-05-01"}, "until 1 May 2022, undated included"),
        ({"outlets": list("abcde"), "authors": ["Ada Lind"]},
         "a, b, c and 2 more outlets, by Ada Lind"),
        ({"articles": ["1"]}, "1 chosen article"),
        ({"articles": ["1", "2"], "undated": False}, "2 chosen articles, undated excluded"),
        ({"outlets": ["x\ny " * 5000]}, ("x y " * 20)[:59].rstrip() + "…"),
    ],
)  # fmt: skip
def test_what_is_searched_is_said(given: dict[str, Any], said: str) -> None:
    assert narrowed(scope(**given)) == said
    assert searched(scope(**given)) == (f"Searched: {said}" if said else "")


# ---- articles in time


def test_few_months_are_a_bar_each() -> None:
    assert bars([("2023-12", 2), ("2024-02", 1)]) == [
        {"label": "December 2023", "since": "2023-12-01", "until": "2023-12-31", "articles": 2},
        {"label": "January 2024", "since": "2024-01-01", "until": "2024-01-31", "articles": 0},
        {"label": "February 2024", "since": "2024-02-01", "until": "2024-02-29", "articles": 1},
    ]


@pytest.mark.parametrize(
    ("months", "label"),
    [
        (["2020-02", "2024-12"], "January–March 2020"),
        (["2000-07", "2030-01"], "2000"),
        (["1951-01", "2026-12"], "1950–1954"),
        (["0001-01", "9999-12"], "1–499"),
    ],
)
def test_a_long_time_has_wider_bars_that_follow_each_other(months: list[str], label: str) -> None:
    found = bars((month, 1) for month in months)
    assert found[0]["label"] == label
    assert len(found) <= 48
    assert sum(bar["articles"] for bar in found) == len(months)
    for before, after in pairwise(found):
        day = date.fromisoformat(before["until"]) + timedelta(days=1)
        assert day.isoformat() == after["since"]
    assert found[0]["since"][:7] <= months[0]
    assert found[-1]["until"][:7] >= months[-1]


def test_no_month_is_no_bar() -> None:
    assert bars([]) == []


# ---- the panel


def articles() -> list[rag.Article]:
    facts = [
        ("a1", "Coast Courier", "Ada Lind", date(2024, 3, 4)),
        ("a2", "Coast Courier", None, date(2024, 5, 30)),
        ("a3", "Valley Post", "Per Holm", date(2024, 4, 1)),
        ("a4", "Valley Post", None, None),
    ]
    return [
        rag.make_article(
            id=id, title=f"Title {id}", outlet=outlet, author=author, published=day,
            text=f"What {id} says stands in no other article.",
        )
        for id, outlet, author, day in facts
    ]  # fmt: skip


def build(news: rag.Byline) -> gr.Blocks:
    """A page with the two panels, and a box that shows the scope received by the server."""
    page = gr.Blocks(analytics_enabled=False, fill_height=True, fill_width=True)
    with page, gr.Row(elem_id="room"):
        with gr.Column():
            panel = narrow_panel(lambda _: news)
            searching_line(panel, lambda _: news)
            heard = gr.Textbox(label="Heard", elem_id="heard")
            panel.change(lambda sent: json.dumps(read_scope(sent)), panel, heard)
        with gr.Column():
            shelf(lambda _: news)
    return page


@pytest.fixture
def opened(
    small_news: Callable[..., rag.Byline], browser: Browser
) -> Iterator[Callable[..., Page]]:
    """Opens a page with the panels over the given articles."""
    closing: list[Callable[[], object]] = []

    def open_page(*given: rag.Article, **context: Any) -> Page:
        page = build(small_news(*given))
        options: dict[str, Any] = {
            "prevent_thread_lock": True, "quiet": True, "ssr_mode": False, "footer_links": []
        }  # fmt: skip
        page.launch(css=stylesheet() + FRAME, **options)
        closing.append(lambda: page.close(verbose=False))
        shown = browser.new_context(**({"viewport": {"width": 1280, "height": 1000}} | context))
        closing.append(shown.close)
        tab = shown.new_page()
        tab.goto(str(page.local_url))
        expect(tab.locator(".narrow .state")).to_contain_text("can answer")
        tab.locator(".entry").first.wait_for()
        return tab

    yield open_page
    for close in reversed(closing):
        close()


def heard(page: Page, **given: Any) -> None:
    """Waits until the server has received the scope."""
    expect(page.locator("#heard textarea")).to_have_value(json.dumps(scope(**given)))


@pytest.mark.browser
def test_an_outlet_is_chosen_and_left(opened: Callable[..., Page]) -> None:
    page = opened(*articles())
    box = page.get_by_role("checkbox", name="Coast Courier")
    expect(page.locator("[data-kind=outlets] .number").first).to_have_text("2")
    box.check()
    heard(page, outlets=["Coast Courier"])
    expect(page.locator(".state").first).to_have_text("2 of 4 articles can answer.")
    expect(page.locator(".searching")).to_contain_text("Searching 2 of 4 articles: Coast Courier")
    box.uncheck()
    heard(page)
    expect(page.locator(".searching")).to_have_count(0)


@pytest.mark.browser
def test_the_range_is_moved_by_keyboard(opened: Callable[..., Page]) -> None:
    page = opened(*articles())
    first = page.get_by_role("slider", name="From")
    last = page.get_by_role("slider", name="Until")
    expect(first).to_have_attribute("aria-valuetext", "the first article")
    first.press("ArrowRight")
    heard(page, since="2024-04-01")
    expect(first).to_have_attribute("aria-valuetext", "April 2024")
    expect(page.get_by_label("From").and_(page.locator("[type=date]"))).to_have_value("2024-04-01")
    last.press("ArrowLeft")
    heard(page, since="2024-04-01", until="2024-04-30")
    expect(page.locator(".bars li.in")).to_have_text(["April 2024: 1 article"])
    last.press("Home")
    heard(page, since="2024-04-01", until="2024-04-30")
    first.press("Home")
    last.press("End")
    heard(page)


@pytest.mark.browser
def test_the_range_is_moved_by_hand(opened: Callable[..., Page]) -> None:
    page = opened(*articles())
    expect(page.locator(".bars li")).to_have_count(3)
    chart = page.locator(".bars").bounding_box()
    thumbs = page.locator(".handles").bounding_box()
    assert chart is not None
    assert thumbs is not None
    height = thumbs["y"] + thumbs["height"] / 2
    page.mouse.move(chart["x"] + chart["width"] * 5 / 6, height)
    page.mouse.down()
    page.mouse.move(chart["x"] + chart["width"] / 2, height, steps=5)
    page.mouse.up()
    heard(page, until="2024-04-30")
    page.locator(".bars li").nth(2).click()
    heard(page, since="2024-05-01", until="2024-05-31")


@pytest.mark.browser
def test_days_are_typed_and_undated_left_out(opened: Callable[..., Page]) -> None:
    page = opened(*articles())
    page.locator(".since").fill("2024-03-05")
    heard(page, since="2024-03-05")
    expect(page.locator(".state").first).to_have_text("3 of 4 articles can answer.")
    page.get_by_role("checkbox", name="Include undated articles").uncheck()
    heard(page, since="2024-03-05", undated=False)
    expect(page.locator(".state").first).to_have_text("2 of 4 articles can answer.")
    expect(page.locator(".searching")).to_contain_text("since 5 March 2024, undated excluded")
    page.locator(".until").fill("2023-01-01")
    expect(page.locator(".hint")).to_contain_text("The first day is after the last")
    heard(page, since="2024-03-05", undated=False)


@pytest.mark.browser
def test_articles_are_chosen_in_the_list_and_taken_out(opened: Callable[..., Page]) -> None:
    page = opened(*articles())
    page.get_by_role("checkbox", name="Ask only this: Title a1").check()
    page.get_by_role("checkbox", name="Ask only this: Title a4").check()
    heard(page, articles=["a1", "a4"])
    expect(page.locator(".chip bdi")).to_have_text(["Title a1", "Title a4"])
    page.get_by_role("button", name="Deselect Title a1").click()
    heard(page, articles=["a4"])
    expect(page.get_by_role("checkbox", name="Ask only this: Title a1")).not_to_be_checked()
    expect(page.get_by_role("button", name="Deselect Title a4")).to_be_focused()


@pytest.mark.browser
@pytest.mark.parametrize("by", ["Clear all", "Search all articles again"])
def test_all_narrowing_is_given_up(opened: Callable[..., Page], by: str) -> None:
    page = opened(*articles())
    page.get_by_role("checkbox", name="Ada Lind").check()
    page.get_by_role("checkbox", name="Ask only this: Title a1").check()
    heard(page, authors=["Ada Lind"], articles=["a1"])
    page.get_by_role("button", name=by).click()
    heard(page)
    expect(page.locator(".narrow input:checked, .shelf input:checked")).to_have_count(1)
    expect(page.get_by_role("button", name="Clear all")).to_be_hidden()


@pytest.mark.browser
def test_many_outlets_are_found_by_name(opened: Callable[..., Page]) -> None:
    given = [
        rag.make_article(id=str(n), title="T", outlet=f"Paper {n:03}", text=f"Words of number {n}.")
        for n in range(70)
    ]
    page = opened(*given)
    choices = page.locator("[data-kind=outlets] .choice")
    expect(choices).to_have_count(50)
    expect(page.locator(".rest").first).to_have_text("20 more: find them by name.")
    page.get_by_role("checkbox", name="Paper 001").check()
    page.get_by_label("Find an outlet").fill("paper 069")
    expect(choices).to_have_text(["Paper 001", "Paper 0691"])
    page.get_by_role("checkbox", name="Paper 069").check()
    heard(page, outlets=["Paper 001", "Paper 069"])
    page.get_by_label("Find an outlet").fill("zebra")
    expect(page.locator(".rest").first).to_have_text("No matching names.")


@pytest.mark.browser
@pytest.mark.parametrize(
    "context",
    [
        {"color_scheme": "light"},
        {"color_scheme": "dark"},
        {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
    ],
)
def test_no_rule_of_accessibility_is_broken(
    opened: Callable[..., Page], context: dict[str, Any]
) -> None:
    page = opened(*articles(), **context)
    page.get_by_role("checkbox", name="Ask only this: Title a1").check()
    expect(page.locator(".searching")).to_be_visible()
    for where in (".narrow", ".shelf", ".searching"):
        found = Axe().run(page, context=where)
        assert found.violations_count == 0, found.generate_report()


@pytest.mark.browser
def test_hostile_names_are_text_in_their_box(opened: Callable[..., Page]) -> None:
    given = [
        rag.make_article(
            id=f"{ATTACK}{n}", title=f"{ATTACK} " * length, outlet=f"{n} {ATTACK} " * length,
            author=ATTACK * length, published=date(1 + 99 * n, 1, 1), text=f"Words of number {n}.",
        )
        for n, length in enumerate([1, 200, 1])
    ]  # fmt: skip
    page = opened(*given)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.locator("[data-kind=outlets] input[type=checkbox]").nth(1).check()
    page.locator(".entry input").nth(1).check()
    expect(page.locator(".chip")).to_have_count(1)
    expect(page.locator(".searching")).to_contain_text(
        "Searching 1 of 3 articles: 1 <img src=x onerror="
    )
    expect(page.locator("[data-kind=outlets] bdi").first).to_contain_text("<img src=x onerror=")
    assert page.evaluate("document.body.dataset.hit ?? null") is None
    assert page.locator(":is(.narrow, .shelf, .searching) :is(img, script, svg)").count() == 0
    assert all(url.startswith("http://127.0.0.1") for url in requests)
    for where in (".choices", ".chips", ".rows", ".bars", ".searching"):
        widths = page.locator(where).evaluate_all(
            "all => all.map(e => e.scrollWidth - e.clientWidth)"
        )
        assert widths == [0] * len(widths)
        tall = page.locator(f"{where} > *").evaluate_all("all => all.map(e => e.clientHeight)")
        assert max(tall, default=0) < 200

"""Tests the report in Chromium, opened from a file: list, links, phone view and print."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from rag.evaluation.measuring.figures import Metrics
from rag.evaluation.measuring.rows import GROUPS, RIGHT, QuestionRow
from rag.evaluation.records import Found, Source
from rag.evaluation.report import write_report

pytestmark = pytest.mark.browser

MakeMetrics = Callable[..., Metrics]
MakeAsked = Callable[..., QuestionRow]
Articles = Mapping[str, Source]
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def report(
    tmp_path_factory: pytest.TempPathFactory,
    metrics: MakeMetrics,
    mixed: Sequence[QuestionRow],
    articles: Articles,
) -> Path:
    measured = metrics(lost={RIGHT: 2, GROUPS[1]: 1, GROUPS[3]: 1}, run={"threshold": 0.17})
    return write_report(tmp_path_factory.mktemp("report"), measured, mixed, articles)


@pytest.fixture(scope="module")
def long_report(
    tmp_path_factory: pytest.TempPathFactory,
    metrics: MakeMetrics,
    asked: MakeAsked,
    articles: Articles,
) -> Path:
    rows = [
        asked(f"q {number:03}/&", answerability=number / 1000, group=GROUPS[number % 2 * 2 + 1])
        for number in range(120)
    ]
    lost = {GROUPS[1]: 60, GROUPS[3]: 60}
    return write_report(tmp_path_factory.mktemp("long"), metrics(lost=lost), rows, articles)


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a report; any console message or request fails the test."""
    opened = []
    problems: list[str] = []

    def open_page(report: Path, *, anchor: str = "", **context: object) -> Page:
        options = {"viewport": {"width": 1280, "height": 800}} | context
        opened.append(browser.new_context(**options))  # type: ignore[arg-type]
        page = opened[-1].new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text))
        page.on("dialog", lambda dialog: problems.append(dialog.message))
        page.on("request", lambda request: fetched.append(request.url))
        page.goto(report.as_uri() + anchor)
        return page

    fetched: list[str] = []
    yield open_page
    for context in opened:
        context.close()
    assert problems == []
    assert len([url for url in fetched if not url.startswith("data:")]) == len(opened)


def questions(page: Page) -> list[str]:
    return page.locator(".question .asked > :first-child").all_inner_texts()


def test_all_questions_are_listed_with_group_rank_and_answerability(
    report: Path, visit: Callable[..., Page]
) -> None:
    page = visit(report)
    expect(page.get_by_role("status")).to_have_text("4 questions")
    rows = [" ".join(text.split()) for text in page.locator(".question summary").all_inner_texts()]
    understood = "Understood as: When did the mayor open it?"
    assert rows == [
        "What did the bridge of alpha cost? read wrongly gold: rank 2 answerability 0.88",
        "What did the bridge of beta cost? right gold: rank 1 answerability 0.95",
        f"And when? {understood} not retrieved gold: not found answerability 0.25",
        "Who painted the bridge? right gold: no gold answerability 0.13",
    ]


def test_a_failure_is_understood_in_one_look(report: Path, visit: Callable[..., Page]) -> None:
    page = visit(report)
    page.get_by_text("What did the bridge of alpha cost?").click()
    opened = page.locator(".opened")
    text = " ".join(opened.inner_text().split())
    assert text.startswith("Lost in reading: the gold is at rank 2, but the answer shown is not")
    assert "Accepted answers four million euros 4 million" in text
    assert "Shown The mayor opened the bridge on Monday. A Bridge · The Post · undated" in text
    assert "Gold, found at rank 2 A Bridge · The Post · undated" in text
    places = [text.index(words) for words in ("Accepted answers", "Shown", "Gold, found")]
    assert places == sorted(places)
    assert "Answerability 0.88; the threshold is 0.17." in text
    assert "1 quoted · A Bridge" in text
    assert "2 ✓ contains gold · A Bridge" in text
    assert "score 0.5 · dense: rank 2 (0.432) · lexical: not listed · matched: bridge, cost" in text
    assert "0.25 s alpha" in text
    values = opened.locator(".measured details p")
    expect(values).to_be_hidden()
    opened.get_by_text("measures", exact=True).click()
    expect(values).to_have_text("Success@5 1EM 0")
    expect(opened.locator(".card mark")).to_have_text("It cost four million euros.")
    expect(opened.locator(".card mark strong")).to_have_text("four million euros")


def test_a_follow_up_shows_what_was_said_before(report: Path, visit: Callable[..., Page]) -> None:
    page = visit(report)
    page.get_by_text("And when?").click()
    expect(page.locator(".conversation")).to_have_text(
        "Reader: Who opened it?Answer: The mayor did."
    )
    expect(page.locator(".diagnosis")).to_contain_text("is not among the 0 passages found")


def test_an_abstention_shows_what_was_withheld(report: Path, visit: Callable[..., Page]) -> None:
    page = visit(report)
    page.get_by_text("Who painted the bridge?").click()
    text = " ".join(page.locator(".opened").inner_text().split())
    assert "Right: the articles do not say, and nothing was shown." in text
    assert "None: the articles do not say." in text
    assert "Abstained Answerability 0.13 is below the threshold 0.17. Withheld The mayor" in text


@pytest.mark.parametrize("where", ["#lost-bar .s4", ".groups [data-group='4']"])
def test_the_bar_and_its_list_filter(report: Path, visit: Callable[..., Page], where: str) -> None:
    page = visit(report)
    page.locator(where).click()
    expect(page.get_by_role("status")).to_have_text("1 of 4 questions")
    assert questions(page) == ["What did the bridge of alpha cost?"]
    pressed = page.get_by_role("button", name="read wrongly", exact=False).first
    expect(page.locator(".groups [aria-pressed=true]")).to_have_count(1)
    expect(pressed).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Show all").click()
    expect(page.get_by_role("status")).to_have_text("4 questions")


def test_filters_search_and_order(report: Path, visit: Callable[..., Page]) -> None:
    page = visit(report)
    page.get_by_label("Kind").select_option(label="date (2)")
    assert len(questions(page)) == 2
    page.get_by_label("History").select_option("1")
    assert questions(page) == ["And when?"]
    page.get_by_role("button", name="Show all").click()
    page.get_by_role("combobox", name="Where lost").select_option(label="right (2)")
    assert len(questions(page)) == 2
    page.get_by_role("button", name="Show all").click()
    page.get_by_role("searchbox").fill("BRIDGE beta")
    expect(page.get_by_role("status")).to_have_text("1 of 4 questions")
    page.get_by_role("button", name="Show all").click()
    page.get_by_label("Order").select_option("rank")
    assert questions(page)[:2] == ["And when?", "What did the bridge of alpha cost?"]
    page.get_by_label("Order").select_option("low")
    assert questions(page)[0] == "Who painted the bridge?"
    page.get_by_label("Order").select_option("high")
    assert questions(page)[0] == "What did the bridge of beta cost?"


def test_a_search_without_hits_says_what_is_searched(
    report: Path, visit: Callable[..., Page]
) -> None:
    page = visit(report)
    page.get_by_role("searchbox").fill("nothing of the kind")
    expect(page.get_by_role("status")).to_have_text("0 of 4 questions")
    expect(page.locator("#list")).to_contain_text("No question matches. The search looks for every")
    page.get_by_role("button", name="Show all").click()
    expect(page.locator("#list")).not_to_contain_text("No question matches")


def test_a_question_says_why_it_was_withheld(
    tmp_path: Path,
    metrics: MakeMetrics,
    asked: MakeAsked,
    articles: Articles,
    visit: Callable[..., Page],
) -> None:
    row = asked(shown=(), abstained=True, answerability=0.5, group=GROUPS[5])
    for threshold, said in (
        (0.6, "Answerability 0.50 is below the threshold 0.60."),
        (0.4, "is above the threshold 0.40, but there was nothing to quote."),
        (None, "Answerability 0.50."),
    ):
        measured = metrics(run={} if threshold is None else {"threshold": threshold})
        page = visit(write_report(tmp_path, measured, [row], articles), anchor="#q-q")
        expect(page.locator(".opened")).to_contain_text(said)
        expect(page.get_by_role("status")).to_have_text("1 question")


def test_on_a_phone_numbers_have_labels_and_tables_show_that_they_scroll(
    tmp_path: Path,
    metrics: MakeMetrics,
    mixed: Sequence[QuestionRow],
    articles: Articles,
    visit: Callable[..., Page],
) -> None:
    measured = metrics(slices=dict.fromkeys(("kind=fact", "kind=date"), metrics().scores))
    report = write_report(tmp_path, measured, mixed, articles)
    size = "element => element.getBoundingClientRect().width"
    for viewport, visible in ((PHONE, True), ({"width": 1280, "height": 800}, False)):
        page = visit(report, viewport=viewport)
        labels = page.locator(".question .on-phone")
        widths = [label.evaluate(size) for label in labels.all()]
        assert len(widths) == 2 * len(mixed)
        assert all((width > 20) is visible for width in widths)
        table = page.locator("#slices .scroll")
        scrolls = "element => element.scrollWidth > element.clientWidth"
        assert table.evaluate(scrolls) is visible
        layers = table.evaluate("element => getComputedStyle(element).backgroundAttachment")
        assert layers == "local, scroll"


def test_fifty_a_page(long_report: Path, visit: Callable[..., Page]) -> None:
    page = visit(long_report)
    expect(page.locator(".question")).to_have_count(50)
    expect(page.get_by_role("navigation", name="Pages")).to_contain_text("page 1 of 3")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Next").click()
    expect(page.locator(".question")).to_have_count(20)
    expect(page.get_by_role("button", name="Next")).to_be_disabled()


def test_a_link_opens_its_question_wherever_it_is(
    long_report: Path, visit: Callable[..., Page]
) -> None:
    page = visit(long_report, anchor="#q-q%20077%2F%26")
    opened = page.locator(".question[open]")
    expect(opened.locator("> summary")).to_contain_text("q 077/&")
    expect(opened).to_be_in_viewport()
    page.get_by_role("searchbox").fill("nothing of the kind")
    expect(page.locator(".question")).to_have_count(0)
    page.evaluate("location.hash = '#q-q%20003%2F%26'")
    expect(page.locator(".question[open] > summary")).to_contain_text("q 003/&")
    link = page.get_by_role("link", name="link to this question")
    assert (link.get_attribute("href") or "") == "#q-q%20003%2F%26"
    page.evaluate("location.hash = '#q-%'")
    page.evaluate("location.hash = '#q-unknown'")
    expect(page.locator(".question[open]")).to_have_count(1)


def test_all_by_keyboard(report: Path, visit: Callable[..., Page]) -> None:
    page = visit(report)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Go to the questions")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("/alpha")
    expect(page.get_by_role("searchbox")).to_have_value("/alpha")
    page.get_by_role("searchbox").fill("alpha")
    expect(page.locator(".question")).to_have_count(1)
    page.locator(".question summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".opened")).to_be_visible()


def test_every_control_and_landmark_has_a_name(report: Path, visit: Callable[..., Page]) -> None:
    page = visit(report)
    for role, name in (
        ("searchbox", "Search"),
        *(("combobox", name) for name in ("Where lost", "Kind", "History", "Order")),
        ("navigation", "Sections"),
        ("search", "Questions"),
        ("region", "by-hand"),
        ("region", "Where questions were lost"),
        ("region", "Metrics"),
        ("region", "Charts"),
        ("region", "Questions"),
    ):
        expect(page.get_by_role(role, name=name, exact=True)).to_have_count(1)  # type: ignore[arg-type]
    nameless = "[...document.querySelectorAll('img')].filter((image) => !image.alt).length"
    assert page.evaluate(nameless) == 0


def test_a_phone_never_scrolls_sideways(
    tmp_path: Path, metrics: MakeMetrics, asked: MakeAsked, visit: Callable[..., Page]
) -> None:
    endless = "endless" * 60
    source = Source(article_id="a", title=endless, outlet=endless, published=None, text=endless * 5)
    found = Found(article_id="a", start=0, end=len(source.text), score=1.0, rank=1)
    row = asked(
        endless, question=endless, kind=endless, answers=(endless,), shown=(endless,), hits=(found,)
    )
    run = {"model": endless, "warnings": [endless]}
    report = write_report(tmp_path, metrics(dataset=endless, run=run), [row], {"a": source})
    page = visit(report, viewport=PHONE)
    page.locator(".question summary").click()
    expect(page.locator(".hits .passage")).to_contain_text("endlessendless")
    assert page.evaluate("document.scrollingElement.scrollWidth") == PHONE["width"]


def test_print_shows_figures_and_the_chosen_questions_only(
    report: Path, visit: Callable[..., Page]
) -> None:
    page = visit(report, color_scheme="dark")
    page.locator("#lost-bar .s4").click()
    page.locator(".question > summary").click()
    page.emulate_media(media="print", color_scheme="dark")
    for hidden in (".skip", ".controls", ".masthead nav", ".pager", ".count button"):
        expect(page.locator(hidden).first).to_be_hidden()
    for shown in (".figures", ".pictures img", ".lost-bar", ".opened"):
        expect(page.locator(shown).first).to_be_visible()
    assert questions(page) == ["What did the bridge of alpha cost?"]
    white = "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == white
    assert "dark" not in page.evaluate("getComputedStyle(document.documentElement).colorScheme")


def test_dark_has_its_own_pictures(report: Path, visit: Callable[..., Page]) -> None:
    used = "document.querySelector('.pictures img').currentSrc"
    light = visit(report).evaluate(used)
    dark = visit(report, color_scheme="dark")
    assert dark.evaluate(used) != light
    body = dark.evaluate("getComputedStyle(document.body).backgroundColor")
    assert body == "rgb(22, 20, 15)"


ATTACKS = (
    "</script><script>document.body.setAttribute('data-hit',1)</script>",
    "<img src=x onerror=\"document.body.setAttribute('data-hit',2)\">",
    "<!--<script>document.body.setAttribute('data-hit',3)</script>",
    "{{7*7}}{% for x in y %} ${7*7}",
    "<img src=http://elsewhere.example/image.png>",
    "</textarea></style><style>*{display:none}</style>",
    "javascript:alert(1) [link](javascript:alert(2))",
    "\u202eright to left\u202c \u2066isolated\u2069",
    "half nul \x00 whole",
    "(?:[a-z]+)*$ \\ / ^ | a{1,",
)  # fmt: skip


def test_every_attack_is_text_and_does_nothing(
    tmp_path: Path,
    metrics: MakeMetrics,
    asked: MakeAsked,
    visit: Callable[..., Page],
) -> None:
    rows = [
        asked(
            f"{number} {attack}",
            question=f"Question {attack}",
            standalone_question=f"Understood {attack}",
            kind=f"Kind {attack}",
            answers=(attack,),
            shown=(f"Shown {attack}",),
            short_answer=attack,
        )
        for number, attack in enumerate(ATTACKS)
    ]
    text = " ".join(ATTACKS) + "."
    source = Source(article_id="a", title=text, outlet=ATTACKS[0], published=ATTACKS[1], text=text)
    run = {"model": ATTACKS[0], "warnings": list(ATTACKS)}
    page = visit(write_report(tmp_path, metrics(dataset=ATTACKS[0], run=run), rows, {"a": source}))
    for number, attack in enumerate(ATTACKS):
        row = page.locator(".question").nth(number)
        row.locator("summary").click()
        expect(row.locator(".opened")).to_be_visible()
        said = row.evaluate("element => element.textContent")
        assert all(f"{name} {attack}" in said for name in ("Question", "Understood", "Shown"))
    page.get_by_role("searchbox").fill(ATTACKS[1])
    expect(page.get_by_role("status")).to_have_text(f"1 of {len(ATTACKS)} questions")
    assert page.evaluate("document.body.dataset.hit ?? null") is None
    assert page.locator("main :is(script, style, iframe, object)").count() == 0
    assert page.locator("img").count() == page.locator(".pictures img").count()
    assert page.evaluate("getComputedStyle(document.body).display") == "block"

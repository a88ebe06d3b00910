"""Tests reading a source in a real browser: from a number to the sentence, and back."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect
from tests.web.asking import ask

import rag
from rag.web import serve

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
QUOTES = ["Zebras 🙂 walked through the gate.", "Zebras slept in the barn.", "Zebras ate hay."]
FILLING = "\n".join(f"The keeper wrote line {number} of the diary." for number in range(80))
TEXT = f"The zoo\n{QUOTES[0]}\n{FILLING}\n{QUOTES[1]}\n{FILLING}\n{QUOTES[2]}"
ATTACKS = [
    "<img src=x onerror=\"document.body.setAttribute('data-hit',1)\">",
    "<script>document.body.setAttribute('data-hit',2)</script>",
    "${document.body.setAttribute(/data-hit/.source,3)}",
    "`+document.body.setAttribute('data-hit',4)+`",
    "{{{value.text}}} {{#each value}} &lt;b&gt; &#36;",
    "<style>*{display:none}</style><dialog open>",
    "<img src=http://elsewhere.example/seven.png>",
    "\u202eright to left\u202c \u2066isolated\u2069",
    "Bob's `id` = {x} & \\n",
]
HOSTILE = " and ".join(ATTACKS)


def zoo(text: str = TEXT) -> rag.Article:
    return rag.make_article(
        id="zoo {a}=`b` & 'c'.txt",
        title="The zoo",
        outlet="Daily Zebra",
        author="A. Keeper",
        url="https://zoo.example/diary",
        text=text,
    )


def wild() -> rag.Article:
    return rag.make_article(
        id=f"wild {ATTACKS[0]}",
        title=f"Wild {HOSTILE}",
        outlet=f"Outlet {HOSTILE}",
        author=f"Author {HOSTILE}",
        url="javascript:document.body.setAttribute('data-hit',8)",
        text=f"Okapis ran through the gate with {HOSTILE} at noon.\nIt went on quietly.",
    )


def persian() -> rag.Article:
    return rag.make_article(
        id="persian", title="گورخر", language="fa", text="گورخرها از دروازه گذشتند.\nEnd."
    )


@pytest.fixture
def news(small_news: Callable[..., rag.Byline]) -> rag.Byline:
    return small_news(zoo(), wild(), persian())


@pytest.fixture
def address(news: rag.Byline) -> Iterator[str]:
    page = serve(news, port=0, prevent_thread_lock=True)
    yield str(page.local_url)
    page.close()


def spans(of: rag.Article, quotes: list[str]) -> list[list[int]]:
    return [
        [of.text.index(quote), of.text.index(quote) + len(quote), number]
        for number, quote in enumerate(quotes, 1)
    ]


def open_at(page: Page, of: rag.Article, quotes: list[str], *, first: int = 0) -> Locator:
    """Opens the reader by an event, as the page does, at one of several quotations."""
    places = spans(of, quotes)
    start, end, number = places.pop(first) if places else (None, None, None)
    detail = {"article": of.id, "revision": of.revision, "start": start, "end": end}
    page.evaluate(
        "detail => document.dispatchEvent(new CustomEvent('byline:read', { detail }))",
        detail | {"number": number, "also": places},
    )
    expect(page.locator(".reader-text p").first).to_be_visible()
    return page.locator(".reader")


def in_view(page: Page, mark: Locator) -> bool:
    inner = mark.bounding_box()
    outer = page.locator(".reader-body").bounding_box()
    assert inner is not None
    assert outer is not None
    bottom = outer["y"] + outer["height"]
    return outer["y"] <= inner["y"] and inner["y"] + inner["height"] <= bottom


def test_a_number_clicked_opens_its_article_at_the_quoted_sentence(
    address: str, visit: Visit
) -> None:
    page = visit(address)
    cite = ask(page, "What did zebras eat, hay?").locator(".cite").first
    quote = page.locator(".reply .quote").first.inner_text().strip("“”")
    cite.click()
    reader = page.locator(".reader")
    expect(reader.get_by_role("heading")).to_have_text("The zoo")
    expect(reader.locator(".reader-source")).to_contain_text(
        "Daily Zebra · by A. Keeper · undated · zoo.example"
    )
    mark = reader.locator("mark.current")
    expect(mark).to_have_text(quote)
    assert in_view(page, mark)
    shown = reader.locator(".reader-text p").all_inner_texts()
    assert "\n".join(shown) == TEXT.removeprefix("The zoo\n")
    expect(page.locator("#sources .card").first).to_be_hidden()

    page.keyboard.press("Escape")
    expect(reader).to_be_hidden()
    expect(cite).to_be_focused()
    expect(page.locator("#sources .card").first).to_be_visible()


def test_the_back_buttons_and_a_card_go_the_same_way(address: str, visit: Visit) -> None:
    page = visit(address)
    ask(page, "What did zebras eat, hay?")
    opening = page.locator("#sources .card-open").first
    for leave in (page.get_by_role("button", name="Back").click, page.go_back):
        opening.click()
        expect(page.locator(".reader mark.current")).to_be_visible()
        leave()
        expect(page.locator(".reader")).to_be_hidden()
        expect(opening).to_be_focused()
        page.wait_for_function("!history.state?.reader")
    expect(page.locator(".reply")).to_have_count(1)


def test_next_and_previous_by_key_and_button_go_round(address: str, visit: Visit) -> None:
    page = visit(address)
    reader = open_at(page, zoo(), QUOTES, first=1)
    current, place = reader.locator("mark.current"), reader.locator(".reader-place")
    expect(reader.locator("mark")).to_have_text(QUOTES)
    for press, number in [
        (None, 2),
        ("ArrowRight", 3),
        ("n", 1),
        ("]", 2),
        ("ArrowLeft", 1),
        ("p", 3),
        ("[", 2),
    ]:
        if press:
            page.keyboard.press(press)
        expect(place).to_have_text(f"Citation {number} of 3")
        expect(current).to_have_text(QUOTES[number - 1])
        assert in_view(page, current)
    reader.get_by_role("button", name="Next citation").click()
    expect(current).to_have_text(QUOTES[2])
    expect(reader.locator(".reader-said")).to_have_text("Citation 3 of 3")
    page.keyboard.press("n")
    expect(current).to_have_text(QUOTES[0])


def test_the_current_citation_differs_without_colour(address: str, visit: Visit) -> None:
    page = visit(address)
    marks = open_at(page, zoo(), QUOTES).locator("mark")
    expect(marks.first).to_have_css("text-decoration-style", "solid")
    expect(marks.last).to_have_css("text-decoration-style", "dotted")
    expect(marks.first).to_have_attribute("aria-current", "true")
    for each, number in zip(marks.all(), (1, 2, 3), strict=True):
        expect(each).to_have_attribute("data-number", str(number))


def test_opening_is_announced_and_takes_the_focus(address: str, visit: Visit) -> None:
    page = visit(address)
    reader = open_at(page, zoo(), QUOTES)
    expect(reader.locator(".reader-said")).to_have_text("Opened The zoo, citation 1 of 3")
    expect(page.get_by_role("region", name="Article")).to_be_focused()
    expect(page.get_by_role("dialog", name="The zoo")).to_be_visible()


def test_an_article_opens_at_its_top_where_nothing_is_quoted(address: str, visit: Visit) -> None:
    page = visit(address)
    reader = open_at(page, zoo(), [])
    expect(reader.locator("mark")).to_have_count(0)
    expect(reader.locator(".reader-steps")).to_be_hidden()
    expect(reader.locator(".reader-said")).to_have_text("Opened The zoo")


def test_an_unknown_article_is_a_plain_line(address: str, visit: Visit) -> None:
    page = visit(address)
    page.evaluate(
        "document.dispatchEvent(new CustomEvent('byline:read', { detail: { article: 'none' } }))"
    )
    expect(page.locator(".reader-note")).to_have_text(
        "There is no article 'none' here; it may have been removed since."
    )
    page.keyboard.press("Escape")
    expect(page.locator(".reader")).to_be_hidden()


def test_a_superseded_revision_still_opens_and_leads_to_the_current_one(
    address: str, visit: Visit, news: rag.Byline
) -> None:
    page = visit(address)
    old = zoo()
    cite = ask(page, "What did zebras eat, hay?").locator(".cite").first
    news.add([zoo("The zoo\nZebras ate grass, says the corrected diary.")])
    cite.click()
    note = page.locator(".reader-note")
    expect(note).to_contain_text("This is an earlier version")
    assert page.locator(".reader mark.current").inner_text() in old.text
    page.get_by_role("button", name="Open the current version").click()
    expect(page.locator(".reader-text")).to_have_text("Zebras ate grass, says the corrected diary.")
    expect(note).to_be_hidden()
    page.keyboard.press("Escape")
    expect(cite).to_be_focused()


@pytest.mark.parametrize("options", [{}, PHONE, {"color_scheme": "dark"}])
def test_hostile_articles_are_read_letter_by_letter(
    address: str, visit: Visit, options: dict[str, object]
) -> None:
    page = visit(address, **options)
    problems: list[str] = []
    requests: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    ask(page, "Where did okapis run?").locator(".cite").first.click()
    reader = page.locator(".reader")
    expect(reader.locator("mark.current")).to_have_text(wild().text.split("\n")[0])
    expect(reader.locator(".reader-title")).to_have_text(wild().title)
    expect(reader.locator(".reader-source")).to_contain_text(f"by Author {HOSTILE}")
    for attack in ATTACKS:
        assert attack in (reader.locator(".reader-text").text_content() or "")
    expect(reader.locator("img, script, style, a, dialog, svg")).to_have_count(0)
    assert page.evaluate("document.body.dataset.hit ?? null") is None
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert problems == []
    assert {urlsplit(url).hostname for url in requests} == {"127.0.0.1"}


def test_a_link_is_safe_and_not_fetched(address: str, visit: Visit) -> None:
    page = visit(address)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    link = open_at(page, zoo(), QUOTES).get_by_role("link")
    expect(link).to_have_attribute("href", "https://zoo.example/diary")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    assert {urlsplit(url).hostname for url in requests} == {"127.0.0.1"}


def test_each_article_has_its_language_and_direction(address: str, visit: Visit) -> None:
    page = visit(address)
    reader = open_at(page, persian(), [])
    expect(reader.locator(".reader-text")).to_have_attribute("lang", "fa")
    first, last = reader.locator(".reader-text p").all()
    expect(first).to_have_css("direction", "rtl")
    expect(last).to_have_css("direction", "ltr")


def test_a_long_article_opens_whole_and_at_its_quotation(
    visit: Visit, small_news: Callable[..., rag.Byline]
) -> None:
    line = "The keeper wrote a line of the diary, and went home. "
    of = zoo(f"{line * 10_000}\nZebras ate hay.\n" + f"{line}\n" * 10_000)
    assert len(of.text) > 1_000_000
    news = small_news(zoo("Zebras ate hay."))
    page = serve(news, port=0, prevent_thread_lock=True)
    news.add([of])
    opened = visit(str(page.local_url))
    reader = open_at(opened, of, ["Zebras ate hay."])
    assert in_view(opened, reader.locator("mark.current"))
    expect(reader.locator(".reader-text p")).to_have_count(10_002)
    opened.keyboard.press("Escape")
    expect(reader).to_be_hidden()
    page.close()


def test_a_new_answer_brings_the_cards_back(address: str, visit: Visit) -> None:
    page = visit(address)
    open_at(page, zoo(), QUOTES)
    ask(page, "Where did okapis run?")
    expect(page.locator(".reader")).to_be_hidden()
    expect(page.locator("#sources .card").first).to_be_visible()


def test_an_article_of_the_list_leads_back_to_the_list(address: str, visit: Visit) -> None:
    page = visit(address)
    page.get_by_role("button", name="Articles", exact=True).click()
    title = page.locator("#shelf").get_by_role("button", name="The zoo")
    for leave in (lambda: page.keyboard.press("Escape"), page.go_back):
        title.click()
        expect(page.locator(".reader-text p").first).to_be_visible()
        leave()
        expect(page.locator(".reader")).to_be_hidden()
        expect(title).to_be_visible()


def test_who_asks_from_an_article_of_the_list_sees_the_sources(address: str, visit: Visit) -> None:
    page = visit(address)
    page.get_by_role("button", name="Articles", exact=True).click()
    page.locator("#shelf").get_by_role("button", name="The zoo").click()
    expect(page.locator(".reader-text p").first).to_be_visible()
    ask(page, "Where did okapis run?")
    expect(page.locator("#sources .card").first).to_be_visible()
    expect(page.locator("#shelf .title").first).to_be_hidden()


def test_an_article_opened_again_at_once_stays(address: str, visit: Visit) -> None:
    page = visit(address)
    cite = ask(page, "What did zebras eat, hay?").locator(".cite").first
    cite.click()
    expect(page.locator(".reader mark.current")).to_be_visible()
    cite.evaluate(
        """(cite) => {
          addEventListener("popstate", () => { window.stepped = true; }, { once: true });
          const key = new KeyboardEvent("keydown", { key: "Escape", bubbles: true });
          document.querySelector(".reader").dispatchEvent(key);
          cite.click();
        }"""
    )
    page.wait_for_function("window.stepped && history.state?.reader")
    expect(page.locator(".reader mark.current")).to_be_visible()
    page.go_back()
    expect(page.locator(".reader")).to_be_hidden()
    expect(page.locator(".reply")).to_have_count(1)


def test_what_is_removed_is_not_opened(news: rag.Byline, visit: Visit) -> None:
    served = serve(news, port=0, max_upload_mb=1, prevent_thread_lock=True)
    page = visit(str(served.local_url))
    page.get_by_role("button", name="Articles", exact=True).click()
    own = FilePayload(name="own.txt", mimeType="text/plain", buffer=b"Own news\n\nIt is our own.")
    page.locator("#bring input[type=file]").set_input_files([own])
    tool = page.locator(".tool", has_text="Articles")
    expect(page.locator(".facts")).to_contain_text("4 articles")
    expect(tool).to_have_attribute("aria-expanded", "true")
    page.get_by_role("button", name="Remove Own news").click()
    expect(page.locator("#upload-status")).to_have_text("Removed.")
    expect(page.locator(".reader")).to_be_hidden()
    expect(page.locator("#shelf .title").first).to_be_visible()
    served.close()


def test_on_a_phone_the_reader_covers_the_screen_and_goes_back(address: str, visit: Visit) -> None:
    page = visit(address, **PHONE)
    reply = ask(page, "What did zebras eat, hay?")
    cite = reply.locator(".cite").first
    reader = page.locator(".reader")
    back = reader.get_by_role("button", name="Back")
    leaving: list[Callable[[], object]] = [
        back.tap,
        lambda: page.keyboard.press("Escape"),
        page.go_back,
    ]
    for leave in leaving:
        cite.tap()
        expect(reader.locator("mark.current")).to_be_visible()
        assert in_view(page, reader.locator("mark.current"))
        page.wait_for_function("document.querySelector('.reader').getAnimations().length === 0")
        assert reader.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
        for button in reader.get_by_role("button").all():
            box = button.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= 44
        leave()
        expect(reader).to_be_hidden()
        expect(cite).to_be_focused()
        page.wait_for_function("!history.state?.reader")
    expect(page.locator(".reply")).to_have_count(1)


def test_on_a_phone_a_folded_card_opens_the_article(address: str, visit: Visit) -> None:
    page = visit(address, **PHONE)
    reply = ask(page, "What did zebras eat, hay?")
    reply.locator("summary").first.tap()
    reply.locator(".card-open").first.tap()
    expect(page.locator(".reader mark.current")).to_be_visible()


def test_the_slide_is_left_out_where_motion_is_unwanted(address: str, visit: Visit) -> None:
    for motion, name in [("reduce", "none"), ("no-preference", "reader-over")]:
        page = visit(address, **PHONE, reduced_motion=motion)
        expect(open_at(page, zoo(), QUOTES)).to_have_css("animation-name", name)


def test_turning_a_screen_keeps_the_reader_open(address: str, visit: Visit) -> None:
    page = visit(address)
    reader = open_at(page, zoo(), QUOTES, first=1)
    for width in (700, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        expect(reader.locator("mark.current")).to_have_text(QUOTES[1])
        expect(reader).to_be_visible()
        assert in_view(page, reader.locator("mark.current"))


def test_pointing_at_a_number_lights_up_its_card_and_back(address: str, visit: Visit) -> None:
    page = visit(address)
    cite = ask(page, "What did zebras eat, hay?").locator(".cite").first
    card = page.locator("#sources .card").first
    box = page.get_by_label("Question")
    cite.hover()
    expect(card).to_have_class("card pointed")
    box.hover()
    expect(card).to_have_class("card")
    card.hover()
    expect(cite).to_have_class("cite pointed")
    box.hover()
    expect(cite).to_have_class("cite")
    cite.focus()
    expect(card).to_have_class("card pointed")
    expect(cite).to_have_class("cite pointed")
    box.focus()
    expect(card).to_have_class("card")


def test_whoever_asks_points_at_no_number_of_the_answer_before(address: str, visit: Visit) -> None:
    page = visit(address)
    first = ask(page, "What did zebras eat, hay?").locator(".cite").first
    page.locator("#sources .card").first.hover()
    expect(first).to_have_class("cite pointed")
    ask(page, "Where did okapis run?")
    expect(page.locator(".cite").first).to_have_class("cite")


def test_pointing_at_a_number_of_another_answer_brings_its_cards(
    address: str, visit: Visit
) -> None:
    page = visit(address)
    ask(page, "What did zebras eat, hay?")
    ask(page, "Where did okapis run?")
    expect(page.locator("#sources .asked")).to_have_text("Where did okapis run?")
    page.locator(".reply").first.locator(".cite").first.focus()
    expect(page.locator("#sources .asked")).to_have_text("What did zebras eat, hay?")
    expect(page.locator("#sources .card").first).to_have_class("card pointed")


def test_a_card_opens_to_why_it_is_there_and_what_stands_around_it(
    address: str, visit: Visit
) -> None:
    page = visit(address)
    ask(page, "Zebras slept in the barn?")
    card = page.locator("#sources .card").filter(has_text=QUOTES[1])
    expect(card.locator(".why dl")).to_be_hidden()
    card.locator(".why summary").click()
    why = card.locator(".why")
    for fact in ("A. Keeper", zoo().id, "rank 1", "BM25", "cosine", "barn"):
        expect(why).to_contain_text(fact)
    around = why.locator(".around q")
    expect(around.first).to_be_visible()
    shown = card.locator(".passage").inner_text().removeprefix("… ").removesuffix(" …")
    before = around.first.inner_text().strip("“”").removeprefix("… ")
    assert f"{before}\n{shown.splitlines()[0]}" in TEXT

"""Articles that attack the page: nothing runs, nothing is fetched, every character is shown."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

import rag
from rag.web import serve

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]

# Each would set an attribute of <body>, or fetch from elsewhere, if it were anything but text.
ATTACKS = [
    "${document.body.setAttribute(/data-hit/.source,1)}",
    "`+document.body.setAttribute('data-hit',2)+`",
    "\\u0024{document.body.setAttribute(/data-hit/.source,3)} \\x \\",
    "<img src=x onerror=\"document.body.setAttribute('data-hit',4)\">",
    "<script>document.body.setAttribute('data-hit',5)</script>",
    "<svg onload=\"document.body.setAttribute('data-hit',6)\"><foreignObject>",
    "![image](http://elsewhere.example/image.png) [link](javascript:alert(7))",
    "<img src=http://elsewhere.example/eight.png> <a href=http://elsewhere.example>eight</a>",
    "$$x^2 + \\frac{1}{2}$$ \\(y\\) **bold** `code` # heading",
    "{{{value.text}}} {{#each value}} {{/if}} {{> cards}}",
    "</blockquote></li></ol><style>*{display:none}</style>",
    "&lt;b&gt; &amp;amp; &#36;{1+1}",
    "\u202eright to left\u202c \u2066isolated\u2069",
]


def hostile(number: int, attack: str) -> rag.Article:
    return rag.make_article(
        id=f"hostile{number}",
        title=f"Title {attack}",
        outlet=f"Outlet {attack}",
        text=f"Zebra{number} walked through the gate with {attack} at noon.\nIt went on quietly.",
    )


@pytest.fixture
def address(small_news: Callable[..., rag.Byline]) -> Iterator[str]:
    news = small_news(*(hostile(number, attack) for number, attack in enumerate(ATTACKS)))
    page = serve(news, port=0, prevent_thread_lock=True)
    yield str(page.local_url)
    page.close()


def ask(page: Page, question: str) -> str:
    """Asks, and gives the text of the reply as the browser shows it."""
    replies = page.locator(".reply")
    before = replies.count()
    page.get_by_label("Question").fill(question)
    page.get_by_label("Question").press("Enter")
    expect(replies).to_have_count(before + 1)
    return replies.last.inner_text()


def shown(attack: str) -> str:
    return " ".join(attack.split())


def test_every_attack_is_shown_letter_by_letter_and_does_nothing(
    address: str, visit: Visit
) -> None:
    page = visit(address)
    problems: list[str] = []
    requests: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("dialog", lambda dialog: problems.append(dialog.message))
    page.on("request", lambda request: requests.append(request.url))
    for number, attack in enumerate(ATTACKS):
        if number:
            page.get_by_role("button", name="Clear").click()
            expect(page.locator(".reply")).to_have_count(0)
        text = shown(ask(page, f"Where did zebra{number} walk?"))
        assert f"with {shown(attack)} at noon." in text
        assert f"Title {shown(attack)}" in text
        panel = shown(page.locator("#sources").inner_text())
        assert f"Outlet {shown(attack)}" in panel
        assert f"with {shown(attack)} at noon." in panel
    assert page.evaluate("document.body.dataset.hit ?? null") is None
    for where in (".reply", "#sources"):
        assert page.locator(f"{where} :is(img, svg, a, script, style, b b, .katex)").count() == 0
    assert problems == []
    assert {urlsplit(url).hostname for url in requests} == {"127.0.0.1"}


class Listening(rag.Byline):
    """Keeps the history that it was last given."""

    heard: Sequence[rag.Turn] = ()

    def ask(
        self,
        question: str,
        *,
        history: Sequence[rag.Turn] = (),
        filter: rag.Filter | None = None,
        asked_on: date | None = None,
    ) -> rag.Answer:
        self.heard = history
        return super().ask(question, history=history, filter=filter, asked_on=asked_on)


def test_a_follow_up_gets_the_words_that_were_in_the_article(tmp_path: Path, visit: Visit) -> None:
    config = rag.Config(threshold=0.0)
    with Listening(tmp_path, config=config, embedder=rag.HashEmbedder()) as news:
        news.add([hostile(0, ATTACKS[0])])
        page = serve(news, port=0, prevent_thread_lock=True)
        opened = visit(str(page.local_url))
        ask(opened, "Where did zebra0 <b>walk</b>?")
        ask(opened, "Where did zebra0 go?")
        page.close()
    assert [turn.role for turn in news.heard] == ["user", "agent"]
    assert news.heard[0].text == "Where did zebra0 <b>walk</b>?"
    assert ATTACKS[0] in news.heard[1].text


class Broken(rag.Byline):
    """Fails as nobody foresaw."""

    def ask(
        self,
        question: str,
        *,
        history: Sequence[rag.Turn] = (),
        filter: rag.Filter | None = None,
        asked_on: date | None = None,
    ) -> rag.Answer:
        raise RuntimeError(f"unforeseen {question} {history} {filter} {asked_on}")


def test_what_nobody_foresaw_is_logged_and_not_shown(
    tmp_path: Path, visit: Visit, caplog: pytest.LogCaptureFixture
) -> None:
    with Broken(tmp_path, embedder=rag.HashEmbedder()) as news:
        news.add([hostile(0, "nothing")])
        page = serve(news, port=0, prevent_thread_lock=True)
        opened = visit(str(page.local_url))
        text = ask(opened, "Where did zebra0 walk?")
        page.close()
    assert text.strip().startswith("Something went wrong while answering")
    assert "unforeseen" not in opened.content()
    assert "RuntimeError: unforeseen" in caplog.text


def test_what_readers_type_is_text_too(address: str, visit: Visit) -> None:
    page = visit(address)
    question = "Where did <img src=x onerror=alert(1)> **zebra0** ${alert(2)} $$x$$ walk?"
    ask(page, question)
    expect(page.locator("#turns .user .message-content")).to_have_text(question)
    expect(page.locator("#turns .user img")).to_have_count(0)


def test_the_browser_asks_nobody_but_this_machine(address: str, browser: Browser) -> None:
    asked: list[str] = []
    context = browser.new_context()
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.goto(address)
    for number in (6, 7):
        ask(page, f"Where did zebra{number} walk?")
    context.close()
    assert len(asked) > 1
    assert {urlsplit(url).hostname for url in asked} == {"127.0.0.1"}


def test_the_page_may_not_ask_anybody_else(address: str, visit: Visit) -> None:
    page = visit(address)
    outside = "http://elsewhere.example/"
    assert page.evaluate(f"fetch('{outside}').then(() => 'answered', () => 'refused')") == "refused"
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.evaluate(f"new Image().src = '{outside}'")
    page.wait_for_timeout(200)
    assert any("Content Security Policy" in text for text in refused)

"""Tests the messages while articles load, and the questions asked meanwhile."""

import threading
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect

import rag
from rag.web import serve
from rag.web.readiness import Readiness


class Clock:
    """A manually set clock."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def step(done: int, total: int) -> rag.Progress:
    return rag.Progress(stage="indexing", done=done, total=total)


def test_it_counts_and_says_how_long_it_takes() -> None:
    clock = Clock()
    readiness = Readiness(clock=clock)
    assert readiness.words == "Loading the articles and the model …"
    readiness.report(step(0, 12))
    assert readiness.words == "Indexing 0 of 12 articles …"
    clock.now = 3.0
    readiness.report(step(3, 12))
    assert readiness.words == "Indexing 3 of 12 articles, about 9 s left …"
    clock.now = 5.0
    assert readiness.words == "Indexing 3 of 12 articles, about 7 s left …"
    clock.now = 60.0
    assert readiness.words == "Indexing 3 of 12 articles, about 1 s left …"
    readiness.report(step(12, 12))
    assert readiness.words == "Loading the articles and the model …"


def test_minutes_are_said_as_minutes() -> None:
    clock = Clock()
    readiness = Readiness(clock=clock)
    clock.now = 60.0
    readiness.report(step(1_000, 30_000))
    assert readiness.words == "Indexing 1,000 of 30,000 articles, about 29 min left …"


def test_after_the_last_step_it_is_ready() -> None:
    readiness = Readiness()
    done: list[str] = []
    assert readiness.state == "loading"
    readiness.load(lambda: done.append("index"), lambda: done.append("warm"))
    assert (done, readiness.state, readiness.words) == (["index", "warm"], "ready", "")
    assert readiness.wait(0)
    readiness.require(0)


def test_a_failure_is_kept_and_told() -> None:
    readiness = Readiness()

    def fail() -> None:
        raise rag.UsageError("there is nothing in it")

    readiness.load(fail, lambda: pytest.fail("goes on after a failure"))
    assert readiness.state == "failed"
    assert str(readiness.error) == "there is nothing in it"
    assert not readiness.wait(0)
    with pytest.raises(rag.NotIndexedError, match="could not be loaded; Byline's log says why"):
        readiness.require(0)


def test_a_question_too_early_is_told_how_far_it_is() -> None:
    readiness = Readiness()
    readiness.report(step(0, 12))
    with pytest.raises(rag.NotIndexedError, match="Indexing 0 of 12 articles … Ask again"):
        readiness.require(0)


def test_a_question_waits_until_it_is_ready() -> None:
    readiness = Readiness()
    teller = threading.Thread(target=readiness.ready)
    teller.start()
    readiness.require()
    teller.join()
    assert readiness.state == "ready"


def test_loading_ends_at_its_next_step_when_stopped() -> None:
    readiness = Readiness()

    def index() -> None:
        readiness.report(step(1, 12))
        readiness.stop()
        readiness.report(step(2, 12))
        pytest.fail("goes on after it was stopped")

    readiness.load(index)
    assert readiness.error is None
    with pytest.raises(rag.NotIndexedError, match="stopped before the articles were loaded"):
        readiness.require()


def test_stopping_after_loading_lets_answers_be_given() -> None:
    readiness = Readiness()
    readiness.ready()
    readiness.stop()
    readiness.require(0)


@pytest.mark.browser
def test_the_page_is_drawn_at_once_and_usable_when_loaded(
    small_news: Callable[..., rag.Byline], browser: Browser
) -> None:
    news = small_news(rag.make_article(id="a", title="T", text="The old bridge is closed."))
    going_on = threading.Event()

    def prepare(report: Callable[[rag.Progress], None]) -> None:
        report(step(1, 3))
        assert going_on.wait(60)
        news.add([rag.make_article(id="b", title="U", text="The new tunnel is open.")])

    served = serve(news, port=0, prepare=prepare, prevent_thread_lock=True)
    try:
        page = browser.new_page()
        page.goto(served.local_url)
        status = page.locator("#loading [role=status]")
        expect(status).to_contain_text("Indexing 1 of 3 articles")
        page.get_by_label("Question").fill("What is open?")
        page.keyboard.press("Enter")
        expect(page.locator(".reply")).to_have_count(0)
        going_on.set()
        expect(page.locator(".reply .statement").first).to_contain_text("The new tunnel is open.")
        expect(status).to_have_count(0)
        expect(page.locator("#loading")).to_be_hidden()
        expect(page.locator("#masthead")).to_contain_text("2 articles")
        page.close()
    finally:
        going_on.set()
        served.close()

"""Tests that the page answers from changed files, and says whether its index is up to date."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

import rag
from rag.web import serve
from rag.web.freshness import freshness, health_of
from rag.web.server import Served

MOMENT = datetime(2024, 5, 11, 9, 30, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "articles"
    made.mkdir()
    (made / "bridge.txt").write_text("The bridge is closed to all traffic.", encoding="utf-8")
    return made


@pytest.fixture
def served(tmp_path: Path, folder: Path) -> Iterator[Served]:
    """A page that watches a folder of one article."""
    config = rag.Config(threshold=0.0)
    with rag.Byline(tmp_path / "index", config=config, embedder=rag.HashEmbedder(dims=64)) as news:
        watch = rag.Watch(news, [folder], rest=0.5)
        page = serve(
            news,
            port=0,
            prepare=lambda report: news.index([folder], progress=report),
            watch=watch,
            prevent_thread_lock=True,
        )
        try:
            assert page.readiness.wait(60)
            yield page
        finally:
            page.close()
        assert not watch.state.is_watching


def wait_for(what: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not what():
        assert time.monotonic() < end, "not within ten seconds"
        time.sleep(0.1)


def health(page: Served) -> dict[str, object]:
    found = httpx.get(f"{page.local_url}healthz", timeout=30).json()
    assert isinstance(found, dict)
    return found


def test_health_tells_whether_it_watches_and_when_it_checked(served: Served, folder: Path) -> None:
    wait_for(lambda: health(served)["watching"])
    checked = datetime.fromisoformat(str(health(served)["checked"]))
    assert abs((datetime.now(UTC) - checked).total_seconds()) < 60
    (folder / "tunnel.txt").write_text("The new tunnel is open to all.", encoding="utf-8")
    wait_for(lambda: health(served)["articles"] == 2)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    wait_for(lambda: not health(served)["watching"])
    assert health(served)["articles"] == 2
    assert str(folder) not in str(health(served))


def test_words_for_each_state() -> None:
    state = rag.WatchState(is_watching=True, checked=MOMENT)
    assert freshness(state) == {"fresh": "up to date", "time": "", "stale": ""}
    state = rag.WatchState(is_watching=True, checked=MOMENT, changed=MOMENT)
    assert freshness(state)["time"] == "2024-05-11T09:30:00+00:00"
    stopped = rag.WatchState(problem="/secret/articles is gone", checked=MOMENT, changed=MOMENT)
    assert freshness(stopped)["fresh"] == ""
    assert "watching has stopped" in freshness(stopped)["stale"]
    refused = rag.WatchState(is_watching=True, problem="/secret/articles is empty", checked=MOMENT)
    assert "the last change was not indexed" in freshness(refused)["stale"]
    assert "secret" not in str([freshness(stopped), freshness(refused), health_of(stopped)])


def test_files_that_are_not_indexed_are_named_without_their_folder() -> None:
    skipped = (("/secret/a.pdf", "why"), ("/secret/b.pdf", "why"))
    one = rag.WatchState(is_watching=True, checked=MOMENT, skipped=skipped[:1])
    assert freshness(one)["stale"] == "a.pdf could not be indexed"
    both = rag.WatchState(is_watching=True, checked=MOMENT, skipped=skipped)
    assert freshness(both)["stale"] == "2 files could not be indexed, such as a.pdf"
    assert freshness(both)["fresh"] == "up to date"


def test_before_it_starts_nothing_is_said() -> None:
    assert not any(freshness(rag.WatchState()).values())


@pytest.mark.browser
def test_page_answers_from_a_new_file_and_says_that_it_is_up_to_date(
    served: Served, folder: Path, browser: Browser
) -> None:
    page = browser.new_page()
    page.goto(served.local_url)
    facts = page.locator("#masthead .facts")
    expect(facts).to_contain_text("1 article")
    expect(facts).to_contain_text("up to date")
    (folder / "tunnel.txt").write_text("The new tunnel is open to all.", encoding="utf-8")
    (folder / "bad.pdf").write_text("no PDF", encoding="utf-8")
    expect(facts).to_contain_text("2 articles")
    expect(facts).to_contain_text("last change")
    expect(facts).to_contain_text("bad.pdf could not be indexed")
    page.get_by_label("Question").fill("What is open?")
    page.keyboard.press("Enter")
    expect(page.locator(".reply .statement").first).to_contain_text("The new tunnel is open")
    page.close()

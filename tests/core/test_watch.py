"""Tests that files are indexed as they change, by the same rules as ``byline index``."""

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

import rag

PATIENCE = 10.0  # maximum seconds until answers reflect a change


def wait_for(what: Callable[[], object]) -> None:
    """Waits until ``what`` is true."""
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, "not within ten seconds"
        time.sleep(0.05)


@pytest.fixture
def news(tmp_path: Path) -> Iterator[rag.Byline]:
    with rag.Byline(tmp_path / "index", embedder=rag.HashEmbedder(dims=16)) as opened:
        yield opened


@pytest.fixture
def watch(news: rag.Byline, folder: Path) -> Iterator[rag.Watch]:
    """Watches the three articles; the first run has finished."""
    with rag.Watch(news, [folder], rest=0.5) as watching:
        wait_for(lambda: watching.state.checked)
        yield watching


def ids(news: rag.Byline) -> set[str]:
    return {article.id for article in news.articles()}


def test_new_changed_and_removed_files_are_indexed(
    watch: rag.Watch, news: rag.Byline, folder: Path
) -> None:
    assert len(ids(news)) == 3
    (folder / "pier.txt").write_text("The pier of Sund is open to ships again.", encoding="utf-8")
    wait_for(lambda: "pier.txt" in ids(news))
    wait_for(lambda: news.search("pier Sund ships")[0].passage.article_id == "pier.txt")
    (folder / "pier.txt").write_text("The pier of Sund burnt down at night.", encoding="utf-8")
    wait_for(lambda: "burnt" in news.article("pier.txt").text)
    (folder / "pier.txt").unlink()
    wait_for(lambda: "pier.txt" not in ids(news))
    assert watch.state.is_watching
    assert watch.state.problem == ""


def test_file_is_read_once_it_rests(watch: rag.Watch, news: rag.Byline, folder: Path) -> None:
    path, first = folder / "long.txt", time.monotonic()
    with path.open("w", encoding="utf-8") as file:
        while time.monotonic() < first + 3:
            file.write("One more sentence of the article. ")
            file.flush()
            time.sleep(0.1)
            assert "long.txt" not in ids(news)
        file.write("And its end.")
    wait_for(lambda: "long.txt" in ids(news))
    assert news.article("long.txt").text.endswith("And its end.")
    assert watch.state.is_watching


def test_another_file_does_not_wait_for_one_that_is_written(
    watch: rag.Watch, news: rag.Byline, folder: Path
) -> None:
    (folder / "new.txt").write_text("A short article about the new bridge.", encoding="utf-8")
    with (folder / "long.txt").open("w", encoding="utf-8") as file:

        def is_there() -> bool:
            file.write("One more sentence of the article. ")
            file.flush()
            return "new.txt" in ids(news)

        wait_for(is_there)
    assert watch.state.is_watching


def test_emptied_folder_removes_nothing_and_says_so(
    watch: rag.Watch, news: rag.Byline, folder: Path
) -> None:
    for path in folder.iterdir():
        path.unlink()
    wait_for(lambda: "contains no articles any more" in watch.state.problem)
    assert watch.state.is_watching
    assert len(ids(news)) == 3
    (folder / "pier.txt").write_text("The pier of Sund is open to ships again.", encoding="utf-8")
    wait_for(lambda: ids(news) == {"pier.txt"} and not watch.state.problem)


def test_folder_that_goes_and_comes_back_is_watched_again(
    watch: rag.Watch, news: rag.Byline, folder: Path
) -> None:
    shutil.move(folder, folder.with_name("away"))
    wait_for(lambda: not watch.state.is_watching)
    assert "does not exist any more" in watch.state.problem
    assert len(ids(news)) == 3
    shutil.move(folder.with_name("away"), folder)
    wait_for(lambda: watch.state.is_watching and not watch.state.problem)
    (folder / "pier.txt").write_text("The pier of Sund is open to ships again.", encoding="utf-8")
    wait_for(lambda: "pier.txt" in ids(news))


def test_file_that_cannot_be_read_is_named(watch: rag.Watch, folder: Path) -> None:
    (folder / "bad.pdf").write_text("no PDF", encoding="utf-8")
    wait_for(lambda: watch.state.skipped)
    ((name, reason),) = watch.state.skipped
    assert name == str(folder / "bad.pdf")
    assert "not a PDF" in reason
    (folder / "bad.pdf").unlink()
    wait_for(lambda: not watch.state.skipped)


def test_single_file_is_watched_too(news: rag.Byline, folder: Path) -> None:
    path = folder / "harbour.txt"
    with rag.Watch(news, [path], rest=0.5) as watching:
        wait_for(lambda: watching.state.checked)
        assert ids(news) == {"harbour.txt"}
        other = folder / "new.txt"  # as editors save files: written to a temporary file and renamed
        other.write_text("The harbour opens again in June.", encoding="utf-8")
        other.replace(path)
        wait_for(lambda: "June" in news.article("harbour.txt").text)
    assert not watching.state.is_watching


def test_hidden_files_and_the_index_itself_cause_nothing(folder: Path) -> None:
    reports: list[rag.IndexReport] = []
    with (
        rag.Byline(folder / "index", embedder=rag.HashEmbedder(dims=16)) as news,
        rag.Watch(news, [folder], rest=0.1, report=reports.append) as watching,
    ):
        wait_for(lambda: watching.state.checked)
        first = watching.state.checked
        (folder / ".hidden.txt").write_text("Nothing to be read here.", encoding="utf-8")
        time.sleep(1.5)
        assert watching.state.checked == first
        assert [report.added for report in reports] == [3]


def test_file_that_was_just_changed_is_left_for_later(news: rag.Byline, folder: Path) -> None:
    done = news.index([folder], rest=3600)
    assert (done.added, len(done.unrested)) == (0, 3)
    assert news.index([folder]).added == 3
    (folder / "harbour.txt").write_text("", encoding="utf-8")
    assert news.index([folder], rest=3600).removed == 0
    assert "pier" in news.article("harbour.txt").text


def test_the_command_watches_until_it_is_interrupted(folder: Path, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "rag.cli",
        "watch",
        str(folder),
        "--index",
        str(tmp_path / "i"),
    ]

    def hear() -> None:  # processes started in the background ignore an interrupt
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    with (
        subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            preexec_fn=hear,  # noqa: PLW1509 - no other thread runs in the child
        ) as running,
        ExitStack() as ending,
    ):
        ending.callback(running.kill)
        assert running.stdout is not None
        assert "watching" in running.stdout.readline()
        with rag.Byline(tmp_path / "i", create=False) as news:
            (folder / "new.txt").write_text("The pier of Sund is open.", encoding="utf-8")
            wait_for(lambda: "new.txt" in ids(news))
            assert news.status()["checked"] != "never"
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=30)
    assert running.returncode == 0
    assert "3 added, 0 updated, 0 removed" in said
    assert "1 added, 0 updated, 0 removed" in said


def test_chat_cannot_watch_what_it_does_not_index(run: Callable[..., Any], tmp_path: Path) -> None:
    result = run("chat", "--watch", "--read-only", "--index", tmp_path)
    assert result.code == 2
    assert "--watch needs a folder" in result.err

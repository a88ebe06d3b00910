"""Tests that the store keeps complete feedback under concurrent writes, and reports failures."""

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rag

QUOTE = "Baku expelled four diplomats."
KEPT = rag.Feedback(
    id="1",
    at=datetime(2026, 11, 22, 9, 30, tzinfo=UTC),
    verdict="should have found",
    note="The second sentence – “four”.",
    exchange="e",
    asked=datetime(2026, 11, 21, 18, 0, tzinfo=UTC),
    question="And how many?",
    standalone_question="How many diplomats did Baku expel?",
    history=(rag.Turn(role="user", text="Who expelled them?"),),
    filter=rag.Filter(outlets=("Tasnim",), since=date(2022, 5, 1), undated=False),
    statements=(
        rag.Statement(
            text=QUOTE,
            note="[Azerbaijan]",
            citations=(
                rag.Citation(article_id="a", revision="0" * 64, start=0, end=29, quote=QUOTE),
            ),
            short=(14, 18),
        ),
    ),
    generation=3,
    model="all-MiniLM-L6-v2",
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=50)


def test_what_is_kept_comes_back_as_it_was(tmp_path: Path) -> None:
    rag.FeedbackStore(tmp_path).keep(KEPT)
    assert rag.FeedbackStore(tmp_path).all() == [KEPT]
    assert (tmp_path / "feedback.db").is_file()


@settings(deadline=None, max_examples=25)
@given(note=TEXT, question=TEXT, said=st.lists(TEXT, max_size=3))
def test_any_words_come_back(
    tmp_path_factory: pytest.TempPathFactory, note: str, question: str, said: list[str]
) -> None:
    store = rag.FeedbackStore(tmp_path_factory.mktemp("store"))
    history = tuple(rag.Turn(role="user", text=text) for text in said)
    feedback = replace(KEPT, note=note, question=question, history=history)
    store.keep(feedback)
    assert store.all() == [feedback]


def test_an_abstention_that_was_right_is_kept(tmp_path: Path) -> None:
    plain = replace(KEPT, verdict="right", statements=(), filter=rag.Filter(), history=())
    rag.FeedbackStore(tmp_path / "other.db").keep(plain)
    assert rag.FeedbackStore(tmp_path / "other.db").all() == [plain]


def test_looking_makes_no_file(tmp_path: Path) -> None:
    assert rag.FeedbackStore(tmp_path).all() == []
    assert list(tmp_path.iterdir()) == []


def test_feedback_keeps_its_order_and_the_same_counts_once(tmp_path: Path) -> None:
    store = rag.FeedbackStore(tmp_path)
    given = [replace(KEPT, id=name) for name in ("b", "a", "c")]
    for feedback in (*given, given[0]):
        store.keep(feedback)
    assert store.all() == given


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"verdict": "good"}, "verdict is 'good'; give one of: right, wrong, "),
        ({"note": "n" * 2001}, "2,001 characters; shorten it to 2,000"),
    ],
)
def test_what_is_no_feedback_is_refused(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(rag.UsageError, match=told):
        replace(KEPT, **changes)


def test_a_conversation_without_end_is_not_kept(tmp_path: Path) -> None:
    history = (rag.Turn(role="user", text="x" * 1_000_000),)
    with pytest.raises(rag.UsageError, match="the limit is 1,000,000"):
        rag.FeedbackStore(tmp_path).keep(replace(KEPT, history=history))


def test_many_threads_keep_at_once(tmp_path: Path) -> None:
    store = rag.FeedbackStore(tmp_path)
    names = {str(number) for number in range(60)}
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda name: store.keep(replace(KEPT, id=name)), names))
    assert {feedback.id for feedback in store.all()} == names


def test_many_processes_keep_at_once(tmp_path: Path) -> None:
    program = (
        "import sys, datetime, rag\n"
        "store = rag.FeedbackStore(sys.argv[1])\n"
        "for number in range(10):\n"
        "    now = datetime.datetime.now(datetime.UTC)\n"
        "    store.keep(rag.Feedback(id=f'{sys.argv[2]}-{number}', verdict='right', exchange='e',\n"
        "        at=now, asked=now, question='q', standalone_question='q'))\n"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", program, str(tmp_path), str(number)])
        for number in range(4)
    ]
    assert [process.wait() for process in started] == [0] * 4
    assert len({feedback.id for feedback in rag.FeedbackStore(tmp_path).all()}) == 40


def test_a_store_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    with pytest.raises(rag.UsageError, match=r"feedback\.db cannot be opened; check that its"):
        rag.FeedbackStore(tmp_path / "nowhere").keep(KEPT)


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written_is_read_and_says_so(tmp_path: Path) -> None:
    store = rag.FeedbackStore(tmp_path)
    store.keep(KEPT)
    tmp_path.chmod(0o555)
    try:
        assert store.all() == [KEPT]
        with pytest.raises(rag.UsageError, match="cannot be written; check the permissions"):
            store.keep(replace(KEPT, id="2"))
    finally:
        tmp_path.chmod(0o755)


def test_a_file_that_is_no_store_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "feedback.db").write_bytes(b"no database" * 100)
    for use in (rag.FeedbackStore(tmp_path).all, lambda: rag.FeedbackStore(tmp_path).keep(KEPT)):
        with pytest.raises(rag.DamagedIndexError, match="is not a feedback database"):
            use()
    assert (tmp_path / "feedback.db").read_bytes() == b"no database" * 100


def test_a_row_that_does_not_read_is_told_of(tmp_path: Path) -> None:
    store = rag.FeedbackStore(tmp_path)
    store.keep(KEPT)
    with sqlite3.connect(store.path) as connection:
        connection.execute("UPDATE feedback SET content = '{}'")
    connection.close()
    with pytest.raises(rag.DamagedIndexError, match="a row cannot be read"):
        store.all()


def test_a_store_of_a_newer_byline_is_left_alone(tmp_path: Path) -> None:
    store = rag.FeedbackStore(tmp_path)
    store.keep(KEPT)
    with sqlite3.connect(store.path) as connection:
        connection.execute("PRAGMA user_version = 2")
    connection.close()
    with pytest.raises(rag.UsageError, match="newer version of Byline"):
        store.keep(replace(KEPT, id="2"))


def test_the_store_outlives_the_index_beside_it(tmp_path: Path, folder: Path) -> None:
    index = tmp_path / "index"
    with rag.Byline(index, embedder=rag.HashEmbedder(dims=64)) as news:
        news.index([folder])
        rag.FeedbackStore(news.folder).keep(KEPT)
        news.add([rag.make_article(id="a", title="A", text="Another article.")], only=True)
    assert rag.FeedbackStore(index).all() == [KEPT]


def test_the_file_of_an_older_byline_is_kept_and_used(tmp_path: Path) -> None:
    rag.FeedbackStore(tmp_path / "desk.db").keep(KEPT)
    store = rag.FeedbackStore(tmp_path)
    store.keep(replace(KEPT, id="2"))
    assert [kept.id for kept in store.all()] == [KEPT.id, "2"]
    assert not (tmp_path / "feedback.db").exists()

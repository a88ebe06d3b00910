"""Tests the library: committed data stays, damage is reported, generations are separate."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import rag
from rag.errors import DamagedIndexError, NotIndexedError
from rag.index.library import Library, Record, text_key
from rag.schema import Passage

ARTICLE = rag.make_article(
    id="a",
    text="They met. They spoke.",
    title="Ministers meet",
    outlet="Post",
    author="Ada Lind",
    published=date(2024, 5, 19),
    language="sv",
    url="https://example.org/a",
    origin="/articles/a.txt",
)


def record(article: rag.Article, recipe: str = "r") -> Record:
    """The article as one passage of one sentence."""
    passage = Passage(
        article_id=article.id,
        revision=article.revision,
        start=0,
        end=len(article.text),
        sentences=((0, len(article.text)),),
    )
    key = text_key(article.text)
    return Record(article=article, recipe=recipe, passages=((passage, key),))


def plain(id: str, text: str = "They met.", **fields: str) -> rag.Article:
    return replace(rag.make_article(id=id, text=text), **fields)  # type: ignore[arg-type]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library in a file."""
    made = Library(tmp_path / "library.db", create=True)
    yield made
    made.close()


def ids(library: Library, generation: int, filter: rag.Filter) -> list[str]:
    rows = library.articles.allowed(filter, generation=generation)
    assert rows is not None
    passages = library.passages.at(
        library.passages.of_articles(rows, generation=generation), generation=generation
    )
    return sorted(stored.passage.article_id for stored in passages.values())


# ---- writing and reading


def test_article_comes_back_field_by_field(library: Library) -> None:
    library.write([record(ARTICLE), record(plain("b"))])
    assert library.articles.get("a") == ARTICLE
    assert library.articles.get("b") == plain("b")
    assert library.articles.get("c") is None


def test_many_revisions_come_back_as_single_ones_do(library: Library) -> None:
    many = [plain(f"{number}", f"They met {number} times.") for number in range(600)]
    library.write([record(ARTICLE), *map(record, many)])
    library.write([record(replace(ARTICLE, title="Ministers meet again"))])  # the same text
    keys = [(article.id, article.revision) for article in (ARTICLE, *many)]
    assert library.articles.revisions(
        [*keys, ("a", many[0].revision), ("c", ARTICLE.revision)]
    ) == {key: library.articles.get(*key) for key in keys}


def test_heads_come_back_by_row_without_texts(library: Library) -> None:
    library.write([record(ARTICLE), record(plain("b"))])
    assert library.articles.heads([1, 2, 3]) == {
        1: replace(ARTICLE, text=""),
        2: replace(plain("b"), text=""),
    }


def test_text_comes_back_character_by_character(library: Library) -> None:
    text = "\ufeffNUL \x00, \r\n, \u2028, 👍🏽 and é\u0301"
    library.write([record(plain("a", text))])
    found = library.articles.get("a")
    assert found is not None
    assert found.text == text


def test_passage_comes_back_with_its_sentences(library: Library) -> None:
    passage = Passage(
        article_id="a", revision=ARTICLE.revision, start=0, end=21, sentences=((0, 9), (10, 21))
    )
    library.write([Record(article=ARTICLE, recipe="r", passages=((passage, b"k" * 16),))])
    (row,), _ = library.passages.changes(0, 1)
    stored = library.passages.at([row], generation=1)[row]
    assert stored.passage == passage
    assert library.passages.keys([row]) == [(row, b"k" * 16)]


def test_recipes_tell_how_each_living_article_was_indexed(library: Library) -> None:
    library.write([record(ARTICLE, "old"), record(plain("b"), "old")])
    library.write([record(ARTICLE, "new")], removed=["b"])
    assert library.articles.recipes() == {"a": (replace(ARTICLE, text=""), "new")}


def test_vectors_come_back_as_unit_rows_in_the_order_asked(library: Library) -> None:
    one, other = np.array([3, 4], np.float16), np.array([1, 0], np.float16)
    library.write([], vectors={b"1": one, b"2": other}, model="m")
    found = library.vectors.get("m", [b"2", b"1", b"2"])
    assert found == pytest.approx(np.array([[1, 0], [0.6, 0.8], [1, 0]]))
    assert found.dtype == np.float32
    assert library.vectors.missing("m", [b"1", b"3"]) == {b"3"}
    assert library.vectors.missing("other", [b"1"]) == {b"1"}


def test_more_rows_than_a_statement_binds(library: Library) -> None:
    articles = [plain(f"{i:04}") for i in range(1_200)]
    library.write([record(article) for article in articles])
    rows, _ = library.passages.changes(0, 1)
    assert len(library.passages.at(rows, generation=1)) == 1_200
    assert [row for row, _ in library.passages.keys(rows[::-1])] == rows[::-1]
    keys = [text_key(str(i)) for i in range(1_200)]
    vector = np.array([1.0], np.float16)
    library.write([], vectors=dict.fromkeys(keys, vector), model="m")
    assert library.vectors.get("m", keys).shape == (1_200, 1)


# ---- generations


def test_each_batch_is_one_generation(library: Library) -> None:
    assert library.generation == 0
    assert library.write([record(ARTICLE), record(plain("b"))]) == 1
    assert library.write([], removed=["b"]) == library.generation == 2


def test_changes_are_what_came_and_went_in_between(library: Library) -> None:
    library.write([record(plain("a")), record(plain("b"))])  # rows 1 and 2
    library.write([record(plain("b", "Edited."))])  # row 3 replaces row 2
    library.write([record(plain("c"))])  # row 4
    library.write([], removed=["c", "a"])
    assert library.passages.changes(0, 1) == ([1, 2], [])
    assert library.passages.changes(1, 2) == ([3], [2])
    assert library.passages.changes(2, 3) == ([4], [])
    assert library.passages.changes(1, 4) == ([3], [1, 2])
    assert library.passages.changes(0, 4) == ([3], [])
    assert library.passages.changes(4, 4) == ([], [])


def test_older_generations_stay_readable(library: Library) -> None:
    old, new = plain("a", "Old text."), plain("a", "New text.")
    library.write([record(old)])
    library.write([record(new)])
    assert library.articles.get("a") == new
    assert library.articles.get("a", old.revision) == old
    assert set(library.passages.at([1, 2], generation=1)) == {1}
    assert set(library.passages.at([1, 2], generation=2)) == {2}
    assert list(library.articles.current()) == [new]
    assert library.counts() == {"articles": 1, "passages": 1, "vectors": 0}


def test_failed_batch_leaves_nothing(library: Library) -> None:
    library.write([record(ARTICLE)])
    broken = replace(record(plain("b")), recipe=None)  # type: ignore[arg-type]
    with pytest.raises(DamagedIndexError):
        library.write([record(plain("a", "Edited.")), broken], removed=["a"])
    assert library.generation == 1
    assert library.articles.get("a") == ARTICLE
    assert library.counts()["articles"] == 1


def test_everything_is_there_after_closing(library: Library, tmp_path: Path) -> None:
    library.write([record(ARTICLE)], meta={"model": "m"})
    library.close()
    with closing(Library(tmp_path / "library.db")) as again:
        assert again.generation == 1
        assert again.get("model") == "m"
        assert again.get("nothing") is None
        assert again.articles.get("a") == ARTICLE


def test_two_open_libraries_see_each_others_batches(library: Library, tmp_path: Path) -> None:
    with closing(Library(tmp_path / "library.db")) as other:
        library.write([record(ARTICLE)])
        assert other.articles.get("a") == ARTICLE
        other.write([], removed=["a"])
    assert library.articles.get("a") is None


# ---- filters

DATED = [
    plain("jan", outlet="Post", author="Ada Lind", published="2024-01-31"),
    plain("may", outlet="Courier", author="Bo Ek", published="2024-05-19"),
    plain("none", outlet="Post"),
    plain("echo", outlet="L’Écho", author="Åsa Öberg", published="2023-12-31"),
]


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        (rag.Filter(outlets=("post",)), ["jan", "none"]),
        (rag.Filter(outlets=("POST", "courier")), ["jan", "may", "none"]),
        (rag.Filter(outlets=("L’ÉCHO",)), ["echo"]),
        (rag.Filter(outlets=("Pos",)), []),
        (rag.Filter(authors=("ADA LIND",)), ["jan"]),
        (rag.Filter(authors=("åsa öberg",)), ["echo"]),
        (rag.Filter(articles=("may", "none", "gone")), ["may", "none"]),
        (rag.Filter(articles=("MAY",)), []),
        (rag.Filter(since=date(2024, 1, 31)), ["jan", "may", "none"]),
        (rag.Filter(since=date(2024, 2, 1)), ["may", "none"]),
        (rag.Filter(until=date(2024, 1, 31)), ["echo", "jan", "none"]),
        (rag.Filter(until=date(2024, 1, 30)), ["echo", "none"]),
        (rag.Filter(since=date(2024, 5, 19), until=date(2024, 5, 19)), ["may", "none"]),
        (rag.Filter(since=date(2024, 2, 1), undated=False), ["may"]),
        (rag.Filter(undated=False), ["echo", "jan", "may"]),
        (rag.Filter(outlets=("post",), since=date(2024, 1, 1), undated=False), ["jan"]),
        (rag.Filter(outlets=("post",), authors=("Bo Ek",)), []),
    ],
)
def test_filter_lets_through_what_fits(
    library: Library, filter: rag.Filter, expected: list[str]
) -> None:
    published = {"jan": date(2024, 1, 31), "may": date(2024, 5, 19), "echo": date(2023, 12, 31)}
    articles = [replace(article, published=published.get(article.id)) for article in DATED]
    library.write([record(article) for article in articles])
    assert ids(library, 1, filter) == expected


def test_empty_filter_asks_for_nothing(library: Library) -> None:
    library.write([record(ARTICLE)])
    assert library.articles.allowed(rag.Filter(), generation=1) is None


def test_filter_sees_its_own_generation(library: Library) -> None:
    library.write([record(plain("a", outlet="Post"))])
    library.write([record(plain("a", "Edited.", outlet="Courier"))])
    assert ids(library, 1, rag.Filter(outlets=("Post",))) == ["a"]
    assert ids(library, 2, rag.Filter(outlets=("Post",))) == []


def test_filter_on_the_newest_generation_reads_only_a_covering_index(library: Library) -> None:
    library.write([record(plain("a", outlet="Post"))])
    asked: list[str] = []
    with library.database.guarded():
        library.database.connection.set_trace_callback(asked.append)
        assert library.articles.allowed(rag.Filter(outlets=("post",)), generation=1) == [1]
        library.database.connection.set_trace_callback(None)
        (query,) = [each for each in asked if each.startswith("SELECT row FROM articles")]
        steps = [
            str(step[-1])
            for step in library.database.connection.execute(f"EXPLAIN QUERY PLAN {query}")
        ]
    assert steps == ["SCAN articles USING COVERING INDEX articles_living"]


# ---- damage


def change(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute(statement, values).rowcount != 0  # -1 if the count is unknown


def test_changed_text_is_damage(library: Library, tmp_path: Path) -> None:
    library.write([record(ARTICLE), record(plain("b"))])
    change(
        library.database.path,
        "UPDATE articles SET text = replace(text, 'spoke', 'spake') WHERE id = 'a'",
    )
    with pytest.raises(DamagedIndexError, match="the text of a") as refusal:
        library.articles.get("a")
    assert str(tmp_path) in str(refusal.value)
    assert "index the folder again" in str(refusal.value)
    assert library.articles.get("b") == plain("b")
    with pytest.raises(DamagedIndexError):
        list(library.articles.current())


def test_text_that_is_no_text_is_damage(library: Library) -> None:
    library.write([record(ARTICLE)])
    change(library.database.path, "UPDATE articles SET text = CAST(x'ff00fe' AS TEXT)")
    with pytest.raises(DamagedIndexError):
        library.articles.get("a")


def test_changed_title_is_damage_wherever_it_is_read(library: Library, tmp_path: Path) -> None:
    library.write([record(ARTICLE), record(plain("b"))])
    change(tmp_path / "library.db", "UPDATE articles SET title = 'Ministers part' WHERE id = 'a'")
    for read in (
        lambda: library.articles.heads([1, 2]),
        lambda: library.articles.revisions([("a", ARTICLE.revision)]),
        lambda: library.articles.of_revisions([ARTICLE.revision], generation=1),
    ):
        with pytest.raises(DamagedIndexError, match="is damaged"):
            read()
    assert set(library.articles.heads([2])) == {2}


def test_changed_vector_is_damage(library: Library) -> None:
    library.write([], vectors={b"1": np.array([3, 4], np.float16)}, model="m")
    change(
        library.database.path, "UPDATE vectors SET data = ?", np.array([4, 3], np.float16).tobytes()
    )
    with pytest.raises(DamagedIndexError, match="checksum"):
        library.vectors.get("m", [b"1"])


def test_missing_vector_is_damage(library: Library) -> None:
    with pytest.raises(DamagedIndexError, match="1 vectors"):
        library.vectors.get("m", [b"1"])


@pytest.mark.parametrize("damage", ["cut", "foreign", "format"])
def test_damaged_file_is_said_to_be(library: Library, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "library.db"
    library.write([record(plain(str(i), f"Text {i}. " * 200)) for i in range(50)])
    library.close()
    if damage == "cut":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    elif damage == "foreign":
        path.write_bytes(b"no database at all " * 500)
    else:
        change(path, "UPDATE meta SET value = '99' WHERE key = 'format'")
    with pytest.raises(DamagedIndexError, match=r"library\.db") as refusal:
        list(Library(path).articles.current())
    assert "index the folder again" in str(refusal.value)


def earlier_format(library: Library, number: str) -> Path:
    """The file of ``library`` in an earlier format, without digests of rows."""
    library.close()
    change(library.database.path, "DROP INDEX passages_by_key")
    for table in ("meta", "articles", "passages"):
        change(library.database.path, f"ALTER TABLE {table} DROP COLUMN row_digest")
    for column in ("passages", "pages"):
        change(library.database.path, f"ALTER TABLE articles DROP COLUMN {column}")
    if number == "1":  # and with a key for each sentence
        change(library.database.path, "ALTER TABLE sentences ADD COLUMN key BLOB")
        change(library.database.path, "UPDATE sentences SET key = ?", b"s" * 16)
        change(
            library.database.path, "INSERT INTO vectors VALUES ('m', ?, x'00', x'00')", b"s" * 16
        )
    else:  # page offsets were stored as settings
        change(
            library.database.path,
            "INSERT INTO meta SELECT 'pages ' || revision, '0 10' FROM articles",
        )
    change(library.database.path, "UPDATE meta SET value = ? WHERE key = 'format'", number)
    return library.database.path


@pytest.mark.parametrize("number", ["1", "2"])
def test_library_of_an_earlier_format_is_brought_to_this_one(library: Library, number: str) -> None:
    given = record(ARTICLE)
    key = given.passages[0][1]
    library.write([given], model="m", vectors={key: np.array([3, 4], np.float16)})
    library.put("model", "m")
    stored = library.passages.at([1], generation=1)
    with closing(Library(earlier_format(library, number))) as again:
        assert again.get("format") == "3"
        assert again.passages.at([1], generation=1) == stored
        found = again.articles.get("a")
        assert found == ARTICLE
        assert found.pages == (() if number == "1" else (0, 10))
        assert again.vectors.get("m", [key]) == pytest.approx(np.array([[0.6, 0.8]]), abs=1e-3)
        assert again.faults.found() == []
        again.write([record(plain("b"))])
        assert again.articles.get("b") == plain("b")
    change(library.database.path, "UPDATE articles SET title = 'Ministers met' WHERE id = 'a'")
    with (
        closing(Library(library.database.path)) as again,
        pytest.raises(DamagedIndexError, match="of a"),
    ):
        again.articles.get("a")


def test_missing_library_is_told_with_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(NotIndexedError, match="byline index") as refusal:
        Library(tmp_path / "nowhere" / "library.db")
    assert str(tmp_path / "nowhere") in str(refusal.value)
    assert not (tmp_path / "nowhere").exists()


def test_library_whose_making_was_cut_off_is_no_damage(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "library.db")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")  # the first thing that is written
    assert (tmp_path / "library.db").stat().st_size > 0
    with pytest.raises(NotIndexedError, match="make one with: byline index"):
        Library(tmp_path / "library.db")
    with closing(Library(tmp_path / "library.db", create=True)) as library:
        assert library.generation == 0


def test_connections_are_few_however_many_threads_read(library: Library) -> None:
    library.write([record(ARTICLE)])
    together = threading.Barrier(10)

    def read() -> None:
        with library.database.guarded():
            assert library.articles.get("a") is not None
            together.wait(60)

    threads = [threading.Thread(target=read) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(library.database._all) == 2
    assert library.articles.get("a") is not None


def test_an_abandoned_reading_gives_its_connection_back(library: Library) -> None:
    library.write([record(plain("a")), record(plain("b"))])
    reading = library.articles.current()
    assert next(reading).id == "a"
    assert library.articles.get("b") is not None
    reading.close()  # type: ignore[attr-defined]
    assert len(library.database._idle) == len(library.database._all) == 1


def test_too_many_open_files_are_called_so(tmp_path: Path) -> None:
    program = f"""
import resource, rag
from pathlib import Path
from rag.index.library import Library
library = Library(Path({str(tmp_path)!r}) / "library.db", create=True)
library.close()
resource.setrlimit(resource.RLIMIT_NOFILE, (20, 20))
held = []
try:
    while True:
        held.append(open("/dev/null"))
except OSError:
    pass
try:
    library.counts()
except rag.NotIndexedError as error:
    held.clear()
    print(error)
print(library.counts()["articles"], library.is_writable)
"""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    said, after = done.stdout.splitlines()
    assert "reached its limit on open files" in said
    assert after == "0 True"

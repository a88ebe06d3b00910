"""Tests that damage is found before it is shown, repaired by indexing, and listed by verify."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

import rag
from rag.errors import DamagedIndexError

ARTICLES = {
    "dam.txt": """---
title: No minister visits the dam
outlet: Fjord Post
author: Ada Lind
id: dam.txt
published: 2024-05-19
url: https://example.org/dam
---
No minister visited the dam at Vessby. The council said the gates would stay shut until June.
""",
    "ferry.txt": """---
title: Ferry to sail again
outlet: Coast Courier
published: 2024-03-04
---
The ferry to Lunda sails again on Monday. Eleven cars fit on its deck.
""",
    "frost.txt": """---
title: Frost in the valley
published: 2024-04-02
---
A late frost came to the valley. Growers lost a third of the cherries.
""",
}
QUESTION = "Which minister visited the dam?"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with articles and their index."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "in").mkdir()
    for name, text in ARTICLES.items():
        (folder / "in" / name).write_text(text, encoding="utf-8")
    with opened(folder / "index") as news:
        news.index([folder / "in"])
    return folder


@pytest.fixture
def shelf(made: Path, tmp_path: Path) -> Path:
    """A copy of the index; its articles stay in place."""
    return shutil.copytree(made / "index", tmp_path / "index")


def opened(index: Path) -> rag.Byline:
    return rag.Byline(index, embedder=rag.HashEmbedder())


def change(shelf: Path, statement: str, **values: str) -> None:
    with closing(sqlite3.connect(shelf / "library.db")) as connection, connection:
        assert connection.execute(statement, values).rowcount != 0


SHOWN = {
    "title": "UPDATE articles SET title = 'A' || substr(title, 3) WHERE row = 1",
    "outlet": "UPDATE articles SET outlet = 'Fjord Past' WHERE row = 1",
    "author": "UPDATE articles SET author = 'Ada Lund' WHERE row = 1",
    "no author": "UPDATE articles SET author = NULL WHERE row = 1",
    "date": "UPDATE articles SET published = '2024-05-18' WHERE row = 1",
    "no date": "UPDATE articles SET published = CAST(x'ff' AS TEXT) WHERE row = 1",
    "url": "UPDATE articles SET url = 'https://example.org/ham' WHERE row = 1",
    "language": "UPDATE articles SET language = 'em' WHERE row = 1",
    "origin": "UPDATE articles SET origin = origin || 'x' WHERE row = 1",
    "id": "UPDATE articles SET id = 'ham.txt' WHERE row = 1",
    "revision": "UPDATE articles SET revision = upper(revision) WHERE row = 1",
    "born": "UPDATE articles SET born = born + 1 WHERE row = 1",
    "text": "UPDATE articles SET text = replace(text, 'No minister', 'A minister') WHERE row = 1",
    "no text": "UPDATE articles SET text = CAST(x'ff00fe' AS TEXT) WHERE row = 1",
    "passage start": "UPDATE passages SET start = start + 3 WHERE article = 1",
    "passage end": "UPDATE passages SET end = end - 4 WHERE article = 1",
    "passage key": "UPDATE passages SET key = zeroblob(16) WHERE article = 1",
    "passage of another": "UPDATE passages SET article = article % 3 + 1",
    "sentence start": "UPDATE sentences SET start = start + 3 WHERE start = 0",
    "sentence end": "UPDATE sentences SET end = end - 2",
    "sentence lost": "DELETE FROM sentences WHERE position = 0",
}


def seen(news: rag.Byline) -> list[object]:
    """Everything that the index shows about its articles, and the quotations of some answers."""
    evidence = [news.evidence(question) for question in (QUESTION, "ferry cars", "frost cherries")]
    quoted = {each.text(s.hit, s.start, s.end) for each in evidence for s in each.sentences}
    listed = [replace(article, origin="") for article in news.listing().articles]
    whole = [replace(news.article(article.id), origin="") for article in listed]
    return [quoted, listed, whole]


@pytest.mark.parametrize("what", SHOWN)
def test_what_is_shown_is_refused_if_it_is_damaged(shelf: Path, what: str) -> None:
    with opened(shelf) as news:
        before = seen(news)
    change(shelf, SHOWN[what])
    with opened(shelf) as news, pytest.raises(DamagedIndexError, match="is damaged") as refusal:
        assert seen(news) == before
    assert str(shelf) in str(refusal.value)
    assert "index the folder again" in str(refusal.value)


@pytest.mark.parametrize("what", SHOWN)
def test_indexing_mends_what_is_damaged_and_says_so(made: Path, shelf: Path, what: str) -> None:
    with opened(shelf) as news:
        before = seen(news)
    change(shelf, SHOWN[what])
    with opened(shelf) as news:
        report = news.index([made / "in"])
        assert report.unchanged < 3
        assert report.damaged == ()
        assert any("stored damaged" in reason for _, reason in report.warned)
        assert seen(news) == before
        assert news.verify().damaged == ()
        assert news.index([made / "in"]).unchanged == 3


def test_damaged_article_whose_file_is_not_read_is_reported_and_the_others_answer(
    made: Path, shelf: Path
) -> None:
    change(shelf, SHOWN["title"])
    with opened(shelf) as news:
        for path in (made / "in" / "ferry.txt", made / "in" / "frost.txt"):
            report = news.index([path])
            assert report.unchanged == 1
            ((article_id, reason),) = report.damaged
            assert article_id == "dam.txt"
            assert "its title, date or source fails its checksum" in reason
        assert news.search("ferry")[0].passage.article_id == "ferry.txt"
        assert {each.id for each in news.articles()} == {"ferry.txt", "frost.txt"}
        assert news.verify().articles == ("dam.txt",)
        assert news.index([made / "in"]).updated == 1
        assert news.verify().damaged == ()


def test_damaged_article_can_be_forgotten(shelf: Path) -> None:
    change(shelf, SHOWN["text"])
    with opened(shelf) as news:
        assert news.forget("dam.txt")
        assert news.verify().damaged == ()
        assert len(news.search(QUESTION)) == 2


def test_damaged_article_whose_file_is_gone_goes_too(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name, text in ARTICLES.items():
        (tmp_path / "in" / name).write_text(text, encoding="utf-8")
    with opened(tmp_path / "index") as news:
        news.index([tmp_path / "in"])
    change(tmp_path / "index", SHOWN["date"])
    (tmp_path / "in" / "dam.txt").unlink()
    with opened(tmp_path / "index") as news:
        report = news.index([tmp_path / "in"])
        assert (report.unchanged, report.damaged) == (2, ())
        assert news.verify().damaged == ()


def test_damaged_vector_is_embedded_again(made: Path, shelf: Path) -> None:
    change(
        shelf,
        "UPDATE vectors SET data = zeroblob(128)"
        " WHERE key IN (SELECT key FROM passages WHERE article = 1)",
    )
    with opened(shelf) as news:
        assert "a vector is missing or fails its checksum" in news.verify().damaged[0]
        assert news.verify(repair=True).damaged == ()
        assert news.verify().damaged == ()
    change(shelf, "DELETE FROM vectors")
    with opened(shelf) as news:
        assert news.index([made / "in"]).updated == 3
        assert news.verify().damaged == ()


@pytest.mark.parametrize("key", ["generation", "model", "dims", "complete", "sketch", "format"])
def test_damaged_setting_of_the_index_is_refused(shelf: Path, key: str) -> None:
    change(shelf, "UPDATE meta SET value = value || '1' WHERE key = :key", key=key)
    with pytest.raises(DamagedIndexError), opened(shelf) as news:
        news.search(QUESTION)


# ---- verify


def test_whole_index_is_verified(shelf: Path) -> None:
    with opened(shelf) as news:
        found = news.verify()
    assert dict(found.checked) == {
        "articles": 3, "passages": 3, "vectors": 3, "embedded again": 3
    }  # fmt: skip
    assert found == replace(found, damaged=(), repaired=(), unchecked=(), articles=())


@pytest.mark.parametrize("what", SHOWN)
def test_verify_names_what_repair_cannot_make_again(shelf: Path, what: str) -> None:
    change(shelf, SHOWN[what])
    with opened(shelf) as news:
        found = news.verify()
        assert any("index its file again" in line for line in found.damaged)
        assert found.articles
        again = news.verify(repair=True)
        assert again.articles == found.articles


DERIVED: dict[str, Callable[[Path], object]] = {
    "dense cut": lambda shelf: (shelf / "dense.faiss").write_bytes(b"cut"),
    "dense gone": lambda shelf: (shelf / "dense.faiss").unlink(),
    "dense state": lambda shelf: (shelf / "dense.json").write_text("{}"),
    "lexical gone": lambda shelf: shutil.rmtree(shelf / "lexical"),
    "lexical state": lambda shelf: (shelf / "lexical.json").write_text("[]"),
    "overlaps": lambda shelf: change(shelf, "INSERT INTO overlaps VALUES (1, 2, 0.9, 0.9, 0, 1)"),
}


@pytest.mark.parametrize("what", DERIVED)
def test_repair_makes_again_what_is_derived(shelf: Path, what: str) -> None:
    with opened(shelf) as news:
        before = [(hit.passage, hit.score) for hit in news.search(QUESTION)]
    DERIVED[what](shelf)
    with opened(shelf) as news:
        found = news.verify()
        assert len(found.damaged) == 1
        assert "--repair rebuilds it" in found.damaged[0]
        again = news.verify(repair=True)
        assert (again.damaged, again.repaired) == ((), found.damaged)
        assert [(hit.passage, hit.score) for hit in news.search(QUESTION)] == before


def test_files_of_another_index_do_not_agree(shelf: Path, tmp_path: Path) -> None:
    with opened(tmp_path / "other") as news:
        news.add([rag.make_article(id=name, text=f"{name} burned.") for name in "abc"])
        news.search("burned")
    for name in ("dense.faiss", "dense.json", "lexical.json"):
        shutil.copy(tmp_path / "other" / name, shelf / name)
    shutil.rmtree(shelf / "lexical")
    shutil.copytree(tmp_path / "other" / "lexical", shelf / "lexical")
    with opened(shelf) as news:
        assert len(news.verify().damaged) == 2
        assert news.verify(repair=True).damaged == ()


def test_lost_entry_of_a_table_index_is_mended(shelf: Path) -> None:
    with closing(sqlite3.connect(shelf / "library.db")) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'articles_by_id'"
        (root,) = connection.execute(query).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    data = bytearray((shelf / "library.db").read_bytes())
    place = (root - 1) * size + 3  # the number of entries on the page
    data[place : place + 2] = b"\x00\x02"
    (shelf / "library.db").write_bytes(data)
    with opened(shelf) as news:
        assert any("articles_by_id" in line for line in news.verify().damaged)
        assert news.verify(repair=True).damaged == ()


def test_a_table_index_whose_pages_are_overwritten_is_mended(made: Path, shelf: Path) -> None:
    with opened(shelf) as news:
        before = seen(news)
    with closing(sqlite3.connect(shelf / "library.db")) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'articles_by_revision'"
        (root,) = connection.execute(query).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    data = bytearray((shelf / "library.db").read_bytes())
    data[(root - 1) * size : root * size] = b"\xff" * size
    (shelf / "library.db").write_bytes(data)
    with opened(shelf) as news:
        assert any("malformed" in line for line in news.verify().damaged)
        assert news.verify(repair=True).damaged == ()
        assert news.index([made / "in"]).unchanged == 3
        assert seen(news) == before


def test_a_damaged_schema_is_refused_as_damage(shelf: Path) -> None:
    data = (shelf / "library.db").read_bytes()
    (shelf / "library.db").write_bytes(data.replace(b"CREATE TABLE meta", b"CREAT\xc5 TABLE meta"))
    with pytest.raises(DamagedIndexError, match="is damaged"):
        opened(shelf)


def test_an_emptied_library_is_damage_where_it_was_not_always_empty(shelf: Path) -> None:
    (shelf / "library.db").write_bytes(b"")
    with pytest.raises(DamagedIndexError, match="it is empty"):
        rag.Byline(shelf, embedder=rag.HashEmbedder(), create=False)


def test_lost_stamp_of_the_generation_is_mended(shelf: Path) -> None:
    change(shelf, "UPDATE generations SET number = number + 5")
    with opened(shelf) as news:
        assert any("the newest generation is 6, not 1" in line for line in news.verify().damaged)
        assert news.verify(repair=True).damaged == ()


def test_model_that_embeds_differently_is_found(shelf: Path) -> None:
    class Changed(rag.HashEmbedder):
        """An embedder with the same name but other vectors."""

        def bucket(self, term: str) -> int:
            """Returns a different bucket."""
            return (super().bucket(term) + 1) % self.dims

    with rag.Byline(shelf, embedder=Changed()) as news:
        (line,) = news.verify().damaged
    assert "embeds differently now" in line


def test_other_model_leaves_vectors_unchecked(shelf: Path) -> None:
    with rag.Byline(shelf, embedder=rag.HashEmbedder(32)) as news:
        found = news.verify()
    assert found.damaged == ()
    assert found.unchecked == ("whether vectors fit their texts: they were made with hash-64",)


def test_superseded_revision_that_is_damaged_is_named_and_goes_with_the_next_run(
    tmp_path: Path,
) -> None:
    path = tmp_path / "in" / "a.txt"
    path.parent.mkdir()
    with opened(tmp_path / "index") as news:
        for number in ("nine", "ten"):
            path.write_text(f"The dam holds {number} litres.", encoding="utf-8")
            news.index([path])
        change(tmp_path / "index", "UPDATE articles SET published = '2024-01-01' WHERE died > 0")
        (line,) = news.verify().damaged
        assert line.startswith("a revision of a.txt")
        news.index([path])
        assert news.verify().damaged == ()


def test_storing_and_checking_an_article_do_not_search_all_passages(shelf: Path) -> None:
    asked: list[str] = []
    with rag.Byline(shelf, embedder=rag.HashEmbedder()) as news:
        library = news._index.library
        with library.database.guarded():
            connection = library.database.connection
            connection.set_trace_callback(asked.append)
            library.faults.found()
            library.passages.retire("x", 1)
            connection.set_trace_callback(None)
            plans = [
                str(step)
                for query in asked
                if " p.article = " in query or query.startswith("UPDATE passages")
                for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {query}")
            ]
    searched = [step for step in plans if "passages" in step]
    assert len(searched) == 2
    assert all("passages_by_article (article=?)" in step for step in searched)

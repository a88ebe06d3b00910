"""Tests that removed articles disappear from answers, from files, and from a replaced index."""

import shutil
from contextlib import closing
from pathlib import Path

import pytest

import rag
from rag.cli.chat import _index
from rag.errors import NotIndexedError, UsageError
from rag.index.library import Library
from rag.web.readiness import Readiness
from rag.web.server import _health

NAME = "Quillon Varga"


def opened(index: Path) -> rag.Byline:
    return rag.Byline(index, embedder=rag.HashEmbedder())


def files(index: Path) -> bytes:
    """The contents of every file of an index, including SQLite's log."""
    return b"".join(path.read_bytes() for path in sorted(index.rglob("*")) if path.is_file())


def articles(count: int) -> list[rag.Article]:
    return [
        rag.make_article(id=f"{n:03}", title=f"Report {n}", text=f"Barge {n} left. It came back.")
        for n in range(count)
    ]


def secret(edition: int = 0) -> rag.Article:
    text = f"{NAME} was seen at berth {edition}. Nobody asked why."
    return rag.make_article(id="s", title=f"Where {NAME} was", author=NAME, text=text)


def test_forgotten_article_is_in_no_file_in_any_revision(tmp_path: Path) -> None:
    with opened(tmp_path) as news:
        news.add(articles(30))
        news.add([secret()])
        news.add([secret(1)])
        assert NAME.encode() in files(tmp_path)
        first = news.article("s", secret().revision)
        assert news.forget("s")
        assert NAME.encode() not in files(tmp_path)
        assert news.find("s", first.revision) is None
        assert news.search(f"{NAME} berth")
        news.compact()
        assert b"quillon" not in files(tmp_path)
        assert len(news.search("barge", k=50)) == 30
        assert news.verify().damaged == ()
    assert NAME.encode() not in files(tmp_path)


def test_removed_file_is_in_no_file_of_the_index(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("The barge left.", encoding="utf-8")
    (folder / "b.txt").write_text(f"{NAME} left.", encoding="utf-8")
    with opened(tmp_path / "index") as news:
        news.index([folder])
        (folder / "b.txt").unlink()
        assert news.index([folder]).removed == 1
        assert NAME.encode() not in files(tmp_path / "index")
        assert b"quillon" not in files(tmp_path / "index")


def test_forgetting_gives_its_space_back_and_leaves_the_others_vectors(tmp_path: Path) -> None:
    with opened(tmp_path) as news:
        news.add(articles(20))
        news.compact()
        small = (tmp_path / "library.db").stat().st_size
        many = " ".join(f"Crate {n} was opened at dawn." for n in range(20_000))
        news.add([rag.make_article(id="large", text=many)])
        news.compact()
        large = (tmp_path / "library.db").stat().st_size
        news.forget("large")
        news.compact()
        assert (tmp_path / "library.db").stat().st_size < small + large / 20
        assert news.status()["vectors"] == 20


def test_text_that_another_article_shares_keeps_its_vector(tmp_path: Path) -> None:
    with opened(tmp_path) as news:
        news.add([rag.make_article(id=id_, title="Barge", text="It left.") for id_ in "ab"])
        news.forget("a")
        assert news.status()["vectors"] == 1
        assert news.verify().damaged == ()
        assert news.related("b") == ()


def test_running_index_follows_what_another_process_forgets(tmp_path: Path) -> None:
    with opened(tmp_path) as chat, opened(tmp_path) as other:
        other.add([*articles(5), secret()])
        assert chat.search(NAME)[0].passage.article_id == "s"
        other.forget("s")
        other.compact()
        assert "s" not in {hit.passage.article_id for hit in chat.search(NAME, k=50)}
        other.add([secret(2)])
        assert chat.search(NAME)[0].passage.article_id == "s"


# ---- an empty or missing folder


@pytest.mark.parametrize("how", ["emptied", "gone"])
def test_empty_or_missing_folder_removes_nothing_unless_told(tmp_path: Path, how: str) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(f"The barge {name} left.", encoding="utf-8")
    with opened(tmp_path / "index") as news:
        news.index([folder])
        shutil.rmtree(folder)
        if how == "emptied":
            folder.mkdir()
        with pytest.raises(UsageError, match="2 indexed articles came from it") as refusal:
            news.index([folder])
        assert "--allow-empty" in str(refusal.value)
        assert len(news.articles()) == 2
        report = news.index([folder], allow_empty=True)
        assert (report.removed, news.articles()) == (2, [])
        with pytest.raises(UsageError, match=r"does not exist|contains no articles"):
            news.index([folder], allow_empty=True)


def test_one_empty_folder_among_several_removes_nothing(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.txt").write_text(f"Barge {name} left.", encoding="utf-8")
    both = [tmp_path / "one", tmp_path / "two"]
    with opened(tmp_path / "index") as news:
        news.index(both)
        (tmp_path / "two" / "two.txt").unlink()
        with pytest.raises(UsageError, match="--allow-empty"):
            news.index(both)
        assert len(news.articles()) == 2
        assert news.index(both, allow_empty=True).removed == 1


# ---- a removed index folder


@pytest.mark.parametrize("how", ["removed", "replaced", "made again"])
def test_folder_that_goes_away_under_an_open_index_is_noticed(tmp_path: Path, how: str) -> None:
    index = tmp_path / "index"
    with opened(tmp_path / "other") as other:
        other.add([rag.make_article(id="x", text="A barge of another index left.")])
    with opened(index) as news:
        news.add(articles(3))
        news.search("barge")
        if how == "replaced":
            index.rename(tmp_path / "old")
            (tmp_path / "other").rename(index)
        else:
            shutil.rmtree(index)
        if how == "made again":
            index.mkdir()
        for step in (lambda: news.search("barge"), news.size, news.articles):
            with pytest.raises(NotIndexedError, match="removed or replaced") as refusal:
                step()
            assert str(index) in str(refusal.value)
        assert how == "replaced" or not (index / "library.db").exists()


def test_index_of_an_earlier_format_loses_what_was_only_marked_as_removed(tmp_path: Path) -> None:
    with opened(tmp_path) as news:
        news.add([*articles(3), secret()])
    with closing(Library(tmp_path / "library.db")) as library:
        for table in ("articles", "passages"):
            of_secret = "row = 4" if table == "articles" else "article = 4"
            library.database.connection.execute(f"UPDATE {table} SET died = 2 WHERE {of_secret}")  # noqa: S608
        library.write([])
    with opened(tmp_path) as news:
        news.compact()
        assert len(news.articles()) == 3
    assert NAME.encode() not in files(tmp_path)


def test_chat_goes_on_with_what_is_indexed_from_a_folder_that_is_gone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("The barge left.", encoding="utf-8")
    config = rag.Config(corpus=str(folder))
    with opened(tmp_path / "index") as news:
        _index(news, config, lambda _: None)
        shutil.rmtree(folder)
        _index(news, config, lambda _: None)
        assert "1 indexed articles came from it" in capsys.readouterr().err
        assert news.search("barge")
    with opened(tmp_path / "other") as empty, pytest.raises(UsageError, match="does not exist"):
        _index(empty, config, lambda _: None)


def test_health_tells_that_the_folder_is_gone(tmp_path: Path) -> None:
    readiness = Readiness()
    readiness.load()
    with opened(tmp_path / "index") as news:
        news.add(articles(3))
        health = _health(news, readiness, None)
        assert (health()["status"], health()["articles"]) == ("ready", 3)
        shutil.rmtree(tmp_path / "index")
        assert health()["status"] == "failed"
        assert str(tmp_path) not in str(health())

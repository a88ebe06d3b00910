"""Tests the index folder: snapshots keep their generation, and derived indexes are rebuilt."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rag
from rag.embed.base import Vectors
from rag.errors import DamagedIndexError, ModelError, NotIndexedError
from rag.index import Index, Snapshot

QUESTION = "harbour storm council"
WORDS = [
    "harbour", "pier", "ferry", "storm", "mayor", "budget", "school", "bridge", "river", "council",
    "frost", "apple", "strike", "union", "vote", "court", "trial", "rail", "tunnel", "market",
]  # fmt: skip


class Watched(rag.HashEmbedder):
    """The fake embedder, which records the documents it embeds."""

    def __init__(self, dims: int = 64) -> None:
        super().__init__(dims)
        self.seen: list[str] = []

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Returns the same vectors; records the texts."""
        self.seen += texts
        return super().embed_documents(texts)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Returns the same vectors; does not record questions."""
        return rag.HashEmbedder(self.dims).embed_questions(texts)


def article(number: int, *, edition: int = 0) -> rag.Article:
    """An article that is unique for each number and edition."""
    words = [WORDS[(number * 7 + edition * 3 + step * (number + 1)) % 20] for step in range(9)]
    text = f"{' '.join(words).capitalize()}. Edition {edition} of number {number}."
    return rag.make_article(id=f"{number:03}", title=f"Report {number}", text=text)


def opened(folder: Path, embedder: rag.Embedder | None = None) -> rag.Byline:
    return rag.Byline(folder, embedder=embedder or rag.HashEmbedder())


Found = dict[tuple[str, int], tuple[float, float | None, float | None]]


def found(news: rag.Byline, question: str = QUESTION) -> Found:
    """All hits by position, with their fused, dense and lexical scores."""
    return {
        (hit.passage.article_id, hit.passage.start): (
            hit.score,
            hit.dense_score,
            hit.lexical_score,
        )
        for hit in news.search(question, k=50)
    }


def same(one: Found, other: Found) -> bool:
    """Whether two searches found the same positions with the same scores, up to rounding."""
    assert one.keys() == other.keys()
    for place, scores in one.items():
        assert scores == pytest.approx(other[place], abs=1e-5), place
    return True


def fresh(folder: Path, articles: Sequence[rag.Article]) -> Found:
    """The results from a new index of ``articles``."""
    with opened(folder) as news:
        news.add(articles)
        return found(news)


def snapshot(index: Index) -> Snapshot:
    embedder = rag.HashEmbedder()
    return index.snapshot(model=embedder.fingerprint, dims=embedder.dims, name=embedder.name)


def searched(view: Snapshot) -> tuple[object, ...]:
    """Everything that a view finds and reads."""
    (vector,) = rag.HashEmbedder().embed_questions([QUESTION])
    dense = view.dense_search(vector, k=50)
    boosts = {"body": 1.0, "title": 1.0}
    lexical = view.lexical_search(["harbour", "storm", "council"], k=50, boosts=boosts)
    rows = sorted({row for row, _ in [*dense, *lexical]})
    return view.generation, dense, lexical, view.passages(rows), len(view.dense), len(view.lexical)


# ---- snapshots


@pytest.mark.parametrize("others", [1, 30], ids=["beside", "folded"])
def test_view_stays_on_its_generation_while_batches_are_written(
    tmp_path: Path, others: int
) -> None:
    with opened(tmp_path) as news:
        news.add([article(number) for number in range(20)])
        with closing(Index(tmp_path, stemmer="english")) as reader:
            view = snapshot(reader)
            before = searched(view)
            news.add([article(number, edition=1) for number in range(others)])
            news.search(QUESTION)
            assert searched(view) == before
            news.forget("019")
            assert {s.passage.article_id for s in view.passages(range(1, 21)).values()} == {
                f"{number:03}" for number in range(19)
            }
            before = searched(view)
            news.search(QUESTION)
            assert searched(view) == before
            newer = snapshot(reader)
            assert newer.generation == view.generation + 2
            assert searched(newer) != before
            assert searched(view) == before


def test_view_is_kept_until_something_is_written(tmp_path: Path) -> None:
    with opened(tmp_path) as news:
        news.add([article(1)])
        with closing(Index(tmp_path, stemmer="english")) as reader:
            assert snapshot(reader) is snapshot(reader)
            news.add([article(2)])
            assert snapshot(reader).generation == 2


def test_index_that_was_never_written_has_no_view(tmp_path: Path) -> None:
    with closing(Index(tmp_path, stemmer="english", create=True)) as index:
        with pytest.raises(NotIndexedError, match="nothing is indexed") as refusal:
            snapshot(index)
        assert str(tmp_path) in str(refusal.value)


def test_missing_index_is_not_made_by_looking(tmp_path: Path) -> None:
    with pytest.raises(NotIndexedError, match="byline index"):
        Index(tmp_path / "gone", stemmer="english")
    assert not (tmp_path / "gone").exists()


# ---- as if never indexed

# So few articles that each deletion exceeds a tenth and compacts the lexical index: until then, its
# statistics include deleted documents.
steps = st.lists(
    st.tuples(st.sampled_from(["add", "edit", "forget", "search", "reopen"]), st.integers(0, 3)),
    min_size=1,
    max_size=12,
)


@settings(deadline=None, max_examples=12)
@given(steps)
def test_any_history_is_searched_like_a_fresh_index(
    tmp_path_factory: pytest.TempPathFactory, history: list[tuple[str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("store")
    stored = {number: article(number) for number in range(100, 104)}
    news = opened(folder / "lived")
    news.add(stored.values())
    for edition, (what, number) in enumerate(history, start=1):
        if what in ("add", "edit"):
            stored[number] = article(number, edition=edition if what == "edit" else 0)
            news.add([stored[number]])
        elif what == "forget":
            assert news.forget(f"{number:03}") is (stored.pop(number, None) is not None)
        elif what == "search":
            found(news)
        else:
            news.close()
            news = opened(folder / "lived")
    with news:
        assert same(found(news), fresh(folder / "fresh", list(stored.values())))


def test_forgotten_and_added_again_is_as_if_never_gone(tmp_path: Path) -> None:
    articles = [article(number) for number in range(12)]
    with opened(tmp_path / "lived") as news:
        news.add(articles)
        before = found(news)
        for number in (3, 4, 5, 6):
            assert news.forget(f"{number:03}")
        found(news)
        news.add(articles)
        assert same(found(news), before)
    assert same(before, fresh(tmp_path / "fresh", articles))


def test_forgotten_few_of_many_leave_no_trace_in_what_is_found(tmp_path: Path) -> None:
    articles = [article(number) for number in range(60)]
    with opened(tmp_path / "lived") as news:
        news.add(articles)
        found(news)
        news.forget("007")
        left = [hit.passage.article_id for hit in news.search(QUESTION, k=100)]
    assert "007" not in left
    assert len(left) == len(set(left))


def test_equal_scores_are_in_order_of_id_whatever_the_order_of_adding(tmp_path: Path) -> None:
    copies = [rag.make_article(id=id, title="Storm", text="A storm came.") for id in "cabed"]
    each = rag.Config(copies=False)
    with rag.Byline(tmp_path, config=each, embedder=rag.HashEmbedder()) as news:
        news.add(copies[:3])
        news.add(copies[3:])
        hits = news.search("storm")
    assert {hit.score for hit in hits} == {hits[0].score}
    assert [hit.passage.article_id for hit in hits] == ["a", "b", "c", "d", "e"]


# ---- derived indexes follow the library


def test_second_opened_index_catches_up_to_the_same(tmp_path: Path) -> None:
    with opened(tmp_path / "shared") as first, opened(tmp_path / "shared") as second:
        first.add([article(number) for number in range(10)])
        found(first)
        found(second)
        second.add([article(number) for number in range(10, 20)])
        expected = fresh(tmp_path / "fresh", [article(number) for number in range(20)])
        assert same(found(second), expected)
        assert same(found(first), expected)
        assert same(found(second), expected)


@dataclass(frozen=True)
class Shelf:
    """A closed index of 30 articles, and the results found in it."""

    path: Path
    before: Found


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """The index that every shelf is a copy of."""
    path = tmp_path_factory.mktemp("made")
    with opened(path) as news:
        news.add([article(number) for number in range(30)])
        return Shelf(path=path, before=found(news))


@pytest.fixture
def shelf(made: Shelf, tmp_path: Path) -> Shelf:
    """A copy, so that damage does not affect files mapped by this process."""
    shutil.copytree(made.path, tmp_path / "shelf")
    return Shelf(path=tmp_path / "shelf", before=made.before)


def answers_as_before_without_embedding(shelf: Shelf) -> bool:
    embedder = Watched()
    with opened(shelf.path, embedder) as news:
        assert same(found(news), shelf.before)
    assert embedder.seen == []
    with opened(shelf.path) as again:  # and the rebuilt files stay
        return same(found(again), shelf.before)


def flip(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place % len(data)] ^= 0xFF
    path.write_bytes(data)


@pytest.mark.parametrize("name", ["dense.faiss", "dense.json", "lexical", "lexical.json"])
@pytest.mark.parametrize("how", ["gone", "cut", "flipped", "emptied"])
def test_derived_file_is_made_again_without_embedding(shelf: Shelf, name: str, how: str) -> None:
    path = shelf.path / name
    if how == "gone" and path.is_dir():
        shutil.rmtree(path)
    elif how == "gone":
        path.unlink()
    else:
        for file in [path] if path.is_file() else [p for p in path.iterdir() if p.stat().st_size]:
            if how == "cut":
                file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
            elif how == "flipped":
                flip(file, file.stat().st_size // 2)
            else:
                file.write_bytes(b"")
    assert answers_as_before_without_embedding(shelf)


@pytest.mark.parametrize("suffix", ["idx", "term", "store", "fast", "fieldnorm", "pos"])
@pytest.mark.parametrize("how", ["gone", "cut", "flipped"])
def test_damaged_segment_is_made_again_without_embedding(
    shelf: Shelf, suffix: str, how: str
) -> None:
    for file in (shelf.path / "lexical").glob(f"*.{suffix}"):
        if how == "gone":
            file.unlink()
        elif how == "cut":
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
        else:
            for place in range(0, file.stat().st_size // 2, 3):
                flip(file, place)
    assert answers_as_before_without_embedding(shelf)


def test_other_librarys_derived_files_are_not_used(shelf: Shelf, tmp_path: Path) -> None:
    for file in shelf.path.glob("library.db*"):
        file.unlink()
    articles = [article(number, edition=5) for number in range(30, 60)]
    with opened(shelf.path) as news:
        news.add(articles)
        assert same(found(news), fresh(tmp_path / "fresh", articles))


def test_older_copy_of_the_library_is_followed_back(shelf: Shelf, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    shutil.copy(shelf.path / "library.db", copy)
    with opened(shelf.path) as news:
        news.add([article(number, edition=2) for number in range(40)])
        found(news)
    for file in shelf.path.glob("library.db*"):
        file.unlink()
    shutil.copy(copy, shelf.path / "library.db")
    assert answers_as_before_without_embedding(shelf)


def test_older_copy_that_grew_on_is_followed(shelf: Shelf, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    shutil.copy(shelf.path / "library.db", copy)
    with opened(shelf.path) as news:
        news.add([article(number, edition=2) for number in range(20)])
        found(news)
    for file in shelf.path.glob("library.db*"):
        file.unlink()
    shutil.copy(copy, shelf.path / "library.db")
    articles = [article(number, edition=3) for number in range(10, 30)]
    with opened(shelf.path) as news:
        news.add(articles)
        expected = [*(article(number) for number in range(10)), *articles]
        assert same(found(news), fresh(tmp_path / "fresh", expected))


def test_index_folder_may_be_moved(shelf: Shelf, tmp_path: Path) -> None:
    shelf.path.rename(tmp_path / "elsewhere")
    assert answers_as_before_without_embedding(replace(shelf, path=tmp_path / "elsewhere"))


def test_other_stemmer_is_other_terms_without_embedding(shelf: Shelf) -> None:
    embedder = Watched()
    config = rag.Config(stemmer="none")
    with rag.Byline(shelf.path, config=config, embedder=embedder) as news:
        assert all(hit.lexical_rank is None for hit in news.search("harbours", k=50))
        assert any(hit.lexical_rank for hit in news.search("harbour", k=50))
    with opened(shelf.path) as news:
        assert any(hit.lexical_rank for hit in news.search("harbours", k=50))
    assert embedder.seen == []


# ---- damage to the library


def change(shelf: Shelf, statement: str) -> None:
    with closing(sqlite3.connect(shelf.path / "library.db")) as connection, connection:
        assert connection.execute(statement).rowcount > 0


def test_changed_text_is_damage_where_it_is_found(shelf: Shelf) -> None:
    change(shelf, "UPDATE articles SET text = upper(text)")
    with opened(shelf.path) as news, pytest.raises(DamagedIndexError, match="checksum") as refusal:
        news.search(QUESTION)
    assert str(shelf.path) in str(refusal.value)


def test_changed_vector_does_not_get_into_a_rebuilt_index(shelf: Shelf) -> None:
    change(shelf, "UPDATE vectors SET data = zeroblob(length(data))")
    (shelf.path / "dense.faiss").unlink()
    with opened(shelf.path) as news, pytest.raises(DamagedIndexError, match="checksum"):
        news.search(QUESTION)
    assert not (shelf.path / "dense.faiss").exists()


# ---- models


def test_other_model_is_refused_with_both_names(shelf: Shelf) -> None:
    with (
        opened(shelf.path, rag.HashEmbedder(dims=32)) as news,
        pytest.raises(ModelError, match="hash-64") as refusal,
    ):
        news.search(QUESTION)
    assert "hash-32" in str(refusal.value)
    assert "64 dimensions" in str(refusal.value)
    assert "32 dimensions" in str(refusal.value)
    assert "index" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_other_model_of_the_same_size_is_refused_too(shelf: Shelf) -> None:
    with opened(shelf.path, rag.HashEmbedder(max_tokens=99)) as news, pytest.raises(ModelError):
        news.search(QUESTION)


def test_refused_model_leaves_the_index_to_its_own(shelf: Shelf) -> None:
    with opened(shelf.path, rag.HashEmbedder(dims=32)) as news, pytest.raises(ModelError):
        news.search(QUESTION)
    assert answers_as_before_without_embedding(shelf)


# ---- many threads


def test_threads_that_come_and_go_leave_no_connection_open(shelf: Shelf) -> None:
    files = Path("/proc/self/fd")
    before = len(list(files.iterdir())) if files.is_dir() else None
    with opened(shelf.path) as news:
        for _ in range(30):
            with ThreadPoolExecutor(max_workers=8) as pool:
                answers = list(pool.map(lambda _: news.search(QUESTION), range(8)))
            assert all(hits == answers[0] for hits in answers)
        if before is not None:  # Linux: three files per connection, at most one burst of them
            assert len(list(files.iterdir())) <= before + 3 * 9 + 20


WRITER = """
import sys, rag
with rag.Byline(sys.argv[1], embedder=rag.HashEmbedder()) as news:
    for edition in range(4):
        text = f"A storm of edition {edition} came to harbour {sys.argv[2]}."
        news.add([rag.make_article(id=sys.argv[2], title="Storm", text=text)])
        assert news.search("storm harbour", k=50)
"""


@pytest.mark.slow
def test_processes_that_write_and_ask_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path / "index")]
    running = [subprocess.Popen([*command, name], stderr=subprocess.PIPE) for name in "abc"]
    errors = [process.communicate()[1].decode() for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], errors
    with rag.Byline(tmp_path / "index", embedder=rag.HashEmbedder()) as news:
        assert [article.id for article in news.articles()] == ["a", "b", "c"]
        hits = news.search("edition 3 storm", k=50)
        assert sorted(hit.passage.article_id for hit in hits) == ["a", "b", "c"]

"""Tests that a large index, searched in clusters, returns what an exact search does."""

from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from tests.core.test_vector_index import Library, Vectors, loaded

from rag.index.clusters import Clusters
from rag.index.dense import DenseIndex
from rag.index.reference import exact_search

DIMS = 64
NUMBER = 3_000


class Small(DenseIndex):
    """A dense index that uses clusters early."""

    exact_up_to: ClassVar[int] = 500


def units(number: int, seed: int) -> list[Vectors]:
    """Unit vectors of texts on 80 subjects, as the library gives them: from float16."""
    subjects = np.random.default_rng(99).normal(size=(80, DIMS))
    chance = np.random.default_rng(seed)
    near = subjects[chance.integers(80, size=number)]
    vectors = (near + chance.normal(size=(number, DIMS))).astype(np.float32)
    halves = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16)
    found = halves.astype(np.float32)
    return list(found / np.linalg.norm(found, axis=1, keepdims=True))


def built(number: int) -> tuple[Library, Small]:
    """A library of that many vectors, and an index of it."""
    library = Library()
    library.add(units(number, 0))
    return library, library.catch_up(loaded(Small, Path("/nowhere"), dims=DIMS))


@pytest.fixture(scope="module")
def pair() -> tuple[Library, DenseIndex]:
    library, index = built(NUMBER)
    assert isinstance(index.base, Clusters)
    return library, index


def exact(library: Library, query: Vectors, k: int, allowed: list[int] | None = None) -> list[int]:
    rows = library.living()
    vectors = np.stack([library.vectors[row] for row in rows])
    return [row for row, _ in exact_search(vectors, rows, query, k=k, allowed=allowed)]


def recall(
    library: Library, index: DenseIndex, *, k: int = 100, allowed: list[int] | None = None
) -> float:
    shares = []
    for query in units(30, 1):
        wanted = exact(library, query, k, allowed)
        found = {row for row, _ in index.search(query, k=k, allowed=allowed)}
        shares.append(len(found & set(wanted)) / len(wanted))
    return float(np.mean(shares))


def test_nearly_all_that_an_exact_search_finds_is_found(pair: tuple[Library, DenseIndex]) -> None:
    assert recall(*pair) >= 0.99


@pytest.mark.parametrize("step", [2, 7, 50])
def test_a_filter_keeps_the_recall(pair: tuple[Library, DenseIndex], step: int) -> None:
    library, index = pair
    allowed = library.living()[::step]
    assert recall(library, index, k=20, allowed=allowed) >= 0.99
    query = units(1, 1)[0]
    assert {row for row, _ in index.search(query, k=20, allowed=allowed)} <= set(allowed)


def test_scores_are_those_of_an_exact_search(pair: tuple[Library, DenseIndex]) -> None:
    library, index = pair
    query = units(1, 2)[0]
    for row, score in index.search(query, k=50):
        assert score == pytest.approx(float(library.vectors[row] @ query), abs=1e-6)
    rows = [1, 17, NUMBER, NUMBER + 99]
    found = index.scores(query, rows)
    assert sorted(found) == [1, 17, NUMBER]
    for row, score in found.items():
        assert score == pytest.approx(float(library.vectors[row] @ query), abs=1e-6)


def test_changes_are_followed_beside_the_clusters_and_in_them() -> None:
    library, index = built(NUMBER)
    for number in (50, NUMBER // 5):  # less and more than a tenth
        library.add(units(number, number))
        for place in range(20):
            library.delete(place * 3)
        index = library.catch_up(index)
        assert len(index) == len(library.living())
        assert recall(library, index) >= 0.99
        assert set(index.scores(units(1, 3)[0], library.living())) == set(library.living())
    assert isinstance(index.base, Clusters)
    assert index.base_generation == library.generation


def test_an_index_that_shrinks_is_searched_exactly_again() -> None:
    library, index = built(600)
    for _ in range(200):
        library.delete(0)
    index = library.catch_up(index)
    assert not isinstance(index.base, Clusters)
    query = units(1, 4)[0]
    assert [row for row, _ in index.search(query, k=30)] == exact(library, query, 30)


def test_an_index_that_grows_gets_more_clusters() -> None:
    library, index = built(600)
    clusters = index.base.rows  # bound to the first clusters
    library.add(units(8_000, 5))
    index = library.catch_up(index)
    assert len(clusters()) == 600
    assert not index.base.is_fit_for(10**6)
    assert recall(library, index) >= 0.99


def test_clusters_are_saved_and_mapped(pair: tuple[Library, DenseIndex], tmp_path: Path) -> None:
    library, index = pair
    index.save(tmp_path, stamp="s")
    again = Small.load(tmp_path, model=index.model, dims=DIMS, stamp=lambda _: "s")
    assert isinstance(again.base, Clusters)
    assert again.generation == index.generation
    query = units(1, 6)[0]
    assert again.search(query, k=40) == index.search(query, k=40)
    library.add(units(NUMBER // 2, 7))
    assert recall(library, library.catch_up(again)) >= 0.99


def test_clusters_that_cannot_be_mapped_are_read_whole(
    pair: tuple[Library, DenseIndex], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: Path) -> Clusters:
        raise RuntimeError("this system maps no files")  # as FAISS on Windows

    library, index = pair
    index.save(tmp_path, stamp="s")
    monkeypatch.setattr(Clusters, "read", fails)
    again = Small.load(tmp_path, model=index.model, dims=DIMS, stamp=lambda _: "s")
    assert isinstance(again.base, Clusters)
    query, rows = units(1, 6)[0], library.living()[:50]
    assert again.search(query, k=40) == index.search(query, k=40)
    assert again.search(query, k=9, allowed=rows) == index.search(query, k=9, allowed=rows)
    assert again.scores(query, rows) == index.scores(query, rows)


def test_clusters_that_cannot_be_written_raise_an_error_of_the_system(
    pair: tuple[Library, DenseIndex], tmp_path: Path
) -> None:
    _, index = pair
    with pytest.raises(OSError, match="cannot be written"):
        index.base.write(tmp_path / "missing" / "dense")


@pytest.mark.parametrize("damage", ["flip", "cut", "stamp", "gone"])
def test_damaged_clusters_are_not_used(
    pair: tuple[Library, DenseIndex], tmp_path: Path, damage: str
) -> None:
    _, index = pair
    index.save(tmp_path, stamp="s")
    path = tmp_path / "dense.faiss"
    data = path.read_bytes()
    if damage == "flip":
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    elif damage == "cut":
        path.write_bytes(data[: len(data) // 2])
    elif damage == "gone":
        path.unlink()
    stamp = "other" if damage == "stamp" else "s"
    again = Small.load(tmp_path, model=index.model, dims=DIMS, stamp=lambda _: stamp)
    assert (len(again), again.generation) == (0, 0)

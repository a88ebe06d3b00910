"""The dense index finds what a plain NumPy search finds, ids and scores alike."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from rag.index.dense import DenseIndex
from rag.index.reference import exact_search

DIMS = 8
Vectors = NDArray[np.float32]
Step = tuple[str, int]

# A unit vector with four entries of ±1/2: every inner product is a multiple of 1/4, so it is exact
# in any order of summation, and many of them tie.
units = st.tuples(st.permutations(range(DIMS)), st.tuples(*[st.sampled_from([-0.5, 0.5])] * 4)).map(
    lambda drawn: dict(zip(drawn[0][:4], drawn[1], strict=True))
)


def unit(entries: dict[int, float]) -> Vectors:
    vector = np.zeros(DIMS, dtype=np.float32)
    for axis, value in entries.items():
        vector[axis] = value
    return vector


@dataclass
class Library:
    """All rows ever written, with the generations in which they came and went."""

    vectors: dict[int, Vectors] = field(default_factory=dict)
    born: dict[int, int] = field(default_factory=dict)
    died: dict[int, int] = field(default_factory=dict)
    generation: int = 0
    asked: list[int] = field(default_factory=list)

    def add(self, vectors: list[Vectors]) -> None:
        self.generation += 1
        for vector in vectors:
            row = len(self.vectors) + 1
            self.vectors[row] = vector
            self.born[row] = self.generation

    def delete(self, place: int) -> None:
        living = self.living()
        self.generation += 1
        if living:
            self.died[living[place % len(living)]] = self.generation

    def living(self) -> list[int]:
        return [row for row in self.vectors if row not in self.died]

    def give(self, rows: object) -> Vectors:
        assert isinstance(rows, list)
        self.asked += rows
        return np.stack([self.vectors[row] for row in rows])

    def catch_up(self, index: DenseIndex) -> DenseIndex:
        since = index.base_generation
        born = [row for row in self.living() if self.born[row] > since]
        died = [row for row, when in self.died.items() if when > since >= self.born[row]]
        return index.caught_up(
            generation=self.generation, born=born, died=sorted(died), vectors=self.give
        )

    def search(
        self, query: Vectors, k: int, allowed: list[int] | None = None
    ) -> list[tuple[int, float]]:
        living = self.living()
        vectors = np.stack([self.vectors[row] for row in living]) if living else np.zeros((0, DIMS))
        return exact_search(vectors.astype(np.float32), living, query, k=k, allowed=allowed)


steps = st.lists(
    st.one_of(
        st.lists(units, min_size=1, max_size=12).map(lambda many: ("add", many)),
        st.integers(min_value=0, max_value=99).map(lambda place: ("delete", place)),
        st.just(("reload", 0)),
    ),
    min_size=1,
    max_size=10,
)


@settings(deadline=None, max_examples=40)
@given(
    start=st.lists(units, min_size=0, max_size=60),
    history=steps,
    question=units,
    k=st.integers(min_value=1, max_value=12),
    allowed=st.sets(st.integers(min_value=1, max_value=80)),
)
def test_any_history_is_searched_as_the_reference_does(
    tmp_path_factory: pytest.TempPathFactory,
    *,
    start: list[dict[int, float]],
    history: list[tuple[str, list[dict[int, float]] | int]],
    question: dict[int, float],
    k: int,
    allowed: set[int],
) -> None:
    folder = tmp_path_factory.mktemp("dense")
    library, index = Library(), DenseIndex.empty(model="m", dims=DIMS)
    query = unit(question)
    for kind, what in [("add", start), *history]:
        if isinstance(what, list):
            library.add([unit(entries) for entries in what])
        elif kind == "delete":
            library.delete(what)
        else:
            index.save(folder, stamp="s")
            index = DenseIndex.load(folder, model="m", dims=DIMS, stamp=lambda _: "s")
        index = library.catch_up(index)
        assert index.generation == library.generation
        assert len(index) == len(library.living())
        assert index.search(query, k=k) == library.search(query, k)
        among = sorted(allowed)
        assert index.search(query, k=k, allowed=among) == library.search(query, k, among)
        scores = {row: float(library.vectors[row] @ query) for row in library.living()}
        assert index.scores(query, library.living()) == scores


def random_units(count: int, *, seed: int = 0) -> list[Vectors]:
    drawn = np.random.default_rng(seed).normal(size=(count, DIMS)).astype(np.float32)
    return list(drawn / np.linalg.norm(drawn, axis=1, keepdims=True))


def built(vectors: list[Vectors]) -> tuple[Library, DenseIndex]:
    library = Library()
    library.add(vectors)
    return library, library.catch_up(DenseIndex.empty(model="m", dims=DIMS))


def test_any_unit_vectors_score_as_the_reference_does() -> None:
    library, index = built(random_units(500))
    for query in random_units(20, seed=1):
        found, expected = index.search(query, k=25), library.search(query, 25)
        assert [row for row, _ in found] == [row for row, _ in expected]
        assert [s for _, s in found] == pytest.approx([s for _, s in expected], abs=1e-6)


def test_score_is_the_cosine() -> None:
    _, index = built([unit({0: 0.6, 1: 0.8}), unit({0: 1.0})])
    found = index.search(unit({0: 0.8, 1: 0.6}), k=2)
    assert [row for row, _ in found] == [1, 2]
    assert [score for _, score in found] == pytest.approx([0.6 * 0.8 + 0.8 * 0.6, 0.8])


def test_ties_are_in_order_of_row_however_many() -> None:
    _, index = built([unit({0: 1.0})] * 200)
    assert [row for row, _ in index.search(unit({0: 1.0}), k=5)] == [1, 2, 3, 4, 5]


def test_small_change_is_kept_beside_the_base_and_a_large_one_folded_in() -> None:
    library, index = built(random_units(100))
    library.add(random_units(9, seed=1))
    library.delete(0)
    beside = library.catch_up(index)
    assert beside.base_generation == index.base_generation
    assert len(beside.tombstones) == 1
    library.delete(0)
    folded = library.catch_up(beside)  # 11 of 100 changed
    assert folded.base_generation == library.generation
    assert not folded.tombstones
    query = random_units(1, seed=2)[0]
    assert [row for row, _ in folded.search(query, k=10)] == [
        row for row, _ in library.search(query, 10)
    ]


def test_catching_up_leaves_the_view_before_as_it_was() -> None:
    library, index = built(random_units(20))
    query = random_units(1, seed=2)[0]
    before = index.search(query, k=20)
    for _ in range(10):
        library.delete(0)
        library.add(random_units(5, seed=library.generation))
        library.catch_up(index)
    assert index.search(query, k=20) == before


def test_save_and_load_is_identity(tmp_path: Path) -> None:
    library, index = built(random_units(50))
    index.save(tmp_path, stamp="s")
    loaded = DenseIndex.load(tmp_path, model="m", dims=DIMS, stamp=lambda _: "s")
    assert (loaded.generation, len(loaded)) == (index.generation, len(index))
    for query in random_units(5, seed=1):
        assert loaded.search(query, k=50) == index.search(query, k=50)
    assert library.catch_up(loaded).search(query, k=5) == index.search(query, k=5)


@pytest.mark.parametrize("damage", ["flip", "cut", "gone", "no state", "other state", "no object"])
def test_damaged_base_is_empty_and_not_an_error(tmp_path: Path, damage: str) -> None:
    _, index = built(random_units(50))
    index.save(tmp_path, stamp="s")
    file, state = tmp_path / "dense.faiss", tmp_path / "dense.json"
    data = file.read_bytes()
    if damage == "flip":
        file.write_bytes(data[:500] + bytes([data[500] ^ 1]) + data[501:])
    elif damage == "cut":
        file.write_bytes(data[: len(data) // 2])
    elif damage == "gone":
        file.unlink()
    elif damage == "no state":
        state.unlink()
    else:
        state.write_text("{" if damage == "other state" else "[]", encoding="utf-8")
    loaded = DenseIndex.load(tmp_path, model="m", dims=DIMS, stamp=lambda _: "s")
    assert (len(loaded), loaded.generation, loaded.base_generation) == (0, 0, 0)


@pytest.mark.parametrize(("model", "dims"), [("other", DIMS), ("m", DIMS + 1)])
def test_base_of_another_model_is_not_used(tmp_path: Path, model: str, dims: int) -> None:
    _, index = built(random_units(50))
    index.save(tmp_path, stamp="s")
    assert len(DenseIndex.load(tmp_path, model=model, dims=dims, stamp=lambda _: "s")) == 0


def test_empty_index_finds_nothing() -> None:
    index = DenseIndex.empty(model="m", dims=DIMS)
    query = unit({0: 1.0})
    assert index.search(query, k=5) == []
    assert index.scores(query, [1, 2]) == {}
    assert len(index) == 0


def test_nothing_allowed_finds_nothing() -> None:
    _, index = built(random_units(5))
    assert index.search(random_units(1)[0], k=5, allowed=[]) == []


def test_reference_is_the_definition() -> None:
    vectors = np.array([[1, 0], [0, 1], [0.6, 0.8], [0.6, 0.8]], dtype=np.float32)
    query = np.array([0.6, 0.8], dtype=np.float32)
    found = exact_search(vectors, [7, 3, 9, 2], query, k=3)
    assert [row for row, _ in found] == [2, 9, 3]
    assert [score for _, score in found] == pytest.approx([1.0, 1.0, 0.8])
    assert [row for row, _ in exact_search(vectors, [7, 3, 9, 2], query, k=9, allowed=[7, 3])] == [
        3,
        7,
    ]

"""Tests that every vector index returns the same ids and scores as a plain NumPy search."""

from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import rag
from rag.index import Index, Snapshot
from rag.index.dense import DenseIndex
from rag.index.reference import NumpyIndex, exact_search
from rag.index.vector_index import VectorIndex

DIMS = 8
Vectors = NDArray[np.float32]
Kind = TypeVar("Kind", bound=VectorIndex)

each_kind = pytest.mark.parametrize("kind", [DenseIndex, NumpyIndex])

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
    """All rows ever written, with the generations in which they were added and removed."""

    vectors: dict[int, Vectors] = field(default_factory=dict)
    born: dict[int, int] = field(default_factory=dict)
    died: dict[int, int] = field(default_factory=dict)
    generation: int = 0

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
        return np.stack([self.vectors[row] for row in rows])

    def catch_up(self, index: Kind) -> Kind:
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


def loaded(
    kind: type[Kind], folder: Path, *, model: str = "m", dims: int = DIMS, stamp: str = "s"
) -> Kind:
    return kind.load(folder, model=model, dims=dims, stamp=lambda _: stamp)


def empty(kind: type[Kind]) -> Kind:
    return loaded(kind, Path("/nowhere"))


def random_units(count: int, *, seed: int = 0) -> list[Vectors]:
    drawn = np.random.default_rng(seed).normal(size=(count, DIMS)).astype(np.float32)
    return list(drawn / np.linalg.norm(drawn, axis=1, keepdims=True))


def built(kind: type[Kind], vectors: list[Vectors]) -> tuple[Library, Kind]:
    library = Library()
    library.add(vectors)
    return library, library.catch_up(empty(kind))


# ---- searching


steps = st.lists(
    st.one_of(
        st.lists(units, min_size=1, max_size=12).map(lambda many: ("add", many)),
        st.integers(min_value=0, max_value=99).map(lambda place: ("delete", place)),
        st.just(("reload", 0)),
    ),
    min_size=1,
    max_size=10,
)


@each_kind
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
    kind: type[VectorIndex],
    *,
    start: list[dict[int, float]],
    history: list[tuple[str, list[dict[int, float]] | int]],
    question: dict[int, float],
    k: int,
    allowed: set[int],
) -> None:
    folder = tmp_path_factory.mktemp("dense")
    library, index = Library(), empty(kind)
    query = unit(question)
    for step, what in [("add", start), *history]:
        if isinstance(what, list):
            library.add([unit(entries) for entries in what])
        elif step == "delete":
            library.delete(what)
        else:
            index.save(folder, stamp="s")
            index = loaded(kind, folder)
        index = library.catch_up(index)
        assert index.generation == library.generation
        assert len(index) == len(library.living())
        assert index.search(query, k=k) == library.search(query, k)
        among = sorted(allowed)
        assert index.search(query, k=k, allowed=among) == library.search(query, k, among)
        scores = {row: float(library.vectors[row] @ query) for row in library.living()}
        assert index.scores(query, library.living()) == scores


@each_kind
def test_any_unit_vectors_score_as_the_reference_does(kind: type[VectorIndex]) -> None:
    library, index = built(kind, random_units(500))
    for query in random_units(20, seed=1):
        found, expected = index.search(query, k=25), library.search(query, 25)
        assert [row for row, _ in found] == [row for row, _ in expected]
        assert [s for _, s in found] == pytest.approx([s for _, s in expected], abs=1e-6)


@each_kind
def test_score_is_the_cosine(kind: type[VectorIndex]) -> None:
    _, index = built(kind, [unit({0: 0.6, 1: 0.8}), unit({0: 1.0})])
    found = index.search(unit({0: 0.8, 1: 0.6}), k=2)
    assert [row for row, _ in found] == [1, 2]
    assert [score for _, score in found] == pytest.approx([0.6 * 0.8 + 0.8 * 0.6, 0.8])


@each_kind
def test_ties_are_in_order_of_row_however_many(kind: type[VectorIndex]) -> None:
    _, index = built(kind, [unit({0: 1.0})] * 200)
    assert [row for row, _ in index.search(unit({0: 1.0}), k=5)] == [1, 2, 3, 4, 5]


@each_kind
def test_catching_up_leaves_the_view_before_as_it_was(kind: type[VectorIndex]) -> None:
    library, index = built(kind, random_units(20))
    query = random_units(1, seed=2)[0]
    before = index.search(query, k=20)
    for _ in range(10):
        library.delete(0)
        library.add(random_units(5, seed=library.generation))
        library.catch_up(index)
    assert index.search(query, k=20) == before


@each_kind
def test_empty_index_finds_nothing(kind: type[VectorIndex]) -> None:
    index = empty(kind)
    query = unit({0: 1.0})
    assert index.search(query, k=5) == []
    assert index.scores(query, [1, 2]) == {}
    assert len(index) == 0


@each_kind
def test_nothing_allowed_finds_nothing(kind: type[VectorIndex]) -> None:
    _, index = built(kind, random_units(5))
    assert index.search(random_units(1)[0], k=5, allowed=[]) == []


@each_kind
def test_rows_that_are_not_there_have_no_score(kind: type[VectorIndex]) -> None:
    library, index = built(kind, [unit({0: 1.0}), unit({1: 1.0}), *[unit({2: 1.0})] * 28])
    library.add([unit({0: 0.5, 1: 0.5, 2: 0.5, 3: 0.5})])
    library.delete(1)
    index = library.catch_up(index)
    assert index.scores(unit({0: 1.0}), [31, 99, 2, 1, 3]) == {31: 0.5, 1: 1.0, 3: 0.0}


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


# ---- saving


@each_kind
def test_save_and_load_is_identity(tmp_path: Path, kind: type[VectorIndex]) -> None:
    library, index = built(kind, random_units(50))
    index.save(tmp_path, stamp="s")
    again = loaded(kind, tmp_path)
    assert (again.model, again.dims) == (index.model, index.dims)
    assert (again.generation, again.base_generation) == (index.generation, index.base_generation)
    assert len(again) == len(index)
    for query in random_units(5, seed=1):
        assert again.search(query, k=50) == index.search(query, k=50)
        assert again.scores(query, library.living()) == index.scores(query, library.living())
    assert library.catch_up(again).search(query, k=5) == index.search(query, k=5)


def is_empty(index: VectorIndex) -> bool:
    return (len(index), index.generation, index.base_generation) == (0, 0, 0)


@each_kind
@pytest.mark.parametrize("damage", ["flip", "cut", "gone", "no state", "other state", "no object"])
def test_damaged_base_is_empty_and_not_an_error(
    tmp_path: Path, kind: type[VectorIndex], damage: str
) -> None:
    _, index = built(kind, random_units(50))
    index.save(tmp_path, stamp="s")
    state = tmp_path / "dense.json"
    (file,) = (path for path in tmp_path.iterdir() if path != state)
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
    assert is_empty(loaded(kind, tmp_path))


@each_kind
@pytest.mark.parametrize(("model", "dims"), [("other", DIMS), ("m", DIMS + 1)])
def test_base_of_another_model_is_not_used(
    tmp_path: Path, kind: type[VectorIndex], model: str, dims: int
) -> None:
    _, index = built(kind, random_units(50))
    index.save(tmp_path, stamp="s")
    assert is_empty(loaded(kind, tmp_path, model=model, dims=dims))


@each_kind
@pytest.mark.parametrize(("saved", "now"), [("s", "other"), ("s", ""), ("", "")])
def test_base_of_another_library_is_not_used(
    tmp_path: Path, kind: type[VectorIndex], saved: str, now: str
) -> None:
    _, index = built(kind, random_units(50))
    index.save(tmp_path, stamp=saved)
    assert is_empty(loaded(kind, tmp_path, stamp=now))


@pytest.mark.parametrize(("kind", "other"), [(DenseIndex, NumpyIndex), (NumpyIndex, DenseIndex)])
def test_base_of_another_kind_is_not_used(
    tmp_path: Path, kind: type[VectorIndex], other: type[VectorIndex]
) -> None:
    for each in (kind, other):
        built(each, random_units(50))[1].save(tmp_path, stamp="s")
    assert is_empty(loaded(kind, tmp_path))
    assert len(loaded(other, tmp_path)) == 50


# ---- in an index


def story(number: int) -> rag.Article:
    """One of 15 articles, each with different words; every third one is from the Post."""
    words = ["harbour", "storm", "council", "ferry", "school", "bridge", "frost"]
    several = " ".join(word for place, word in enumerate(words) if (number * 5 + 3) >> place & 1)
    return rag.make_article(
        id=f"{number:02}",
        title=f"Report {number}",
        outlet="Courier" if number % 3 else "Post",
        text=f"Report {number} tells of {several}.",
    )


def answer_alike(one: Snapshot, other: Snapshot, *, question: str) -> bool:
    """Whether two views of one library find the same, with equal scores up to rounding."""
    (query,) = rag.HashEmbedder().embed_questions([question])
    for filter in (rag.Filter(), rag.Filter(outlets=("Post",))):
        allowed = one.allowed(filter)
        expected = one.dense_search(query, k=50, allowed=allowed)
        found = other.dense_search(query, k=50, allowed=allowed)
        rows = [row for row, _ in expected]
        assert rows
        assert [row for row, _ in found] == rows
        assert dict(found) == pytest.approx(dict(expected), abs=1e-6)
        assert other.scores(query, rows) == pytest.approx(one.scores(query, rows), abs=1e-6)
        assert other.passages(rows) == one.passages(rows)
    return len(one.dense) == len(other.dense)


def test_index_answers_alike_with_either_kind(tmp_path: Path) -> None:
    embedder = rag.HashEmbedder()
    with (
        rag.Byline(tmp_path, embedder=embedder) as news,
        closing(Index(tmp_path, stemmer="english")) as usual,
        closing(Index(tmp_path, stemmer="english", vector_index=NumpyIndex)) as plain,
    ):

        def alike() -> bool:
            one, other = (
                index.snapshot(model=embedder.fingerprint, dims=embedder.dims, name=embedder.name)
                for index in (usual, plain)
            )
            assert (type(one.dense), type(other.dense)) == (DenseIndex, NumpyIndex)
            return answer_alike(one, other, question="harbour storm council")

        news.add([story(number) for number in range(12)])
        assert alike()
        news.forget("03")
        assert alike()
        news.add([story(number) for number in range(12, 15)])
        assert alike()
    assert (tmp_path / "dense.npz").exists()

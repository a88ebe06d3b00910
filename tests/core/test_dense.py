"""Tests that the FAISS index keeps small changes separate, and merges large ones into its base."""

from tests.core.test_vector_index import built, random_units

from rag.index.dense import DenseIndex


def test_small_change_is_kept_beside_the_base_and_a_large_one_folded_in() -> None:
    library, index = built(DenseIndex, random_units(100))
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

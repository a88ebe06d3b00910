"""Tests that the lexical index scores by BM25, and that its searchers are immutable."""

import math
import random
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from rag.index.lexical import LexicalDocument, LexicalIndex, LexicalSearcher

BODY = {"body": 1.0}
DOCUMENTS = {
    1: ("harbour", "ferry storm ferry pier"),
    2: ("storm", "storm council"),
    3: ("council", "budget council school vote budget"),
    4: ("storm", "ferry"),
}


def document(row: int, title: str, body: str, *, article: int | None = None) -> LexicalDocument:
    return LexicalDocument(
        row=row, article_row=article or row, title=title.split(), body=body.split()
    )


def documents(rows: Sequence[int] = (1, 2, 3, 4)) -> list[LexicalDocument]:
    return [document(row, *DOCUMENTS[row]) for row in rows]


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    """The four documents, in a folder."""
    made = LexicalIndex(tmp_path / "lexical", analysis="stems:none")
    made.apply(generation=1, stamp="s", born=documents(), died=[])
    return made


def bm25(term: str, row: int, *, field: int = 1, rows: Sequence[int] = (1, 2, 3, 4)) -> float:
    """idf(t) · tf · (k1 + 1) / (tf + k1 · (1 - b + b · length / average length))."""
    texts = {key: DOCUMENTS[key][field].split() for key in rows}
    n = sum(term in words for words in texts.values())
    idf = math.log(1 + (len(texts) - n + 0.5) / (n + 0.5))
    average = sum(map(len, texts.values())) / len(texts)
    tf = texts[row].count(term)
    return idf * tf * 2.2 / (tf + 1.2 * (1 - 0.75 + 0.75 * len(texts[row]) / average))


def found(
    searcher: LexicalSearcher, *terms: str, k: int = 10, allowed: Sequence[int] | None = None
) -> list[tuple[int, float]]:
    return searcher.search(terms, k=k, boosts=BODY, allowed=allowed)


def test_score_is_bm25(index: LexicalIndex) -> None:
    scores = dict(found(index.searcher(), "ferry", "council"))
    expected = {
        1: bm25("ferry", 1),
        2: bm25("council", 2),
        3: bm25("council", 3),
        4: bm25("ferry", 4),
    }
    assert scores == pytest.approx(expected, rel=1e-4)


def test_fields_add_up_by_their_weights(index: LexicalIndex) -> None:
    hits = index.searcher().search(["storm"], k=10, boosts={"body": 1.0, "title": 2.5})
    assert dict(hits) == pytest.approx(
        {
            1: bm25("storm", 1),
            2: bm25("storm", 2) + 2.5 * bm25("storm", 2, field=0),
            4: 2.5 * bm25("storm", 4, field=0),
        },
        rel=1e-4,
    )


def test_field_of_no_weight_is_left_out(index: LexicalIndex) -> None:
    hits = index.searcher().search(["harbour"], k=10, boosts={"body": 1.0, "title": 0.0})
    assert hits == []


def test_hits_are_best_first_and_at_most_k(index: LexicalIndex) -> None:
    everything = found(index.searcher(), "ferry", "storm", "council")
    assert [score for _, score in everything] == sorted((s for _, s in everything), reverse=True)
    assert found(index.searcher(), "ferry", "storm", "council", k=2) == everything[:2]


def test_ties_are_in_order_of_row(tmp_path: Path) -> None:
    made = LexicalIndex(tmp_path / "lexical", analysis="stems:none")
    rows = list(range(1, 31))
    random.Random(0).shuffle(rows)  # noqa: S311 - no secret
    for generation, start in enumerate(range(0, 30, 10), start=1):
        batch = [document(row, "t", "storm") for row in rows[start : start + 10]]
        made.apply(generation=generation, stamp="s", born=batch, died=[])
    assert [row for row, _ in found(made.searcher(), "storm", k=5)] == [1, 2, 3, 4, 5]


def test_only_allowed_articles_are_found_with_their_scores_unchanged(index: LexicalIndex) -> None:
    everything = dict(found(index.searcher(), "ferry", "council"))
    among = found(index.searcher(), "ferry", "council", allowed=[3, 4])
    assert {row for row, _ in among} == {3, 4}
    assert dict(among) == pytest.approx({row: everything[row] for row in (3, 4)})
    assert found(index.searcher(), "ferry", allowed=[]) == []


def test_frequency_counts_passages(index: LexicalIndex) -> None:
    searcher = index.searcher()
    frequencies = {
        term: max(searcher.frequency(f, term) for f in ("title", "body"))
        for term in ("storm", "ferry", "none")
    }
    assert frequencies == {"storm": 2, "ferry": 2, "none": 0}
    assert len(searcher) == 4


def test_deleted_passages_are_not_found(index: LexicalIndex) -> None:
    index.apply(generation=2, stamp="s", born=[], died=[1, 3])
    assert {row for row, _ in found(index.searcher(), "ferry", "council", "storm")} == {2, 4}
    assert len(index.searcher()) == 2
    assert (index.generation, index.deleted) == (2, 2)


def test_view_stays_as_it_was(index: LexicalIndex) -> None:
    view = index.searcher()
    before = found(view, "ferry", "storm", "council")
    index.apply(generation=2, stamp="s", born=[document(9, "t", "ferry storm")], died=[1, 2])
    index.clear()
    index.apply(generation=3, stamp="s", born=[document(10, "t", "ferry")], died=[])
    assert found(view, "ferry", "storm", "council") == before
    assert [row for row, _ in found(index.searcher(), "ferry")] == [10]


def test_opened_again_it_is_the_same(index: LexicalIndex, tmp_path: Path) -> None:
    again = LexicalIndex(tmp_path / "lexical", analysis="stems:none")
    assert (again.generation, again.deleted) == (1, 0)
    assert found(again.searcher(), "ferry", "storm") == found(index.searcher(), "ferry", "storm")


def test_made_with_another_analysis_it_starts_anew(index: LexicalIndex, tmp_path: Path) -> None:
    assert index.generation == 1
    other = LexicalIndex(tmp_path / "lexical", analysis="stems:english")
    assert (other.generation, len(other.searcher())) == (0, 0)


@pytest.mark.parametrize(
    "damage", ["folder", "state", "meta", "cut meta", "bad state", "no object"]
)
def test_damaged_it_starts_anew(index: LexicalIndex, tmp_path: Path, damage: str) -> None:
    assert index.generation == 1
    state, meta = tmp_path / "lexical.json", tmp_path / "lexical" / "meta.json"
    if damage == "folder":
        shutil.rmtree(tmp_path / "lexical")
    elif damage == "state":
        state.unlink()
    elif damage == "meta":
        meta.unlink()
    elif damage == "cut meta":
        meta.write_bytes(meta.read_bytes()[:40])
    else:
        state.write_text("{" if damage == "bad state" else "[]", encoding="utf-8")
    again = LexicalIndex(tmp_path / "lexical", analysis="stems:none")
    assert (again.generation, len(again.searcher())) == (0, 0)
    again.apply(generation=1, stamp="s", born=documents(), died=[])
    assert dict(found(again.searcher(), "ferry"))[4] == pytest.approx(bm25("ferry", 4), rel=1e-4)


def test_applying_the_same_twice_changes_nothing(index: LexicalIndex) -> None:
    before = found(index.searcher(), "ferry", "storm", "council")
    index.apply(generation=1, stamp="s", born=documents(), died=[])
    after = found(index.searcher(), "ferry", "storm", "council")
    assert [row for row, _ in after] == [row for row, _ in before]
    assert len(index.searcher()) == 4

"""Tests ranking measures with worked examples, written as formulas."""

from collections.abc import Callable
from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evaluation.measures.ranking import Judged, by_article, by_passage, rank_values
from rag.evaluation.measuring.catalog import MEASURES
from rag.evaluation.records import Found, Prediction, Unit

MakeHits = Callable[..., tuple[Found, ...]]
MakePrediction = Callable[..., Prediction]


def unit(start: int, end: int, article: str = "a") -> Unit:
    return Unit(article_id=article, start=start, end=end)


def judged(marks: str, *, missed: int = 0) -> Judged:
    """A ranking with "+" for each relevant document, and the number of relevant ones missed."""
    return Judged(marks=tuple(mark == "+" for mark in marks), missed=missed)


def values_of(one: Judged) -> dict[str, float]:
    return {measure: values["q"] for measure, values in rank_values({"q": one}).items()}


def test_two_relevant_found_at_2_and_4_of_three() -> None:
    ideal = 1 / log2(2) + 1 / log2(3) + 1 / log2(4)
    assert values_of(judged("-+-+", missed=1)) == pytest.approx(
        {
            "Success@1": 0,
            "Success@3": 1,
            "Success@5": 1,
            "Success@10": 1,
            "RR@10": 1 / 2,
            "nDCG@10": (1 / log2(3) + 1 / log2(5)) / ideal,
            "R@5": 2 / 3,
            "R@10": 2 / 3,
            "R@20": 2 / 3,
        }
    )


def test_what_stands_past_a_cutoff_does_not_count() -> None:
    values = values_of(judged("----------+"))
    assert values.pop("R@20") == 1
    assert set(values.values()) == {0.0}


def test_a_question_for_which_nothing_was_found_gets_0_and_one_without_gold_nothing() -> None:
    values = rank_values({"lost": judged("", missed=1), "none": judged("-")})
    assert all(by_question == {"lost": 0.0} for by_question in values.values())


def test_every_measure_of_the_catalog_is_there_with_data_or_without() -> None:
    names = [measure.name for measure in MEASURES if measure.section == "passage"]
    assert list(rank_values({})) == list(rank_values({"q": judged("+")})) == names
    assert names == [measure.name for measure in MEASURES if measure.section == "article"]
    assert not any(rank_values({}).values())


def test_questions_found_alike_get_the_same_values_each() -> None:
    values = rank_values({"one": judged("-+"), "two": judged("+-"), "three": judged("-+")})
    assert values["RR@10"] == {"one": 1 / 2, "two": 1, "three": 1 / 2}


def test_gold_that_no_passage_could_hold_counts_as_not_found(
    hits: MakeHits, prediction: MakePrediction
) -> None:
    shown = prediction(hits=hits(("a", 0, 5)))
    assert by_passage(shown, (), is_lost=True) == judged("-", missed=1)
    assert not by_passage(shown, ()).has_gold


MARKS = st.lists(st.booleans(), min_size=1, max_size=20)


@given(MARKS, st.integers(0, 5))
def test_places_alone_decide(marks: list[bool], missed: int) -> None:
    # From rank 10 on, sorting by name ("1", "10", "2") would produce another ranking.
    one = Judged(marks=tuple(marks), missed=missed if any(marks) else missed + 1)
    values, relevant = values_of(one), sum(marks) + one.missed
    assert values["RR@10"] == pytest.approx(1 / one.first if one.first and one.first <= 10 else 0)
    gains = sum(1 / log2(1 + rank) for rank, mark in enumerate(marks[:10], start=1) if mark)
    ideal = sum(1 / log2(1 + rank) for rank in range(1, min(relevant, 10) + 1))
    assert values["nDCG@10"] == pytest.approx(gains / ideal)
    for cutoff in (1, 3, 5, 10):
        assert values[f"Success@{cutoff}"] == float(any(marks[:cutoff]))
    for cutoff in (5, 10, 20):
        assert values[f"R@{cutoff}"] == pytest.approx(sum(marks[:cutoff]) / relevant)


def test_the_first_relevant_rank() -> None:
    assert judged("--+-+").first == 3
    assert judged("---", missed=2).first is None
    assert not judged("--").has_gold
    assert judged("--", missed=1).has_gold


def test_a_passage_is_relevant_when_it_shares_a_character_with_gold(
    hits: MakeHits, prediction: MakePrediction
) -> None:
    shown = prediction(hits=hits(("a", 0, 10), ("b", 10, 20), ("a", 19, 30)))
    assert by_passage(shown, [unit(10, 20)]) == judged("--+")


def test_gold_that_one_passage_covers_counts_once(
    hits: MakeHits, prediction: MakePrediction
) -> None:
    shown = prediction(hits=hits(("a", 0, 100)))
    values = values_of(by_passage(shown, [unit(0, 10), unit(20, 30), unit(500, 510)]))
    assert values["R@5"] == 1 / 2
    assert values["nDCG@10"] == pytest.approx(1 / (1 + 1 / log2(3)))


def test_a_passage_that_repeats_what_a_better_one_covers_is_not_relevant(
    hits: MakeHits, prediction: MakePrediction
) -> None:
    shown = prediction(hits=hits(("a", 0, 15), ("a", 15, 40), ("a", 12, 60)))
    assert by_passage(shown, [unit(10, 20), unit(50, 55)]) == judged("+-+")


@given(st.permutations(range(5)))
def test_the_order_of_hits_in_the_file_does_not_matter(
    hits: MakeHits, prediction: MakePrediction, order: list[int]
) -> None:
    found = hits(*(("a", 10 * place, 10 * place + 10) for place in range(5)))
    gold = [unit(22, 35)]
    shuffled = prediction(hits=tuple(found[place] for place in order))
    assert by_passage(shuffled, gold) == by_passage(prediction(hits=found), gold)
    assert by_article(shuffled, ["a"]) == by_article(prediction(hits=found), ["a"])


def test_an_article_stands_where_its_best_passage_stands(
    hits: MakeHits, prediction: MakePrediction
) -> None:
    shown = prediction(hits=hits(("a", 0, 9), ("b", 0, 9), ("a", 9, 20), ("c", 0, 9)))
    assert by_article(shown, ["c", "d"]) == judged("--+", missed=1)

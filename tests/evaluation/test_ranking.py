"""Ranking measures, against worked examples written as their formulas."""

from collections.abc import Callable
from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evaluation.measures.ranking import Judged, by_article, by_passage, rank_values
from rag.evaluation.records import Found, Prediction, Unit

MakeHits = Callable[..., tuple[Found, ...]]
MakePrediction = Callable[..., Prediction]


def unit(start: int, end: int, article: str = "a") -> Unit:
    return Unit(article_id=article, start=start, end=end)


def judged(*ranking: str, relevant: tuple[str, ...]) -> Judged:
    return Judged(ranking=ranking, relevant=frozenset(relevant))


def values_of(one: Judged) -> dict[str, float]:
    return {measure: values["q"] for measure, values in rank_values({"q": one}).items()}


def test_two_relevant_found_at_2_and_4_of_three() -> None:
    values = values_of(judged("x", "r1", "y", "r2", relevant=("r1", "r2", "r3")))
    ideal = 1 / log2(2) + 1 / log2(3) + 1 / log2(4)
    assert values == pytest.approx(
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
    others = [f"x{rank}" for rank in range(1, 11)]
    values = values_of(judged(*others, "r", relevant=("r",)))
    assert values.pop("R@20") == 1
    assert set(values.values()) == {0.0}


def test_a_question_for_which_nothing_was_found_gets_0_and_one_without_gold_nothing() -> None:
    values = rank_values({"lost": judged(relevant=("r",)), "none": judged("x", relevant=())})
    assert all(by_question == {"lost": 0.0} for by_question in values.values())


def test_without_gold_every_measure_is_there_and_empty() -> None:
    assert values_names(rank_values({})) == values_names(
        rank_values({"q": judged("r", relevant=("r",))})
    )
    assert not any(rank_values({}).values())


def values_names(values: dict[str, dict[str, float]]) -> list[str]:
    return list(values)


@given(st.lists(st.booleans(), min_size=1, max_size=20))
def test_places_alone_decide(marks: list[bool]) -> None:
    # Names are given against the order, so that a tie broken by name would show.
    names = [f"{'r' if mark else 'x'}{99 - place}" for place, mark in enumerate(marks)]
    relevant = tuple(name for name in names if name.startswith("r")) or ("missed",)
    values = values_of(judged(*names, relevant=relevant))
    first = marks.index(True) + 1 if any(marks) else None
    assert values["RR@10"] == pytest.approx(1 / first if first and first <= 10 else 0)
    for cutoff in (1, 3, 5, 10):
        assert values[f"Success@{cutoff}"] == float(any(marks[:cutoff]))
    for cutoff in (5, 10, 20):
        assert values[f"R@{cutoff}"] == pytest.approx(sum(marks[:cutoff]) / len(relevant))


def test_a_passage_is_relevant_when_it_shares_a_character_with_gold(
    hits: MakeHits, prediction: MakePrediction
) -> None:
    shown = prediction(hits=hits(("a", 0, 10), ("b", 10, 20), ("a", 19, 30)))
    assert by_passage(shown, [unit(10, 20)]) == judged(
        "other-1", "other-2", "gold-3", relevant=("gold-3",)
    )


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
    assert by_passage(shown, [unit(10, 20), unit(50, 55)]) == judged(
        "gold-1", "other-2", "gold-3", relevant=("gold-1", "gold-3")
    )


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
    assert by_article(shown, ["c", "d"]) == judged("a", "b", "c", relevant=("c", "d"))

"""Tests the grouping of questions into slices."""

from collections.abc import Callable

import pytest

from rag.evaluation.measuring.slices import asks, slices
from rag.evaluation.records import Gold, Prediction

MakePrediction = Callable[..., Prediction]
MakeGold = Callable[..., Gold]
Slices = Callable[..., dict[str, tuple[str, ...]]]


@pytest.fixture
def sliced(prediction: MakePrediction, gold: MakeGold) -> Slices:
    """The slices of questions with the given properties, named 0, 1, 2, …"""

    def sliced(*properties: dict[str, object]) -> dict[str, tuple[str, ...]]:
        rows = [
            (prediction(str(place), question="And?"), gold(str(place), **given))
            for place, given in enumerate(properties)
        ]
        return dict(slices(rows))

    return sliced


def test_a_sort_that_tells_no_questions_apart_is_left_out(sliced: Slices) -> None:
    alike = {"kind": "fact", "answers": ("Friday",), "outlets": ("The Hour",), "age_days": 3}
    assert sliced(alike, alike) == {}


def test_with_and_without_history(sliced: Slices) -> None:
    assert sliced({}, {"has_history": True}, {}) == {"standalone": ("0", "2"), "followup": ("1",)}


def test_kinds_are_the_data_sets_own_by_name(sliced: Slices) -> None:
    found = sliced({"kind": "number"}, {"kind": "date"}, {"kind": None}, {"kind": "number"})
    assert list(found.items()) == [("kind=date", ("1",)), ("kind=number", ("0", "3"))]


def test_the_shortest_accepted_answer_decides_the_length(sliced: Slices) -> None:
    lengths = [(1, 20), (2,), (3, 4), (4,), (10,), (11,), ()]
    found = sliced(*({"answers": tuple("w " * length for length in some)} for some in lengths))
    assert list(found.items()) == [
        ("answer length=1 word", ("0",)),
        ("answer length=2–3 words", ("1", "2")),
        ("answer length=4–10 words", ("3", "4")),
        ("answer length=more than 10 words", ("5",)),
    ]


def test_ages_of_gold_articles(sliced: Slices) -> None:
    ages = [0, 7, 8, 31, 32, 366, 367, None]
    questions = [{"age_days": age, "articles": ("a",)} for age in ages]
    found = sliced(*questions, {"age_days": None, "articles": ()})
    assert list(found.items()) == [
        ("age=within a week", ("0", "1")),
        ("age=within a month", ("2", "3")),
        ("age=within a year", ("4", "5")),
        ("age=older", ("6",)),
        ("age=undated", ("7",)),
    ]


def test_outlets_the_most_frequent_first_and_the_rest_together(sliced: Slices) -> None:
    frequent = [{"outlets": ("The Hour",)}, {"outlets": ("The Day", "The Hour")}]
    single = [{"outlets": (f"outlet {place:02}",)} for place in range(20)]
    found = sliced(*frequent, *single, {"outlets": ()})
    assert list(found)[:2] == ["outlet=The Hour", "outlet=The Day"]
    assert found["outlet=The Hour"] == ("0", "1")
    assert len(found) == 20 + 1
    # 22 outlets: the last two by name share the slice of the others.
    assert list(found)[-1] == "outlet=other outlets"
    assert found["outlet=other outlets"] == ("20", "21")


def test_a_question_of_several_other_outlets_stands_there_once(sliced: Slices) -> None:
    frequent = [{"outlets": (f"outlet {place:02}",)} for place in range(20)] * 2
    found = sliced(*frequent, {"outlets": ("x", "y")})
    assert found["outlet=other outlets"] == ("40",)


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("Who signed it?", "who"),
        ("Whose signature is it?", "who"),
        ("With whom did they meet?", "who"),
        ("What's new?", "what"),
        ("In what year did it end?", "what"),
        ("When did it end?", "when"),
        ("and where?", "where"),
        ("Which of the two won?", "which"),
        ("Why?", "why"),
        ("How did it end?", "how"),
        ("How many came?", "how many or much"),
        ("By how much did it fall?", "how many or much"),
        ("Did they say who won?", "yes or no"),
        ("And isn’t that what he said?", "yes or no"),
        ("Tell me about the talks.", "other"),
        ("The island of Whence", "other"),
        ("Doing well?", "other"),
    ],
)
def test_what_a_question_asks_for(question: str, word: str) -> None:
    assert asks(question) == word


def test_questions_by_what_they_ask_for(prediction: MakePrediction, gold: MakeGold) -> None:
    asked = {"0": "How?", "1": "Who?", "2": "Is it?"}
    rows = [(prediction(name, question=words), gold(name)) for name, words in asked.items()]
    assert list(slices(rows).items()) == [
        ("asks=who", ("1",)),
        ("asks=how", ("0",)),
        ("asks=yes or no", ("2",)),
    ]

"""What a question says of its answer: one or several, by which noun, and what decides it."""

import pytest

from rag.language.bounds import differ, quantity
from rag.language.numbers import counted
from rag.language.polarity import denies, holds_predicate, predicate
from rag.language.question_type import asks_several
from rag.language.values import (
    dates_conflict,
    names_conflict,
    number_value,
    numbers_conflict,
)


@pytest.mark.parametrize(
    "question",
    [
        "Which countries signed?",
        "And which banks failed?",
        "What companies were sold?",
        "Which two women spoke?",
        "What are the three parts of the plan?",
        "What are the names of the ministers?",
        "Who were the founders?",
        "List the ministers.",
        "Please name the cities it reached.",
        "Which people left?",
    ],
)
def test_a_list_is_asked_for(question: str) -> None:
    assert asks_several(question)


@pytest.mark.parametrize(
    "question",
    [
        "Which country signed?",
        "What causes rain?",
        "Which commission's results came out?",
        "Which theory suggested people are lazy?",
        "By what means was it done?",
        "Which news was that?",
        "What are the eight rows called?",
        "Who is the minister?",
        "How many countries signed?",
        "Did the countries sign?",
        "Which virus is it?",
        "?",
        "",
    ],
)
def test_one_thing_is_asked_for(question: str) -> None:
    assert not asks_several(question)


WANTED = predicate("Did Baku expel the diplomats?")


def test_the_predicate_is_what_is_asked_of_the_names() -> None:
    assert sorted(WANTED) == ["diplomat", "expel"]
    assert predicate("Did Baku?") == frozenset()


def test_a_sentence_that_wonders_holds_no_predicate() -> None:
    assert holds_predicate(WANTED, "Baku expelled four diplomats.") == 1
    assert holds_predicate(WANTED, "Baku's diplomats met.") == 1 / 2
    assert holds_predicate(WANTED, "He asked whether Baku expelled diplomats.") == 0
    assert holds_predicate(WANTED, "Has Baku expelled diplomats?") == 0
    assert holds_predicate(frozenset(), "Baku expelled diplomats.") == 0


def test_a_denial_stands_near_the_predicate() -> None:
    assert denies(WANTED, "Baku did not expel diplomats.")
    assert denies(WANTED, "Baku denied expelling diplomats.")
    assert denies(WANTED, "Baku didn’t expel anybody.")
    assert not denies(WANTED, "Baku expelled diplomats.")
    far = "Baku expelled diplomats, said the minister, who had come from Tehran, which knew nothing"
    assert not denies(WANTED, f"{far} of it and was not told.")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("four", 4),
        ("$4.5 million", 4.5e6),
        ("1,987", 1987),
        ("forty-four days", 44),
        ("two hundred and five", 205),
        ("two million three hundred thousand", 2.3e6),
        ("two dozen", 24),
        ("30%", 30),
        ("from 3 to 5", None),
        ("many", None),
    ],
)
def test_a_number_has_its_value(text: str, value: float | None) -> None:
    assert number_value(text) == value


def test_numbers_conflict_beyond_rounding() -> None:
    assert numbers_conflict("four", "seven")
    assert numbers_conflict("41", "40")
    assert numbers_conflict("2,000 people", "3,000 people")
    assert not numbers_conflict("four", "4")
    assert not numbers_conflict("2,000", "1,987")
    assert not numbers_conflict("3 days", "5 weeks")
    assert not numbers_conflict("many", "5")
    assert numbers_conflict("0", "5")


def test_dates_conflict_where_a_field_of_both_differs() -> None:
    assert dates_conflict("July 4", "5 July 2022")
    assert dates_conflict("2021", "May 2022")
    assert dates_conflict("Monday", "Tuesday")
    assert not dates_conflict("July 2022", "6 July")
    assert not dates_conflict("Monday", "6 July")


def test_names_conflict_without_a_common_word() -> None:
    assert names_conflict("Ada Lind", "Omar Rahimov")
    assert not names_conflict("Ada Lind", "Lind")
    assert not names_conflict("the University of Bern", "Bern")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hossein Amir-Abdollahian", "Hussein Amirabdollahian"),
        ("Amir-Abdollahian", "Amir"),
        ("Sergei", "Sergey"),
        ("IMF", "International Monetary Fund"),
        ("US", "United States"),
        ("the U.S.", "the United States"),
    ],
)
def test_one_name_spelt_otherwise_is_no_conflict(one: str, other: str) -> None:
    assert not names_conflict(one, other)
    assert not names_conflict(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("Ada Lind", "Anna Lopez"), ("Iran", "Iraq"), ("IMF", "World Bank")]
)
def test_other_names_are_a_conflict(one: str, other: str) -> None:
    assert names_conflict(one, other)
    assert names_conflict(other, one)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("At least ", "least"),
        ("killing more than ", "least"),
        ("no fewer than ", "least"),
        ("it cost nearly $", "about"),
        ("about a ", "about"),
        ("Some ", "about"),
        ("as many as ", "most"),
        ("no more than ", "most"),
        ("not less than ", "least"),
        ("not more than ", "most"),
        ("over the past ", ""),
        ("The ministry expelled ", ""),
        ("They spoke about it; ", ""),
        ("", ""),
    ],
)
def test_a_bound_stands_right_before_the_number(before: str, expected: str) -> None:
    sentence = f"{before}40 people"
    assert quantity(sentence, len(before), len(sentence)).bound == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("at least", "12"), ("at least", "20"), True),
        (("at least", "12"), ("", "15"), False),
        (("at least", "12"), ("", "nine"), True),
        (("up to", "12"), ("", "20"), True),
        (("up to", "12"), ("", "nine"), False),
        (("more than", "20"), ("fewer than", "12"), True),
        (("more than", "12"), ("fewer than", "20"), False),
        (("about", "20"), ("", "21"), False),
        (("about", "20"), ("", "30"), True),
        (("about", "20"), ("some", "21"), False),
        (("", "three"), ("", "five"), True),
        (("", "three"), ("", "3"), False),
        (("at least", "12 days"), ("at least", "20 weeks"), False),
    ],
)
def test_quantities_differ_where_both_cannot_be_told_of_one(
    one: tuple[str, str], other: tuple[str, str], *, expected: bool
) -> None:
    pair = [quantity(f"{b} {n}", len(b) + 1, len(b) + 1 + len(n)) for b, n in (one, other)]
    assert differ(*pair) is expected
    assert differ(*reversed(pair)) is expected


def test_what_is_counted_has_one_number() -> None:
    question = "How many people died in the flood?"
    assert counted(question, "The flood killed 12 young people in two days.") == (17, 19)
    assert counted(question, "Of 300 people in the town, 12 people died.") is None
    assert counted(question, "The flood lasted 12 days.") is None
    assert counted("Who died?", "12 people died.") is None

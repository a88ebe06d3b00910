"""Tests question types: one or several answers, the noun asked for, and yes/no predicates."""

import pytest

from rag.language.polarity import denies, holds_predicate, predicate
from rag.language.question_type import asks_several
from rag.language.values import dates_conflict, names_conflict


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

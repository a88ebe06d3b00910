"""Tests the failure analysis: one question per stage, and the precedence of stages."""

from collections.abc import Callable

import pytest

from rag.evaluation.measuring.failures import gold_rank, group, is_right
from rag.evaluation.measuring.rows import GROUPS, NOT_JUDGED, RIGHT
from rag.evaluation.records import Found, Gold, Prediction, Quote, Unit

MakeHits = Callable[..., tuple[Found, ...]]
MakePrediction = Callable[..., Prediction]
MakeGold = Callable[..., Gold]

UNIT = Unit(article_id="a", start=10, end=20)
CITED = Quote(article_id="a", start=15, end=30, quote="They ended on Friday.")
ELSEWHERE = Quote(article_id="b", start=15, end=30, quote="They went home.")
OTHERS = tuple((f"x{place}", 0, 9) for place in range(4))
"""Four passages without gold."""


@pytest.fixture
def found(hits: MakeHits) -> tuple[Found, ...]:
    """Gold at rank 5."""
    return hits(*OTHERS, ("a", 0, 15))


def test_an_answer_that_holds_an_accepted_one_is_right_wherever_it_is_from(
    prediction: MakePrediction, gold: MakeGold
) -> None:
    question = gold(answers=("Friday",), units=(UNIT,), indexed=False)
    assert group(prediction(statements=("It began.", "It ended on Friday.")), question) == RIGHT


@pytest.mark.parametrize("shown", [("It ended on Monday.",), ()])
def test_the_first_stage_that_lost_it_counts(
    hits: MakeHits, prediction: MakePrediction, gold: MakeGold, shown: tuple[str, ...]
) -> None:
    lost, absent = gold(answers=("Friday",), units=(UNIT,)), hits(*OTHERS)
    not_indexed = gold(answers=("Friday",), units=(UNIT,), indexed=False)
    below = hits(*OTHERS, ("x", 0, 9), ("a", 0, 15))
    high = hits(*OTHERS, ("a", 0, 15))
    last = "read wrongly" if shown else "abstained though answerable"
    assert group(prediction(statements=shown, hits=high), not_indexed) == "not indexed"
    assert group(prediction(statements=shown, hits=absent), lost) == "not retrieved"
    assert group(prediction(statements=shown, hits=below), lost) == "ranked low"
    assert group(prediction(statements=shown, hits=high), lost) == last


def test_what_was_withheld_is_not_shown(
    found: tuple[Found, ...], prediction: MakePrediction, gold: MakeGold
) -> None:
    shown = prediction(hits=found, withheld=(CITED,))
    question = gold(answers=("Friday",), units=(UNIT,))
    assert group(shown, question) == "abstained though answerable"
    assert is_right(shown, question)


def test_an_unanswerable_question_is_right_when_it_is_abstained(
    prediction: MakePrediction, gold: MakeGold
) -> None:
    question = gold(answerable=False)
    assert group(prediction(), question) == RIGHT
    assert group(prediction(statements=("Yes.",)), question) == "answered though unanswerable"


def test_what_nobody_judged_is_lost_in_retrieval_or_reading_alone(
    found: tuple[Found, ...], prediction: MakePrediction, gold: MakeGold
) -> None:
    question = gold(answerable=None, answers=("Friday",), units=(UNIT,))
    assert group(prediction(hits=found), question) == NOT_JUDGED
    assert group(prediction(), question) == "not retrieved"
    assert group(prediction(hits=found, statements=("On Friday.",)), question) == RIGHT
    assert group(prediction(hits=found, statements=("On Monday.",)), question) == "read wrongly"


def test_without_gold_and_accepted_answers_nobody_can_tell(
    prediction: MakePrediction, gold: MakeGold
) -> None:
    answered, answerable, unknown = prediction(statements=("Yes.",)), gold(), gold(answerable=None)
    assert is_right(answered, answerable) is None
    assert group(answered, answerable) == group(answered, unknown) == NOT_JUDGED
    assert group(prediction(), answerable) == "abstained though answerable"
    assert group(prediction(), unknown) == NOT_JUDGED


def test_to_cite_the_right_article_is_not_to_be_right(
    found: tuple[Found, ...], prediction: MakePrediction, gold: MakeGold
) -> None:
    """If gold is a whole document without accepted answers, only earlier stages are judged."""
    whole = Unit(article_id="a", start=0, end=400)
    question = gold(units=(whole,), whole=True)
    said = {"statements": ("They ended on Friday.",), "citations": (CITED,)}
    assert is_right(prediction(**said, hits=found), question) is None
    assert group(prediction(**said, hits=found), question) == NOT_JUDGED
    assert group(prediction(**said, hits=found[:4]), question) == "not retrieved"
    assert group(prediction(hits=found), question) == "abstained though answerable"
    free_form = gold(answers=("It came to an end",), free_form=True, units=(whole,), whole=True)
    assert group(prediction(**said, hits=found), free_form) == RIGHT


@pytest.mark.parametrize("answers", [(), ("They came to an end at last",)])
def test_a_free_form_answer_is_right_when_it_cites_gold(
    found: tuple[Found, ...], prediction: MakePrediction, gold: MakeGold, answers: tuple[str, ...]
) -> None:
    question = gold(answers=answers, free_form=bool(answers), units=(UNIT,))
    said = {"statements": ("They ended on Friday.",), "hits": found}
    assert group(prediction(**said, citations=(ELSEWHERE, CITED)), question) == RIGHT
    assert group(prediction(**said, citations=(ELSEWHERE,)), question) == "read wrongly"
    assert is_right(prediction(hits=found, withheld=(CITED,)), question)


def test_a_free_form_answer_without_gold_is_judged_by_its_words(
    prediction: MakePrediction, gold: MakeGold
) -> None:
    question = gold(answers=("Friday",), free_form=True)
    assert is_right(prediction(statements=("On Friday.",)), question)
    assert group(prediction(statements=("On Monday.",)), question) == "read wrongly"


def test_without_gold_units_the_gold_articles_count(
    hits: MakeHits, prediction: MakePrediction, gold: MakeGold
) -> None:
    question = gold(answers=("Friday",), articles=(), gold_human=("b",))
    wrong = {"statements": ("On Monday.",)}
    assert group(prediction(**wrong, hits=hits(*OTHERS)), question) == "not retrieved"
    assert group(prediction(**wrong, hits=hits(("b", 0, 9))), question) == "read wrongly"
    assert gold_rank(prediction(hits=hits(*OTHERS, ("b", 0, 9), ("b", 9, 20))), question) == 5


def test_every_group_is_reached(
    found: tuple[Found, ...], hits: MakeHits, prediction: MakePrediction, gold: MakeGold
) -> None:
    question = gold(answers=("Friday",), units=(UNIT,))
    wrong = ("On Monday.",)
    reached = [
        group(prediction(), gold(answers=("Friday",), units=(UNIT,), indexed=False)),
        group(prediction(), question),
        group(prediction(hits=hits(*OTHERS, *OTHERS, ("a", 0, 15))), question),
        group(prediction(hits=found, statements=wrong), question),
        group(prediction(statements=wrong), gold(answerable=False)),
        group(prediction(hits=found), question),
    ]
    assert tuple(reached) == GROUPS

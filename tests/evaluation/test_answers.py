"""Tests answer measures: worked examples, invariants, and the official SQuAD 2.0 script."""

import gzip
import importlib.util
import json
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evaluation.measures.answers import contains, exact_match, normalise, token_f1, words

TEXTS = st.text("aA tThHeE.,5é-", max_size=12)


def test_normalised_text_has_no_case_punctuation_articles_or_surplus_space() -> None:
    assert normalise("  The U.S.\tand  a “Theatre”, an act!") == "us and “theatre” act"
    assert normalise("The") == ""


def test_exact_match_takes_the_best_accepted_answer() -> None:
    assert exact_match("the Friday.", ["Monday", "friday"]) == 1
    assert exact_match("on Friday", ["Friday"]) == 0
    assert exact_match("", ["Friday"]) == 0
    assert exact_match("", []) == 1


def test_f1_is_the_harmonic_mean_of_precision_and_recall() -> None:
    precision, recall = 2 / 3, 2 / 5
    expected = 2 * precision * recall / (precision + recall)
    assert token_f1("four Iranian diplomats", ["two", "four diplomats of the Baku embassy"]) == (
        pytest.approx(expected)
    )


def test_f1_counts_a_token_as_often_as_it_stands() -> None:
    assert token_f1("no no no", ["no no yes"]) == pytest.approx(2 * 2 / (3 + 3))


@given(TEXTS, TEXTS)
def test_f1_is_symmetric_and_at_least_exact_match(one: str, other: str) -> None:
    assert token_f1(one, [other]) == pytest.approx(token_f1(other, [one]))
    assert exact_match(one, [other]) <= token_f1(one, [other]) <= 1


@given(TEXTS, TEXTS, TEXTS)
def test_a_text_contains_each_of_its_runs_of_tokens(before: str, answer: str, after: str) -> None:
    alone = contains(answer, [answer])  # 0 if it contains no token
    assert contains(f"{before} {answer} {after}", [answer]) == alone


def test_contains_compares_whole_tokens_in_a_row() -> None:
    assert contains("Baku expelled the four diplomats.", ["four diplomats"]) == 1
    assert contains("Baku expelled fourteen diplomats.", ["four"]) == 0
    assert contains("Four of the diplomats left.", ["four diplomats"]) == 0
    assert contains("", ["four"]) == 0
    assert contains("Anything at all.", []) == 0
    assert contains("Anything at all.", ["the"]) == 0
    assert contains("Im Cafe\u0301 Ha\u0308rtel.", ["Café Härtel"]) == 1


def test_words_are_runs_without_white_space() -> None:
    assert words(" Two-state  talks,\n1,000 words ") == len(
        ["Two-state", "talks,", "1,000", "words"]
    )
    assert words("") == 0


def synthetic(articles: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Predictions of every quality: right, with extra words, cut, wrong, punctuation, and none."""
    questions = [q for a in articles for p in a["paragraphs"] for q in p["qas"]]
    given_texts = [q["answers"][0]["text"] if q["answers"] else "" for q in questions]
    others = [*given_texts[7:], *given_texts[:7]]
    ways = cycle(range(7))
    return {
        question["id"]: (
            right,
            f"The {right.upper()}!",
            " ".join(right.split()[:1]),
            f"{other} and {right}",
            other,
            "the .",
            "",
        )[next(ways)]
        for question, right, other in zip(questions, given_texts, others, strict=True)
    }


@pytest.fixture(scope="module")
def official(bench: Path) -> ModuleType:
    """The official script as a module."""
    path = bench / "squad2_dev" / "evaluate-v2.0.py"
    spec = importlib.util.spec_from_file_location("evaluate_v2", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_question_scores_as_in_the_official_script(bench: Path, official: ModuleType) -> None:
    with gzip.open(bench / "squad2_dev" / "dev-v2.0.rebuilt.json.gz", "rt") as file:
        articles = json.load(file)["data"]
    answers = synthetic(articles)
    accepted = {
        question["id"]: [answer["text"] for answer in question["answers"]]
        for article in articles
        for paragraph in article["paragraphs"]
        for question in paragraph["qas"]
    }
    exact, f1 = official.get_raw_scores(articles, answers)
    assert len(accepted) == 11_873
    assert {0, 1} < set(f1.values())
    assert {name: exact_match(answers[name], accepted[name]) for name in accepted} == exact
    assert {name: token_f1(answers[name], accepted[name]) for name in accepted} == pytest.approx(f1)

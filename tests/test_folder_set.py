"""Tests the minimum scores for questions over the folder and for differing figures."""

from collections.abc import Iterator

import pytest
from eval.folder import (
    Score,
    measure,
    opened,
    quoted_names,
    read_pairs,
    scored,
    scored_pairs,
)
from eval.folder_oracle import questions

import rag

# Minimum precision and recall of each kind; eval/RESULTS.md has the measured values.
FLOORS = {
    "compare": (0.95, 0.90),
    "count": (0.97, 0.97),
    "first": (0.97, 0.97),
    "list": (0.95, 0.90),
    "mentions": (0.97, 0.97),
    "named": (0.95, 0.90),
    "newest": (0.97, 0.97),
    "plain": (1.0, 1.0),
    "summary": (0.97, 0.97),
    "timeline": (0.95, 0.90),
}


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[rag.Byline]:
    with opened(tmp_path_factory.mktemp("set")) as made:
        yield made


def test_the_set_has_200_questions_of_every_kind() -> None:
    asked = questions()
    assert len(asked) >= 200
    assert {one.kind for one in asked} == FLOORS.keys()
    assert sum(one.kind == "plain" for one in asked) >= 40
    assert len({(one.text, one.selection) for one in asked}) == len(asked)


@pytest.mark.slow
def test_each_kind_keeps_its_floor(news: rag.Byline) -> None:
    rows = [(one.kind, scored(news, one)[0]) for one in questions()]
    measured = measure(rows)
    below = {
        kind: (score.precision, score.recall)
        for kind, (_, score, _) in measured.items()
        if score.shown > score.right * 1.0 / FLOORS[kind][0] or score.recall < FLOORS[kind][1]
    }
    assert below == {}


def test_a_plain_question_that_is_taken_for_another_kind_is_an_error() -> None:
    taken = Score.of(["2 of 25 articles."], [])
    assert (taken.precision, taken.recall) == (0.0, 1.0)


def test_a_name_that_its_sentence_does_not_have_is_an_error() -> None:
    names = quoted_names("Chile, Peru, Ana", "Chile signed, Anatoly said.")
    assert names == ["Chile", "Peru (not quoted)", "Ana (not quoted)"]


@pytest.mark.parametrize("part", ["first", "held out"])
@pytest.mark.parametrize("label", ["contradiction", "update"])
def test_differing_figures_keep_their_floor(part: str, label: str) -> None:
    pairs = [pair for pair in read_pairs() if pair.part == part]
    score = scored_pairs(pairs, label)
    assert score.expected >= 8
    assert score.precision >= 0.9
    assert score.recall >= 0.6

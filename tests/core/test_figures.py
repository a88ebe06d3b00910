"""Tests which figures are for the same thing, and the note for a later report."""

from datetime import date
from pathlib import Path

import pytest

import rag
from rag.language.english import ENGLISH
from rag.language.figures import different_figures, later_note


@pytest.mark.parametrize(
    ("one", "other", "day", "differs"),
    [
        ("The fire burnt 3 boats.", "The fire burnt 5 boats.", 28, False),
        ("The fire burnt 3 boats.", "The fire burnt 5 boats.", 4, True),
        ("He scored 2 goals.", "She scored 3 goals.", 3, False),
        ("A fire in Halvik burnt 3 boats.", "A fire in Halvik burnt 5 boats.", 28, True),
    ],
)
def test_reports_far_apart_differ_only_if_they_share_a_name(
    one: str, other: str, day: int, *, differs: bool
) -> None:
    days = (date(2024, 1, 3), date(2024, 1, day))
    assert bool(different_figures(one, other, published=days, language=ENGLISH)) is differs


@pytest.mark.parametrize(
    ("text", "differs"),
    [
        ("The temperature in Halvik reached {} degrees.", False),
        ("The temperature in Halvik reached {} degrees on 2 January.", True),
        ("The river stood at {} metres in Halvik.", False),
        ("Halvik recorded {} new cases of measles.", False),
        ("A kilo of carrots costs {} crowns.", False),
        ("Oil rose {} percent.", False),
        ("Consumer prices rose by {} per cent in November.", True),
        ("The bridge in Halvik cost {} million crowns.", True),
    ],
)
def test_measurements_of_different_days_do_not_differ(text: str, *, differs: bool) -> None:
    pair = text.format(31), text.format(28)
    for day, expected in ((3, True), (4, differs)):
        days = (date(2024, 1, 3), date(2024, 1, day))
        assert bool(different_figures(*pair, published=days, language=ENGLISH)) is expected
    days = (date(2024, 1, 3), date(2024, 1, 4))
    assert different_figures(*pair, published=days, is_later=True, language=ENGLISH)


@pytest.mark.parametrize(
    ("one", "other", "differs"),
    [
        ("He scored 2 goals.", "He scored 3 goals.", False),
        ("Her firm employs 30 people.", "Her firm employs 50 people.", False),
        ("He was fined 200 crowns.", "Ada Quill was fined 500 crowns.", False),
        ("Ada Quill said that she lost 30 cows.", "Quill said that she lost 40 cows.", True),
        ("He scored 2 goals, and 300 fans came.", "He scored 2 goals, and 500 fans came.", True),
    ],
)
def test_he_and_she_must_be_named(one: str, other: str, *, differs: bool) -> None:
    assert bool(different_figures(one, other, language=ENGLISH)) is differs


@pytest.mark.parametrize(
    ("new", "old", "note"),
    [
        ("Ola Dahl", "Anna Berg", "later report: Ola Dahl (was Anna Berg)"),
        ("NATO", "Nordic Watch", "later report: NATO (was Nordic Watch)"),
        ("Nine", "Six", "later report: nine (was six)"),
        ("", "", "later report"),
    ],
)
def test_a_note_keeps_names_as_printed(new: str, old: str, note: str) -> None:
    assert later_note(new, old, ENGLISH) == note


@pytest.mark.parametrize(
    ("question", "text", "differs"),
    [
        ("How high was the river in Lunda?", "The river in Lunda stood at {} metres.", False),
        ("How many homes burnt in Lunda?", "A fire in Lunda burnt {} homes.", True),
    ],
)
@pytest.mark.parametrize("day", [3, 4])
def test_an_answer_shows_another_figure_only_for_the_same_time(
    tmp_path: Path, question: str, text: str, day: int, *, differs: bool
) -> None:
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder(dims=64)) as news:
        news.add(
            rag.make_article(
                id=outlet, outlet=outlet, published=date(2024, 5, on), text=text.format(figure)
            )
            for outlet, on, figure in (("Post", 3, 4), ("Echo", day, 5))
        )
        answer = news.ask(question, asked_on=date(2024, 6, 1))
    assert bool(answer.differing) is (differs or day == 3)

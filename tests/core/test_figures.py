"""Tests which figures are for the same thing, and the note for a later report."""

from datetime import date

import pytest

from rag.language.english import ENGLISH
from rag.language.figures import different_figures, later_note


@pytest.mark.parametrize(
    ("one", "other", "day", "differs"),
    [
        ("Oil rose 3 percent.", "Oil rose 5 percent.", 28, False),
        ("Oil rose 3 percent.", "Oil rose 5 percent.", 4, True),
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

"""Tests that the figure of the time asked about is marked."""

from datetime import date

import pytest

from rag.language.dated_figures import figure_at
from rag.language.quantities import quantities
from rag.language.temporal.periods import find_times

PUBLISHED = date(2025, 3, 4)


@pytest.mark.parametrize(
    ("question", "text", "marked", "words"),
    [
        (
            "What was the turnout in 2021?",
            "Turnout was 44 per cent, compared with 39 per cent in 2021, when 57 voted.",
            "44 per cent",
            "39 per cent",
        ),
        (
            "How many vans were sold in 2024?",
            "Sales rose to 4,000 vans in 2024 from 3,200 in 2023.",
            "3,200",
            "4,000",
        ),
        (
            "How many vans were sold in 2023?",
            "Sales rose from 3,200 in 2023 to 4,000 in 2024.",
            "4,000",
            "3,200",
        ),
        ("How many were sold in 2020?", "In 2019 sales were 500, in 2020 610.", "500", "610"),
        (
            "How high was the lake on 5 February?",
            "On 3 February the lake stood at 4.2 metres, and on 5 February at 5.1 metres.",
            "4.2 metres",
            "5.1 metres",
        ),
        (
            "How many worked there in 2011?",
            "The mill employs 640 people; in 2011 it had 905.",
            "640 people",
            "905",
        ),
    ],
)
def test_the_figure_of_the_time_replaces_that_of_another(
    question: str, text: str, marked: str, words: str
) -> None:
    start = text.index(marked)
    found = _at(question, text, (start, start + len(marked)))
    assert found is not None
    assert text[slice(*found)] == words


@pytest.mark.parametrize(
    ("question", "text", "marked"),
    [
        ("What was it in 2024?", "It was 44 per cent, compared with 39 per cent in 2021.", "44"),
        ("What was it in 2021?", "It was 44 per cent, compared with 39 per cent in 2021.", "39"),
        ("How many in 2023?", "In 2023, 12 people died and 40 were hurt in 18 accidents.", "18"),
        ("How much in 2023?", "It cost 9 million euros, and 12 people worked there in 2023.", "9"),
        ("Who won in 2023?", "Vera Holm won, with 900 votes in 2023.", "Vera Holm"),
    ],
)
def test_otherwise_the_mark_stays(question: str, text: str, marked: str) -> None:
    start = text.index(marked)
    assert _at(question, text, (start, start + len(marked))) is None


def _at(question: str, text: str, span: tuple[int, int]) -> tuple[int, int] | None:
    (time, *_) = find_times(question, asked_on=PUBLISHED)
    return figure_at(time, text, span, published=PUBLISHED)


def test_a_year_and_a_number_are_no_range() -> None:
    text = "It fell from 12 per cent in 2020 to 9 per cent in 2024."
    assert [text[one.start : one.end] for one in quantities(text)] == ["12", "9"]
    (only,) = quantities("It sold 20 to 30 a day.")
    assert only.readings == ((20.0, 30.0),)

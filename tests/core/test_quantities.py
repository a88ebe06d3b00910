"""Tests quantities: extent, value, bound and unit, and which ones differ."""

import math
from pathlib import Path

import pytest

import rag
from rag.language.quantities import Quantity, counted, differ, number_value, quantities, widened

NONE = (math.nan, math.nan)
"""A quantity without a value."""

FORMS: list[tuple[str, float | tuple[float, float]]] = [
    ("four", 4),
    ("nil", 0),
    ("zero", 0),
    ("nineteen", 19),
    ("forty-four", 44),
    ("a hundred", 100),
    ("a hundred and ten", 110),
    ("one hundred and twenty", 120),
    ("one hundred twenty", 120),
    ("two hundred and five", 205),
    ("twelve hundred", 1200),
    ("a thousand", 1000),
    ("two thousand and five", 2005),
    ("a hundred and twenty thousand", 120_000),
    ("two million three hundred thousand", 2.3e6),
    ("two and a half", 2.5),
    ("three and a quarter", 3.25),
    ("three and three-quarters", 3.75),
    ("two and a half million", 2.5e6),
    ("one and a half million", 1.5e6),
    ("a million and a half", 1.5e6),
    ("half a million", 5e5),
    ("half-a-million", 5e5),
    ("a half-million", 5e5),
    ("a quarter of a million", 2.5e5),
    ("three-quarters of a million", 7.5e5),
    ("a dozen", 12),
    ("half a dozen", 6),
    ("three dozen", 36),
    ("several hundred", (200, 999)),
    ("a couple of hundred", (200, 999)),
    ("a few thousand", (2000, 9999)),
    ("dozens", (24, 119)),
    ("hundreds", (200, 999)),
    ("tens of thousands", (20_000, 99_999)),
    ("twenty-odd", (20, 29)),
    ("120-odd", (120, 129)),
    ("a third", (31.7, 35)),
    ("two thirds", (63.3, 70)),
    ("three quarters", (71.2, 78.8)),
    ("one in five", (19, 21)),
    ("3 in 10", (28.5, 31.5)),
    ("one in every four", (23.8, 26.2)),
    ("one of every four", (23.8, 26.2)),
    ("half a per cent", 0.5),
    ("half of a percentage point", 0.5),
    ("two out of three", (63.3, 70)),
    ("12", 12),
    ("1,000", 1000),
    ("1,234,567", 1_234_567),
    ("1,23,456", 123_456),
    ("1 200", 1200),
    ("1\u00a0200", 1200),
    ("1\u2009200", 1200),
    ("1\u202f200\u202f000", 1_200_000),
    ("1'200", 1200),
    ("1’200", 1200),
    ("1.200", 1200),
    ("1.234.567", 1_234_567),
    ("1,250.50", 1250.5),
    ("1.250,50", 1250.5),
    ("0.125", 0.125),
    ("12,5", 12.5),
    ("1,5 million", 1.5e6),
    ("1.2\u00a0million", 1.2e6),
    ("2½", 2.5),
    ("2 ½", 2.5),
    ("2 1/2", 2.5),
    ("one million, two hundred thousand", 1.2e6),
    ("one and three quarter million", 1.75e6),
    ("one point two million", 1.2e6),
    ("forty-two point zero five", 42.05),
    ("$2.5bn", 2.5e9),
    ("EUR 1.5 million", 1.5e6),
    ("NOK 400m", 4e8),
    ("Rs. 30 crore", 3e8),
    ("1.2 mln", 1.2e6),
    ("£1m", 1e6),
    ("US$40m", 4e7),
    ("€1.3 billion", 1.3e9),
    ("5k", 5000),
    ("minus 12 degrees", -12),
    ("minus twelve degrees", -12),
    ("-12", -12),
    ("−12", -12),
    ("30%", 30),
    ("30 per cent", 30),
    ("12 to 15", (12, 15)),
    ("12–15", (12, 15)),
    ("12-15", (12, 15)),
    ("twelve to fifteen", (12, 15)),
    ("five or six", (5, 6)),
    ("between 30 and 40", (30, 40)),
    ("between one hundred and two hundred", (100, 200)),
    ("two to three million", (2e6, 3e6)),
    ("$2-3 million", (2e6, 3e6)),
    ("40-45 per cent", (40, 45)),
    ("5% to 7%", (5, 7)),
    ("seven to two", NONE),
    ("2-1", NONE),
    ("300 or more", 300),
    ("50+", 50),
]
SENTENCES = (
    "{} were hurt in Vessby.",
    "On Monday the port counted {}, the harbour board said.",
    "The figure for 2023 is {}.",
)


@pytest.mark.parametrize(("form", "value"), FORMS)
@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_quantity_is_whole_as_printed(
    form: str, value: float | tuple[float, float], sentence: str
) -> None:
    text = sentence.format(form)
    (found,) = quantities(text)
    start = text.index(form)
    assert (found.start, found.whole) == (start, start + len(form))
    for place in range(len(form) - 1):  # for any part that a reader marks
        if form[place : place + 2].isalnum():
            assert widened(text, (start + place, start + place + 2)) == (start, start + len(form))
    least, most = value if isinstance(value, tuple) else (value, value)
    if not math.isnan(least):
        assert found.readings[0] == pytest.approx((least, most), rel=0.01)


@pytest.mark.parametrize(
    ("whole", "marked"),
    [
        ("two hours, 14 minutes and nine seconds", "14"),
        ("at least 3 years and 6 months", "3 years"),
        ("6 ft 3 in", "6"),
        ("1m 20cm", "20"),
        ("8 pounds 4 ounces", "4 ounces"),
    ],
)
def test_a_quantity_in_two_units_is_not_cut(whole: str, marked: str) -> None:
    text = f"It was {whole} in all, and 40 people saw it."
    start = text.index(marked)
    found = widened(text, (start, start + len(marked)))
    assert text[slice(*found)] == whole


@pytest.mark.parametrize(
    ("text", "marked"),
    [("It took 3 hours, and 40 people came.", "3 hours"), ("In 3 years 12 men left.", "3 years")],
)
def test_two_quantities_are_not_joined(text: str, marked: str) -> None:
    start = text.index(marked)
    assert widened(text, (start, start + len(marked))) == (start, start + len(marked))


@pytest.mark.parametrize(
    "text",
    [
        "The twenty-first man came second.",
        "They met on 12 to 15 May.",
        "It reigned between 2019 and 2021.",
        "The train left at 7:30pm.",
        "In the 1990s COVID-19 and the G20 were unknown.",
        "No one came in the second half of the quarter-final.",
        "It was the one hundred and first, on 3/4/2024 or 13.4.2024.",
    ],
)
def test_ordinals_dates_and_names_are_no_quantities(text: str) -> None:
    assert quantities(text) == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The price rose from 12 to 15.", ["12", "15"]),
        ("It killed 12 in 2024.", ["12"]),
        ("It killed two in three days.", ["two", "three"]),
        ("In 2024 300 people left.", ["300"]),
        ("Some 1200 people left.", ["1200"]),
        ("Under 1987 rules 40 boats may moor.", ["40"]),
        ("The 2015 floods killed 12.", ["12"]),
        ("Five of the twenty left.", ["Five", "twenty"]),
    ],
)
def test_two_quantities_stay_two(text: str, found: list[str]) -> None:
    assert [text[one.start : one.end] for one in quantities(text)] == found


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$4.5 million", 4.5e6),
        ("1,987", 1987),
        ("forty-four days", 44),
        ("30%", 30),
        ("from 3 to 5", None),
        ("3 to 5", None),
        ("many", None),
    ],
)
def test_a_number_has_its_value(text: str, value: float | None) -> None:
    assert number_value(text) == value


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("At least ", "least"),
        ("killing more than ", "least"),
        ("no fewer than ", "least"),
        ("it cost nearly ", "about"),
        ("Some ", "about"),
        ("as many as ", "most"),
        ("up to ", "most"),
        ("no more than ", "most"),
        ("not less than ", "least"),
        ("over the past ", ""),
        ("The ministry expelled ", ""),
        ("They spoke about it; ", ""),
        ("", ""),
    ],
)
def test_a_bound_stands_right_before_the_number(before: str, expected: str) -> None:
    sentence = f"{before}40 people"
    (found,) = quantities(sentence)
    assert found.bound == expected
    widest = sentence.index(before.strip().split(" ")[-2]) if expected in ("least", "most") else 0
    assert found.begin <= max(widest, found.start)
    assert (found.begin < found.start) is (expected in ("least", "most"))


def one(text: str) -> Quantity:
    (found,) = quantities(text)
    return found


@pytest.mark.parametrize(
    "ways",
    [
        ("120 people", "one hundred and twenty people", "a hundred and twenty", "ten dozen"),
        ("1200 people", "1,200", "1 200", "1.200", "1'200", "twelve hundred", "1.2k"),
        ("0.5 per cent", "half a per cent", "half of one percent"),
        ("$2.5m", "USD 2.5 million", "2.5 million dollars"),
        ("60 people", "sixty or so", "not quite 60"),
        ("$2.5bn", "$2,500 million", "2.5 billion dollars", "two and a half billion dollars"),
        ("500,000", "half a million", "0.5 million", "five hundred thousand", "500 000"),
        ("250,000", "a quarter of a million", "¼ million"),
        ("2½ hours", "2.5 hours", "two and a half hours", "2 1/2 hours", "2,5 hours"),
        ("one in five", "20 per cent", "20%", "1 in 5"),
        ("two out of three", "67%", "two thirds"),
        ("12 to 15", "12–15", "between 12 and 15", "13", "twelve to fifteen"),
        ("several hundred", "300", "hundreds", "more than 250"),
        ("three dozen", "36", "at least 30"),
        ("twenty-odd", "23", "some 22"),
        ("more than 300", "300 or more", "312"),
        ("2,000", "1,987"),
        ("minus 12 degrees", "-12°C", "−12 degrees"),
        ("nil", "zero", "0"),
    ],
)
def test_one_figure_printed_in_two_ways_does_not_differ(ways: tuple[str, ...]) -> None:
    found = [one(f"It was {way} then.") for way in ways]
    assert [way for way, each in zip(ways, found, strict=True) if differ(found[0], each)] == []
    assert {each.unit for each in found} == {found[0].unit}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("one hundred and twenty", "twenty"),
        ("two hundred and five", "250"),
        ("41", "40"),
        ("0", "5"),
        ("12 to 15", "16"),
        ("between 30 and 40", "41 to 50"),
        ("1 200", "200"),
        ("1.200", "1,300"),
        ("1,5 million", "15 million"),
        ("one in five", "one in four"),
        ("several hundred", "2,000"),
        ("three dozen", "30"),
        ("a dozen", "15"),
        ("half a million", "a quarter of a million"),
        ("$2.5bn", "$2.5m"),
        ("minus 12 degrees", "12 degrees"),
        ("40-45 per cent", "50 per cent"),
        ("more than 300", "fewer than 200"),
        ("at least 12", "at least 20"),
        ("at least 12", "nine"),
        ("up to 12", "20"),
        ("about 20", "30"),
        ("up to 1,000", "two thousand"),
        ("40 people", "14"),
    ],
)
def test_other_figures_differ(first: str, second: str) -> None:
    pair = [one(f"It was {text} then.") for text in (first, second)]
    assert differ(*pair)
    assert differ(*reversed(pair))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("at least 12", "15"),
        ("up to 12", "nine"),
        ("about 20", "21"),
        ("about 20", "some 21"),
        ("more than 12", "fewer than 20"),
        ("3 days", "5 weeks"),
        ("at least 12 days", "at least 20 weeks"),
        ("seven to two", "five"),
    ],
)
def test_what_can_both_be_true_does_not_differ(first: str, second: str) -> None:
    pair = [one(f"It was {text} then.") for text in (first, second)]
    assert not differ(*pair)
    assert not differ(*reversed(pair))


def test_what_is_counted_has_one_number() -> None:
    question = "How many people died in the flood?"
    found = counted(question, "The flood killed 12 young people in two days.")
    assert found is not None
    assert (found.start, found.end) == (17, 19)
    assert counted(question, "Of 300 people in the town, 12 people died.") is None
    assert counted(question, "The flood lasted 12 days.") is None
    assert counted("Who died?", "12 people died.") is None


ASKED = "How many people were hurt in Vessby?"


def ask(tmp_path: Path, sentences: dict[str, str], mark: str) -> rag.Answer:
    """The answer to ``ASKED`` from one article per outlet, with a reader that marks ``mark``."""
    reader = rag.ScriptedReader({ASKED: mark})
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder(), reader=reader) as news:
        news.add(
            rag.make_article(id=outlet, outlet=outlet, title="Crane falls", text=text)
            for outlet, text in sentences.items()
        )
        return news.ask(ASKED)


@pytest.mark.parametrize(
    ("mark", "bold"),
    [
        ("twenty", "one hundred and twenty"),
        ("five", "two hundred and five"),
        ("15", "12 to 15"),
        ("40", "between 30 and 40"),
        ("200", "1 200"),
        ("dozen", "at least two dozen"),
        ("hundred", "several hundred"),
        ("000", "up to 1,000"),
        ("five", "one in five"),
        ("half million", "two and a half million"),
        ("sixty", "sixty or so"),
        ("3", "3.5m"),
    ],
)
def test_the_short_answer_is_the_whole_quantity(tmp_path: Path, mark: str, bold: str) -> None:
    told = f"In Vessby {bold} people were hurt when a crane fell on the quay."
    assert ask(tmp_path, {"Post": told}, mark).short_answer == bold


@pytest.mark.parametrize(
    ("first", "second", "differs"),
    [
        ("one hundred and twenty", "120", False),
        ("12 to 15", "twelve to fifteen", False),
        ("1 200", "1,200", False),
        ("two dozen", "24", False),
        ("half a million", "500,000", False),
        ("one hundred and twenty", "140", True),
        ("12 to 15", "21", True),
        ("two dozen", "40", True),
    ],
)
def test_articles_differ_by_value(
    tmp_path: Path, first: str, second: str, *, differs: bool
) -> None:
    told = {
        "Post": f"In Vessby {first} people were hurt when a crane fell on the quay on Monday.",
        "Echo": f"When that crane came down, {second} people were hurt in Vessby, police said.",
    }
    answer = ask(tmp_path, told, "people")
    assert bool(answer.differing) is differs

"""The short answer: a number, date, name or place inside the sentence, where it is clear."""

import json
import math
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rag.answer.short import likeliest, probabilities, short_span
from rag.answer.spans import Span, spans

import rag
from rag.language.bounds import with_bound
from rag.language.dates import date_spans
from rag.language.names import full_name_spans
from rag.language.numbers import quantity_spans


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        (
            "How many diplomats did Baku expel?",
            "In 2023 Baku expelled four Iranian diplomats.",
            "four",
        ),
        ("How much did the bridge cost?", "The bridge of 2001 cost $4.5 million.", "$4.5 million"),
        (
            "What share of voters stayed home?",
            "Of 900 voters 12 percent stayed home.",
            "12 percent",
        ),
        (
            "When was the dam opened?",
            "The dam was opened on 19 May 2024 by the minister.",
            "19 May 2024",
        ),
        ("When did the club begin?", "The club began in the early 1990s.", "early 1990s"),
        (
            "Who designed the golf course?",
            "The golf course was designed by William P. Bell.",
            "William P. Bell",
        ),
        (
            "Who succeeded Ada Lind?",
            "Ada Lind was succeeded by Omar Rahimov.",
            "Omar Rahimov",
        ),
        (
            "Which company bought the harbour?",
            "The harbour was bought by the Nordbau company.",
            "Nordbau",
        ),
        ("Where did the ministers meet?", "The ministers met in Geneva.", "Geneva"),
        ("Where is the castle?", "The castle stands in Ismailiyah.", "Ismailiyah"),
    ],
)
def test_the_thing_asked_for_is_found(question: str, sentence: str, answer: str) -> None:
    start = sentence.index(answer)
    assert short_span(question, sentence) == (start, start + len(answer))


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Why did the talks fail?", "The talks failed over visas in May 2022."),
        ("Did Baku expel diplomats?", "Baku expelled four diplomats."),
        ("Which ministers spoke?", "Ada Lind and Omar Rahimov spoke."),
        ("What did the ministers discuss?", "The ministers discussed trade."),
        ("When did the talks end in 2022?", "The talks of 2022 ended without a word."),
        ("How many left?", "They left."),
        ("Who met Ada Lind?", "Ada Lind was met."),
        ("Who went?", ""),
    ],
)
def test_nothing_where_no_such_thing_is_asked_for_or_told(question: str, sentence: str) -> None:
    assert short_span(question, sentence) is None


def test_nothing_where_two_would_do() -> None:
    assert short_span("Who spoke?", "Ada Lind, Omar Rahimov and Ben Carr spoke.") is None


def test_spans_are_as_long_as_the_thing() -> None:
    text = "On July 6, 2022 Ben Carr and Omar met Ada P. Lind of Bern, Texas and paid $3 billion."
    assert [text[a:b] for a, b in date_spans(text)] == ["July 6, 2022"]
    names = {text[a:b] for a, b in full_name_spans(text)}
    assert {"Ben Carr", "Omar", "Ada P. Lind of Bern", "Ada P. Lind of Bern, Texas"} <= names
    assert "$3 billion" in [text[a:b] for a, b in quantity_spans(text)]
    assert quantity_spans("after 2 days") == [(6, 7), (6, 12)]


def test_chances_are_a_choice_among_the_stretches_and_none() -> None:
    found = [Span(start=n, end=n + 1, features={"near": float(n), "and": 0.0}) for n in (0, 2)]
    weights = {"intercept": 0.5, "near": 1.0}
    total = 1 + math.exp(0.5) + math.exp(2.5)
    chances = probabilities(found, weights)
    assert chances == pytest.approx([math.exp(0.5) / total, math.exp(2.5) / total])
    assert probabilities([], weights) == []
    assert likeliest(found, chances) == (1, chances[1])


def test_stretches_that_overlap_speak_for_one_place() -> None:
    found = [
        Span(start=start, end=end, features={"and": joined})
        for start, end, joined in ((0, 4, 0.0), (0, 11, 0.0), (0, 20, 1.0), (14, 20, 0.0))
    ]
    place, chance = likeliest(found, [0.3, 0.2, 0.1, 0.25])
    assert place == 0
    assert chance == pytest.approx(0.3 + 0.2)


def test_every_weight_has_its_feature() -> None:
    text = resources.files("rag.answer").joinpath("short.json").read_text(encoding="utf-8")
    fitted = json.loads(text)
    assert fitted["provenance"]
    (span,) = spans("Who met Omar?", "Omar met Ada Lind.", "person")
    for sort in ("date", "number", "person", "place", "name"):
        assert set(fitted["weights"][sort]) == {*span.features, "intercept"}


PIECES = [
    "Who",
    "when",
    "How many",
    "Ada",
    "P.",
    "Lind",
    "in",
    "May",
    "2022",
    "4%",
    ",",
    "and",
    "?",
]
texts = st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join)


@given(texts, texts)
def test_short_answer_stands_in_its_sentence(question: str, sentence: str) -> None:
    span = short_span(question, sentence)
    assert span is None or 0 <= span[0] < span[1] <= len(sentence)


def test_an_answer_carries_its_short_answer(hashed: rag.Byline) -> None:
    answer = hashed.ask("How many Iranian diplomats did Baku expel?")
    assert answer.short_answer == "four"
    assert answer.short_answer in answer.statements[0].text
    withheld = rag.Byline(
        str(hashed.status()["index"]), config=rag.Config(threshold=1.0), embedder=hashed.embedder
    )
    with withheld:
        assert withheld.ask("How many Iranian diplomats did Baku expel?").short_answer is None


def test_a_bound_is_part_of_the_short_answer(tmp_path: Path) -> None:
    told = "At least 14 sailors drowned when the ferry Alma sank in the storm."
    config = rag.Config(threshold=0.0)
    with rag.Byline(tmp_path, config=config, embedder=rag.HashEmbedder()) as news:
        news.add([rag.make_article(id="a", text=told)])
        answer = news.ask("How many sailors drowned when the ferry Alma sank?")
    assert answer.short_answer == "At least 14"


@pytest.mark.parametrize(
    ("before", "bound"),
    [("At least ", "At least "), ("Up to $", "Up to $"), ("About ", ""), ("It ended. The ", "")],
)
def test_where_a_bound_begins(before: str, bound: str) -> None:
    assert before[with_bound(f"{before}12 left", len(before)) :] == bound


def test_no_one_is_no_number() -> None:
    assert quantity_spans("No one was injured.") == []
    assert [*quantity_spans("One was injured.")] == [(0, 3)]

"""Tests that prose is split into sentences without citation marks, however it is streamed."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import ModelServerError
from rag.prose.marks import Cutter, Written
from rag.prose.structured import Structured


def cut(*pieces: str) -> list[tuple[str, tuple[int, ...]]]:
    cutter = Cutter()
    found: list[Written] = [each for piece in pieces for each in cutter.feed(piece)]
    return [(each.text, each.numbers) for each in (*found, *cutter.finish())]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("The pier closed [1]. It is old [2].", [("The pier closed.", (1,)), ("It is old.", (2,))]),
        ("The pier closed. [1] It is old. [2]", [("The pier closed.", (1,)), ("It is old.", (2,))]),
        ("The pier closed.[1][3] It is old.", [("The pier closed.", (1, 3)), ("It is old.", ())]),
        ("The pier closed [1, 2].", [("The pier closed.", (1, 2))]),
        ("The pier closed [1-3].", [("The pier closed.", (1, 2, 3))]),
        ("The pier closed【1】.", [("The pier closed.", (1,))]),
        ("The pier closed【2†source】.", [("The pier closed.", (2,))]),
        (
            "- The pier closed [1]\n- It is old [2]",
            [("The pier closed", (1,)), ("It is old", (2,))],
        ),
        ("**The pier** closed [1].", [("The pier closed.", (1,))]),
        ("It closed in [2022] [1].", [("It closed in [2022].", (1,))]),
        ("[1] The pier closed.", [("The pier closed.", (1,))]),
        ("\n\n", []),
    ],
)
def test_marks_belong_to_the_sentence_before_them(
    text: str, sentences: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert cut(text) == sentences


@pytest.mark.parametrize("marks", ["“”", '""', "«»"])
def test_brackets_in_quotations_are_words(marks: str) -> None:
    said = f"She said: {marks[0]}It is old [2]. It stays.{marks[1]}"
    assert cut(f"{said} [1] So it was.") == [(said, (1,)), ("So it was.", ())]


def test_a_sentence_is_held_until_the_next_one_begins() -> None:
    cutter = Cutter()
    assert not list(cutter.feed("The pier closed. [1"))
    assert not list(cutter.feed(", 2]"))
    assert not list(cutter.feed(" It"))
    assert list(cutter.feed(" is")) == [Written("The pier closed.", (1, 2))]


TEXTS = [
    "According to Mr. Lind, it closed at 3.5 m [1]. It is 【2】 old. “It [3] stays. Yes.” [3]",
    'One [1]. Two [2, 3].[4] Three.\n- Four [1-2]\nFive \\ "six [7]" [1].',
]


@given(text=st.sampled_from(TEXTS), places=st.lists(st.integers(0, 100), max_size=12))
def test_cuts_between_pieces_change_nothing(text: str, places: list[int]) -> None:
    edges = [0, *sorted(place for place in places if place < len(text)), len(text)]
    pieces = [text[a:b] for a, b in pairwise(edges)]
    assert cut(*pieces) == cut(text)


@given(
    answer=st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    size=st.integers(1, 7),
    ascii_only=st.booleans(),
)
def test_a_reply_is_decoded_from_pieces_of_any_size(
    *, answer: str, size: int, ascii_only: bool
) -> None:
    raw = "```json\n" + json.dumps({"answerable": True, "answer": answer}, ensure_ascii=ascii_only)
    reply = Structured()
    told = "".join(reply.feed(raw[n : n + size]) for n in range(0, len(raw), size))
    assert told == answer
    assert reply.finish() == (True, "")


def test_an_abstention_is_a_value() -> None:
    reply = Structured()
    assert reply.feed('{"answerable": false, "answer": "I cannot say."}') == ""
    assert reply.finish() == (False, "")


def test_fields_in_another_order_are_read_at_the_end() -> None:
    reply = Structured()
    assert reply.feed('{"answer": "It closed.", "answerable": true}') == ""
    assert reply.finish() == (True, "It closed.")


@pytest.mark.parametrize(
    "raw",
    ["", "The pier closed.", '{"answerable": true, "answer": "The', '{"answerable": 1}', "[1]"],
)
def test_anything_else_is_no_reply(raw: str) -> None:
    reply = Structured()
    reply.feed(raw)
    with pytest.raises(ModelServerError, match="not the requested JSON"):
        reply.finish()

"""Tests the questions in the page: complete, with shared texts, limited in size, and escaped."""

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evaluation.measuring.rows import RIGHT, QuestionRow
from rag.evaluation.records import Found, Source, Unit
from rag.evaluation.report.compact import LIMIT, question_data
from rag.evaluation.report.excerpts import DETAILS, Detail

MakeAsked = Callable[..., QuestionRow]
Articles = Mapping[str, Source]


def read(
    rows: list[QuestionRow], articles: Articles
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The decoded tables, and each row by its fields."""
    text, _ = question_data(rows, articles)
    data = json.loads(text)
    return data, [dict(zip(data["fields"], row, strict=True)) for row in data["rows"]]


def hits_of(data: dict[str, Any], row: dict[str, Any]) -> list[dict[str, Any]]:
    return [dict(zip(data["hit_fields"], hit, strict=False)) for hit in row["hits"]]


def test_a_row_says_what_was_measured(asked: MakeAsked, articles: Articles) -> None:
    data, [row] = read([asked("q")], articles)
    assert row["id"] == "q"
    assert row["question"] == "What did the bridge of q cost?"
    assert row["standalone"] == ""
    assert data["groups"][row["group"]] == "read wrongly"
    assert data["kinds"][row["kind"]] == "number"
    assert row["answerability"] == round(0.8765, 3)
    named = zip(data["measures"], row["values"], strict=True)
    assert [[*measure, value] for measure, value in named] == [
        ["passage", "Success@5", 1],
        ["answers", "EM", 0],
    ]
    assert data["articles"] == [["A Bridge", "The Post", None]]
    assert [data["texts"][number] for number in row["shown"]] == [
        [0, "The mayor opened the bridge on Monday."]
    ]


def test_a_hit_says_why_it_stands_there(asked: MakeAsked, articles: Articles) -> None:
    data, [row] = read([asked("q")], articles)
    first, second = hits_of(data, row)
    assert (first["rank"], first["score"], first["dense_rank"], first["dense_score"]) == (
        (1, 1, 1, 0.432)
    )
    assert first["lexical_rank"] is None
    matched = [
        [t for i, t in enumerate(row["terms"]) if hit["terms"] >> i & 1] for hit in (first, second)
    ]
    assert matched == [["bridge"], ["bridge", "cost"]]
    quoted, holds_gold = 2, 1
    assert (first["flags"], second["flags"]) == (quoted, holds_gold)


def test_the_gold_sentence_is_marked_where_it_stands(asked: MakeAsked, articles: Articles) -> None:
    data, [row] = read([asked("q")], articles)
    [[text, rank, [start, end]]] = row["gold"]
    assert data["texts"][text][1][start:end] == "It cost four million euros."
    assert rank == 2


def test_marks_count_as_javascript_does(asked: MakeAsked) -> None:
    text = "🌉🌉 The bridge. It cost four million."
    start = text.index("It")
    unit = Unit(article_id="a", start=start, end=len(text))
    found = Found(article_id="a", start=0, end=len(text), score=1.0, rank=1)
    source = Source(article_id="a", title="", outlet=None, published=None, text=text)
    data, [row] = read([asked(gold=(unit,), hits=(found,), relevant=(1,))], {"a": source})
    [[number, _, [first, last]]] = row["gold"]
    sixteen = data["texts"][number][1].encode("utf-16-le")
    assert sixteen[2 * first : 2 * last].decode("utf-16-le") == text[start:]


def test_gold_that_is_the_whole_passage_is_not_marked(asked: MakeAsked, articles: Articles) -> None:
    unit = Unit(article_id="a", start=0, end=len(articles["a"].text))
    _, [row] = read([asked(gold=(unit,), hits=(), relevant=())], articles)
    assert row["gold"][0][1:] == [None, []]


def test_an_article_as_gold_is_shown_around_the_answer(asked: MakeAsked) -> None:
    text = "word " * 2000 + "It cost four million euros. " + "word " * 2000
    source = Source(article_id="a", title="", outlet=None, published=None, text=text)
    data, [row] = read([asked(gold=(), hits=(), relevant=())], {"a": source})
    shown = data["texts"][row["gold"][0][0]][1]
    assert "four million euros" in shown
    assert len(shown) == Detail().passage


def test_passages_of_many_questions_are_written_once(asked: MakeAsked, articles: Articles) -> None:
    one, _ = read([asked("1")], articles)
    many, _ = read([asked(str(number)) for number in range(50)], articles)
    assert many["texts"] == one["texts"]


def hits_in(article: str, count: int) -> tuple[Found, ...]:
    return tuple(
        Found(article_id=article, start=rank, end=rank + 1, score=0.5, rank=rank)
        for rank in range(1, count + 1)
    )


def test_ten_passages_and_the_first_with_gold(asked: MakeAsked, articles: Articles) -> None:
    data, [row] = read([asked(hits=hits_in("a", 20), relevant=(15, 17))], articles)
    assert [hit["rank"] for hit in hits_of(data, row)] == [*range(1, 11), 15]
    assert row["found"] == 20


def test_a_missing_article_has_no_text(asked: MakeAsked) -> None:
    data, [row] = read([asked("q")], {})
    assert data["texts"][row["gold"][0][0]] == [0, ""]
    assert data["articles"] == [["a", None, None]]


@given(st.text(max_size=300))
def test_any_words_come_back_and_are_inert(words: str) -> None:
    row = QuestionRow(
        id=words, question=words, standalone_question="", history=(), kind=words, answerable=None,
        answers=(words,), gold=(), gold_articles=(), group=RIGHT, passage_rank=None,
        article_rank=None, hits=(), relevant=(), shown=(words,), short_answer=None, citations=(),
        withheld=(), abstained=False, answerability=0.0, seconds=0.0, values={},
    )  # fmt: skip
    text, _ = question_data([row], {})
    assert not set(text) & set("<>&\u2028\u2029")
    data = json.loads(text)
    fields = dict(zip(data["fields"], data["rows"][0], strict=True))
    assert (fields["id"], fields["question"], fields["answers"]) == (words, words, [words])
    assert data["texts"][fields["shown"][0]] == [-1, words]


def test_what_is_too_long_is_cut_step_by_step(asked: MakeAsked, articles: Articles) -> None:
    row = asked(question="x" * 1900)
    lengths = {}
    for limit in (10_000, 1200, 900, 10):
        text, detail = question_data([row], articles, limit=limit)
        lengths[limit] = len(text)
        assert detail in DETAILS
        assert len(text) <= limit or detail == DETAILS[-1]
    assert lengths[10_000] > lengths[10]


def test_right_questions_give_way_first(asked: MakeAsked, articles: Articles) -> None:
    lost = asked("lost", hits=hits_in("a", 20), relevant=())
    right = replace(lost, id="right", group=RIGHT)
    text, _ = question_data([lost, right], articles, limit=10)
    data = json.loads(text)
    kept = {row[0]: len(row[data["fields"].index("hits")]) for row in data["rows"]}
    assert kept["right"] < kept["lost"]


@pytest.mark.slow
@pytest.mark.parametrize("paragraphs", [1_204, 40_000])
def test_twelve_thousand_questions_fit(asked: MakeAsked, paragraphs: int) -> None:
    draw = random.Random(7)  # noqa: S311 - made-up words
    vocabulary = ["".join(draw.choices("abcdefghij", k=draw.randint(2, 9))) for _ in range(9999)]
    texts = {str(number): " ".join(draw.choices(vocabulary, k=110)) for number in range(paragraphs)}
    articles = {
        name: Source(article_id=name, title="A title", outlet="O", published=None, text=text)
        for name, text in texts.items()
    }
    names = list(texts)
    rows = [_any_row(asked, str(number), draw.sample(names, 20), texts) for number in range(12_000)]
    text, _ = question_data(rows, articles)
    assert len(text.encode()) <= LIMIT


def _any_row(
    asked: MakeAsked, name: str, found: list[str], texts: Mapping[str, str]
) -> QuestionRow:
    terms = texts[found[0]].split()[:8]
    hits = tuple(
        Found(
            article_id=article,
            start=0,
            end=len(texts[article]),
            score=0.123,
            rank=rank,
            dense_rank=rank,
            dense_score=0.456,
            lexical_rank=rank,
            lexical_score=12.345,
            matched_terms=tuple(terms[:4]),
        )
        for rank, article in enumerate(found, start=1)
    )
    gold = Unit(article_id=found[3], start=0, end=80)
    shown = tuple(texts[article][:150] for article in found[:3])
    return asked(name.rjust(24, "0"), hits=hits, gold=(gold,), relevant=(4,), shown=shown)

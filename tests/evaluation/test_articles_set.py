"""Tests that the shipped question set is consistent: its articles contain every quote verbatim."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import rag
from rag.evaluation.measures.answers import contains
from rag.ingest.article import read_article

ROOT = Path(__file__).parents[2]
ROWS: list[dict[str, Any]] = [
    json.loads(line)
    for line in (ROOT / "eval" / "articles" / "questions.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
ANSWERABLE = [row for row in ROWS if row["answerable"]]


@pytest.fixture(scope="module")
def articles() -> dict[str, rag.Article]:
    corpus = ROOT / "corpus"
    read = (
        read_article(path, root=corpus, max_bytes=10**6) for path in sorted(corpus.glob("*.txt"))
    )
    return {article.id: article for article in read}


def test_there_is_enough_of_each_kind() -> None:
    kinds = Counter(row["kind"] for row in ROWS)
    assert len(ROWS) >= 100
    assert sum(not row["answerable"] for row in ROWS) >= 25
    assert kinds["near-miss"] >= 15
    assert sum(bool(row.get("history")) for row in ROWS) >= 15
    assert {"fact", "number", "person", "reason", "list", "yesno", "two-articles"} <= kinds.keys()


def test_ids_and_questions_are_not_repeated() -> None:
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    standing = [row["question"] for row in ROWS if not row.get("history")]
    assert len(set(standing)) == len(standing)


@pytest.mark.parametrize("row", ANSWERABLE, ids=[row["id"] for row in ANSWERABLE])
def test_each_quote_stands_once_in_its_article(
    row: dict[str, Any], articles: dict[str, rag.Article]
) -> None:
    assert row["gold_spans"]
    assert {span["article"] for span in row["gold_spans"]} == set(row["gold"])
    for span in row["gold_spans"]:
        assert articles[span["article"]].text.count(span["quote"]) == 1


@pytest.mark.parametrize("row", ANSWERABLE, ids=[row["id"] for row in ANSWERABLE])
def test_an_accepted_answer_stands_in_a_quote(row: dict[str, Any]) -> None:
    quotes = " ".join(span["quote"] for span in row["gold_spans"])
    assert contains(quotes, row["answers"]) == 1


def test_unanswerable_questions_have_no_gold() -> None:
    for row in ROWS:
        if not row["answerable"]:
            assert (row["answers"], row["gold"], row["gold_spans"]) == ([], [], [])

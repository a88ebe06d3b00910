"""Tests the figures and rows of a result folder: which questions count, and the value of n."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from math import log2
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rag
from rag.evaluation.measuring.figures import Figure, Metrics
from rag.evaluation.measuring.metrics import measure, write_metrics
from rag.evaluation.measuring.rows import GROUPS, NOT_JUDGED, RIGHT, QuestionRow
from rag.evaluation.records import (
    FORMAT,
    Found,
    Gold,
    Prediction,
    Quote,
    Unit,
)

Row = tuple[Prediction, Gold]
MakeHits = Callable[..., tuple[Found, ...]]
MakePrediction = Callable[..., Prediction]
MakeGold = Callable[..., Gold]
WriteResults = Callable[..., Path]
Measured = tuple[Metrics, tuple[QuestionRow, ...]]

TEXT = "The talks began. They ended on Friday."
SENTENCE = Unit(article_id="a", start=17, end=38)
EXACT = Quote(article_id="a", start=17, end=38, quote=TEXT[17:38])
ALTERED = Quote(article_id="a", start=17, end=38, quote="They ended on Monday.")


def plain(figure: Figure) -> tuple[float | None, int]:
    """Value and n; checks that the interval, if there is one, contains the value."""
    if figure.low is None or figure.high is None:
        assert figure.low is figure.high
    else:
        assert figure.value is not None
        assert figure.low <= figure.value <= figure.high
        assert figure.low < figure.high
    return figure.value, figure.n


def near(value: float | None, n: int) -> tuple[object, int]:
    """The expected value, up to rounding, and n."""
    return pytest.approx(value), n


@pytest.fixture(scope="session")
def rows(hits: MakeHits, prediction: MakePrediction, gold: MakeGold) -> list[Row]:
    """Five questions: right answer, wrong abstention, right abstention, wrong answer, unjudged."""
    ended, began = "They ended on Friday.", "The talks began."
    return [
        (
            prediction(
                "right",
                hits=hits(("a", 0, 16), ("a", 16, 38)),
                statements=(ended, began),
                short_answer="on Friday",
                citations=(EXACT, ALTERED),
                answerability=0.9,
                seconds={"retrieve": 0.1, "total": 0.2},
            ),
            gold("right", answers=("Friday",), kind="date", units=(SENTENCE,), has_spans=True),
        ),
        (
            prediction("lost", answerability=0.4, hits=hits(("b", 0, 9))),
            gold("lost", answers=("Friday",), kind="fact", units=(SENTENCE,), has_spans=True),
        ),
        (
            prediction("withheld", answerability=0.1),
            gold("withheld", answerable=False, has_history=True),
        ),
        (
            prediction("wrong", statements=(began,), answerability=0.4),
            gold("wrong", answerable=False),
        ),
        (
            prediction("unjudged", statements=(began,), answerability=0.3),
            gold("unjudged", answers=("Friday",), answerable=None),
        ),
    ]


@pytest.fixture
def measured(tmp_path: Path, rows: list[Row], write_results: WriteResults) -> Measured:
    return measure(write_results(tmp_path, rows, texts={"a": TEXT}))


@pytest.fixture
def metrics(measured: Measured) -> Metrics:
    return measured[0]


def test_retrieval_counts_questions_with_gold(metrics: Metrics) -> None:
    passage = metrics.scores.retrieval["passage"]
    assert plain(passage["Success@1"]) == near(0, 2)
    assert plain(passage["Success@3"]) == near(1 / 2, 2)
    assert plain(passage["RR@10"]) == near((1 / 2 + 0) / 2, 2)
    assert plain(passage["nDCG@10"]) == near((1 / log2(3) + 0) / 2, 2)
    assert plain(metrics.scores.retrieval["article"]["Success@1"]) == near((1 + 0) / 2, 2)


def test_answers_count_answerable_questions_and_abstained_ones_get_0(metrics: Metrics) -> None:
    assert {name: plain(figure) for name, figure in metrics.scores.answers.items()} == {
        "EM": near((0 + 0) / 2, 2),
        "F1": near((2 * 1 / (2 + 1) + 0) / 2, 2),
        "contains_first": near((1 + 0) / 2, 2),
        "contains_shown": near((1 + 0) / 2, 2),
        "contains_closest": near((1 + 0) / 2, 2),
        "words_shown": near(4 + 3, 1),
    }


def test_citations(metrics: Metrics) -> None:
    citations = metrics.scores.citations
    assert plain(citations["quotes_exact"]) == near(1 / 2, 2)
    assert plain(citations["span_precision"]) == near(1, 1)
    assert plain(citations["span_recall"]) == near((1 + 0) / 2, 2)


def test_abstention_leaves_out_what_nobody_judged(metrics: Metrics) -> None:
    abstention = metrics.scores.abstention
    assert plain(abstention["unanswerable_abstained"]) == near(1 / 2, 2)
    assert plain(abstention["answerable_lost"]) == near(1 / 2, 2)
    # 0.9 beats 0.1 and 0.4; 0.4 beats 0.1 and ties with 0.4.
    assert plain(abstention["AUROC"]) == near((1 + 1 + 1 + 1 / 2) / 4, 4)
    # Best first: right; one wrongly and one rightly abstained, or wrong, at 0.4; then unanswerable.
    assert plain(abstention["AURC"]) == near((0 + 2 / 3 + 2 / 3 + 3 / 4) / 4, 4)
    assert plain(abstention["coverage_at_5"]) == near(1 / 4, 4)


def test_latency_by_stage(metrics: Metrics) -> None:
    assert next(iter(metrics.scores.latency)) == "total"
    assert plain(metrics.scores.latency["total"]["p50"]) == near(0.25, 5)
    stage = metrics.scores.latency["retrieve"]
    assert {name: plain(figure) for name, figure in stage.items()} == {
        "p50": near(0.1, 1),
        "p95": near(0.1, 1),
    }


def test_slices_hold_the_same_figures_of_fewer_questions(metrics: Metrics) -> None:
    slices = metrics.slices
    assert (slices["standalone"].n, slices["followup"].n, slices["kind=date"].n) == (4, 1, 1)
    assert plain(slices["kind=date"].retrieval["passage"]["RR@10"]) == near(1 / 2, 1)
    assert plain(slices["followup"].abstention["unanswerable_abstained"]) == near(1, 1)


def test_where_questions_were_lost(measured: Measured) -> None:
    metrics, rows = measured
    assert {row.id: row.group for row in rows} == {
        "lost": "not retrieved",
        "right": "right",
        "unjudged": "read wrongly",
        "withheld": "right",
        "wrong": "answered though unanswerable",
    }
    assert list(metrics.lost) == [*GROUPS, RIGHT, NOT_JUDGED]
    assert {name: count for name, count in metrics.lost.items() if count} == {
        "not retrieved": 1,
        "read wrongly": 1,
        "answered though unanswerable": 1,
        "right": 2,
    }


def test_a_row_tells_all_of_its_question(measured: Measured) -> None:
    row = next(row for row in measured[1] if row.id == "right")
    assert (row.passage_rank, row.article_rank, row.relevant) == (2, 1, (2,))
    assert (row.gold, row.gold_articles, row.answers) == ((SENTENCE,), ("a",), ("Friday",))
    assert row.shown == ("They ended on Friday.", "The talks began.")
    assert (row.abstained, row.answerability, row.seconds) == (False, 0.9, 0.2)
    assert row.values["passage/RR@10"] == 1 / 2
    assert row.values["answers/contains_shown"] == 1
    assert row.values["citations/quotes_exact"] == 1 / 2
    assert row.values["abstention/answerable_lost"] == 0
    assert "abstention/unanswerable_abstained" not in row.values


def test_figures_are_the_means_of_what_stands_in_the_rows(measured: Measured) -> None:
    metrics, rows = measured
    views = metrics.scores.retrieval
    sections = {**views, "answers": metrics.scores.answers, "citations": metrics.scores.citations}
    for section, figures in sections.items():
        for name, figure in figures.items():
            values = [row.values[key] for row in rows if (key := f"{section}/{name}") in row.values]
            if name != "quotes_exact":
                mean = sum(values) / len(values) if values else None
                assert plain(figure) == near(mean, len(values))


def test_other_systems_stand_beside_the_same_questions(
    tmp_path: Path, rows: list[Row], prediction: MakePrediction, write_results: WriteResults
) -> None:
    systems = {
        "every": [prediction(shown.id, statements=("On Friday.",)) for shown, _ in rows],
        "some": [prediction("right", statements=("On Friday.",)), prediction("wrong")],
    }
    folder = write_results(tmp_path, rows, texts={"a": TEXT}, systems=systems)
    metrics, _ = measure(folder)
    assert {name: scores.n for name, scores in metrics.systems.items()} == {"every": 5, "some": 2}
    assert plain(metrics.systems["every"].answers["contains_first"]) == near(1, 2)
    assert metrics.beside["every"] == metrics.scores
    assert plain(metrics.beside["some"].answers["EM"]) == near(0, 1)
    assert plain(metrics.beside["some"].abstention["unanswerable_abstained"]) == near(0, 1)
    assert plain(metrics.systems["some"].abstention["unanswerable_abstained"]) == near(1, 1)


def test_a_system_that_was_asked_something_else_is_refused(
    tmp_path: Path, rows: list[Row], prediction: MakePrediction, write_results: WriteResults
) -> None:
    folder = write_results(tmp_path, rows, systems={"bm25": [prediction("who?")]})
    with pytest.raises(rag.UsageError, match=r"system 'bm25' was asked 'who\?'"):
        measure(folder)


def test_where_there_is_nothing_to_count_there_is_no_number(metrics: Metrics) -> None:
    followup = metrics.slices["followup"]
    assert plain(followup.retrieval["passage"]["nDCG@10"]) == near(None, 0)
    assert plain(followup.answers["EM"]) == near(None, 0)
    assert plain(followup.citations["quotes_exact"]) == near(None, 0)
    assert plain(followup.abstention["AUROC"]) == near(None, 1)


def test_metrics_json_is_nested_and_holds_null_not_nan(tmp_path: Path, measured: Measured) -> None:
    text = write_metrics(tmp_path, *measured).read_text(encoding="utf-8")
    assert "NaN" not in text
    written = json.loads(text)
    assert (written["format"], written["dataset"], written["n"]) == (FORMAT, "by-hand", 5)
    figure = measured[0].scores.retrieval["passage"]["Success@3"]
    assert written["retrieval"]["passage"]["Success@3"] == asdict(figure)
    missing = {"value": None, "n": 0, "low": None, "high": None}
    assert written["slices"]["followup"]["answers"]["EM"] == missing
    assert written["lost"]["not retrieved"] == 1
    assert written["curves"]["ranks"]["2"] == 1


def test_measuring_again_gives_the_same_bytes(
    tmp_path: Path, rows: list[Row], write_results: WriteResults
) -> None:
    folder = write_results(tmp_path, rows, texts={"a": TEXT})
    first = write_metrics(folder, *measure(folder)).read_bytes()
    assert write_metrics(folder, *measure(folder)).read_bytes() == first


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Yields a new folder for each example of a property test."""
    numbers = iter(range(10_000))
    base = tmp_path_factory.mktemp("orders")
    return (base / str(number) for number in numbers)


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(5)))
def test_the_order_of_lines_does_not_matter(
    rows: list[Row], write_results: WriteResults, places: Iterator[Path], order: list[int]
) -> None:
    shuffled = [
        (rows[place][0], rows[other][1]) for place, other in zip(order, order[::-1], strict=True)
    ]
    texts = {"a": TEXT}
    ordered = measure(write_results(next(places), rows, texts=texts))
    assert measure(write_results(next(places), shuffled, texts=texts)) == ordered

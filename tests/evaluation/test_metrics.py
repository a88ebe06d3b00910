"""From a result folder to figures: which questions count for what, and what n says."""

import json
from collections.abc import Callable, Iterator
from math import log2
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rag
from rag.evaluation.metrics import Figure, Metrics, measure, write_metrics
from rag.evaluation.records import GOLD, PREDICTIONS, RUN, Found, Gold, Prediction, Quote, Unit

Row = tuple[Prediction, Gold]
MakeHits = Callable[..., tuple[Found, ...]]
MakePrediction = Callable[..., Prediction]
MakeGold = Callable[..., Gold]
WriteResults = Callable[..., Path]

TEXT = "The talks began. They ended on Friday."
SENTENCE = Unit(article_id="a", start=17, end=38)
EXACT = Quote(article_id="a", start=17, end=38, quote=TEXT[17:38])
ALTERED = Quote(article_id="a", start=17, end=38, quote="They ended on Monday.")


def figure(value: float | None, n: int) -> Figure:
    """The expected figure, its value up to rounding."""
    expected: Any = None if value is None else pytest.approx(value)
    return Figure(value=expected, n=n)


@pytest.fixture(scope="session")
def rows(hits: MakeHits, prediction: MakePrediction, gold: MakeGold) -> list[Row]:
    """Answered rightly, abstained wrongly, abstained rightly, answered wrongly, and unjudged."""
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
def metrics(tmp_path: Path, rows: list[Row], write_results: WriteResults) -> Metrics:
    return measure(write_results(tmp_path, rows, texts={"a": TEXT}))


def test_retrieval_counts_questions_with_gold(metrics: Metrics) -> None:
    passage = metrics.scores.retrieval["passage"]
    assert passage["Success@1"] == figure(0, 2)
    assert passage["Success@3"] == figure(1 / 2, 2)
    assert passage["RR@10"] == figure((1 / 2 + 0) / 2, 2)
    assert passage["nDCG@10"] == figure((1 / log2(3) + 0) / 2, 2)
    assert metrics.scores.retrieval["article"]["Success@1"] == figure((1 + 0) / 2, 2)


def test_answers_count_answerable_questions_and_abstained_ones_get_0(metrics: Metrics) -> None:
    answers = metrics.scores.answers
    assert answers["EM"] == figure((0 + 0) / 2, 2)
    assert answers["F1"] == figure((2 * 1 / (2 + 1) + 0) / 2, 2)
    assert answers["contains_first"] == figure((1 + 0) / 2, 2)
    assert answers["contains_shown"] == figure((1 + 0) / 2, 2)
    assert answers["words_shown"] == figure(4 + 3, 1)


def test_citations(metrics: Metrics) -> None:
    citations = metrics.scores.citations
    assert citations["quotes_exact"] == figure(1 / 2, 2)
    assert citations["span_precision"] == figure(1, 1)
    assert citations["span_recall"] == figure((1 + 0) / 2, 2)


def test_abstention_leaves_out_what_nobody_judged(metrics: Metrics) -> None:
    abstention = metrics.scores.abstention
    assert abstention["unanswerable_abstained"] == figure(1 / 2, 2)
    assert abstention["answerable_lost"] == figure(1 / 2, 2)
    # 0.9 beats 0.1 and 0.4; 0.4 beats 0.1 and ties with 0.4.
    assert abstention["AUROC"] == figure((1 + 1 + 1 + 1 / 2) / 4, 4)


def test_latency_by_stage(metrics: Metrics) -> None:
    assert next(iter(metrics.scores.latency)) == "total"
    assert metrics.scores.latency["total"]["p50"] == figure(0.25, 5)
    assert metrics.scores.latency["retrieve"] == {"p50": figure(0.1, 1), "p95": figure(0.1, 1)}


def test_slices_by_history_and_kind(metrics: Metrics) -> None:
    assert {name: scores.n for name, scores in metrics.slices.items()} == {
        "standalone": 4,
        "followup": 1,
        "kind=date": 1,
        "kind=fact": 1,
    }
    assert metrics.slices["kind=date"].retrieval["passage"]["RR@10"] == figure(1 / 2, 1)
    assert metrics.slices["followup"].abstention["unanswerable_abstained"] == figure(1, 1)


def test_where_there_is_nothing_to_count_there_is_no_number(metrics: Metrics) -> None:
    followup = metrics.slices["followup"]
    assert followup.retrieval["passage"]["nDCG@10"] == figure(None, 0)
    assert followup.answers["EM"] == figure(None, 0)
    assert followup.citations["quotes_exact"] == figure(None, 0)
    assert followup.abstention["AUROC"] == figure(None, 1)


def test_metrics_json_is_nested_and_holds_null_not_nan(tmp_path: Path, metrics: Metrics) -> None:
    text = write_metrics(tmp_path, metrics).read_text(encoding="utf-8")
    assert "NaN" not in text
    written = json.loads(text)
    assert (written["format"], written["dataset"], written["n"]) == (1, "by-hand", 5)
    assert written["retrieval"]["passage"]["Success@3"] == {"value": 0.5, "n": 2}
    assert written["slices"]["followup"]["answers"]["EM"] == {"value": None, "n": 0}
    assert written["slices"]["standalone"].keys() == written.keys() - {
        "format",
        "dataset",
        "slices",
    }


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Fresh folders for the examples of one property."""
    numbers = iter(range(10_000))
    base = tmp_path_factory.mktemp("orders")
    return (base / str(number) for number in numbers)


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


def test_where_people_linked_articles_their_links_alone_are_gold_by_article(
    tmp_path: Path,
    hits: MakeHits,
    prediction: MakePrediction,
    gold: MakeGold,
    write_results: WriteResults,
) -> None:
    found = hits(("a", 0, 16), ("b", 0, 9))
    folder = write_results(
        tmp_path,
        [
            (prediction("one", hits=found), gold("one", units=(SENTENCE,), gold_human=("b",))),
            (prediction("two", hits=found), gold("two", units=(SENTENCE,))),
        ],
    )
    retrieval = measure(folder).scores.retrieval
    assert retrieval["article"]["RR@10"] == figure(1 / 2, 1)
    assert retrieval["passage"]["RR@10"] == figure(0, 2)


def test_an_answer_without_a_short_one_is_judged_by_its_first_statement(
    tmp_path: Path, prediction: MakePrediction, gold: MakeGold, write_results: WriteResults
) -> None:
    shown = prediction(statements=("The Friday.", "Or not."))
    folder = write_results(tmp_path, [(shown, gold(answers=("friday",)))])
    assert measure(folder).scores.answers["EM"] == figure(1, 1)


def test_predictions_without_statements_are_read_as_one(
    tmp_path: Path, prediction: MakePrediction, gold: MakeGold, write_results: WriteResults
) -> None:
    shown = prediction(statements=("On Monday.", "On Friday."))
    folder = write_results(tmp_path, [(shown, gold(answers=("friday",)))])
    row = json.loads((folder / PREDICTIONS).read_text(encoding="utf-8"))
    del row["statements"]
    (folder / PREDICTIONS).write_text(json.dumps(row), encoding="utf-8")
    assert measure(folder).scores.answers["contains_first"] == figure(1, 1)


def test_a_folder_without_results_or_of_another_format_is_refused(
    tmp_path: Path, rows: list[Row], write_results: WriteResults
) -> None:
    with pytest.raises(rag.UsageError, match="no results in"):
        measure(tmp_path)
    write_results(tmp_path, rows, version=0)
    with pytest.raises(rag.UsageError, match="results of format 0, not 1"):
        measure(tmp_path)
    (tmp_path / RUN).write_text("[]", encoding="utf-8")
    with pytest.raises(rag.UsageError, match="results of format None"):
        measure(tmp_path)


def test_an_unfinished_run_is_refused(
    tmp_path: Path, rows: list[Row], write_results: WriteResults
) -> None:
    folder = write_results(tmp_path, rows)
    lines = (folder / PREDICTIONS).read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / PREDICTIONS).write_text("".join(lines[:3]), encoding="utf-8")
    with pytest.raises(rag.UsageError, match="holds 3 of 5 answers"):
        measure(folder)


def test_lines_that_break_the_form_are_listed(
    tmp_path: Path, rows: list[Row], write_results: WriteResults
) -> None:
    folder = write_results(tmp_path, rows)
    with (folder / GOLD).open("a", encoding="utf-8") as lines:
        lines.write('{"id": "half"}\nnothing\n')
    with pytest.raises(rag.DatasetError, match="2 faults") as raised:
        measure(folder)
    assert "gold.jsonl:6: " in str(raised.value)
    assert "gold.jsonl:7: " in str(raised.value)

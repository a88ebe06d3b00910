"""Tests values: which questions count for which measure, and their values."""

from collections.abc import Callable

import pytest

from rag.evaluation.measures.ranking import has_links
from rag.evaluation.measuring.catalog import MEASURES
from rag.evaluation.measuring.scores import score
from rag.evaluation.measuring.values import Decision, Values, value
from rag.evaluation.records import Found, Gold, Prediction, Quote, Source, Unit

MakeHits = Callable[..., tuple[Found, ...]]
MakePrediction = Callable[..., Prediction]
MakeGold = Callable[..., Gold]
MakeSource = Callable[..., Source]

TEXT = "The talks began. They ended on Friday."
SENTENCE = Unit(article_id="a", start=17, end=38)
EXACT = Quote(article_id="a", start=17, end=38, quote=TEXT[17:38])
ALTERED = Quote(article_id="a", start=17, end=38, quote="They ended on Monday.")


def values_of(*rows: tuple[Prediction, Gold], links: bool = False) -> Values:
    return value(rows, {}, links=links).values


def test_every_key_is_in_the_catalog(prediction: MakePrediction, gold: MakeGold) -> None:
    keys = {measure.key for measure in MEASURES}
    areas = {"abstention/AUROC", "abstention/AURC", "abstention/coverage_at_5"}
    assert set(values_of((prediction(), gold()))) == keys - areas


def test_where_people_linked_articles_their_links_alone_are_gold_by_article(
    hits: MakeHits, prediction: MakePrediction, gold: MakeGold
) -> None:
    found = hits(("a", 0, 16), ("b", 0, 9))
    rows = [
        (prediction("one", hits=found), gold("one", units=(SENTENCE,), gold_human=("b",))),
        (prediction("two", hits=found), gold("two", units=(SENTENCE,))),
    ]
    assert has_links(rows)
    assert not has_links(rows[1:])
    assert values_of(*rows, links=True)["article/RR@10"] == {"one": 1 / 2}
    assert values_of(*rows, links=False)["article/RR@10"] == {"one": 1, "two": 1}
    assert values_of(*rows, links=True)["passage/RR@10"] == {"one": 0, "two": 0}


def test_an_answer_without_a_short_one_is_judged_by_its_first_statement(
    prediction: MakePrediction, gold: MakeGold
) -> None:
    shown = prediction(statements=("The Friday.", "Or not."))
    assert values_of((shown, gold(answers=("friday",))))["answers/EM"] == {"q": 1}


def test_an_abstained_answer_is_worth_nothing_and_has_no_length(
    prediction: MakePrediction, gold: MakeGold
) -> None:
    withheld = prediction(short_answer="Friday", withheld=(EXACT,))
    values = values_of((withheld, gold(answers=("Friday",))))
    for name in ("EM", "F1", "contains_first", "contains_shown"):
        assert values[f"answers/{name}"] == {"q": 0}
    assert values["answers/words_shown"] == {}


def test_a_closest_sentence_is_no_answer_but_is_judged_beside(
    prediction: MakePrediction, gold: MakeGold
) -> None:
    near = prediction("near", withheld=(EXACT,), state="closest")
    values = values_of(
        (near, gold("near", answers=("Friday",))),
        (prediction("none", withheld=(EXACT,), state="none"), gold("none", answers=("Friday",))),
        (prediction("miss", withheld=(EXACT,), state="closest"), gold("miss", answerable=False)),
        (prediction("gone", state="none"), gold("gone", answerable=False)),
    )
    assert values["answers/contains_shown"] == {"near": 0, "none": 0}
    assert values["answers/contains_closest"] == {"near": 1, "none": 0}
    assert values["abstention/unanswerable_abstained"] == {"miss": 1, "gone": 1}
    assert values["abstention/unanswerable_silent"] == {"miss": 0, "gone": 1}


def test_only_answerable_questions_have_words_to_judge(
    prediction: MakePrediction, gold: MakeGold
) -> None:
    sides = {"no": False, "who knows": None}
    values = values_of(
        *(
            (prediction(name), gold(name, answers=("Friday",), answerable=side))
            for name, side in sides.items()
        )
    )
    assert not any(values[f"answers/{name}"] for name in ("EM", "F1", "contains_shown"))
    assert values["abstention/answerable_lost"] == {}
    assert values["abstention/unanswerable_abstained"] == {"no": 1}


def test_spans_are_judged_where_gold_has_them(prediction: MakePrediction, gold: MakeGold) -> None:
    shown = prediction(statements=("They ended on Friday.",), citations=(EXACT,))
    spans = gold("spans", units=(SENTENCE,), has_spans=True)
    values = values_of(
        (shown, spans),
        (prediction(), gold("silent", units=(SENTENCE,), has_spans=True)),
        (shown, gold("whole", units=(SENTENCE,))),
        (prediction(), gold("not asked", units=(SENTENCE,), has_spans=True, answerable=None)),
    )
    lost = gold("lost", has_spans=True, indexed=False, articles=("bad",))
    assert values_of((shown, lost))["citations/span_recall"] == {"lost": 0}
    assert values_of((shown, lost))["passage/Success@10"] == {"lost": 0}
    assert values["citations/span_precision"] == {"spans": 1}
    assert values["citations/span_recall"] == {"spans": 1, "silent": 0}


def test_a_question_is_worth_its_share_of_exact_quotes_the_figure_counts_citations(
    prediction: MakePrediction, gold: MakeGold, source: MakeSource
) -> None:
    rows = [
        (prediction("one", statements=("x",), citations=(EXACT,)), gold("one")),
        (prediction("both", statements=("x",), citations=(EXACT, ALTERED)), gold("both")),
        (prediction("none"), gold("none")),
    ]
    valued = value(rows, {"a": source("a", TEXT)}, links=False)
    assert valued.values["citations/quotes_exact"] == {"one": 1, "both": 1 / 2}
    exact = score(valued, valued.ids).citations["quotes_exact"]
    assert exact.value == pytest.approx((1 + 1) / (1 + 2))
    assert exact.n == 3
    assert exact.low is not None
    assert exact.high is not None
    assert 1 / 2 <= exact.low < 2 / 3 < exact.high <= 1


def test_decisions_tell_what_an_abstention_would_have_said(
    prediction: MakePrediction, gold: MakeGold
) -> None:
    rows = [
        (prediction("kept", withheld=(EXACT,)), gold("kept", answers=("Friday",))),
        (prediction("said", statements=("Yes.",)), gold("said", answerable=False)),
        (prediction("open", statements=("Yes.",)), gold("open", answerable=None)),
        (prediction("bare", statements=("Yes.",)), gold("bare")),
    ]
    sure = {"answerability": 0.5}
    assert value(rows, {}, links=False).decisions == {
        "kept": Decision(**sure, answerable=True, abstained=True, right=True),
        "said": Decision(**sure, answerable=False, abstained=False, right=False),
        "bare": Decision(**sure, answerable=True, abstained=False, right=None),
    }


def test_a_stage_that_a_question_skipped_has_no_seconds(
    prediction: MakePrediction, gold: MakeGold
) -> None:
    rows = [
        (prediction("long", seconds={"answer": 0.2, "total": 0.3}), gold("long")),
        (prediction("short", seconds={"total": 0.1}), gold("short")),
    ]
    seconds = value(rows, {}, links=False).seconds
    assert seconds == {"total": {"long": 0.3, "short": 0.1}, "answer": {"long": 0.2}}
    assert next(iter(seconds)) == "total"

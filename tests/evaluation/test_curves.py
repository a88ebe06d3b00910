"""Tests the data of the charts."""

from collections.abc import Callable, Mapping, Sequence

import pytest

from rag.evaluation.measuring.curves import curves
from rag.evaluation.measuring.figures import Curves, RiskPoint
from rag.evaluation.measuring.values import value
from rag.evaluation.records import Found, Gold, Prediction, Unit

Row = tuple[Prediction, Gold]
MakeHits = Callable[..., tuple[Found, ...]]
MakePrediction = Callable[..., Prediction]
MakeGold = Callable[..., Gold]
FoundAt = Callable[[str, int | None], Row]

UNIT = Unit(article_id="a", start=0, end=9)


@pytest.fixture
def found_at(hits: MakeHits, prediction: MakePrediction, gold: MakeGold) -> FoundAt:
    """Creates a question whose gold was found at a rank."""

    def found_at(name: str, rank: int | None) -> Row:
        places = [("a" if place == rank else f"x{place}", 0, 9) for place in range(1, 21)]
        return prediction(name, hits=hits(*places)), gold(name, units=(UNIT,))

    return found_at


def drawn(
    rows: Sequence[Row],
    systems: Mapping[str, Sequence[Row]] | None = None,
    *,
    view: str = "passage",
) -> Curves:
    others = {name: value(asked, {}, links=False) for name, asked in (systems or {}).items()}
    return curves(value(rows, {}, links=False), others, view=view)


def test_ranks_of_the_first_gold(
    found_at: FoundAt, prediction: MakePrediction, gold: MakeGold
) -> None:
    ranks = {"one": 1, "two": 1, "three": 7, "four": None}
    without_gold = (prediction("five"), gold("five"))
    found = drawn([*(found_at(name, rank) for name, rank in ranks.items()), without_gold]).ranks
    assert list(found) == [*map(str, range(1, 21)), "not found"]
    assert {rank: count for rank, count in found.items() if count} == {
        "1": 2,
        "7": 1,
        "not found": 1,
    }


def test_success_at_each_k_of_systems_that_were_asked_everything(found_at: FoundAt) -> None:
    ours = [found_at("one", 1), found_at("two", 3)]
    systems = {
        "worse": [found_at("one", 20), found_at("two", None)],
        "half": [found_at("two", 1)],
    }
    found = drawn(ours, systems).success
    assert list(found) == ["byline", "worse"]
    assert found["byline"] == (1 / 2, 1 / 2, *[1] * 18)
    assert found["worse"] == (*[0] * 19, 1 / 2)


def test_by_article_each_stands_where_its_best_passage_does(
    hits: MakeHits, prediction: MakePrediction, gold: MakeGold
) -> None:
    row = (prediction(hits=hits(("x", 0, 5), ("x", 5, 9), ("a", 10, 12))), gold(units=(UNIT,)))
    assert drawn([row], view="article").ranks["2"] == 1
    assert drawn([row], view="passage").ranks["not found"] == 1


def test_without_data_every_curve_is_empty(prediction: MakePrediction, gold: MakeGold) -> None:
    found = drawn([(prediction(), gold(answerable=None))])
    assert found == Curves(
        view="passage", ranks={}, success={}, risk=(), shipped=None, reliability=()
    )


def answered(
    name: str, sure: float, said: str, prediction: MakePrediction, gold: MakeGold
) -> tuple[Prediction, Gold]:
    """A question with the answer Friday, or without one if ``said`` is not Friday."""
    shown = prediction(name, statements=(said,) if said else (), answerability=sure)
    return shown, gold(name, answers=("Friday",))


def test_risk_by_coverage_and_where_the_threshold_lies(
    prediction: MakePrediction, gold: MakeGold
) -> None:
    rows = [
        answered("a", 0.9, "Friday.", prediction, gold),
        answered("b", 0.6, "Monday.", prediction, gold),
        answered("c", 0.6, "Friday.", prediction, gold),
        answered("d", 0.2, "", prediction, gold),
    ]
    found = drawn(rows)
    assert found.risk == (
        RiskPoint(coverage=1 / 4, risk=0),
        RiskPoint(coverage=3 / 4, risk=1 / 3),
        RiskPoint(coverage=1, risk=2 / 4),
    )
    assert found.shipped == RiskPoint(coverage=3 / 4, risk=1 / 3)


def test_where_nothing_was_answered_the_threshold_lies_nowhere(
    prediction: MakePrediction, gold: MakeGold
) -> None:
    assert drawn([answered("a", 0.9, "", prediction, gold)]).shipped is None


def test_a_long_curve_keeps_its_ends(prediction: MakePrediction, gold: MakeGold) -> None:
    rows = [
        answered(f"{place}", place / 1000, "Friday." if place > 9 else "No.", prediction, gold)
        for place in range(1000)
    ]
    risk = drawn(rows).risk
    assert len(risk) == 200
    assert risk[0] == RiskPoint(coverage=1 / 1000, risk=0)
    assert risk[-1] == RiskPoint(coverage=1, risk=10 / 1000)


def test_reliability_in_ten_bins_without_the_empty_ones(
    prediction: MakePrediction, gold: MakeGold
) -> None:
    judged = [(0.05, True), (0.09, False), (0.3, True), (1.0, True), (0.95, True), (0.7, None)]
    rows = [
        (prediction(str(place), answerability=sure), gold(str(place), answerable=answerable))
        for place, (sure, answerable) in enumerate(judged)
    ]
    lowest, third, highest = drawn(rows).reliability
    assert [(each.low, each.high) for each in (lowest, third, highest)] == [
        (0, 0.1),
        (0.3, 0.4),
        (0.9, 1),
    ]
    assert lowest.mean == pytest.approx((0.05 + 0.09) / 2)
    assert (lowest.answerable.value, lowest.answerable.n) == (1 / 2, 2)
    assert (third.answerable.value, highest.answerable.value, highest.answerable.n) == (1, 1, 2)
    assert lowest.answerable.low is not None
    assert lowest.answerable.high is not None
    assert lowest.answerable.low < 1 / 2 < lowest.answerable.high

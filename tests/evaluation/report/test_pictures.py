"""Tests the charts: their texts contain the numbers, and they are readable without colour."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import pytest

from rag.evaluation.measuring.figures import Curves, Metrics, Scores
from rag.evaluation.report.captions import captions, duration, rank_counts
from rag.evaluation.report.palette import DARK, LIGHT
from rag.evaluation.report.pictures import Picture, pictures

MakeMetrics = Callable[..., Metrics]
MakeScores = Callable[..., Scores]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def drawn(metrics: MakeMetrics) -> dict[str, Picture]:
    return {picture.caption.name: picture for picture in pictures(metrics())}


def tree_of(picture: Picture) -> ET.Element:
    return ET.fromstring(picture.svg)  # noqa: S314 - our own drawing


def words(picture: Picture) -> list[str]:
    """The texts drawn into a picture."""
    return [element.text or "" for element in tree_of(picture).iter(f"{SVG}text")]


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("ranks", ["rank of the first gold passage", "questions", "70", "10", "8", "12"]),
        ("success", ["k: number of passages", "share of questions with gold", "byline", "bm25"]),
        (
            "risk-coverage",
            [
                "coverage: share of questions answered",
                "risk: share of those answered wrongly",
                "threshold used: answers 75%, 20% of them wrongly",
                "5% error",
            ],
        ),
        ("reliability", ["share of answerable questions", "40", "60"]),
        ("latency", ["seconds", "total", "retrieve", "250 ms", "1.5 s"]),
    ],
)
def test_axes_and_numbers_are_written_out(
    drawn: dict[str, Picture], name: str, labels: list[str]
) -> None:
    assert set(labels) <= set(words(drawn[name]))


def test_alternative_texts_state_the_numbers(drawn: dict[str, Picture]) -> None:
    told = {name: picture.caption.alt for name, picture in drawn.items()}
    assert "1: 70; 2: 10; 11+: 8; none: 12" in told["ranks"]
    assert "byline: 0.700 at 1, 0.880 at 3; bm25: 0.400 at 1, 0.600 at 3" in told["success"]
    assert "0.300 at 1.00" in told["risk-coverage"]
    assert "0.5 to 1.0: 1.00 of 60" in told["reliability"]
    assert "total 250 ms and 1.5 s" in told["latency"]


def test_findings_are_sentences_with_numbers(drawn: dict[str, Picture]) -> None:
    found = {name: picture.caption.finding for name, picture in drawn.items()}
    assert found["ranks"] == "First for 70 of 100 questions; not among the 20 found for 12."
    assert found["success"] == "At k = 1: byline 70%, bm25 40%."
    assert found["risk-coverage"] == (
        "At the threshold used, 75% of questions are answered, 20% of them wrongly. If every"
        " question were answered, 30% would be wrong."
    )
    given, proved = (40 * 0.25 + 60 * 0.75) / 100, (40 * 0.5 + 60 * 1.0) / 100
    assert found["reliability"] == (
        f"Mean answerability is {given:.2f}; {proved:.0%} of questions are answerable."
    )
    assert found["latency"] == (
        "Half of the questions take less than 250 ms, and 95% take less than 1.5 s."
    )


def test_lines_differ_in_dashes_and_markers(metrics: MakeMetrics) -> None:
    names = ("byline", "bm25", "dense", "random-article")
    shares = {name: (0.9 - place / 10, 0.95) for place, name in enumerate(names)}
    curves = Curves(view="passage", ranks={}, success=shares, risk=(), shipped=None, reliability=())
    picture = next(p for p in pictures(metrics(curves=curves)) if p.caption.name == "success")
    tree = tree_of(picture)
    styles = [
        next((part for part in path.get("style", "").split(";") if "dasharray" in part), "solid")
        for group in tree.iter(f"{SVG}g")
        if (group.get("id") or "").startswith("line2d")
        for path in group.findall(f"{SVG}path")
        if "stroke-width: 1.1" in path.get("style", "")
        or "stroke-width: 2" in path.get("style", "")
    ]
    assert len(styles) == len(set(styles)) == len(names)


def test_the_same_figures_give_the_same_files(metrics: MakeMetrics) -> None:
    assert list(pictures(metrics())) == list(pictures(metrics()))


def test_each_picture_is_there_for_light_dark_and_paper(drawn: dict[str, Picture]) -> None:
    for picture in drawn.values():
        assert LIGHT["paper"].encode() in picture.svg
        assert DARK["paper"].encode() in picture.dark_svg
        assert picture.png.startswith(b"\x89PNG\r\n\x1a\n")
        assert b"<dc:date>" not in picture.svg


def test_names_beside_lines_do_not_cover_each_other(metrics: MakeMetrics) -> None:
    shares = dict.fromkeys(("byline", "bm25", "dense"), (0.9, 0.95))
    curves = Curves(view="passage", ranks={}, success=shares, risk=(), shipped=None, reliability=())
    picture = next(p for p in pictures(metrics(curves=curves)) if p.caption.name == "success")
    heights = [
        float(text.get("y") or text.get("transform", "").split()[-1].split(")")[0])
        for text in tree_of(picture).iter(f"{SVG}text")
        if text.text in shares
    ]
    assert len(heights) == 3
    assert all(abs(one - other) > 7 for one, other in combinations(heights, 2))


def test_a_run_without_gold_has_nothing_to_draw(metrics: MakeMetrics, scores: MakeScores) -> None:
    nothing = Curves(view="passage", ranks={}, success={}, risk=(), shipped=None, reliability=())
    untimed = scores()
    told = list(captions(metrics(curves=nothing, scores=untimed)))
    missing = {caption.name: caption.missing for caption in told if caption.missing}
    assert missing.keys() == {"ranks", "success", "risk-coverage", "reliability"}
    assert [p.caption.name for p in pictures(metrics(curves=nothing)) if p.svg] == ["latency"]


def test_the_threshold_in_force_stands_on_the_picture_of_risk(metrics: MakeMetrics) -> None:
    picture = next(
        p for p in pictures(metrics(run={"threshold": 0.17})) if p.caption.name == "risk-coverage"
    )
    assert "threshold 0.17: answers 75%, 20% of them wrongly" in words(picture)
    assert picture.caption.finding.startswith("At threshold 0.17, 75% of questions are answered")


def test_words_on_the_picture_of_risk_stand_above_its_curve(drawn: dict[str, Picture]) -> None:
    tree = tree_of(drawn["risk-coverage"])
    legend = next(group for group in tree.iter(f"{SVG}g") if group.get("id") == "legend_1")
    lines = [
        path
        for group in tree.iter(f"{SVG}g")
        if (group.get("id") or "").startswith("line2d") and group not in legend.iter()
        for path in group.findall(f"{SVG}path")
        if path.get("clip-path")
    ]
    heights = [float(y) for path in lines for y in re.findall(r"[ML] \S+ (\S+)", path.get("d", ""))]
    written = [float(text.get("y") or 0) for text in legend.iter(f"{SVG}text")]
    assert len(written) == 2
    assert max(written) < min(heights)


def test_one_question_is_one(metrics: MakeMetrics) -> None:
    curves = replace(metrics().curves, ranks={"1": 1, "not found": 0})
    found = {caption.name: caption.finding for caption in captions(metrics(curves=curves))}
    assert found["ranks"] == "First for 1 of 1 question; not among the 20 found for 0."


def test_ranks_below_the_tenth_are_counted_together(metrics: MakeMetrics) -> None:
    counts = rank_counts(metrics().curves)
    assert counts["11+"] == 8
    assert sum(counts.values()) == 70 + 10 + 8 + 12


def test_every_curve_may_lack_its_shipped_point(metrics: MakeMetrics) -> None:
    bare = replace(metrics().curves, view="article", success={"byline": (0.2, 0.3)}, shipped=None)
    told = {p.caption.name: p for p in pictures(metrics(curves=bare))}
    finding = told["risk-coverage"].caption.finding
    assert finding == "If every question were answered, 30% would be wrong."
    assert "k: number of articles" in words(told["success"])
    assert "threshold used" not in " ".join(words(told["risk-coverage"]))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (12.34, "12.3 s"),
        (1.0, "1.0 s"),
        (0.25, "250 ms"),
        (0.0043, "4.3 ms"),
        (0.00001, "< 0.1 ms"),
    ],
)
def test_durations_suit_their_size(seconds: float, said: str) -> None:
    assert duration(seconds) == said

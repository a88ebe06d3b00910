"""Tests the comparison of two runs: counts, wording, and how often a difference is found."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np
import pytest

import rag
from rag.cli.main import run
from rag.evaluation import draw_risk
from rag.evaluation.comparing.compare import compare, names
from rag.evaluation.comparing.paired import compare_rows
from rag.evaluation.comparing.verdict import BETTER, NOT_SHOWN, WORSE, Verdict
from rag.evaluation.measuring.metrics import measure, write_metrics
from rag.evaluation.measuring.rows import QuestionRow
from rag.evaluation.records import FORMAT, Found, Gold, Prediction, Unit
from rag.evaluation.statistics.bootstrap import difference_interval

MakeRow = Callable[..., QuestionRow]
WriteMeasured = Callable[..., Path]
Runs = tuple[Path, Path]

CONTAINS = "answers/contains_shown"
LOST = "abstention/answerable_lost"


@pytest.fixture
def two(
    tmp_path: Path, question_row: MakeRow, write_measured: WriteMeasured
) -> Callable[..., Runs]:
    """Result folders A and B with questions q000, q001, … and these values of one measure."""

    def made(before: Iterable[float], after: Iterable[float], *, key: str = CONTAINS) -> Runs:
        rows = (
            [question_row(f"q{number:03}", {key: value}) for number, value in enumerate(values)]
            for values in (before, after)
        )
        first, second = (
            write_measured(tmp_path / name, side) for name, side in zip("AB", rows, strict=True)
        )
        return first, second

    return made


def only(folders: Runs) -> Verdict:
    """The verdict on runs that share one measure."""
    (verdict,) = compare(*folders).verdicts
    return verdict


# ---- counts


def test_wins_losses_and_ties_are_counted_and_named(two: Callable[..., Runs]) -> None:
    verdict = only(two([0, 0, 1, 1, 1], [1, 0, 1, 0, 1]))
    assert [change.id for change in verdict.won] == ["q000"]
    assert [change.id for change in verdict.lost] == ["q003"]
    assert verdict.tied == ("q001", "q002", "q004")
    assert (verdict.first, verdict.second, verdict.difference, verdict.n) == (0.6, 0.6, 0, 5)


def test_the_largest_change_stands_first(two: Callable[..., Runs]) -> None:
    verdict = only(two([0.5, 0.2, 0.2], [1, 0.3, 1], key="passage/RR@10"))
    assert [(change.id, change.after) for change in verdict.won] == [
        ("q002", 1),
        ("q000", 1),
        ("q001", 0.3),
    ]


def test_lower_may_be_better(two: Callable[..., Runs]) -> None:
    verdict = only(two([1] * 30 + [0] * 70, [0] * 100, key=LOST))
    assert verdict.difference == pytest.approx(-0.3)
    assert (len(verdict.won), len(verdict.lost), verdict.outcome) == (30, 0, BETTER)
    turned = only(two([0] * 100, [1] * 30 + [0] * 70, key=LOST))
    assert (len(turned.won), len(turned.lost), turned.outcome) == (0, 30, WORSE)


def test_interval_and_test_are_those_of_the_paired_differences(two: Callable[..., Runs]) -> None:
    verdict = only(two([0] * 12 + [1] * 5 + [1] * 552, [1] * 12 + [0] * 5 + [1] * 552))
    assert (verdict.low, verdict.high) == difference_interval([1] * 12 + [-1] * 5 + [0] * 552)
    assert verdict.p_value == pytest.approx(2 * 9402 / 2**17)  # 5 or fewer of 17 tosses


def test_areas_are_compared_by_ranks_alone(question_row: MakeRow) -> None:
    def side(scale: float) -> list[QuestionRow]:
        return [
            question_row(f"q{n}", {}, answerable=n % 2 == 0, answerability=scale * n)
            for n in range(20)
        ]

    (verdict,) = compare_rows(list(zip(side(1), side(0.01), strict=True)), of="B")
    assert verdict.key == "abstention/AUROC"
    assert verdict.first == verdict.second == pytest.approx(45 / 100)  # 9 + 8 + … + 0 of 100 pairs
    assert (verdict.p_value, verdict.won, verdict.lost) == (1, (), ())


def test_better_ranks_of_answerable_questions_raise_the_area(question_row: MakeRow) -> None:
    def side(scores: Mapping[str, float]) -> list[QuestionRow]:
        return [
            question_row(name, {}, answerable=name < "c", answerability=score)
            for name, score in scores.items()
        ]

    before = side({"a": 0.2, "b": 0.8, "c": 0.5, "d": 0.4})
    after = side({"a": 0.6, "b": 0.8, "c": 0.5, "d": 0.4})
    (verdict,) = compare_rows(list(zip(before, after, strict=True)), of="B")
    assert (verdict.first, verdict.second) == (2 / 4, 4 / 4)
    assert [(change.id, change.before, change.after) for change in verdict.won] == [
        ("a", 0, 1),
        ("c", 0.5, 1),
        ("d", 0.5, 1),
    ]


def test_a_measure_counts_where_both_runs_have_data(question_row: MakeRow) -> None:
    before = [question_row("q1", {CONTAINS: 1, "answers/EM": 1}), question_row("q2", {CONTAINS: 1})]
    after = [question_row("q1", {CONTAINS: 1}), question_row("q2", {})]
    (verdict,) = compare_rows(list(zip(before, after, strict=True)), of="B")
    assert (verdict.key, verdict.n, verdict.family) == (CONTAINS, 1, 1)


def test_holm_counts_every_measure(question_row: MakeRow) -> None:
    keys = (CONTAINS, "answers/EM", "passage/Success@1")
    before, after = (
        [question_row(f"q{n}", dict.fromkeys(keys, value)) for n in range(6)]
        for value in (0.0, 1.0)
    )
    verdicts = compare_rows(list(zip(before, after, strict=True)), of="B")
    assert [verdict.p_value for verdict in verdicts] == pytest.approx([2 / 2**6] * 3)
    assert [verdict.corrected for verdict in verdicts] == pytest.approx([3 * 2 / 2**6] * 3)
    assert verdicts[0].outcome == NOT_SHOWN
    assert "p = 0.094 (0.031 before correction for 3 measures)" in verdicts[0].sentence


def test_from_predictions_to_verdicts(
    *,
    tmp_path: Path,
    hits: Callable[..., tuple[Found, ...]],
    prediction: Callable[..., Prediction],
    gold: Callable[..., Gold],
    write_results: Callable[..., Path],
) -> None:
    """The second run finds the sentence at rank 1 instead of 2, and answers with it."""
    text = "The talks began. They ended on Friday."
    began, ended = ("a", 0, 16), ("a", 17, 38)
    wanted = gold("q", answers=("Friday",), units=(Unit(article_id="a", start=17, end=38),))
    before = prediction("q", hits=hits(began, ended), statements=(text[:16],))
    after = prediction("q", hits=hits(ended, began), statements=(text[17:],))
    folders = []
    for name, shown in (("before", before), ("after", after)):
        folder = write_results(tmp_path / name, [(shown, wanted)], texts={"a": text})
        write_metrics(folder, *measure(folder))
        folders.append(folder)
    by_key = {verdict.key: verdict for verdict in compare(*folders).verdicts}
    assert (by_key["passage/RR@10"].first, by_key["passage/RR@10"].second) == (1 / 2, 1)
    assert (by_key[CONTAINS].first, by_key[CONTAINS].second) == (0, 1)
    assert by_key[CONTAINS].sentence.startswith("after answers 1 more and 0 fewer of 1: +100.0")


# ---- the picture


def test_the_curves_of_both_runs_stand_in_one_picture(
    *,
    tmp_path: Path,
    prediction: Callable[..., Prediction],
    gold: Callable[..., Gold],
    write_results: Callable[..., Path],
) -> None:
    wanted = gold("q", answers=("Friday",))
    first, second = (
        write_results(tmp_path / name, [(prediction("q", statements=(text,)), wanted)])
        for name, text in (("before", "They began."), ("after", "They ended on Friday."))
    )
    for folder in (first, second):
        write_metrics(folder, *measure(folder))
    command = ["compare", str(first), str(second), "--picture"]
    assert run([*command, str(tmp_path / "risk.svg")]) == 0
    drawn = (tmp_path / "risk.svg").read_text(encoding="utf-8")
    assert all(f">{word}<" in drawn for word in ("before", "after"))
    assert run([*command, str(tmp_path / "risk.png")]) == 0
    assert (tmp_path / "risk.png").read_bytes().startswith(b"\x89PNG")


def test_what_cannot_be_drawn_is_refused(
    *,
    tmp_path: Path,
    prediction: Callable[..., Prediction],
    gold: Callable[..., Gold],
    write_results: Callable[..., Path],
) -> None:
    folder = write_results(tmp_path / "run", [(prediction("q"), gold("q"))])
    with pytest.raises(rag.UsageError, match=r"risk\.jpg is neither a \.png nor a \.svg"):
        draw_risk(folder, folder, file=tmp_path / "risk.jpg")
    with pytest.raises(rag.UsageError, match="no answer is judged"):
        draw_risk(folder, folder, file=tmp_path / "risk.png")


# ---- which questions


def test_questions_of_one_run_only_are_told(
    tmp_path: Path, question_row: MakeRow, write_measured: WriteMeasured
) -> None:
    value = {CONTAINS: 1.0}
    before = [question_row(name, value) for name in ("both", "gone")]
    after = [question_row("both", value), question_row("new", value)]
    before.append(question_row("reworded", value, question="When?"))
    after.append(question_row("reworded", value, question="Where?"))
    comparison = compare(
        write_measured(tmp_path / "A", before), write_measured(tmp_path / "B", after)
    )
    assert list(comparison.questions) == ["both"]
    assert comparison.only_first == ("gone", "reworded")
    assert comparison.only_second == ("new", "reworded")


def test_runs_that_cannot_be_compared_are_refused(
    tmp_path: Path, question_row: MakeRow, write_measured: WriteMeasured
) -> None:
    row = question_row("q", {CONTAINS: 1})
    first = write_measured(tmp_path / "A", [row])
    other_set = write_measured(tmp_path / "B", [row], run={"dataset": "another"})
    other_questions = write_measured(tmp_path / "C", [question_row("p", {CONTAINS: 1})])
    other_measures = write_measured(tmp_path / "D", [question_row("q", {"answers/EM": 1})])
    older = write_measured(tmp_path / "E", [row], version=FORMAT - 1)
    for second, reason in (
        (other_set, "'by-hand'.*'another'.*the same data set"),
        (other_questions, "none of 1 and 1 questions has the same id and words"),
        (other_measures, "no measure has data in both"),
        (older, f"format {FORMAT - 1}, not {FORMAT}"),
        (tmp_path / "nowhere", "byline eval"),
    ):
        with pytest.raises(rag.UsageError, match=reason):
            compare(first, second)


def test_folders_are_called_by_what_tells_them_apart() -> None:
    assert names(Path("results/before"), Path("results/after")) == ("before", "after")
    assert names(Path("eval/baseline/articles"), Path("results/articles")) == (
        "baseline/articles",
        "results/articles",
    )
    assert names(Path("a"), Path("a")) == ("a", "a")


# ---- differences in settings


SETTINGS = {"threshold": -1.0, "dense_weight": 0.55, "model": "/models/mini", "index": "here"}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            {"settings": SETTINGS},
            {"settings": {**SETTINGS, "dense_weight": 0.1, "threshold": 0.0}},
            "differs: threshold -1.0 → 0.0, dense_weight 0.55 → 0.1",
        ),
        (
            {"settings": SETTINGS},
            {"settings": {**SETTINGS, "model": "mini", "index": "there", "new": 1}},
            "same settings; the code may differ",
        ),
        (
            {"settings": SETTINGS, "threshold": 0.4, "articles": 5, "questions": 9},
            {"settings": SETTINGS, "threshold": 0.3, "articles": 6, "questions": 8},
            "differs: threshold 0.4 → 0.3, articles 5 → 6, questions 9 → 8",
        ),
        ({"settings": SETTINGS, "threshold": 0.4}, {"settings": SETTINGS}, "same settings"),
        ({"settings": SETTINGS, "model": "a"}, {"settings": SETTINGS, "model": "b"}, "model a → b"),
        (
            {"settings": SETTINGS, "data": "a"},
            {"settings": SETTINGS, "data": "b"},
            "differs: contents of the articles or questions",
        ),
        ({"settings": SETTINGS}, {}, "/B records no settings"),
        ({"run_file": "a.trec"}, {"run_file": "b.trec"}, "differs: run_file a.trec → b.trec"),
        ({}, {}, "neither run records settings"),
    ],
)
def test_what_was_done_differently_is_told(
    *,
    tmp_path: Path,
    question_row: MakeRow,
    write_measured: WriteMeasured,
    before: Mapping[str, object],
    after: Mapping[str, object],
    said: str,
) -> None:
    rows = [question_row("q", {CONTAINS: 1})]
    first = write_measured(tmp_path / "A", rows, run=before)
    second = write_measured(tmp_path / "B", rows, run=after)
    assert said in compare(first, second).differs


# ---- wording


def test_the_verdict_is_a_plain_sentence(two: Callable[..., Runs]) -> None:
    verdict = only(two([0] * 12 + [1] * 557, [1] * 12 + [0] * 5 + [1] * 552))
    assert re.fullmatch(
        r"B answers 12 more and 5 fewer of 569: \+1\.2 points contains,"
        r" 95% −0\.\d … \+2\.\d, p = 0\.14: not shown to differ",
        verdict.sentence,
    )


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("passage/Success@1", "B ranks the passage of 1 more and 2 fewer of 4 first:"),
        ("passage/RR@10", "B ranks the passage higher for 1 and lower for 2 of 4:"),
        ("article/Success@5", "B finds the article of 1 more and 2 fewer of 4 among the first 5:"),
        ("answers/F1", "B comes closer to the accepted answer for 1 and less close for 2 of 4:"),
        (
            "abstention/unanswerable_abstained",
            "B abstains on 1 more and 2 fewer of 4 unanswerable:",
        ),
        (LOST, "B abstains on 2 fewer and 1 more of 4 answerable:"),
    ],
)
def test_each_measure_has_its_words(two: Callable[..., Runs], key: str, said: str) -> None:
    assert only(two([0, 1, 1, 1], [1, 0, 0, 1], key=key)).sentence.startswith(said)


def test_a_run_beside_itself_changes_nothing(two: Callable[..., Runs]) -> None:
    first, _ = two([0, 1, 1], [0, 1, 1])
    (verdict,) = compare(first, first).verdicts
    assert verdict.sentence.startswith("A changes none of 3: 0.0 points contains, 95% −")
    assert verdict.sentence.endswith("p = 1.00: not shown to differ")


def test_json_holds_every_question_once(two: Callable[..., Runs]) -> None:
    content = json.loads(json.dumps(compare(*two([0, 1, 1], [1, 0, 1])).as_json()))
    (measure,) = content["measures"]
    assert (content["first"], content["second"], content["questions"]) == ("A", "B", 3)
    assert content["differs"] == "neither run records settings"
    assert content["headline"] == measure["sentence"]
    assert (measure["won"], measure["lost"], measure["tied"]) == (["q000"], ["q001"], ["q002"])
    assert measure["outcome"] == NOT_SHOWN


# ---- the command


def test_command_prints_table_sentence_and_questions(
    two: Callable[..., Runs], capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = two([0] * 12 + [1] * 8, [1] * 12 + [0] * 8)
    assert run(["compare", str(first), str(second)]) == 0
    out = capsys.readouterr().out
    assert "B against A, 20 questions" in out
    assert "12–8–0" in out
    assert "\nneither run records settings\nB answers 12 more and 8 fewer of 20: +20.0" in out
    assert "all shown contains, won: 12" in out
    assert "  q000: What about q000? 0 → 1" in out
    assert "q010" not in out
    assert "  … and 2 more; --all lists them" in out
    assert run(["compare", str(first), str(second), "--all"]) == 0
    assert "  q011: What about q011? 0 → 1" in capsys.readouterr().out


def test_command_lists_abstention_too_and_every_measure_where_all_are_asked_for(
    tmp_path: Path,
    question_row: MakeRow,
    write_measured: WriteMeasured,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Three measures change on 12 questions each; a fourth does not change."""
    keys = ("answers/EM", CONTAINS, LOST)
    folders = [
        str(
            write_measured(
                tmp_path / name,
                [
                    question_row(f"q{n:02}", {**dict.fromkeys(keys, value), "passage/RR@10": 1.0})
                    for n in range(12)
                ],
            )
        )
        for name, value in (("A", 0.0), ("B", 1.0))
    ]
    assert run(["compare", *folders]) == 0
    out = capsys.readouterr().out
    lists = re.findall(r"^(.*, (?:won|lost): .*)$", out, re.MULTILINE)
    assert lists == ["all shown contains, won: 12", "answerable lost ↓, lost: 12"]
    assert out.count("  … and 2 more; --all lists them") == 2
    assert run(["compare", *folders, "--all"]) == 0
    out = capsys.readouterr().out
    assert re.findall(r"^(.*), (?:won|lost): 12$", out, re.MULTILINE) == [
        "all shown contains",
        "EM",
        "answerable lost ↓",
    ]
    assert out.count("  q11: What about q11? 0 → 1") == 3


def test_command_prints_or_writes_json(
    two: Callable[..., Runs], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = two([0, 1], [1, 1])
    assert run(["compare", str(first), str(second), "--json", "-"]) == 0
    printed = json.loads(capsys.readouterr().out)
    file = tmp_path / "compared.json"
    assert run(["compare", str(first), str(second), "--json", str(file)]) == 0
    assert json.loads(file.read_text(encoding="utf-8")) == printed
    assert "B against A" in capsys.readouterr().out


def test_command_tells_what_was_not_compared(
    tmp_path: Path,
    question_row: MakeRow,
    write_measured: WriteMeasured,
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = [question_row(f"q{number}", {CONTAINS: 1}) for number in range(6)]
    first, second = write_measured(tmp_path / "A", rows), write_measured(tmp_path / "B", rows[:2])
    assert run(["compare", str(first), str(second)]) == 0
    assert "not compared, as only A has them: 4 (q2, q3, q4, …)" in capsys.readouterr().out


# ---- error rates


def simulated(
    random: np.random.Generator, question_row: MakeRow, *, n: int, gain: float
) -> list[tuple[QuestionRow, QuestionRow]]:
    """Two runs on ``n`` questions of the same difficulty, with independent random errors.

    About one answer in seven changes; the second run answers and finds ``gain`` more.
    """
    difficulty = random.normal(size=n)

    def side(better: float) -> list[QuestionRow]:
        found, read = (0.9 * difficulty + 0.44 * random.normal(size=n) for _ in range(2))
        rank = 1 + np.searchsorted(np.quantile(difficulty, [0.55, 0.7, 0.8, 0.9]) + better, found)
        right = read < np.quantile(difficulty, 0.6) + 2.6 * better
        close = np.where(right, 1.0, (0.4 * random.random(n)).round(1))
        values = (
            {
                "passage/Success@1": float(rank[i] == 1),
                "passage/RR@10": 1 / float(rank[i]),
                CONTAINS: float(right[i]),
                "answers/F1": float(close[i]),
            }
            for i in range(n)
        )
        return [question_row(f"q{i}", of_one) for i, of_one in enumerate(values)]

    return list(zip(side(0), side(gain), strict=True))


@pytest.mark.slow
def test_where_nothing_differs_a_difference_is_found_in_5_of_100_at_most(
    question_row: MakeRow,
) -> None:
    random = np.random.default_rng(8)
    found, sets = 0, 400
    for _ in range(sets):
        pairs = simulated(random, question_row, n=150, gain=0)
        found += any(v.outcome != NOT_SHOWN for v in compare_rows(pairs, of="B"))
    assert found <= 0.05 * sets


@pytest.mark.slow
def test_five_points_of_2000_questions_are_found(question_row: MakeRow) -> None:
    random = np.random.default_rng(9)
    differences, found = [], 0
    for _ in range(20):
        pairs = simulated(random, question_row, n=2000, gain=0.05)
        by_key = {verdict.key: verdict for verdict in compare_rows(pairs, of="B")}
        differences.append(by_key[CONTAINS].difference)
        found += by_key[CONTAINS].outcome == BETTER
    assert np.mean(differences) == pytest.approx(0.05, abs=0.006)
    assert found >= 19

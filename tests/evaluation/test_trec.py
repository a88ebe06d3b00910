"""Tests TREC: other tools measure the files as we do, and reading keeps contents and order."""

import gzip
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import ir_measures
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rag
from rag.evaluation.datasets.formats.byline import read_byline, write_byline
from rag.evaluation.datasets.formats.content import Content, gold_of, judged
from rag.evaluation.datasets.formats.results import results_of, with_judgements, write_results
from rag.evaluation.datasets.formats.trec import (
    is_run,
    read_qrels,
    read_run,
    write_qrels,
    write_rankings,
)
from rag.evaluation.datasets.reading import load_dataset
from rag.evaluation.folder import read_results
from rag.evaluation.lines import Faults
from rag.evaluation.measures.ranking import MEASURES
from rag.evaluation.measuring.metrics import measure
from rag.evaluation.measuring.values import value
from rag.evaluation.records import Found, Gold, Prediction, Results, Unit

WriteRows = Callable[[Path, Iterable[Mapping[str, object]]], Path]
MakeHits = Callable[..., tuple[Found, ...]]
MakePrediction = Callable[..., Prediction]
MakeGold = Callable[..., Gold]

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
SAID = TEXT.filter(str.strip)
ARTICLES = ("a", "b c", "d%20e", "é:0-9", "\u2003x\n")
SPAN = st.tuples(st.sampled_from(ARTICLES), st.integers(0, 5), st.integers(1, 3))
RUN, QRELS = "run.trec", "qrels.trec"


def _results(rows: Sequence[tuple[Prediction, Gold]]) -> Results:
    return Results(dataset="by-hand", rows=tuple(rows), articles={})


@st.composite
def answered(draw: st.DrawFn) -> list[tuple[Prediction, Gold]]:
    """Questions with hits and gold at random positions."""
    rows = []
    for name in draw(st.lists(SAID, min_size=1, max_size=4, unique=True)):
        places = draw(st.lists(SPAN, max_size=8, unique=True))
        gold = draw(st.lists(SPAN, max_size=3, unique=True))
        units = tuple(Unit(article_id=a, start=s, end=s + n) for a, s, n in gold)
        rows.append(
            (
                Prediction(
                    id=name, question="Who?", standalone_question="Who?", answer="",
                    short_answer=None, statements=(), citations=(), abstained=True,
                    answerability=0.0,
                    hits=tuple(
                        Found(article_id=a, start=s, end=s + n, score=0.5, rank=rank)
                        for rank, (a, s, n) in enumerate(places, start=1)
                    ),
                ),
                Gold(
                    id=name, answers=(), answerable=None, kind=None, units=units, has_spans=True,
                    articles=tuple(dict.fromkeys(unit.article_id for unit in units)),
                    gold_human=tuple(draw(st.lists(st.sampled_from(ARTICLES), max_size=2))),
                ),
            )
        )  # fmt: skip
    return rows


@settings(deadline=None)
@given(rows=answered(), by_passages=st.booleans())
def test_other_tools_measure_as_we_do(
    rows: list[tuple[Prediction, Gold]], *, by_passages: bool
) -> None:
    links = any(gold.gold_human for _, gold in rows)
    ours = value(rows, {}, links=links).values
    view = "passage" if by_passages else "article"
    with TemporaryDirectory() as folder:
        write_rankings(_results(rows), Path(folder), by_passages=by_passages)
        run = list(ir_measures.read_trec_run(f"{folder}/{RUN}"))  # type: ignore[no-untyped-call]
        qrels = list(ir_measures.read_trec_qrels(f"{folder}/{QRELS}"))  # type: ignore[no-untyped-call]
    theirs: dict[str, list[float]] = {str(one): [] for one in MEASURES}
    for one in ir_measures.iter_calc(MEASURES, qrels, run):
        theirs[str(one.measure)].append(one.value)
    for name, values in theirs.items():
        assert sorted(values) == pytest.approx(sorted(ours[f"{view}/{name}"].values()))


def test_each_article_stands_once_and_scores_fall(
    tmp_path: Path, hits: MakeHits, prediction: MakePrediction, gold: MakeGold
) -> None:
    found = hits(("b c", 0, 5), ("a", 0, 5), ("b c", 5, 9), ("d", 1, 2))
    units = (Unit(article_id="a", start=0, end=3), Unit(article_id="z", start=4, end=6))
    rows = [(prediction("q 1", hits=found), gold("q 1", units=units))]
    write_rankings(_results(rows), tmp_path / "article")
    assert (tmp_path / "article" / RUN).read_text() == (
        "q%201 Q0 b%20c 1 1 byline\nq%201 Q0 a 2 0.5 byline\nq%201 Q0 d 3 0.333333333 byline\n"
    )
    assert (tmp_path / "article" / QRELS).read_text() == "q%201 0 a 1\nq%201 0 z 1\n"
    write_rankings(_results(rows), tmp_path / "passage", by_passages=True)
    lines = (tmp_path / "passage" / RUN).read_text().splitlines()
    assert [line.split()[2] for line in lines] == ["b%20c:0-5", "a:0-5", "b%20c:5-9", "d:1-2"]
    # A gold unit that a hit overlaps is judged as that hit; a unit without hits, as itself.
    assert (tmp_path / "passage" / QRELS).read_text() == "q%201 0 a:0-5 1\nq%201 0 z:4-6 1\n"


# ---- reading


@pytest.fixture
def folder(tmp_path: Path, write_rows: WriteRows) -> Path:
    """A data set of three documents and two questions."""
    corpus = [
        {"id": name, "text": f"This is {name}.", "title": "T", "source": "S", "date": "2024-05-06"}
        for name in ("a", "b c", "d")
    ]
    questions: list[dict[str, object]] = [
        {"id": "q2", "question": "Which?", "answers": ["a"], "gold": ["a"], "gold_human": ["a"]},
        {"id": "q 1", "question": "What?", "gold": ["b c", "d"], "answerable": True},
    ]
    write_rows(tmp_path / "set" / "corpus.jsonl", corpus)
    write_rows(tmp_path / "set" / "questions.jsonl", questions)
    return tmp_path / "set"


def read(path: Path, dataset: Path) -> Results:
    faults = Faults()
    results = results_of(read_run(path, faults), load_dataset(dataset), path=path, faults=faults)
    faults.raise_any(path)
    return results


def test_a_run_of_someone_else_becomes_results(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "bm25.run"
    path.write_text("q%201 Q0 a 2 1.5 bm25\nq%201\tQ0\tb%20c\t1\t7e1\tbm25\n\nq%201 Q0 d 3 1.5 x\n")
    write_results(read(path, folder), tmp_path / "out")
    results = read_results(tmp_path / "out")
    (shown, gold), (unasked, _) = results.rows
    assert [(hit.article_id, hit.rank, hit.score) for hit in shown.hits] == [
        ("b c", 1, 70.0),
        ("a", 2, 1.5),
        ("d", 3, 1.5),
    ]
    assert (shown.hits[0].start, shown.hits[0].end) == (0, len("This is b c."))
    assert gold.articles == ("b c", "d")
    assert (unasked.id, unasked.hits) == ("q2", ())
    assert results.articles["a"].text == "This is a."
    assert (results.articles["a"].outlet, results.articles["a"].published) == ("S", "2024-05-06")
    assert results.dataset == "set"


def test_results_of_someone_else_are_measured_by_what_they_found_alone(
    folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "bm25.run"
    path.write_text("q2 Q0 d 1 3 x\nq2 Q0 a 2 2 x\nq%201 Q0 d 1 3 x\n")
    write_results(read(path, folder), tmp_path / "out")
    metrics, _ = measure(tmp_path / "out")
    article = metrics.scores.retrieval["article"]
    assert (article["RR@10"].value, article["RR@10"].n) == (1 / 2, 1)  # linked only for q2
    passage = metrics.scores.retrieval["passage"]
    assert (passage["RR@10"].value, passage["RR@10"].n) == ((1 / 2 + 1 / 1) / 2, 2)
    for figures in (metrics.scores.answers, metrics.scores.abstention, metrics.scores.citations):
        assert {figure.value for figure in figures.values()} == {None}


@settings(deadline=None)
@given(
    found=st.lists(st.lists(st.sampled_from(range(30)), max_size=25, unique=True), max_size=3),
    by_passages=st.booleans(),
)
def test_a_run_comes_back_in_the_same_order(found: list[list[int]], *, by_passages: bool) -> None:
    documents = [{"id": f"{n} %:{n}-9", "text": "x" * 99} for n in range(30)]
    asked = [{"id": f"q {n}", "question": "Which?", "gold": []} for n, _ in enumerate(found)]
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_byline(Content(documents=tuple(documents), questions=tuple(asked or [
            {"id": "q", "question": "Which?"}])), folder / "set")  # fmt: skip
        lines = [
            f"q%20{number} Q0 {place}%20%25:{place}-9 1 {-rank} tag\n"
            for number, places in enumerate(found)
            for rank, place in enumerate(places)
        ]
        (folder / RUN).write_text("".join(sorted(lines)))
        once = read(folder / RUN, folder / "set")
        write_rankings(once, folder / "one", by_passages=by_passages)
        twice = read(folder / "one" / RUN, folder / "set")
        write_rankings(twice, folder / "two", by_passages=by_passages)
        assert (folder / "two" / RUN).read_text() == (folder / "one" / RUN).read_text()
    order = {shown.id: [hit.article_id for hit in shown.hits] for shown, _ in once.rows}
    for number, places in enumerate(found):
        assert order[f"q {number}"] == [f"{n} %:{n}-9" for n in places[:20]]
    again = [[replace(hit, score=0.0) for hit in shown.hits] for shown, _ in twice.rows]
    assert again == [[replace(hit, score=0.0) for hit in shown.hits] for shown, _ in once.rows]


@settings(deadline=None)
@given(st.dictionaries(SAID, st.dictionaries(SAID, st.integers(-1, 3), max_size=4), min_size=1))
def test_judgements_become_gold_and_come_back(grades: dict[str, dict[str, int]]) -> None:
    names = sorted({name for one in grades.values() for name in one})
    documents = tuple({"id": name, "text": "Text."} for name in names)
    questions = tuple({"id": name, "question": "Which?"} for name in grades)
    content = Content(documents=documents, questions=questions)
    with TemporaryDirectory() as name:
        path = Path(name, QRELS)
        write_qrels(
            replace(content, questions=tuple(judged(row, grades[row["id"]]) for row in questions)),
            Path(name),
        )
        first = path.read_bytes()
        faults = Faults()
        read_back = with_judgements(content, read_qrels(path, faults), path=path, faults=faults)
        faults.raise_any(path)
        write_qrels(read_back, Path(name))
        assert path.read_bytes() == first
    for row in read_back.questions:
        assert row["gold"] == list(gold_of(grades[str(row["id"])]))


def test_judgements_replace_all_other_gold(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "new.qrels"
    path.write_text("q2 0 b%20c 1\nq2 0 d 2\n")
    faults = Faults()
    content = with_judgements(
        read_byline(folder), read_qrels(path, faults), path=path, faults=faults
    )
    first, second = content.questions
    assert first["gold"] == ["d", "b c"]
    assert "gold_human" not in first
    assert first["answers"] == ["a"]
    assert second["gold"] == []
    assert content.documents == read_byline(folder).documents


# ---- malformed lines


def test_every_fault_is_listed_with_file_and_line(folder: Path, tmp_path: Path) -> None:
    run = tmp_path / "bad.run"
    run.write_text(
        "q2 Q0 a 1 2.0 x\nq2 Q0 a 2 1.0 x\nq2 Q0 d 2 nan x\nq2 Q0 d first 1 x\nq2 0 d 1\n"
        "q9 Q0 d 1 2 x\nq2 Q0 gone 1 2 x\nq2 Q0 gone:0-4 1 2 x\n"
        "q2 Q0 d:9-3 1 2 x\nq2 Q0 d:0-9999 1 2 x\n"
    )
    with pytest.raises(rag.DatasetError) as raised:
        read(run, folder)
    for line in range(2, 11):
        assert f"bad.run:{line}: " in str(raised.value)
    assert "bad.run: 9 faults" in str(raised.value)
    qrels = tmp_path / "bad.qrels"
    qrels.write_text("q2 0 a 1\nq2 0 d yes\nq9 0 a 1\nq2 0 gone 1\n")
    faults = Faults()
    with_judgements(read_byline(folder), read_qrels(qrels, faults), path=qrels, faults=faults)
    assert [fault.line for fault in faults.found] == [2, 3, 4]


def test_runs_and_judgements_are_told_apart_by_their_columns(tmp_path: Path) -> None:
    path = tmp_path / "some"
    path.write_text("\nq Q0 d 1 2.5 tag\n")
    assert is_run(path)
    path.write_text("q 0 d 1\n")
    assert not is_run(path)
    packed = tmp_path / "some.gz"
    packed.write_bytes(gzip.compress(b"q Q0 d 1 2.5 tag\n"))
    assert is_run(packed)
    for lines in ("q d 1\n", ""):
        path.write_text(lines)
        with pytest.raises(rag.DatasetError, match="a run has 6, judgements have 4"):
            is_run(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(rag.DatasetError, match="cannot be read"):
        is_run(path)

"""Tests conversion: the supported formats, the output files, and rejected input."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rag
from rag.evaluation.datasets.formats import FORMATS, Converted, check_free, convert
from rag.evaluation.datasets.formats.byline import read_byline
from rag.evaluation.datasets.formats.content import gold_of, grades_of, judged, whole_number
from rag.evaluation.datasets.reading import check_dataset, load_dataset
from rag.evaluation.folder import read_results
from rag.evaluation.lines import FieldError
from rag.evaluation.records import Found, Gold, Prediction, Unit

WriteRows = Callable[[Path, Iterable[Mapping[str, object]]], Path]
WriteResults = Callable[..., Path]
MakeHits = Callable[..., tuple[Found, ...]]

ROOT = Path(__file__).parents[2]
DATA_SETS = ("byline", "beir", "squad")
CORPUS = [{"id": "a", "title": "Talks", "text": "The talks ended on Friday."}]
QUESTIONS: list[dict[str, Any]] = [
    {"id": "q", "question": "When?", "answers": ["Friday"], "gold": ["a"], "answerable": True}
]


@pytest.fixture
def folder(tmp_path: Path, write_rows: WriteRows) -> Path:
    write_rows(tmp_path / "set" / "corpus.jsonl", CORPUS)
    write_rows(tmp_path / "set" / "questions.jsonl", QUESTIONS)
    return tmp_path / "set"


@pytest.fixture
def results(
    tmp_path: Path,
    write_results: WriteResults,
    hits: MakeHits,
    prediction: Callable[..., Prediction],
    gold: Callable[..., Gold],
) -> Path:
    row = (
        prediction("q", hits=hits(("a", 4, 9))),
        gold("q", units=(Unit(article_id="a", start=0, end=5),)),
    )
    return write_results(tmp_path / "results", [row])


@given(st.dictionaries(st.text(), st.integers(-1, 3)), st.dictionaries(st.text(), st.text()))
def test_judgements_stand_by_a_question_as_its_gold(
    grades: dict[str, int], question: dict[str, str]
) -> None:
    row = judged(question, grades)
    assert row["gold"] == list(gold_of(grades))
    assert grades_of(row) == grades
    assert {**question, "gold": 0, "grades": 0} == {**row, "gold": 0, "grades": 0}


@given(st.dictionaries(st.text(), st.integers(-1, 3)))
def test_gold_is_what_is_judged_above_0_by_falling_grade(grades: dict[str, int]) -> None:
    gold = gold_of(grades)
    assert set(gold) == {name for name, grade in grades.items() if grade > 0}
    assert [grades[name] for name in gold] == sorted((grades[n] for n in gold), reverse=True)


def test_grades_that_no_longer_agree_with_gold_do_not_count() -> None:
    row = judged({}, {"a": 2, "b": 1})
    assert grades_of({**row, "gold": ["b"]}) == {"b": 1}
    assert grades_of({"gold": ["a"], "grades": {"a": True}}) == {"a": 1}
    assert grades_of({"grades": {"a": 1}}) == {}


@pytest.mark.parametrize(("written", "number"), [("2", 2), ("-1", -1), ("1.0", 1)])
def test_a_judgement_is_a_whole_number(written: str, number: int) -> None:
    assert whole_number("score", written) == number


@pytest.mark.parametrize("written", ["", "yes", "0.5", "nan", "inf"])
def test_another_judgement_is_refused(written: str) -> None:
    with pytest.raises(FieldError, match=r"score is .*not a whole number"):
        whole_number("score", written)


@pytest.mark.parametrize("middle", DATA_SETS)
def test_a_data_set_goes_through_each_format(folder: Path, tmp_path: Path, middle: str) -> None:
    there, back = tmp_path / "there", tmp_path / "back"
    made = convert(folder, source_format="byline", target_format=middle, out=there)
    assert made == Converted(documents=1, questions=1, notes=[])
    source = there / "squad.json" if middle == "squad" else there
    convert(source, source_format=middle, target_format="byline", out=back)
    (question,) = load_dataset(back).questions
    (document,) = load_dataset(back).documents
    assert (question.id, question.question, question.answers) == ("q", "When?", ("Friday",))
    assert question.gold == (document.id,)
    assert (document.title, document.text) == ("Talks", "The talks ended on Friday.")
    assert check_dataset(back).faults == ()


def test_a_folder_of_articles_becomes_a_corpus(tmp_path: Path) -> None:
    source = ROOT / "eval" / "articles"
    made = convert(source, source_format="byline", target_format="byline", out=tmp_path / "set")
    assert made.documents == 5
    before, after = load_dataset(source), load_dataset(tmp_path / "set")
    assert after.questions == before.questions
    assert after.gold == before.gold
    texts = {document.id: document.text for document in before.documents}
    assert {document.id: document.text for document in after.documents} == texts


def test_paragraphs_of_articles_keep_their_numbers(tmp_path: Path, write_rows: WriteRows) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.txt").write_text(
        "---\ntitle: Talks\noutlet: Post\npublished: 2024-05-06\nurl: https://post.example/a\n---\n"
        "The talks began on Monday.\n\nThey ended on Friday.\n"
    )
    source = tmp_path / "set"
    article = "https://post.example/a"
    write_rows(source / "questions.jsonl", [{**QUESTIONS[0], "gold": [article],
                                             "gold_paragraphs": [f"{article}#p1"]}])  # fmt: skip
    (source / "dataset.yaml").write_text("articles: ../articles\n")
    convert(source, source_format="byline", target_format="byline", out=tmp_path / "out")
    assert load_dataset(tmp_path / "out").gold == load_dataset(source).gold
    (document,) = load_dataset(tmp_path / "out").documents
    assert (document.outlet, str(document.published)) == ("Post", "2024-05-06")
    assert document.url == article


def test_another_questions_file(folder: Path, tmp_path: Path, write_rows: WriteRows) -> None:
    other = write_rows(tmp_path / "other.jsonl", [{**QUESTIONS[0], "id": "q9"}])
    convert(
        folder, source_format="byline", target_format="trec", out=tmp_path / "out", questions=other
    )
    assert (tmp_path / "out" / "qrels.trec").read_text() == "q9 0 a 1\n"


def test_results_become_a_run_and_come_back(folder: Path, results: Path, tmp_path: Path) -> None:
    made = convert(
        results, source_format="byline", target_format="trec", out=tmp_path / "t", by_passages=True
    )
    assert made == Converted(documents=None, questions=1)
    assert (tmp_path / "t" / "run.trec").read_text() == "q Q0 a:4-9 1 1 byline\n"
    convert(
        tmp_path / "t" / "run.trec", source_format="trec", target_format="byline",
        out=tmp_path / "back", dataset=folder,
    )  # fmt: skip
    (line,) = (tmp_path / "back" / "predictions.jsonl").read_text().splitlines()
    (hit,) = json.loads(line)["hits"]
    assert (hit["article_id"], hit["start"], hit["end"], hit["rank"]) == ("a", 4, 9, 1)


def test_results_are_copied_whole(
    tmp_path: Path,
    write_results: WriteResults,
    prediction: Callable[..., Prediction],
    gold: Callable[..., Gold],
) -> None:
    shown = prediction("q")
    source = write_results(
        tmp_path / "one", [(shown, gold("q"))], texts={"a": "T"}, systems={"bm25": [shown]}
    )
    convert(source, source_format="byline", target_format="byline", out=tmp_path / "two")
    assert read_results(tmp_path / "two") == read_results(source)


def test_judgements_become_a_data_set_of_any_format(folder: Path, tmp_path: Path) -> None:
    qrels = tmp_path / "qrels"
    qrels.write_text("q 0 a 3\n")
    convert(
        qrels, source_format="trec", target_format="beir", out=tmp_path / "beir", dataset=folder
    )
    table = (tmp_path / "beir" / "qrels" / "test.tsv").read_text()
    assert table == "query-id\tcorpus-id\tscore\nq\ta\t3\n"


@pytest.mark.parametrize("target", FORMATS)
def test_nothing_is_written_over(folder: Path, tmp_path: Path, target: str) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine").write_text("mine")
    with pytest.raises(rag.UsageError, match="out already exists: choose a new name"):
        convert(folder, source_format="byline", target_format=target, out=out)
    assert [file.name for file in out.iterdir()] == ["mine"]
    (out / "mine").unlink()
    convert(folder, source_format="byline", target_format=target, out=out)


def test_a_file_is_in_the_way_too(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(rag.UsageError, match="already exists"):
        check_free(tmp_path / "file")
    check_free(tmp_path / "new" / "folder")


@pytest.mark.parametrize("target", ["beir", "squad"])
def test_rankings_have_no_place_in_a_data_set(results: Path, tmp_path: Path, target: str) -> None:
    with pytest.raises(
        rag.UsageError, match=f"{target} cannot represent rankings: write them to trec"
    ):
        convert(results, source_format="byline", target_format=target, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_data_set_has_no_passages(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(rag.UsageError, match="contains no retrieved passages: use --by article"):
        convert(
            folder, source_format="byline", target_format="trec", out=tmp_path / "out",
            by_passages=True,
        )  # fmt: skip


def test_a_data_set_stands_beside_trec_alone(folder: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.write_text("q Q0 a 1 1 x\n")
    with pytest.raises(rag.UsageError, match=f"{run} .*: name their data set with --dataset DIR"):
        convert(run, source_format="trec", target_format="byline", out=tmp_path / "out")
    with pytest.raises(rag.UsageError, match="--dataset applies only to --from trec"):
        convert(
            folder, source_format="byline", target_format="beir", out=tmp_path / "out",
            dataset=folder,
        )  # fmt: skip


@pytest.mark.parametrize("given", FORMATS)
def test_a_source_of_another_format_is_told_which(
    folder: Path, results: Path, tmp_path: Path, given: str
) -> None:
    convert(folder, source_format="byline", target_format="beir", out=tmp_path / "beir")
    convert(folder, source_format="byline", target_format="squad", out=tmp_path / "squad")
    convert(folder, source_format="byline", target_format="trec", out=tmp_path / "trec")
    sources = {
        folder: "byline",
        results: "byline",
        tmp_path / "beir": "beir",
        tmp_path / "squad" / "squad.json": "squad",
        tmp_path / "trec" / "qrels.trec": "trec",
    }
    for source, name in sources.items():
        if name != given:
            with pytest.raises(
                rag.UsageError, match=f"{source} looks like {name}, not {given}: use --from {name}"
            ):
                convert(source, source_format=given, target_format="byline", out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_of_two_formats_is_taken_as_either(folder: Path, tmp_path: Path) -> None:
    convert(folder, source_format="byline", target_format="beir", out=tmp_path / "beir")
    (tmp_path / "beir" / "questions.jsonl").write_bytes((folder / "questions.jsonl").read_bytes())
    made = convert(
        tmp_path / "beir", source_format="beir", target_format="byline", out=tmp_path / "out"
    )
    assert made.questions == 1


def test_a_faulty_source_leaves_nothing_behind(folder: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.write_text("q9 Q0 a 1 1 x\n")
    with pytest.raises(rag.DatasetError, match="run:1: question 'q9' is not in the data set"):
        convert(
            run, source_format="trec", target_format="byline", out=tmp_path / "out", dataset=folder
        )
    with (folder / "questions.jsonl").open("a") as lines:
        lines.write('{"id": "q2", "question": "Where?", "gold": ["nowhere"]}\n')
    with pytest.raises(rag.DatasetError, match=r"questions\.jsonl:2: question 'q2'"):
        convert(folder, source_format="byline", target_format="beir", out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("form", ["byline", "run", "qrels"])
def test_what_refers_to_something_missing_is_left_out_on_request(
    tmp_path: Path, write_rows: WriteRows, form: str
) -> None:
    question = {"id": "q1", "question": "Which?", "gold": ["a"]}
    gone = {
        "gold": ["a", "gone"],
        "gold_human": ["gone"],
        "gold_paragraphs": ["gone#p0", "a#p0"],
        "gold_spans": [{"article": "gone", "quote": "x"}],
        "grades": {"a": 2, "gone": 1},
    }
    source, over = tmp_path / "source", tmp_path / "set"
    write_rows(over / "corpus.jsonl", [{"id": "a", "text": "One."}])
    write_rows(over / "questions.jsonl", [question | (gone if form == "byline" else {})])
    lines = {"run": "q1 Q0 a 1 2 x\nq1 Q0 gone 2 1 x\n", "qrels": "q1 0 a 1\nq1 0 gone 1\n"}
    asked: dict[str, Any] = {"source": over, "source_format": "byline"}
    if form != "byline":
        source.write_text(lines[form])
        asked = {"source": source, "source_format": "trec", "dataset": over}
    asked |= {"target_format": "byline", "out": tmp_path / "out"}
    with pytest.raises(rag.DatasetError, match="--skip-missing"):
        convert(**asked)
    made = convert(**asked, skip_missing=True)
    assert made.questions == 1
    assert made.notes[0].endswith("left out: the question or document is missing")
    assert "'gone'" in made.notes[1]
    if form != "run":
        (row,) = read_byline(tmp_path / "out").questions
        assert row["gold"] == ["a"]
        assert "gone" not in json.dumps(row)

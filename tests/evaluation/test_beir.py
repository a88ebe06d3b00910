"""Tests BEIR: reads all contents of its folders, and converts both ways without loss."""

import csv
import gzip
import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rag
from rag.evaluation.datasets.formats.beir import read_beir, write_beir
from rag.evaluation.datasets.formats.byline import read_byline, write_byline
from rag.evaluation.datasets.formats.content import Content

WriteRows = Callable[[Path, Iterable[Mapping[str, object]]], Path]

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
SAID = TEXT.filter(str.strip)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)
DATE = st.none() | st.dates().map(str)


def _some(optional: Mapping[str, st.SearchStrategy[object]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=optional)


@st.composite
def contents(draw: st.DrawFn) -> Content:
    """A data set in our format: documents of text or paragraphs, and questions with all fields."""
    names = draw(st.lists(SAID, min_size=1, max_size=4, unique=True))
    more = {
        "title": TEXT,
        "source": TEXT,
        "date": DATE,
        "url": TEXT,
        "metadata": JSON,
        "extra": JSON,
    }
    documents = [
        {
            "id": name,
            **draw(
                st.fixed_dictionaries({"text": SAID})
                | st.fixed_dictionaries(
                    {"paragraphs": st.lists(TEXT, max_size=2).map(lambda p: [*p, "x"])}
                )
            ),
            **draw(_some(more)),
        }
        for name in names
    ]
    some = st.lists(st.sampled_from(names), max_size=4)
    known = {
        "answers": st.lists(TEXT, max_size=3),
        "gold": some,
        "gold_human": some,
        "gold_paragraphs": some.map(lambda own: [f"{name}#p0" for name in own]),
        "grades": st.dictionaries(st.sampled_from(names), st.integers(-1, 3)),
        "answerable": st.none() | st.booleans(),
        "history": st.lists(st.tuples(st.sampled_from(["user", "agent"]), TEXT).map(list)),
        "date": DATE,
        "kind": TEXT,
        "metadata": JSON,
        "extra": JSON,
    }
    questions = [
        {"id": name, "question": f"who {draw(TEXT)}"[:500], **draw(_some(known))}
        for name in draw(st.lists(SAID, min_size=1, max_size=4, unique=True))
    ]
    return Content(documents=tuple(documents), questions=tuple(questions))


@settings(deadline=None)
@given(contents())
def test_our_form_comes_back_from_beir_as_it_was(content: Content) -> None:
    with TemporaryDirectory() as folder:
        write_beir(content, Path(folder), split="dev")
        assert read_beir(Path(folder), split="dev") == content


@settings(deadline=None)
@given(contents())
def test_our_form_is_written_as_it_is_read(content: Content) -> None:
    with TemporaryDirectory() as folder:
        write_byline(content, Path(folder))
        assert read_byline(Path(folder)) == content


@settings(deadline=None)
@given(
    documents=st.dictionaries(SAID, st.tuples(TEXT, SAID, st.dictionaries(TEXT, JSON, max_size=2))),
    queries=st.dictionaries(SAID, st.tuples(SAID, st.dictionaries(TEXT, JSON, max_size=2))),
    data=st.data(),
)
def test_beir_comes_back_from_our_form_as_it_was(
    documents: Mapping[str, Any], queries: Mapping[str, Any], data: st.DataObject
) -> None:
    corpus = [
        {"_id": name, "title": title, "text": text, "metadata": metadata}
        for name, (title, text, metadata) in documents.items()
    ]
    asked = [
        {"_id": name, "text": text, "metadata": metadata}
        for name, (text, metadata) in queries.items()
    ]
    score = st.integers(0, 3)
    grades = {
        name: data.draw(st.dictionaries(st.sampled_from(sorted(documents)), score, min_size=1))
        for name in queries
        if documents
    }
    with TemporaryDirectory() as folder:
        first, second = Path(folder, "first"), Path(folder, "second")
        _write(first, corpus, asked if grades else [], grades)
        write_beir(read_beir(first), second)
        for name in ("corpus.jsonl", "queries.jsonl"):
            assert _objects(second / name) == _objects(first / name)
        assert _table(second) == _table(first)


@pytest.mark.parametrize("name", ["inscit_dev", "rtqa22", "rtqa22_abstain", "squad2_dev"])
def test_open_data_sets_come_back_as_they_were(bench: Path, tmp_path: Path, name: str) -> None:
    content = read_byline(bench / name)
    write_beir(content, tmp_path)
    assert read_beir(tmp_path) == content


# ---- foreign folders

CORPUS: list[dict[str, object]] = [
    {"_id": "d1", "title": "Talks", "text": "They end on Friday.", "metadata": {"url": "u"}},
    {"_id": 2, "text": "No title, no metadata."},
    {"_id": "d3", "title": "A title alone", "text": " ", "metadata": None},
    {"_id": "d4", "title": "", "text": "", "metadata": {}},
]
QUERIES: list[dict[str, object]] = [
    {"_id": "q1", "text": "When do they end?", "metadata": {"narrative": "more"}},
    {"_id": "q2", "text": "What has no title?"},
    {"_id": "q3", "text": "Judged in another split?", "metadata": {}},
]
HEADER = "query-id\tcorpus-id\tscore\n"


@pytest.fixture
def folder(tmp_path: Path, write_rows: WriteRows) -> Path:
    write_rows(tmp_path / "corpus.jsonl", CORPUS)
    write_rows(tmp_path / "queries.jsonl", QUERIES)
    (tmp_path / "qrels").mkdir()
    judge(tmp_path, HEADER + "q1\td1\t1\nq1\t2\t2\nq1\td3\t0\nq1\td4\t1\nq2\t2\t1\n")
    judge(tmp_path, HEADER + "q3\td3\t1\n", split="dev")
    return tmp_path


def judge(folder: Path, lines: str, *, split: str = "test") -> None:
    (folder / "qrels" / f"{split}.tsv").write_text(lines, encoding="utf-8", newline="")


def test_documents_keep_title_text_and_metadata(folder: Path) -> None:
    content = read_beir(folder)
    assert content.documents == (
        {"id": "d1", "title": "Talks", "text": "They end on Friday.", "metadata": {"url": "u"}},
        {"id": "2", "text": "No title, no metadata."},
        {"id": "d3", "title": "A title alone", "text": "A title alone"},
    )
    assert content.notes == ("1 empty document left out",)


def test_gold_are_scores_above_0_the_highest_first(folder: Path) -> None:
    first, second = read_beir(folder).questions
    assert first["id"] == "q1"
    assert first["question"] == "When do they end?"
    assert first["gold"] == ["2", "d1"]  # d4 is empty and left out; d3 is judged irrelevant
    assert first["grades"] == {"d1": 1, "2": 2, "d3": 0}
    assert first["metadata"] == {"narrative": "more"}
    assert second == {"id": "q2", "question": "What has no title?", "gold": ["2"]}


def test_a_split_holds_the_questions_that_it_judges(folder: Path) -> None:
    (question,) = read_beir(folder, split="dev").questions
    assert question == {"id": "q3", "question": "Judged in another split?", "gold": ["d3"]}
    with pytest.raises(rag.DatasetError, match=r"train\.tsv: .*\(available: dev, test\)"):
        read_beir(folder, split="train")


@pytest.mark.parametrize(
    "lines",
    [
        "q2\t2\t1\n",
        HEADER + "q2\t2\t1",
        "query\tdocument\trelevance\r\nq2\t2\t1.0\r\n\r\n",
        "corpus-id\tby\tquery-id\tscore\n2\tAda\tq2\t1\n",
    ],
    ids=["no header", "no last newline", "another header", "columns in another order"],
)
def test_judgements_with_and_without_a_header(folder: Path, lines: str) -> None:
    judge(folder, lines)
    assert [(row["id"], row["gold"]) for row in read_beir(folder).questions] == [("q2", ["2"])]


def test_gzipped_files_read_the_same(folder: Path) -> None:
    plain = read_beir(folder)
    for name in ("corpus.jsonl", "queries.jsonl"):
        (folder / f"{name}.gz").write_bytes(gzip.compress((folder / name).read_bytes()))
        (folder / name).unlink()
    assert read_beir(folder) == plain


def test_every_fault_is_listed_with_file_and_line(folder: Path) -> None:
    judge(folder, HEADER + "q1\td1\nq1\td1\thigh\nq9\td1\t1\nq1\td1\t0.5\n")
    with (folder / "corpus.jsonl").open("a") as lines:
        lines.write('{broken\n{"text": "x"}\n{"_id": "d1", "text": "again"}\n')
        lines.write('{"_id": "d9", "text": "x", "metadata": []}\n')
    with (folder / "queries.jsonl").open("a") as lines:
        lines.write('{"_id": "q8", "text": " "}\n')
    with pytest.raises(rag.DatasetError) as raised:
        read_beir(folder)
    places = re.findall(r"^  (\S+:\d+): ", str(raised.value), re.MULTILINE)
    assert places == [
        *(f"corpus.jsonl:{line}" for line in (5, 6, 7, 8)),
        "queries.jsonl:4",
        *(f"test.tsv:{line}" for line in (2, 3, 4, 5)),
    ]
    assert "id 'd1' is already used on line 1" in str(raised.value)
    assert "score is 'high', not a whole number" in str(raised.value)
    assert "query 'q9' is not in queries.jsonl" in str(raised.value)


GONE = "q1\td1\t1\nq1\tgone\t2\nq2\tgone\t0\nq8\td1\t1\nq9\tgone\t1\nq2\t2\t1\n"


def test_judgements_of_what_is_missing_name_the_option(folder: Path) -> None:
    judge(folder, HEADER + GONE)
    with pytest.raises(rag.DatasetError, match=r"\(missing .*: 4\); .* --skip-missing") as raised:
        read_beir(folder)
    assert "test.tsv:3: document 'gone' is not in corpus.jsonl" in str(raised.value)
    assert "test.tsv:5: query 'q8' is not in queries.jsonl" in str(raised.value)


def test_judgements_of_what_is_missing_are_left_out_counted_and_named(folder: Path) -> None:
    judge(folder, HEADER + GONE)
    content = read_beir(folder, skip_missing=True)
    assert [(row["id"], row["gold"]) for row in content.questions] == [
        ("q1", ["d1"]),
        ("q2", ["2"]),
    ]
    (head, *named) = content.notes[-5:]
    assert head == "4 judgements left out: the question or document is missing"
    assert [line.split(": ")[0].strip() for line in named] == [
        f"test.tsv:{line}" for line in (3, 4, 5, 6)
    ]
    judge(folder, HEADER + "q1\td1\t1\n" + "q9\td1\t1\n" * 8)
    assert read_beir(folder, skip_missing=True).notes[-1] == "3 more"
    with (folder / "corpus.jsonl").open("a") as lines:
        lines.write("{broken\n")
    with pytest.raises(rag.DatasetError, match=r"1 fault \(malformed line: 1\)"):
        read_beir(folder, skip_missing=True)


def test_what_is_missing_is_named(tmp_path: Path, folder: Path) -> None:
    (folder / "queries.jsonl").unlink()
    with pytest.raises(rag.DatasetError, match=r"no queries\.jsonl in"):
        read_beir(folder)
    with pytest.raises(rag.DatasetError, match=r"choose a split with --split \(available: none\)"):
        read_beir(tmp_path / "nowhere")


def test_paragraphs_that_no_longer_fit_their_text_are_a_fault(tmp_path: Path) -> None:
    document = {"id": "a", "paragraphs": ["One.", "Two."]}
    question = {"id": "q", "question": "Which?", "gold": ["a"]}
    write_beir(Content(documents=(document,), questions=(question,)), tmp_path)
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text(corpus.read_text().replace("One.", "Only one."))
    with pytest.raises(rag.DatasetError, match=r"corpus\.jsonl:1: .*paragraphs does not match"):
        read_beir(tmp_path)


@pytest.mark.parametrize("spans", [3, [["a", 4]], [[0, 2]]])
def test_paragraphs_of_another_form_are_a_fault(
    folder: Path, write_rows: WriteRows, spans: object
) -> None:
    document = {"_id": "d1", "text": "One.", "metadata": {"byline": {"paragraphs": spans}}}
    write_rows(folder / "corpus.jsonl", [document, {"_id": "d2", "metadata": {"byline": 1}}])
    with pytest.raises(rag.DatasetError, match=r"corpus\.jsonl:1: .*paragraphs does") as raised:
        read_beir(folder)
    assert "corpus.jsonl:2: metadata.byline is 1, not an object" in str(raised.value)


def test_judgements_that_are_not_utf8_are_a_fault_at_their_line(folder: Path) -> None:
    (folder / "qrels" / "test.tsv").write_bytes(b"q1\td1\t1\nq1\t\xff\t1\n")
    with pytest.raises(rag.DatasetError, match=r"test\.tsv:\d: is not a table in UTF-8"):
        read_beir(folder)


@pytest.mark.parametrize("value", [math.nan, "\ud83d"], ids=["not a number", "half a character"])
def test_a_row_that_cannot_be_written_is_named(tmp_path: Path, value: object) -> None:
    question = {"id": "q7", "question": "Which?", "gold": [], "extra": value}
    with pytest.raises(rag.DatasetError, match="row 'q7' cannot be written"):
        write_beir(Content(documents=(), questions=(question,)), tmp_path)


# ---- helpers


def _write(
    folder: Path,
    corpus: Iterable[Mapping[str, object]],
    queries: Iterable[Mapping[str, object]],
    grades: Mapping[str, Mapping[str, int]],
) -> Path:
    (folder / "qrels").mkdir(parents=True)
    for name, rows in (("corpus.jsonl", corpus), ("queries.jsonl", queries)):
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / name).write_text(lines, encoding="utf-8")
    with (folder / "qrels" / "test.tsv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter="\t")
        table.writerow(("query-id", "corpus-id", "score"))
        table.writerows((q, d, n) for q, judged in grades.items() for d, n in judged.items())
    return folder


def _objects(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def _table(folder: Path) -> list[list[str]]:
    with (folder / "qrels" / "test.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter="\t"))

"""Tests reading a data set: its formats, and every fault by file and line."""

import gzip
import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rag
from rag.evaluation.datasets import fields
from rag.evaluation.datasets.models import Quotation
from rag.evaluation.datasets.reading import load_dataset

WriteRows = Callable[[Path, Iterable[Mapping[str, object]]], Path]

DOCUMENT = {
    "id": "a",
    "title": "Talks",
    "source": "The Courier",
    "date": "2022-06-16",
    "url": "https://courier.example/talks",
    "paragraphs": ["The talks began.", "  They  ended\non Friday. "],
}
QUESTION = {"id": "q1", "question": "When did they end?", "answers": ["Friday"], "gold": ["a"]}


@pytest.fixture
def folder(tmp_path: Path, write_rows: WriteRows) -> Path:
    write_rows(tmp_path / "set" / "corpus.jsonl", [DOCUMENT, {"id": "b", "text": "One line."}])
    write_rows(tmp_path / "set" / "questions.jsonl", [QUESTION])
    return tmp_path / "set"


def test_a_corpus_keeps_ids_and_text_verbatim(folder: Path) -> None:
    first, second = load_dataset(folder).documents
    assert first.id == "a"
    assert first.text == "The talks began.\n\n  They  ended\non Friday. "
    assert [first.text[start:end] for start, end in first.paragraphs] == DOCUMENT["paragraphs"]
    assert first.title == "Talks"
    assert first.outlet == "The Courier"
    assert first.published == date(2022, 6, 16)
    assert first.url == "https://courier.example/talks"
    assert (second.text, second.paragraphs) == ("One line.", ((0, len("One line.")),))
    assert (second.title, second.outlet, second.published, second.url) == ("", None, None, None)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
def test_paragraphs_slice_back(paragraphs: list[str]) -> None:
    row = {"paragraphs": [*paragraphs, "end"]}
    text, spans = fields.body(row)
    assert text == "\n\n".join(row["paragraphs"])
    assert [text[start:end] for start, end in spans] == row["paragraphs"]


def test_gzip_and_plain_files_read_the_same(folder: Path) -> None:
    plain = load_dataset(folder)
    for name in ("corpus.jsonl", "questions.jsonl"):
        content = (folder / name).read_bytes()
        (folder / f"{name}.gz").write_bytes(gzip.compress(content))
        (folder / name).unlink()
    packed = load_dataset(folder)
    assert packed.documents == plain.documents
    assert packed.questions == plain.questions
    assert packed.name == plain.name == "set"


def test_a_question_with_everything(folder: Path, write_rows: WriteRows) -> None:
    row = {
        **QUESTION,
        "gold_paragraphs": ["a#p1"],
        "gold_spans": [{"article": "a", "quote": "The talks began."}],
        "gold_human": ["b"],
        "answerable": None,
        "history": [["user", "What began?"], ["agent", "The talks."]],
        "date": "2022-06-17T10:30:00",
        "kind": "date",
        "standalone": "When did the talks end?",
    }
    write_rows(folder / "questions.jsonl", [row])
    (question,) = load_dataset(folder).questions
    assert question.answers == ("Friday",)
    assert question.gold == ("a",)
    assert question.gold_paragraphs == ("a#p1",)
    assert question.gold_spans == (Quotation(article="a", quote="The talks began."),)
    assert question.gold_human == ("b",)
    assert question.answerable is None
    assert question.history == (
        rag.Turn(role="user", text="What began?"),
        rag.Turn(role="agent", text="The talks."),
    )
    assert question.date == date(2022, 6, 17)
    assert question.kind == "date"
    assert question.standalone == "When did the talks end?"
    assert question.line == 1


def test_plain_texts_of_a_history_alternate_from_the_user() -> None:
    turns = fields.history({"history": ["one", "two", "three"]})
    assert [turn.role for turn in turns] == ["user", "agent", "user"]
    assert [turn.text for turn in turns] == ["one", "two", "three"]


def test_answerable_where_it_is_missing_follows_from_accepted_answers() -> None:
    assert fields.answerable({}, answered=True) is True
    assert fields.answerable({}, answered=False) is None
    assert fields.answerable({"answerable": None}, answered=True) is None
    assert fields.answerable({"answerable": False}, answered=True) is False


def test_another_questions_file(folder: Path, write_rows: WriteRows, tmp_path: Path) -> None:
    other = write_rows(tmp_path / "other.jsonl", [{**QUESTION, "id": "q9"}])
    dataset = load_dataset(folder, questions=other)
    assert [question.id for question in dataset.questions] == ["q9"]
    assert dataset.questions_file == other


def test_a_folder_of_articles_may_stand_for_the_corpus(
    tmp_path: Path, write_rows: WriteRows
) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.txt").write_text("The talks began.\n\nThey ended on Friday.\n")
    write_rows(tmp_path / "set" / "questions.jsonl", [{**QUESTION, "gold": ["a.txt"]}])
    (tmp_path / "set" / "dataset.yaml").write_text("articles: ../articles\n")
    dataset = load_dataset(tmp_path / "set")
    ((read,), _) = rag.read_articles([tmp_path / "articles"])
    (document,) = dataset.documents
    assert (document.id, document.text, document.title) == ("a.txt", read.text, read.title)
    assert dataset.articles is not None
    assert dataset.articles.resolve() == tmp_path / "articles"


def test_a_folder_without_article_files(tmp_path: Path, write_rows: WriteRows) -> None:
    (tmp_path / "articles").mkdir()
    write_rows(tmp_path / "set" / "questions.jsonl", [QUESTION])
    (tmp_path / "set" / "dataset.yaml").write_text("articles: ../articles\n")
    with pytest.raises(rag.DatasetError, match="contains no articles"):
        load_dataset(tmp_path / "set")
    (tmp_path / "articles" / "bad.txt").write_bytes(b"\x00\xff" * 100)
    write_rows(tmp_path / "set" / "questions.jsonl", [{**QUESTION, "gold": []}])
    with pytest.raises(rag.DatasetError, match=r"no document .* can be indexed: .*bad\.txt"):
        load_dataset(tmp_path / "set")


def test_every_fault_is_listed_with_file_and_line(folder: Path, write_rows: WriteRows) -> None:
    write_rows(folder / "corpus.jsonl", [DOCUMENT, DOCUMENT, {"id": "b", "text": " "}])
    lines = [
        json.dumps(QUESTION),
        "{broken",
        "",
        json.dumps({**QUESTION, "question": "Again?"}),
        json.dumps({**QUESTION, "id": "q2", "question": "  "}),
        json.dumps({**QUESTION, "id": "q3", "gold": ["nowhere"]}),
        json.dumps({**QUESTION, "id": "q4", "gold": [], "gold_human": ["nowhere"]}),
        json.dumps(["not", "an", "object"]),
        json.dumps({**QUESTION, "id": "q5", "question": "👍"}),
        json.dumps({**QUESTION, "id": "q6", "question": "why " * 1_000}),
        json.dumps({**QUESTION, "id": "q7", "standalone": "?!"}),
    ]
    (folder / "questions.jsonl").write_text("\n".join(lines))
    with pytest.raises(rag.DatasetError) as raised:
        load_dataset(folder)
    head, *faults = str(raised.value).splitlines()
    assert "11 faults" in head
    for kind in (
        "question that cannot be asked: 3",
        "malformed line: 2",
        "duplicate id: 2",
        "gold not in the corpus: 2",
        "empty question: 1",
        "empty text: 1",
    ):
        assert kind in head
    assert "--skip-bad" in head
    places = {re.match(r"\s*(\S+?:\d+):", fault)[1] for fault in faults}  # type: ignore[index]
    assert places == {
        "corpus.jsonl:2",
        "corpus.jsonl:3",
        *(f"questions.jsonl:{line}" for line in (2, 4, 5, 6, 7, 8, 9, 10, 11)),
    }
    assert "id 'q1' is already used on line 1" in str(raised.value)
    assert "question 'q3': gold 'nowhere' is not in the corpus" in str(raised.value)


def test_bad_lines_and_questions_are_left_out_where_that_is_asked_for(
    folder: Path, write_rows: WriteRows
) -> None:
    write_rows(folder / "corpus.jsonl", [DOCUMENT, DOCUMENT, {"id": "b"}])
    rows = [
        QUESTION,
        {**QUESTION, "question": "Again?"},
        {**QUESTION, "id": "q2", "gold": ["b"]},
        {**QUESTION, "id": "q3", "gold": ["a"]},
        {**QUESTION, "id": "q4", "question": ""},
    ]
    write_rows(folder / "questions.jsonl", rows)
    dataset = load_dataset(folder, skip_bad=True)
    assert [document.id for document in dataset.documents] == ["a"]
    assert [question.id for question in dataset.questions] == ["q1", "q3"]
    assert dataset.questions[0].question == QUESTION["question"]
    assert set(dataset.gold) == {"q1", "q3"}
    assert [(fault.file, fault.line) for fault in dataset.faults] == [
        ("corpus.jsonl", 2),
        ("corpus.jsonl", 3),
        ("questions.jsonl", 2),
        ("questions.jsonl", 3),
        ("questions.jsonl", 5),
    ]


def test_nothing_is_left_to_ask_without_the_bad_questions(
    folder: Path, write_rows: WriteRows
) -> None:
    write_rows(folder / "questions.jsonl", [{**QUESTION, "question": ""}])
    with pytest.raises(rag.DatasetError, match=r"no question .* can be asked: questions\.jsonl:1"):
        load_dataset(folder, skip_bad=True)


def test_how_long_a_question_may_be_is_a_setting(folder: Path) -> None:
    length = len(str(QUESTION["question"]))
    load_dataset(folder, config=rag.Config(max_question=length))
    with pytest.raises(rag.DatasetError, match=f"the limit is {length - 1}"):
        load_dataset(folder, config=rag.Config(max_question=length - 1))


def test_of_many_faults_the_first_20_and_their_number(folder: Path, write_rows: WriteRows) -> None:
    write_rows(folder / "questions.jsonl", [{"id": f"q{n}", "question": ""} for n in range(33)])
    with pytest.raises(rag.DatasetError, match="33 faults") as raised:
        load_dataset(folder)
    assert str(raised.value).count("questions.jsonl:") == 20
    assert "and 13 more" in str(raised.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": 7}, "id is 7, not text"),
        ({"id": None}, "id is None, not text"),
        ({"answers": "Friday"}, "answers is str, not a list"),
        ({"gold": [1]}, "gold is 1, not text"),
        ({"gold_spans": ["a"]}, "gold_spans contains 'a', not an object"),
        ({"answerable": "yes"}, "answerable is 'yes'"),
        ({"history": [["narrator", "Then"]]}, "history contains ['narrator', 'Then']"),
        ({"date": "last week"}, "date 'last week' is not an ISO date"),
        ({"question": "\ud83d"}, "question contains a lone surrogate"),
        ({"gold_paragraphs": ["a"]}, "write ID#pN"),
        ({"gold_paragraphs": ["a#p2"]}, "'a#p2' is past the last paragraph, #p1"),
    ],
)
def test_a_field_of_another_form_is_named_with_its_value(
    folder: Path, write_rows: WriteRows, change: Mapping[str, object], message: str
) -> None:
    write_rows(folder / "questions.jsonl", [{**QUESTION, **change}])
    with pytest.raises(rag.DatasetError, match=r"questions\.jsonl:1: ") as raised:
        load_dataset(folder)
    assert message in str(raised.value)


def test_a_document_of_empty_paragraphs_is_a_fault(folder: Path, write_rows: WriteRows) -> None:
    write_rows(folder / "corpus.jsonl", [DOCUMENT, {"id": "b", "paragraphs": ["", " "]}])
    with pytest.raises(rag.DatasetError, match=r"corpus\.jsonl:2: paragraphs are empty"):
        load_dataset(folder)


def test_a_damaged_archive_is_a_fault_at_its_line(folder: Path) -> None:
    packed = gzip.compress((folder / "corpus.jsonl").read_bytes())
    (folder / "corpus.jsonl.gz").write_bytes(packed[:-9])
    with pytest.raises(rag.DatasetError, match=r"corpus\.jsonl\.gz:\d+: cannot be read"):
        load_dataset(folder)


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_a_broken_line_is_named_once_with_the_column(folder: Path, end: str) -> None:
    content = json.dumps(QUESTION) + "\n" + '{"id": "q2"' + end
    (folder / "questions.jsonl").write_bytes(content.encode())
    with pytest.raises(rag.DatasetError) as raised:
        load_dataset(folder)
    head, fault = str(raised.value).splitlines()
    column = len('{"id": "q2"') + 1
    assert fault.strip().startswith(
        f"questions.jsonl:2: is not JSON in UTF-8 (column {column}: Expecting ',' delimiter)"
    )
    assert "(malformed line: 1)" in head


def test_a_well_formed_line_is_not_called_malformed(folder: Path, write_rows: WriteRows) -> None:
    write_rows(folder / "questions.jsonl", [{**QUESTION, "answerable": "yes"}])
    with pytest.raises(rag.DatasetError, match=r"1 fault \(wrong field: 1\)"):
        load_dataset(folder)


def test_text_that_is_not_utf8_is_a_fault_at_its_line(folder: Path) -> None:
    good = json.dumps(QUESTION).encode()
    (folder / "questions.jsonl").write_bytes(good + b'\n{"id": "caf\xe9"}\n')
    with pytest.raises(rag.DatasetError, match=r"questions\.jsonl:2: is not JSON in UTF-8"):
        load_dataset(folder)


def test_what_is_missing_is_named(tmp_path: Path, folder: Path, write_rows: WriteRows) -> None:
    with pytest.raises(rag.DatasetError, match="no data set at"):
        load_dataset(tmp_path / "none")
    with pytest.raises(rag.DatasetError, match=r"no questions at .*other\.jsonl"):
        load_dataset(folder, questions=tmp_path / "other.jsonl")
    write_rows(folder / "questions.jsonl", [])
    with pytest.raises(rag.DatasetError, match=r"questions\.jsonl:1: is empty"):
        load_dataset(folder)
    write_rows(folder / "corpus.jsonl", [])
    with pytest.raises(rag.DatasetError, match=r"corpus\.jsonl:1: is empty"):
        load_dataset(folder)
    (folder / "questions.jsonl").unlink()
    with pytest.raises(rag.DatasetError, match="no questions at"):
        load_dataset(folder)


@pytest.mark.parametrize(
    ("described", "message"),
    [
        (None, "no corpus in"),
        ("articles: [", "is not YAML"),
        ("title: no articles", "names no articles"),
        ("articles: ../gone", "no folder '../gone'"),
    ],
)
def test_a_description_that_leads_to_no_articles(
    tmp_path: Path, write_rows: WriteRows, described: str | None, message: str
) -> None:
    write_rows(tmp_path / "set" / "questions.jsonl", [QUESTION])
    if described is not None:
        (tmp_path / "set" / "dataset.yaml").write_text(described)
    with pytest.raises(rag.DatasetError, match=re.escape(message)):
        load_dataset(tmp_path / "set")


@pytest.mark.parametrize(
    ("name", "documents", "questions"),
    [
        ("rtqa22", 2_447, 569),
        ("rtqa22_abstain", 1_734, 175),
        ("squad2_dev", 1_204, 11_873),
        ("inscit_dev", 996, 502),
    ],
)
def test_open_data_sets_load_whole(bench: Path, name: str, documents: int, questions: int) -> None:
    dataset = load_dataset(bench / name)
    assert len(dataset.documents) == documents
    assert len(dataset.questions) == questions

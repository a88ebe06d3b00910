"""Tests SQuAD 1.1 and 2.0: reading, writing, and lossless round trips."""

import gzip
import json
import re
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rag
from rag.evaluation.datasets.formats.content import Content
from rag.evaluation.datasets.formats.squad import read_squad, write_squad

CONTEXT = "The talks began on Monday. They ended on Friday, the talks' fifth day."
ANSWERS = [
    {"text": "Friday", "answer_start": CONTEXT.index("Friday")},
    {"text": "on Friday", "answer_start": CONTEXT.index("on Friday")},
    {"text": "Friday", "answer_start": CONTEXT.index("Friday")},
]
IMPOSSIBLE = {
    "id": "q2",
    "question": "Who won?",
    "is_impossible": True,
    "answers": [],
    "plausible_answers": [{"text": "Monday", "answer_start": CONTEXT.index("Monday")}],
}
SQUAD: dict[str, Any] = {
    "version": "v2.0",
    "data": [
        {
            "title": "Peace_talks",
            "paragraphs": [
                {
                    "context": CONTEXT,
                    "qas": [
                        {"id": "q1", "question": "When did they end?", "is_impossible": False,
                         "answers": ANSWERS},
                        IMPOSSIBLE,
                    ],
                },
                {"context": "A second paragraph.", "qas": []},
            ],
        },
        {"title": "Other", "paragraphs": [{"context": "Elsewhere.", "qas": []}]},
    ],
}  # fmt: skip

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
SAID = TEXT.filter(str.strip)


def write(path: Path, whole: object) -> Path:
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path


def written(content: Content, folder: Path) -> tuple[dict[str, Any], tuple[str, ...]]:
    notes = write_squad(content, folder)
    return json.loads((folder / "squad.json").read_text(encoding="utf-8")), notes


@st.composite
def squads(draw: st.DrawFn, *, version: str) -> dict[str, Any]:
    """A SQuAD file with unique titles and correct answer offsets."""
    names = iter(draw(st.lists(SAID, unique=True, max_size=6)))

    def entry(context: str) -> dict[str, Any] | None:
        name = next(names, None)
        if name is None:
            return None
        spans = st.tuples(*[st.integers(0, len(context))] * 2).map(sorted)
        held = [(a, context[a:b]) for a, b in draw(st.lists(spans, min_size=1, max_size=4))]
        answers = [{"text": words, "answer_start": start} for start, words in held if words.strip()]
        asked = {"id": name, "question": draw(SAID)}
        if version == "1.1":
            return {**asked, "answers": answers}
        if draw(st.booleans()):
            return {**asked, "answers": answers, "is_impossible": False}
        return {**asked, "plausible_answers": answers, "answers": [], "is_impossible": True}

    data = [
        {
            "title": title,
            "paragraphs": [
                {"context": context, "qas": [e for e in [entry(context), entry(context)] if e]}
                for context in draw(st.lists(SAID, min_size=1, max_size=3))
            ],
        }
        for title in draw(st.lists(TEXT, min_size=1, max_size=3, unique=True))
    ]
    return {"version": version, "data": data}


@settings(deadline=None)
@given(st.one_of(squads(version="v2.0"), squads(version="1.1")))
def test_squad_comes_back_as_it_was(whole: dict[str, Any]) -> None:
    with TemporaryDirectory() as folder:
        content = read_squad(write(Path(folder, "in.json"), whole))
        again, notes = written(content, Path(folder, "out"))
    assert again["data"] == whole["data"]
    assert notes == ()
    entries = [e for one in whole["data"] for p in one["paragraphs"] for e in p["qas"]]
    assert again["version"] == (whole["version"] if entries else "1.1")


def test_the_open_development_set_comes_back_as_it_was(bench: Path, tmp_path: Path) -> None:
    path = bench / "squad2_dev" / "dev-v2.0.rebuilt.json.gz"
    content = read_squad(path)
    assert (len(content.documents), len(content.questions)) == (1_204, 11_873)
    assert sum(row["answerable"] is False for row in content.questions) == 5_945
    again, notes = written(content, tmp_path)
    assert again == json.loads(gzip.decompress(path.read_bytes()))
    assert notes == ()


def test_each_context_is_a_document_of_its_title_and_number(tmp_path: Path) -> None:
    content = read_squad(write(tmp_path / "dev.json", SQUAD))
    assert content.documents == (
        {"id": "Peace_talks:0", "title": "Peace_talks", "text": CONTEXT},
        {"id": "Peace_talks:1", "title": "Peace_talks", "text": "A second paragraph."},
        {"id": "Other:0", "title": "Other", "text": "Elsewhere."},
    )


def test_a_question_is_answered_by_its_paragraph_or_by_none(tmp_path: Path) -> None:
    answerable, impossible = read_squad(write(tmp_path / "dev.json", SQUAD)).questions
    assert (answerable["id"], answerable["question"]) == ("q1", "When did they end?")
    assert answerable["answers"] == ["Friday", "on Friday"]
    assert (answerable["answerable"], answerable["gold"]) == (True, ["Peace_talks:0"])
    assert (impossible["answerable"], impossible["gold"]) == (False, [])
    assert impossible["answers"] == []
    assert impossible["source_paragraph"] == "Peace_talks:0"


def test_without_is_impossible_a_question_with_answers_is_answerable(tmp_path: Path) -> None:
    qas = [
        {"id": 5, "question": "When?", "answers": ANSWERS},
        {"id": "q2", "question": "Not answered here?"},
    ]
    whole = {"data": [{"paragraphs": [{"context": CONTEXT, "qas": qas}]}]}
    first, second = read_squad(write(tmp_path / "dev.json", whole)).questions
    assert (first["id"], first["answerable"], first["gold"]) == ("5", True, [":0"])
    assert (second["answerable"], second["gold"]) == (None, [":0"])


def test_paragraphs_under_a_title_that_comes_again_go_on_counting(tmp_path: Path) -> None:
    article = {"title": "T", "paragraphs": [{"context": "One.", "qas": []}]}
    content = read_squad(write(tmp_path / "dev.json", {"data": [article, article]}))
    assert [row["id"] for row in content.documents] == ["T:0", "T:1"]


# ---- our format to SQuAD

DOCUMENTS = (
    {"id": "a", "title": "Talks", "text": "Nothing of it."},
    {"id": "b", "title": "Talks", "paragraphs": ["It began.", "It ended on Friday."]},
)


def asked(name: str, **known: object) -> dict[str, object]:
    return {"id": name, "question": f"What of {name}?", **known}


def test_offsets_are_found_in_the_gold_document_that_holds_the_answer(tmp_path: Path) -> None:
    question = asked("q", answers=["Friday", "a Friday"], gold=["a", "b"], answerable=True)
    whole, notes = written(Content(documents=DOCUMENTS, questions=(question,)), tmp_path)
    (article,) = whole["data"]
    assert article["title"] == "Talks"
    context = "It began.\n\nIt ended on Friday."
    assert [paragraph["context"] for paragraph in article["paragraphs"]] == [
        "Nothing of it.",
        context,
    ]
    (entry,) = article["paragraphs"][1]["qas"]
    assert entry["answers"] == [{"text": "Friday", "answer_start": context.index("Friday")}]
    assert entry["is_impossible"] is False
    assert notes == ("1 accepted answer left out: does not occur verbatim in the document",)


def test_what_squad_has_no_place_for_is_counted(tmp_path: Path) -> None:
    questions = (
        asked("other words", answers=["Saturday"], gold=["b"], answerable=True),
        asked("nowhere", answers=[], gold=[], answerable=False),
        asked("unknown", answers=["Friday"], gold=["gone"]),
        asked("later", answers=["Friday"], gold=["b"], history=[["user", "What began?"]]),
        asked("from b", answers=[], gold=[], answerable=False, source_paragraph="b"),
    )
    whole, notes = written(Content(documents=DOCUMENTS, questions=questions), tmp_path)
    kept = whole["data"][0]["paragraphs"][1]["qas"]
    assert [entry["id"] for entry in kept] == ["later", "from b"]
    assert kept[1]["is_impossible"] is True
    assert notes == (
        "3 questions left out: no document contains an accepted answer",
        "1 follow-up written without history: SQuAD has no field for it",
    )


@pytest.mark.parametrize(
    "change",
    [{"answers": ["Monday"]}, {"answerable": True, "answers": ["Monday"]}],
    ids=["other answers", "answerable after all"],
)
def test_a_changed_row_is_written_anew(tmp_path: Path, change: Mapping[str, object]) -> None:
    content = read_squad(write(tmp_path / "dev.json", SQUAD))
    row = {**content.questions["answerable" in change], **change, "gold": ["Peace_talks:0"]}
    whole, _ = written(Content(documents=content.documents, questions=(row,)), tmp_path / "out")
    (entry,) = whole["data"][0]["paragraphs"][0]["qas"]
    assert entry["answers"] == [{"text": "Monday", "answer_start": CONTEXT.index("Monday")}]


def test_an_entry_that_no_longer_reads_is_written_anew(tmp_path: Path) -> None:
    known = {"answers": ["Friday"], "gold": ["b"], "squad": {"answers": ["Friday"]}}
    whole, _ = written(Content(documents=DOCUMENTS, questions=(asked("q", **known),)), tmp_path)
    (entry,) = whole["data"][0]["paragraphs"][1]["qas"]
    assert [answer["text"] for answer in entry["answers"]] == ["Friday"]


def test_a_wrong_offset_is_corrected(tmp_path: Path) -> None:
    whole = json.loads(json.dumps(SQUAD))
    whole["data"][0]["paragraphs"][0]["qas"][0]["answers"] = [{"text": "Friday", "answer_start": 3}]
    again, _ = written(read_squad(write(tmp_path / "dev.json", whole)), tmp_path / "out")
    (answer,) = again["data"][0]["paragraphs"][0]["qas"][0]["answers"]
    assert answer == {"text": "Friday", "answer_start": CONTEXT.index("Friday")}


# ---- malformed files


def test_every_fault_is_listed_with_its_place(tmp_path: Path) -> None:
    qas = [
        {"id": "q1", "question": " "},
        {"id": "q2", "question": "Twice?"},
        {"id": "q2", "question": "Twice?"},
        {"question": "No id?"},
        {"id": "q3", "question": "Perhaps?", "is_impossible": "no"},
        {"id": "q4", "question": "Which?", "answers": [{"answer_start": 4}]},
        "no object",
    ]
    data = [
        {
            "title": "T",
            "paragraphs": [{"context": "", "qas": []}, {"context": "C", "qas": qas[:6]}],
        },
        {"title": 7, "paragraphs": []},
        {"title": "U", "paragraphs": {}},
        {"title": "V", "paragraphs": [{"context": "C", "qas": qas}]},
    ]
    path = write(tmp_path / "dev.json", {"data": data})
    with pytest.raises(rag.DatasetError, match=r"dev\.json: 9 faults") as raised:
        read_squad(path)
    places = re.findall(r"^  dev\.json:1: (\S+): ", str(raised.value), re.MULTILINE)
    assert places == [
        "data[0].paragraphs[0]",
        *(f"data[0].paragraphs[1].qas[{number}]" for number in (0, 2, 3, 4, 5)),
        "data[1]",
        "data[2].paragraphs",
        "data[3].paragraphs[0].qas",
    ]


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"rows": []}', b"\xff"])
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "dev.json").write_bytes(content)
    with pytest.raises(rag.DatasetError, match="is not a SQuAD file"):
        read_squad(tmp_path / "dev.json")
    with pytest.raises(rag.DatasetError, match="is not a SQuAD file"):
        read_squad(tmp_path / "gone.json.gz")

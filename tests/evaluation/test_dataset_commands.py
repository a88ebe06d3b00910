"""Tests ``byline dataset`` in the terminal."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from rag.cli.dataset import dataset
from rag.cli.main import run

WriteRows = Callable[[Path, Iterable[Mapping[str, object]]], Path]
Byline = Callable[..., tuple[int, str, str]]

CORPUS = [
    {"id": "talks", "text": "The ministers met in Geneva. The talks ended on Friday."},
    {"id": "rain", "text": "Heavy rain flooded the harbour of Trieste."},
]
QUESTIONS: list[dict[str, Any]] = [
    {"id": "q1", "question": "When did the talks end?", "answers": ["Friday"], "gold": ["talks"]},
    {"id": "q2", "question": "What did rain flood?", "answers": ["the port"], "gold": ["rain"]},
]
DONE, FAILED, BAD_USAGE = 0, 1, 2


@pytest.fixture
def folder(tmp_path: Path, write_rows: WriteRows) -> Path:
    write_rows(tmp_path / "set" / "corpus.jsonl", CORPUS)
    write_rows(tmp_path / "set" / "questions.jsonl", QUESTIONS)
    return tmp_path / "set"


@pytest.fixture
def byline(capsys: pytest.CaptureFixture[str]) -> Byline:
    """Runs ``byline dataset`` with these arguments; returns exit code, stdout and stderr."""

    def call(*words: object) -> tuple[int, str, str]:
        code = run(["dataset", *map(str, words)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


@pytest.mark.parametrize("name", sorted(dataset.commands))
def test_help_of_each_command_has_an_example(byline: Byline, name: str) -> None:
    code, out, _ = byline(name, "--help")
    assert code == DONE
    assert f"Example: byline dataset {name} " in out


# ---- convert


def test_convert_says_what_it_wrote_and_what_it_left_out(
    byline: Byline, folder: Path, tmp_path: Path
) -> None:
    there = tmp_path / "beir"
    code, out, err = byline("convert", folder, "--from", "byline", "--to", "beir", "--out", there)
    assert (code, err) == (DONE, "")
    assert out == f"2 documents and 2 questions written to {there}\n"
    there = tmp_path / "squad"
    code, out, err = byline("convert", folder, "--from", "byline", "--to", "squad", "--out", there)
    assert code == DONE
    assert err == "1 question left out: no document contains an accepted answer\n"
    again = byline("convert", folder, "--from", "byline", "--to", "squad", "--out", there)
    assert again == (
        BAD_USAGE,
        "",
        f"byline: {there} already exists: choose a new name, or remove it first\n",
    )


def test_convert_lists_faults_line_by_line(byline: Byline, folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "bm25.run"
    path.write_text("q1 Q0 talks 1 2 x\nq1 Q0 gone 2 1 x\nq1\n")
    code, out, err = byline(
        "convert", path, "--from", "trec", "--dataset", folder, "--to", "byline", "--out",
        tmp_path / "out",
    )  # fmt: skip
    assert (code, out) == (FAILED, "")
    first, second, last = err.splitlines()
    assert first.strip() == "bm25.run:3: has 1 columns, not 6; correct it"
    assert second.strip() == "bm25.run:2: document 'gone' is not in the data set"
    assert last.startswith(f"byline: {path}: 2 faults (")


def test_a_run_of_someone_else_is_measured_and_compared(
    byline: Byline, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, rest in (
        ("one", "q2 Q0 talks 1 2 x\nq2 Q0 rain 2 1 x\n"),
        ("two", "q2 Q0 rain 1 2 x\n"),
    ):
        path, out = tmp_path / f"{name}.run", tmp_path / name
        path.write_text(f"q1 Q0 talks 1 2 x\n{rest}")
        code, told, _ = byline(
            "convert", path, "--from", "trec", "--dataset", folder, "--to", "byline", "--out", out
        )
        assert (code, told) == (DONE, f"2 questions written to {out}\n")
    metrics = json.loads((tmp_path / "one" / "metrics.json").read_text())
    assert metrics["retrieval"]["article"]["RR@10"]["value"] == (1 / 1 + 1 / 2) / 2
    assert metrics["answers"]["EM"]["value"] is None
    assert (tmp_path / "one" / "report.html").is_file()
    assert run(["compare", str(tmp_path / "one"), str(tmp_path / "two")]) == DONE
    assert "Success@1" in capsys.readouterr().out


# ---- check


def test_check_counts_what_a_data_set_holds(byline: Byline, folder: Path) -> None:
    code, out, err = byline("check", folder)
    assert (code, err) == (DONE, "")
    warning, counts = out.splitlines()
    assert warning.startswith(
        "warning: questions.jsonl:2: question 'q2': accepted answer 'the port'"
    )
    assert counts.startswith("set: 2 documents, 2 questions without fault: 2 answerable, 0 not, 0")
    assert counts.endswith("0 follow-ups; 2 with gold; 1 warning")


def test_check_fails_on_a_fault_and_lists_them_all(
    byline: Byline, folder: Path, tmp_path: Path, write_rows: WriteRows
) -> None:
    bad = [{"id": f"q{number}", "question": "Where?", "gold": ["gone"]} for number in range(30)]
    other = write_rows(tmp_path / "other.jsonl", [*bad, {"id": "q0", "question": "Twice?"}])
    code, out, err = byline("check", folder, "--questions", other)
    assert code == FAILED
    faults = [line for line in out.splitlines() if line.startswith("fault: other.jsonl:")]
    assert len(faults) == 31
    assert "set: 2 documents, 0 questions without fault" in out
    assert err == (
        "byline: 31 faults (gold not in the corpus: 30, duplicate id: 1): correct them,"
        " or leave them out with byline eval --skip-bad\n"
    )
    code, _, err = byline("check", tmp_path / "nowhere")
    assert (code, err.startswith("byline: no data set at ")) == (FAILED, True)


# ---- new


def test_new_starts_a_file_and_makes_a_data_set_of_it(byline: Byline, tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "talks.txt").write_text("Talks\n\n" + str(CORPUS[0]["text"]))
    (tmp_path / "news" / "empty.txt").touch()
    sheet, out = tmp_path / "questions.yaml", tmp_path / "made"
    code, told, err = byline("new", tmp_path / "news", "--out", sheet, "-n", 2)
    assert code == DONE
    assert told == f"1 passage from 1 article written to {sheet}; fill in its blanks\n"
    assert err.startswith("skipped: ")
    content = yaml.safe_load(sheet.read_text())
    content["passages"][0] |= {"question": "When did the talks end?", "answer": "Friday"}
    sheet.write_text(yaml.safe_dump(content))
    code, told, err = byline("new", sheet, "--out", out)
    assert (code, err) == (DONE, "")
    assert told == (f"1 question (1 answerable, 0 follow-ups) written to {out}; 2 blanks skipped\n")
    assert byline("check", out)[0] == DONE


def test_new_names_each_answer_that_is_not_there(byline: Byline, tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "talks.txt").write_text("Talks\n\n" + str(CORPUS[0]["text"]))
    sheet = tmp_path / "questions.yaml"
    sheet.write_text(
        "articles: news\npassages:\n"
        "  - {id: q1, article: talks.txt, question: When, answer: Sunday, quote: They met.}\n"
    )
    code, out, err = byline("new", sheet, "--out", tmp_path / "made")
    assert (code, out) == (FAILED, "")
    quote, answer, last = err.splitlines()
    assert "questions.yaml:3: entry 'q1': quote 'They met.' is not in 'talks.txt'" in quote
    assert "questions.yaml:3: entry 'q1': answer 'Sunday' is not in 'talks.txt'" in answer
    assert last.startswith(f"byline: {sheet}: 2 faults (")


@pytest.mark.parametrize(
    ("source", "out", "said"),
    [
        ("news", "questions.txt", "questions.txt is not a .yaml file: name one to fill in"),
        ("gone", "questions.yaml", "is neither a folder of articles nor a filled-in .yaml file"),
        ("news/talks.txt", "made", "is neither a folder of articles nor a filled-in .yaml file"),
    ],
)
def test_new_says_what_it_takes(
    byline: Byline, tmp_path: Path, source: str, out: str, said: str
) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "talks.txt").write_text(str(CORPUS[0]["text"]))
    code, _, err = byline("new", tmp_path / source, "--out", tmp_path / out)
    assert code == BAD_USAGE
    assert said in err

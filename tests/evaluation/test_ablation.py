"""Tests ``eval/ablation.py``: the table of what each part contributes."""

import importlib.util
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import rag

WriteRows = Callable[[Path, Iterable[Mapping[str, object]]], Path]

SCRIPT = Path(__file__).parents[2] / "eval" / "ablation.py"
CORPUS = [
    {"id": "talks", "text": "The ministers met in Geneva. The talks ended on Friday."},
    {"id": "rain", "text": "Heavy rain flooded the harbour of Trieste."},
]
QUESTIONS: list[dict[str, Any]] = [
    {"id": "q1", "question": "When did the talks end?", "answers": ["Friday"], "gold": ["talks"]},
    {
        "id": "q2",
        "question": "What did it flood?",
        "answers": ["harbour"],
        "gold": ["rain"],
        "history": [["user", "What did rain do in Trieste?"], ["agent", "It flooded it."]],
    },
]


@pytest.fixture(scope="module")
def ablation() -> ModuleType:
    spec = importlib.util.spec_from_file_location("ablation", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["ablation"] = module
    spec.loader.exec_module(module)
    return module


def test_switch_that_is_none_is_an_error(ablation: ModuleType) -> None:
    assert ablation.configured({"followups": False}) == rag.Config(followups=False)
    with pytest.raises(rag.ConfigError, match="no switch 'no_such_switch'"):
        ablation.configured({"no_such_switch": False})


def test_what_is_not_there_is_named(
    ablation: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ablation.main(["--part", "gears", "--write", str(tmp_path / "a.md")]) == 2
    assert "no part 'gears'; the parts are ['vectors'" in capsys.readouterr().err
    assert ablation.main(["--part", "follow-ups", "--set", str(tmp_path / "none")]) == 2
    assert "name a folder, or one of ['articles'" in capsys.readouterr().err
    assert not (tmp_path / "a.md").exists()


def test_each_part_has_a_folder_of_its_own(ablation: ModuleType) -> None:
    folders = [ablation.folder(part) for part in ablation.PARTS]
    assert len(set(folders)) == len(ablation.PARTS)
    assert ablation.folder("words (BM25)") == "without-words-BM25"


def test_sample_is_drawn_once_and_for_all(
    ablation: ModuleType, tmp_path: Path, write_rows: WriteRows
) -> None:
    rows = [{"id": str(number), "question": "Why?"} for number in range(30)]
    write_rows(tmp_path / "set" / "questions.jsonl", rows)
    made = ablation.jobs(tmp_path / "set", ["follow-ups"], limit=5, out=tmp_path / "out")
    assert list(made) == ["shipped", "follow-ups"]
    (drawn,) = {job.questions for job in made.values()}
    first = drawn.read_text(encoding="utf-8")
    assert len(first.splitlines()) == 5
    again = ablation.jobs(tmp_path / "set", [], limit=5, out=tmp_path / "out")
    assert again["shipped"].questions.read_text(encoding="utf-8") == first
    assert again["shipped"].key == made["shipped"].key != made["follow-ups"].key


@pytest.mark.slow
def test_table_tells_what_each_part_adds(tmp_path: Path, write_rows: WriteRows) -> None:
    write_rows(tmp_path / "set" / "corpus.jsonl", CORPUS)
    write_rows(tmp_path / "set" / "questions.jsonl", QUESTIONS)
    part = ["--part", "title in vectors"]
    places = ["--out", "results", "--write", "table.md"]
    command = [sys.executable, str(SCRIPT), "--set", "set", *part, *places]
    first = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "done already" not in first.stderr
    written = (tmp_path / "table.md").read_text(encoding="utf-8")
    assert "## set, 2 questions" in written
    table = [line for line in written.splitlines() if line.startswith("|")]
    assert table[0] == "|  | shipped | title in vectors |"
    cells = {line.split("|")[1].strip(): line.split("|")[2:-1] for line in table[2:]}
    assert [cell.strip() for cell in cells["article Success@5"]] == ["100.0", "0"]
    assert all(float(cell) > 0 for cell in cells["seconds a question, p50"])
    assert all(float(cell.replace(",", "")) > 50 for cell in cells["memory, MB"])
    second = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert second.stderr.count("done already") == 2
    assert (tmp_path / "table.md").read_text(encoding="utf-8") == written

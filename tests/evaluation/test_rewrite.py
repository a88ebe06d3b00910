"""Tests ``byline rewrite`` and ``rag.rewrite``, which make follow-ups standalone."""

import gzip
import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

import rag
from rag.cli.main import run

WriteRows = Callable[[Path, Iterable[Mapping[str, object]]], Path]

BEFORE = [["user", "Who is Nasser Kanaani?"], ["agent", "A spokesman."]]
ROWS: list[dict[str, Any]] = [
    {"id": "b", "question": "What did he say?", "history": BEFORE},
    {"id": "a", "question": "When  did he speak?", "history": [said for _, said in BEFORE]},
    {"id": 7, "question": "Who won?", "history": None, "title": "is passed over"},
]
REWRITTEN = [
    {"id": "b", "standalone_question": "What did Nasser Kanaani say?"},
    {"id": "a", "standalone_question": "When did Nasser Kanaani speak?"},
    {"id": 7, "standalone_question": "Who won?"},
]
DONE, FAILED, BAD_USAGE = 0, 1, 2


def read(path: Path) -> list[object]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_rewrite_needs_no_index_and_no_model() -> None:
    """Runs in a separate process, which must not load any engine."""
    code = (
        "import sys, rag; turn = rag.Turn(role='user', text='Who is Nasser Kanaani?');"
        "print(rag.rewrite('What did he say?', [turn]));"
        "print({'torch', 'faiss', 'tantivy'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["What did Nasser Kanaani say?", "set()"]


def test_rewrite_takes_only_what_can_be_asked() -> None:
    assert rag.rewrite("Who\nwon?", []) == "Who won?"
    with pytest.raises(rag.UsageError, match="the question is empty"):
        rag.rewrite("  ", [])
    with pytest.raises(rag.UsageError, match="the limit is 3"):
        rag.rewrite("Why?", [], config=rag.Config(max_question=3))


def test_each_line_is_rewritten_in_its_place(tmp_path: Path, write_rows: WriteRows) -> None:
    plain, out = write_rows(tmp_path / "in.jsonl", ROWS), tmp_path / "out.jsonl"
    packed = tmp_path / "in.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    for source in (plain, packed):
        assert run(["rewrite", "--jsonl", str(source), "--out", str(out)]) == DONE
        assert read(out) == REWRITTEN
        out.unlink()


def test_dash_reads_and_prints() -> None:
    lines = "".join(json.dumps(row) + "\n\n" for row in ROWS)
    command = [sys.executable, "-m", "rag.cli", "rewrite", "--jsonl", "-", "--out", "-"]
    done = subprocess.run(command, input=lines.encode(), capture_output=True, check=True)
    assert [json.loads(line) for line in done.stdout.splitlines()] == REWRITTEN
    assert done.stderr == b""


def test_a_file_may_be_rewritten_in_its_own_place(tmp_path: Path, write_rows: WriteRows) -> None:
    file = write_rows(tmp_path / "rows.jsonl", ROWS)
    assert run(["rewrite", "--jsonl", str(file), "--out", str(file)]) == DONE
    assert read(file) == REWRITTEN
    assert list(tmp_path.iterdir()) == [file]


def test_bad_lines_are_named_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = [
        "{",
        '{"id": "a", "question": "Why?"}',
        '{"id": "a", "question": "Where?"}',
        '{"id": true, "question": "Why?"}',
        '{"id": "c", "question": "Why?", "history": [["editor", "Who?"]]}',
        '{"id": "d", "question": "?!"}',
    ]
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("\n".join(bad), encoding="utf-8")
    out.write_text("kept", encoding="utf-8")
    assert run(["rewrite", "--jsonl", str(source), "--out", str(out)]) == FAILED
    *faults, last = (line.strip() for line in capsys.readouterr().err.splitlines())
    assert [fault.split(" ")[0] for fault in faults] == [f"in.jsonl:{n}:" for n in (1, 3, 4, 5, 6)]
    assert faults[1].endswith("id 'a' is already used on line 2")
    assert 'write ["user" or "agent", text]' in faults[3]
    assert last.endswith("correct them, then run again")
    assert out.read_text(encoding="utf-8") == "kept"


def test_what_is_not_there_is_named_with_the_remedy(
    tmp_path: Path, write_rows: WriteRows, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "nowhere" / "file.jsonl"
    assert run(["rewrite", "--jsonl", str(missing), "--out", "-"]) == BAD_USAGE
    assert f"there is no file {missing}; name one" in capsys.readouterr().err
    source = write_rows(tmp_path / "in.jsonl", ROWS)
    assert run(["rewrite", "--jsonl", str(source), "--out", str(missing)]) == BAD_USAGE
    assert "cannot be written" in capsys.readouterr().err

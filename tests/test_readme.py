"""Tests that the Python in README runs, and that its terminal output is real."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with only the shipped articles."""
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    return tmp_path


@pytest.mark.slow
def test_python_in_readme_runs(desk: Path) -> None:
    (snippet,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", snippet],
        check=False,
        cwd=desk,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    assert "expelled four Iranian diplomats" in done.stdout


@pytest.mark.slow
def test_answer_in_readme_is_the_answer(desk: Path) -> None:
    question, shown = re.findall(r'\$ byline ask "(.*?)"\n(.*?)```', README, re.DOTALL)[0]
    done = subprocess.run(
        [sys.executable, "-m", "rag.cli", "ask", question],
        check=False,
        cwd=desk,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.stdout.strip() == shown.strip()


def test_files_that_readme_names_are_there() -> None:
    for name in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / name).is_file(), name

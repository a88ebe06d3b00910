"""Tests that the documentation is current: generated pages match the code, and snippets run."""

import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import rag

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
SNIPPETS = [
    pytest.param(code, id=f"{page.relative_to(DOCS)}-{number}")
    for page in PAGES
    for number, code in enumerate(
        re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL), start=1
    )
]


def test_generated_pages_are_current() -> None:
    for name, page in runpy.run_path(str(ROOT / "scripts" / "reference.py"))["PAGES"].items():
        written = (DOCS / "reference" / name).read_text(encoding="utf-8")
        assert written == page(), f"{name} is out of date; run: python scripts/reference.py"


def test_every_public_name_has_its_place() -> None:
    page = (DOCS / "reference" / "python.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^::: rag\.(\w+)$", page, re.MULTILINE)) == sorted(rag.__all__)


@pytest.mark.slow
@pytest.mark.parametrize("code", SNIPPETS)
def test_python_in_the_docs_runs(code: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_commands_in_the_docs_exist(page: Path) -> None:
    """Every ``byline`` command in a code block exists, with its options."""
    help_text = (DOCS / "reference" / "cli.md").read_text(encoding="utf-8")
    sections = dict(
        re.findall(r"^## (byline.*?)\n(.*?)(?=^## |\Z)", help_text, re.MULTILINE | re.DOTALL)
    )
    for block in re.findall(r"```\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        for line in re.findall(r"^(?:\$ )?(byline .*?)(?:\s+#.*)?$", block, re.MULTILINE):
            words = line.split()
            name = " ".join(words[:3]) if " ".join(words[:3]) in sections else " ".join(words[:2])
            assert name in sections, line
            assert all(
                word in sections[name] for word in words if re.fullmatch(r"--[a-z-]+", word)
            ), line

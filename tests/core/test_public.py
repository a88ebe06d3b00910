"""Tests the public names, and the cost of importing them."""

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

import rag

NAMES = [
    "ARTICLE_SUFFIXES",
    "REFERENCE_STYLES",
    "Answer",
    "Article",
    "Byline",
    "BylineError",
    "Citation",
    "Confidence",
    "Config",
    "ConfigError",
    "DamagedIndexError",
    "DatasetError",
    "Difference",
    "DraftSentence",
    "Embedder",
    "Evidence",
    "Facets",
    "Feedback",
    "FeedbackStore",
    "Filter",
    "HashEmbedder",
    "Hit",
    "IndexReport",
    "IngestError",
    "Listing",
    "ModelError",
    "ModelServerError",
    "NotIndexedError",
    "Passage",
    "Period",
    "Progress",
    "Readable",
    "Reader",
    "Reason",
    "Related",
    "ScriptedReader",
    "ScriptedWriter",
    "Statement",
    "Support",
    "Tokens",
    "Trace",
    "Turn",
    "UsageError",
    "VerifyReport",
    "Watch",
    "WatchState",
    "Writer",
    "abstention_line",
    "check_claim",
    "check_question",
    "count_tokens",
    "edition_line",
    "federate",
    "load_config",
    "make_article",
    "open",
    "period_line",
    "plain",
    "read_articles",
    "references",
    "rewrite",
    "source_line",
]


def test_public_names_are_these() -> None:
    assert rag.__all__ == NAMES
    assert all(hasattr(rag, name) for name in NAMES)


@pytest.mark.parametrize(("old", "new"), [("Desk", "FeedbackStore"), ("joined", "federate")])
def test_names_of_the_version_before_still_work_and_warn(old: str, new: str) -> None:
    with pytest.warns(DeprecationWarning, match=f"rag.{old} is now rag.{new}"):
        assert getattr(rag, old) is getattr(rag, new)


def test_other_names_are_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'joint'"):
        rag.joint  # noqa: B018


def test_every_public_name_is_documented() -> None:
    assert all(getattr(rag, name).__doc__ for name in NAMES)


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith("Error")])
def test_every_error_is_ours(name: str) -> None:
    assert issubclass(getattr(rag, name), rag.BylineError)


@pytest.mark.parametrize("noun", [rag.Turn, rag.Filter, rag.Hit, rag.Article, rag.Citation])
def test_nouns_are_made_by_keyword(noun: Callable[..., object]) -> None:
    with pytest.raises(TypeError, match="positional"):
        noun("by position")


def test_nouns_are_frozen() -> None:
    turn = rag.Turn(role="user", text="t")
    with pytest.raises(FrozenInstanceError):
        turn.text = "other"  # type: ignore[misc]
    assert not hasattr(turn, "__dict__")


def test_import_loads_no_engine() -> None:
    program = (
        "import sys, rag; engines = {'torch', 'sentence_transformers', 'transformers', 'gradio',"
        " 'faiss', 'tantivy', 'tiktoken', 'datasketch',"
        " 'trafilatura', 'ir_measures', 'matplotlib', 'scipy', 'mcp', 'openai',"
        " 'docx'};"
        " print(*sorted(engines & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, encoding="utf-8"
    )
    assert done.stdout.split() == []
    assert done.stderr == ""


def test_a_missing_extra_is_named_with_the_command_that_installs_it() -> None:
    program = (
        "import sys; sys.modules['ir_measures'] = None\n"
        "from rag.cli.main import run\n"
        "sys.exit(run(['compare', 'one', 'other']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 1
    assert done.stderr == (
        "byline: ir_measures is not installed; install it with: pip install 'byline[eval]'\n"
    )


@pytest.mark.slow
def test_asking_loads_no_extra(corpus: Path, tmp_path: Path) -> None:
    program = (
        "import sys\nfrom rag.cli.main import run\n"
        f"run(['ask', 'How many diplomats?', '--corpus', {str(corpus)!r},"
        f" '--index', {str(tmp_path / 'index')!r}])\n"
        "extras = {'ir_measures', 'matplotlib', 'mcp', 'openai'}\n"
        "print(sorted(extras & set(sys.modules)), file=sys.stderr)"
    )
    index = [sys.executable, "-m", "rag.cli", "index", str(corpus), "--index"]
    subprocess.run([*index, str(tmp_path / "index")], check=True, capture_output=True)
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, encoding="utf-8"
    )
    assert done.stderr.splitlines()[-1] == "[]"


def test_the_citation_file_names_the_current_version() -> None:
    cited = (Path(__file__).parents[2] / "CITATION.cff").read_text(encoding="utf-8")
    assert re.findall(r"^version: (.*)$", cited, re.MULTILINE) == [rag.__version__]

"""The public names, and what importing them costs."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import FrozenInstanceError

import pytest

import rag

NAMES = [
    "ARTICLE_SUFFIXES",
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
    "NotIndexedError",
    "Passage",
    "Period",
    "Progress",
    "Readable",
    "Reader",
    "Related",
    "ScriptedReader",
    "ScriptedWriter",
    "Statement",
    "Turn",
    "UsageError",
    "Writer",
    "check_question",
    "count_tokens",
    "edition_line",
    "federate",
    "load_config",
    "make_article",
    "open",
    "period_line",
    "read_articles",
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
        " 'trafilatura'}; print(*sorted(engines & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, encoding="utf-8"
    )
    assert done.stdout.split() == []
    assert done.stderr == ""

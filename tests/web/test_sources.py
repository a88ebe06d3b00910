"""Tests that the panel's public functions use the session, and fail with a one-line message."""

import json
from typing import Any

import gradio as gr
import pytest

import rag
from rag.web.reader import TROUBLE, sources_panel

ARTICLE = rag.make_article(id="a", title="Title", text="First. Second. Third.")


def ask(function: str, find: Any, asked: Any, request: Any = None) -> Any:
    with gr.Blocks():
        panel = sources_panel(find)
    return getattr(panel, function)(asked, request)


@pytest.mark.parametrize("function", ["read", "around"])
def test_each_function_finds_for_the_session_that_asks(function: str) -> None:
    heard: list[tuple[object, str, str | None]] = []

    def find(request: object, article_id: str, revision: str | None) -> rag.Article:
        heard.append((request, article_id, revision))
        return ARTICLE

    asked = {"article": "a", "revision": ARTICLE.revision, "spans": [[7, 14]]}
    found = ask(function, find, asked, request="the session")
    assert heard[0] == ("the session", "a", ARTICLE.revision)
    assert {each[0] for each in heard} == {"the session"}
    assert "Third." in json.dumps(found)


@pytest.mark.parametrize("function", ["read", "around", "cite"])
@pytest.mark.parametrize("asked", [None, {}, {"article": "a", "spans": "all"}])
def test_what_is_no_request_gets_a_line(function: str, asked: Any) -> None:
    assert list(ask(function, lambda *_: ARTICLE, asked)) == ["problem"]


@pytest.mark.parametrize("function", ["read", "around", "cite"])
def test_what_nobody_foresaw_is_logged_and_not_shown(
    function: str, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> rag.Article:
        raise RuntimeError("unforeseen")

    assert ask(function, broken, {"article": "a", "spans": [[0, 1]]}) == {"problem": TROUBLE}
    assert "RuntimeError: unforeseen" in caplog.text


def test_references_are_to_the_revision_that_is_asked_for() -> None:
    asked = {"article": "a", "revision": ARTICLE.revision}
    found = ask("cite", lambda *_: ARTICLE, asked)["styles"]
    names = ["Chicago", "APA", "MLA", "BibTeX", "RIS", "CSL-JSON"]
    assert [each["name"] for each in found] == names
    assert [each["text"] for each in found] == [
        rag.references([ARTICLE], style) for style in rag.REFERENCE_STYLES
    ]

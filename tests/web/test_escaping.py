"""Tests that article text is escaped for every parser of a template, and shown unchanged."""

import html
import re
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.web.templates import asset, shield

MEANINGFUL = "<>\"'`=$\\{}"
TEMPLATES = sorted(
    file.name for file in resources.files("rag.web").iterdir() if file.name.endswith(".html")
)


@given(st.text())
def test_shielded_text_holds_no_meaningful_character(text: str) -> None:
    assert not set(shield(text)) & set(MEANINGFUL)


@given(st.text())
def test_every_ampersand_left_begins_one_of_our_entities(text: str) -> None:
    shielded = shield(text)
    assert shielded.count("&") == len(re.findall(r"&#\d+;", shielded))


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126)))
def test_a_browser_shows_shielded_text_as_it_was(text: str) -> None:
    assert html.unescape(shield(text)) == text


def test_shield_reaches_every_string_and_leaves_the_rest() -> None:
    value = {"a": ["<", {"b": ("$", 1)}], "c": True, "d": None}
    assert shield(value) == {"a": ["&#60;", {"b": ["&#36;", 1]}], "c": True, "d": None}


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_are_literals_that_read_values_and_call_nothing_of_theirs(name: str) -> None:
    text = asset(name)
    assert "{{" not in text
    assert "\\" not in text
    assert set(re.findall(r"\.(\w+)\(", text)) <= {"map", "join"}
    assert re.findall(r"(?<![.\w])\w+\(", text) == []


def test_no_scoped_style_is_code_either() -> None:
    assert "${" not in asset("sources.css")

"""Tests that the reader shows the complete article, and marks and opens at the quotation."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rag
from rag.web import reader
from rag.web.reader import around, read, safe_link

TEXT = "First line.\n\n  Second line 🙂 goes on.\n \nThird line ends."


def article(text: str = TEXT, **facts: object) -> rag.Article:
    given_facts = {"id": "a", "title": "Title"} | facts
    return rag.make_article(text=text, **given_facts)  # type: ignore[arg-type]


def finder(*articles: rag.Article) -> reader.Find:
    """Finds any of the given revisions; the last one of an id is current."""

    def find(article_id: str, revision: str | None) -> rag.Article:
        found = [a for a in articles if a.id == article_id and revision in (None, a.revision)]
        if not found:
            raise rag.UsageError(f"no article {article_id!r}")
        return found[-1]

    return find


def words(reading: reader.Reading) -> list[str]:
    return ["".join(run["text"] for run in runs) for runs in reading["paragraphs"]]


def marked(reading: reader.Reading, place: int) -> str:
    runs = (run for paragraph in reading["paragraphs"] for run in paragraph)
    return "".join(run["text"] for run in runs if place in run["marks"])


@given(
    text=st.text(alphabet="ab \n🙂é", max_size=60),
    cuts=st.lists(st.integers(0, 60), max_size=8, unique=True).map(sorted),
)
def test_paragraphs_are_the_lines_and_marks_are_the_spans(text: str, cuts: list[int]) -> None:
    spans = [[start, end] for start, end in pairwise(cuts)]
    of = replace(article("x"), title="", text=text)
    reading = read(finder(of), {"article": "a", "revision": of.revision, "spans": spans})
    assert words(reading) == [line for line in text.split("\n") if line.strip()]
    for place, (start, end) in enumerate(spans):
        letters = "".join(marked(reading, place).split())
        assert letters == "".join(text[start:end].split())


def test_overlapping_quotations_share_their_words() -> None:
    reading = read(finder(article()), {"article": "a", "spans": [[0, 8], [6, 11]]})
    runs = [(run["text"], run["marks"]) for run in reading["paragraphs"][0]]
    assert runs == [("First ", [0]), ("li", [0, 1]), ("ne.", [1])]


def test_what_an_article_states_stands_above_it() -> None:
    of = article(outlet="Tasnim", author="A. Writer", url="https://example.org/a", language="fa")
    reading = read(finder(of), {"article": "a"})
    assert (reading["outlet"], reading["author"], reading["date"]) == (
        "Tasnim",
        "A. Writer",
        "undated",
    )
    assert (reading["url"], reading["language"]) == ("https://example.org/a", "fa")
    assert (reading["note"], reading["changed"]) == ("", False)


@pytest.mark.parametrize(
    ("spans", "first"), [([], "Text."), ([[0, 5]], "Title"), ([[6, 11]], "Text.")]
)
def test_a_first_line_that_is_the_title_is_not_shown_twice_unless_quoted(
    spans: list[list[int]], first: str
) -> None:
    reading = read(finder(article("Title\nText.")), {"article": "a", "spans": spans})
    assert words(reading)[0] == first


def test_an_earlier_revision_still_opens_and_says_so() -> None:
    old, new = article("Old text."), article("New text.")
    reading = read(finder(old, new), {"article": "a", "revision": old.revision})
    assert words(reading) == ["Old text."]
    assert reading["changed"]
    assert reading["note"] == reader.CHANGED
    assert not read(finder(old, new), {"article": "a", "revision": new.revision})["changed"]


def test_an_article_removed_since_opens_in_the_revision_that_was_quoted() -> None:
    old = article("Old text.")

    def find(article_id: str, revision: str | None) -> rag.Article:
        if revision is None:
            raise rag.UsageError(f"no article {article_id!r}")
        return old

    reading = read(find, {"article": "a", "revision": old.revision})
    assert (reading["note"], reading["changed"]) == (reader.REMOVED, False)


def test_of_a_very_long_article_the_part_around_the_quotation_is_given() -> None:
    text = "word " * (reader.LONGEST // 4) + "Quoted. " + "word " * (reader.LONGEST // 4)
    start = text.index("Quoted.")
    reading = read(finder(article(text)), {"article": "a", "spans": [[start, start + 7]]})
    assert sum(map(len, words(reading))) == reader.LONGEST
    assert marked(reading, 0) == "Quoted."
    assert reading["note"] == f"Showing 2,000,000 of its {len(text):,} characters."


@pytest.mark.parametrize(
    "asked",
    [
        None,
        [],
        "a",
        {},
        {"article": 1},
        {"article": "a", "revision": 1},
        {"article": "a", "spans": "0-1"},
        {"article": "a", "spans": [[1, 0]]},
        {"article": "a", "spans": [[-1, 4]]},
        {"article": "a", "spans": [[0, True]]},
        {"article": "a", "spans": [[0, 1, 2]]},
        {"article": "a", "spans": [[0, 1]] * 101},
        {"article": "unknown"},
    ],
)
def test_what_is_no_request_is_refused(asked: Any) -> None:
    with pytest.raises(rag.UsageError):
        read(finder(article()), asked)


def test_a_span_beyond_the_end_marks_nothing() -> None:
    reading = read(finder(article("Text.")), {"article": "a", "spans": [[90, 99]]})
    assert words(reading) == ["Text."]
    assert marked(reading, 0) == ""


def test_around_gives_whole_words_and_dots_only_where_cut() -> None:
    text = "before " * 100 + "Here. After it."
    start = text.index("Here.")
    found = around(finder(article(text)), {"article": "a", "spans": [[start, start + 5]]})
    assert found["after"] == "After it."
    assert found["before"].startswith("… before before")
    assert len(found["before"]) <= reader.AROUND_CHARACTERS + 2
    with pytest.raises(rag.UsageError, match="no span"):
        around(finder(article(text)), {"article": "a"})


@pytest.mark.parametrize(
    ("url", "link"),
    [
        (None, ""),
        ("https://example.org/a?b=c", "https://example.org/a?b=c"),
        ("HTTP://example.org", "http://example.org"),
        ("javascript:alert(1)", ""),
        ("data:text/html,<script>", ""),
        ("//example.org/a", ""),
        ("https://", ""),
        ("file:///etc/passwd", ""),
        ("http://[broken", ""),
        (" java\nscript:alert(1)", ""),
    ],
)
def test_only_a_link_to_the_web_is_a_link(url: str | None, link: str) -> None:
    assert safe_link(url) == link

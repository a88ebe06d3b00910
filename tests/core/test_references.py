"""Tests references to newspaper articles against the rules of the style guides."""

import json
import re
from datetime import date
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rag

STATED = {
    "title": "The bridge is closed",
    "outlet": "The Daily Example",
    "author": "Ada Lind",
    "published": date(2024, 9, 5),
    "url": "https://example.org/bridge",
}


def article(**changes: Any) -> rag.Article:
    """An article with all metadata, except for ``changes``; None removes a field."""
    stated: dict[str, Any] = {
        name: value for name, value in (STATED | changes).items() if value is not None
    }
    return rag.make_article(id="bridge", text="The bridge is closed. Ferries sail.", **stated)


def one(style: str, **changes: object) -> str:
    return rag.references([article(**changes)], style)


# Chicago Manual of Style, 17th edition: 14.191 basic form; 14.193 no "The"; 14.199 the paper
# replaces an unnamed author; 14.145 "n.d."; 6.122 quotation marks within a title are single.
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "Lind, Ada. “The bridge is closed.” Daily Example, September 5, 2024. URL."),
        ({"author": None}, "Daily Example. “The bridge is closed.” September 5, 2024. URL."),
        ({"published": None}, "Lind, Ada. “The bridge is closed.” Daily Example, n.d. URL."),
        ({"url": None}, "Lind, Ada. “The bridge is closed.” Daily Example, September 5, 2024."),
        ({"outlet": None}, "Lind, Ada. “The bridge is closed.” September 5, 2024. URL."),
        (
            {"author": None, "outlet": None, "published": None, "url": None},
            "“The bridge is closed.” n.d.",
        ),
        ({"title": "Who won?"}, "Lind, Ada. “Who won?” Daily Example, September 5, 2024. URL."),
        (
            {"title": "“Closed,” says mayor"},
            "Lind, Ada. “‘Closed,’ says mayor.” Daily Example, September 5, 2024. URL.",
        ),
        (
            {"title": 'Mayor: "Closed"'},
            "Lind, Ada. “Mayor: ‘Closed’.” Daily Example, September 5, 2024. URL.",
        ),
    ],
)
def test_chicago(changes: dict[str, object], expected: str) -> None:
    assert one("chicago", **changes) == expected.replace("URL", "https://example.org/bridge")


# APA, 7th edition: 10.1 example 16; 9.12 the title replaces an unnamed author;
# 9.17 "n.d."; 9.35 no full stop after the address; 9.8 initials.
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "Lind, A. (2024, September 5). The bridge is closed. The Daily Example. URL"),
        ({"author": None}, "The bridge is closed. (2024, September 5). The Daily Example. URL"),
        ({"published": None}, "Lind, A. (n.d.). The bridge is closed. The Daily Example. URL"),
        ({"url": None}, "Lind, A. (2024, September 5). The bridge is closed. The Daily Example."),
        ({"outlet": None}, "Lind, A. (2024, September 5). The bridge is closed. URL"),
        ({"title": "Who won?"}, "Lind, A. (2024, September 5). Who won? The Daily Example. URL"),
        (
            {"author": None, "outlet": None, "published": None, "url": None},
            "The bridge is closed. (n.d.).",
        ),
        (
            {"author": "Jean-Paul B. Roe"},
            "Roe, J.-P. B. (2024, September 5). The bridge is closed. The Daily Example. URL",
        ),
    ],
)
def test_apa(changes: dict[str, object], expected: str) -> None:
    assert one("apa", **changes) == expected.replace("URL", "https://example.org/bridge")


# MLA Handbook, 9th edition: core elements in order, missing ones left out; months
# of more than four letters abbreviated; no "https://".
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "Lind, Ada. “The bridge is closed.” The Daily Example, 5 Sept. 2024, URL."),
        ({"author": None}, "“The bridge is closed.” The Daily Example, 5 Sept. 2024, URL."),
        ({"published": None}, "Lind, Ada. “The bridge is closed.” The Daily Example, URL."),
        ({"url": None}, "Lind, Ada. “The bridge is closed.” The Daily Example, 5 Sept. 2024."),
        (
            {"published": date(2024, 5, 19)},
            "Lind, Ada. “The bridge is closed.” The Daily Example, 19 May 2024, URL.",
        ),
        (
            {"author": None, "outlet": None, "published": None, "url": None},
            "“The bridge is closed.”",
        ),
    ],
)
def test_mla(changes: dict[str, object], expected: str) -> None:
    assert one("mla", **changes) == expected.replace("URL", "example.org/bridge")


@pytest.mark.parametrize(
    ("author", "inverted", "initials", "mla"),
    [
        ("Ada Lind and Bo Ek", "Lind, Ada, and Bo Ek.", "Lind, A., & Ek, B.", None),
        (
            "Ada Lind, Bo Ek and Cy Roe",
            "Lind, Ada, Bo Ek, and Cy Roe.",
            "Lind, A., Ek, B., & Roe, C.",
            "Lind, Ada, et al.",
        ),
        ("Reuters", "Reuters.", "Reuters.", None),
        ("Ada Lind, Reuters", "Lind, Ada.", "Lind, A.", None),
        ("Daily Example Staff", "Daily Example Staff.", "Daily Example Staff.", None),
        ("Lind, Ada", "Lind, Ada.", "Lind, A.", None),
        ("Marc de Roe", "de Roe, Marc.", "de Roe, M.", None),
        ("Bo Ek Jr.", "Ek, Bo, Jr.", "Ek, B., Jr.", None),
        ("Ada Lind, Political Editor", "Lind, Ada.", "Lind, A.", None),
        (
            "Ada Lind, Head of News, and Bo Ek",
            "Lind, Ada, and Bo Ek.",
            "Lind, A., & Ek, B.",
            None,
        ),
        ("Ada Lind, The Coast", "Lind, Ada.", "Lind, A.", None),
        ("Ada Lind, London", "Lind, Ada.", "Lind, A.", None),
        ("Ada Lind in London", "Lind, Ada.", "Lind, A.", None),
        ("Ada Lind, Ph.D.", "Lind, Ada.", "Lind, A.", None),
        ("Ada Lind, MD, and Bo Ek", "Lind, Ada, and Bo Ek.", "Lind, A., & Ek, B.", None),
        ("Ada Lind with agencies", "Lind, Ada.", "Lind, A.", None),
        ("Ada Lind and agencies", "Lind, Ada.", "Lind, A.", None),
        ("Bill Press", "Press, Bill.", "Press, B.", None),
        ("Tom Service", "Service, Tom.", "Service, T.", None),
        ("Associated Press", "Associated Press.", "Associated Press.", None),
        ("Political Editor", "Political Editor.", "Political Editor.", None),
        ("Staff Writer", "Staff Writer.", "Staff Writer.", None),
        ("van Dyk Roe, Ada", "van Dyk Roe, Ada.", "van Dyk Roe, A.", None),
        ("Daily Post", "Daily Post.", "Daily Post.", None),
    ],
)
def test_authors(author: str, inverted: str, initials: str, mla: str | None) -> None:
    assert one("chicago", author=author).startswith(f"{inverted} “")
    assert one("apa", author=author).startswith(f"{initials} (2024")
    assert one("mla", author=author).startswith(f"{mla or inverted} “")


def test_many_authors_are_shortened_as_each_style_says() -> None:
    names = [f"Ada Name{chr(97 + n)}" for n in range(22)]
    eleven, all_of_them = ", ".join(names[:11]), ", ".join(names)
    chicago = one("chicago", author=eleven)
    assert chicago.startswith("Namea, Ada, Ada Nameb,")
    assert "Ada Nameg, et al. “" in chicago
    apa = one("apa", author=all_of_them)
    assert "Names, A., . . . Namev, A. (2024" in apa
    assert "Namet" not in apa


def test_printed_references_are_in_alphabetical_order_one_a_line() -> None:
    both = [article(author="Cy Roe"), article(author="Bo Ek")]
    assert [line[:2] for line in rag.references(both, "mla").splitlines()] == ["Ek", "Ro"]


def test_bibtex() -> None:
    of = article(author="Ada Lind, Bo Ek Jr. and Reuters", title="Up 5% & more")
    assert rag.references([of], "bibtex") == (
        f"@article{{lind2024up-{of.revision[:4]},\n"
        "  author = {Lind, Ada and Ek, Jr., Bo and {Reuters}},\n"
        "  title = {{Up 5\\% \\& more}},\n"
        "  journal = {The Daily Example},\n"
        "  year = {2024},\n"
        "  month = sep,\n"
        "  day = {5},\n"
        "  url = {https://example.org/bridge},\n"
        "}"
    )
    bare = one("bibtex", author=None, outlet=None, published=None, url=None)
    assert re.findall(r"^  (\w+)", bare, re.MULTILINE) == ["title"]


@given(st.text(max_size=40), st.text(st.characters(categories=["L", "P", "S"]), max_size=20))
def test_any_title_leaves_braces_balanced(title: str, path: str) -> None:
    entry = one("bibtex", title=title, url=f"https://example.org/{path}")
    assert depths(entry)[-1] == 0


def depths(entry: str) -> list[int]:
    """How many braces are open after each brace, counted like BibTeX, even after backslashes."""
    marks = [1 if mark == "{" else -1 for mark in re.findall(r"[{}]", entry)]
    found = list(accumulate(marks))
    assert min(found) == 0
    assert 0 not in found[:-1]  # the entry does not end early
    return found


@pytest.mark.parametrize("words", ["a}}, url={http://evil}, x={{b", "Win 5{ now", "5} off", "{a}"])
def test_braces_in_a_title_neither_add_fields_nor_swallow_the_file(words: str) -> None:
    entries = rag.references([article(title=words), article(outlet=words)], "bibtex")
    for entry in entries.split("\n\n"):
        assert depths(entry)[-1] == 0
    assert re.findall(r"^  (\w+) = ", entries, re.MULTILINE).count("url") == 2
    assert "\\textbrace" in entries


def test_ris() -> None:
    assert one("ris", author="Ada Lind and Bo Ek").splitlines() == [
        "TY  - NEWS",
        "AU  - Lind, Ada",
        "AU  - Ek, Bo",
        "TI  - The bridge is closed",
        "T2  - The Daily Example",
        "PY  - 2024",
        "DA  - 2024/09/05",
        "LA  - en",
        "UR  - https://example.org/bridge",
        "ER  - ",
    ]
    bare = one("ris", author=None, outlet=None, published=None, url=None)
    assert [line[:2] for line in bare.splitlines()] == ["TY", "TI", "LA", "ER"]


def test_csl_json() -> None:
    of = article(author="Ada Lind and Reuters")
    assert json.loads(rag.references([of, article(author=None, published=None)], "csl-json")) == [
        {
            "id": f"lind2024bridge-{of.revision[:4]}",
            "type": "article-newspaper",
            "title": "The bridge is closed",
            "author": [{"family": "Lind", "given": "Ada"}, {"literal": "Reuters"}],
            "container-title": "The Daily Example",
            "issued": {"date-parts": [[2024, 9, 5]]},
            "language": "en",
            "URL": "https://example.org/bridge",
        },
        {
            "id": f"dailyexamplebridge-{of.revision[:4]}",
            "type": "article-newspaper",
            "title": "The bridge is closed",
            "container-title": "The Daily Example",
            "language": "en",
            "URL": "https://example.org/bridge",
        },
    ]


@pytest.mark.parametrize("style", rag.REFERENCE_STYLES)
@given(words=st.text(max_size=60))
def test_a_reference_is_one_line_or_well_formed(style: str, words: str) -> None:
    text = one(style, title=words, author=words, outlet=words)
    if style == "csl-json":
        assert len(json.loads(text)) == 1
    elif style == "ris":
        assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in text.splitlines())
    elif style != "bibtex":
        assert len(text.splitlines()) == 1


def test_an_unknown_style_is_named_with_those_there_are() -> None:
    with pytest.raises(rag.UsageError, match=r"no reference style 'harvard'; .*chicago, apa, mla"):
        one("harvard")

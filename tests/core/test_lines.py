"""Tests line ends of plain text: inside a sentence, after one, or between blocks."""

from datetime import date
from pathlib import Path

import pytest

from rag.ingest.article import read_article
from rag.ingest.head import split_title
from rag.ingest.lines import join_lines

WRAPPED = """The keeper of the lighthouse at Ostra said on Monday that his son, Lt.
Per Holm, had left for the town of St. Mary, where the U.K. Coast Guard has
its base. He named two people: the harbour master and a diver called Ada
Lind, who works there. The tower, which was built by the engineer John F.
Roe in 1931, cost "a king's ransom," he said."""

CLOSED = """The tower of the old harbour is closed.
“We open it when the board has met and the money for the stair and the roof is there,” she said."""


def test_wrapped_lines_run_on() -> None:
    assert join_lines(WRAPPED) == " ".join(WRAPPED.split())


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        ("He was met by Dr.\nAda Lind.", "He was met by Dr. Ada Lind."),
        (
            "It was sent by the U.S.\nCoast Guard to help.",
            "It was sent by the U.S. Coast Guard to help.",
        ),
        (
            "There were three reasons:\nthe war and the sea.",
            "There were three reasons: the war and the sea.",
        ),
        ("They met.\nThey left.", "They met.\nThey left."),
        (CLOSED, CLOSED),
        ("Related: Holm loses\nThe cup was gold.", "Related: Holm loses\n\nThe cup was gold."),
        ("Most viewed\nFish is dear\nTea is not", "Most viewed\n\nFish is dear\n\nTea is not"),
        ("Log in\nThe Ostra Post", "Log in\n\nThe Ostra Post"),
        ("Boats: 12\n15 people", "Boats: 12\n\n15 people"),
        ("The rules:\n- no dogs\n- no cats", "The rules:\n\n- no dogs\n\n- no cats"),
        ("The rules:\na) no dogs\nb) no cats", "The rules:\n\na) no dogs\n\nb) no cats"),
        ("He met the Mail’s\nAda Lind.", "He met the Mail’s Ada Lind."),
        ("They run the cross-\nborder train.", "They run the cross-border train."),
        ("It is an impor-\ntant tower.", "It is an important tower."),
        ("The Ostravik of old is no Ostra-\nvik now.", "The Ostravik of old is no Ostravik now."),
        ("A re-signed deal was re-\nsigned.", "A re-signed deal was re-signed."),
    ],
)
def test_a_line_end_is_a_space_only_inside_a_sentence(lines: str, joined: str) -> None:
    assert join_lines(lines) == joined


def test_indented_lines_are_wrapped_at_their_own_width() -> None:
    text = (
        "   The board met on Friday in the old school and heard its\n"
        "   treasurer, who had looked at the books for a year and said:\n"
        "   “Nothing is left of the money that the town gave us in the\n"
        "   spring.”"
    )
    assert join_lines(text) == " ".join(text.split())


def test_joining_twice_changes_nothing_more() -> None:
    once = join_lines(f"Lamp fails\nBy Ada\n\n{WRAPPED}\nPhotograph: Bo Ek\nThe end is near.")
    assert join_lines(once) == once


@pytest.mark.parametrize(
    ("head", "title", "rest"),
    [
        ("SPORT\nOstra wins\nBy Ada Lind\n\nThey won.", "Ostra wins", "They won."),
        ("Breaking news | Holm\nOstra wins\n\nThey won.", "Ostra wins", "They won."),
        ("World | Europe\n\nOstra wins\n\nThey won.", "Ostra wins", "They won."),
        ("Menu\nLog in\nOstra wins\n14 May 2024\nThey won.", "Ostra wins", "They won."),
        (
            "The Post\nHome > News > Ice\nOstra wins\nA cup at last\nAda Lind\n14 May 2024\nHi.",
            "Ostra wins",
            "A cup at last\n\nHi.",
        ),
        ("OSTRA WINS\n\nThey won.", "OSTRA WINS", "They won."),
        ("Sports news\nOstra wins\nA cup at last\n\nHi.", "Ostra wins", "A cup at last\n\nHi."),
        ("Ostra wins its\nfirst cup\n\nThey won.", "Ostra wins its first cup", "They won."),
        ("Log in\nThe Post\nHome News Sport\nOstra wins\nBy Ada Lind\nHi.", "Ostra wins", "Hi."),
        ("Crime & Courts\nOstra wins\nBy Ada Lind\n\nThey won.", "Ostra wins", "They won."),
        ("Health & safety fails\nBy Ada Lind\n\nThey won.", "Health & safety fails", "They won."),
        ("3 June 2024\n\nOstra wins\n\nThey won.", "Ostra wins", "They won."),
        ("THE OSTRA POST\n\n14 May 2024\n\nOstra wins\n\nThey won.", "Ostra wins", "They won."),
        ("The Ostra Post\n14 May 2024\n\nIt closed.", "The Ostra Post", "It closed."),
        ("The Post\nWorld\nSport\nOstra wins\nBy Ada Lind\nHi.", "Ostra wins", "Hi."),
    ],
)
def test_a_menu_or_a_section_is_no_title(head: str, title: str, rest: str) -> None:
    assert split_title(head, None) == (title, rest)


def test_a_rule_below_a_title_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "lamp.txt"
    path.write_text("Lamp fails\n==========\n\nIt went out on Monday.\n", encoding="utf-8")
    article = read_article(path, root=tmp_path, max_bytes=10_000)
    assert (article.title, article.text) == ("Lamp fails", "It went out on Monday.")


def test_lines_with_names_above_the_text_are_front_matter(tmp_path: Path) -> None:
    path = tmp_path / "lamp.txt"
    head = (
        "Title: Lamp fails: keeper sad\nDate: 3 June 2024\nSource: The Ostra Post\nAuthor: Ada Lind"
    )
    path.write_text(f"{head}\n\nIt went out on Monday.\n", encoding="utf-8")
    article = read_article(path, root=tmp_path, max_bytes=10_000)
    assert (article.title, article.text) == ("Lamp fails: keeper sad", "It went out on Monday.")
    assert (article.outlet, article.author) == ("The Ostra Post", "Ada Lind")
    assert article.published == date(2024, 6, 3)


@pytest.mark.parametrize("end", ["\n", "---\n", "---\n\n"])
def test_lines_with_names_may_end_with_a_rule(tmp_path: Path, end: str) -> None:
    path = tmp_path / "lamp.md"
    path.write_text(
        f"Subject: Lamp fails\nDate: 3 June 2024\n{end}It went out.\n", encoding="utf-8"
    )
    article = read_article(path, root=tmp_path, max_bytes=10_000)
    assert (article.title, article.text) == ("Lamp fails", "It went out.")
    assert article.published == date(2024, 6, 3)


def test_an_article_has_the_joined_lines(tmp_path: Path) -> None:
    path = tmp_path / "lamp.txt"
    path.write_text(f"Lamp fails\n\n{WRAPPED}", encoding="utf-8")
    article = read_article(path, root=tmp_path, max_bytes=10_000)
    assert (article.title, article.text) == ("Lamp fails", " ".join(WRAPPED.split()))

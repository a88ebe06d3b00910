"""Tables: which lines name rows and columns, and how rows are read with these names."""

from datetime import date
from pathlib import Path

import pytest

import rag
from rag.language.english import ENGLISH
from rag.language.sentences import paragraph_spans, sentence_spans
from rag.language.stating import stating_spans
from rag.language.tables import table_start
from rag.read.rows import other_rows, spelled_out

LEAD = "About 900 people ran the Corrick half marathon on Sunday, the organisers said."
HEADER, RULE = "| Place | Name | Club |", "|---|---|---|"
MEN = ["| 1 | Tom Bell | Fen Runners |", "| 2 | Samuel Roe | Ister Harriers |"]
WOMEN = ["| 1 | Ann Gray | Fen Runners |", "| 2 | Lia Moss | Ister Harriers |"]
LATER = "The race raised money for the hospital."
TABLES = {
    "captions as rows": ["| Men | | |", RULE, HEADER, RULE, *MEN, "| Women | | |", RULE, HEADER,
                         RULE, *WOMEN],
    "groups in one table": [HEADER, RULE, "| Men | | |", *MEN, "| Women | | |", *WOMEN],
    "headings": ["Men", HEADER.strip("| "), *[row.strip("| ") for row in MEN],
                 "Women:", HEADER.strip("| "), *[row.strip("| ") for row in WOMEN]],
}  # fmt: skip


def written(table: str) -> str:
    return "\n\n".join([LEAD, *TABLES[table], LATER])


def spans_of(text: str) -> list[tuple[int, int]]:
    return [span for part in paragraph_spans(text) for span in sentence_spans(text, *part)]


@pytest.mark.parametrize("table", TABLES)
def test_names_of_rows_and_columns_are_no_candidates(table: str) -> None:
    text = written(table)
    shown = [text[slice(*span)].strip("| ") for span in stating_spans(text, spans_of(text))]
    assert shown == [LEAD, *[row.strip("| ") for row in (*MEN, *WOMEN)], LATER]


@pytest.mark.parametrize("table", TABLES)
def test_a_row_is_read_with_its_names_and_marked_as_printed(table: str) -> None:
    text = written(table)
    sentences = stating_spans(text, spans_of(text))
    found = spelled_out(text, (0, len(text)), sentences, language=ENGLISH)
    assert found is not None
    read = [found.text[slice(*span)].replace("| P", "P").strip("| ") for span in found.sentences]
    assert read[0] == LEAD
    assert read[4] == "Women: Place 2 (second) | Name Lia Moss | Club Ister Harriers"
    assert read[3].startswith("Women: Place 1 (first, winner) | Name Ann Gray")
    at = found.text.index("Name Lia Moss")
    for span in ((at, at + len("Name Lia Moss")), (at + 5, at + 13)):
        printed = found.printed(span)
        assert printed is not None
        assert text[slice(*printed)] == "Lia Moss"
    label = found.text.index("Club")
    assert found.printed((label, label + 4)) is None
    assert found.printed(None) is None
    whole = found.printed((0, len(found.text)))
    assert whole == (0, len(text))


def test_a_text_without_a_table_is_read_as_printed() -> None:
    for text in (LEAD, f"{LEAD}\n\nPhoto | Ada Lind\n\n{LATER}"):
        assert spelled_out(text, (0, len(text)), [(0, len(LEAD))], language=ENGLISH) is None


@pytest.mark.parametrize(
    ("rows", "header"),
    [
        (["Town | Guests (2024) | Guests (2023)", "Hagen | 400 | 380"], 0),
        (["Time | Item", "9 am | Choir"], 0),
        (["Hagen 2 | Lunda 1", "Orrin 0 | Vessby 3"], None),
        (["1 | Ann Gray", "2 | Lia Moss"], None),
    ],
)
def test_a_header_may_have_years_but_no_cell_of_figures(
    rows: list[str], header: int | None
) -> None:
    text = "\n\n".join([LEAD, *rows])
    kept = [text[slice(*span)] for span in stating_spans(text, spans_of(text))]
    assert kept == [LEAD, *(rows if header is None else rows[1:])]


@pytest.mark.parametrize("table", ["groups in one table", "headings"])
def test_the_row_of_the_right_group_answers(table: str, tmp_path: Path) -> None:
    with rag.Byline(tmp_path) as news:
        title = "Corrick half marathon: the results"
        day = date(2025, 5, 4)
        news.add([rag.make_article(id="a", title=title, text=written(table), published=day)])
        for question, row in (
            ("Who came second in the women's race?", WOMEN[1]),
            ("Who came second in the men's race?", MEN[1]),
            ("Who won the women's race?", WOMEN[0]),
            ("Who won the men's race?", MEN[0]),
        ):
            answer = news.ask(question)
            assert answer.statements[0].text.strip("| ") == row.strip("| ")


HOURS = """| Day | Pool | Sauna |

|---|---|---|

| Monday | closed | closed |

| Tuesday | 9 am | 2 pm |

| Sunday | 11 am | 4 pm |"""


@pytest.mark.parametrize(
    ("question", "kept"),
    [
        ("When does the sauna open on Sunday?", ["Sunday"]),
        ("When does the pool open?", ["Monday", "Tuesday", "Sunday"]),
        ("When does the pool open on Friday?", ["Monday", "Tuesday", "Sunday"]),
        ("Does the pool open later than on Sunday?", ["Monday", "Tuesday", "Sunday"]),
    ],
)
def test_a_question_that_names_a_row_is_answered_by_no_other(
    question: str, kept: list[str]
) -> None:
    others = other_rows(HOURS, question, language=ENGLISH)
    shown = [HOURS[slice(*span)] for span in stating_spans(HOURS, spans_of(HOURS))]
    assert [row.split()[1] for row in shown if HOURS.index(row) not in others] == kept


def test_a_rank_names_a_row() -> None:
    rows = [f"| {n} | Runner {chr(64 + n)} |" for n in range(1, 26)]
    text = "\n\n".join(["| Place | Name |", "|---|---|", *rows])
    for asked, place in (("second", 2), ("fourteenth", 14), ("25th", 25)):
        others = other_rows(text, f"Who came {asked}?", language=ENGLISH)
        assert [row for row in rows if text.index(row) not in others] == [rows[place - 1]]


def test_a_continued_table_is_read_like_its_beginning(tmp_path: Path) -> None:
    rows = [f"| {n} | Runner {chr(64 + n)}{chr(96 + n)} | Club {n % 4} |" for n in range(1, 27)]
    text = "\n\n".join([LEAD, HEADER, RULE, *rows, LATER])
    assert table_start(text, text.index(rows[20])) >= text.index(RULE) - len(HEADER) - 2
    assert table_start(text, text.index(LATER)) == text.index(LATER)
    with rag.Byline(tmp_path) as news:
        news.add([rag.make_article(id="a", title="The Corrick half marathon", text=text)])
        for asked, place in (("second", 2), ("eighth", 8), ("fifteenth", 15)):
            answer = news.ask(f"Who came {asked} in the half marathon?")
            first = answer.statements[0] if answer.statements else answer.closest
            assert first is not None
            assert first.text.strip("| ") == rows[place - 1].strip("| ")

"""Tests that withdrawn statements are not answers, and that corrections are shown."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import rag
from rag.answer.corrections import CORRECTION, WITHDRAWN
from rag.language.corrections import notes

ASKED = "How many people were hurt at the crane in Vessby?"
RIGHT = "In Vessby 14 people were hurt when a crane fell on the quay."
WRONG = "In Vessby 40 people were hurt when a crane fell on the quay."
REST = "Ferries will sail from Lunda until the quay is clear."

NOTES = [
    "Correction: An earlier version of this article said 40 people were hurt. The number is 14.",
    "Correction: We said 40 people were hurt when the crane fell. There were 14.",
    "Correction\n\nThe story gave the number of people hurt as 40. It was 14.",
    "CORRECTION (May 16, 2024): The number of people hurt was 14, not 40 as first reported.",
    "CORRECTION (16 May): 14 people, not 40, were hurt.",
    "Correction (Thursday): Fourteen people were hurt, rather than forty.",
    "This article was amended on 16 May 2024 to correct the number of people hurt from 40 to 14.",
    (
        "This article was amended on 16 May 2024. An earlier version said forty people were hurt;"
        " the correct number is fourteen."
    ),
    "• This story was corrected on 16 May 2024 to say that 14 people were hurt, not 40.",
    "An earlier version of this story misstated the number of people hurt. It was 14, not 40.",
    "An earlier version misstated the number of people hurt as 40. Fourteen were hurt.",
    "A previous version of this report incorrectly stated that 40 people were hurt. 14 were hurt.",
    "Editor's note: The number of people hurt has been corrected to 14 from 40.",
    (
        "Editor’s note: This article originally gave the number of people hurt as 40. It has been"
        " corrected to 14."
    ),
    "EDITOR'S NOTE — A headline on this page wrongly said 40 people were hurt. It was 14.",
    "The paper reported on Monday that 40 people were hurt at the crane. In fact 14 were hurt.",
    "The Post reported on Monday that 40 people had been hurt. In fact, 14 were.",
    "This newspaper wrote on Monday that some 40 people were hurt. That was wrong: 14 were.",
    (
        "Clarification: The article said 40 people were hurt; 14 were hurt and 26 were treated for"
        " shock."
    ),
    (
        "Clarification: An earlier version of this page put the number of people hurt at 40. The"
        " right figure is 14."
    ),
    "CLARIFICATION — This report said 40 people were hurt. It should have said 14.",
    "We said on Monday that 40 people were hurt. The number is 14. We apologise for the error.",
    "We apologise for the error in our report that 40 people were hurt; in fact 14 were.",
    "Our story gave the number of people hurt as 40, when 14 were. The Post regrets the error.",
    "(Corrects number of people hurt in paragraph 3 to 14, not 40)",
    "(This story has been corrected to show that 14 people were hurt instead of 40.)",
    "(Corrects to 14 people hurt, from 40, in first paragraph)",
    "Retraction: Our report that 40 people were hurt was wrong. It was 14.",
    "RETRACTION: The Post withdraws its report that 40 people were hurt. The number is 14.",
    "The Post has retracted its story that 40 people were hurt. The correct number is 14.",
    "*Correction*: 14 people were hurt, not 40.",
    "Corrected: The figure of 40 people hurt given on Monday was wrong; the true figure is 14.",
    "Erratum: for 40 people read 14 people.",
    "Erratum: “40 people” should read “14 people”.",
    "We have corrected this article: it said 40 people were hurt, but the number is 14.",
    "This page has been corrected. It previously said 40 people were hurt; there were 14.",
    "The Post apologises for stating that 40 people were hurt; the right number is 14.",
    "An article on Monday about the crane (page 3) said 40 were hurt; that should have been 14.",
    "It was wrongly stated in this article that 40 people were hurt. The number is 14.",
    "The number of people hurt has been corrected in this article from 40 to 14.",
    "The above article was amended on 16 May to say that 14 people were hurt, not 40.",
    "Correction appended: The number of people hurt was 14. An earlier version said it was 40.",
    "Correction, 16 May: The number of people hurt was 14, not 40, as we reported.",
    "Correction (16 May 2024): 14 people were hurt, and not 40.",
]


def ask(
    tmp_path: Path, articles: list[rag.Article], mark: str, question: str = ASKED
) -> rag.Answer:
    """The answer with a scripted reader that marks only ``mark``."""
    reader = rag.ScriptedReader({question: mark})
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder(), reader=reader) as news:
        news.add(articles)
        return news.ask(question)


def post(text: str, *, id: str = "crane", day: int = 14, title: str = "Crane falls") -> rag.Article:
    return rag.make_article(
        id=id, outlet="Post", title=title, published=date(2024, 5, day), text=text
    )


@pytest.mark.parametrize("note", NOTES)
def test_a_note_withdraws_one_number_and_gives_another(note: str) -> None:
    found = notes(f"{REST}\n\n{note}", outlet="Post")
    assert {one for each in found for one in each.withdrawn} == {((40.0, 40.0),)}
    assert ((14.0, 14.0),) in {one for each in found for one in each.right}
    assert all(f"{REST}\n\n{note}"[one.start : one.end] in note for one in found)


@pytest.mark.parametrize(
    ("note", "mark"), [(note, mark) for note in NOTES for mark in ("14", "40") if mark in note]
)
def test_the_right_sentence_answers_and_the_note_stands_beside_it(
    tmp_path: Path, note: str, mark: str
) -> None:
    answer = ask(tmp_path, [post(f"{REST} {RIGHT}\n\n{note}")], mark)
    first, beside = answer.statements
    assert (first.text, first.note, first.short_answer) == (
        RIGHT,
        None,
        "14" if mark == "14" else None,
    )
    assert (beside.note, beside.short_answer) == (CORRECTION, None)
    assert beside.text in note


@pytest.mark.parametrize("note", NOTES)
def test_the_note_answers_if_the_text_still_has_the_error(tmp_path: Path, note: str) -> None:
    answer = ask(tmp_path, [post(f"{REST} {WRONG}\n\n{note}")], "40")
    assert answer.short_answer is None
    assert answer.statements[0].note == CORRECTION
    assert answer.statements[0].text in note
    assert WRONG not in answer.text


def test_the_sentence_with_the_same_subject_answers_if_a_note_names_only_the_error(
    tmp_path: Path,
) -> None:
    right = "The crane belongs to Ada Lind."
    note = "Corrected: an earlier version of this article wrongly said the crane belongs to Bo Ek."
    answer = ask(tmp_path, [post(f"{right} {REST}\n\n{note}")], "Bo Ek", "Who owns the crane?")
    assert [one.text for one in answer.statements] == [right, note]
    assert [one.short_answer for one in answer.statements] == [None, None]


LATER = [
    ("Correction", "An article on Monday said 40 people were hurt in Vessby. The number is 14."),
    (
        "Corrections and clarifications",
        (
            "Our report of 14 May on the crane in Vessby wrongly said that 40 people were hurt. In"
            " fact 14 were."
        ),
    ),
    ("For the record", "Monday's story put the number of people hurt in Vessby at 40. It was 14."),
    (
        "The crane in Vessby",
        "The Post has retracted its report that 40 people were hurt in Vessby.",
    ),
    ("The crane in Vessby", "Correction: 14 people were hurt at the crane in Vessby, not 40."),
]


@pytest.mark.parametrize(("title", "text"), LATER)
def test_a_later_note_withdraws_what_an_older_article_says(
    tmp_path: Path, title: str, text: str
) -> None:
    note = post(text, id="note", day=16, title=title)
    answer = ask(tmp_path, [post(f"{REST} {WRONG}"), note], "40")
    assert answer.short_answer is None
    first, beside = answer.statements
    assert (first.text, first.note) == (text, CORRECTION)
    assert (beside.text, beside.note, beside.short_answer) == (WRONG, WITHDRAWN, None)


@pytest.mark.parametrize(("title", "text"), [one for one in LATER if " 14" in one[1]])
def test_another_outlet_s_right_sentence_answers(tmp_path: Path, title: str, text: str) -> None:
    note = post(text, id="note", day=16, title=title)
    told = "When that crane came down on the quay in Vessby, 14 people were hurt, police said."
    other = rag.make_article(id="echo", outlet="Echo", title="Crane", text=told)
    answer = ask(tmp_path, [post(f"{REST} {WRONG}"), note, other], "14")
    assert (answer.statements[0].text, answer.short_answer) == (told, "14")
    assert answer.statements[1].note == CORRECTION
    assert answer.differing == ()


def test_a_note_corrects_neither_other_outlets_nor_later_articles(tmp_path: Path) -> None:
    title, text = LATER[0]
    echo = rag.make_article(
        id="echo", outlet="Echo", title="Crane", text=WRONG, published=date(2024, 5, 14)
    )
    for number, (article, day) in enumerate(((echo, 16), (post(WRONG, day=20), 16))):
        note = post(text, id="note", day=day, title=title)
        answer = ask(tmp_path / str(number), [article, note], "40")
        assert WITHDRAWN not in {statement.note for statement in answer.statements}
        assert WRONG in {statement.text for statement in answer.statements}


@pytest.mark.parametrize(
    ("question", "mark", "pair", "note"),
    [
        (
            "Who is the mayor of Vessby?",
            "Ada Lind",
            ("The mayor of Vessby is Ada Lind.", "The mayor of Vessby, Bo Ek, came at noon."),
            (
                "Correction: An earlier version of this article named the mayor as Ada Lind. The"
                " mayor is Bo Ek."
            ),
        ),
        (
            "When did the crane fall?",
            "5 May",
            ("The crane fell on 5 May.", "The crane fell on 13 May and lies there still."),
            (
                "This article was amended on 16 May 2024. An earlier version said the crane fell on"
                " 5 May. It fell on 13 May."
            ),
        ),
    ],
)
def test_names_and_dates_are_withdrawn_too(
    tmp_path: Path, question: str, mark: str, pair: tuple[str, str], note: str
) -> None:
    wrong, right = pair
    for number, told in enumerate((wrong, right)):
        answer = ask(tmp_path / str(number), [post(f"{told}\n\n{note}")], mark, question)
        assert answer.short_answer is None
        assert wrong not in answer.text
        assert answer.statements[0].text == (note if told == wrong else right)


@pytest.mark.parametrize(
    "text",
    [
        "An earlier version of the bill said 40 ships could dock. The new one says 14.",
        "The report was revised on Monday to add 40 banks. It was delayed.",
        "The journal said the study misstated 40 results. In fact 14 were wrong.",
        "The minister said on Monday that 40 people were hurt. In fact 14 were.",
        "The report said 40 people were hurt. The number is likely to rise.",
        "“We reported 40 cases on Monday,” the doctor said. In fact there were 14.",
        "“We apologise for the delay,” the harbour master said.",
        "Editor's note: This article first appeared in the Weekly in 2019.",
        "The plan was amended on Monday to add 40 berths.",
        "The price was corrected for inflation, and rose from 12 to 15.",
        "He said it was 14, not 40.",
    ],
)
def test_news_about_reports_and_amendments_is_no_note(text: str) -> None:
    assert notes(f"{REST} {text}", outlet="Post") == ()


@pytest.mark.parametrize(
    "text",
    [
        "If you spot an error in one of our stories, email the desk.",
        "Have you found a mistake?",
        "Errors in this report? Tell us.",
        "Please send corrections to our newsroom.",
        "We promptly correct all errors.",
        "Write to corrections@post.example if something is wrong.",
    ],
)
def test_a_request_to_report_errors_is_no_note(text: str) -> None:
    for label in ("Corrections\n\n", "CORRECTION: ", "Editor's note: "):
        assert notes(f"{REST}\n\n{label}{text}", outlet="Post") == ()
    note = "Clarifications and corrections: 14 people were hurt, not 40."
    printed = f"{REST}\n\n{note} {text}"
    assert [printed[one.start : one.end] for one in notes(printed, outlet="Post")] == [note]


def test_a_sentence_that_is_wrong_in_part_answers_with_the_rest(tmp_path: Path) -> None:
    told = "The new hall will cost £6.2 million and open in June 2026."
    note = "Correction: The hall will open in July 2026, not June 2026 as this story said."
    asked = "How much will the new hall cost?"
    answer = ask(tmp_path, [post(f"{told}\n\n{note}")], "£6.2 million", asked)
    first, beside = answer.statements
    assert (first.text, first.short_answer) == (told, "£6.2 million")
    assert first.note == "in part withdrawn, see the correction"
    assert (beside.text, beside.note) == (note, CORRECTION)
    asked = "When will the new hall open?"
    answer = ask(tmp_path, [post(f"{told}\n\n{note}")], "June 2026", asked)
    assert told not in answer.text


def test_a_note_on_something_else_stays_away(tmp_path: Path) -> None:
    note = "Correction: An earlier version of this article misspelled the name of Lunda's priest."
    answer = ask(tmp_path, [post(f"{RIGHT}\n\n{note}")], "14")
    assert [statement.text for statement in answer.statements] == [RIGHT]
    assert answer.short_answer == "14"


def test_a_note_without_figures_stands_beside_what_it_may_concern(tmp_path: Path) -> None:
    note = "(Corrects figure in paragraph 3)"
    answer = ask(tmp_path, [post(f"{note} VESSBY - {RIGHT}")], "14")
    assert answer.short_answer == "14"
    assert [statement.note for statement in answer.statements] == [None, CORRECTION]
    assert answer.statements[1].text == note


def test_a_corrected_story_below_its_note_still_answers(tmp_path: Path) -> None:
    note = "In a story on Monday about a crane, the Post erroneously reported that 40 were hurt."
    text = f"{note} In fact 14 were. A corrected version is below.\n\n{RIGHT} {REST}"
    answer = ask(tmp_path, [post(text, title="Correction: Vessby crane")], "14")
    assert (answer.statements[0].text, answer.short_answer) == (RIGHT, "14")
    assert answer.statements[1].note == CORRECTION


def test_the_command_line_marks_the_note(desk: Path, run: Callable[..., Any]) -> None:
    (desk / "corpus").mkdir()
    (desk / "corpus" / "crane.txt").write_text(f"{REST} {RIGHT}\n\n{NOTES[0]}", encoding="utf-8")
    printed = run("ask", ASKED).out.splitlines()
    assert printed[:2] == [f"“{RIGHT}” [1]", f"[{CORRECTION}] “{NOTES[0]}” [2]"]
    told = json.loads(run("ask", ASKED, "--json").out)
    assert [one["note"] for one in told["statements"]] == [None, CORRECTION]
    assert told["short_answer"] in {"14", "14 people"}


MILL = (
    "A storm tore the sails off the windmill Old Agnes in Hovde on Monday. The brewery that owns"
    " her said it would pay 700 crowns to each neighbour for broken windows.\n\nOld Agnes was built"
    " in 1820 and was last repaired in 1998. The miller, Per Dahl, is a teacher."
)
MILL_NOTE = (
    "An article on 14 May about the storm and the windmill Old Agnes said the brewery would pay 700"
    " crowns to each neighbour. It is in fact 900. We apologise for the error.\n\nThe same article"
    " said that the windmill was last repaired in 1998. It was last repaired in 1994, the museum"
    " says. In 1998 it only got a new door.\n\nThe article also described Per Dahl as a teacher."
    " Mr Dahl is a teaching assistant in Hovde."
)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Correction: Storm in Hovde", MILL_NOTE),
        (
            "Storm in Hovde",
            (
                "Correction: An earlier article about the storm and the windmill Old Agnes gave the"
                " sum as 700 crowns; it is 900. The same article said that the windmill was last"
                " repaired in 1998; it was 1994."
            ),
        ),
    ],
)
def test_each_part_of_a_note_withdraws_its_figure(tmp_path: Path, title: str, text: str) -> None:
    found = notes(text, title=title, outlet="Post")
    withdrawn = [one.withdrawn for one in found if one.withdrawn]
    assert withdrawn == [frozenset({((700.0, 700.0),)}), frozenset({("1998",)})]
    old = post(MILL, id="mill", title="Storm takes the sails of Old Agnes")
    note = post(text, id="note", day=16, title=title)
    asked = "When was the windmill last repaired?"
    answer = ask(tmp_path, [old, note], "1998", asked)
    assert answer.short_answer is None
    first, *others = answer.statements
    assert first.note == CORRECTION
    assert all(one.note for one in others if "1998" in one.text)
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder()) as news:
        for claim, verdict in (
            ("Old Agnes was last repaired in 1998.", "contradicted"),
            ("The windmill was last repaired in 1998.", "contradicted"),
            ("The brewery would pay 700 crowns to each neighbour.", "contradicted"),
            ("Old Agnes was built in 1820.", "supported"),
        ):
            (sentence,) = news.check(claim)
            assert sentence.support.verdict == verdict, claim


def test_a_timeline_marks_what_a_note_withdraws(tmp_path: Path) -> None:
    old = post(MILL, id="mill", title="Storm takes the sails of Old Agnes")
    note = post(MILL_NOTE, id="note", day=16, title="Correction: Storm in Hovde")
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder()) as news:
        news.add([old, note])
        answer = news.ask("Give me a timeline of Old Agnes")
    marks = {one.text: one.note or "" for one in answer.statements if "1998" in one.text}
    assert any(text.startswith("Old Agnes") for text in marks)
    assert all(
        mark.endswith(WITHDRAWN if text.startswith("Old Agnes") else CORRECTION)
        for text, mark in marks.items()
    )


def test_words_that_a_note_withdraws_are_no_support() -> None:
    for claim in ("The windmill was last repaired in 1998.", "Per Dahl is a teacher."):
        found = rag.check_claim(claim, [MILL_NOTE])
        assert found.verdict == "contradicted", claim
    assert rag.check_claim("In 1998 it only got a new door.", [MILL_NOTE]).supported

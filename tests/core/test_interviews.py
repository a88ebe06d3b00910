"""Interviews: who speaks in them, and that a question finds the words of the one who answers."""

import time
from datetime import date
from pathlib import Path

import pytest

import rag
from rag.language.english import ENGLISH
from rag.language.interviews import interview_answers, interview_turns

INTRO = "Ida Strand, 61, has led the choir of Hagen for 20 years. She spoke to Bo Lund."
PAIRS = (
    ("How did you come to Hagen?", "I came for a concert. The bus home was cancelled."),
    ("What do you want from the town?", "I want a hall with a roof. My singers catch colds."),
    ("And what comes next?", "We sing in Lunda in May."),
)
FORMS = {
    "letters": [f"Q: {asked}\nA: {told}" for asked, told in PAIRS],
    "names": [f"Post: {asked}\n\nStrand: {told}" for asked, told in PAIRS],
    "initials": [f"{asked}\n\nIS: {told}" for asked, told in PAIRS],
    "no names": [f"{asked}\n\n{told}" for asked, told in PAIRS],
}


def written(form: str, *, end: str = "") -> str:
    return "\n\n".join([INTRO, *FORMS[form], *([end] if end else [])])


@pytest.mark.parametrize("form", FORMS)
def test_the_answers_have_their_speaker(form: str) -> None:
    text = written(form, end="The choir was founded in 1950.")
    answers = interview_answers(text, ENGLISH, title="Bread and song", author="Bo Lund")
    assert [(one.speaker, text[one.said : one.end]) for one in answers] == [
        ("Ida Strand", told) for _, told in PAIRS
    ]
    asked = [text[one.start : one.end] for one in interview_turns(text, ENGLISH) if one.asks]
    assert [one.rpartition(": ")[2] for one in asked] == [question for question, _ in PAIRS]


@pytest.mark.parametrize(
    "text",
    [
        # Questions of readers, and a report with rhetorical questions.
        "When do you open?\n\nWe open at nine.\n\nDo you take dogs?\n\nDogs are welcome.",
        "Ida Strand won.\n\nWho is she?\n\nShe is a singer.\n\nWill you see her?\n\nPerhaps.",
        f"{INTRO}\n\n“Why do you sing?”\n\nShe laughs.\n\n“What do you eat?”\n\nShe laughs again.",
    ],
)
def test_other_texts_with_questions_are_no_interviews(text: str) -> None:
    assert interview_answers(text, ENGLISH, title="Song") == ()


def test_an_uncertain_speaker_is_not_named() -> None:
    intro = "Ida Strand and Ola Ness lead the choir. We met them in Hagen."
    text = "\n\n".join([intro, *FORMS["no names"]])
    assert interview_turns(text, ENGLISH)
    assert interview_answers(text, ENGLISH) == ()


@pytest.mark.parametrize("form", FORMS)
def test_what_the_interviewee_says_of_herself_answers(form: str, tmp_path: Path) -> None:
    with rag.Byline(tmp_path) as news:
        text, day = written(form), date(2024, 5, 2)
        news.add([rag.make_article(id="talk", title="Bread and song", text=text, published=day)])
        for question, told in (
            ("What does Ida Strand want from the town?", "I want a hall with a roof."),
            ("Why did Ida Strand come to Hagen?", "I came for a concert."),
            ("What did Strand say about her singers?", "My singers catch colds."),
        ):
            first = news.ask(question).statements[0]
            assert first.text.rpartition(": ")[2] == told
            assert first.note == "Ida Strand"


def test_what_the_reporter_says_between_and_after_the_answers_has_no_speaker() -> None:
    text = "\n\n".join([
        INTRO,
        "Q: How did you come to Hagen?",
        "A: I came for a concert.",
        "She pours the tea, while a singer shouts that the mayor lied.",
        "Q: What do you want from the town?",
        "A: I want a hall.",
        "My singers catch colds.",
        "Q: And what do you fear?",
        "A: I fear nothing.",
        "As I leave, the guard tells me that the director was dismissed.",
    ])  # fmt: skip
    answers = interview_answers(text, ENGLISH, title="Bread and song", author="Bo Lund")
    assert [text[one.said : one.end] for one in answers] == [
        "I came for a concert.", "I want a hall.", "My singers catch colds.", "I fear nothing.",
    ]  # fmt: skip


def test_many_question_marks_take_no_longer_than_their_number() -> None:
    text = "Why do you ask?\n\nSo what do you want?\n\n" + "? " * 50_000 + "x …"
    began = time.process_time()
    assert interview_answers(text, ENGLISH) == ()
    assert time.process_time() - began < 10

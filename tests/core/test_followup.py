"""Follow-ups: what they leave unsaid is taken from the questions before, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rag
from rag.retrieve import standalone


def turns(*questions: str) -> list[rag.Turn]:
    """A conversation in which each question got an answer."""
    return [
        turn
        for question in questions
        for turn in (
            rag.Turn(role="user", text=question),
            rag.Turn(role="agent", text="The Answer of Somebody Else."),
        )
    ]


KANAANI = "Who is Nasser Kanaani?"


@pytest.mark.parametrize(
    ("question", "before", "added"),
    [
        ("What did he say about visas?", KANAANI, ["Nasser Kanaani"]),
        ("When did they meet?", "Did Raisi meet Ilham Aliyev?", ["Raisi", "Ilham Aliyev"]),
        ("And why?", "Did Baku expel diplomats?", ["Baku", "diplomats"]),
        ("What about Tehran?", "Did Baku expel diplomats?", ["diplomats"]),
        ("How many?", "Did Baku expel Iranian diplomats?", ["Baku", "Iranian", "diplomats"]),
        ("Where is it?", "Who built the Qiz Qalasi Dam?", ["Qiz Qalasi Dam"]),
    ],
)
def test_follow_up_gets_the_topic_before_it(question: str, before: str, added: list[str]) -> None:
    understood = standalone(question, turns(before))
    assert understood.startswith(question.rstrip("?"))
    for topic in added:
        assert topic in understood


@pytest.mark.parametrize(
    "question",
    [
        "Who is the President of Azerbaijan?",
        "How many Iranian diplomats did Baku expel?",
        "When did Raisi inaugurate the Qiz Qalasi Dam?",
    ],
)
def test_question_that_stands_alone_stays_as_it_is(question: str) -> None:
    assert standalone(question, turns(KANAANI, "Did Baku expel diplomats?")) == question


@pytest.mark.parametrize("question", ["What did he say?", "And why?", "Who is Ilham Aliyev?"])
def test_first_question_stays_as_it_is(question: str) -> None:
    assert standalone(question, []) == question
    assert standalone(question, [rag.Turn(role="agent", text="Welcome to Baku.")]) == question
    assert standalone(question, turns("   ")) == question


def test_answers_are_no_topic() -> None:
    understood = standalone("What did he say?", turns(KANAANI))
    assert "Somebody" not in understood
    assert "Answer" not in understood


def test_topic_lives_on_through_several_follow_ups() -> None:
    history = turns(KANAANI, "What did he say on Monday?", "Why did he say it?")
    assert "Nasser Kanaani" in standalone("And where?", history)


def test_new_topic_takes_the_place_of_the_old() -> None:
    history = turns(KANAANI, "Did Raisi meet Ilham Aliyev?")
    understood = standalone("When was that?", history)
    assert "Ilham Aliyev" in understood
    assert "Kanaani" not in understood


def test_what_the_follow_up_names_is_not_added_again() -> None:
    understood = standalone("Did they expel the diplomats?", turns("Why were diplomats expelled?"))
    assert understood.lower().count("diplomats") == 1
    assert understood.lower().count("expel") == 1


PIECES = ["he", "and", "why", "Baku", "Raisi", "the", "what about", "one", "👍", "?", "."]
words = st.lists(st.sampled_from(PIECES), max_size=6).map(" ".join)


@given(words, st.lists(words, max_size=6))
def test_any_conversation_is_understood_as_one_line(question: str, before: list[str]) -> None:
    understood = standalone(question, turns(*before))
    assert "\n" not in understood
    assert understood == question or understood.startswith(question.strip().rstrip("?").rstrip())
    assert standalone(question, turns(*before)) == understood


def test_what_is_added_stays_short() -> None:
    long = "Did " + " or ".join(f"Person{number}" for number in range(100)) + " speak?"
    understood = standalone("Why did they?", turns(long))
    assert understood.count("Person") <= 8


def test_conversation_of_a_thousand_follow_ups_is_understood() -> None:
    history = turns(KANAANI, *["And what did he say then?"] * 1_500)
    assert "Kanaani" in standalone("And why?", history)


def test_search_uses_what_was_understood(hashed: rag.Byline) -> None:
    history = turns("How many Iranian diplomats did Baku expel?")
    answer = hashed.ask("And why did it do so?", history=history)
    assert answer.question == "And why did it do so?"
    assert "diplomats" in answer.standalone_question
    alone = hashed.search("And why did it do so?")
    followed = hashed.search("And why did it do so?", history=history)
    assert followed[0].matched_terms
    assert [h.passage for h in followed] != [h.passage for h in alone]

"""Tests that a sentence that says that the answer is unknown is not taken for the answer."""

from datetime import date
from pathlib import Path

import pytest

import rag
from rag.language.unanswered import left_open

OPEN = [
    ("Who will build it?", "The county has not said who will build it."),
    ("How many people were hurt?", "Police did not say how many were hurt."),
    ("When does the pier open?", "It is not known when the pier will open."),
    ("How much did it pay?", "The company declined to say how much it had paid."),
    ("What caused the fire?", "What caused the fire is still unclear, and it rained."),
    ("Will more schools close?", "She would not say whether more schools might close."),
    ("Where will they go?", "He said that none of them had been told where they would go."),
    ("Which services will it take over?", "It will take over some services; it did not say which."),
    ("How much does he want?", "He wants to be paid and did not say how much."),
    ("Which judges will hear it?", "It is not known which judges will sit."),
]
NOT_OPEN = [
    ("Has the county said who will build it?", "The county has not said who will build it."),
    ("What has the county not said?", "The county has not said who will build it."),
    ("What did the company decline to say?", "The company declined to say how much it paid."),
    ("When will it open?", "The county has not said who will build it."),
    ("Which company is being sued?", "Orvex declined to say how much it paid."),
    ("What will it take over?", "It will take over some services; it did not say which."),
    ("What did she drop?", "I do not know what she wore when she dropped the lamp."),
    ("Was anyone hurt?", "Police did not say how many were hurt."),
    ("Who will build it?", "The county has now said who will build it."),
]


@pytest.mark.parametrize(("question", "sentence"), OPEN)
def test_a_sentence_leaves_the_question_open(question: str, sentence: str) -> None:
    (found,) = left_open(question, sentence)
    assert found.span[0] == 0


@pytest.mark.parametrize(("question", "sentence"), NOT_OPEN)
def test_a_question_about_what_is_said_or_about_something_else_is_not_open(
    question: str, sentence: str
) -> None:
    assert left_open(question, sentence) == []


def test_what_follows_or_precedes_may_answer() -> None:
    sentence = "Twelve were hurt, and it is unclear how many are missing but six were found."
    (found,) = left_open("How many were found?", sentence)
    assert sentence[slice(*found.span)] == "it is unclear how many are missing"


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        ("How many boats sank?", "Nine boats sank and nobody knew how many were insured.", "Nine"),
        ("Who was fined?", "The court fined Bo Ek but did not say who had paid him.", "Bo Ek"),
        (
            "Where was it?",
            "It was found in Aldby by a boy who did not say where he lived.",
            "Aldby",
        ),
    ],
)
def test_what_precedes_in_another_clause_may_answer(
    question: str, sentence: str, answer: str
) -> None:
    spans = [sentence[slice(*found.span)] for found in left_open(question, sentence)]
    assert not any(answer in span for span in spans)


@pytest.mark.parametrize("word", ["none ", "which ", "who is not known "])
def test_hostile_sentences_are_read_in_time(word: str) -> None:
    assert left_open("Which one?", word * 20_000) is not None


def asked(folder: Path, question: str, *texts: str) -> rag.Answer:
    with rag.Byline(folder) as news:
        news.add(
            [
                rag.make_article(id=f"{n}", published=date(2026, 5, n), text=text)
                for n, text in enumerate(texts, start=1)
            ]
        )
        return news.ask(question)


BRIDGE = (
    "A new bridge over the Tarn is to replace the ferry in 2029, the county announced on Monday."
    " The county has not said who will build the bridge. It will cost 30 million crowns."
    " Ada Lind, who runs the ferry, wants to be paid for her loss."
)


@pytest.mark.slow
def test_the_sentence_is_shown_as_the_closest_without_marked_words(tmp_path: Path) -> None:
    found = asked(tmp_path, "Who will build the bridge over the Tarn?", BRIDGE)
    assert found.state == "closest"
    assert found.closest is not None
    assert found.closest.text == "The county has not said who will build the bridge."
    assert found.closest.short is None
    assert found.short_answer is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("Has the county said who will build the bridge?", "has not said who"),
        ("How much will the bridge cost?", "30 million crowns"),
        ("Who runs the ferry?", "Ada Lind"),
    ],
)
def test_other_questions_are_answered(tmp_path: Path, question: str, quoted: str) -> None:
    found = asked(tmp_path, question, BRIDGE)
    assert found.state == "answer"
    assert quoted in found.statements[0].text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "text", "short"),
    [
        (
            "How many people died in the landslide?",
            (
                "Officials have not confirmed how many people died in the landslide. The Red Cross"
                " said that 45 people had died in it."
            ),
            "45 people",
        ),
        (
            "When will the pier open?",
            (
                "The harbour office would not say when the pier will open. The builder, Bo Ek, told"
                " the Post that it will open on 3 June."
            ),
            "3 June",
        ),
        (
            "Who will build the bridge?",
            (
                "Until Friday the county had not said who would build the bridge. Orrin"
                " Steel has now won the contract."
            ),
            "Orrin Steel",
        ),
    ],
)
def test_the_same_article_may_know_more(
    tmp_path: Path, question: str, text: str, short: str
) -> None:
    assert short in (asked(tmp_path, question, text).short_answer or "")


@pytest.mark.slow
def test_an_unknown_answer_is_no_answer_at_any_threshold(tmp_path: Path) -> None:
    with rag.Byline(tmp_path, config=rag.Config(threshold=0.0)) as news:
        news.add([rag.make_article(id="a", text=BRIDGE)])
        assert news.ask("Who will build the bridge over the Tarn?").state != "answer"


@pytest.mark.slow
def test_another_article_may_know_more(tmp_path: Path) -> None:
    later = "The new bridge over the Tarn will be built by Orrin Steel, the county said on Friday."
    found = asked(tmp_path, "Who will build the bridge over the Tarn?", BRIDGE, later)
    assert found.state == "answer"
    assert found.short_answer == "Orrin Steel"

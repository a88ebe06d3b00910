"""Tests that speaker notes have the right name or none, never a wrong one."""

import pytest

import rag
from rag.answer.attribution import speaker_note


def note(text: str, sentence: str) -> str | None:
    article = rag.make_article(id="a", text=text)
    return speaker_note(article, text.index(sentence))


@pytest.mark.parametrize(
    ("before", "sentence", "name"),
    [
        ("Ada Lind said trade grew.", "He denied it.", "Ada Lind"),
        ("Ada Lind has said that trade grew.", "She added that it would last.", "Ada Lind"),
        ("Minister Bo Ek stressed the need for peace.", "The minister left.", "Minister Bo Ek"),
        ("Trade grew, Ada Lind said.", "“It will last.”", "Ada Lind"),
        ("Trade grew, said Ada Lind.", "She left.", "Ada Lind"),
        ("Bo Ek then underlined the bond.", "He also spoke of trade.", "Bo Ek"),
        ("Ada Lind said trade grew. She smiled.", "She left.", "Ada Lind"),
    ],
)
def test_speaker_stands_in_a_sentence_before(before: str, sentence: str, name: str) -> None:
    assert note(f"{before} {sentence}", sentence) == name
    assert note(f"{before}\n\n{sentence}", sentence) == name


@pytest.mark.parametrize(
    ("before", "sentence"),
    [
        ("Ada Lind said trade grew.", "Bo Ek said it fell."),
        ("Ada Lind said trade grew.", "Trade fell in May."),
        ("Ada Lind said trade grew. Bo Ek left Baku in anger.", "He did not return."),
        ("Trade grew in May.", "He denied it."),
        ("Ada Lind said trade grew.", "“It will last,” Bo Ek said."),
        ("Ada Lind said trade grew.", "Heads of state met."),
        ("Ada Lind said trade grew.", "The mayor Bo Ek denied it."),
        ("Ada Lind said trade grew.", "The Energy Minister, Bo Ek, denied it."),
    ],
)
def test_no_note_is_better_than_a_wrong_one(before: str, sentence: str) -> None:
    assert note(f"{before} {sentence}", sentence) is None


def test_quotation_goes_with_the_speaker_named_after_it() -> None:
    before = "Ada Lind said trade grew.\n\n“It will not last.”"
    assert note(f"{before} “We know,” said Bo Ek.", "“It will not") is None
    assert note(f"{before} “We know,” said Lind.", "“It will not") == "Ada Lind"
    assert note(f"{before}\n\n“We know,” said Bo Ek.", "“It will not") == "Ada Lind"


def test_nearest_speaker_is_meant() -> None:
    text = "Ada Lind said trade grew. Bo Ek said it fell. He denied it."
    assert note(text, "He denied it.") == "Bo Ek"


def test_speaker_far_before_is_not_meant() -> None:
    text = "Ada Lind said trade grew. " + "It grew by more. " * 20 + "She left."
    assert note(text, "She left.") is None


def test_first_sentence_has_no_speaker_before_it() -> None:
    assert note("He denied it.", "He denied it.") is None


def test_place_where_no_sentence_starts_has_no_note() -> None:
    article = rag.make_article(id="a", text="Ada Lind said trade grew. He denied it.")
    assert speaker_note(article, 3) is None


@pytest.mark.parametrize(
    ("name", "sentence", "right"),
    [
        (
            "foreign-ministers-seek-to-resolve-misunderstandings.txt",
            "He denounced attempts by the Zionist regime",
            {"Nasser Kanaani"},
        ),
        (
            "iran-urges-nam-action.txt",
            "He said the Republic of Azerbaijan welcomes",
            {"Bayramov", "Jeyhun Bayramov"},
        ),
        (
            "iran-urges-nam-action.txt",
            "He further referred to the control of the COVID pandemic",
            {"Amirabdollahian", "Hossein Amirabdollahian"},
        ),
        (
            "iranian-speaker-warns-of-terrorists.txt",
            "He emphasized the need for the continuation",
            {"Qalibaf", "Mohammad Baqer Qalibaf"},
        ),
        (
            "iranian-speaker-warns-of-terrorists.txt",
            "He pointed to the proposal of the Islamic Republic",
            {"Bayramov"},
        ),
        (
            "iranian-speaker-warns-of-terrorists.txt",
            "The Iranian official stated",
            {"Shamkhani", "Ali Shamkhani"},
        ),
        (
            "raisi-on-the-palestinian-cause.txt",
            "He also said that Iran’s relations",
            {"Raisi", "President Raisi"},
        ),
        (
            "territories-will-not-be-used-against-iran.txt",
            "He warned that Israel's presence",
            {"Qalibaf", "Mohammad Baqer Qalibaf"},
        ),
    ],
)
def test_notes_in_the_shipped_articles_are_right(
    hashed: rag.Byline, name: str, sentence: str, right: set[str]
) -> None:
    article = hashed.article(name)
    found = speaker_note(article, article.text.index(sentence))
    assert found is None or found in right


def test_most_pronouns_of_the_shipped_articles_have_a_note(hashed: rag.Byline) -> None:
    openings = [
        speaker_note(article, place)
        for article in hashed.articles()
        for place in range(len(article.text))
        if article.text.startswith("He ", place) and article.text[place - 1 : place] == "\n"
    ]
    assert len(openings) >= 10
    assert sum(opening is not None for opening in openings) >= len(openings) / 2

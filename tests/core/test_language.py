"""Tests sentences, words, dates, numbers, names and question types."""

from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rag.errors import ConfigError
from rag.language.names import name_spans, name_words
from rag.language.numbers import number_terms
from rag.language.question_type import Kind, kind_of
from rag.language.sentences import paragraph_spans, sentence_spans
from rag.language.temporal.dates import parse_date
from rag.language.words import (
    check_stemmer,
    content_terms,
    fold,
    stem,
    terms,
    tokens,
    words_of,
)

PIECES = [
    "Baku", "He said", "U.S.", "Dr.", "3.5", "12,000", "e.g.", "“Yes.”", "Iran’s", "…", "—", "?!",
    ".", "!", "\n", "\n\n", " \n \n", " ", "  ", "سلام دنیا.", "中国。", "👍🏽", "é", "\u200c",
    "a" * 40,
]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=20).map("".join)


def sentences_of(text: str) -> list[tuple[int, int]]:
    return [span for part in paragraph_spans(text) for span in sentence_spans(text, *part)]


# ---- sentences


@settings(deadline=None)
@given(texts)
def test_sentences_hold_all_words_once_and_in_order(text: str) -> None:
    spans = sentences_of(text)
    covered = [place for start, end in spans for place in range(start, end)]
    assert covered == sorted(set(covered))
    left = set(range(len(text))) - set(covered)
    assert all(text[place].isspace() for place in left)


@settings(deadline=None)
@given(texts)
def test_sentences_have_no_space_at_their_ends(text: str) -> None:
    for start, end in sentences_of(text):
        assert start < end
        assert text[start:end] == text[start:end].strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He left. She stayed.", ["He left.", "She stayed."]),
        ("Trade rose by 3.5 percent. Baku agreed.", ["Trade rose by 3.5 percent.", "Baku agreed."]),
        ("Dr. Roe spoke. Nobody asked.", ["Dr. Roe spoke.", "Nobody asked."]),
        ("Is it so? It is!", ["Is it so?", "It is!"]),
        ("First line.\nSecond line.", ["First line.", "Second line."]),
        ("A line that\nruns on.", ["A line that\nruns on."]),
        ("A heading\n\nA sentence.", ["A heading", "A sentence."]),
        ("", []),
        (" \n \n", []),
    ],
)
def test_sentences_end_where_a_reader_says(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences_of(text)] == expected


def test_paragraphs_part_at_blank_lines_and_after_finished_lines() -> None:
    text = "One line\nruns on.\nAnother.\n \nA third"
    parts = [text[start:end] for start, end in paragraph_spans(text)]
    assert parts == ["One line\nruns on.", "Another.", "A third"]


def test_offsets_are_into_the_whole_text() -> None:
    text = "Left out. Kept one. Kept two."
    start = text.index("Kept one")
    spans = sentence_spans(text, start, len(text))
    assert [text[s:e] for s, e in spans] == ["Kept one.", "Kept two."]


def test_run_without_sentence_ends_is_cut_between_words() -> None:
    text = " ".join(["word"] * 1000)
    pieces = [text[start:end] for start, end in sentence_spans(text, 0, len(text))]
    assert " ".join(pieces) == text
    assert max(map(len, pieces)) <= 1200


def test_run_without_spaces_is_cut_all_the_same() -> None:
    text = "x" * 5000
    pieces = [text[start:end] for start, end in sentence_spans(text, 0, len(text))]
    assert "".join(pieces) == text
    assert max(map(len, pieces)) <= 1200


# ---- words


@given(texts)
def test_words_slice_back(text: str) -> None:
    assert words_of(text) == [word for word, _, _ in tokens(text)]
    for word, start, end in tokens(text):
        assert text[start:end] == word


@given(texts)
@example("peace be upon him \ufdfa")  # one character that expands to four words
def test_terms_hold_no_space(text: str) -> None:
    assert all(term and not any(map(str.isspace, term)) for term in terms(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Azerbaijan's", "azerbaijan"),
        ("Azerbaijan’s", "AZERBAIJAN"),
        ("Élysée", "elysee"),
        ("talks", "talk"),
        ("expelled", "expel"),
        ("parties’", "party"),
    ],
)
def test_forms_of_one_word_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_without_a_stemmer_endings_count() -> None:
    assert stem("talks", "none") == "talks"
    assert stem("Talks", "none") == fold("talks")


def test_numbers_stay_one_word() -> None:
    words = [word for word, _, _ in tokens("In 2022, 12,000 people paid 3.5 million at 10:30.")]
    assert words == ["In", "2022", "12,000", "people", "paid", "3.5", "million", "at", "10:30"]


def test_content_terms_leave_function_words_out_and_count_each_once() -> None:
    expected = [stem("diplomats"), stem("Baku"), stem("expel")]
    assert content_terms("How many diplomats did Baku expel, Baku?") == expected


def test_question_of_function_words_still_searches_for_something() -> None:
    assert content_terms("Who is he?") == ["who", "is", "he"]


def test_another_stemmer_is_another_language() -> None:
    assert stem("Häuser", "german") == stem("Häusern", "german")


def test_unknown_stemmer_is_refused_with_the_choices() -> None:
    with pytest.raises(ConfigError, match="klingon") as refusal:
        check_stemmer("klingon")
    assert "none" in str(refusal.value)
    assert "english" in str(refusal.value)
    check_stemmer("none")
    check_stemmer("english")


# ---- dates


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-19", date(2024, 5, 19)),
        ("on July 6, 2022 in Baku", date(2022, 7, 6)),
        ("6 July 2022", date(2022, 7, 6)),
        ("the 6th July 2022", date(2022, 7, 6)),
        ("July 1st, 2020", date(2020, 7, 1)),
        ("Sept. 3, 2021", date(2021, 9, 3)),
        ("Jan 31 1999", date(1999, 1, 31)),
        ("May 5 2020", date(2020, 5, 5)),
        ("29 February 2024", date(2024, 2, 29)),
        ("first July 6, 2022, then 2024-05-19", date(2022, 7, 6)),
        ("29 February 2023", None),
        ("2024-13-01", None),
        ("in 2022", None),
        ("on July 6", None),
        ("12024-05-190", None),
        ("", None),
    ],
)
def test_date_is_read(text: str, expected: date | None) -> None:
    assert parse_date(text) == expected


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_day_is_read_in_every_form(day: date) -> None:
    month = day.strftime("%B")
    forms = [
        day.isoformat(),
        f"{month} {day.day}, {day.year}",
        f"{day.day} {month} {day.year}",
        f"{month[:3]}. {day.day}, {day.year}".upper(),
    ]
    assert {parse_date(form) for form in forms} == {day}


# ---- numbers and names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("four Iranian diplomats", {"four"}),
        ("12,000 people and 3.5 million", {"12000", "3.5", "million"}),
        ("The 132-kilometer border", {"132"}),
        ("a 30% increase", {"30"}),
        ("Forty-four days", {"forty", "four"}),
        ("fourteen fourths", {"fourteen"}),
        ("often, someone, attend", set()),
    ],
)
def test_numbers_are_found(text: str, expected: set[str]) -> None:
    assert number_terms(text) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Then Nasser Kanaani spoke in Tehran.", ["Nasser Kanaani", "Tehran"]),
        ("The Iranian minister left.", ["Iranian"]),
        ("The Republic of Azerbaijan agreed.", ["Republic of Azerbaijan"]),
        ("Baku agreed.", ["Baku"]),
        ("nobody spoke.", []),
        ("When did he leave?", []),
        ("Later he met Ilham Aliyev’s envoy.", ["Ilham Aliyev’s"]),
    ],
)
def test_names_are_found(sentence: str, expected: list[str]) -> None:
    found = [sentence[start:end] for start, end in name_spans(sentence)]
    assert [name for name in found if name != "Later"] == expected


def test_words_of_names_are_folded_without_particles() -> None:
    words = name_words("the Republic of Azerbaijan and Élysée")
    assert {"republic", "azerbaijan", "elysee"} <= words
    assert "of" not in words


@given(texts)
def test_names_slice_out_of_their_sentence(text: str) -> None:
    for start, end in name_spans(text):
        assert 0 <= start < end <= len(text)
        assert text[start:end].strip()


# ---- question types


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many Iranian diplomats did Baku expel?", Kind.NUMBER),
        ("What percentage of trade grew?", Kind.NUMBER),
        ("What is the population of Baku?", Kind.NUMBER),
        ("When did the ministers speak?", Kind.DATE),
        ("In which year did the war end?", Kind.DATE),
        ("Who is the spokesman of Iran's Foreign Ministry?", Kind.PERSON),
        ("Which minister visited Tehran?", Kind.PERSON),
        ("Where did they meet?", Kind.PLACE),
        ("Which country opened an embassy?", Kind.PLACE),
        ("Why did ties grow tense?", Kind.REASON),
        ("What caused the attack?", Kind.REASON),
        ("Did Baku expel diplomats?", Kind.YES_NO),
        ("Is the embassy open?", Kind.YES_NO),
        ("What did Bayramov announce?", Kind.THING),
        ("Tell me about the dam.", Kind.THING),
    ],
)
def test_kind_of_question(question: str, kind: Kind) -> None:
    assert kind_of(question) is kind
    assert kind_of(question.upper()) is kind

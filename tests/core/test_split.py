"""Tests passages: exact offsets, every sentence once, and a size that fits the embedder."""

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

import rag
from rag.ingest.split import split_article
from rag.language.sentences import paragraph_spans, sentence_spans
from rag.schema import Passage

count = rag.HashEmbedder().count_tokens

WORDS = [
    "Baku",
    "expelled",
    "four",
    "diplomats",
    "3.5",
    "Dr.",
    "U.S.",
    "said",
    "“yes”",
    "👍",
    "中国",
]
sentence = st.lists(st.sampled_from(WORDS), min_size=1, max_size=25).map(
    lambda words: " ".join(words) + "."
)
paragraph = st.lists(sentence, min_size=1, max_size=6).map(" ".join)
texts = st.lists(paragraph, min_size=1, max_size=8).map("\n\n".join) | st.text(
    alphabet="ab .\n“”é", min_size=1, max_size=200
).filter(str.strip)
targets = st.integers(min_value=1, max_value=60)
limits = st.integers(min_value=8, max_value=60)


def split(text: str, *, target: int, limit: int) -> list[Passage]:
    article = rag.make_article(id="a", text=text)
    return split_article(article, count_tokens=count, target=target, limit=limit)


def sentences_of(text: str) -> list[tuple[int, int]]:
    return [span for part in paragraph_spans(text) for span in sentence_spans(text, *part)]


def test_no_sentence_ends_with_an_initial_in_any_letter() -> None:
    text = "It was signed by Ğ. Ünsal and Š. Novák on Monday. Only Ö. They left à. Yes."
    assert [text[start:end] for start, end in sentences_of(text)] == [
        "It was signed by Ğ. Ünsal and Š. Novák on Monday.",
        "Only Ö. They left à.",
        "Yes.",
    ]


@settings(deadline=None)
@given(texts, targets, limits)
def test_passage_runs_from_its_first_sentence_to_its_last(
    text: str, target: int, limit: int
) -> None:
    for passage in split(text, target=target, limit=limit):
        assert (passage.start, passage.end) == (passage.sentences[0][0], passage.sentences[-1][1])
        words = text[passage.start : passage.end]
        assert words == words.strip() != ""
        joined = "".join(text[start:end] for start, end in passage.sentences)
        assert "".join(joined.split()) == "".join(words.split())


@settings(deadline=None)
@given(texts, targets, limits)
def test_passages_hold_all_words_once_and_in_order(text: str, target: int, limit: int) -> None:
    places = [
        place
        for passage in split(text, target=target, limit=limit)
        for start, end in passage.sentences
        for place in range(start, end)
    ]
    assert places == sorted(set(places))
    assert all(text[place].isspace() for place in set(range(len(text))) - set(places))


@settings(deadline=None)
@given(texts, targets)
def test_sentences_that_fit_are_kept_whole(text: str, target: int) -> None:
    passages = split(text, target=target, limit=10_000)
    assert [span for passage in passages for span in passage.sentences] == sentences_of(text)


@settings(deadline=None)
@given(texts, targets, limits)
def test_no_passage_exceeds_the_limit(text: str, target: int, limit: int) -> None:
    passages = split(text, target=target, limit=limit)
    sizes = count([text[passage.start : passage.end] for passage in passages])
    assert max(sizes) <= limit


@settings(deadline=None)
@given(texts, targets)
def test_joined_paragraphs_stay_within_the_target(text: str, target: int) -> None:
    for passage in split(text, target=target, limit=10_000):
        words = text[passage.start : passage.end]
        within = any(s <= passage.start and passage.end <= e for s, e in paragraph_spans(text))
        assert within or sum(count([words])) <= target


def test_short_neighbours_are_joined_and_a_long_paragraph_stands_alone() -> None:
    short, long = "One two three four.", " ".join(["Five six seven eight."] * 5)
    text = "\n\n".join([short, short, long, short])
    words = [text[p.start : p.end] for p in split(text, target=8, limit=100)]
    assert words == [f"{short}\n\n{short}", long, short]


def test_long_paragraph_is_cut_where_a_sentence_ends() -> None:
    sentence = "One two three four five."
    text = " ".join([sentence] * 5)
    words = [text[p.start : p.end] for p in split(text, target=10, limit=12)]
    assert words == [f"{sentence} {sentence}", f"{sentence} {sentence}", sentence]


def test_sentence_over_the_limit_is_cut_between_words() -> None:
    text = " ".join(f"word{i}" for i in range(100)) + "."
    passages = split(text, target=10, limit=10)
    pieces = [text[p.start : p.end] for p in passages]
    assert " ".join(pieces) == text
    assert max(count(pieces)) <= 10


def test_passage_names_its_article_and_revision() -> None:
    article = rag.make_article(id="a", text="They met.")
    (passage,) = split_article(article, count_tokens=count, target=8, limit=8)
    assert (passage.article_id, passage.revision) == ("a", article.revision)


@pytest.mark.slow
def test_default_embedders_own_tokens_keep_the_law(news: rag.Byline) -> None:
    embedder = news.embedder
    for article in news.articles():
        passages = split_article(
            article, count_tokens=embedder.count_tokens, target=128, limit=embedder.max_tokens
        )
        words = [article.text[p.start : p.end] for p in passages]
        assert "".join("".join(words).split()) == "".join(article.text.split())
        assert max(embedder.count_tokens(words)) <= embedder.max_tokens

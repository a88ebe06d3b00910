"""Tests that answers are exact quotations or abstentions, and depend only on the evidence."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rag
from rag.answer import answer
from rag.answer.thresholds import Thresholds, shipped_threshold, thresholds
from rag.errors import ConfigError

QUESTION = "How many Iranian diplomats did Baku expel?"
WORDS = [
    "Iranian", "diplomats", "Baku", "expelled", "Tehran", "borders", "Palestine", "Raisi", "dam",
    "Aras", "the", "of", "minister", "Karabakh", "Bayramov", "neighbors", "pandemic", "nuclear",
    "hospital", "unicorn", "who", "when", "why", "many",
]  # fmt: skip
questions = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)
EMBEDDER = rag.HashEmbedder(dims=256)


def test_a_statement_without_a_full_stop_does_not_run_into_the_next() -> None:
    parts = (
        "Crews fight a fire at sea",
        "Nobody was hurt.",
        "“All are safe.”",
        "1 | Ann",
        "It rained",
    )
    made = rag.Answer(
        question="",
        standalone_question="",
        statements=tuple(rag.Statement(text=part, citations=()) for part in parts),
        hits=(),
        answerability=1.0,
        generation=1,
    )
    assert made.text == f"{parts[0]}\n{parts[1]} {parts[2]} {parts[3]}\n{parts[4]}"


# ---- invariants


@settings(deadline=None, max_examples=40)
@given(question=questions, most=st.integers(min_value=1, max_value=5))
def test_every_statement_is_a_quotation(hashed: rag.Byline, question: str, most: int) -> None:
    gathered = hashed.evidence(question)
    given_answer = answer(gathered, max_statements=most, threshold=0.0)
    assert 1 <= len(given_answer.statements) <= most
    for statement in given_answer.statements:
        (citation,) = statement.citations
        article = gathered.articles[citation.article_id, citation.revision]
        assert article.text[citation.start : citation.end] == citation.quote == statement.text
        spans = [span for hit in gathered.hits for span in hit.passage.sentences]
        assert (citation.start, citation.end) in spans
    assert len(set(given_answer.statements)) == len(given_answer.statements)
    words = " ".join(s.text for s in given_answer.statements).split()
    assert given_answer.text.split() == words


@settings(deadline=None, max_examples=40)
@given(question=questions, threshold=st.floats(min_value=0, max_value=1))
def test_answer_is_given_exactly_from_the_threshold_on(
    hashed: rag.Byline, question: str, threshold: float
) -> None:
    gathered = hashed.evidence(question)
    given_answer = answer(gathered, max_statements=3, threshold=threshold)
    assert 0 <= given_answer.answerability <= 1
    assert given_answer.abstained is (given_answer.answerability < threshold)
    assert given_answer.abstained is (given_answer.statements == ())
    assert given_answer.hits == gathered.hits


@settings(deadline=None, max_examples=20)
@given(question=questions, threshold=st.floats(min_value=0, max_value=1))
def test_what_is_withheld_is_what_an_answer_would_have_shown(
    hashed: rag.Byline, question: str, threshold: float
) -> None:
    gathered = hashed.evidence(question)
    given_answer = answer(gathered, max_statements=3, threshold=threshold)
    shown = answer(gathered, max_statements=3, threshold=0.0).statements
    assert shown
    assert given_answer.withheld == (shown if given_answer.abstained else ())
    assert not (given_answer.abstained and given_answer.citations)


@settings(deadline=None, max_examples=40)
@given(question=questions, none=st.floats(min_value=0, max_value=1))
def test_the_answerability_decides_between_three_states(
    hashed: rag.Byline, question: str, none: float
) -> None:
    given_answer = answer(replace(hashed.evidence(question), none=none), max_statements=3)
    borders = (thresholds().closest, shipped_threshold())
    assert borders[0] < borders[1]
    over = sum(given_answer.answerability >= border for border in borders)
    assert given_answer.state == ("none", "closest", "answer")[over]
    assert given_answer.abstained is (over < 2)
    closest = given_answer.withheld[0] if over == 1 else None
    assert given_answer.closest == closest


@settings(deadline=None, max_examples=20)
@given(question=questions)
def test_same_evidence_gives_the_same_answer(hashed: rag.Byline, question: str) -> None:
    one, other = (
        answer(hashed.evidence(question), max_statements=3, threshold=0.0) for _ in range(2)
    )
    assert one == other
    shorter = answer(hashed.evidence(question), max_statements=1, threshold=0.0)
    (first,) = shorter.statements  # no room to show a disagreement
    assert first == replace(one.statements[0], differs=False)


def test_nothing_found_is_an_abstention(hashed: rag.Byline) -> None:
    nothing = replace(hashed.evidence(QUESTION), hits=(), sentences=(), articles={})
    for threshold in (0.0, None):
        given_answer = answer(nothing, max_statements=3, threshold=threshold)
        assert given_answer.abstained
        assert given_answer.withheld == ()
        assert given_answer.answerability == 0.0
        assert given_answer.text == ""
        assert given_answer.citations == ()


def test_shipped_threshold_is_taken_where_none_is_given(hashed: rag.Byline) -> None:
    gathered = hashed.evidence(QUESTION)
    shipped = answer(gathered, max_statements=3)
    assert shipped == answer(gathered, max_statements=3, threshold=shipped_threshold())


def test_two_sentences_that_say_the_same_are_shown_once(tmp_path: Path) -> None:
    articles = [
        rag.make_article(id=id, text="Later, Baku expelled four Iranian diplomats.") for id in "ab"
    ]
    config = rag.Config(threshold=0.0)
    with rag.Byline(tmp_path, config=config, embedder=EMBEDDER) as news:
        news.add(articles)
        assert len(news.ask(QUESTION).statements) == 1


# ---- the accepted error rate


def model_with(*errors: tuple[float, float]) -> Thresholds:
    return Thresholds(shipped=0.5, closest=0.3, errors=errors)


def test_threshold_for_an_error_is_the_least_that_keeps_it_from_there_on() -> None:
    model = model_with((0.0, 0.5), (0.1, 0.3), (0.2, 0.35), (0.3, 0.2), (0.4, 0.1))
    asked = {0.5: 0.0, 0.4: 0.1, 0.35: 0.1, 0.34: 0.3, 0.2: 0.3, 0.1: 0.4}
    assert {share: model.threshold_for(share) for share in asked} == asked


def test_an_error_that_no_threshold_keeps_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"max_error is 0\.05; the lowest error .* is 0\.12:"):
        model_with((0.0, 0.5), (0.4, 0.111)).threshold_for(0.05)


def test_accepting_fewer_errors_never_lowers_the_threshold() -> None:
    model = thresholds()
    _, least = max(model.errors)
    shares = [least + step * (0.9 - least) / 10 for step in range(11)]
    found = [model.threshold_for(share) for share in shares]
    assert found == sorted(found, reverse=True)
    assert found[0] > found[-1]


# ---- the default model


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        (QUESTION, "four Iranian diplomats"),
        ("Who is the spokesman of Iran's Foreign Ministry?", "Nasser Kanaani"),
        ("What did Ilham Aliyev attribute the embassy incident to?", "Iranian establishment"),
    ],
)
def test_answer_cites_the_sentence_that_says_it(
    news: rag.Byline, question: str, quoted: str
) -> None:
    given_answer = news.ask(question)
    assert any(quoted in citation.quote for citation in given_answer.citations)
    for citation in given_answer.citations:
        article = news.article(citation.article_id, citation.revision)
        assert article.text[citation.start : citation.end] == citation.quote
    assert given_answer.rejected == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    "question",
    ["What is the population of Baku?", "Who won the World Cup in 1998?"],
)
def test_what_the_articles_do_not_say_is_not_answered(news: rag.Byline, question: str) -> None:
    given_answer = news.ask(question)
    assert given_answer.abstained
    assert given_answer.text == ""
    assert given_answer.hits  # related, but not an answer

"""Answers: exact quotations or an abstention, the same for the same evidence."""

import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rag.answer.model import Model, logistic, shipped_model

import rag
from rag.answer import answer
from rag.answer.candidates import candidates
from rag.errors import ConfigError
from rag.language.words import coverage, terms

QUESTION = "How many Iranian diplomats did Baku expel?"
WORDS = [
    "Iranian", "diplomats", "Baku", "expelled", "Tehran", "borders", "Palestine", "Raisi", "dam",
    "Aras", "the", "of", "minister", "Karabakh", "Bayramov", "neighbors", "pandemic", "nuclear",
    "hospital", "unicorn", "who", "when", "why", "many",
]  # fmt: skip
questions = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)
EMBEDDER = rag.HashEmbedder(dims=256)


# ---- laws


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
    assert given_answer.text == " ".join(s.text for s in given_answer.statements)


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
    assert all(math.isfinite(value) for value in given_answer.features.values())
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


@settings(deadline=None, max_examples=20)
@given(question=questions)
def test_same_evidence_gives_the_same_answer(hashed: rag.Byline, question: str) -> None:
    one, other = (
        answer(hashed.evidence(question), max_statements=3, threshold=0.0) for _ in range(2)
    )
    assert one == other
    shorter = answer(hashed.evidence(question), max_statements=1, threshold=0.0)
    assert shorter.statements == one.statements[:1]


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
    assert shipped == answer(gathered, max_statements=3, threshold=shipped_model().threshold)


def test_two_sentences_that_say_the_same_are_shown_once(tmp_path: Path) -> None:
    articles = [
        rag.make_article(id=id, text="Later, Baku expelled four Iranian diplomats.") for id in "ab"
    ]
    config = rag.Config(threshold=0.0)
    with rag.Byline(tmp_path, config=config, embedder=EMBEDDER) as news:
        news.add(articles)
        assert len(news.ask(QUESTION).statements) == 1


# ---- formulas


def test_logistic_is_its_formula() -> None:
    weights = {"intercept": -1.0, "cosine": 2.0}
    assert logistic(weights, {"cosine": 0.75, "unknown": 9.0}) == pytest.approx(
        1 / (1 + math.exp(-(-1 + 2 * 0.75)))
    )
    assert logistic({}, {}) == 0.5
    assert 0 <= logistic({"x": 1e6}, {"x": -1.0}) < 1e-9
    assert 1 - 1e-9 < logistic({"x": 1e6}, {"x": 1.0}) <= 1


def test_features_of_the_sentence_that_answers(hashed: rag.Byline) -> None:
    gathered = hashed.evidence(QUESTION)
    (found,) = [c for c in candidates(gathered) if "four Iranian diplomats" in c.text]
    assert found.features["coverage_before"] == pytest.approx(1.0)
    assert found.features["names"] == pytest.approx(1.0)
    assert found.features["kind_missed"] == 0.0
    assert found.features["fused"] == found.hit.score


def test_features_count_the_sentence_before_and_the_others_read(hashed: rag.Byline) -> None:
    found = candidates(hashed.evidence(QUESTION))
    shares = [candidate.features["soft_share"] for candidate in found]
    assert (min(shares), max(shares)) == (0.0, 1.0)
    fits = [candidate.features["soft_all"] for candidate in found]
    assert shares == pytest.approx([(f - min(fits)) / (max(fits) - min(fits)) for f in fits])
    gathered = hashed.evidence(QUESTION)
    for candidate in found:
        spans = candidate.hit.passage.sentences
        place = spans.index((candidate.start, candidate.end))
        before = (
            gathered.text(candidate.hit, *spans[place - 1]) if place else candidate.article.title
        )
        held = set(terms(f"{before} {candidate.text} {candidate.note or ''}"))
        expected = coverage(gathered.term_weights, held)
        assert candidate.features["coverage_before"] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("question", "feature", "value"),
    [
        ("Did they meet in 2021 or on day 14?", "numbers", 0.5),
        ("Did they meet?", "numbers", 1.0),
        ("Who did not meet?", "negation_missed", 1.0),
        ("Who did meet?", "negation_missed", 0.0),
        ("Who never spoke?", "negation_missed", 0.0),
    ],
)
def test_numbers_and_negations_of_the_question(
    tmp_path: Path, question: str, feature: str, value: float
) -> None:
    text = "The two met on day 14." if "meet" in question else "The two did not speak."
    with rag.Byline(tmp_path, embedder=EMBEDDER) as news:
        news.add([rag.make_article(id="a", text=text)])
        (found,) = candidates(news.evidence(question))
    assert found.features[feature] == value


# ---- how many errors to accept


def model_with(*errors: tuple[float, float]) -> Model:
    return Model(sentence={}, answerability={}, threshold=0.5, errors=errors, provenance={})


def test_threshold_for_an_error_is_the_least_that_keeps_it_from_there_on() -> None:
    model = model_with((0.0, 0.5), (0.1, 0.3), (0.2, 0.35), (0.3, 0.2), (0.4, 0.1))
    asked = {0.5: 0.0, 0.4: 0.1, 0.35: 0.1, 0.34: 0.3, 0.2: 0.3, 0.1: 0.4}
    assert {share: model.threshold_for(share) for share in asked} == asked


def test_an_error_that_no_threshold_keeps_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"max_error is 0\.05; the lowest error .* is 0\.12:"):
        model_with((0.0, 0.5), (0.4, 0.111)).threshold_for(0.05)


def test_accepting_fewer_errors_never_lowers_the_threshold() -> None:
    model = shipped_model()
    least = min(share for _, share in model.errors)
    shares = [least + step * (0.9 - least) / 10 for step in range(11)]
    thresholds = [model.threshold_for(share) for share in shares]
    assert thresholds == sorted(thresholds, reverse=True)
    assert thresholds[0] > thresholds[-1]


# ---- the fitted numbers


def test_every_weight_has_its_feature_and_every_feature_its_weight(hashed: rag.Byline) -> None:
    model = shipped_model()
    gathered = hashed.evidence(QUESTION)
    of_a_sentence = set(candidates(gathered)[0].features)
    of_the_question = set(answer(gathered, max_statements=1).features)
    assert of_the_question == set(model.answerability) - {"intercept"}
    weighed = {*model.sentence, *model.answerability} - {"intercept", "dense_top"}
    assert of_a_sentence == weighed | {"coverage"}


def test_threshold_lies_in_range_and_has_a_provenance() -> None:
    model = shipped_model()
    assert 0 < model.threshold < 1
    assert model.provenance


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

"""Tests retrieval: the order of hits, their explanations, filters and weights."""

import math
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rag
from rag.embed import TokenVectors
from rag.index.lexical import inverse_document_frequency
from rag.language.words import content_terms, stem, tokens
from rag.retrieve.fuse import min_max

QUESTION = "How many Iranian diplomats did Baku expel?"
WORDS = [
    "Iranian", "diplomats", "Baku", "expelled", "Tehran", "borders", "Palestine", "Raisi", "dam",
    "Aras", "the", "of", "minister", "Karabakh", "Bayramov", "neighbors", "pandemic", "nuclear",
    "hospital", "unicorn", "30", "44-day", "who", "when",
]  # fmt: skip
questions = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)
EMBEDDER = rag.HashEmbedder(dims=256)


def variant(tmp_path: Path, corpus: Path, config: rag.Config) -> rag.Byline:
    news = rag.Byline(tmp_path / "variant", config=config, embedder=EMBEDDER)
    news.index([corpus])
    return news


@pytest.fixture(scope="module")
def passage_wise(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[rag.Byline]:
    """The shipped articles, with passages scored without their sentences."""
    config = rag.Config(reader_weight=0.0, time=False)
    with variant(tmp_path_factory.mktemp("passages"), corpus, config) as news:
        yield news


class WordsCounted(rag.HashEmbedder):
    """Counts how often token vectors are computed, the most expensive part of a search."""

    times = 0

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        self.times += 1
        return super().embed_tokens(texts)


def test_passages_are_read_only_where_it_counts(tmp_path: Path, corpus: Path) -> None:
    embedder = WordsCounted(dims=256)
    config = rag.Config(reader_weight=0.0, reader="none")
    with rag.Byline(tmp_path / "index", config=config, embedder=embedder) as news:
        news.index([corpus])
        hits = news.search(QUESTION, k=20)
        assert embedder.times == 0
        assert tuple(hits) == news.ask(QUESTION).hits  # answers still need it
        assert embedder.times == 1


# ---- order and reasons


@settings(deadline=None, max_examples=30)
@given(question=questions, k=st.integers(min_value=1, max_value=40))
def test_hits_are_ranked_best_first(hashed: rag.Byline, question: str, k: int) -> None:
    hits = hashed.search(question, k=k)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert len(hits) == min(k, 23)  # every passage is a dense candidate
    assert all(0 <= hit.score <= 1 for hit in hits)
    order = [(-h.score, h.passage.article_id, h.passage.start) for h in hits]
    assert order == sorted(order)
    assert hits[0] == hashed.search(question, k=1)[0]


@settings(deadline=None, max_examples=30)
@given(question=questions)
def test_score_is_the_weighted_sum_of_both_sides(passage_wise: rag.Byline, question: str) -> None:
    hits = passage_wise.search(question, k=50)
    dense = min_max({h.rank: h.dense_score for h in hits if h.dense_score is not None})
    lexical = min_max({h.rank: h.lexical_score for h in hits if h.lexical_score is not None})
    weight = passage_wise.config.dense_weight
    for hit in hits:
        expected = weight * dense.get(hit.rank, 0) + (1 - weight) * lexical.get(hit.rank, 0)
        assert hit.score == pytest.approx(expected)


@settings(deadline=None, max_examples=30)
@given(question=questions)
def test_ranks_of_each_side_follow_its_scores(hashed: rag.Byline, question: str) -> None:
    hits = hashed.search(question, k=50)
    dense = sorted((h.dense_rank, h.dense_score) for h in hits if h.dense_rank and h.dense_score)
    lexical = sorted(
        (h.lexical_rank, h.lexical_score) for h in hits if h.lexical_rank and h.lexical_score
    )
    for side in (dense, lexical):
        scores = [score for _, score in side]
        assert scores == sorted(scores, reverse=True)
    assert [rank for rank, _ in lexical] == list(range(1, len(lexical) + 1))
    assert all((h.lexical_rank is None) == (h.lexical_score is None) for h in hits)


@settings(deadline=None, max_examples=30)
@given(question=questions)
def test_matched_terms_are_words_of_the_passage_that_were_asked_for(
    hashed: rag.Byline, question: str
) -> None:
    asked = content_terms(question)
    for hit in hashed.search(question, k=50):
        article = hashed.article(hit.passage.article_id)
        passage = article.text[hit.passage.start : hit.passage.end]
        stems = {stem(word) for word, _, _ in tokens(passage)}
        assert [stem(word) for word in hit.matched_terms] == [t for t in asked if t in stems]
        assert all(word in passage for word in hit.matched_terms)


def test_dense_score_is_the_cosine_with_title_and_words(hashed: rag.Byline) -> None:
    (question,) = EMBEDDER.embed_questions([QUESTION])
    for hit in hashed.search(QUESTION, k=50):
        article = hashed.article(hit.passage.article_id)
        text = f"{article.title}\n{article.text[hit.passage.start : hit.passage.end]}"
        (vector,) = EMBEDDER.embed_documents([text])
        assert hit.dense_score == pytest.approx(vector @ question, abs=2e-3)  # stored in 16 bits


def test_best_passage_is_the_one_that_answers(hashed: rag.Byline) -> None:
    best = hashed.search(QUESTION)[0]
    article = hashed.article(best.passage.article_id, best.passage.revision)
    assert "expelled four Iranian diplomats" in article.text[best.passage.start : best.passage.end]
    assert (best.dense_rank, best.lexical_rank) == (1, 1)
    assert best.matched_terms == ("Iranian", "diplomats", "Baku", "expelled")


def test_unknown_words_are_found_by_no_lexical_rank(hashed: rag.Byline) -> None:
    hits = hashed.search("zyzzyva quokka")
    assert hits
    assert all(h.lexical_rank is None and h.matched_terms == () for h in hits)


def test_passage_only_the_lexical_side_lists_has_its_cosine(tmp_path: Path, corpus: Path) -> None:
    with variant(tmp_path, corpus, rag.Config(candidates=3)) as news:
        hits = news.search(QUESTION, k=50)
    assert 3 <= len(hits) <= 6
    assert {h.dense_rank for h in hits} - {None} == {1, 2, 3}
    assert {h.lexical_rank for h in hits} - {None} == {1, 2, 3}
    assert all(h.dense_score is not None for h in hits)


# ---- weights


def test_weight_one_is_the_dense_order_and_zero_the_lexical(tmp_path: Path, corpus: Path) -> None:
    with variant(
        tmp_path, corpus, rag.Config(reader_weight=0.0, dense_weight=1.0, time=False)
    ) as news:
        dense = [hit.dense_score for hit in news.search(QUESTION, k=50)]
    with variant(
        tmp_path, corpus, rag.Config(reader_weight=0.0, dense_weight=0.0, time=False)
    ) as news:
        listed = [hit for hit in news.search(QUESTION, k=50) if hit.score > 0]
        lexical = [hit.lexical_score or 0.0 for hit in listed]
    assert dense == sorted(dense, key=lambda score: -(score or 0.0))
    assert lexical == sorted(lexical, reverse=True)


def test_title_counts_by_its_boost(tmp_path: Path) -> None:
    article = rag.make_article(id="a", title="Unicorn found", text="They met in the harbour.")
    for boost, listed in ((1.0, True), (0.0, False)):
        config = rag.Config(title_boost=boost)
        with rag.Byline(tmp_path / "i", config=config, embedder=EMBEDDER) as news:
            news.add([article])
            (hit,) = news.search("unicorn")
            assert (hit.lexical_rank is not None) is listed


def test_rare_terms_weigh_more() -> None:
    assert inverse_document_frequency(1, 100) == pytest.approx(math.log(1 + 99.5 / 1.5))
    assert inverse_document_frequency(0, 10) == pytest.approx(math.log(1 + 10.5 / 0.5))
    assert inverse_document_frequency(10, 10) == pytest.approx(math.log(1 + 0.5 / 10.5))
    weights = [inverse_document_frequency(n, 50) for n in range(51)]
    assert weights == sorted(weights, reverse=True)
    assert min(weights) > 0


# ---- filters

DAY = date(2022, 7, 6)
OUTLETS = {"Tasnim": "iran-urges-nam-action.txt", "IRNA": "raisi-on-the-palestinian-cause.txt"}
DATED = {"raisi-on-the-palestinian-cause.txt", "territories-will-not-be-used-against-iran.txt"}


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        (rag.Filter(outlets=("irna",)), {OUTLETS["IRNA"]}),
        (rag.Filter(outlets=("TASNIM", "Irna")), set(OUTLETS.values())),
        (
            rag.Filter(authors=("nigar bayramli",)),
            {"territories-will-not-be-used-against-iran.txt"},
        ),
        (rag.Filter(undated=False), DATED),
        (rag.Filter(since=date(2023, 1, 1), undated=False), {OUTLETS["IRNA"]}),
        (
            rag.Filter(since=DAY, until=DAY, undated=False),
            {"territories-will-not-be-used-against-iran.txt"},
        ),
        (rag.Filter(articles=(OUTLETS["Tasnim"],)), {OUTLETS["Tasnim"]}),
        (rag.Filter(outlets=("Tasnim",), undated=False), set()),
    ],
)
def test_filter_is_kept_on_both_sides(
    hashed: rag.Byline, filter: rag.Filter, expected: set[str]
) -> None:
    question = "Azerbaijan Iran minister"
    hits = hashed.search(question, k=50, filter=filter)
    assert {hit.passage.article_id for hit in hits} == expected
    everything = {hit.passage: hit for hit in hashed.search(question, k=50)}
    assert {hit.passage for hit in hits} == {
        passage for passage in everything if passage.article_id in expected
    }
    for hit in hits:  # the scores of each search do not depend on the filter, but the ranks do
        assert hit.dense_score == pytest.approx(everything[hit.passage].dense_score)
        assert hit.lexical_score == pytest.approx(everything[hit.passage].lexical_score)
    if hits:
        assert min(h.dense_rank for h in hits if h.dense_rank) == 1
        assert min(h.lexical_rank for h in hits if h.lexical_rank) == 1


def test_undated_articles_pass_a_range_unless_left_out(hashed: rag.Byline) -> None:
    found = {
        hit.passage.article_id
        for hit in hashed.search("Iran", k=50, filter=rag.Filter(since=date(2024, 1, 1)))
    }
    assert found == {article.id for article in hashed.articles()} - {
        "territories-will-not-be-used-against-iran.txt"
    }


def test_filter_finds_what_the_candidates_alone_would_not_hold(
    tmp_path: Path, corpus: Path
) -> None:
    with variant(tmp_path, corpus, rag.Config(candidates=1)) as news:
        hits = news.search(QUESTION, filter=rag.Filter(outlets=("IRNA",)))
    assert hits
    assert {hit.passage.article_id for hit in hits} == {OUTLETS["IRNA"]}


@pytest.mark.parametrize(
    ("filter", "error"),
    [
        (rag.Filter(outlets=("tasnin",)), "the outlet 'tasnin'; there are: 'Tasnim', 'IRNA'$"),
        (rag.Filter(outlets=("IRNA", "Ern")), "the outlet 'Ern'; there are: 'IRNA', 'Tasnim'$"),
        (rag.Filter(authors=("Nigar",)), "the author 'Nigar'; there are: 'Nigar Bayramli'$"),
        (
            rag.Filter(articles=("raisi",)),
            f"no article has the id 'raisi'; there are: '{OUTLETS['IRNA']}'",
        ),
    ],
)
def test_name_that_no_article_has_is_refused(
    hashed: rag.Byline, filter: rag.Filter, error: str
) -> None:
    with pytest.raises(rag.UsageError, match=error):
        hashed.search(QUESTION, filter=filter)
    with pytest.raises(rag.UsageError, match=error):
        hashed.ask(QUESTION, filter=filter)


def test_nothing_allowed_is_an_abstention(hashed: rag.Byline) -> None:
    answer = hashed.ask(QUESTION, filter=rag.Filter(outlets=("Tasnim",), undated=False))
    assert answer.abstained
    assert answer.hits == ()


# ---- evidence


def test_evidence_is_of_the_hits_that_an_answer_has(hashed: rag.Byline) -> None:
    gathered = hashed.evidence(QUESTION)
    assert gathered.hits == hashed.ask(QUESTION).hits
    assert set(gathered.articles) == {
        (hit.passage.article_id, hit.passage.revision) for hit in gathered.hits
    }
    assert gathered.generation == hashed.status()["generation"]


def test_weighed_sentences_are_those_of_the_first_hits(hashed: rag.Byline) -> None:
    gathered = hashed.evidence(QUESTION)
    read = {sentence.hit.passage: sentence.hit for sentence in gathered.sentences}
    assert len(read) == 12
    assert all(hit in gathered.hits for hit in read.values())
    assert [(s.hit.passage, (s.start, s.end)) for s in gathered.sentences] == [
        (passage, span) for passage in read for span in passage.sentences
    ]
    texts = [gathered.text(s.hit, s.start, s.end) for s in gathered.sentences]
    assert any("expelled four Iranian diplomats" in text for text in texts)

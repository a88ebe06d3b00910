"""Tests that two federated indexes find the same as one index of all articles."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rag

Opened = Callable[..., rag.Byline]

WORDS = [
    "harbour",
    "storm",
    "bridge",
    "council",
    "frost",
    "orchard",
    "ferry",
    "minister",
    "crowns",
    "repair",
    "valley",
    "vote",
]
ASKED = ("Which harbour has the storm closed?", "frost orchard valley", "What of the minister?")
COPIED = (
    "The council of Vessby voted on Monday to close the harbour for eleven weeks while the northern"
    " pier is repaired. Ferries will sail from Lunda until the work is done, the port authority"
    " said. The repairs will cost nine million crowns."
)


def article(number: int, text: str, **stated: object) -> rag.Article:
    title = stated.pop("title", f"Report {number}")
    return rag.make_article(id=f"a{number}", title=title, text=text, **stated)  # type: ignore[arg-type]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """Creates an index of the given articles that never abstains."""
    with ExitStack() as stack:

        def make(*articles: rag.Article, dims: int = 64) -> rag.Byline:
            folder = tmp_path / str(len(list(tmp_path.iterdir())))
            config = rag.Config(threshold=0.0)
            made = rag.Byline(folder, config=config, embedder=rag.HashEmbedder(dims=dims))
            stack.enter_context(made)
            if articles:
                made.add(articles)
            return made

        yield make


def found(news: rag.Byline, question: str, **options: object) -> list[tuple[str, int]]:
    hits = news.search(question, **options)  # type: ignore[arg-type]
    return [(hit.passage.article_id, hit.passage.start) for hit in hits]


sentence = st.lists(st.sampled_from(WORDS), min_size=6, max_size=6).map(
    lambda words: " ".join(words).capitalize() + "."
)
"""All sentences have the same length, so that only document frequencies could differ."""


@settings(
    max_examples=10,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(sentence, min_size=2, max_size=12, unique=True), st.data())
def test_joined_indexes_find_what_one_index_finds_in_the_same_order(
    opened: Opened, texts: list[str], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(1, len(texts) - 1))
    articles = [article(number, text, title="") for number, text in enumerate(texts, 10)]
    both = rag.federate(opened(*articles[:cut]), opened(*articles[cut:]))
    one = opened(*articles)
    for question in ASKED:
        joint, single = (news.search(question, k=20) for news in (both, one))
        assert [hit.passage for hit in joint] == [hit.passage for hit in single]
        assert [hit.score for hit in joint] == pytest.approx(
            [hit.score for hit in single], abs=1e-4
        )
        assert [(h.dense_rank, h.lexical_rank) for h in joint] == [
            (h.dense_rank, h.lexical_rank) for h in single
        ]


def test_the_shipped_articles_cut_in_two_answer_as_before(
    news: rag.Byline, corpus: Path, tmp_path: Path
) -> None:
    articles, _ = rag.read_articles([corpus])
    with (
        rag.Byline(tmp_path / "one", embedder=news.embedder) as one,
        rag.Byline(tmp_path / "other", embedder=news.embedder) as other,
    ):
        one.add(articles[:3])
        other.add(articles[3:])
        both = rag.federate(one, other)
        whole = news.ask("How many Iranian diplomats did Baku expel?")
        halves = both.ask("How many Iranian diplomats did Baku expel?")
    assert [(c.quote, c.start) for c in halves.citations] == [
        (c.quote, c.start) for c in whole.citations
    ]
    assert {hit.passage.start for hit in halves.hits} == {hit.passage.start for hit in whole.hits}


def test_every_quotation_stands_in_an_article_of_either(opened: Opened) -> None:
    both = rag.federate(
        opened(article(1, "The storm closed the harbour. Nobody was hurt.")),
        opened(article(2, "The frost closed the orchard. Pickers went home.")),
    )
    for question, id_ in (("What closed the harbour?", "a1"), ("What closed the orchard?", "a2")):
        answer = both.ask(question)
        assert answer.citations[0].article_id == id_
        for citation in answer.citations:
            text = both.article(citation.article_id, citation.revision).text
            assert text[citation.start : citation.end] == citation.quote
        assert not answer.rejected


def test_a_filter_may_name_what_only_one_of_them_has(opened: Opened) -> None:
    one = opened(article(1, "The storm closed the harbour.", outlet="Coast Courier"))
    both = rag.federate(one, opened(article(2, "The storm closed the bridge.", outlet="My notes")))
    for name, id_ in (("my NOTES", "a2"), ("Coast Courier", "a1")):
        assert found(both, "storm", filter=rag.Filter(outlets=(name,))) == [(id_, 0)]
    assert found(both, "storm", filter=rag.Filter(articles=("a2",))) == [("a2", 0)]
    with pytest.raises(rag.UsageError, match="there are: 'My notes', 'Coast Courier'"):
        both.search("storm", filter=rag.Filter(outlets=("Nobody",)))


def test_a_word_is_as_rare_as_in_both_together(opened: Opened) -> None:
    """In a separate index, "harbour" would be common and score almost nothing."""
    many = opened(*(article(n, f"The valley voted in round {n}.") for n in range(30)))
    both = rag.federate(many, opened(article(99, "The harbour of the valley voted.")))
    scores = {word: both.search(word)[0].lexical_score or 0.0 for word in ("harbour", "valley")}
    assert scores["harbour"] > 10 * scores["valley"]
    assert both.search("harbour valley")[0].passage.article_id == "a99"


def test_copies_and_versions_are_known_across(opened: Opened) -> None:
    day = date(2024, 3, 4)
    one = opened(
        article(1, COPIED, outlet="Coast Courier", published=day),
        article(2, "The frost damaged orchards in the valley."),
    )
    edited = COPIED.replace("northern", "north")
    both = rag.federate(one, opened(article(3, edited, outlet="Valley Post", published=day)))
    hits = both.search("How long is the harbour of Vessby closed?")
    (hit,) = [hit for hit in hits if hit.passage.article_id != "a2"]
    assert {hit.passage.article_id, *hit.copies} == {"a1", "a3"}
    assert [(r.article_id, r.kind) for r in both.related("a1")] == [("a3", "copy")]
    assert [(r.article_id, r.kind) for r in both.related("a3")] == [("a1", "copy")]
    context = both.context("How long is the harbour of Vessby closed?")
    assert "also in Valley Post" in context or "also in Coast Courier" in context


def test_the_same_text_in_both_is_a_copy(opened: Opened) -> None:
    both = rag.federate(opened(article(1, COPIED)), opened(article(2, COPIED)))
    (hit,) = both.search("How long is the harbour of Vessby closed?")
    assert {hit.passage.article_id, *hit.copies} == {"a1", "a2"}


def test_what_happened_in_a_time_is_told_from_both_newest_first(opened: Opened) -> None:
    days = (date(2024, 3, 4), date(2024, 3, 9), date(2024, 3, 6))
    texts = ("The harbour closed.", "The bridge reopened.", "The frost came.")
    made = [
        article(number, text, published=day)
        for number, (text, day) in enumerate(zip(texts, days, strict=True), 1)
    ]
    both = rag.federate(opened(made[0], made[1]), opened(made[2]))
    evidence = both.evidence("What happened in March 2024?", asked_on=date(2024, 6, 1))
    assert evidence.is_overview
    assert [hit.passage.article_id for hit in evidence.hits] == ["a2", "a3", "a1"]


def test_what_is_added_to_either_is_found_at_once(opened: Opened) -> None:
    one, other = opened(article(1, "The storm came.")), opened(article(2, "The frost came."))
    both = rag.federate(one, other)
    assert {id_ for id_, _ in found(both, "came")} == {"a1", "a2"}
    other.add([article(3, "The ferry came.")])
    assert {id_ for id_, _ in found(both, "came")} == {"a1", "a2", "a3"}
    one.forget("a1")
    assert {id_ for id_, _ in found(both, "came")} == {"a2", "a3"}
    assert (
        both.ask("What came?").generation == one.ask("What came?").generation
        if one.articles()
        else 2
    )


def test_an_id_of_both_is_the_firsts(opened: Opened) -> None:
    mine = article(1, "The storm closed the harbour.")
    theirs = article(1, "The storm opened the harbour.")
    both = rag.federate(opened(mine), opened(theirs, article(2, "Frost.")))
    assert both.article("a1") == mine
    assert both.article("a1", theirs.revision) == theirs
    assert [each.id for each in both.articles()] == ["a1", "a2"]
    assert both.articles()[0] == mine


def test_status_counts_both(opened: Opened) -> None:
    one, other = opened(article(1, "The storm came.")), opened(article(2, "The frost came."))
    status = rag.federate(one, other).status()
    assert (status["articles"], status["passages"]) == (2, 2)
    assert status["index"] == one.status()["index"]


def test_nothing_is_written_or_closed_through_it(opened: Opened, folder: Path) -> None:
    one, other = opened(article(1, "The storm came.")), opened(article(2, "The frost came."))
    with rag.federate(one, other) as both:
        for write in (
            lambda: both.add([article(3, "New.")]),
            lambda: both.index([folder]),
            lambda: both.forget("a1"),
        ):
            with pytest.raises(rag.UsageError, match=r"read-only.* one of the two"):
                write()
    assert [len(news.articles()) for news in (one, other)] == [1, 1]
    assert both.is_complete


def test_two_models_cannot_be_joined(opened: Opened) -> None:
    one, other = opened(article(1, "A storm.")), opened(article(2, "A frost."), dims=32)
    with pytest.raises(rag.ModelError, match="with the same model"):
        rag.federate(one, other)


def test_three_are_joined_two_by_two(opened: Opened) -> None:
    made = [article(number, f"The storm closed gate {number}.") for number in (1, 2, 3)]
    three = rag.federate(rag.federate(opened(made[0]), opened(made[1])), opened(made[2]))
    assert {id_ for id_, _ in found(three, "storm gate")} == {"a1", "a2", "a3"}
    assert three.article("a3") == made[2]


def test_the_articles_of_both_are_listed_and_counted_as_one(opened: Opened) -> None:
    made = [
        article(number, f"{COPIED} Note {number}.", outlet=outlet, published=date(2024, 3, number))
        for number, outlet in ((1, "Coast Courier"), (2, "My notes"), (3, "coast courier"))
    ]
    both = rag.federate(opened(made[0], made[2]), opened(made[1]))
    one = opened(*made)
    for sort in ("newest", "oldest", "title", "outlet"):
        for offset in (0, 1, 2):
            mine = both.listing(sort=sort, limit=2, offset=offset)
            theirs = one.listing(sort=sort, limit=2, offset=offset)
            assert [each.id for each in mine.articles] == [each.id for each in theirs.articles]
            assert (mine.total, mine.related.keys()) == (3, theirs.related.keys())
    assert {other.article_id for other in both.listing().related["a1"]} == {"a2", "a3"}
    assert [each.id for each in both.listing(words="NOTES").articles] == ["a2"]
    assert both.facets() == one.facets()
    with pytest.raises(rag.UsageError, match="limit is 0"):
        both.listing(limit=0)

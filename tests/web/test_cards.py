"""Tests that cards show complete sentences of the article, and mark exactly the quotation."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rag
from rag.web.cards import Card, Panel, panel
from rag.web.sources import Find, source

SENTENCES = [f"Sentence {number} of the article is here." for number in range(30)]


def article(text: str, **facts: object) -> rag.Article:
    given_facts = {"id": "a", "title": "Title"} | facts
    return rag.make_article(text=text, **given_facts)  # type: ignore[arg-type]


def spans(text: str, sentences: list[str]) -> tuple[tuple[int, int], ...]:
    starts = [text.index(sentence) for sentence in sentences]
    return tuple((start, start + len(s)) for start, s in zip(starts, sentences, strict=True))


def passage(of: rag.Article, sentences: list[str]) -> rag.Passage:
    inside = spans(of.text, sentences)
    return rag.Passage(
        article_id=of.id,
        revision=of.revision,
        start=inside[0][0],
        end=inside[-1][1],
        sentences=inside,
    )


def citation(of: rag.Article, quote: str) -> rag.Citation:
    start = of.text.index(quote)
    return rag.Citation(
        article_id=of.id, revision=of.revision, start=start, end=start + len(quote), quote=quote
    )


def answered(of: rag.Article, quotes: list[str], *passages: rag.Passage) -> rag.Answer:
    statements = tuple(
        rag.Statement(text=quote, citations=(citation(of, quote),)) for quote in quotes
    )
    hits = tuple(
        rag.Hit(passage=found, score=1 / rank, rank=rank) for rank, found in enumerate(passages, 1)
    )
    return rag.Answer(question="?", standalone_question="?", statements=statements, hits=hits)


def words(card: Card) -> str:
    return "".join(part["text"] for part in card["parts"])


def sure(none: float, span: str | None = None) -> rag.Confidence:
    return rag.Confidence(
        reader="r", none=none, sentence=1 - none, span=span, span_probability=0.912
    )


def test_the_first_card_says_how_sure_the_model_was() -> None:
    of = article(" ".join(SENTENCES))
    found = passage(of, SENTENCES[:5]), passage(of, SENTENCES[5:9])
    told = answered(of, [SENTENCES[0], SENTENCES[6]], *found)
    for read, said in (
        (sure(0.04, "Sentence 0"), "“Sentence 0”: 91%, no answer: 4%"),
        (sure(0.4), "no answer: 40%"),
    ):
        cards = shown(replace(told, confidence=read), of)["cards"]
        last = [
            [fact["value"] for fact in card["why"] if fact["name"] == "Model"] for card in cards
        ]
        assert last == [[said], []]
    nothing = replace(told, statements=(), confidence=sure(0.96, "Sentence 0"))
    (first, _) = shown(nothing, of)["related"]
    assert first["why"][-1] == {"name": "Model", "value": "no answer: 96%"}


def shown(answer: rag.Answer, of: rag.Article) -> Panel:
    return panel(answer, lambda _id, _revision: of)


@given(
    quoted=st.lists(st.integers(0, 29), min_size=1, max_size=3, unique=True),
    separator=st.sampled_from([" ", "\n", "\n\n"]),
    found=st.booleans(),
)
def test_cards_slice_the_article_and_mark_the_quotes(
    quoted: list[int], separator: str, *, found: bool
) -> None:
    of = article(separator.join(SENTENCES))
    quotes = [SENTENCES[number] for number in quoted]
    cards = shown(answered(of, quotes, *([passage(of, SENTENCES)] if found else [])), of)["cards"]
    for card in cards:
        text = "".join(part["text"] for part in card["parts"])
        start = of.text.index(text)
        assert card["cut_before"] == (found and start > 0)
        assert card["cut_after"] == (found and start + len(text) < len(of.text))
    marked = [part["text"] for card in cards for part in card["parts"] if part["marked"]]
    assert sorted(marked) == sorted(quotes)
    assert sorted(number for card in cards for number in card["numbers"]) == list(
        range(1, len(quotes) + 1)
    )


def test_context_is_whole_sentences_on_both_sides_of_the_quote() -> None:
    of = article(" ".join(SENTENCES))
    (card,) = shown(answered(of, [SENTENCES[15]], passage(of, SENTENCES)), of)["cards"]
    before, quote, after = card["parts"]
    assert quote == {"text": SENTENCES[15], "marked": True}
    assert before["text"].startswith("Sentence ")
    assert after["text"].endswith("here.")
    assert sum(len(part["text"]) for part in card["parts"]) <= 640


def test_a_quote_longer_than_the_context_is_shown_whole() -> None:
    long = "word " * 400 + "end."
    of = article(f"Before. {long} After.")
    (card,) = shown(answered(of, [long], passage(of, ["Before.", long, "After."])), of)["cards"]
    assert [part["text"] for part in card["parts"] if part["marked"]] == [long]


def test_quotes_of_one_passage_share_a_card_with_their_numbers() -> None:
    of = article(" ".join(SENTENCES[:4]))
    (card,) = shown(answered(of, [SENTENCES[2], SENTENCES[0]], passage(of, SENTENCES[:4])), of)[
        "cards"
    ]
    assert card["numbers"] == [1, 2]
    assert [part.get("number") for part in card["parts"] if part["marked"]] == [2, 1]


def test_a_quote_outside_the_hits_stands_in_its_own_line() -> None:
    of = article(f"First line.\n{SENTENCES[0]} {SENTENCES[1]}\nLast line.")
    (card,) = shown(answered(of, [SENTENCES[1]]), of)["cards"]
    text = "".join(part["text"] for part in card["parts"])
    assert text == f"{SENTENCES[0]} {SENTENCES[1]}"


def test_related_passages_hold_no_citation() -> None:
    of = article(" ".join(SENTENCES))
    found = [passage(of, SENTENCES[n : n + 5]) for n in (0, 5, 10, 15, 20)]
    beside = shown(answered(of, [SENTENCES[7]], *found), of)
    assert beside["fold"] == "1 source"
    assert len(beside["related"]) == 2
    for card in beside["related"]:
        assert card["numbers"] == []
        assert SENTENCES[7] not in words(card)
        assert card["places"][0]["number"] == 0


def test_an_abstention_has_related_passages_only() -> None:
    of = article(" ".join(SENTENCES))
    found = [passage(of, SENTENCES[n : n + 5]) for n in (0, 5, 10, 15)]
    beside = shown(answered(of, [], *found), of)
    assert beside["cards"] == []
    assert beside["fold"] == "3 related passages"


def test_nothing_found_leaves_nothing_to_fold() -> None:
    assert shown(answered(article("Text."), []), article("Text."))["fold"] == ""


def test_a_related_card_shows_the_sentence_with_the_matched_words() -> None:
    of = article(" ".join(SENTENCES))
    hit = rag.Hit(passage=passage(of, SENTENCES), score=1.0, rank=1, matched_terms=("29",))
    answer = rag.Answer(question="?", standalone_question="?", hits=(hit,))
    (card,) = shown(answer, of)["related"]
    assert [part["text"] for part in card["parts"] if part["marked"]] == [SENTENCES[29]]
    assert card["cut_before"]
    assert not card["cut_after"]


def test_the_nearest_sentence_holds_most_of_the_words_found_as_whole_words() -> None:
    sentences = ["Warring parties met.", "No war and no party met.", "War and peace."]
    of = article(" ".join(sentences))
    hit = rag.Hit(passage=passage(of, sentences), score=1.0, rank=1, matched_terms=("war", "party"))
    answer = rag.Answer(question="?", standalone_question="?", hits=(hit,))
    (card,) = shown(answer, of)["related"]
    assert [part["text"] for part in card["parts"] if part["marked"]] == [sentences[1]]


def test_what_an_article_does_not_state_is_said() -> None:
    assert source(article("Text.", title=" ")) == {
        "title": "Untitled",
        "outlet": "outlet not stated",
        "date": "undated",
        "language": "en",
    }


def test_a_source_is_named_with_outlet_and_date() -> None:
    named = source(article("Text.", outlet="Tasnim", published=date(2022, 7, 6)))
    assert (named["outlet"], named["date"]) == ("Tasnim", "6 July 2022")


def editions(count: int, *, newer: bool = False) -> tuple[rag.Answer, Find]:
    """An answer whose passage ``count`` more outlets print, and which may be superseded."""
    of = article(" ".join(SENTENCES[:3]), outlet="The First")
    articles = {"a": of, "newer": article("Newer.", id="newer", title="Later", outlet="The First")}
    copies = tuple(f"copy{number}" for number in range(count))
    articles |= {id_: article("Copy.", id=id_, outlet=f"Outlet {id_}") for id_ in copies}
    answer = answered(of, SENTENCES[:1], passage(of, SENTENCES[:3]))
    marked = replace(answer.hits[0], copies=copies, superseded_by="newer" if newer else None)

    def find(id_: str, _: str | None = None) -> rag.Article:
        if id_ not in articles:
            raise rag.UsageError(f"no article {id_!r}")
        return articles[id_]

    return replace(answer, hits=(marked,)), find


def facts(card: Card) -> dict[str, str]:
    return {fact["name"]: fact["value"] for fact in card["why"]}


@pytest.mark.parametrize(
    ("count", "also"), [(0, ""), (1, "also in Outlet copy0"), (3, "also in 3 outlets")]
)
def test_a_card_counts_the_other_outlets_and_opens_to_their_names(count: int, also: str) -> None:
    (card,) = panel(*editions(count))["cards"]
    assert card["also"] == also
    names = ", ".join(f"Outlet copy{number}" for number in range(count))
    assert facts(card).get("Also in", "") == names


def test_a_copy_of_what_is_cited_is_no_related_card() -> None:
    answer, find = editions(1)
    of = article("Copy.", id="copy0")
    copy = rag.Hit(passage=passage(of, ["Copy."]), score=0.5, rank=2)
    beside = panel(replace(answer, hits=(*answer.hits, copy)), find)
    assert (len(beside["cards"]), beside["related"]) == (1, [])


def test_a_copy_that_was_removed_since_is_not_counted() -> None:
    answer, find = editions(1)
    gone = replace(answer.hits[0], copies=("copy0", "removed"), superseded_by="removed")
    (card,) = panel(replace(answer, hits=(gone,)), find)["cards"]
    assert (card["also"], card["newer"]) == ("also in Outlet copy0", "")


def test_a_superseded_card_says_so_and_names_the_newer_article() -> None:
    (card,) = panel(*editions(0, newer=True))["cards"]
    assert card["superseded"] == "Superseded by The First, undated: Later"
    assert card["newer"] == "newer"
    (card,) = panel(*editions(0))["cards"]
    assert (card["superseded"], card["newer"]) == ("", "")


def test_a_card_says_why_it_stands_there() -> None:
    of = article(" ".join(SENTENCES[:3]), author="A. Writer")
    answer = answered(of, SENTENCES[:1], passage(of, SENTENCES[:3]))
    found = replace(
        answer.hits[0],
        score=0.75,
        dense_rank=2,
        dense_score=0.625,
        matched_terms=("sentence", "article"),
    )
    (card,) = shown(replace(answer, hits=(found,)), of)["cards"]
    assert facts(card) == {
        "Author": "A. Writer",
        "Article": "a",
        "By meaning": "rank 2, cosine 0.62",
        "By words": "not listed",
        "Words found": "sentence, article",
        "Overall": "rank 1, score 0.75",
    }


def test_a_quote_outside_the_hits_has_a_source_and_no_ranks() -> None:
    of = article(SENTENCES[0])
    (card,) = shown(answered(of, [SENTENCES[0]]), of)["cards"]
    assert facts(card) == {"Author": "not stated", "Article": "a"}


def test_a_card_knows_where_its_quotes_and_the_others_of_the_article_stand() -> None:
    of = article(" ".join(SENTENCES))
    quotes = [SENTENCES[20], SENTENCES[1], SENTENCES[0]]
    found = [passage(of, SENTENCES[:5]), passage(of, SENTENCES[18:22])]
    cards = shown(answered(of, quotes, *found), of)["cards"]
    assert [card["numbers"] for card in cards] == [[1], [2, 3]]
    for card, order in zip(cards, ([1, 2, 3], [2, 3, 1]), strict=True):
        assert (card["article_id"], card["revision"]) == (of.id, of.revision)
        assert [place["number"] for place in card["places"]] == order
        for place in card["places"]:
            assert of.text[place["start"] : place["end"]] == quotes[place["number"] - 1]
        assert of.text[card["start"] : card["end"]] == words(card)

"""Tests the replies of the chat, and that it can read its own earlier messages."""

from dataclasses import replace
from datetime import date

import pytest

import rag
from rag.web.reply import masthead, reply

TEXT = "Ann Lee spoke first. She said the bridge is closed.\nNobody objected."
ARTICLE = rag.make_article(id="a", title="Bridge", text=TEXT, outlet="Post")


def cite(quote: str) -> rag.Citation:
    start = TEXT.index(quote)
    return rag.Citation(
        article_id="a",
        revision=ARTICLE.revision,
        start=start,
        end=start + len(quote),
        quote=quote,
    )


def answer(*statements: rag.Statement, asked: str = "Why?", meant: str = "Why?") -> rag.Answer:
    return rag.Answer(question=asked, standalone_question=meant, statements=statements)


def find(_id: str, _revision: str) -> rag.Article:
    return ARTICLE


def test_a_quotation_is_told_from_a_note() -> None:
    quote = "She said the bridge is closed."
    (said,) = reply(
        answer(rag.Statement(text=quote, note="Ann Lee", citations=(cite(quote),))), find
    )["statements"]
    assert said == {
        "note": "[Ann Lee]",
        "outlet": "Post",
        "date": "undated",
        "text": quote,
        "parts": [{"text": quote, "marked": False}],
        "quoted": True,
        "numbers": [1],
        "language": "en",
    }


def test_what_answers_by_itself_is_marked_in_the_sentence() -> None:
    quote = "She said the bridge is closed."
    start = quote.index("closed")
    statement = rag.Statement(
        text=quote, citations=(cite(quote),), short=(start, start + len("closed"))
    )
    (said,) = reply(answer(statement), find)["statements"]
    assert said["parts"] == [
        {"text": "She said the bridge is ", "marked": False},
        {"text": "closed", "marked": True},
        {"text": ".", "marked": False},
    ]
    assert "".join(part["text"] for part in said["parts"]) == said["text"]


def test_an_abstention_shows_its_closest_sentence_without_a_number() -> None:
    quote = "She said the bridge is closed."
    close = rag.Statement(text=quote, note="Ann Lee", citations=(cite(quote),))
    nothing = replace(answer(), withheld=(close,))
    (shown,) = reply(replace(nothing, is_near=True), find)["closest"]
    start = ARTICLE.text.index(quote)
    assert (shown["text"], shown["note"]) == (quote, "[Ann Lee]")
    assert shown["places"] == f"{start}-{start + len(quote)}-0"
    assert shown["source"]["outlet"] == "Post"
    assert reply(replace(nothing, is_near=True), find)["abstained"] == "Not sure. Closest:"
    assert reply(nothing, find)["closest"] == []
    assert reply(nothing, find)["abstained"] == "Found nothing that answers."


def test_where_articles_differ_each_sentence_is_under_its_outlet() -> None:
    quotes = ["Ann Lee spoke first.", "She said the bridge is closed.", "Nobody objected."]
    made = [
        rag.Statement(text=quote, citations=(cite(quote),), differs=quote != quotes[1])
        for quote in quotes
    ]
    shown = reply(answer(*made), find)
    assert [said["text"] for said in shown["differing"]] == [quotes[0], quotes[2]]
    assert [said["outlet"] for said in shown["differing"]] == ["Post", "Post"]
    assert [said["text"] for said in shown["statements"]] == [quotes[1]]
    assert reply(answer(*made[:2]), find)["differing"] == []


def test_a_line_break_in_the_article_is_a_space_in_the_answer() -> None:
    quote = "She said the bridge is closed.\nNobody objected."
    statement = rag.Statement(text=quote.replace("\n", " "), citations=(cite(quote),))
    assert reply(answer(statement), find)["statements"][0]["quoted"]


def test_words_that_no_citation_holds_are_not_shown_as_a_quotation() -> None:
    statement = rag.Statement(
        text="The bridge is open.", citations=(cite("She said the bridge is closed."),)
    )
    assert not reply(answer(statement), find)["statements"][0]["quoted"]


def test_an_article_cited_twice_is_named_once_with_both_numbers() -> None:
    first, second = "Ann Lee spoke first.", "Nobody objected."
    shown = reply(
        answer(
            rag.Statement(text=first, citations=(cite(first),)),
            rag.Statement(text=second, citations=(cite(second),)),
        ),
        find,
    )
    assert [named["numbers"] for named in shown["named"]] == [[1, 2]]
    assert [said["numbers"] for said in shown["statements"]] == [[1], [2]]


def test_each_article_is_asked_for_once() -> None:
    asked: list[str] = []

    def counting(article_id: str, _revision: str) -> rag.Article:
        asked.append(article_id)
        return ARTICLE

    quotes = ["Ann Lee spoke first.", "Nobody objected."]
    reply(answer(*(rag.Statement(text=q, citations=(cite(q),)) for q in quotes)), counting)
    assert asked == ["a"]


def test_an_abstention_names_what_is_closest() -> None:
    whole = rag.Passage(
        article_id="a",
        revision=ARTICLE.revision,
        start=0,
        end=20,
        sentences=((0, 20),),
    )
    hits = (rag.Hit(passage=whole, score=0.1, rank=1),)
    shown = reply(rag.Answer(question="Why?", standalone_question="Why?", hits=hits), find)
    assert shown["abstained"]
    assert [closest["source"]["title"] for closest in shown["closest"]] == ["Bridge"]
    assert shown["named"] == []


@pytest.mark.parametrize(
    ("meant", "understood"),
    [("Why?", ""), (" Why? ", ""), ("Why is the bridge closed?", "Why is the bridge closed?")],
)
def test_a_question_understood_otherwise_is_shown(meant: str, understood: str) -> None:
    assert reply(answer(meant=meant), find)["understood"] == understood


def test_the_period_asked_about_is_shown() -> None:
    assert reply(answer(), find)["period"] == ""
    july = rag.Period(since=date(2022, 7, 1), until=date(2022, 7, 31), words="in July 2022")
    asked = "Time asked about: 1 July 2022 to 31 July 2022."
    assert reply(replace(answer(), period=july), find)["period"] == asked
    off = replace(answer(), period=july, off_period=True)
    assert reply(off, find)["period"] == (
        f"{asked} No article of that time was found to answer; what follows is from another time."
    )
    off = replace(off, off_date=date(2022, 8, 3))
    assert reply(off, find)["period"].endswith("; what follows is from 3 August 2022.")


# ------------------------------------------------------------------------------- the masthead


@pytest.mark.parametrize(
    ("facets", "facts"),
    [
        (rag.Facets(articles=0, undated=0), "0 articles · no outlet named"),
        (rag.Facets(articles=1, undated=1), "1 article · no outlet named · undated"),
        (
            rag.Facets(
                articles=2,
                undated=0,
                outlets=(("IRNA", 2),),
                months=(("2024-01", 1), ("2024-05", 1)),
            ),
            "2 articles · 1 outlet named · 2024",
        ),
        (
            rag.Facets(
                articles=3,
                undated=1,
                outlets=(("IRNA", 1), ("Tasnim", 1)),
                months=(("2022-07", 1), ("2024-05", 1)),
            ),
            "3 articles · 2 outlets named · 2022–2024, 1 undated",
        ),
    ],
)
def test_the_masthead_counts_articles_outlets_and_years(facets: rag.Facets, facts: str) -> None:
    assert masthead(facets) == {"facts": facts}

"""Tests the dates of sentences in a timeline, and which sentences are on its topic."""

from datetime import date
from pathlib import Path

import pytest

import rag
from rag.language.english import ENGLISH
from rag.retrieve.timeline import dated_by

WEDNESDAY = date(2024, 5, 15)


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("The bridge closed on Monday.", 13),
        ("The bridge will close on Monday.", 20),
        ("The mayor said on Monday that the bridge will close.", 13),
        ("The bridge will close, the mayor said on Monday.", 13),
        ("On Monday the bridge will close.", 20),
        ("On Monday the council voted and will vote again.", 13),
        ("The court is to decide on Friday.", 17),
        ("A ruling is due on Friday.", 17),
        ("The guard thought that it would rain on Friday.", 17),
        ("The water was higher than expected on Friday.", 10),
        ("The road is to be closed because a wall collapsed on Friday.", 10),
        ("The vote was held on Wednesday.", 15),
    ],
)
def test_a_weekday_is_the_next_one_if_the_words_before_it_speak_of_the_future(
    sentence: str, day: int
) -> None:
    found = dated_by(sentence, published=WEDNESDAY, language=ENGLISH)
    assert found
    assert (found.since, found.until) == (date(2024, 5, day),) * 2


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("They play Corrick at home on 22 May.", date(2024, 5, 22)),
        ("The fair is on June 3.", date(2024, 6, 3)),
        ("They played Corrick at home on 22 May.", date(2023, 5, 22)),
        ("A guard fell ill on 22 May.", date(2023, 5, 22)),
        ("The fair is on 3 July.", date(2023, 7, 3)),
        ("The fair will be on 3 July.", date(2024, 7, 3)),
        ("The shop is closed on 10 May.", date(2024, 5, 10)),
    ],
)
def test_a_day_of_the_next_month_is_to_come_unless_the_verb_is_past(
    sentence: str, day: date
) -> None:
    found = dated_by(sentence, published=WEDNESDAY, language=ENGLISH)
    assert found is not None
    assert found.since == found.until == day


@pytest.mark.parametrize(
    ("sentence", "year"),
    [
        ("In 1931 the mill burnt down.", 1931),
        ("The mill, built in 1904, is empty.", 1904),
        ("The mill was sold two years ago.", 2022),
        ("Bread cost less than in 1950.", None),
        ("Bread became dearer this year.", None),
        ("In the 1950s bread was cheap.", None),
        ("Room 1815 burned.", None),
        ("Flight 2024 landed.", None),
        ("The 1984 film was shown.", None),
    ],
)
def test_a_year_dates_an_event(sentence: str, year: int | None) -> None:
    found = dated_by(sentence, published=WEDNESDAY, language=ENGLISH)
    assert (found.since.year if found and found.since else None) == year


@pytest.mark.parametrize(
    "sentence",
    [
        "Its Sunday opening hours are short.",
        "A choir sings there every Tuesday.",
        "It is open on Sundays.",
        "It is open from Monday to Friday.",
        "Each Friday fish is sold.",
    ],
)
def test_what_happens_every_week_is_no_event(sentence: str) -> None:
    assert dated_by(sentence, published=WEDNESDAY, language=ENGLISH) is None


@pytest.mark.parametrize(
    "sentence",
    [
        "The Sunday roast costs 20 crowns.",
        "Sunday lunch is served in the hall.",
        "Crowds came to Friday prayers in the square.",
        "Thursday evening classes are full.",
        "Black Friday sales fell by a tenth.",
        "Children hunted for Easter eggs.",
        "The Sunday Times wrote of a scandal.",
        "He told the Sunday Mirror that he was tired.",
        "She stars in Saturday Night Live.",
        "Sheffield Wednesday lost to Leeds.",
        "The museum is free on a Sunday.",
        "The Saturday edition sells best.",
    ],
)
def test_a_weekday_in_a_name_or_before_a_noun_is_no_event(sentence: str) -> None:
    assert dated_by(sentence, published=WEDNESDAY, language=ENGLISH) is None


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("The Monday vote was close.", 13),
        ("It was told in a Monday news release from the town.", 13),
        ("The firm announced Friday plans to merge.", 10),
        ("Flights were cancelled Friday due to the storm.", 10),
        ("He issued a warning Tuesday urging people to leave.", 14),
        ("Snow fell Sunday east of the lake.", 12),
        ("Three men were hurt in Friday night's fire.", 10),
        ("Police arrested two men Sunday evening.", 12),
        ("Two men were shot during Friday prayers.", 10),
        ("Friday saw the first snow.", 10),
        ("Sheffield Wednesday won on Saturday.", 11),
        ("The May 3 rule was dropped.", 3),
    ],
)
def test_a_weekday_of_an_event_dates_it(sentence: str, day: int) -> None:
    found = dated_by(sentence, published=WEDNESDAY, language=ENGLISH)
    assert found
    assert found.since == date(2024, 5, day)


def test_a_timeline_has_what_is_about_the_topic_only(tmp_path: Path) -> None:
    texts = {
        "about": "The library of Wend burnt on Monday. It opened in 1931. Nobody was hurt.",
        "aside": "The mill closed on Friday. A walk from the library on Sunday drew ten people.",
        "other": "The ferry sank on Tuesday.",
    }
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder(dims=64)) as news:
        news.add(
            rag.make_article(id=id_, text=text, published=WEDNESDAY) for id_, text in texts.items()
        )
        answer = news.ask("Timeline of the library", asked_on=date(2024, 6, 1))
        whole = news.ask("Timeline of this library", asked_on=date(2024, 6, 1))
    assert [(one.note, one.citations[0].article_id) for one in answer.statements] == [
        ("1931", "about"),
        ("12 May 2024", "aside"),
        ("13 May 2024", "about"),
    ]
    assert {c.article_id for c in whole.citations} == set(texts)


@pytest.mark.parametrize(
    ("sentence", "month"),
    [
        ("Vans must use the ford until a test in June.", date(2024, 6, 1)),
        ("The council may vote in June.", date(2024, 6, 1)),
        ("The lease expires in June.", date(2024, 6, 1)),
        ("The fire must have begun in June.", date(2023, 6, 1)),
    ],
)
def test_a_month_is_to_come_after_a_word_for_what_must_or_may_be(
    sentence: str, month: date
) -> None:
    found = dated_by(sentence, published=WEDNESDAY, language=ENGLISH)
    assert found is not None
    assert found.since == month


def test_a_sentence_is_listed_at_the_time_of_each_part(tmp_path: Path) -> None:
    text = "Cars pay on the bridge from 1 June; vans pay on the bridge from 1 July 2024."
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder(dims=64)) as news:
        news.add([rag.make_article(id="a", outlet="Post", published=WEDNESDAY, text=text)])
        notes = [one.note for one in news.ask("Timeline of the bridge").statements]
    assert notes == ["1 June 2024", "1 July 2024"]

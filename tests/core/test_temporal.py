"""Tests time: periods from words, how well articles fit them, and the effect on ranking."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rag
from rag.language.temporal.periods import asks_latest, find_period, spoken_periods
from rag.language.temporal.relevance import fit, fits, published_fit, spoken_fit
from rag.retrieve.temporal import (
    LATEST_SHARE,
    PERIOD_SHARE,
    RECENT_SHARE,
    Dated,
    period_asked,
    recency,
    timed,
)
from rag.schema import Period

THURSDAY = date(2022, 7, 14)
JULY = Period(since=date(2022, 7, 1), until=date(2022, 7, 31), words="in July 2022")
days = st.dates(min_value=date(1950, 1, 1), max_value=date(2090, 12, 31))


def asked(question: str, on: date = THURSDAY, before: str = "") -> str:
    """The period of a question as "since/until", with an empty open end; "" without a period."""
    period = find_period(question, asked_on=on, before=before)
    return "" if period is None else f"{period.since or ''}/{period.until or ''}"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What happened last week?", "2022-07-04/2022-07-10"),
        ("What happened this week?", "2022-07-11/2022-07-17"),
        ("What did he say yesterday?", "2022-07-13/2022-07-13"),
        ("Which laws were passed this month?", "2022-07-01/2022-07-31"),
        ("How much did it cost last year?", "2021-01-01/2021-12-31"),
        ("How many were sold over the last year?", "2021-07-14/2022-07-14"),
        ("What happened in July 2022?", "2022-07-01/2022-07-31"),
        ("what happened in july 2022", "2022-07-01/2022-07-31"),
        ("How many have died since March?", "2022-03-01/"),
        ("What did he do after June 2021?", "2021-07-01/"),
        ("What was the price before 2020?", "/2019-12-31"),
        ("Who led it until May 2021?", "/2021-05-31"),
        ("Who led it between May and June 2023?", "2023-05-01/2023-06-30"),
        ("Who led it from June 2021 to March?", "2021-06-01/2022-03-31"),
        ("What fell between November and February?", "2021-11-01/2022-02-28"),
        ("Who led it from 2013 to 2017?", "2013-01-01/2017-12-31"),
        ("Who sang in the 1990s?", "1990-01-01/1999-12-31"),
        ("Who sang in the '90s?", "1990-01-01/1999-12-31"),
        ("Who spoke on 4 February?", "2022-02-04/2022-02-04"),
        ("Who spoke on January 6, 2021?", "2021-01-06/2021-01-06"),
        ("Who spoke on 2022-07-04?", "2022-07-04/2022-07-04"),
        ("Who spoke on 4 July '21?", "2021-07-04/2021-07-04"),
        ("Who spoke in July ’21?", "2021-07-01/2021-07-31"),
        ("Who sang in '98?", "1998-01-01/1998-12-31"),
        ("Who spoke on 4/7/21?", "2021-04-07/2021-07-04"),
        ("Who won the race on the second Sunday of May 2021?", "2021-05-01/2021-05-31"),
        ("Who won the race the year before last?", "2020-01-01/2020-12-31"),
        ("Who spoke on Monday, 2022/7/4?", "2022-07-04/2022-07-04"),
        ("Who spoke on 4.7.2022?", "2022-07-04/2022-07-04"),
        ("Who spoke on 13/07/2022?", "2022-07-13/2022-07-13"),
        ("Who spoke on 07/13/2022?", "2022-07-13/2022-07-13"),
        ("Who spoke on 12/07/2022?", "2022-07-12/2022-07-12"),
        ("Who spoke on 07/12/2022?", "2022-07-12/2022-07-12"),
        ("Who spoke on 03/04/2022?", "2022-03-04/2022-04-03"),
        ("Who spoke on 31/02/2022?", ""),
        ("Who was born on 29 February?", "2020-02-29/2020-02-29"),
        ("Who resigned two days ago?", "2022-07-12/2022-07-12"),
        ("Who resigned three weeks ago?", "2022-06-20/2022-06-26"),
        ("Who resigned six months ago?", "2022-01-01/2022-01-31"),
        ("What was found in the past two weeks?", "2022-06-30/2022-07-14"),
        ("What was signed on Tuesday?", "2022-07-12/2022-07-12"),
        ("Which verdict fell Thursday?", "2022-07-14/2022-07-14"),
        ("Who died last Thursday?", "2022-07-07/2022-07-07"),
        ("In the summer of 2021, who left?", "2021-06-01/2021-08-31"),
        ("Who left last winter?", "2021-12-01/2022-02-28"),
        ("What rose in early 2021?", "2021-01-01/2021-05-01"),
        ("Where was it stopped early Thursday?", "2022-07-14/2022-07-14"),
        ("What opened in September?", "2021-09-01/2021-09-30"),
        ("What will open in September?", "2022-09-01/2022-09-30"),
        ("What will open on Monday?", "2022-07-18/2022-07-18"),
        ("He spoke on Monday. Who will answer?", "2022-07-11/2022-07-11"),
    ],
)
def test_words_stand_for_days(question: str, expected: str) -> None:
    assert asked(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "May I ask who won?",
        "What may follow?",
        "Who won the second march on the capital?",
        "How long is a second?",
        "Who won the World Cup 2022?",
        "Who won the 2022 World Cup?",
        "What is in the 2022 budget?",
        "On which '90s sitcom did she star?",
        "Who was prime minister after May resigned?",
        "Who shops on Black Friday?",
        "What will it cost by 2050?",
        "It was the highest rise since 1981. How high was it?",
        "Which newspaper has “last week” in its name?",
        "What is the most recent figure?",
        "Which singer recently moved?",
        "How many recent graduates found work?",
        "It was seen in 1500 cities. Which?",
        "The party won in 1984 seats. Who leads it?",
        "What happened on 31 June?",
        "What happened 3000 years ago?",
        "How many live there?",
    ],
)
def test_words_that_are_no_period(question: str) -> None:
    assert asked(question) == ""


def test_of_several_periods_the_shortest_counts_then_the_last() -> None:
    assert asked("The largest fire this year grew this week. Where?") == "2022-07-11/2022-07-17"
    assert asked("Was it dearer in May or in March?") == "2022-03-01/2022-03-31"


def test_a_month_lies_in_the_year_spoken_of() -> None:
    before = "Whom did Baku expel in July 2020, and in May?"
    assert asked("And in May?", before=before) == "2020-05-01/2020-05-31"
    period = period_asked("And in May?", before, asked_on=THURSDAY, published=[])
    assert period == Period(since=date(2020, 5, 1), until=date(2020, 5, 31), words="in May")
    period = period_asked(
        "And why?", "Whom did Baku expel in July 2020, and why?", asked_on=THURSDAY, published=[]
    )
    assert period is not None
    assert period.since == date(2020, 7, 1)


def test_a_month_without_a_year_is_the_last_that_the_articles_know() -> None:
    archive = [date(2019, 5, 30), None, date(2018, 1, 1), date(2023, 1, 1)]
    for words, since in (("in June", date(2018, 6, 1)), ("on 2 August", date(2018, 8, 2))):
        period = period_asked(f"Who met {words}?", "", asked_on=THURSDAY, published=archive)
        assert period is not None
        assert period.since == since
    assert period_asked("Who met last week?", "", asked_on=THURSDAY, published=archive) == Period(
        since=date(2022, 7, 4), until=date(2022, 7, 10), words="last week"
    )


def test_words_are_those_of_the_question() -> None:
    period = find_period("Who led it, between May and June 2023?", asked_on=THURSDAY)
    assert period is not None
    assert period.words == "between May and June 2023"


@given(day=days, on=days)
def test_a_full_date_is_itself_whenever_it_is_asked(day: date, on: date) -> None:
    for words in (f"{day.day} {day:%B %Y}", f"{day:%B} {day.day}, {day.year}", day.isoformat()):
        assert asked(f"Who met on {words}?", on) == f"{day}/{day}"
    assert asked(f"Who met in {day:%B %Y}?", on).startswith(f"{day.year}-{day.month:02}-01/")


@given(on=days, count=st.integers(min_value=2, max_value=300))
def test_days_ago_are_counted(on: date, count: int) -> None:
    assert asked(f"Who met {count} days ago?", on) == "/".join(
        [str(on - timedelta(days=count))] * 2
    )


@given(on=days, name=st.sampled_from(["Monday", "Wednesday", "Sunday"]))
def test_a_weekday_is_the_last_one(on: date, name: str) -> None:
    period = find_period(f"Who met on {name}?", asked_on=on)
    assert period is not None
    assert period.since == period.until
    assert period.since is not None
    assert f"{period.since:%A}" == name
    assert timedelta(0) <= on - period.since < timedelta(days=7)


WORDS = [
    "in", "on", "since", "before", "between", "and", "from", "to", "the", "last", "next", "this",
    "early", "end of", "week", "year", "May", "march", "Friday", "2022", "1990s", "31", "30 Feb",
    "February", "two", "few", "days", "ago", "past", "recent", "winter", "99", "tomorrow", "“",
]  # fmt: skip


@given(words=st.lists(st.sampled_from(WORDS), max_size=9), on=st.dates())
def test_a_period_never_ends_before_it_begins(words: list[str], on: date) -> None:
    period = find_period(" ".join(words), asked_on=on)
    assert period is None or (period.since or date.min) <= (period.until or date.max)
    assert all(p.words for p in spoken_periods(" ".join(words)))


def test_the_latest_is_asked_for() -> None:
    assert asks_latest("What is the latest on the strike?")
    assert asks_latest("Who is the current mayor?")
    assert not asks_latest("Who was the first mayor?")


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        (date(2022, 7, 1), date(2022, 7, 31), "1 July 2022 to 31 July 2022"),
        (date(2022, 7, 1), date(2022, 7, 1), "1 July 2022"),
        (date(2022, 7, 1), None, "since 1 July 2022"),
        (None, date(2022, 7, 1), "until 1 July 2022"),
    ],
)
def test_a_period_reads(since: date | None, until: date | None, words: str) -> None:
    assert str(Period(since=since, until=until)) == words


# ---- fitting


def test_an_article_fits_by_its_date() -> None:
    assert published_fit(JULY, date(2022, 7, 31)) == 1
    assert published_fit(JULY, date(2022, 8, 7)) == pytest.approx(2 ** (-7 / 4))
    assert published_fit(JULY, date(2022, 6, 29)) == pytest.approx(2 ** (-2 / 4))
    day = Period(since=THURSDAY, until=THURSDAY)
    assert published_fit(day, THURSDAY + timedelta(days=3)) == pytest.approx(2 ** (-3 / 4))
    assert published_fit(Period(since=THURSDAY), date(2030, 1, 1)) == 1


def test_an_article_fits_by_what_it_speaks_of() -> None:
    assert spoken_fit(JULY, "It was signed on July 4, 2022, in Baku.") == 1
    assert spoken_fit(JULY, "It was signed in 2022.") == pytest.approx(31 / 365)
    assert spoken_fit(JULY, "It was signed in July.") == 0
    nineties = Period(since=date(1990, 1, 1), until=date(1999, 12, 31))
    assert spoken_fit(nineties, "She sang from 1993 to 1996.") == 1
    assert spoken_fit(nineties, "Of 1,995 singers none stayed.") == 0


def test_the_better_fit_counts_and_no_date_says_nothing() -> None:
    later, old = date(2023, 3, 1), "It was signed on 4 July 2022."
    assert fit(JULY, published=later, text=old) == 1
    assert fit(JULY, published=None, text=old) == 1
    assert fit(JULY, published=None, text="It was signed in 2022.") is None
    assert fits(JULY, published=later, text=old)
    assert not fits(JULY, published=later, text="")
    assert fits(JULY, published=None, text="")
    assert fits(None, published=later, text="")


# ---- scores


def moved(
    scores: dict[int, float],
    published: dict[int, date | None],
    *,
    period: Period | None = None,
    question: str = "Who met?",
) -> dict[int, float]:
    passages = {row: Dated(published=day, text="") for row, day in published.items()}
    return timed(scores, passages, question=question, period=period, asked_on=date(2023, 1, 1))


def test_scores_move_towards_the_fit_then_the_recency() -> None:
    published = {1: date(2022, 8, 4), 2: date(2022, 7, 5), 3: None}
    scores = moved({1: 0.8, 2: 0.6, 3: 0.7}, published, period=JULY)
    fitted = {1: 0.8 + PERIOD_SHARE * (0.5 - 0.8), 2: 0.6 + PERIOD_SHARE * (1 - 0.6)}
    fitted[3] = 0.7 + PERIOD_SHARE * ((0.5 + 1) / 2 - 0.7)  # undated: average of the others
    recent = {1: 1.0, 2: 1 / (1 + 30 / 30), 3: (1.0 + 1 / 2) / 2}
    for row, score in scores.items():
        expected = fitted[row] + RECENT_SHARE * (recent[row] - fitted[row])
        assert score == pytest.approx(expected)


def test_without_any_date_only_what_is_spoken_of_counts() -> None:
    passages = {1: Dated(published=None, text="Then."), 2: Dated(published=None, text="July 2022.")}
    scores = timed({1: 0.8, 2: 0.6}, passages, question="Who met?", period=JULY, asked_on=THURSDAY)
    assert scores == pytest.approx({1: 0.8, 2: 0.6 + PERIOD_SHARE * (1 - 0.6)})


def test_where_nothing_fits_nothing_moves() -> None:
    period = Period(since=date(1950, 1, 1), until=date(1950, 12, 31))
    published: dict[int, date | None] = {1: date(2022, 8, 7), 2: date(2022, 7, 8)}
    scores = {1: 0.8, 2: 0.6}
    assert moved(scores, published, period=period) == pytest.approx(moved(scores, published))


def test_recency_counts_from_the_newest_article() -> None:
    published = {1: date(2012, 3, 1), 2: date(2012, 1, 31), 3: None, 4: date(2012, 3, 4)}
    expected = {1: 1.0, 2: 1 / (1 + 30 / 30), 3: None, 4: 1 / (1 + 3 / 30)}
    assert recency(published, asked_on=date(2012, 3, 2)) == expected


@given(
    gap=st.floats(min_value=0, max_value=1),
    published=st.tuples(days, days),
    question=st.sampled_from(["Who met?", "What is the latest?"]),
)
def test_recency_parts_near_equals_only(
    gap: float, published: tuple[date, date], question: str
) -> None:
    share = LATEST_SHARE if asks_latest(question) else RECENT_SHARE
    scores = moved({1: 1.0, 2: 1.0 - gap}, dict(enumerate(published, 1)), question=question)
    assert all(0 <= score <= 1 for score in scores.values())
    if gap * (1 - share) > share:
        assert scores[1] > scores[2]


# ---- questions about articles

TEXT = "The ferry to Lunda stopped because of a storm, the harbour of Vessby said."
MONTHS = {"june": date(2022, 6, 9), "july": date(2022, 7, 12), "october": date(2022, 10, 3)}


def articles() -> Iterator[rag.Article]:
    for name, day in MONTHS.items():
        yield rag.make_article(id=name, title="The ferry stops", text=TEXT, published=day)
    yield rag.make_article(id="undated", title="The ferry stops", text=TEXT)


@pytest.fixture(scope="module")
def ferries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[rag.Byline]:
    """The same report from three months, and one without a date."""
    embedder, config = rag.HashEmbedder(dims=256), rag.Config(copies=False)
    with rag.Byline(tmp_path_factory.mktemp("ferries"), config=config, embedder=embedder) as news:
        news.add(articles())
        yield news


def first(news: rag.Byline, question: str, on: date | None = date(2023, 1, 1)) -> str:
    return news.search(question, asked_on=on)[0].passage.article_id


def test_the_article_of_the_time_is_found_first(ferries: rag.Byline) -> None:
    assert first(ferries, "Why did the ferry stop in July 2022?") == "july"
    assert first(ferries, "Why did the ferry stop last week?", date(2022, 6, 15)) == "june"
    assert first(ferries, "Why did the ferry stop last week?", date(2022, 7, 20)) == "july"
    assert first(ferries, "Why did the ferry stop before July?", date(2022, 11, 1)) == "june"
    assert first(ferries, "What is the latest on the ferry?") == "october"
    assert first(ferries, "Why did the ferry stop?", date(2022, 8, 1)) == "july"


def test_time_can_be_switched_off(ferries: rag.Byline, tmp_path: Path) -> None:
    config = rag.Config(time=False, copies=False)
    with rag.Byline(tmp_path / "index", config=config, embedder=ferries.embedder) as news:
        news.add(articles())
        hits = news.search("Why did the ferry stop in October 2022?")
        assert [hit.passage.article_id for hit in hits] == sorted([*MONTHS, "undated"])
        assert len({hit.score for hit in hits}) == 1
        assert news.ask("Why did the ferry stop in July 2022?").period is None


def test_an_answer_says_of_when_it_was_asked(ferries: rag.Byline) -> None:
    config = replace(ferries.config, threshold=0.0)
    folder = str(ferries.status()["index"])
    with rag.Byline(folder, config=config, embedder=ferries.embedder) as news:
        answer = news.ask("Why did the ferry stop in July 2022?")
        missed = news.ask("Why did the ferry to Lunda stop last week?", asked_on=date(2021, 1, 1))
        assert answer.period == JULY
        assert answer.statements
        assert not answer.off_period
        assert missed.statements
        assert missed.off_period is (missed.citations[0].article_id != "undated")
        assert news.ask("Why did the ferry stop?").period is None


def test_a_followup_asks_of_another_month(ferries: rag.Byline) -> None:
    history = [rag.Turn(role="user", text="Why did the ferry to Lunda stop in July 2022?")]
    answer = ferries.ask("And in October?", history=history, asked_on=date(2023, 1, 1))
    assert str(answer.period) == "1 October 2022 to 31 October 2022"
    assert answer.hits[0].passage.article_id == "october"


def test_the_day_is_today_or_a_date(ferries: rag.Byline) -> None:
    period = ferries.ask("Why did the ferry stop today?").period
    assert period is not None
    assert period.since is not None
    assert abs(date.today() - period.since) <= timedelta(days=1)  # noqa: DTZ011 - or midnight
    moment = datetime(2022, 7, 14, 9, 30)  # noqa: DTZ001
    assert ferries.evidence("Who met today?", asked_on=moment).period == Period(
        since=THURSDAY, until=THURSDAY, words="today"
    )
    with pytest.raises(rag.UsageError, match=r"asked_on is '2022'.*datetime\.date"):
        ferries.ask("Why did the ferry stop?", asked_on="2022")  # type: ignore[arg-type]


def test_context_begins_with_the_time_asked_of(ferries: rag.Byline) -> None:
    question = "Why did the ferry stop last week?"
    assert ferries.context(question, asked_on=date(2022, 7, 20)).startswith(
        "[1] outlet not stated, 2022-07-12"
    )

"""Tests questions with a date: the article's date counts as part of its text."""

from collections.abc import Iterator
from datetime import date

import pytest

import rag
from rag.language.temporal.periods import find_times, without
from rag.language.temporal.relevance import is_near, names_another, speaks_of
from rag.read.base import PassageReading, Reading, SentenceReading, merged
from rag.schema import Period

ON = date(2023, 9, 20)  # a Wednesday


def article(id: str, day: str, text: str, *, title: str = "") -> rag.Article:
    return rag.make_article(id=id, title=title, text=text, published=date.fromisoformat(day))


SINGLE = [
    article(
        "master",
        "2023-09-19",
        "Captain Mira Olsen, who had sailed the route for 31 years, was named harbour master of"
        " Tarvik on Tuesday. She succeeds Per Lund.",
        title="Olsen named harbour master",
    ),
    article(
        "bridge",
        "2023-09-20",
        "A lorry carrying oranges overturned on the Kessel bridge and blocked it for six hours."
        " Nobody was hurt, fire chief Anton Weiss said.",
    ),
    article(
        "prize",
        "2023-07-04",
        "The novelist Ines Caro won the Lantern Prize with her book about a lighthouse keeper.",
        title="Caro wins Lantern Prize",
    ),
    article(
        "school",
        "2023-07-06",
        "Ostberg opened a school for 240 children. It cost 18 million euros.",
    ),
    article(
        "ballot",
        "2023-09-18",
        "Turnout in Marlow was 52 per cent, compared with 47 per cent in 2019, when Eva Stark won"
        " with 61 per cent of the vote. The harbour employs 640 people; in 2011 it had 905.",
    ),
    article(
        "history",
        "2023-08-02",
        "In 1987, Rolf Adler won the Pewter Cup of Sandvik. The cup is older than the club.",
    ),
]

DAYS = range(8, 15)
FAIR = (1210, 980, 1450, 2310, 1990, 870, 1105)
RIVER = ("4.10", "4.35", "4.80", "5.12", "5.05", "4.70", "4.42")
WINNERS = ("Rita Blom", "Jon Asker", "Petra Nilo", "Hugo Mann", "Alma Reis")
SERIES = [
    *(
        article(
            f"fair-{day}",
            f"2024-05-{day:02}",
            f"The spring fair in Holmby counted {count} visitors. Organiser Lena Voss said the mood"
            " was good and the weather mild.",
            title="Fair in Holmby: the day's figures",
        )
        for day, count in zip(DAYS, FAIR, strict=True)
    ),
    *(
        article(
            f"river-{day}",
            f"2024-05-{day:02}",
            f"The Aller at Brunnstadt stood at {level} metres on {date(2024, 5, day):%A} morning,"
            " the water board reported. Cellars near the quay are being pumped out.",
        )
        for day, level in zip(DAYS, RIVER, strict=True)
    ),
    *(
        article(
            f"oar-{year}",
            f"{year}-08-14",
            f"{winner} won the Silver Oar rowing cup after a close final.",
            title="Silver Oar decided",
        )
        for year, winner in zip(range(2020, 2025), WINNERS, strict=True)
    ),
]


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[rag.Byline]:
    """The single articles and the series, with the shipped models."""
    with rag.Byline(tmp_path_factory.mktemp("dated")) as made:
        made.add([*SINGLE, *SERIES])
        yield made


def first(answer: rag.Answer) -> str:
    return answer.citations[0].article_id if answer.citations else ""


@pytest.mark.parametrize(
    ("expected", "question"),
    [
        ("master", "Who was named harbour master of Tarvik in September 2023?"),
        ("master", "Who was named harbour master of Tarvik on Tuesday, 19 September 2023?"),
        ("master", "Who was named harbour master of Tarvik on the 19th of September?"),
        ("master", "Who was named harbour master of Tarvik yesterday?"),
        ("master", "On 2023-09-19, who was named harbour master of Tarvik?"),
        ("bridge", "What blocked the Kessel bridge on September 20th?"),
        ("bridge", "What blocked the Kessel bridge on Wednesday morning?"),
        ("bridge", "What blocked the Kessel bridge this week?"),
        ("bridge", "What blocked the Kessel bridge today?"),
        ("prize", "Who won the 2023 Lantern Prize?"),
        ("prize", "Who won the Lantern Prize on July 4?"),
        ("prize", "Who won the Lantern Prize this year?"),
        ("school", "How much did the school in Ostberg cost in summer 2023?"),
    ],
)
def test_the_date_of_the_article_counts_as_its_words(
    news: rag.Byline, expected: str, question: str
) -> None:
    answer = news.ask(question, asked_on=ON)
    assert first(answer) == expected
    assert not answer.off_period


@pytest.mark.parametrize(
    ("expected", "question", "on"),
    [
        ("fair-12", "How many visitors did the spring fair in Holmby count on 12 May 2024?", 30),
        ("fair-9", "How many visitors did the spring fair in Holmby count on Thursday?", 14),
        ("fair-13", "How many visitors did the spring fair in Holmby count yesterday?", 14),
        ("fair-13", "How many visitors were at yesterday's fair in Holmby?", 14),
        ("fair-14", "What is the latest number of visitors at the spring fair in Holmby?", 30),
        ("river-11", "How high did the Aller stand at Brunnstadt on May 11?", 30),
        ("river-12", "How high did the Aller stand at Brunnstadt on 2024-05-12?", 30),
        ("river-14", "What is the newest level of the Aller at Brunnstadt?", 30),
        ("oar-2022", "Who won the 2022 Silver Oar cup?", 30),
        ("oar-2021", "Who won the Silver Oar cup in August 2021?", 30),
        ("oar-2023", "Who won the Silver Oar cup last year?", 30),
    ],
)
def test_of_a_series_the_one_of_the_day_answers_alone(
    news: rag.Byline, expected: str, question: str, on: int
) -> None:
    answer = news.ask(question, asked_on=date(2024, 5, on))
    assert first(answer) == expected
    assert not answer.off_period
    assert not answer.differing


@pytest.mark.parametrize(
    ("question", "asked", "shown"),
    [
        ("How many visitors did the spring fair in Holmby count on 16 May?", "16 May", "14 May"),
        ("How high did the Aller stand at Brunnstadt on 7 May 2024?", "7 May", "8 May"),
        ("How high did the Aller stand at Brunnstadt yesterday?", "29 May", "14 May"),
    ],
)
def test_an_answer_of_another_day_says_so(
    news: rag.Byline, question: str, asked: str, shown: str
) -> None:
    answer = news.ask(question, asked_on=date(2024, 5, 30))
    assert rag.period_line(answer) == (
        f"Time asked about: {asked} 2024. No article of that time was found to answer;"
        f" what follows is from {shown} 2024."
    )
    assert answer.off_date == date(2024, 5, int(shown.split(maxsplit=1)[0]))


def test_the_closest_sentence_of_another_day_says_so_too(news: rag.Byline) -> None:
    with rag.Byline(news.folder, config=rag.Config(threshold=0.99)) as strict:
        answer = strict.ask(
            "How high did the Aller stand at Brunnstadt on 7 May 2024?", asked_on=date(2024, 5, 30)
        )
    assert answer.closest
    assert answer.off_date == date(2024, 5, 8)


def test_a_sentence_about_another_year_does_not_pass_for_this_one(news: rag.Byline) -> None:
    assert first(news.ask("Who won the Pewter Cup of Sandvik?", asked_on=ON)) == "history"
    assert news.ask("Who won the Pewter Cup of Sandvik in 2023?", asked_on=ON).abstained


# ---- time expressions


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What was the turnout in Marlow in 2019?", "47 per cent"),
        ("What was the turnout in Marlow?", "52 per cent"),
        ("How many people worked at the harbour in 2011?", "905"),
        ("How many people does the harbour employ?", "640 people"),
    ],
)
def test_of_two_figures_the_one_of_the_time_asked_about_is_marked(
    news: rag.Byline, question: str, words: str
) -> None:
    assert news.ask(question, asked_on=ON).short_answer == words


@pytest.mark.parametrize(
    ("question", "bare"),
    [
        ("Who won the cup in May 2024?", "Who won the cup?"),
        ("On Sunday, 12 May 2024, who won the cup?", "who won the cup?"),
        ("Who won the 2024 Oar Cup in Bern?", "Who won the Oar Cup in Bern?"),
        ("Who led the July 4 parade?", "Who led the parade?"),
        ("How full was yesterday's fair?", "How full was the fair?"),
        ("Who came on Friday evening?", "Who came?"),
        ("What did the report of 3 June count?", "What did the report count?"),
        ("Who spoke earlier this week in Rome?", "Who spoke in Rome?"),
        ("Who won in the summer of 2021?", "Who won?"),
        ("What fell in late March 2024 in Bern?", "What fell in Bern?"),
    ],
)
def test_a_time_can_be_left_out(question: str, bare: str) -> None:
    times = find_times(question, asked_on=date(2024, 6, 1))
    assert times
    assert without(question, times) == bare


@pytest.mark.parametrize(
    "question",
    [
        "How many have died since March 2024?",
        "Who led it from 2013 to 2017?",
        "What may follow?",
        "Who succeeded Theresa May?",
        "Who runs the Sunday Mirror?",
        "How many live there?",
    ],
)
def test_what_is_no_time_stays(question: str) -> None:
    assert find_times(question, asked_on=date(2024, 6, 1)) == ()


SUNDAY = Period(since=date(2024, 5, 12), until=date(2024, 5, 12), words="on 12 May 2024")
MAY = Period(since=date(2024, 5, 1), until=date(2024, 5, 31), words="in May 2024")


def test_a_text_speaks_of_days_before_it_was_printed() -> None:
    monday = date(2024, 5, 13)
    assert speaks_of(SUNDAY, "She won on Sunday.", published=monday)
    assert speaks_of(SUNDAY, "She won yesterday.", published=monday)
    assert not speaks_of(SUNDAY, "She won on Saturday.", published=monday)
    assert not speaks_of(SUNDAY, "She won on Sunday.", published=None)
    assert speaks_of(MAY, "In May the rate fell.", published=date(2024, 6, 3))
    assert not speaks_of(MAY, "In April the rate fell.", published=date(2024, 5, 3))


def test_a_sentence_names_another_year_unless_it_compares() -> None:
    assert names_another(MAY, "In 2019 she won the cup.")
    assert not names_another(MAY, "The fair drew more people than in 2019.")
    assert not names_another(MAY, "On 3 May 2024 she won the cup.")
    assert not names_another(MAY, "She won the cup.")


def test_an_article_stands_in_for_a_time_that_is_near_or_named_without_a_year() -> None:
    assert is_near(SUNDAY, date(2024, 6, 12))
    assert not is_near(SUNDAY, date(2024, 6, 13))
    assert not is_near(SUNDAY, None)
    assert is_near(
        Period(since=SUNDAY.since, until=SUNDAY.until, words="on Sunday"), date(2020, 1, 1)
    )


def test_the_better_of_two_readings_counts() -> None:
    def reading(none: float, *probabilities: float) -> Reading:
        read = [
            SentenceReading(probability=p, span=(0, 1), span_probability=p / 2)
            for p in probabilities
        ]
        return Reading(
            passages=tuple(PassageReading(score=0.0, sentences=(one,)) for one in read), none=none
        )

    both = merged(reading(0.5, 0.25, 0.25), reading(0.2, 0.8), [1])
    total = 1 + 0.25 / 0.5 + 0.8 / 0.2
    assert both.none == pytest.approx(1 / total)
    assert [p.sentences[0].probability for p in both.passages] == pytest.approx(
        [0.5 / total, 4 / total]
    )
    assert both.passages[1].sentences[0].span_probability == pytest.approx(2 / total)

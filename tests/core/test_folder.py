"""Tests questions over the whole folder: matching articles, quotations and coverage lines."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import rag
from rag.language.asking import FolderKind
from rag.language.english import ENGLISH
from rag.language.folder import folder_question

ON = date(2024, 6, 1)
REPORTS = {
    "dam-1": (
        "The Herald",
        date(2024, 3, 4),
        "The Orrin dam cracked on Sunday. Engineers lowered the lake by two metres.",
    ),
    "dam-2": (
        "Courier",
        date(2024, 3, 6),
        "Villages below the Orrin dam were cleared on 5 March 2024. Nobody was hurt.",
    ),
    "dam-3": (
        "The Herald",
        date(2024, 4, 2),
        "Repairs to the dam at Orrin will cost nine million crowns. A vote is due on 9 April 2024.",
    ),
    "ferry": (
        "Courier",
        date(2024, 4, 11),
        "The ferry to Sandholm was cancelled. Captain Ada Rose blamed a broken rudder.",
    ),
    "prices": (
        "The Herald",
        date(2024, 5, 20),
        "The price of bread rose again. Bakers in Sandholm blame the harvest.",
    ),
    "museum": ("Courier", None, "A museum of ferry tickets opened in Vintry. Entry is free."),
}


def filled(folder: Path) -> rag.Byline:
    news = rag.Byline(folder, embedder=rag.HashEmbedder(dims=256))
    news.add(
        [
            rag.make_article(id=id_, outlet=outlet, published=day, text=text, author="Bo Lund")
            for id_, (outlet, day, text) in REPORTS.items()
        ]
    )
    return news


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[rag.Byline]:
    with filled(tmp_path_factory.mktemp("folder")) as made:
        yield made


def mentioning(*words: str, outlet: str = "") -> set[str]:
    """The articles that contain all words, found by plain Python."""
    return {
        id_
        for id_, (by, _, text) in REPORTS.items()
        if outlet in {by, ""} and all(word in text for word in words)
    }


def cited(answer: rag.Answer) -> list[str]:
    assert answer.coverage
    for citation in answer.citations:
        assert REPORTS[citation.article_id][2][citation.start : citation.end] == citation.quote
        assert any(hit.holds(citation) for hit in answer.hits)
    return [citation.article_id for citation in answer.citations]


@pytest.mark.parametrize(
    "question",
    [
        "Which articles mention {}?",
        "What do you have on {}?",
        "Everything on {}",
        "List all articles about {}.",
        "Please show me all the reports that mention {}.",
        "In which articles is {} mentioned?",
        "Are there any articles about {}?",
        "Which of these articles are about {}?",
        "what stories are there about {}",
        "Find articles mentioning {} in this folder",
        "Do you have anything on {}?",
        "How many articles mention {}?",
        "How many of the articles are about {}?",
        "In how many articles is {} mentioned?",
        "What is the number of articles about {}?",
        "Count the stories on {}",
    ],
)
@pytest.mark.parametrize("topic", ["Orrin", "Sandholm", "ferry", "the Orrin dam", "Rose"])
def test_all_articles_that_mention_a_topic_and_no_others(
    news: rag.Byline, question: str, topic: str
) -> None:
    answer = news.ask(question.format(topic), asked_on=ON)
    wanted = mentioning(*topic.removeprefix("the ").split())
    assert set(cited(answer)) == wanted
    assert len(answer.statements) == len(wanted)
    assert answer.coverage.startswith(f"{len(wanted)} of {len(REPORTS)} articles mention")
    assert all(any(word in s.text for word in topic.split()) for s in answer.statements)


def test_they_are_ordered_by_date_and_undated_ones_come_last(news: rag.Byline) -> None:
    assert cited(news.ask("Which articles mention the ferry?")) == ["ferry", "museum"]
    assert cited(news.ask("Which articles mention Orrin?")) == ["dam-3", "dam-2", "dam-1"]


def test_all_of_them_are_shown_not_the_first_ten(tmp_path: Path) -> None:
    articles = [rag.make_article(id=f"{n}", text=f"Ferry {n} sank off Lunda.") for n in range(60)]
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder(dims=256)) as news:
        news.add([*articles, rag.make_article(id="other", text="A barn burnt down.")])
        answer = news.ask("Which articles mention Lunda?")
    assert {c.article_id for c in answer.citations} == {f"{n}" for n in range(60)}
    assert answer.coverage == "60 of 61 articles mention “Lunda”."


def test_no_article_that_mentions_it_is_said_of_the_articles(news: rag.Byline) -> None:
    for question in ("Which articles mention Zurich?", "How many articles mention Zurich?"):
        answer = news.ask(question)
        assert answer.state == "none"
        assert answer.coverage == "None of the 6 articles mentions “Zurich”."
        assert rag.abstention_line(answer) == ""


@pytest.mark.parametrize(
    ("question", "wanted", "coverage"),
    [
        ("How many articles are there?", set(REPORTS), "6 of 6 articles."),
        ("How many articles do you have in this folder?", set(REPORTS), "6 of 6 articles."),
        (
            "How many articles are from the Herald?",
            mentioning(outlet="The Herald"),
            "3 of 6 articles (The Herald).",
        ),
        (
            "How many Courier articles are there?",
            mentioning(outlet="Courier"),
            "3 of 6 articles (Courier).",
        ),
        (
            "How many articles from the Herald mention Sandholm?",
            {"prices"},
            "1 of 6 articles mentions “Sandholm” (The Herald).",
        ),
        ("How many articles are from April 2024?", {"dam-3", "ferry"}, "2 of 6 articles."),
        ("How many articles were written by Bo Lund?", set(REPORTS), "6 of 6 articles (Bo Lund)."),
        ("Which articles are from the Courier?", mentioning(outlet="Courier"), "3 of 6"),
        ("Show me the articles from March 2024", {"dam-1", "dam-2"}, "2 of 6 articles."),
        ("Which articles mention Orrin in April 2024?", {"dam-3"}, "1 of 6 articles mentions"),
    ],
)
def test_outlets_authors_and_times_in_the_question_narrow_it(
    news: rag.Byline, question: str, wanted: set[str], coverage: str
) -> None:
    answer = news.ask(question, asked_on=ON)
    assert set(cited(answer)) == wanted
    assert answer.coverage.startswith(coverage)


def test_a_filter_holds_and_is_all_that_is_counted(news: rag.Byline) -> None:
    only = rag.Filter(outlets=("courier",))
    answer = news.ask("Which articles mention Orrin?", filter=only)
    assert cited(answer) == ["dam-2"]
    assert answer.coverage == "1 of 3 articles mentions “Orrin”."
    assert news.ask("How many articles are from the Herald?", filter=only).state == "none"
    chosen = rag.Filter(articles=("ferry", "prices"))
    assert set(cited(news.ask("Summarise these articles", filter=chosen))) == {"ferry", "prices"}
    assert cited(news.ask("What is the newest article?", filter=only, asked_on=ON)) == ["ferry"]


@pytest.mark.parametrize(
    "question",
    [
        "Summarise the articles.",
        "summarize these articles",
        "What are they about?",
        "Give me an overview.",
        "What are these articles about?",
        "Can you give me a short summary of all the articles?",
        "What is in this folder?",
        "What are the main topics of the articles?",
    ],
)
def test_a_summary_quotes_what_each_article_begins_with(news: rag.Byline, question: str) -> None:
    answer = news.ask(question)
    assert set(cited(answer)) == set(REPORTS)
    leads = {text[: text.index(".") + 1] for _, _, text in REPORTS.values()}
    assert {s.text for s in answer.statements} == leads
    assert answer.coverage == "6 of 6 articles; shown: what each of 6 begins with."


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Summarise the articles from the Courier", mentioning(outlet="Courier")),
        ("Give me an overview of the Herald's articles", mentioning(outlet="The Herald")),
        ("Summarise the articles of 11 April 2024", {"ferry"}),
        ("Summarise the articles about Sandholm", {"ferry", "prices"}),
        ("Give me a summary of the articles from March 2024", {"dam-1", "dam-2"}),
    ],
)
def test_a_summary_of_an_outlet_a_day_or_a_topic(
    news: rag.Byline, question: str, wanted: set[str]
) -> None:
    assert set(cited(news.ask(question, asked_on=ON))) == wanted


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("What is the newest article?", ["prices"]),
        ("Which is the newest article?", ["prices"]),
        ("Show me the latest article", ["prices"]),
        ("Which article is the most recent?", ["prices"]),
        ("latest article about the Orrin dam", ["dam-3"]),
        ("What is the newest article from the Courier?", ["ferry"]),
        ("Show me the two newest articles", ["prices", "ferry"]),
        ("What is the oldest article?", ["dam-1"]),
        ("What is the first article about Sandholm?", ["ferry"]),
        ("Which article mentions Sandholm first?", ["ferry"]),
        ("Which article is the earliest?", ["dam-1"]),
        ("Show the 3 oldest articles", ["dam-1", "dam-2", "dam-3"]),
    ],
)
def test_first_and_newest(news: rag.Byline, question: str, wanted: list[str]) -> None:
    assert cited(news.ask(question, asked_on=ON)) == wanted


def test_what_is_printed_after_the_day_of_the_question_is_not_the_newest(news: rag.Byline) -> None:
    assert cited(news.ask("What is the newest article?", asked_on=date(2024, 3, 31))) == ["dam-2"]


@pytest.mark.parametrize(
    "question",
    [
        "Give me a timeline of the Orrin dam",
        "Timeline of the Orrin dam",
        "What happened when in the Orrin dam?",
        "What is the chronology of the Orrin dam?",
        "List the events around the Orrin dam in chronological order",
    ],
)
def test_a_timeline_is_in_order_of_the_dates_stated(news: rag.Byline, question: str) -> None:
    answer = news.ask(question, asked_on=ON)
    assert [(s.note, s.citations[0].article_id) for s in answer.statements] == [
        ("3 March 2024", "dam-1"),
        ("5 March 2024", "dam-2"),
        ("9 April 2024", "dam-3"),
    ]
    assert cited(answer)
    assert cited(news.ask("What happened when?", asked_on=ON))


@pytest.mark.parametrize(
    "question",
    [
        "How do the Courier and the Herald report the Orrin dam?",
        "Compare the Courier and the Herald on the Orrin dam",
        "Compare how Courier and Herald cover the Orrin dam",
        "Compare the coverage of the Orrin dam in the Courier and the Herald",
        "How does the Courier's coverage of the Orrin dam differ from the Herald's?",
        "How do the two newspapers describe the Orrin dam?",
    ],
)
def test_a_comparison_groups_sentences_by_outlet(news: rag.Byline, question: str) -> None:
    answer = news.ask(question)
    assert [(s.note, s.citations[0].article_id) for s in answer.statements] == [
        ("Courier", "dam-2"),
        ("The Herald", "dam-3"),
        ("The Herald", "dam-1"),
    ]
    assert answer.coverage.endswith("(Courier 1, The Herald 2).")
    assert cited(answer)


@pytest.mark.parametrize(
    "question",
    ["Who wrote the articles about Lunda?", "Who is the author of the article on Lunda?"],
)
def test_who_wrote_an_article_is_told_by_its_byline(tmp_path: Path, question: str) -> None:
    rows = {
        "signed": ("Maja Holt", "Lunda floods. Ida Strand wrote about it."),
        "aside": ("Tom Reyes", "The cup was played. Fans from Lunda came."),
        "unsigned": (None, "Lunda rebuilds. It costs a lot."),
    }
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder(dims=64)) as news:
        news.add(rag.make_article(id=i, author=by, text=text) for i, (by, text) in rows.items())
        answer = news.ask(question)
        unsigned = news.evidence(question, filter=rag.Filter(articles=("unsigned",)))
    assert [(one.note, one.text) for one in answer.statements] == [
        ("by Maja Holt", "Lunda floods.")
    ]
    assert answer.coverage == (
        "3 of 3 articles mention “Lunda”; shown: those that name an author (1)."
    )
    assert unsigned.coverage == ""


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote about the strike?",
        "Who reported on the strike?",
        "Who wrote the strike article?",
        "Who is the author of the strike article?",
    ],
)
def test_authors_are_those_of_articles_that_begin_with_the_topic(
    tmp_path: Path, question: str
) -> None:
    rows = {"port": ("Eva Moen", "The strike closed the port.")}
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder(dims=64)) as news:
        news.add(rag.make_article(id=i, author=by, text=text) for i, (by, text) in rows.items())
        assert [one.note for one in news.ask(question).statements] == ["by Eva Moen"]
        assert news.evidence(question.replace("strike", "comet")).coverage == ""


@pytest.mark.parametrize(
    "question",
    [
        "Which articles did Bo Lund write?",
        "Which articles has Bo Lund written?",
        "What has Bo Lund written?",
    ],
)
def test_articles_of_an_author(news: rag.Byline, question: str) -> None:
    answer = news.ask(question)
    assert set(cited(answer)) == set(REPORTS)
    assert answer.coverage == "6 of 6 articles (Bo Lund)."
    assert news.evidence(question.replace("Bo Lund", "Ann Holt")).coverage == ""


@pytest.mark.parametrize(
    ("question", "outlets", "coverage"),
    [
        (
            "Which outlets are there?",
            ["The Herald", "Courier"],
            "6 of 6 articles (Courier 3, The Herald 3); shown: the newest of each outlet.",
        ),
        (
            "Which outlets reported on the rudder?",
            ["Courier"],
            "1 of 6 articles mentions “the rudder” (Courier 1); shown: the newest of each outlet.",
        ),
    ],
)
def test_outlets_are_listed_with_a_sentence_each(
    news: rag.Byline, question: str, outlets: list[str], coverage: str
) -> None:
    answer = news.ask(question)
    assert [one.note for one in answer.statements] == outlets
    assert answer.coverage == coverage


def test_the_latest_on_a_topic_is_from_the_newest_article_about_it(news: rag.Byline) -> None:
    assert cited(news.ask("What is the latest on the dam?", asked_on=ON)) == ["dam-3"]
    assert news.evidence("What is the latest on tennis?", asked_on=ON).coverage == ""


def test_articles_without_a_date_are_counted_when_only_the_newest_is_shown(
    news: rag.Byline,
) -> None:
    answer = news.ask("What is the newest article?", asked_on=ON)
    assert answer.coverage == "5 of 6 articles; shown: the newest; 1 has no date."
    answer = news.ask("What is the newest article about the dam?", asked_on=ON)
    assert answer.coverage == "3 of 6 articles mention “the dam”; shown: the newest."


def test_what_one_outlet_says_about_a_topic(news: rag.Byline) -> None:
    answer = news.ask("What did the Courier write about the dam?")
    assert cited(answer) == ["dam-2"]
    assert answer.coverage == "1 of 6 articles mentions “the dam” (Courier)."


def test_where_two_outlets_differ_on_a_topic(news: rag.Byline) -> None:
    answer = news.ask("Where do the Courier and the Herald differ on the Orrin dam?")
    assert [one.note for one in answer.statements] == ["Courier", "The Herald", "The Herald"]


def test_an_outlet_that_says_nothing_is_named(news: rag.Byline) -> None:
    answer = news.ask("How do the Herald and the Courier report the museum?")
    assert cited(answer) == ["museum"]
    assert answer.coverage == "1 of 6 articles mentions “the museum” (The Herald 0, Courier 1)."


@pytest.mark.parametrize(
    "question",
    [
        "How many articles of clothing were stolen?",
        "Which newspaper mentioned the fire first?",
        "How many articles does the treaty have?",
        "How many articles are there in the constitution?",
        "How many stories does the tower have?",
        "How many stories are there in the tower?",
        "How many reports were filed with the police?",
        "How many documents were leaked?",
        "How many articles did she write about the dam?",
        "What is the latest report on inflation?",
        "What happened when the dam cracked?",
        "What is the first article of the constitution?",
        "Who wrote the last article about the dam?",
        "Who wrote the book about the dam?",
        "Which article of the treaty covers fishing?",
        "What is the timeline for the repairs?",
        "Summarise what the captain said",
        "How do farmers and bakers see the harvest?",
        "How do the Greens and the Liberals differ on the dam?",
        "What do engineers say about the dam?",
        "What was the report about the dam called?",
        "How did the fire start?",
        "What is the book about?",
        "Who mentioned the rudder?",
        "Compare the price of bread and milk.",
        "How many people mention the dam in their complaints?",
        "Is there anything on the roof?",
        "What is there on the island?",
        "How many articles are by women?",
        "What did the newest member of the council say?",
        "Which documents did the court ask for?",
        "Who was the first to mention the crack?",
        "Everything burnt in the fire, did it?",
        "What are the main points of the agreement?",
        "Where is the dam?",
        "What topics were discussed at the summit?",
    ],
)
def test_questions_about_the_world_are_not_taken_for_such(news: rag.Byline, question: str) -> None:
    assert news.evidence(question, asked_on=ON).coverage == ""


def test_a_follow_up_is_understood_first(news: rag.Byline) -> None:
    history = [
        rag.Turn(role="user", text="Who is Ada Rose?"),
        rag.Turn(role="agent", text="Captain Ada Rose blamed a broken rudder."),
    ]
    answer = news.ask("Which articles mention her?", history=history)
    assert cited(answer) == ["ferry"]
    assert "Rose" in answer.coverage


@pytest.mark.parametrize(
    ("topic", "found"),
    [
        ("Nora Vance", {"both"}),
        ("nora vance", {"both", "apart"}),
        ("President Vance", {"both"}),
        ("Rose", set()),
        ("Climate Plan", {"plan"}),
    ],
)
def test_a_name_must_be_written_as_one(tmp_path: Path, topic: str, found: set[str]) -> None:
    texts = {
        "both": "President Nora Vance spoke.",
        "apart": "Nora left. Peter Vance stayed.",
        "plan": "The climate plan passed; prices rose.",
    }
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder(dims=256)) as news:
        news.add([rag.make_article(id=id_, text=text) for id_, text in texts.items()])
        answer = news.ask(f"Which articles mention {topic}?")
    expected = found or {"plan"}  # "rose" is the verb, if no article has the name
    assert {c.article_id for c in answer.citations} == expected


def test_copies_are_left_out_of_a_summary_and_few_articles_get_more_sentences(
    tmp_path: Path,
) -> None:
    text = "A fire broke out in Lunda. Ten houses burnt. The cause is unknown. Rain helped."
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder(dims=256)) as news:
        news.add([rag.make_article(id=id_, outlet=id_, text=text) for id_ in ("Post", "Echo")])
        answer = news.ask("Summarise the articles")
        assert [s.text for s in answer.statements] == [f"{s}." for s in text.split(". ")[:3]]
        assert answer.coverage == "2 of 2 articles; shown: what each of 1 begins with."


def test_two_indexes_are_one_folder(tmp_path: Path) -> None:
    other = rag.Byline(tmp_path / "other", embedder=rag.HashEmbedder(dims=256))
    other.add([rag.make_article(id="mine", outlet="Post", text="Orrin votes on Monday.")])
    with filled(tmp_path / "one") as news, other:
        answer = rag.federate(news, other).ask("Which articles mention Orrin?")
    assert {c.article_id for c in answer.citations} == mentioning("Orrin") | {"mine"}
    assert answer.coverage == "4 of 7 articles mention “Orrin”."


def test_the_kind_topic_and_outlets_are_recognised() -> None:
    found = folder_question("How do Time and The Sun report the sun?", ENGLISH, outlets=["Time"])
    assert found is None
    found = folder_question("Which articles mention the Sun?", ENGLISH, outlets=["The Sun"])
    assert found is not None
    assert (found.kind, found.topic, found.outlets) == (FolderKind.MENTIONS, "the Sun", ())


def test_corrections_are_listed(tmp_path: Path) -> None:
    rows = {
        "first": ("Vessby Herald", "The mill employs 40 people. It makes paper."),
        "second": (
            "Vessby Herald",
            "Fair opens.\n\nCorrection: An earlier version said that it has 14 rides. It has 40.",
        ),
        "third": ("Lunda Post", "Ice covers the lake."),
    }
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder(dims=64)) as news:
        news.add(rag.make_article(id=i, outlet=o, text=text) for i, (o, text) in rows.items())
        answer = news.ask("What corrections has the Herald published?")
        none = news.ask("List the corrections of the Post")
        for question in (
            "What was corrected?",
            "What did the Herald correct?",
            "Were there any corrections?",
            "Has anything been corrected?",
            "Did the Vessby Herald correct anything?",
        ):
            assert news.ask(question).statements == answer.statements
    assert [(one.note, one.citations[0].article_id) for one in answer.statements] == [
        ("Vessby Herald; correction", "second"),
        ("Vessby Herald; correction", "second"),
    ]
    assert answer.coverage == "1 of 3 articles has a correction (Vessby Herald)."
    assert none.coverage == "0 of 3 articles have corrections (Lunda Post)."


def test_an_outlet_may_be_named_by_its_last_word() -> None:
    outlets = ["Vessby Herald", "Lunda Post", "Orrin Post"]
    found = folder_question("What did the Herald say about Lunda?", ENGLISH, outlets=outlets)
    assert found is not None
    assert (found.topic, found.outlets) == ("Lunda", ("Vessby Herald",))
    for text in ("What did the Post say about ice?", "What did the herald say about ice?"):
        assert folder_question(text, ENGLISH, outlets=outlets) is None
    found = folder_question("Which articles mention the Herald?", ENGLISH, outlets=outlets)
    assert found is not None
    assert (found.topic, found.outlets) == ("the Herald", ())


def test_an_empty_selection_says_so_with_a_way_on(news: rag.Byline) -> None:
    late = rag.Filter(since=date(2030, 1, 1), undated=False)
    for question in ("Who cracked?", "Summarise the articles", "How many articles are there?"):
        answer = news.ask(question, filter=late)
        assert answer.state == "none"
        assert answer.notice == (
            "No article is in this selection. Widen it, or search all articles."
        )


@pytest.mark.parametrize(
    "question",
    [
        "Wann wurde die Stadt gebaut?",
        "Was ist passiert?",
        "Qui a gagné la course?",
        "¿Quién ganó la carrera?",
        "Quando começou a greve?",
        "Кто победил на выборах?",
        "谁赢了比赛？",
        "Kiedy otwarto most?",
    ],
)
def test_a_question_in_another_language_is_asked_for_in_english(
    news: rag.Byline, question: str
) -> None:
    answer = news.ask(question)
    assert answer.abstained
    assert answer.notice.endswith("please ask in English.")


@pytest.mark.parametrize(
    "question",
    ["Was the dam repaired?", "Que sera who?", "Chi won the race?", "Do voters care?", "Come in?"],
)
def test_an_english_question_is_not_taken_for_one(news: rag.Byline, question: str) -> None:
    assert news.ask(question).notice == ""


EVENTS = (
    ("Post", 18, "40 homes were cleared in Lunda. It rained."),
    ("Post", 20, "112 homes have now been cleared in Lunda. Rain stopped."),
    ("Echo", 20, "In Lunda, 95 homes were cleared because of the flood."),
    ("Echo", 21, "Lunda asked for help. 12 boats came to Lunda."),
)


@pytest.fixture(scope="module")
def flood(tmp_path_factory: pytest.TempPathFactory) -> Iterator[rag.Byline]:
    with rag.Byline(tmp_path_factory.mktemp("flood")) as made:
        made.add(
            rag.make_article(id=f"{outlet}{day}", outlet=outlet, published=day_of(day), text=text)
            for outlet, day, text in EVENTS
        )
        yield made


def day_of(day: int) -> date:
    return date(2024, 11, day)


def test_a_comparison_marks_differing_figures_and_later_reports(flood: rag.Byline) -> None:
    answer = flood.ask("Compare the Post and the Echo on Lunda")
    told = [(s.citations[0].article_id, s.note, s.differs) for s in answer.statements]
    assert told == [
        ("Post20", "Post; later report: 112 (was 40)", True),
        ("Echo20", "Echo", True),
        ("Post18", "Post", False),
        ("Echo21", "Echo", False),
    ]
    assert [one.text for one in answer.differing] == [
        "112 homes have now been cleared in Lunda.",
        EVENTS[2][2],
    ]


@pytest.mark.parametrize(
    ("outlets", "notes", "differs"),
    [
        (("Post",), ["later report: 112 (was 40)", None], False),
        (("Post", "Echo"), [None, "later report: 112 (was 40)"], True),
    ],
)
def test_an_answer_notes_a_later_report_which_is_no_difference(
    flood: rag.Byline, outlets: tuple[str, ...], notes: list[str | None], *, differs: bool
) -> None:
    only = rag.Filter(outlets=outlets, until=day_of(20))
    answer = flood.ask("How many homes were cleared in Lunda?", filter=only)
    assert sorted(map(str, (one.note for one in answer.statements))) == sorted(map(str, notes))
    assert bool(answer.differing) is differs


@pytest.mark.parametrize(
    "question",
    [
        "What do the Post and the Echo disagree about?",
        "Where do the outlets differ?",
        "Do the reports contradict each other?",
        "Are there any differences between the Post and the Echo?",
        "Compare the Post and the Echo.",
    ],
)
def test_without_a_topic_only_differing_figures_on_one_event_are_shown(
    tmp_path: Path, question: str
) -> None:
    rows = {
        "post": ("Post", 20, "112 homes have now been cleared in Lunda. It cost two boats."),
        "echo": ("Echo", 20, "In Lunda, 95 homes were cleared because of the flood. It rained."),
        "other": (
            "Echo",
            21,
            "The fair in Orrin drew 300 people. A band played until two homes complained.",
        ),
        "late": ("Echo", 30, "The shop sold 14 boats. The owner said that rain was good for it."),
    }
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder(dims=64)) as news:
        news.add(
            rag.make_article(id=id_, outlet=outlet, published=day_of(day), text=text)
            for id_, (outlet, day, text) in rows.items()
        )
        answer = news.ask(question)
        none = news.ask(question, filter=rag.Filter(articles=("post", "late")))
    told = [(s.citations[0].article_id, s.note, s.differs) for s in answer.statements]
    assert sorted(told) == [("echo", "Echo", True), ("post", "Post", True)]
    counted = "(Post 1, Echo 3)" if "Echo" in question else "(Echo 3, Post 1)"
    assert answer.coverage == (f"4 of 4 articles {counted}; shown: those whose figures differ (2).")
    assert none.state == "none"
    assert none.coverage.endswith("shown: those whose figures differ (0).")


BULLETIN = """Hagen Bulletin, 3 May 2024

Dear neighbours,

The choir sang for 90 guests. It was warm.

The bridge closes on 6 May. Use the ford.

Editor: Ola Ness."""
FORMS = {
    "bulletin": ("Hagen Bulletin", "Hagen Bulletin", BULLETIN),
    "talk": (
        "Post",
        "An interview with Ida Strand",
        "Ida Strand sails.\n\nShe is 80. She likes fog.",
    ),
    "aside": ("Post", "Fog", "A bulletin and an interview were late. Ada Rose was there."),
}


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Summarise the bulletin", ["The choir", "The bridge", "Editor: "]),
        ("What is in the bulletin?", ["The choir", "The bridge", "Editor: "]),
        ("What are the main points of the bulletin?", ["The choir", "The bridge", "Editor: "]),
        ("Sum up the interview with Ida Strand", ["Ida Strand", "She is 80"]),
        ("What does the interview say?", ["Ida Strand", "She is 80"]),
        ("Who is mentioned in the bulletin?", ["Editor: Ola Ness."]),
    ],
)
def test_a_text_may_be_named_by_its_form(tmp_path: Path, question: str, wanted: list[str]) -> None:
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder(dims=64)) as news:
        news.add(
            rag.make_article(id=id_, outlet=outlet, title=title, text=text)
            for id_, (outlet, title, text) in FORMS.items()
        )
        shown = [statement.text for statement in news.ask(question).statements]
        assert news.ask("What is in the newsletter?").state == "none"
        assert "mention" in news.ask("Which articles mention the bulletin?").coverage
    assert all(text.startswith(begin) for text, begin in zip(shown, wanted, strict=True))

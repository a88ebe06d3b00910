"""Tests that members of a series are separate articles, but versions of a member are versions."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest

import rag
from rag.index.library import Library, Record
from rag.language.agreement import series_days

DAY = date(2024, 4, 6)  # a Saturday
TAIL = (
    " Letters reach the Mercury at 7 Quay Street, 4410 Sandby, or by telephone at 555 0199, from"
    " Monday to Friday between 9 and 15."
)
Related = Callable[[Sequence[rag.Article]], dict[str, dict[str, str]]]
SERIES: dict[str, tuple[int, str, Sequence[Sequence[str]]]] = {
    "matches": (
        7,
        """
        Sandby IF beat {} by {} at Shore Park on Saturday. Goalkeeper Ola Ness saved a
        penalty in the {}th minute. The game was seen by {} people, the club said.
        """,
        [
            ("Torvik", "3-1", "12", "640"),
            ("Lysne", "2-0", "71", "1,010"),
            ("Hagen", "4-3", "38", "585"),
        ],
    ),
    "counts": (
        1,
        """
        {} people tested positive for measles in Sandby on {}, the hospital said, which
        brings the total this year to {}. {} patients are in a ward, and {} were sent home.
        """,
        [
            ("12", "Monday", "240", "8", "3"),
            ("19", "Tuesday", "259", "9", "6"),
            ("7", "Wednesday", "266", "6", "4"),
        ],
    ),
    "prices": (
        7,
        """
        At the Sandby market a kilo of carrots cost {} crowns this week, and a kilo of beets
        {}. Eggs were {} crowns a dozen. Honey from the valley was sold at {} crowns a jar.
        """,
        [
            ("14.50", "18", "42", "95"),
            ("13.20", "19.50", "44", "95"),
            ("15.90", "21", "39", "99"),
        ],
    ),
    "weather": (
        1,
        """
        {} will be {} in the fjords, with {} degrees in Sandby and {} degrees in the hills.
        The wind from the west reaches {} metres a second before it calms down in the
        evening.
        """,
        [
            ("Monday", "bright", "14", "9", "6"),
            ("Tuesday", "wet and grey", "11", "7", "12"),
            ("Wednesday", "mostly dry", "16", "7", "4"),
        ],
    ),
    "minutes": (
        30,
        """
        The harbour board of Sandby met on {} at the customs house. Present were Ada Moen,
        Bo Vik, Cato Lie and Dina Roe. The board voted {} to {} for the plan to mend the {}
        at a cost of {} crowns. The meeting was closed at {}.
        """,
        [
            ("3 April", "3", "1", "crane", "40,000", "20.15"),
            ("3 May", "4", "0", "north quay", "310,000", "21.40"),
            ("4 June", "2", "2", "lighthouse", "75,000", "19.50"),
        ],
    ),
    "obituaries": (
        2,
        """
        {} of {}, who worked as a pilot for {} years, died on {} at the age of {}. The
        funeral will be held in Sandby church next week. The family has asked for gifts to
        the sea rescue.
        """,
        [
            ("Nils Berge", "Torvik", "31", "2 April", "84"),
            ("Eva Strand", "Lysne", "22", "5 April", "79"),
            ("Per Aas", "Hagen", "40", "8 April", "91"),
        ],
    ),
    "results": (
        91,
        """
        Sandby Shipping made a net profit of {} million crowns in the {} quarter of 2024, up
        {} percent on the year before, on sales of {} million crowns. The company, which has
        410 employees, said that chief executive Una Falk would stay.
        """,
        [
            ("4.1", "first", "6", "88.5"),
            ("5.7", "second", "9", "97.2"),
            ("3.3", "third", "2", "81.9"),
        ],
    ),
    "courts": (
        3,
        """
        A {}-year-old man from {} was sentenced to {} months in prison for theft by the
        court in Sandby on {}. Judge {} spoke of a damage of {} crowns. The man has two
        weeks to appeal.
        """,
        [
            ("24", "Torvik", "six", "Monday", "Gro Hall", "12,000"),
            ("51", "Lysne", "nine", "Thursday", "Jon Eik", "80,500"),
            ("33", "Hagen", "four", "Tuesday", "Gro Hall", "9,700"),
        ],
    ),
}


def members(kind: str, *, tail: str = "") -> list[rag.Article]:
    step, template, facts = SERIES[kind]
    return [
        rag.make_article(
            id=f"{kind}-{number}",
            title=f"From our {kind}",
            outlet="The Mercury",
            published=DAY + timedelta(days=step * number),
            text=" ".join(template.split()).format(*those) + tail,
        )
        for number, those in enumerate(facts)
    ]


def later(article: rag.Article, id_: str, text: str, **facts: object) -> rag.Article:
    given = {"published": (article.published or DAY) + timedelta(days=1)} | facts
    return rag.make_article(
        id=id_,
        title=article.title,
        text=text,
        **{"outlet": article.outlet, **given},  # type: ignore[arg-type]
    )


@pytest.fixture
def related(tmp_path: Path) -> Related:
    def find(articles: Sequence[rag.Article]) -> dict[str, dict[str, str]]:
        with rag.Byline(tmp_path / "index", embedder=rag.HashEmbedder()) as news:
            news.add(articles)
            return {a.id: {r.article_id: r.kind for r in news.related(a.id)} for a in articles}

    return find


@pytest.mark.parametrize("tail", ["", TAIL], ids=["bare", "with-boilerplate"])
def test_members_of_a_series_are_related_to_no_other(related: Related, tail: str) -> None:
    every = [member for kind in SERIES for member in members(kind, tail=tail)]
    assert related(every) == {member.id: {} for member in every}


def test_versions_and_reprints_of_a_member_are_found(
    related: Related,
) -> None:
    every: list[rag.Article] = []
    expected = {}
    for kind in SERIES:
        first, second, _ = members(kind)
        old = SERIES[kind][2][0][-1]
        corrected = first.text.replace(old, "17")
        assert corrected != first.text
        every += [
            first,
            second,
            later(
                first, f"{kind}-new", f"{corrected} Anna Dal told us more about it on the phone."
            ),
            later(first, f"{kind}-wire", f"SANDBY (Wire) - {first.text}", outlet="The Herald"),
        ]
        expected[first.id] = {f"{kind}-new": "newer", f"{kind}-wire": "copy"}
        expected[second.id] = {}
    found = related(every)
    assert {id_: found[id_] for id_ in expected} == expected


def test_each_match_is_found_by_its_question(tmp_path: Path) -> None:
    with rag.Byline(tmp_path, config=rag.Config(threshold=0), embedder=rag.HashEmbedder()) as news:
        news.add(members("matches"))
        for number, guest in enumerate(("Torvik", "Lysne", "Hagen")):
            hits = news.search(
                f"By how much did Sandby IF beat {guest}?", asked_on=date(2024, 6, 1)
            )
            assert len(hits) == 3
            assert {(hit.superseded_by, hit.copies) for hit in hits} == {(None, ())}
            assert hits[0].passage.article_id == f"matches-{number}"


FIRE = (
    "A fire broke out in a paper mill near Torvik on Thursday. {} people were hurt, and {} workers"
    " were led out of the building, the police said. The mill belongs to Sandby Paper."
)


@pytest.mark.parametrize(
    ("days", "kind"), [((0, 2), "newer"), ((0, 4), "newer"), ((4, 6), ""), ((0, 7), "")]
)
def test_a_weekday_is_another_day_once_it_has_passed(
    related: Related, days: tuple[int, int], kind: str
) -> None:
    """Day 0 is a Saturday; the fire was on a Thursday."""
    told = (FIRE.format("Three", "40"), FIRE.format("Five", "62"))
    articles = [
        rag.make_article(
            id=str(n), title="Fire", outlet="C", published=DAY + timedelta(days=day), text=text
        )
        for n, (day, text) in enumerate(zip(days, told, strict=True))
    ]
    assert related(articles)["0"] == ({"1": kind} if kind else {})


@pytest.mark.parametrize("kind", SERIES)
def test_equal_facts_make_no_series(kind: str) -> None:
    text = members(kind)[0].text
    reworded = text.replace("people", "persons").replace("crowns", "kroner")
    assert series_days(text, text) is None
    assert series_days(text, f"It was told today. {reworded}") is None


@pytest.mark.parametrize(
    ("one", "other"), [("twelve", "12"), ("1,200", "1200"), ("4 May 2024", "May 4, 2024")]
)
def test_a_fact_written_in_another_way_is_the_same(one: str, other: str) -> None:
    text = "The pilots of the old harbour wrote {} above the gate and went home after that."
    assert series_days(text.format(one), text.format(other)) is None


def test_texts_without_facts_make_no_series() -> None:
    assert series_days("", "") is None
    assert series_days("the rain fell on the hills", "the snow fell on the hills") is None


# ---- bounded cost


def family(size: int, text: Callable[[int], str]) -> list[rag.Article]:
    return [
        rag.make_article(
            id=f"{number:04}",
            title="From our ferries",
            outlet="The Mercury",
            published=DAY + timedelta(days=number),
            text=text(number),
        )
        for number in range(size)
    ]


def one_report(number: int) -> str:
    return (
        f"The ferry carried {number + 200} people from Torvik to Lysne on 3 April, and the harbour"
        " board of Sandby thanked its captain, Ola Ness, in a letter. The sea was calm, the sun"
        " shone upon the deck, and an orchestra of the local school played until the evening."
    )


def a_series(number: int) -> str:
    return (
        one_report(number).replace("3 April", f"line {number * 3}").replace("Lysne", f"L{number}")
    )


def one_text(_: int) -> str:
    return one_report(0)


@contextmanager
def statements(library: Library) -> Iterator[list[str]]:
    """The statements that the library runs."""
    run: list[str] = []
    library.database.connection.set_trace_callback(run.append)
    yield run
    library.database.connection.set_trace_callback(None)


def steps_to_add_one(folder: Path, size: int, text: Callable[[int], str]) -> tuple[int, int]:
    """The texts read, and thousands of SQLite steps, to add the last of ``size`` articles."""
    library = Library(folder / f"{size}.db", create=True)
    *most, last = [Record(article=a, recipe="", passages=()) for a in family(size, text)]
    library.write(most)
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    library.database.connection.set_progress_handler(count, 100)
    with statements(library) as run:
        library.write([last])
    library.close()
    return sum("SELECT text, digest" in statement for statement in run), steps


@pytest.mark.parametrize("text", [one_report, a_series, one_text])
def test_a_new_article_is_compared_with_few_however_large_its_family(
    tmp_path: Path, text: Callable[[int], str]
) -> None:
    (read, steps), (read_more, steps_more) = (
        steps_to_add_one(tmp_path, size, text) for size in (60, 130)
    )
    assert read == read_more <= 12
    assert steps_more <= 1.5 * steps  # 2.2 if the cost grew with the family


@pytest.mark.parametrize("text", [one_report, a_series, one_text])
def test_a_text_has_few_overlaps_however_large_its_family(
    tmp_path: Path, text: Callable[[int], str]
) -> None:
    library = Library(tmp_path / "library.db", create=True)
    articles = family(150, text)
    library.write([Record(article=a, recipe="", passages=()) for a in articles])
    revisions = {article.revision for article in articles}
    assert all(
        len(found) <= 36
        for found in library.overlapping(revisions, generation=library.generation).values()
    )
    library.close()


@pytest.mark.parametrize("text", [one_report, one_text])
def test_a_large_family_of_versions_is_one_hit_that_names_the_newest(
    tmp_path: Path, text: Callable[[int], str]
) -> None:
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder()) as news:
        news.add(family(130, text))
        [hit] = news.search("How many people did the ferry carry?", asked_on=date(2025, 1, 1))
        assert "0129" in (hit.passage.article_id, hit.superseded_by)


def test_a_large_family_of_one_text_is_one_hit(tmp_path: Path) -> None:
    same = [
        rag.make_article(id=f"{n:04}", title="Ferry", outlet=f"Outlet {n}", text=one_text(n))
        for n in range(150)
    ]
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder()) as news:
        news.add(same)
        [hit] = news.search("How many people did the ferry carry?")
        assert 10 <= len(hit.copies) <= 36
        assert hit.passage.article_id not in hit.copies


def test_dead_texts_take_no_room_in_the_bands(tmp_path: Path) -> None:
    library = Library(tmp_path / "library.db", create=True)
    records = [Record(article=a, recipe="", passages=()) for a in family(60, one_report)]
    for record in records[:-1]:  # 59 revisions, each of which removes the one before
        article = rag.make_article(id="one", title="Ferry", text=record.article.text)
        library.write([Record(article=article, recipe="", passages=())])
    library.write([records[-1]])
    found = library.overlapping({records[-1].article.revision}, generation=library.generation)
    assert [a.id for a, _ in found[records[-1].article.revision]] == ["0059", "one"]
    library.close()


def test_an_index_that_took_series_for_versions_relates_nothing_until_indexed(
    tmp_path: Path,
) -> None:
    first, *_ = members("matches")
    copy = later(first, "copy", first.text, outlet="The Herald")
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder()) as news:
        news.add([first, copy])
    with sqlite3.connect(tmp_path / "library.db") as connection:
        connection.execute("ALTER TABLE overlaps DROP COLUMN series")
    connection.close()
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder()) as news:
        assert news.related(first.id) == ()
        news.add([first, copy])
        assert [r.kind for r in news.related(first.id)] == ["copy"]

"""Tests that copies and versions are found and merged, and that different reports stay separate."""

import os
import random
import re
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

import rag
from rag.index.library import Library, Record
from rag.index.sketch import band_keys
from rag.language.shingles import overlap, shingles

EMBEDDER = rag.HashEmbedder(dims=256)
WORDS = [f"word{number}" for number in range(2000)]
DAY = date(2024, 3, 1)
STORM = (
    "A storm flooded the harbour of Vessby on Friday and tore two ferries from their moorings."
    " The port authority said that repairs of the northern pier would take eleven weeks."
    " Ferries will sail from Lunda until then, as the mayor, Ada Lind, told reporters on Saturday."
    " Nobody was hurt, though 12 people were taken to hospital for a check."
)
REPORT = (
    "Vessby woke to a flooded harbour on Saturday after the worst storm in a decade."
    " Two ferries drifted for hours before tugs reached them, witnesses told this newspaper."
    " Ferries will sail from Lunda until then, as the mayor, Ada Lind, told reporters on Saturday."
    " Insurers expect claims of nine million crowns, mostly from owners of small boats."
)


def article(id_: str, text: str, **facts: object) -> rag.Article:
    given = {"title": f"Title of {id_}", "outlet": f"The {id_.title()}", "published": DAY} | facts
    return rag.make_article(id=id_, text=text, **given)  # type: ignore[arg-type]


def opened(folder: Path, articles: Sequence[rag.Article], *, copies: bool = True) -> rag.Byline:
    news = rag.Byline(folder, config=rag.Config(copies=copies), embedder=EMBEDDER)
    news.add(articles)
    return news


def kinds(news: rag.Byline, article_id: str) -> dict[str, str]:
    return {other.article_id: other.kind for other in news.related(article_id)}


def edited(text: str, *, share: float = 0.1) -> str:
    """``text`` with every tenth word replaced."""
    every = round(1 / share)
    words = re.split(r"(?<=\s)", text)
    return "".join("other " if n % every == every // 2 else word for n, word in enumerate(words))


def cut(text: str, *, end: bool) -> str:
    words = list(re.finditer(r"\S+", text))
    middle = words[len(words) // 2].start()
    return text[:middle] if end else text[middle:]


# ---- overlap


def test_overlap_is_the_share_of_words_in_shared_runs() -> None:
    whole, half = shingles(" ".join(WORDS[:40])), shingles(" ".join(WORDS[:20]))
    assert overlap(whole, whole) == 1
    assert overlap(half, whole) == 1
    assert overlap(whole, half) == 20 / 40
    assert overlap(shingles(" ".join(WORDS[50:90])), whole) == 0


def test_overlap_bridges_an_edited_word_and_no_more_than_three() -> None:
    words = WORDS[:40]
    whole = shingles(" ".join(words))
    one = [*words[:20], "new", *words[21:]]
    assert overlap(shingles(" ".join(one)), whole) == 1
    four = [*words[:20], *(f"new{n}" for n in range(4)), *words[24:]]
    assert overlap(shingles(" ".join(four)), whole) == 36 / 40


@pytest.mark.parametrize("text", ["", "Two words"])
def test_text_of_fewer_than_three_words_overlaps_nothing(text: str) -> None:
    assert len(shingles(text)) == 0
    assert overlap(shingles(text), shingles(text)) == 0


def test_shared_bands_follow_the_square_of_the_jaccard_similarity() -> None:
    shared = []
    for seed in range(40):
        words = random.Random(seed).sample(WORDS, 300)  # noqa: S311
        one, other = shingles(" ".join(words[:202])), shingles(" ".join(words[98:]))
        assert len(set(one.tolist()) & set(other.tolist())) == 102
        shared.append(len(set(band_keys(one)) & set(band_keys(other))))
    jaccard = 102 / (200 + 200 - 102)
    deviation = (64 * jaccard**2 * (1 - jaccard**2) / len(shared)) ** 0.5
    assert abs(sum(shared) / len(shared) - 64 * jaccard**2) < 4 * deviation


# ---- copies and versions


PLANTS: dict[str, Callable[[str], str]] = {
    "exact": str,
    "no-end": lambda text: cut(text, end=True),
    "no-start": lambda text: cut(text, end=False),
    "headline": lambda text: f"Quite another headline stands above it here\n\n{text}",
    "edited": edited,
}


def test_copies_of_the_shipped_articles_are_found_and_the_articles_stay_apart(
    hashed: rag.Byline, tmp_path: Path
) -> None:
    shipped = [replace(a, origin="") for a in hashed.articles()]
    planted = [
        article(f"{name}:{a.id}", plant(a.text)) for a in shipped for name, plant in PLANTS.items()
    ]
    with opened(tmp_path, [*shipped, *planted]) as news:
        for one in shipped:
            assert kinds(news, one.id) == {f"{name}:{one.id}": "copy" for name in PLANTS}


def test_reports_of_one_event_that_share_a_quote_stay_apart(tmp_path: Path) -> None:
    with opened(tmp_path, [article("courier", STORM), article("post", REPORT)]) as news:
        assert news.related("courier") == ()
        assert {hit.passage.article_id for hit in news.search("Ada Lind")} == {"courier", "post"}
        assert {hit.copies for hit in news.search("Ada Lind")} == {()}


LATER = DAY + timedelta(days=2)


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({"outlet": "The Courier", "published": LATER}, "newer"),
        ({"outlet": "THE COURIER", "published": DAY - timedelta(days=1)}, "older"),
        ({"outlet": "The Courier"}, "copy"),
        ({"outlet": "The Courier", "title": "UPDATE 2-Title of courier"}, "newer"),
        ({"outlet": "The Post", "published": LATER}, "copy"),
        ({"outlet": "The Post", "published": LATER, "title": "Title of courier"}, "copy"),
        ({"outlet": None, "published": LATER}, "copy"),
        ({"outlet": None, "published": LATER, "title": "Title of courier | Courier"}, "newer"),
        ({"outlet": None, "published": None, "title": "Title of courier"}, "copy"),
        ({"outlet": None, "title": "UPDATE 1-Title of courier"}, "newer"),
    ],
)
def test_versions_are_of_one_outlet_or_title_and_ordered_by_date(
    tmp_path: Path, facts: dict[str, object], kind: str
) -> None:
    first, second = article("courier", STORM), article("other", edited(STORM), **facts)
    back = {"newer": "older", "older": "newer", "copy": "copy"}[kind]
    with opened(tmp_path, [first, second]) as news:
        assert kinds(news, "courier") == {"other": kind}
        assert kinds(news, "other") == {"courier": back}


@pytest.mark.parametrize(
    ("addresses", "kind"),
    [
        (("https://a.org/1/storm-in-vessby.html", "https://a.org/2/storm-in-vessby-v2"), "newer"),
        (("https://a.org/1/storm-in-vessby", "https://b.org/1/storm-in-vessby"), "copy"),
        (("https://a.org/1/storm-in-vessby", "https://a.org/1/another-storm"), "newer"),
        (("https://a.org/news", "https://b.org/news"), "copy"),
    ],
)
def test_versions_are_of_one_address_or_host(
    tmp_path: Path, addresses: tuple[str, str], kind: str
) -> None:
    first = article("first", STORM, outlet=None, url=addresses[0])
    second = article("second", edited(STORM), outlet=None, url=addresses[1], published=LATER)
    with opened(tmp_path, [first, second]) as news:
        assert kinds(news, "first") == {"second": kind}


def test_a_short_text_is_a_copy_of_the_same_text_only(tmp_path: Path) -> None:
    texts = ["The storm came on Friday.", "The storm came on Friday.", "The storm came on Monday."]
    with opened(tmp_path, [article(id_, text) for id_, text in zip("abc", texts)]) as news:  # noqa: B905
        assert [kinds(news, id_) for id_ in "abc"] == [{"b": "copy"}, {"a": "copy"}, {}]


# ---- questions


def test_copies_are_one_hit_that_names_the_others(tmp_path: Path) -> None:
    agency = [article(id_, STORM) for id_ in ("agency", "courier")]
    with opened(tmp_path, [*agency, article("post", REPORT)]) as news:
        hits = [hit for hit in news.search("repairs of the pier") if hit.copies]
        assert [(hit.passage.article_id, hit.copies) for hit in hits] == [("agency", ("courier",))]
        assert rag.edition_line(hits[0], news.article) == "also in The Courier"
        head = news.context("repairs of the pier", tokens=4_000).splitlines()[0]
        assert head == f"[1] {rag.source_line(news.article('agency'))}; also in The Courier"
        answer = news.ask("How long will repairs of the northern pier take?")
        assert [hit.rank for hit in answer.hits] == [1, 2]


def test_without_the_switch_each_copy_is_a_hit(tmp_path: Path) -> None:
    agency = [article(id_, STORM) for id_ in ("agency", "courier")]
    with opened(tmp_path, agency, copies=False) as news:
        hits = news.search("repairs of the pier")
        assert {hit.passage.article_id for hit in hits} == {"agency", "courier"}
        assert {(hit.copies, hit.superseded_by) for hit in hits} == {((), None)}


def test_a_passage_that_one_copy_alone_has_stays(tmp_path: Path) -> None:
    own = "\n\n" + " ".join(
        f"Marina owners counted {word} sunken boats there." for word in WORDS[:9]
    )
    longer = f"{STORM} {STORM.replace('Vessby', 'Lunda').replace('Friday', 'Sunday')}"
    with opened(tmp_path, [article("agency", longer), article("courier", longer + own)]) as news:
        assert kinds(news, "agency") == {"courier": "copy"}
        best = news.search("sunken boats marina owners")[0]
        assert (best.passage.article_id, best.copies) == ("courier", ())


@pytest.mark.parametrize(
    ("told", "instead"),
    [("12 people", "15 people"), ("eleven weeks", "nine weeks"), ("Ada Lind", "Eva Holm")],
)
def test_a_copy_that_gives_another_number_or_name_stays(
    tmp_path: Path, told: str, instead: str
) -> None:
    changed = STORM.replace(told, instead)
    with opened(tmp_path, [article("agency", STORM), article("courier", changed)]) as news:
        assert kinds(news, "agency") == {"courier": "copy"}
        hits = news.search("people taken to hospital")
        assert {(hit.passage.article_id, hit.copies) for hit in hits} == {
            ("agency", ()),
            ("courier", ()),
        }


@pytest.mark.parametrize(
    "reprint",
    [STORM.replace("12", "twelve").replace("eleven", "11"), f"VESSBY (Wire) - {STORM}"],
)
def test_a_number_in_words_or_a_dateline_makes_no_other_text(tmp_path: Path, reprint: str) -> None:
    with opened(tmp_path, [article("agency", STORM), article("courier", reprint)]) as news:
        [hit] = news.search("people taken to hospital")
        assert {hit.passage.article_id, *hit.copies} == {"agency", "courier"}


def test_the_newest_version_goes_before_older_ones_that_say_the_same(tmp_path: Path) -> None:
    first = article("first", STORM, outlet="The Courier")
    second = article("second", STORM.replace("12", "15"), outlet="The Courier", published=LATER)
    last = replace(second, id="last", published=LATER + timedelta(days=1))
    with opened(tmp_path, [first, second, last]) as news:
        for question in ("12 people taken to hospital", "15 people taken to hospital"):
            hits = news.search(question)
            assert {hit.passage.article_id for hit in hits} == {"last"}
            assert {hit.superseded_by for hit in hits} == {None}


def test_of_one_day_the_stated_revision_is_the_newest(tmp_path: Path) -> None:
    titles = {"b": "Storm", "c": "UPDATE 3-Storm", "a": "UPDATE 1-Storm", "d": "UPDATE 2-Storm"}
    versions = [article(id_, STORM, outlet="C", title=title) for id_, title in titles.items()]
    with opened(tmp_path, versions) as news:
        [hit] = news.search("people taken to hospital")
        assert (hit.passage.article_id, hit.superseded_by) == ("c", None)
        hits = news.search("people taken to hospital on 1 March 2024")
        assert {(hit.passage.article_id, hit.superseded_by) for hit in hits} == {
            ("a", "c"),
            ("b", "c"),
            ("c", None),
            ("d", "c"),
        }


def test_where_a_time_is_asked_about_older_versions_stay_and_are_marked(tmp_path: Path) -> None:
    first = article("first", STORM, outlet="The Courier")
    last = article("last", STORM.replace("12", "15"), outlet="The Courier", published=LATER)
    with opened(tmp_path, [first, last]) as news:
        marks = {
            question: {hit.passage.article_id: hit.superseded_by for hit in news.search(question)}
            for question in ("people taken to hospital", "people taken to hospital on 1 March 2024")
        }
    assert list(marks.values()) == [{"last": None}, {"first": "last", "last": None}]


@pytest.mark.parametrize(
    ("titles", "kind"),
    [
        (("Prices on 3 May", "Prices on 4 May"), {}),
        (("Prices, Monday", "Prices, Tuesday"), {}),
        (("Storm of 3 May hurts 12", "Storm of 3 May hurts 15"), {"second": "newer"}),
        (("Prices on 3 May", "Prices on 3 May"), {"second": "newer"}),
        (("Storm kills 12", "Storm kills 15"), {"second": "newer"}),
    ],
)
def test_reports_titled_by_their_days_are_no_versions(
    tmp_path: Path, titles: tuple[str, str], kind: dict[str, str]
) -> None:
    first = article("first", STORM, outlet="C", title=titles[0])
    later = article(
        "second", STORM.replace("12", "15"), outlet="C", title=titles[1], published=LATER
    )
    with opened(tmp_path, [first, later]) as news:
        assert kinds(news, "first") == kind


def test_a_version_of_a_later_day_than_the_question_takes_no_place(tmp_path: Path) -> None:
    first = article("first", STORM, outlet="The Courier")
    last = article("last", STORM.replace("12", "15"), outlet="The Courier", published=LATER)
    with opened(tmp_path, [first, last]) as news:
        asked = "people taken to hospital"
        hits = news.search(asked, asked_on=LATER - timedelta(days=1))
        marks = {hit.passage.article_id: hit.superseded_by for hit in hits}
        assert marks == {"first": None, "last": None}
        [hit] = news.search(asked, asked_on=LATER)
        assert (hit.passage.article_id, hit.superseded_by) == ("last", None)


def test_of_a_chain_of_versions_the_newest_is_named(tmp_path: Path) -> None:
    parts = [" ".join(WORDS[start : start + 60]) + "." for start in range(0, 300, 60)]
    titles = {"one": "Storm", "two": "UPDATE 1-Storm", "three": "UPDATE 2-Storm"}
    versions = [
        article(id_, "\n\n".join(parts[n : n + 3]), outlet="C", title=title)
        for n, (id_, title) in enumerate(titles.items())
    ]
    with opened(tmp_path, versions) as news:
        assert kinds(news, "one") == {"two": "newer"}
        found = {hit.passage.article_id: hit for hit in news.search(" ".join(WORDS[:8]))}
        assert found["one"].superseded_by == "three"


def test_a_title_alone_makes_no_version_of_another_text(tmp_path: Path) -> None:
    facts = {"outlet": "The Courier", "title": "Storm"}
    halves = cut(STORM, end=True), cut(STORM, end=False)
    first = article("first", STORM, **facts)
    for title, found in (("Storm", {}), ("UPDATE 1-Storm", {"second": "newer"})):
        second = article(
            "second", f"{halves[1]} {REPORT[:200]}", **facts | {"published": LATER, "title": title}
        )
        with opened(tmp_path / title, [first, second]) as news:
            assert kinds(news, "first") == found


def test_an_older_version_is_found_by_its_own_words_and_marked(tmp_path: Path) -> None:
    own = "\n\n" + " ".join(
        f"Marina owners counted {word} sunken boats there." for word in WORDS[:9]
    )
    background = "\n\n".join(edited(STORM, share=1 / n) for n in (5, 7, 11, 13, 17))
    older = article("older", background + own, outlet="The Courier", title="Storm")
    newer = article(
        "newer", background, outlet="The Courier", published=LATER, title="UPDATE 1-Storm"
    )
    with opened(tmp_path, [older, newer]) as news:
        best = news.search("sunken boats marina owners")[0]
        assert (best.passage.article_id, best.superseded_by) == ("older", "newer")
        line = f"superseded by The Courier, {LATER}: UPDATE 1-Storm"
        assert rag.edition_line(best, news.article) == line


def test_an_older_version_stays_if_it_alone_has_a_word_of_the_question(tmp_path: Path) -> None:
    told = (
        "The yard of Vessby built {} boats in the {} half of the year, its owner said. Its"
        " foreman, Bo Ek, was glad of the orders. The yard has 90 workers and two docks."
    )
    articles = [
        article(half, told.format(boats, half), title="Yard report", outlet="Post", published=day)
        for half, boats, day in (("first", 7, DAY), ("second", 9, DAY + timedelta(days=120)))
    ]
    with opened(tmp_path, articles) as news:
        for half, found in (("first", ["first", "second"]), ("second", ["second"])):
            hits = news.search(f"How many boats were built in the {half} half?")
            assert sorted(hit.passage.article_id for hit in hits) == found
        numbers = news.search("Did the yard build 7 boats?")  # an old number is no reason
        assert [hit.passage.article_id for hit in numbers] == ["second"]


def test_statements_never_come_from_two_copies(tmp_path: Path) -> None:
    copies = [article("a", STORM), article("b", edited(STORM)), article("c", cut(STORM, end=False))]
    config = rag.Config(threshold=0.0, max_statements=20)
    with rag.Byline(tmp_path, config=config, embedder=EMBEDDER) as news:
        news.add([*copies, article("post", REPORT)])
        statements = news.ask("From where will ferries sail, as the mayor told?").statements
    texts = [re.sub(r"\W+", " ", statement.text) for statement in statements]
    assert texts
    assert len(texts) == len(set(texts))
    assert sum("sail from Lunda" in text for text in texts) == 1


def test_ask_and_search_print_where_else_it_stands(
    tmp_path: Path, run: Callable[..., object]
) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name in ("First", "Second"):
        head = f"---\ntitle: Storm\noutlet: The {name}\npublished: 2024-03-01\n---\n"
        (folder / f"{name}.txt").write_text(head + STORM, encoding="utf-8")
    for command in ("search", "ask"):
        environ = {"BYLINE_THRESHOLD": "0"}
        done = run(command, "How long will repairs take?", "--corpus", folder, environ=environ)
        assert "also in The Second" in str(done)


# ---- the library


def test_a_forgotten_copy_is_named_no_more(tmp_path: Path) -> None:
    with opened(tmp_path, [article("agency", STORM), article("courier", edited(STORM))]) as news:
        assert kinds(news, "agency") == {"courier": "copy"}
        news.forget("courier")
        assert news.related("agency") == ()
        news.add([article("courier", edited(STORM))])
        assert kinds(news, "agency") == {"courier": "copy"}


def test_an_article_is_no_copy_of_its_own_earlier_revision(tmp_path: Path) -> None:
    with opened(tmp_path, [article("agency", STORM)]) as news:
        news.add([article("agency", edited(STORM))])
        assert news.related("agency") == ()


def test_a_generation_does_not_know_of_copies_found_later(tmp_path: Path) -> None:
    library = Library(tmp_path / "library.db", create=True)
    one, other = article("agency", STORM), article("courier", edited(STORM))
    for given in (one, other):
        library.write([Record(article=given, recipe="", passages=())])
    assert library.overlapping({one.revision}, generation=1) == {}
    found = library.overlapping({one.revision}, generation=2)[one.revision]
    assert [a.id for a, _ in found] == ["agency", "courier"]
    library.close()


def test_a_new_article_is_compared_without_reading_those_that_share_nothing(tmp_path: Path) -> None:
    with opened(tmp_path, [article("agency", STORM), article("post", REPORT)]) as news:
        with sqlite3.connect(tmp_path / "library.db") as connection:
            connection.execute("UPDATE articles SET text = 'damaged' WHERE id = 'post'")
        news.add([article("courier", edited(STORM))])
        assert kinds(news, "courier") == {"agency": "copy"}


OLD = "DROP TABLE sketches; DROP TABLE bands; DROP TABLE overlaps; DROP INDEX articles_by_revision;"


def made_before_copies(folder: Path) -> None:
    opened(folder, [article("agency", STORM), article("courier", edited(STORM))]).close()
    connection = sqlite3.connect(folder / "library.db")
    connection.executescript(OLD)
    connection.close()


def test_an_older_index_knows_of_no_copies_until_it_is_indexed_again(tmp_path: Path) -> None:
    made_before_copies(tmp_path)
    with rag.Byline(tmp_path, embedder=EMBEDDER) as news:
        assert news.related("agency") == ()
        assert len(news.search("repairs of the pier")) == 2
        report = news.add([article("agency", STORM), article("courier", edited(STORM))])
        assert (report.unchanged, report.updated) == (2, 0)
        assert kinds(news, "agency") == {"courier": "copy"}
        assert len(news.search("repairs of the pier")) == 1
        again = news.add([article("agency", STORM), article("courier", edited(STORM))])
        assert again.generation == report.generation


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_an_older_index_is_read_where_it_cannot_be_written(tmp_path: Path) -> None:
    made_before_copies(tmp_path)
    tmp_path.chmod(0o500)
    with rag.Byline(tmp_path, embedder=EMBEDDER) as news:
        assert len(news.search("repairs of the pier")) == 2
    tmp_path.chmod(0o700)


def test_keys_of_another_recipe_are_made_anew(tmp_path: Path) -> None:
    articles = [article("agency", STORM), article("courier", edited(STORM))]
    opened(tmp_path, articles).close()
    with sqlite3.connect(tmp_path / "library.db") as connection:
        connection.execute("DELETE FROM bands")
    with closing(Library(tmp_path / "library.db")) as library:
        library.put("sketch", "another")
    with opened(tmp_path, [*articles, article("post", cut(STORM, end=True))]) as news:
        assert kinds(news, "post") == {"agency": "copy", "courier": "copy"}
        assert kinds(news, "agency") == {"courier": "copy", "post": "copy"}

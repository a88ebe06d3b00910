"""Tests pages of articles, and counts by outlet, author and month."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import product
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rag
from rag.index.listing import Sort, joined_page, merged_facets, merged_listing

SORTS: tuple[Sort, ...] = get_args(Sort)


def made(
    id: str, title: str, outlet: str | None, day: date | None, author: str | None = None
) -> rag.Article:
    return rag.make_article(
        id=id,
        title=title,
        outlet=outlet,
        author=author,
        published=day,
        text=f"What {id} says of {title} stands in no other article.",
    )


ARTICLES = [
    made("a1", "Åland votes", "Coast Courier", date(2024, 3, 4), "Ada Lind"),
    made("a2", "Zebra found", "coast courier", date(2022, 12, 31), "Ada Lind"),
    made("a3", "100% rain_fall", "Valley Post", None),
    made("a4", "Bridge opens", None, date(2024, 3, 30)),
    made("a5", "bridge closes", "Coast Courier", date(2024, 3, 4), "ada lind"),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[rag.Byline]:
    with rag.Byline(tmp_path_factory.mktemp("listing"), embedder=rag.HashEmbedder()) as news:
        news.add([*ARTICLES, made("gone", "Gone", "Old Outlet", date(1999, 1, 1))])
        news.forget("gone")
        yield news


def ids(listing: rag.Listing) -> str:
    return " ".join(article.id for article in listing.articles)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("newest", "a4 a1 a5 a2 a3"),
        ("oldest", "a2 a1 a5 a4 a3"),
        ("title", "a3 a5 a4 a2 a1"),
        ("outlet", "a1 a5 a2 a3 a4"),
    ],
)
def test_each_order_and_what_is_undated_last(
    library: rag.Byline, sort: Sort, expected: str
) -> None:
    listing = library.listing(sort=sort)
    assert (ids(listing), listing.total) == (expected, 5)


def test_articles_are_listed_without_their_texts_and_else_whole(library: rag.Byline) -> None:
    (listed,) = library.listing(words="zebra").articles
    assert listed.text == ""
    stored = library.article("a2")
    assert [listed.id, listed.revision, listed.title, listed.outlet, listed.published] == [
        stored.id, stored.revision, stored.title, stored.outlet, stored.published
    ]  # fmt: skip


@pytest.mark.parametrize("sort", SORTS)
def test_pages_together_are_the_whole_list(library: rag.Byline, sort: Sort) -> None:
    pages = [library.listing(sort=sort, limit=2, offset=offset) for offset in (0, 2, 4, 6)]
    assert " ".join(filter(None, map(ids, pages))) == ids(library.listing(sort=sort))
    assert [page.total for page in pages] == [5] * 4


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("BRIDGE", "a4 a5"),
        ("bridge courier", "a5"),
        ("åLAND", "a1"),
        ("lind", "a1 a5 a2"),
        ("%", "a3"),
        ("n_f", "a3"),
        ("a3", "a3"),
        ("'; DROP TABLE articles --", ""),
        ("old outlet", ""),
        ("  ", "a4 a1 a5 a2 a3"),
        ("\ud800", ""),
        ("votes\nCoast", "a1"),
    ],
)
def test_every_word_stands_in_title_outlet_author_or_id(
    library: rag.Byline, words: str, expected: str
) -> None:
    assert ids(library.listing(words=words)) == expected


def test_a_filter_is_the_one_of_questions(library: rag.Byline) -> None:
    since = rag.Filter(since=date(2024, 1, 1), undated=False)
    assert ids(library.listing(filter=since)) == "a4 a1 a5"
    assert ids(library.listing(filter=rag.Filter(outlets=("COAST COURIER",)))) == "a1 a5 a2"
    assert library.listing(filter=rag.Filter(articles=("a2", "gone"))).total == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sort": "size"}, "sort is 'size'; choose one of: newest, oldest, title, outlet"),
        ({"limit": 0}, "limit is 0; ask for 1 to 500"),
        ({"limit": 501}, "limit is 501"),
        ({"offset": -1}, "offset is -1"),
        ({"offset": 10**30}, "offset is 1000"),
        ({"words": "w" * 1001}, "1,001 characters"),
    ],
)
def test_what_cannot_be_listed_is_said(
    library: rag.Byline, options: dict[str, object], message: str
) -> None:
    with pytest.raises(rag.UsageError, match=message):
        library.listing(**options)  # type: ignore[arg-type]


def test_copies_are_named_with_the_articles_of_the_page(tmp_path: Path) -> None:
    said = "The minister opened the new harbour of Vessby on Friday with a short speech. "
    text = said + "Ferries to Lunda will sail every hour from Monday, and twice an hour in summer."
    twins = [
        rag.make_article(id=id, title="Harbour opens", outlet=outlet, text=text)
        for id, outlet in (("one", "Coast Courier"), ("two", "Valley Post"))
    ]
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder()) as news:
        news.add([*twins, ARTICLES[0]])
        related = news.listing().related
        assert set(related) == {"one", "two"}
        assert [(r.article_id, r.kind) for r in related["one"]] == [("two", "copy")]
        assert set(news.listing(limit=1, sort="title", words="harbour").related) == {"one"}


def test_facets_count_what_is_living(library: rag.Byline) -> None:
    assert library.facets() == rag.Facets(
        articles=5,
        undated=1,
        outlets=(("Coast Courier", 3), ("Valley Post", 1)),
        authors=(("Ada Lind", 3),),
        months=(("2022-12", 1), ("2024-03", 3)),
    )


def test_nothing_indexed_is_nothing_listed(tmp_path: Path) -> None:
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder()) as news:
        assert news.facets() == rag.Facets(articles=0, undated=0)
        assert news.listing() == rag.Listing(articles=(), total=0)


def test_no_text_is_read(library: rag.Byline) -> None:
    connection = library._index.library.database.connection
    for query in (
        "SELECT outlet AS name, count(*) FROM articles WHERE died IS NULL GROUP BY name",
        "SELECT row FROM articles WHERE died IS NULL ORDER BY published DESC, id LIMIT 2",
    ):
        plan = connection.execute(f"EXPLAIN QUERY PLAN {query}").fetchall()
        assert "COVERING INDEX articles_living" in plan[0][3]


def test_an_index_made_before_listings_is_listed_and_gains_its_index(tmp_path: Path) -> None:
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder()) as news:
        news.add(ARTICLES)
        news._index.library.database.connection.execute("DROP INDEX articles_living")
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder()) as news:
        assert ids(news.listing()) == "a4 a1 a5 a2 a3"
        assert news.facets().articles == 5
        news.forget("a1")
        found = news._index.library.database.connection.execute(
            "SELECT count(*) FROM sqlite_master WHERE name = 'articles_living'"
        )
        assert found.fetchone() == (1,)


@pytest.mark.parametrize(("sort", "cut"), [*product(SORTS, (1, 2, 4))])
def test_two_libraries_list_as_one(
    library: rag.Byline, tmp_path: Path, sort: Sort, cut: int
) -> None:
    with (
        rag.Byline(tmp_path / "one", embedder=rag.HashEmbedder()) as one,
        rag.Byline(tmp_path / "other", embedder=rag.HashEmbedder()) as other,
    ):
        one.add(ARTICLES[:cut])
        other.add(ARTICLES[cut:])
        whole = library.listing(sort=sort, limit=2, offset=1)
        parts = [news.listing(sort=sort, limit=3) for news in (one, other)]
        assert merged_listing(parts, sort=sort, limit=2, offset=1) == whole
        assert merged_facets([one.facets(), other.facets()]) == library.facets()


@pytest.mark.parametrize(("sort", "offset"), [*product(SORTS, (0, 7, 600, 1190, 1205))])
def test_a_page_of_two_is_that_of_one_whatever_page_it_is(sort: Sort, offset: int) -> None:
    days = [None, date(2024, 1, 1), date(2024, 1, 2)]
    everything = [
        made(f"{n * 7 % 1201}", f"Title {n * 5 % 13}", f"Outlet {n % 3}", days[n % 3])
        for n in range(1201)
    ]
    small = everything[::40]
    large = [article for article in everything if article not in small]

    def pages(articles: list[rag.Article]) -> Callable[[int, int], rag.Listing]:
        total = len(articles)
        whole = merged_listing(
            [rag.Listing(articles=tuple(articles), total=total)], sort=sort, limit=total, offset=0
        )

        def page(limit: int, start: int) -> rag.Listing:
            assert 1 <= limit <= 500
            return rag.Listing(articles=whole.articles[start : start + limit], total=total)

        return page

    expected = pages(everything)(50, offset)
    assert joined_page(pages(large), pages(small), sort=sort, limit=50, offset=offset) == expected


NAMES = st.lists(st.tuples(st.sampled_from(["Ab", "aB", "c", "ß", "SS"]), st.integers(1, 9)))


@given(one=NAMES, other=NAMES)
def test_merged_counts_are_the_sums(
    one: list[tuple[str, int]], other: list[tuple[str, int]]
) -> None:
    facets = [
        rag.Facets(articles=0, undated=1, outlets=tuple(names), authors=tuple(names))
        for names in (one, other)
    ]
    merged = merged_facets(facets)
    assert merged.undated == 2
    for name in ("ab", "c", "ss"):
        total = sum(number for spelled, number in [*one, *other] if spelled.casefold() == name)
        counted = sum(number for spelled, number in merged.outlets if spelled.casefold() == name)
        assert counted == total
    assert [number for _, number in merged.authors] == sorted(
        (number for _, number in merged.authors), reverse=True
    )

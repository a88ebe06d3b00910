"""Tests the metadata that an article states: date, authors, outlet and URL."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from tests.core import forms

import rag
from rag.cli.output import say_skipped
from rag.config import Config
from rag.ingest.article import make_article, read_article
from rag.ingest.dates import dated_line, day_of
from rag.ingest.files import find_files, look_below, read_files
from rag.ingest.metadata import recognise
from rag.schema import author_names

DAY = date(2024, 5, 14)
REST = (
    "<p>The keeper of the lighthouse at Ostra said that the lamp had failed twice in the storm.</p>"
    "<p>Divers will look at the foundations on Friday, when the sea should be calm again.</p>"
)
OTHER = '<time datetime="1999-01-01">1 January 1999</time>'


def page(*, head: str = "", above: str = "", below: str = "", after: str = "") -> str:
    return (
        f"<html><head><title>Lamp fails</title>{head}</head><body><main><article>{above}"
        f"<h1>Lamp fails</h1>{below}{REST}</article></main>{after}</body></html>"
    )


def linked(data: str) -> str:
    return f'<script type="application/ld+json">{data}</script>'


def read(folder: Path, text: str, name: str = "page.html") -> rag.Article:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_article(path, root=folder, max_bytes=100_000)


@pytest.mark.parametrize(
    "text",
    [
        page(below='<time datetime="2024-05-14">14 May</time>', after=f"<aside>{OTHER}</aside>"),
        page(below="<p>Published <time>14 May 2024</time></p>", after=f"<footer>{OTHER}</footer>"),
        page(below="<p>Updated <time>1 June 2024</time> <time>14 May 2024</time></p>"),
        page(below='<span class="date">Tue 14 May 2024 09.30 BST</span>'),
        page(above='<time datetime="2024-05-14">14 May</time>', after=OTHER),
        page(below='<div>By <a>Ada Lind</a> | <time datetime="2024-05-14">May 14</time></div>'),
        page(
            head=linked(
                '[{"@type": "WebPage", "datePublished": "1999-01-01"},'
                ' {"@type": "NewsArticle", "datePublished": "2024-05-14T10:00:00Z"}]'
            )
        ),
        page(
            head=linked('{"@type": "WebPage", "datePublished": "1999-01-01"}')
            + '<meta property="article:published_time" content="2024-05-14T23:30:00-05:00">'
        ),
        page(head='<meta name="date" content="03/04/2024">', below="<time>14 May 2024</time>"),
        page(head='<link rel="canonical" href="https://post.example/2024/05/14/lamp">'),
    ],
)
def test_the_day_is_the_article_s_own(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text).published == DAY


@pytest.mark.parametrize(
    "text",
    [
        page(after=f'<div class="archive">{OTHER}</div>'),
        page(after=f"<footer>{OTHER}</footer>"),
        page(after=f"<article><h2>Another</h2>{OTHER}</article>"),
        page(below=f"<blockquote>He wrote on {OTHER}</blockquote>"),
        page(below=f"<p>The tower was lit on {OTHER} by the king of the day.</p>"),
        page(head='<meta name="date" content="03/04/2024">'),
        page(head='<meta property="article:modified_time" content="2024-06-01">'),
    ],
)
def test_no_day_is_taken_from_elsewhere(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text).published is None


@pytest.mark.parametrize(
    "line",
    [
        "Tue 14 May 2024 18.30 BST",
        "Posted on May 14, 2024 at 9:30 am",
        "First published on Tuesday, May 14, 2024, 6:30 PM EDT",
        "2024-05-14T09:30:00+02:00",
        "14th May 2024 | 3 min read",
        "18:30, 14 May 2024",
        "14.05.2024",
    ],
)
def test_usual_dates_are_read(line: str) -> None:
    assert dated_line(line) == DAY


@pytest.mark.parametrize(
    "value", ["03/04/2024", "3.4.2024", "May 2024", "2024-05", "31/02/2024", ""]
)
def test_ambiguous_dates_are_not(value: str) -> None:
    assert day_of(value) is None


@pytest.mark.parametrize(
    "matter",
    [
        "datePublished: 2024-05-14T09:30:00+02:00",
        "date: Tuesday 14 May 2024 at 09:30 BST",
        "published_on: 14/05/2024",
        "pub-date: Tue, 14 May 2024 09:30:00 GMT",
    ],
)
@pytest.mark.parametrize("end", ["---", "..."])
def test_front_matter_states_the_day(tmp_path: Path, matter: str, end: str) -> None:
    article = read(tmp_path, f"---\n{matter}\n{end}\nIt failed.", "a.md")
    assert (article.published, article.text) == (DAY, "It failed.")


def test_front_matter_in_toml(tmp_path: Path) -> None:
    matter = 'title = "Lamp"\ndate = 2024-05-14T09:30:00Z\nauthors = ["Ada Lind", "Bo Ek"]'
    article = read(tmp_path, f"+++\n{matter}\n+++\nIt failed.", "a.md")
    assert (article.title, article.published, article.author) == ("Lamp", DAY, "Ada Lind, Bo Ek")
    with pytest.raises(rag.IngestError, match="not valid TOML"):
        read(tmp_path, "+++\ntitle = Lamp\n+++\nIt failed.", "b.md")


@pytest.mark.parametrize(
    "text",
    [
        page(head=linked('{"@type": "Article", "author": [{"name": "Ada Lind"}, "Bo Ek"]}')),
        page(head='<meta name="author" content="Ada Lind"><meta name="author" content="Bo Ek">'),
        page(head='<meta name="author" content="By Ada Lind, Bo Ek">'),
        page(below='<p>By <a rel="author">Ada Lind</a> and <a rel="author">Bo Ek</a></p>'),
        page(
            head='<meta name="author" content="admin">',
            below='<a rel="author">Ada Lind</a> <a rel="author">Bo Ek</a>',
        ),
        page(
            head=linked(
                '{"@graph": [{"@type": "Article", "author": [{"@id": "#a"}, {"@id": "#b"}]},'
                ' {"@id": "#a", "name": "Ada Lind"}, {"@id": "#b", "name": "Bo Ek"}]}'
            )
        ),
    ],
)
def test_a_page_s_authors_are_a_list(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text).author == "Ada Lind, Bo Ek"


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("By Ada Lind, Harbour Correspondent", "Ada Lind"),
        ("Written by Ada Lind and Bo Ek", "Ada Lind and Bo Ek"),
        ("by Ada Lind, Bo Ek and Cy Roe", "Ada Lind, Bo Ek and Cy Roe"),
        ("By Ada Lind | The Ostra Post | 14 May 2024", "Ada Lind"),
    ],
)
def test_a_byline_names_authors_without_their_work(tmp_path: Path, line: str, author: str) -> None:
    assert read(tmp_path, page(below=f'<p class="byline">{line}</p>')).author == author
    assert recognise(f"Lamp fails\n\n{line}\n\nIt failed.").author == author


def test_a_byline_below_the_headline_needs_no_mark(tmp_path: Path) -> None:
    text = page(
        below='<p>By <a href="/a">Ada Lind</a> and <a href="/b">Bo Ek</a>, <i>Ostra</i></p>'
    )
    assert read(tmp_path, text).author == "Ada Lind and Bo Ek"
    assert read(tmp_path, page(below="<p>She came by Bo Ek.</p><p>By Ada Lind</p>")).author is None


def test_a_date_of_zero_is_not_set(tmp_path: Path) -> None:
    text = page(
        head='<meta name="date" content="1970-01-01">',
        below='<time datetime="2024-05-14">now</time>',
    )
    assert read(tmp_path, text).published == DAY


@pytest.mark.parametrize("publisher", ['{"name": "The Ostra Post"}', '{"@id": "#o"}'])
def test_the_publisher_of_the_article_is_its_outlet(tmp_path: Path, publisher: str) -> None:
    data = (
        f'[{{"@type": "NewsArticle", "headline": "Lamp fails", "publisher": {publisher}}},'
        ' {"@type": "Organization", "@id": "#o", "name": "The Ostra Post"}]'
    )
    assert read(tmp_path, page(head=linked(data))).outlet == "The Ostra Post"


def test_authors_of_front_matter_may_be_objects(tmp_path: Path) -> None:
    matter = "author:\n  - name: Ada Lind\n  - name: Bo Ek"
    assert read(tmp_path, f"---\n{matter}\n---\nIt failed.", "a.md").author == "Ada Lind, Bo Ek"


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Ada Lind, Bo Ek and Cy Roe", ("Ada Lind", "Bo Ek", "Cy Roe")),
        ("Ada Lind; Bo Ek", ("Ada Lind", "Bo Ek")),
        ("Ada Lind, and Bo Ek & Cy Roe", ("Ada Lind", "Bo Ek", "Cy Roe")),
        ("Lind, Ada", ("Lind, Ada",)),
        ("Anders Andersson", ("Anders Andersson",)),
        (None, ()),
    ],
)
def test_the_names_of_a_byline(byline: str | None, names: tuple[str, ...]) -> None:
    assert author_names(byline) == names


def test_each_author_is_found_by_name(tmp_path: Path) -> None:
    articles = [
        make_article(id="one", text="The lamp failed.", author="Ada Lind and Bo Ek"),
        make_article(id="two", text="The lamp was lit.", author="Bo Ek"),
    ]
    with rag.Byline(tmp_path / "index", embedder=rag.HashEmbedder()) as index:
        index.add(articles)
        for name, ids in (("ada lind", ["one"]), ("Bo Ek", ["one", "two"])):
            found = index.listing(filter=rag.Filter(authors=(name,)), sort="title")
            assert sorted(article.id for article in found.articles) == ids
        assert index.facets().authors == (("Bo Ek", 2), ("Ada Lind", 1))
        with pytest.raises(rag.UsageError, match="there are: 'Ada Lind', 'Bo Ek'"):
            index.search("lamp", filter=rag.Filter(authors=("Ada Linde",)))


@pytest.mark.parametrize(
    ("line", "outlet"),
    [
        ("PARIS/LONDON, May 3 (Reuters) – The lamp failed.", "Reuters"),
        ("SÃO PAULO (AFP) — The lamp failed.", "AFP"),
        ("KYIV, Ukraine (AP) — The lamp failed.", "AP"),
        ("BERLIN (dpa) – The lamp failed.", "dpa"),
        ("MOSCOW, May 14. /TASS/. The lamp failed.", "TASS"),
        ("MOSCOW. May 14 (Interfax) - The lamp failed.", "Interfax"),
        ("(Bloomberg) -- The lamp failed.", "Bloomberg"),
        ("OSTRA (The Coast Post) – The lamp failed.", "The Coast Post"),
        ("OSTRA (Ostra Echo) – The lamp failed.", "Ostra Echo"),
        ("Ada Lind (Labour) – 4,120 votes", None),
        ("Ada Lind (USA) – Gold in it.", None),
        ("Bo Ek (Pilot) – He fell asleep.", None),
        ("Jonas Lund (AP) – 4,120 votes", None),
        ("Ada Lind (AFP) – One.\nBo Ek (AFP) – Two.", None),
    ],
)
def test_only_agencies_and_newspapers_are_outlets(line: str, outlet: str | None) -> None:
    assert recognise(f"A title\n\n{line}\n\nMore of it.").outlet == outlet


@pytest.mark.parametrize(
    ("first", "second", "ids"),
    [
        ("https://post.example/", "https://post.example/", ["a.html", "b.html"]),
        ("https://post.example/a", "https://post.example/a", ["a.html", "b.html"]),
        ("https://post.example/", "https://post.example/b", ["a.html", "https://post.example/b"]),
        ("https://post.example/?p=1", "/", ["https://post.example/?p=1", "b.html"]),
    ],
)
def test_an_address_of_several_pages_is_no_id(
    tmp_path: Path, first: str, second: str, ids: list[str]
) -> None:
    for name, address in (("a.html", first), ("b.html", second)):
        head = f'<link rel="canonical" href="{address}">'
        (tmp_path / name).write_text(page(head=head), encoding="utf-8")
    skipped: list[tuple[str, str]] = []
    articles = list(read_files(find_files([tmp_path]).files, config=Config(), skipped=skipped))
    assert [article.id for article in articles] == ids
    assert skipped == []


def test_what_is_passed_over_is_counted_by_kind(tmp_path: Path) -> None:
    news, more = tmp_path / "news", tmp_path / "more"
    (news / "sub").mkdir(parents=True)
    more.mkdir()
    for name in ("a.txt", "b.text", "c.DOC", "sub/d.doc", "e", ".hidden", "README"):
        (news / name).write_text("The lamp failed.", encoding="utf-8")
    (news / "linked").symlink_to(news / "sub", target_is_directory=True)
    (news / "beyond").symlink_to(more, target_is_directory=True)
    expected = {".doc": 2, ".text": 1, "without an ending": 1, "linked folder": 1}
    assert Counter(kind for _, kind in look_below(news).left_out) == expected
    with rag.Byline(tmp_path / "index", embedder=rag.HashEmbedder()) as index:
        report = index.index([news])
    assert report.added == 1
    assert dict(report.passed_over) == expected
    ((link, reason),) = report.skipped
    assert link == str(news / "beyond")
    assert f"out of the folder, to {more}; follow it with --follow-links" in reason


@pytest.mark.parametrize(
    ("counts", "line"),
    [
        (
            ((".doc", 2), ("linked folder", 1)),
            "2 files in other formats (2 .doc) and 1 linked folder",
        ),
        ((("without an ending", 1),), "1 file in other formats (1 without an ending)"),
        ((("linked folder", 2),), "2 linked folders"),
    ],
)
def test_one_line_says_what_was_passed_over(
    capsys: pytest.CaptureFixture[str], counts: tuple[tuple[str, int], ...], line: str
) -> None:
    say_skipped(rag.IndexReport(passed_over=counts))
    assert capsys.readouterr().err == f"not read: {line}\n"


def test_marks_of_markdown_s_dialects_are_no_text(tmp_path: Path) -> None:
    text = (
        "# Lamp fails {#lamp .big}\n\nThe lamp failed.{: .lead}\n\n::: note\nAda left.\n:::\n\n"
        "- [x] Bo stayed.\n- [ ] Cy slept.\n\n[[File:lamp.png|thumb|Lamp]]The [[Ostra|town]] paid."
    )
    article = read(tmp_path, text, "a.md")
    assert article.title == "Lamp fails"
    assert article.text.split("\n\n") == [
        "The lamp failed.",
        "Ada left.",
        "Bo stayed.",
        "Cy slept.",
        "The town paid.",
    ]


def test_marks_of_obsidian_and_pandoc_are_no_text(tmp_path: Path) -> None:
    text = (
        "# Lamp fails\n\n> [!note]- Counted\n> It is ==93== years old.\n\n![[lamp.png]]\n\n"
        "It gave 10^6^ rays%%check%% and CO~2~.^[So Ada said.] The 2^nd^ one is new.\n\n"
        "1931. A great year."
    )
    assert read(tmp_path, text, "a.md").text.split("\n\n") == [
        "Counted",
        "It is 93 years old.",
        "It gave 10^6 rays and CO2. The 2nd one is new.",
        "1931. A great year.",
    ]


def test_html_in_markdown_is_read_as_html(tmp_path: Path) -> None:
    text = (
        "<!-- wp:text -->\n<p>The lamp <del>shone</del> failed.</p>\n<!-- /wp:text -->\n\n"
        '<div class="x">Ada left on <b>Monday</b>.<br>Bo stayed.</div>\n\n'
        "~~Nine~~ Ten&nbsp;men saw 5 < 6 and H<sub>2</sub>O in [[Ostra|the town]].[^1]\n\n"
        "| Boat | Metres |\n|---|---|\n| Ada | 12 |\n\n{% include ad.html %}\n\n[^1]: A note."
    )
    assert read(tmp_path, text, "a.md").text.split("\n\n") == [
        "The lamp failed.",
        "Ada left on Monday. Bo stayed.",
        "Ten men saw 5 < 6 and H2O in the town.",
        "Boat | Metres",
        "Ada | 12",
        "A note.",
    ]


@pytest.mark.parametrize(
    "head",
    [
        "The Harbour Echo\nBy Ada Lind\n14 May 2024",
        "By Ada Lind\n14 May 2024\nThe Harbour Echo",
        "The Harbour Echo\n\nBy Ada Lind\n\n14 May 2024",
        "By Ada Lind, The Harbour Echo, 14 May 2024",
        "By Ada Lind, Ostra, The Harbour Echo, 14 May 2024",
        "By Ada Lind | The Harbour Echo | 14 May 2024",
        "By Ada Lind · Ostra · The Harbour Echo · 14 May 2024",
    ],
)
@pytest.mark.parametrize("ending", ["txt", "md", "html", "docx"])
def test_the_head_names_the_outlet(tmp_path: Path, head: str, ending: str) -> None:
    lines = [line for line in head.split("\n") if line]
    story = "The lamp of the lighthouse failed twice in the storm, the keeper said on Friday."
    path = tmp_path / f"lamp.{ending}"
    if ending == "docx":
        shown = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in [*lines, story])
        path.write_bytes(forms.docx(shown))
    elif ending == "html":
        path.write_text(page(below="".join(f"<p>{line}</p>" for line in lines)), "utf-8")
    else:
        path.write_text(f"{'# ' * (ending == 'md')}Lamp fails\n{head}\n\n{story}\n", "utf-8")
    article = read_article(path, root=tmp_path, max_bytes=100_000)
    assert (article.outlet, article.author, article.published) == (
        "The Harbour Echo", "Ada Lind", DAY,
    )  # fmt: skip
    assert not article.text.startswith("The Harbour Echo")
    assert "\n\nThe Harbour" not in article.text


@pytest.mark.parametrize(
    "text",
    [
        "Anger at the Harbour Echo\nBy Ada Lind\n14 May 2024\n\nReaders wrote.",
        "Best papers\nCoast Post\n14 May 2024\nBay Herald\n15 May 2024\n\nThey won.",
        "Cup results\nOstra Star 3, Lunda Sun 1\n14 May 2024\n\nThey won.",
        "Lamp fails\nBy Ada Lind, Sports Desk, 14 May 2024\n\nIt failed.",
        "Lamp fails\n14 May 2024\n\nThe keeper told the Harbour Echo\nthat the lamp had failed.",
    ],
)
def test_other_names_in_the_head_are_no_outlets(text: str) -> None:
    assert recognise(text).outlet is None

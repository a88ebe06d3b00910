"""Tests saved web pages: the article's text, and the metadata that the page states."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import rag
from rag.ingest.article import read_article

PAGE = """<!doctype html><html lang="en"><head><title>Harbour to close | Coast Courier</title>
<meta property="og:title" content="Harbour to close">
<meta property="og:site_name" content="Coast Courier">
<meta name="author" content="Ada Lind">
<meta property="article:published_time" content="2024-03-04T08:00:00Z">
<link rel="canonical" href="https://courier.example/2024/harbour"></head><body>
<nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>
<article><h1>Harbour to close</h1>
<p>The harbour of Vessby will close for repairs next week. The work will take eleven weeks.</p>
<p>Ferries will sail from <b>Lunda</b> until then, the port authority said on Monday.</p>
<script>document.write("The script says hello.")</script>
</article><footer>All rights reserved</footer></body></html>"""
SENTENCES = (
    "The harbour of Vessby will close for repairs next week. The work will take eleven weeks.\n\n"
    "Ferries will sail from Lunda until then, the port authority said on Monday."
)
BARE = "<html><body><p>The harbour closed on Monday, the mayor said.</p></body></html>"


def read(folder: Path, page: str | bytes, name: str = "page.html") -> rag.Article:
    path = folder / name
    path.write_bytes(page if isinstance(page, bytes) else page.encode())
    return read_article(path, root=folder, max_bytes=20_000_000)


def test_a_page_gives_its_article_and_what_it_states(tmp_path: Path) -> None:
    article = read(tmp_path, PAGE)
    assert article.text == SENTENCES
    assert article.title == "Harbour to close"
    assert (article.outlet, article.author) == ("Coast Courier", "Ada Lind")
    assert (article.published, article.language) == (date(2024, 3, 4), "en")
    assert article.id == article.url == "https://courier.example/2024/harbour"


def test_what_a_page_does_not_state_is_not_guessed(tmp_path: Path) -> None:
    article = read(tmp_path, BARE, "harbour-note.htm")
    assert article.text == "The harbour closed on Monday, the mayor said."
    assert article.title == "harbour note"
    stated = (article.outlet, article.author, article.published, article.url)
    assert stated == (None, None, None, None)
    assert article.id == "harbour-note.htm"


def test_an_address_names_no_outlet(tmp_path: Path) -> None:
    page = PAGE.replace('<meta property="og:site_name" content="Coast Courier">', "")
    page = page.replace(" | Coast Courier", "")
    assert read(tmp_path, page).outlet is None


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"])
def test_an_address_is_of_the_web_or_none(tmp_path: Path, url: str) -> None:
    article = read(tmp_path, PAGE.replace("https://courier.example/2024/harbour", url))
    assert article.url is None
    assert article.id == "page.html"


@pytest.mark.parametrize(
    "page",
    [
        " ",
        "<html></html>",
        "<html><body><script>var text = 'The harbour closed on Monday.'</script></body></html>",
        "<div>" * 50_000 + "The harbour closed." + "</div>" * 50_000,
        "<" * 100_000,
        "<!-- " + "The harbour closed. " * 1000,
    ],
)
def test_a_page_without_an_article_is_refused_with_the_remedy(tmp_path: Path, page: str) -> None:
    with pytest.raises(rag.IngestError, match=r"page.html .*; save the article as\s+text"):
        read(tmp_path, page)


def test_broken_markup_keeps_its_sentences(tmp_path: Path) -> None:
    page = "<html><body><div><p>The harbour closed on Monday <b>after a storm.<p>It was cold.</div>"
    assert " ".join(read(tmp_path, page).text.split()) == (
        "The harbour closed on Monday after a storm. It was cold."
    )


def test_a_page_in_another_encoding_is_read(tmp_path: Path) -> None:
    text = "Гавань Вессбю закроют на ремонт на будущей неделе. Работы займут одиннадцать недель. "
    page = (
        f'<html lang="ru"><head><meta charset="windows-1251"></head><body><p>{text * 3}</p></body>'
    )
    article = read(tmp_path, page.encode("windows-1251"))
    assert article.text.startswith("Гавань Вессбю закроют на ремонт")
    assert article.language == "ru"


def test_reading_a_page_reaches_for_nothing(tmp_path: Path) -> None:
    """Opens no connection and reads only files of the packages."""
    (tmp_path / "page.html").write_text(
        '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        + PAGE.replace("<article>", '<article><img src="http://elsewhere.example/a.png">&x;'),
        encoding="utf-8",
    )
    program = (
        "import sys, rag; from pathlib import Path\n"
        "def watch(event, given):\n"
        "    of_file = event == 'open' and '/etc/' in str(given[0])\n"
        "    if of_file or event in ('socket.connect', 'socket.getaddrinfo'):\n"
        "        print(event, given)\n"
        "sys.addaudithook(watch)\n"
        "articles, skipped = rag.read_articles([sys.argv[1]])\n"
        "print(len(articles), skipped)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.stdout.split() == ["1", "()"]


def test_pages_of_a_folder_are_indexed_with_the_rest(folder: Path) -> None:
    (folder / "page.html").write_text(PAGE, encoding="utf-8")
    with rag.Byline(folder.parent / "index", embedder=rag.HashEmbedder()) as news:
        report = news.index([folder])
        assert (report.added, report.skipped) == (4, ())
        assert news.article("https://courier.example/2024/harbour").text == SENTENCES


# ---- files whose content does not match their name


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (b"PK\x03\x04\x14\x00\x00\x00", "a ZIP archive"),
        (b"%PDF-1.7\nThe harbour closed on Monday.\n", "a PDF"),
        (b"GIF89a/*The harbour closed.*/", "a picture"),
        (b"{\\rtf1 The harbour closed.}", "a rich text document"),
        (b"\x1f\x8b\x08\x00", "compressed"),
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
def test_another_form_is_named(tmp_path: Path, name: str, data: bytes, form: str) -> None:
    with pytest.raises(rag.IngestError, match=f"{name} is not text but {form}.* as UTF-8 text"):
        read(tmp_path, data, name)


def test_references_in_front_matter_are_not_followed(tmp_path: Path) -> None:
    """Ten lines that would expand to a billion words."""
    lines = ["a0: &a0 [lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    page = "\n".join(["---", *lines, "title: *a9", "---", "The harbour closed."])
    assert read(tmp_path, page, "bomb.txt").title == "*a9"
    nested = page.replace("a0: &a0 [lol, lol]", "a0: &a0\n  - lol")
    with pytest.raises(rag.IngestError, match="contains a reference"):
        read(tmp_path, nested, "bomb.txt")


def test_front_matter_too_long_to_be_any_is_refused(tmp_path: Path) -> None:
    page = "---\ntitle: [" + "a, " * 20_000 + "a\n---\nThe harbour closed."
    with pytest.raises(rag.IngestError, match="over 20,000"):
        read(tmp_path, page, "long.txt")


@pytest.mark.parametrize(
    "block",
    [
        '<div class="ad">ADVERTISEMENT <p>Two lamps for the price of one!</p></div>',
        '<div id="promo-2"><p>Two lamps for the price of one!</p></div>',
        '<section class="box sponsored"><p>Two lamps for the price of one!</p></section>',
        "<div>ADVERTISEMENT<p>Two lamps for the price of one!</p></div>",
    ],
)
def test_an_advertisement_is_left_out(tmp_path: Path, block: str) -> None:
    article = read(tmp_path, PAGE.replace("<p>Ferries", f"{block}<p>Ferries"))
    assert article.text == SENTENCES


@pytest.mark.parametrize(
    "page",
    [
        PAGE.replace("<p>The harbour", '<p class="header lead-adjacent">The harbour'),
        PAGE.replace("<article>", '<article class="promo">'),
        PAGE.replace("<h1>", '<div class="ads"><h1>').replace("</article>", "</div></article>"),
        BARE.replace("<p>", '<div class="advert"><p>').replace("</p>", "</p></div>"),
    ],
)
def test_the_article_is_no_advertisement(tmp_path: Path, page: str) -> None:
    assert "harbour" in read(tmp_path, page).text

"""Tests that exports contain all citations, and that hostile text in them stays text."""

import json
import unicodedata
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from markdown_it import MarkdownIt
from markdown_it.token import Token

import rag
from rag.web.export import as_docx, as_html, as_json, as_markdown, cited_in, cited_text, texts
from rag.web.narrow import everything
from rag.web.record import Record, read_record
from rag.web.record import record as recorded

QUOTE = "Baku expelled four Iranian diplomats."
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HOSTILE = [
    "![x](http://evil.example/x.png)",
    "[click](javascript:alert(1))",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "# heading",
    "line\n\n# heading\n\n---\n",
    "line\n===",
    "```\ncode\n```",
    "- item",
    "1. item",
    "2) item",
    "    indented",
    "<https://evil.example>",
    "[ref]: http://evil.example",
    "**bold** _slanted_ ~~gone~~ `code`",
    "a | b\n--|--\nc | d",
    "&lt;b&gt; &#60;",
    "ends in a backslash \\",
    "$$x$$ @somebody :smile: [^1]",
    "\u202egnp.exe \x1b[31mred\x1b[0m \u2028 \x00",
]
SHOWN = {"heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline"}
SHOWN |= {f"{kind}_{end}" for kind in ("bullet_list", "list_item") for end in ("open", "close")}
SHOWN |= {f"{kind}_{end}" for kind in ("ordered_list", "blockquote") for end in ("open", "close")}


def exchange(words: str = "words", **changes: Any) -> Record:
    """A record with ``words`` in all fields that come from an article or a reader."""
    source = {
        "number": 1,
        "article_id": f"a{words}",
        "revision": "0" * 64,
        "outlet": words,
        "author": words,
        "title": words,
        "published": "",
        "url": words,
        "start": 10,
        "end": 10 + len(QUOTE),
        "quote": QUOTE,
    }
    made: Any = {
        "id": "f" * 32,
        "asked": "2026-11-22T09:30:00+00:00",
        "question": words,
        "standalone_question": f"{words}?",
        "scope": {
            "outlets": [words],
            "authors": [],
            "since": "2022-05-01",
            "until": "",
            "articles": [],
            "undated": False,
        },
        "period": words,
        "abstained": False,
        "notice": "",
        "short_answer": words,
        "statements": [{"text": QUOTE, "note": words, "numbers": [1]}],
        "sources": [source],
        "generation": 3,
    }
    whole: Record = made | changes
    return whole


def quoting(words: str) -> Record:
    """A record with the quotation ``words``."""
    source: Any = {**exchange()["sources"][0], "quote": words, "end": 10 + len(words)}
    said: Any = [{"text": words, "note": "", "numbers": [1]}]
    return exchange(sources=[source], statements=said)


def tokens(text: str) -> list[Token]:
    found = MARKDOWN.parse(text)
    return found + [child for token in found for child in token.children or []]


def shown_text(text: str) -> str:
    """The visible text of the Markdown."""
    return "\n".join(token.content for token in tokens(text) if token.type == "text")


def seen(words: str) -> str:
    """``words`` on one line without control characters."""
    bidirectional = {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}
    return " ".join(
        "".join(
            character
            for character in " ".join(words.split())
            if unicodedata.category(character) != "Cc"
            and unicodedata.bidirectional(character) not in bidirectional
        ).split()
    )


def is_plain(text: str, *, exchanges: int = 1) -> bool:
    """Whether the Markdown contains no markup except Byline's own."""
    found = tokens(text)
    kinds = {token.type for token in found} - {"text"}
    headings = [token.tag for token in found if token.type == "heading_open"]
    return kinds <= SHOWN and headings == ["h1"] + ["h2"] * exchanges


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words_in_markdown(words: str) -> None:
    for record in (exchange(words), quoting(words)):
        text = as_markdown([record])
        assert is_plain(text)
        assert seen(words) in shown_text(text)


@settings(deadline=None)  # the first parse loads the parser
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_words_stay_words_in_markdown(words: str) -> None:
    for record in (exchange(words), quoting(f"q{words}"), exchange(notice=f"n{words}")):
        text = as_markdown([record])
        assert is_plain(text)
    assert f"Title: {seen(words) or 'not stated'}" in shown_text(as_markdown([exchange(words)]))
    assert f"“{seen(f'q{words}')}”" in shown_text(as_markdown([quoting(f"q{words}")]))


def test_markdown_cites_in_full_and_says_what_is_not_stated() -> None:
    text = as_markdown([exchange("")])
    for fact in (
        f"> “{QUOTE}” \\[1\\]",
        f"1. “{QUOTE}”",
        "- Title: not stated",
        "- Outlet: not stated",
        "- Author: not stated",
        "- Date: not stated",
        "- Address: not stated",
        f"- Characters: 10 to {10 + len(QUOTE)}",
        f"- Revision: {'0' * 64}",
        "- Asked: 2026-11-22 09:30 UTC",
        "- Searched: since 1 May 2022, undated excluded",
    ):
        assert f"{fact}\n" in text


def test_markdown_says_how_a_question_was_understood_and_what_was_searched() -> None:
    wide: Any = {**exchange()["scope"], "outlets": [], "since": "", "undated": True}
    record = exchange(standalone_question="How did Baku respond?", scope=wide)
    text = as_markdown([record])
    assert "- Understood as: How did Baku respond?" in text
    assert "- Searched: all articles" in text


def test_abstentions_and_notices_are_exported_too() -> None:
    abstained = exchange(abstained=True, statements=[], sources=[], short_answer="")
    told = exchange(notice="The question is empty.", statements=[], sources=[])
    text = as_markdown([abstained, told])
    assert "\nFound nothing that answers.\n" in text
    assert "\nThe question is empty.\n" in text
    assert is_plain(text, exchanges=2)


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://example.org/news?id=1&p=2#top", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        ("data:text/html,<b>", False),
        ("https://example.org/a> <b", False),
        ("https://good.example@evil.example/", False),
        ("ftp://example.org", False),
    ],
)
def test_only_an_articles_own_web_address_is_a_link(url: str, linked: bool) -> None:  # noqa: FBT001
    record = exchange()
    source: Any = {**record["sources"][0], "url": url}
    found = tokens(as_markdown([{**record, "sources": [source]}]))
    links = [token.attrs["href"] for token in found if token.type == "link_open"]
    assert links == ([url] if linked else [])


@pytest.mark.parametrize("words", HOSTILE)
def test_json_reads_back_as_it_was(words: str) -> None:
    records = [exchange(words), exchange(notice="n", statements=[], sources=[])]
    written = json.loads(as_json(records))
    assert written["format"] == 1
    assert [read_record(each) for each in written["records"]] == records


def test_an_answer_is_copied_with_its_sources() -> None:
    record = exchange("Tasnim", period="")
    assert cited_text(record) == (
        f"[Tasnim] “{QUOTE}” [1]\n\n[1] Tasnim, Tasnim, undated: Tasnim (Tasnim)"
    )
    bare = exchange("", period="")
    assert cited_text(bare) == f"“{QUOTE}” [1]\n\n[1] outlet not stated, undated: untitled (a)"


def test_words_that_no_source_prints_are_not_in_quotation_marks() -> None:
    said: Any = [{"text": "Four of them.", "note": "", "numbers": [1]}]
    assert cited_text(exchange(period="", statements=said)).startswith("Four of them. [1]\n")


@pytest.mark.parametrize("words", HOSTILE)
def test_copied_text_has_one_line_a_source(words: str) -> None:
    copied = cited_text(exchange(words))
    assert copied.splitlines()[-1].startswith("[1] ")
    assert not set(copied) & {"\u202e", "\x1b", "\x00", "\u2028"}


def test_an_abstention_and_a_notice_are_copied_as_they_are_said() -> None:
    nothing = exchange(abstained=True, statements=[], sources=[], period="")
    assert cited_text(nothing) == "Found nothing that answers."
    assert cited_text(exchange(notice="Too long.", statements=[], sources=[])) == "Too long."


# ---- articles that differ, and the closest sentence


SUNK = rag.make_article(
    id="post",
    title="Ferry sinks",
    outlet="Post",
    text="Rain fell.\r\n\r\nFour died 🙂 & <b>more</b>.",
)
LOST = rag.make_article(
    id="herald", title="Ferry lost", outlet="Herald", text="Nine died. It rained."
)


def find(article_id: str, revision: str | None = None) -> rag.Article:
    found = {SUNK.id: SUNK, LOST.id: LOST}.get(article_id)
    if found is None or revision not in (None, found.revision):
        raise rag.UsageError(f"no article {article_id!r}")
    return found


def statement(of: rag.Article, quote: str, *, differs: bool = False) -> rag.Statement:
    start = of.text.index(quote)
    cited = rag.Citation(
        article_id=of.id, revision=of.revision, start=start, end=start + len(quote), quote=quote
    )
    return rag.Statement(text=quote, citations=(cited,), differs=differs)


def told(*statements: rag.Statement, closest: rag.Statement | None = None) -> Record:
    answer = rag.Answer(
        question="How many died?",
        standalone_question="How many died?",
        statements=statements,
        withheld=(closest,) if closest else (),
        is_near=closest is not None,
    )
    return recorded(answer, find, scope=everything(), asked=datetime(2026, 11, 30, tzinfo=UTC))


DIFFERING = told(
    statement(LOST, "It rained."),
    statement(SUNK, "Four died 🙂 & <b>more</b>.", differs=True),
    statement(LOST, "Nine died.", differs=True),
)
CLOSEST = told(closest=statement(LOST, "It rained."))


def docx_text(records: list[Record]) -> str:
    document = docx.Document(BytesIO(as_docx(records)))
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def html_text(records: list[Record]) -> str:
    return "\n".join(html.fromstring(as_html(records)).body.itertext())


@pytest.mark.parametrize("export", [as_markdown, html_text, docx_text, lambda r: cited_text(r[0])])
def test_every_form_says_that_articles_differ_and_puts_those_first(export: Any) -> None:
    text = export([DIFFERING])
    at = [
        text.index(words)
        for words in ("The articles differ.", "Four died", "Nine died.”", "It rained.”")
    ]
    assert at == sorted(at)
    alone = told(statement(LOST, "Nine died."))
    assert "differ" not in export([alone])


@pytest.mark.parametrize("export", [as_markdown, html_text, docx_text, lambda r: cited_text(r[0])])
def test_every_form_has_the_closest_sentence_with_its_source(export: Any) -> None:
    text = export([CLOSEST])
    assert "Not sure. Closest:" in text
    assert "“It rained.”" in text
    assert "Herald" in text
    assert "Found nothing" not in text


def test_a_record_cites_its_sources_or_the_closest_sentence() -> None:
    assert [one["quote"] for one in cited_in(DIFFERING)] == [
        one["quote"] for one in DIFFERING["sources"]
    ]
    assert cited_in(CLOSEST) == [CLOSEST["closest"]]


def test_records_of_both_kinds_read_back() -> None:
    for made in (DIFFERING, CLOSEST):
        assert read_record(json.loads(json.dumps(made))) == made
    assert read_record({**CLOSEST, "sources": DIFFERING["sources"]}) is None


def test_offsets_hold_in_the_texts_that_json_carries() -> None:
    records = [DIFFERING, CLOSEST]
    written = json.loads(as_json(records, texts(records, find)))
    carried = {(a["article_id"], a["revision"]): a["text"] for a in written["articles"]}
    assert len(written["articles"]) == 2
    cited = [*written["records"][0]["sources"], written["records"][1]["closest"]]
    for one in cited:
        text = carried[one["article_id"], one["revision"]]
        assert text[one["start"] : one["end"]] == one["quote"]


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\r\t"), max_size=40)
)
def test_offsets_hold_in_the_texts_that_html_carries(words: str) -> None:
    of = rag.make_article(id="a", title="T", text=f"{words} Nine died. {words}")
    page = html.fromstring(as_html([], [of]))
    (carried,) = page.xpath("//div[@class='text']")
    assert carried.get("data-revision") == of.revision
    assert carried.text_content() == of.text


def test_articles_that_are_gone_are_left_out() -> None:
    def gone(article_id: str, revision: str | None = None) -> rag.Article:
        if article_id == SUNK.id:
            raise rag.UsageError("gone")
        return find(article_id, revision)

    assert [article.id for article in texts([DIFFERING], gone)] == ["herald"]


@pytest.mark.parametrize("words", [*HOSTILE, "\ufffe\uffff"])
def test_hostile_words_stay_words_in_html_and_docx(words: str) -> None:
    for made in (exchange(words), quoting(f"q{words}"), exchange(notice=f"n{words}", sources=[])):
        page = html.fromstring(as_html([made]))
        assert not page.xpath("//script | //img | //a | //iframe | //@onerror | //link")
        assert seen(words) in " ".join(page.body.itertext())
        plain = seen(words).replace("\ufffe", "").replace("\uffff", "")
        assert plain in docx_text([made])

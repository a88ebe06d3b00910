"""Tests reading files as articles: formats, encodings, cleaning, and metadata."""

import hashlib
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import rag
from rag.errors import IngestError
from rag.ingest.article import make_article, read_article
from rag.ingest.clean import normalise_spaces, remove_furniture
from rag.ingest.files import look_below
from rag.ingest.head import split_title
from rag.ingest.metadata import recognise
from rag.language.sentences import paragraph_spans, sentence_spans
from rag.language.stating import stating_spans

MEGABYTE = 1_000_000
SHIPPED = {
    "foreign-ministers-seek-to-resolve-misunderstandings.txt": (None, None, None),
    "iran-urges-nam-action.txt": ("Tasnim", None, None),
    "iranian-speaker-warns-of-terrorists.txt": (None, None, None),
    "raisi-on-the-palestinian-cause.txt": ("IRNA", None, date(2024, 5, 19)),
    "territories-will-not-be-used-against-iran.txt": (None, "Nigar Bayramli", date(2022, 7, 6)),
}
FURNITURE = [
    "Back to top button", "Back to top", "Newsroom logo", "The Newsroom logo", "Advertisement",
    "Last update: July 20, 2024 14:02", "Last updated: 3 May 2023", "Share", "Share this article",
    "Skip to content", "5 min read", "Leave a comment", "Sign up for our daily newsletter",
    "Read more:", "date 2024-05-19 ",
]  # fmt: skip


def read(path: Path, *, megabytes: float = 20) -> rag.Article:
    return read_article(path, root=path.parent, max_bytes=int(megabytes * MEGABYTE))


def written(folder: Path, content: str | bytes, name: str = "article.txt") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def clean(text: str) -> str:
    return remove_furniture(normalise_spaces(text))


# ---- the shipped articles


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_article_is_known_by_what_it_states(corpus: Path, name: str) -> None:
    article = read(corpus / name)
    assert (article.outlet, article.author, article.published) == SHIPPED[name]
    assert article.id == name
    assert article.url is None
    assert article.language == "en"


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_article_is_recognised_without_its_front_matter(
    corpus: Path, tmp_path: Path, name: str
) -> None:
    stated = read(corpus / name)
    body = (corpus / name).read_text(encoding="utf-8").split("---\n", 2)[2]
    bare = read(written(tmp_path, body, name))
    assert (bare.outlet, bare.author, bare.published) == SHIPPED[name]
    assert (bare.title, bare.text) == (stated.title, stated.text)


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_article_is_without_furniture(corpus: Path, name: str) -> None:
    text = read(corpus / name).text
    for furniture in ("Back to top", "logo", "Last update", "date 2024-05-19"):
        assert furniture not in text


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_article_keeps_every_sentence(corpus: Path, name: str) -> None:
    raw = (corpus / name).read_text(encoding="utf-8").split("---\n", 2)[2]
    text = read(corpus / name).text
    sentences = [line.strip() for line in raw.splitlines() if re.search(r"[.”\"]\s*$", line)]
    assert len(sentences) > 5
    for sentence in sentences:
        assert normalise_spaces(sentence) in text


def test_all_shipped_articles_are_tested(corpus: Path) -> None:
    assert {path.name for path, _ in look_below(corpus).files} == set(SHIPPED)


# ---- cleaning

lines = st.sampled_from([*FURNITURE, "He left.", "A line", "", "  "]) | st.text(max_size=30)
documents = st.lists(lines, max_size=8).map("\n".join)


@given(documents)
def test_normalising_spaces_twice_changes_nothing_more(text: str) -> None:
    once = normalise_spaces(text)
    assert normalise_spaces(once) == once


@given(documents)
@example("date 2024-05-19 date 2024-05-19 Ministers meet")
@example("Back to top\ndate 2024-05-19 Ministers meet")
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean(text)
    assert clean(once) == once


WORDS = [
    "the", "ministers", "agreed", "on", "Monday", "that", "trade", "rose", "by", "30", "percent",
    "and", "the", "border", "opens",
]  # fmt: skip
sentences = st.builds(
    lambda opening, words, end: " ".join([opening, *words]).strip() + end,
    st.sampled_from(
        ["", "Share on", "Share this", "Last update: in", "Last updated: 12", "Back to top,",
         "Skip to content,", "Advertisement", "The logo", "Read more:", "Subscribe to our"]
    ),
    st.lists(st.sampled_from(WORDS), min_size=4, max_size=14),
    st.sampled_from([".", "!", "?", ".”"]),
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.tuples(sentences, st.sampled_from(FURNITURE[:-1])), min_size=1, max_size=6))
def test_cleaning_touches_no_sentence_and_leaves_no_furniture(pairs: list[tuple[str, str]]) -> None:
    cleaned = clean("\n".join(line for pair in pairs for line in pair))
    assert [line for line in cleaned.splitlines() if line] == [sentence for sentence, _ in pairs]


@pytest.mark.parametrize(
    "sentence",
    [
        "Last update: the ministry put the number of dead at 40 on Monday.",
        "Share this land with us, he told the settlers.",
        "Share on-site data with the agency, the letter of 2022 asked.",
        "The logo of the airline was painted over.",
        "Advertisement revenue fell.",
        "Back to top form, Baku won 3-1.",
    ],
)
def test_sentence_that_begins_like_furniture_stays(sentence: str) -> None:
    assert clean(f"Before it.\n\n{sentence}\n\nAfter it.").split("\n\n")[1] == sentence


@pytest.mark.parametrize("line", FURNITURE[:-1])
def test_furniture_goes_in_any_case(line: str) -> None:
    for form in (line, line.upper(), f"  {line}  "):
        assert clean(f"One.\n{form}\nTwo.") == "One.\n\nTwo."


def test_leading_date_goes_and_a_later_one_stays() -> None:
    assert clean(" date 2024-05-19 Raisi speaks\nA date 2024-05-20 stays.") == (
        "Raisi speaks\nA date 2024-05-20 stays."
    )


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("a\u00a0b", "a b"),
        ("a\u2009b\u202fc\u3000d\te", "a b c d e"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("ze\u200bro\ufeff wi\u00addth", "zero width"),
        ("\u202eevil\u202c", "evil"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("bell\x07", "bell"),
        ("end  \nnext", "end\nnext"),
        ("na\u00efve “quote” – dash", "na\u00efve “quote” – dash"),
    ],
)
def test_spaces_are_normalised_and_letters_kept(raw: str, plain: str) -> None:
    assert normalise_spaces(raw) == plain


# ---- metadata


@pytest.mark.parametrize(
    ("head", "outlet"),
    [
        ("TEHRAN (Tasnim) – The minister spoke.", "Tasnim"),
        ("BAKU (Reuters) - The minister spoke.", "Reuters"),
        ("NEW YORK (AP) — The minister spoke.", "AP"),
        ("BAKU, July 6 (Reuters) - The minister spoke.", "Reuters"),
        ("Tehran, IRNA – The minister spoke.", "IRNA"),
        ("TEHRAN- In a phone conversation the ministers spoke.", None),
        ("The minister (left) spoke.", None),
        ("He was received on July 4. / IRNA news agency", None),
        ("Tehran, Iran – The minister spoke.", None),
    ],
)
def test_outlet_is_recognised_in_a_dateline(head: str, outlet: str | None) -> None:
    assert recognise(f"A title\n\n{head}\n\nMore text.").outlet == outlet


@pytest.mark.parametrize(
    ("line", "author", "published"),
    [
        ("By Nigar Bayramli July 6, 2022", "Nigar Bayramli", date(2022, 7, 6)),
        ("By Ada Lind | 6 July 2022", "Ada Lind", date(2022, 7, 6)),
        ("By Ada Lind and Bo Ek", "Ada Lind and Bo Ek", None),
        ("By Ursula von der Leyen", "Ursula von der Leyen", None),
        ("By the end of the year trade had grown", None, None),
        ("July 6, 2022", None, date(2022, 7, 6)),
        ("Published: 2024-05-19", None, date(2024, 5, 19)),
        ("Last update: July 20, 2024 14:02", None, None),
        ("On July 6, 2022 the ministers met in Tehran.", None, None),
        ("July 6, 2022 was the day on which the ministers met.", None, None),
    ],
)
def test_byline_and_date_are_recognised(
    line: str, author: str | None, published: date | None
) -> None:
    stated = recognise(f"A title\n\n{line}\n\nThe ministers met.")
    assert (stated.author, stated.published) == (author, published)


@pytest.mark.parametrize(
    ("line", "outlet", "published"),
    [
        ("Corrick Gazette, May 21, 2025", "Corrick Gazette", date(2025, 5, 21)),
        ("The Corrick Review | 21 May 2025", "The Corrick Review", date(2025, 5, 21)),
        ("Corrick Post – Wednesday, 21 May 2025", "Corrick Post", date(2025, 5, 21)),
        ("Corrick, 21 May 2025", None, date(2025, 5, 21)),  # a place
        ("The Corrick Gazette was founded on 21 May 1925.", None, None),
    ],
)
def test_outlet_and_date_below_a_byline_are_recognised(
    line: str, outlet: str | None, published: date | None
) -> None:
    stated = recognise(f"A title\n\nBy Mara Quint\n{line}\n\nThe ministers met.")
    assert (stated.outlet, stated.published) == (outlet, published)
    text = f"By Mara Quint\n\n{line}\n\nThe ministers met on Friday."
    spans = [span for part in paragraph_spans(text) for span in sentence_spans(text, *part)]
    shown = [text[slice(*span)] for span in stating_spans(text, spans)]
    assert shown == [*([] if published else [line]), "The ministers met on Friday."]


@pytest.mark.parametrize(
    ("text", "outlet", "published"),
    [
        ("A title\nCorrick Radio News, 21 May 2025\n\nThey met.", "Corrick Radio News", True),
        ("A title\n\nCorrick Echo · 21 May 2025\n\nThey met.", "Corrick Echo", True),
        ("Corrick Gazette, Wednesday 21 May 2025\n\nThey met.", "Corrick Gazette", True),
        ("A title\n\nBAKU, 21 May 2025 (Reuters) - They met.", "Reuters", True),
        ("A title\n\nBAKU, May 21 (Reuters) - They met.", "Reuters", False),
        ("A title\n\nCorrick Hall, 21 May 2025\n\nThey met.", None, False),  # a place
    ],
)
def test_an_outlet_states_its_date_below_the_title_or_in_the_dateline(
    text: str, outlet: str | None, *, published: bool
) -> None:
    stated = recognise(text)
    assert stated.outlet == outlet
    assert stated.published == (date(2025, 5, 21) if published else None)


def test_a_name_and_a_date_without_a_byline_are_a_line_of_text() -> None:
    text = "A title\n\nSpring fair\nCorrick Gazette, May 21, 2025\n\nThe ministers met."
    assert (recognise(text).outlet, recognise(text).published) == (None, None)


def test_only_the_head_of_an_article_states_its_date() -> None:
    text = "\n".join(["A line of text."] * 40) + "\nJuly 6, 2022\nBy Ada Lind"
    stated = recognise(text)
    assert (stated.author, stated.published) == (None, None)


@pytest.mark.parametrize(
    ("text", "known", "title", "rest"),
    [
        ("Ministers meet\n\nThey met.", None, "Ministers meet", "They met."),
        ("They met in Baku.\nAnd spoke.", None, None, "They met in Baku.\nAnd spoke."),
        ("“They met.”\nAnd spoke.", None, None, "“They met.”\nAnd spoke."),
        ("MINISTERS MEET\nThey met.", "Ministers meet", "Ministers meet", "They met."),
        ("Another line\nThey met.", "Ministers meet", "Ministers meet", "Another line\nThey met."),
        ("Only a line", None, None, "Only a line"),
        ("Only a line", "Only a line", "Only a line", "Only a line"),
        ("x" * 300 + "\nThey met.", None, None, "x" * 300 + "\nThey met."),
        (
            "Crews end strike\nNorthern Post\nBy Sofia Brandt\nMay 15, 2026\n\nThey won.",
            None,
            "Crews end strike",
            "They won.",
        ),
        (
            "Crews end strike\nBy Sofia Brandt\nNorthern Post, May 15, 2026\n\nThey won.",
            None,
            "Crews end strike",
            "They won.",
        ),
        (
            "Crews end strike\nNorthern Post, May 15, 2026\n\nThey won.",
            None,
            "Crews end strike",
            "They won.",
        ),
        ("Crews end strike\nBy Sofia Brandt\nThey won.", None, "Crews end strike", "They won."),
        (
            "Crews end strike\nMay 15, 2026\n\nBy Sofia Brandt\n\nThey won.",
            None,
            "Crews end strike",
            "By Sofia Brandt\n\nThey won.",
        ),
        ("Crews\nThey won.\nMay 15, 2026\nMore.", None, "Crews", "They won.\nMay 15, 2026\nMore."),
        ("By Sofia Brandt\nMay 15, 2026", None, None, "By Sofia Brandt\nMay 15, 2026"),
        ("Crews end strike\nBy Sofia Brandt", None, None, "Crews end strike\nBy Sofia Brandt"),
    ],
)
def test_title_is_told_from_the_text(
    text: str, known: str | None, title: str | None, rest: str
) -> None:
    assert split_title(text, known) == (title, rest)


def test_front_matter_goes_before_what_is_recognised(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "---\nHeadline: Given title\nsource: Given outlet\nauthors: [Ada Lind, Bo Ek]\n"
        "date: 2020-01-02 10:30:00\nlang: az\ncanonical_url: https://example.org/a\n---\n"
        "Given title\n\nTEHRAN (Tasnim) – They met.\n\nBy Someone Else July 6, 2022\n",
    )
    article = read(path)
    assert article.title == "Given title"
    assert article.outlet == "Given outlet"
    assert article.author == "Ada Lind, Bo Ek"
    assert article.published == date(2020, 1, 2)
    assert article.language == "az"
    assert article.url == article.id == "https://example.org/a"
    assert article.text.startswith("TEHRAN (Tasnim) – They met.")


def test_what_front_matter_leaves_open_is_recognised(tmp_path: Path) -> None:
    article = read(written(tmp_path, "---\ntitle: T\n---\nTEHRAN (Tasnim) – They met."))
    assert (article.title, article.outlet, article.published) == ("T", "Tasnim", None)


@pytest.mark.parametrize(
    ("matter", "expected"),
    [
        ("id: own-id\nurl: https://example.org/a", "own-id"),
        ("id: 7", "7"),
        ("url: https://example.org/a", "https://example.org/a"),
        ("url: not a link", "sub/article.txt"),
        ("title: T", "sub/article.txt"),
    ],
)
def test_id_is_the_given_one_else_the_url_else_the_path(
    tmp_path: Path, matter: str, expected: str
) -> None:
    (tmp_path / "sub").mkdir()
    path = written(tmp_path / "sub", f"---\n{matter}\n---\nThey met.")
    assert read_article(path, root=tmp_path, max_bytes=MEGABYTE).id == expected


def test_title_comes_from_the_file_name_when_nothing_states_it(tmp_path: Path) -> None:
    article = read(written(tmp_path, "They met in Baku.", "ministers-meet_again.txt"))
    assert article.title == "ministers meet again"


def test_revision_is_the_hash_of_the_text(tmp_path: Path) -> None:
    article = read(written(tmp_path, "Ministers meet\n\nThey met."))
    assert article.text == "They met."
    assert article.revision == hashlib.sha256(b"They met.").hexdigest()


@pytest.mark.parametrize(
    "matter", ["title: [", "a: b\nno pair: [", "\ttitle: x", "title: a: b\n- c"]
)
def test_front_matter_that_is_not_yaml_is_refused(tmp_path: Path, matter: str) -> None:
    path = written(tmp_path, f"---\n{matter}\n---\nThey met.")
    with pytest.raises(IngestError, match="front matter") as refusal:
        read(path)
    assert str(path) in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Baku: what next", "Baku: what next"),
        ("[Update] Baku", "[Update] Baku"),
        ("'Never': Baku's answer", "'Never': Baku's answer"),
        ('"Baku: what next"', "Baku: what next"),
        ("@home: 100% of Baku", "@home: 100% of Baku"),
    ],
)
def test_title_needs_no_quotes(tmp_path: Path, title: str, expected: str) -> None:
    matter = f"title: {title}\noutlet: Post: the daily\npublished: 2024-05-19"
    article = read(written(tmp_path, f"---\n{matter}\n---\nThey met."))
    assert (article.title, article.text) == (expected, "They met.")
    assert (article.outlet, article.published) == ("Post: the daily", date(2024, 5, 19))


@pytest.mark.parametrize("day", ["2024-05-19T10:00:00Z", "'2024-05-19'", "2024-05-19 # corrected"])
def test_other_values_are_read_beside_a_title_without_quotes(tmp_path: Path, day: str) -> None:
    matter = f"title: Baku: what next\nauthor: null\ndate: {day}"
    article = read(written(tmp_path, f"---\n{matter}\n---\nThey met."))
    assert (article.title, article.author) == ("Baku: what next", None)
    assert article.published == date(2024, 5, 19)


def test_rules_around_a_line_are_no_front_matter(tmp_path: Path) -> None:
    article = read(written(tmp_path, "---\nA motto\n---\nThey met."))
    assert "A motto" in article.text + article.title
    assert "They met." in article.text


# ---- verbatim articles


def test_given_text_is_taken_verbatim() -> None:
    text = " date 2024-05-19 \u00a0They met.\r\n\n\nBack to top button\n"
    article = make_article(id="a", text=text)
    assert article.text == text
    assert article.revision == hashlib.sha256(text.encode()).hexdigest()
    assert (article.title, article.outlet, article.published) == ("", None, None)


@pytest.mark.parametrize("text", ["", " \n\t"])
def test_article_without_text_is_refused(text: str) -> None:
    with pytest.raises(IngestError, match="a contains no text"):
        make_article(id="a", text=text)


def test_article_without_an_id_is_refused() -> None:
    with pytest.raises(IngestError, match="no id"):
        make_article(id=" ", text="They met.")


def test_half_a_character_is_refused_with_its_place() -> None:
    with pytest.raises(IngestError, match="offset 3"):
        make_article(id="a", text="abc\ud83d")


# ---- encodings

PROSE = (
    "Ministers meet\n\nThe café in Zürich – a “naïve” choice – was full. The minister’s aide paid"
    " €30 for the señor’s crème brûlée. Later the façade was painted, and the fiancée left for"
    " São Paulo. It wasn’t clear whether Müller’s résumé had been read by the attaché."
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_give_the_same_article(tmp_path: Path, encoding: str) -> None:
    expected = read(written(tmp_path, PROSE, "plain.txt"))
    article = read(written(tmp_path, PROSE.encode(encoding), "encoded.txt"))
    assert article.text == expected.text == PROSE.split("\n\n", 1)[1]
    assert article.title == expected.title == "Ministers meet"


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_utf16_of_either_order_is_read_by_its_mark(tmp_path: Path, order: str) -> None:
    data = ("\ufeff" + PROSE).encode(order)
    assert read(written(tmp_path, data)).text == PROSE.split("\n\n", 1)[1]


def test_front_matter_after_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    data = "---\noutlet: Post\n---\nThey met.".encode("utf-8-sig")
    assert read(written(tmp_path, data)).outlet == "Post"


def test_front_matter_with_windows_line_ends_is_read(tmp_path: Path) -> None:
    article = read(written(tmp_path, "---\r\noutlet: Post\r\n---\r\nThey met.\r\nThey left.\r\n"))
    assert (article.outlet, article.text) == ("Post", "They met.\nThey left.")


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 20,
        b"PK\x03\x04" + b"\x00" * 200,
        "They met.".encode("utf-16-le"),  # without a byte order mark
        b"\x00" * 50,
    ],
    ids=["picture", "archive", "unmarked", "zeros"],
)
def test_file_that_is_not_text_is_refused(tmp_path: Path, data: bytes) -> None:
    path = written(tmp_path, data)
    with pytest.raises(IngestError, match="is not text") as refusal:
        read(path)
    assert str(path) in str(refusal.value)
    assert "save it as UTF-8" in str(refusal.value)


@pytest.mark.parametrize("content", ["", "  \n", "---\ntitle: T\n---\n", "\ufeff", "Newsroom logo"])
def test_file_without_text_is_refused(tmp_path: Path, content: str) -> None:
    path = written(tmp_path, content)
    with pytest.raises(IngestError, match="contains no text") as refusal:
        read(path)
    assert str(path.resolve()) in str(refusal.value)


@pytest.mark.parametrize("limit", [2, 0.5])
def test_file_over_the_limit_is_refused_with_both_sizes(tmp_path: Path, limit: float) -> None:
    path = written(tmp_path, b"word " * 600_000)
    with pytest.raises(IngestError, match=r"3\.0 MB") as refusal:
        read(path, megabytes=limit)
    assert str(path) in str(refusal.value)
    assert f"limit of {limit} MB" in str(refusal.value)
    assert "max_file_mb" in str(refusal.value)


def test_file_at_the_limit_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, b"They met.")
    assert read(path, megabytes=9e-6).text == "They met."
    with pytest.raises(IngestError):
        read(path, megabytes=8e-6)


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="cannot be read"):
        read(tmp_path / "gone.txt")


# ---- Markdown

MARKDOWN = """---
outlet: Post
---
# Ministers *meet*

The **foreign** ministers met in [Baku](https://example.org).
They spoke `twice`.

![a photograph](photo.jpg)

- Trade grew.
- Borders opened.

> “We agree,” he said.

1. First.

```
a table
```
"""


def test_markdown_becomes_its_words(tmp_path: Path) -> None:
    article = read(written(tmp_path, MARKDOWN, "article.md"))
    assert (article.title, article.outlet) == ("Ministers meet", "Post")
    assert article.text.split("\n\n") == [
        "The foreign ministers met in Baku. They spoke twice.",
        "Trade grew.",
        "Borders opened.",
        "“We agree,” he said.",
        "First.",
        "a table",
    ]


def test_marks_in_plain_text_stay(tmp_path: Path) -> None:
    article = read(written(tmp_path, "They *met* in [Baku](there)."))
    assert article.text == "They *met* in [Baku](there)."


# ---- which files


def test_articles_are_found_in_order_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / ".hidden").mkdir()
    names = ["z.txt", "a.md", "b/c.MARKDOWN", "b/readme.txt", "README.md", ".hidden/d.txt"]
    for name in [*names, ".e.txt", "f.doc", "g.py", "h"]:
        written(tmp_path, "They met.", name)
    (tmp_path / "i.txt").mkdir()
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    files = look_below(tmp_path).files
    found = [path.relative_to(tmp_path).as_posix() for path, _ in files]
    assert found == ["a.md", "b/c.MARKDOWN", "z.txt"]


def test_named_file_is_an_article_whatever_its_name(tmp_path: Path) -> None:
    path = written(tmp_path, "They met.", "README.md")
    assert [found for found, _ in look_below(path).files] == [path]

"""Tests that every format is read as the article it contains, and that no file stops a run."""

import gzip
import io
import json
import random
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.core import forms

import rag
from rag.cli import main
from rag.ingest.readers.fields import parse_fields
from rag.ingest.readers.mail import EmlReader
from rag.ingest.readers.pdf import PdfReader

ROW = forms.ROW
OTHER = {**ROW, "id": 18, "url": "https://coast.example/2024/05/pier", "headline": "Pier closes"}
THIRD = {**ROW, "id": 19, "url": "https://coast.example/2024/05/mast", "headline": "Mast falls"}
PLAIN = "\n\n".join(forms.PARAGRAPHS)
MARKED = "".join(f"<p>{paragraph}</p>" for paragraph in forms.PARAGRAPHS)


def write(folder: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def read(
    folder: Path, files: dict[str, bytes], config: rag.Config | None = None
) -> tuple[list[rag.Article], list[str]]:
    write(folder, files)
    articles, skipped = rag.read_articles([folder], config=config)
    return list(articles), [reason for _, reason in skipped]


@pytest.mark.parametrize("ending", forms.FORMS)
def test_every_form_is_read_as_the_same_article(ending: str, tmp_path: Path) -> None:
    (article,), skipped = read(tmp_path, {f"export{ending}": forms.FORMS[ending]()})
    assert skipped == []
    assert [part for part in article.text.split("\n\n") if part.strip()] == list(forms.PARAGRAPHS)
    assert article.title == forms.TITLE


@pytest.mark.parametrize("ending", [".jsonl", ".json", ".csv", ".parquet", ".rss", ".atom"])
def test_what_a_table_or_a_feed_states_is_kept(ending: str, tmp_path: Path) -> None:
    (article,), _ = read(tmp_path, {f"export{ending}": forms.FORMS[ending]()})
    assert article.id == article.url == forms.URL  # a plain number is unique only within its table
    assert (article.author, str(article.published)) == (forms.AUTHOR, "2024-05-14")


# ---- tables


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"id": "w-3", "title": "A", "text": PLAIN}, "w-3"),
        ({"id": 3, "title": "A", "text": PLAIN}, "export.jsonl/3"),
        ({"title": "A/B", "text": PLAIN}, "export.jsonl/A B"),
        ({"text": PLAIN}, "export.jsonl/row 1"),
        ({"id": 3, "url": forms.URL, "text": PLAIN}, forms.URL),
    ],
)
def test_the_id_of_a_row_is_its_own_or_its_place(
    row: dict[str, object], expected: str, tmp_path: Path
) -> None:
    (article,), _ = read(tmp_path, {"export.jsonl": forms.json_lines([row])})
    assert article.id == expected


@pytest.mark.parametrize(
    "document",
    [
        ROW,
        [ROW],
        {"articles": [ROW], "total": 1},
        {"response": {"status": "ok", "results": [ROW]}},
        {"a-17": {k: v for k, v in ROW.items() if k not in ("id", "url")}},
        [{**ROW, "content": None, "fields": {"body": MARKED}}],
        [{**ROW, "content": list(forms.PARAGRAPHS)}],
        [{**ROW, "content": None, "words": PLAIN, "note": "short"}],
        {"@type": "NewsArticle", "headline": forms.TITLE, "articleBody": PLAIN,
         "author": {"name": forms.AUTHOR}, "datePublished": "2024-05-14"},
    ],
)  # fmt: skip
def test_articles_are_found_in_usual_json(document: object, tmp_path: Path) -> None:
    (article,), skipped = read(tmp_path, {"export.json": json.dumps(document).encode()})
    assert skipped == []
    assert article.text == PLAIN
    assert (article.title, article.author) == (forms.TITLE, forms.AUTHOR)


def test_a_long_array_is_read_in_parts(tmp_path: Path) -> None:
    rows = [
        {"id": f"a{n}", "headline": f"Part {n}", "content": f"{PLAIN} {n}"} for n in range(4000)
    ]
    articles, skipped = read(tmp_path, {"export.json": json.dumps(rows, indent=1).encode()})
    assert skipped == []
    assert [article.id for article in articles] == [f"a{n}" for n in range(4000)]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_of_a_table_is_found(separator: str, tmp_path: Path) -> None:
    data = forms.table([ROW, OTHER], separator=separator)
    articles, _ = read(tmp_path, {"export.csv": data})
    assert [article.title for article in articles] == [forms.TITLE, "Pier closes"]


def test_a_table_of_a_spreadsheet_may_be_in_windows_1252(tmp_path: Path) -> None:
    data = forms.table([{**ROW, "content": "The café at Vessby is open. " * 9}]).decode()
    (article,), _ = read(tmp_path, {"export.csv": data.encode("cp1252")})
    assert article.text.startswith("The café at Vessby")


def test_fields_name_the_columns(tmp_path: Path) -> None:
    row = {"kop": "Pier closes", "tekst": "Shut.", "content": "Not this.", "dag": "2024-05-14"}
    config = rag.Config(fields="title=kop, text=tekst, published=dag")
    (article,), _ = read(tmp_path, {"export.jsonl": forms.json_lines([row])}, config)
    assert (article.title, article.text) == ("Pier closes", "Shut.")
    assert str(article.published) == "2024-05-14"


@pytest.mark.parametrize("given", ["title", "words=body", "title=", "=body"])
def test_fields_of_another_form_are_refused(given: str) -> None:
    with pytest.raises(rag.UsageError, match="title=headline,text=body"):
        parse_fields(given)


def test_a_table_without_texts_names_the_remedy(tmp_path: Path) -> None:
    _, (reason,) = read(tmp_path, {"prices.csv": b"day,price\n2024-05-14,3\n"})
    assert "prices.csv has no column of texts" in reason
    assert "--fields text=COLUMN" in reason


@pytest.mark.parametrize(
    ("value", "day"),
    [(1715679000, "2024-05-14"), (1715679000000, "2024-05-14"), ("20240514", "2024-05-14"),
     ({"$date": 1715679000000}, "2024-05-14"), ("2024-05-14T23:30:00-05:00", "2024-05-14")],
)  # fmt: skip
def test_moments_are_read_as_days(value: object, day: str, tmp_path: Path) -> None:
    row = {**ROW, "publish_date": value}
    (article,), _ = read(tmp_path, {"export.jsonl": forms.json_lines([row])})
    assert str(article.published) == day


# ---- changed files


def indexed(index: Path, *paths: Path) -> tuple[rag.IndexReport, list[str]]:
    with rag.Byline(index, embedder=rag.HashEmbedder()) as news:
        report = news.index(paths)
        return report, sorted(article.title for article in news.articles())


@pytest.mark.parametrize("given", ["", "the file"])
@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("export.jsonl", lambda *rows: forms.json_lines(rows)),
        ("export.csv", lambda *rows: forms.table(rows)),
        ("export.zip", lambda *rows: forms.zipped(
            {f"{row['id']}.html": forms.page(title=str(row["headline"])) for row in rows})),
        ("export.zip", lambda *rows: forms.zipped({"export.jsonl": forms.json_lines(rows)})),
    ],
)  # fmt: skip
def test_only_what_changed_in_a_file_changes(
    name: str, made: Callable[..., bytes], given: str, tmp_path: Path
) -> None:
    news, index = tmp_path / "news", tmp_path / "index"
    path = news / name if given else news
    write(news, {name: made(ROW, OTHER)})
    assert indexed(index, path)[0].added == 2
    report, titles = indexed(index, path)
    assert (report.unchanged, report.removed) == (2, 0)
    write(news, {name: made(OTHER, {**THIRD})})
    report, titles = indexed(index, path)
    assert (report.added, report.unchanged, report.removed) == (1, 1, 1)
    assert titles == ["Mast falls", "Pier closes"]
    write(news, {name: b"damaged"})
    report, titles = indexed(index, path)
    assert len(report.skipped) == 1
    assert titles == ["Mast falls", "Pier closes"]  # an unreadable file removes no articles


def test_a_table_that_is_renamed_or_removed(tmp_path: Path) -> None:
    news, index = tmp_path / "news", tmp_path / "index"
    write(news, {"may.jsonl": forms.json_lines([ROW, OTHER]), "a.txt": PLAIN.encode()})
    indexed(index, news)
    (news / "may.jsonl").rename(news / "june.jsonl")
    report, _ = indexed(index, news)
    assert (report.updated, report.unchanged, report.removed) == (2, 1, 0)
    (news / "june.jsonl").unlink()
    report, _ = indexed(index, news)
    assert (report.unchanged, report.removed) == (1, 2)


def test_a_second_table_does_not_take_over_an_article_of_the_first(tmp_path: Path) -> None:
    index = tmp_path / "index"
    write(tmp_path, {"a.jsonl": forms.json_lines(), "b.jsonl": forms.json_lines()})
    indexed(index, tmp_path / "a.jsonl")
    report, _ = indexed(index, tmp_path / "b.jsonl")
    assert "which is indexed" in report.skipped[0][1]


def test_a_line_that_is_no_json_keeps_what_is_stored(tmp_path: Path) -> None:
    news, index = tmp_path / "news", tmp_path / "index"
    write(news, {"may.jsonl": forms.json_lines([ROW, OTHER])})
    indexed(index, news)
    write(news, {"may.jsonl": b'{"id": 17, "headline": \n' + forms.json_lines([OTHER])})
    report, titles = indexed(index, news)
    assert "line 1" in report.skipped[0][1]
    assert len(titles) == 2


def test_a_dry_run_says_what_would_happen_and_does_nothing(tmp_path: Path) -> None:
    news = tmp_path / "news"
    write(
        news, {"may.jsonl": forms.json_lines([ROW, {"id": 9}]), "old.doc": b"?", "a.txt": b"\x00"}
    )
    with rag.Byline(tmp_path / "index", embedder=rag.HashEmbedder()) as index:
        report = index.index([news], dry_run=True)
        assert (report.added, len(report.skipped), index.articles()) == (1, 1, [])
    assert dict(report.passed_over) == {".doc": 1, "row without text": 1}
    assert report.left_out == (
        (str(news / "old.doc"), ".doc"),
        (str(news / "may.jsonl/9"), "row without text"),
    )


@pytest.mark.slow
def test_the_command_line_lists_what_a_dry_run_leaves_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "news", {"may.jsonl": forms.json_lines(), "old.doc": b"?"})
    with pytest.raises(SystemExit) as end:
        main(["index", str(tmp_path / "news"), "--dry-run"])
    out, err = capsys.readouterr()
    assert end.value.code == 0
    assert out.startswith("1 would be added, 0 updated")
    assert f"not read: {tmp_path / 'news/old.doc'} (.doc)" in err
    assert not (tmp_path / ".byline").exists()


# ---- archives


def test_the_files_of_an_archive_are_read_by_their_endings(tmp_path: Path) -> None:
    inner = forms.zipped({"pier.html": forms.page(title="Pier closes")})
    data = forms.zipped({
        "a/ferry.html": forms.page(), "june.zip": inner, "pictures/x.png": b"?", "README.md": "x",
        "__MACOSX/._a.html": "?", ".hidden.txt": "?", "none": "?",
    })  # fmt: skip
    write(tmp_path, {"may.zip": data})
    with rag.Byline(tmp_path / "index", embedder=rag.HashEmbedder()) as news:
        report = news.index([tmp_path / "may.zip"])
        ids = [article.id for article in news.articles()]
    assert ids == ["may.zip/a/ferry.html", "may.zip/june.zip/pier.html"]
    assert report.skipped == ()
    assert dict(report.passed_over) == {".png": 1, "without an ending": 1}


def test_links_and_paths_out_of_an_archive_are_not_followed(tmp_path: Path) -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name, kind in (("a.txt", tarfile.SYMTYPE), ("b.txt", tarfile.LNKTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        for name in ("../out.txt", "/etc/out.txt", "in.txt"):
            info = tarfile.TarInfo(name)
            info.size = len(PLAIN)
            archive.addfile(info, io.BytesIO(PLAIN.encode()))
    articles, reasons = read(tmp_path, {"x.tar.gz": file.getvalue()})
    assert [article.id for article in articles] == ["x.tar.gz/in.txt"]
    assert ["a path outside the archive" in reason for reason in reasons] == [True, True]


def test_archives_within_archives_end_at_a_depth(tmp_path: Path) -> None:
    data = PLAIN.encode()
    name = "a.txt"
    for _ in range(6):
        data, name = forms.zipped({name: data}), "in.zip"
    articles, (reason,) = read(tmp_path, {"deep.zip": data})
    assert articles == []
    assert "archives deep" in reason


@pytest.mark.parametrize("kind", ["zip", "gz", "tar.gz", "jsonl.gz"])
def test_what_unpacks_to_far_more_than_its_size_is_refused(kind: str, tmp_path: Path) -> None:
    large = b"a" * 30_000_000
    data = {
        "zip": lambda: forms.zipped({f"{n}.txt": large for n in range(3)}),
        "gz": lambda: gzip.compress(large, 9),
        "tar.gz": lambda: gzip.compress(forms.tarred({"a.txt": large}), 9),
        "jsonl.gz": lambda: gzip.compress(large, 9),
    }[kind]()
    articles, reasons = read(tmp_path, {f"bomb.{kind}": data}, rag.Config(max_file_mb=0.1))
    assert articles == []
    assert len(reasons) in (0, 1, 2, 3)
    assert all("limit" in reason or "over" in reason for reason in reasons)


def test_a_header_that_fills_the_memory_is_refused(tmp_path: Path) -> None:
    info = tarfile.TarInfo("a.txt")
    info.type, info.size = tarfile.XHDTYPE, 40_000_000
    data = gzip.compress(info.tobuf(tarfile.PAX_FORMAT) + bytes(40_000_000))
    _, (reason,) = read(tmp_path, {"x.tgz": data})
    assert "header of over 16 MB" in reason


# ---- hostile files


@pytest.mark.parametrize("ending", [".jsonl", ".json", ".csv", ".tsv", ".mbox", ".txt", ".zip",
                                    ".xml", ".pdf", ".docx", ".warc", ".parquet"])  # fmt: skip
def test_one_endless_line_is_refused(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"line{ending}"
    with path.open("wb") as file:
        file.write({".json": b'["', ".csv": b'text\n"', ".mbox": b"From a\n"}.get(ending, b"{"))
        file.truncate(1_000_000_000)
    articles, skipped = rag.read_articles([path])
    assert articles == ()
    assert len(skipped) == 1
    assert str(path) in skipped[0][1]


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "0123456789">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + '<!ENTITY z SYSTEM "file:///etc/passwd">]>'
)


WORD = (
    f"{BOMB}<w:document {forms.SPACE}><w:body><w:p><w:r><w:t>Kept. &i; &z;</w:t></w:r></w:p>"
    "</w:body></w:document>"
)
FEED = (
    f"{BOMB}<rss><channel><item><title>A</title><description>Kept. &i; &z;</description></item>"
    "</channel></rss>"
)


@pytest.mark.parametrize(
    ("name", "data"),
    [("x.docx", forms.zipped({"word/document.xml": WORD})), ("x.xml", FEED.encode())],
)
def test_entities_are_not_expanded(name: str, data: bytes, tmp_path: Path) -> None:
    articles, reasons = read(tmp_path, {name: data})
    assert [article.text for article in articles] in ([], ["Kept."])
    assert len(articles) + len(reasons) == 1


@pytest.mark.parametrize("ending", forms.FORMS)
@pytest.mark.parametrize("other", [".pdf", ".docx", ".jsonl", ".eml", ".zip"])
def test_a_wrong_ending_is_a_line(ending: str, other: str, tmp_path: Path) -> None:
    articles, reasons = read(tmp_path, {f"x{ending}": forms.FORMS[other]()})
    if not articles:
        assert all(str(tmp_path / f"x{ending}") in reason for reason in reasons)


@pytest.mark.parametrize("ending", [ending for ending in forms.FORMS if ending != ".pdf"])
def test_damaged_bytes_end_no_run(ending: str, tmp_path: Path) -> None:
    chance = random.Random(ending)  # noqa: S311 - not cryptography
    data = forms.FORMS[ending]()
    for _ in range(60):
        write(tmp_path, {f"x{ending}": mutated(data, chance), "good.txt": PLAIN.encode()})
        articles, _ = rag.read_articles([tmp_path])
        assert "good.txt" in [article.id for article in articles]


def mutated(data: bytes, chance: random.Random) -> bytes:
    """``data`` with some bytes changed, and perhaps truncated, doubled or repeated."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 20)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    cut = chance.randrange(len(changed))
    return bytes(
        [changed, changed[:cut], changed[cut:], changed[:cut] + changed][chance.randrange(4)]
    )


def test_damaged_pdfs_end_no_run(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311 - not cryptography
    for _ in range(5):
        write(tmp_path, {"x.pdf": mutated(forms.pdf(), chance), "good.txt": PLAIN.encode()})
        articles, _ = rag.read_articles([tmp_path])
        assert "good.txt" in [article.id for article in articles]


# ---- PDF


COLUMN = "The council of Vessby met on Monday to discuss the quay. " * 3


def test_columns_are_read_one_after_the_other() -> None:
    left = forms.set_lines([f"Left begins here. {COLUMN}"], left=50, top=700)
    right = forms.set_lines([f"Right begins here. {COLUMN}"], left=310, top=700)
    lines = [line for pair in zip(left, right, strict=False) for line in pair]  # row by row
    page = [(50.0, 760.0, 24.0, "A headline over both of the columns"), *lines]
    text = PdfReader().read(Path("a.pdf"), forms.pdf(page)).text
    parts = text.split("\n\n")
    assert parts[0] == "A headline over both of the columns"
    assert parts[1].startswith("Left begins here. The council of Vessby met on Monday")
    assert "Right" not in parts[1].partition("Right begins")[0]
    assert text.index("Left begins") < text.index("Right begins")


def test_running_heads_page_numbers_and_hyphens_are_removed() -> None:
    pages = [
        [
            (50.0, 810.0, 8.0, f"The Coast Courier, page {number}"),
            (50.0, 700.0, 10.0, f"Sentence {number} tells that the passen-"),
            (50.0, 688.0, 10.0, "gers of the well-known boat took the well-"),
            (50.0, 676.0, 10.0, "known bus, and that they have gone"),
            (290.0, 30.0, 8.0, f"- {number} -"),
        ]
        for number in (1, 2, 3)
    ]
    found = PdfReader().read(Path("a.pdf"), forms.pdf(*pages)).text
    plain = " ".join(found.replace("\ufdd0", "").split())
    sentence = (
        "tells that the passengers of the well-known boat took the well-known bus, and that they"
        " have gone"
    )
    assert plain == " ".join(f"Sentence {number} {sentence}" for number in (1, 2, 3))
    assert found.count("\ufdd0") == 2


def test_a_citation_names_its_page(tmp_path: Path) -> None:
    texts = ("The quay was closed.", "", "The mast fell into the harbour.")
    pages = [[(50.0, 600.0, 10.0, text)] for text in texts]
    write(tmp_path / "news", {"a.pdf": forms.pdf(*pages)})
    with rag.Byline(tmp_path / "index", embedder=rag.HashEmbedder()) as news:
        news.index([tmp_path / "news"])
        article = news.article("a.pdf")
        assert article.text == "The quay was closed.\n\nThe mast fell into the harbour."
        assert [article.page(article.text.index(word)) for word in ("quay", "mast")] == [1, 3]
        assert rag.source_line(article, at=[0]).endswith(", p. 1")
        assert rag.source_line(article, at=[0, 30]).endswith(", pp. 1, 3")
        assert ", p. 1\n" in news.context("quay", tokens=100)
        assert news.index([tmp_path / "news"]).unchanged == 1


def test_a_scan_is_named_as_one(tmp_path: Path) -> None:
    _, (reason,) = read(tmp_path, {"scan.pdf": forms.pdf([(50, 20, 8, "12")], picture=True)})
    assert "is a scan" in reason
    assert "OCR" in reason


def test_a_pdf_whose_pages_lead_back_to_each_other_ends() -> None:
    looped = forms.pdf().replace(b"/Kids[6 0 R]", b"/Kids[2 0 R]")
    with pytest.raises(rag.IngestError, match=r"a\.pdf "):
        PdfReader().read(Path("a.pdf"), looped)


# ---- documents and mail


def test_deleted_and_hidden_words_of_a_document_are_not_printed(tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:t>The fare is </w:t></w:r><w:del><w:r><w:delText>11</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>12</w:t></w:r></w:ins><w:r><w:rPr><w:vanish/></w:rPr><w:t> secret</w:t>"
        "</w:r><w:r><w:t> crowns.</w:t></w:r><w:r><w:footnoteReference w:id='1'/></w:r></w:p>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Night</w:t></w:r></w:p></w:tc>"
        "<w:tc><w:p><w:r><w:t>15</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    (article,), _ = read(tmp_path, {"a.docx": forms.docx(body)})
    assert article.text == "The fare is 12 crowns.\n\nNight | 15"


def test_notes_and_deletions_of_an_open_document_are_not_printed(tmp_path: Path) -> None:
    body = (
        "<text:tracked-changes><text:p>Gone.</text:p></text:tracked-changes>"
        "<text:p>The fare is<text:s/>12 <text:span>crowns</text:span><text:note><text:p>1</text:p>"
        "</text:note>.</text:p>"
    )
    (article,), _ = read(tmp_path, {"a.odt": forms.odt(body)})
    assert article.text == "The fare is 12 crowns."


def test_the_sender_of_a_newsletter_is_its_outlet() -> None:
    marked = forms.page().replace("<p>", '<p><span style="display:none">Preview</span>')
    for data in (
        forms.eml(newsletter=True),
        forms.eml("See online.", newsletter=True, marked=marked),
    ):
        found = EmlReader().read(Path("a.eml"), data)
        assert found.stated["outlet"] == forms.OUTLET
        assert forms.FIRST in found.text
        assert "Preview" not in found.text
    assert EmlReader().read(Path("a.eml"), forms.eml()).stated["author"] == forms.AUTHOR


@pytest.mark.parametrize(
    "line",
    [
        "Unsubscribe: https://coast.example/stop/7",
        "Unsubscribe from this list.",
        "To unsubscribe, click here.",
        "View this email in your browser",
        "Unsubscribe | View in browser | Privacy policy",
        "You are receiving this email because you signed up\nat coast.example.\nUnsubscribe",
    ],
)
def test_the_lines_of_a_mailing_service_are_not_part_of_the_article(line: str) -> None:
    kept = "Unsubscribe rates rose by a third, the council said."
    data = forms.eml(f"{line}\n\n{forms.FIRST}\n\n{kept}\n\n{line}\n", newsletter=True)
    assert EmlReader().read(Path("a.eml"), data).text == f"{forms.FIRST}\n\n{kept}"


def test_messages_of_a_mailbox_are_named_by_their_ids(tmp_path: Path) -> None:
    body = f"{forms.FIRST}\n\nFrom Vessby, the boat sails at nine."
    data = forms.mbox(forms.eml(key="m1"), forms.eml(body.replace("\nFrom", "\n>From"), key="m2"))
    articles, _ = read(tmp_path, {"box.mbox": data})
    assert [article.id for article in articles] == [f"box.mbox/m{n}@coast.example" for n in (1, 2)]
    assert articles[1].text.endswith("\n\nFrom Vessby, the boat sails at nine.")


def test_a_locked_archive_names_the_remedy(tmp_path: Path) -> None:
    data = bytearray(forms.zipped({"a.txt": PLAIN}))
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(sign) + place] |= 1
    _, (reason,) = read(tmp_path, {"x.zip": bytes(data)})
    assert "unpack it yourself" in reason


def test_a_missing_library_names_the_command() -> None:
    from rag.ingest.readers.optional import library

    with pytest.raises(rag.IngestError, match=r"a\.pdf needs .* pip install 'byline\[forms\]'"):
        library("no_such_library.part", Path("a.pdf"))


def test_names_of_members_may_have_any_bytes(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in ("a\u202eb.txt", "n\x01l.txt", "x" * 300 + ".txt", "\ud7ff.txt"):
            archive.writestr(name, PLAIN + name[:1])
    write(tmp_path, {"names.zip": file.getvalue()})
    report, titles = indexed(tmp_path / "index", tmp_path / "names.zip")
    assert report.skipped == ()
    assert indexed(tmp_path / "index", tmp_path / "names.zip")[0].unchanged == len(titles) == 4


@pytest.mark.parametrize("name", ["x.md", "x.html"])
def test_control_characters_are_not_printed(name: str, tmp_path: Path) -> None:
    text = f"{forms.FIRST}\n\n{forms.SECOND}"
    data = forms.page(*text.split("\n\n")) if name == "x.html" else text
    data = data.replace("ferry crews", "ferry cr\uffffews")
    (article,), reasons = read(tmp_path, {name: data.encode()})
    assert reasons == []
    assert article.text.split("\n\n")[-2:] == [forms.FIRST, forms.SECOND]


@pytest.mark.parametrize("ending", [".docx", ".odt", ".parquet"])
def test_a_damaged_document_is_one_line_that_says_so(ending: str, tmp_path: Path) -> None:
    if ending == ".parquet":
        data = forms.parquet()[:-4] + b"PARX"
    else:
        name = "word/document.xml" if ending == ".docx" else "content.xml"
        data = forms.zipped({name: f"<w:document {forms.SPACE}>\n<w:body>\0</w:document>"})
    articles, (reason,) = read(tmp_path, {f"x{ending}": data})
    assert articles == []
    assert "\n" not in reason
    assert "invalid XML" in reason or "not a Parquet file" in reason


@pytest.mark.parametrize("name", ["x.html", "x.md"])
def test_an_address_with_an_open_bracket_is_none(name: str, tmp_path: Path) -> None:
    address = "https://[coast.example/2024/05/ferry"
    page = forms.page().replace("<head>", f"<head><link rel='canonical' href='{address}'>")
    data = {"x.html": page, "x.md": f"---\nurl: {address}\n---\n{forms.FIRST}\n"}[name]
    (article,), reasons = read(tmp_path, {name: data.encode()})
    assert reasons == []
    assert article.id == name

"""Generates a file in every format from one article."""

import csv
import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from email.message import EmailMessage
from html import escape

TITLE = "Ferry strike ends"
FIRST = "The ferry crews at Vessby went back to work on Tuesday after a pay deal with the port."
SECOND = "They had stopped all crossings for nine days, and 14,000 passengers had to take the bus."
THIRD = "The deal raises wages by 4.5% and keeps the night boat to Ostra until the spring of 2026."
PARAGRAPHS = (FIRST, SECOND, THIRD)
OUTLET = "The Coast Courier"
AUTHOR = "Ada Lind"
URL = "https://coast.example/2024/05/ferry"
ROW = {
    "id": 17,
    "headline": TITLE,
    "content": "\n\n".join(PARAGRAPHS),
    "url": URL,
    "authors": [AUTHOR],
    "publish_date": "2024-05-14",
}
SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

Placed = tuple[float, float, float, str]
"""Left, bottom, size and text of a line on a page."""


def page(*paragraphs: str, title: str = TITLE) -> str:
    body = "".join(f"<p>{escape(each)}</p>" for each in paragraphs or PARAGRAPHS)
    return (
        f"<html lang='en'><head><title>{title}</title>"
        f"<meta property='og:site_name' content='{OUTLET}'></head>"
        f"<body><article><h1>{title}</h1>{body}</article></body></html>"
    )


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def tarred(parts: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, content in parts.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return file.getvalue()


def docx(body: str = "") -> bytes:
    title = f'<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr><w:r><w:t>{TITLE}</w:t></w:r></w:p>'
    given = body or "".join(f"<w:p><w:r><w:t>{each}</w:t></w:r></w:p>" for each in PARAGRAPHS)
    return zipped(
        {"word/document.xml": f"<w:document {SPACE}><w:body>{title}{given}</w:body></w:document>"}
    )


def odt(body: str = "") -> bytes:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text", "table", "draw")
    )
    given = body or "".join(f"<text:p>{each}</text:p>" for each in PARAGRAPHS)
    return zipped({
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<office:document-content {spaces}><office:body><office:text>"
        f'<text:p text:style-name="Title">{TITLE}</text:p>{given}'
        "</office:text></office:body></office:document-content>",
    })  # fmt: skip


def epub(chapters: Mapping[str, str] | None = None) -> bytes:
    chapters = chapters or {"ferry.xhtml": page()}
    items = "".join(
        f'<item id="c{n}" href="text/{name}" media-type="application/xhtml+xml"/>'
        for n, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    book = (
        '<package xmlns="http://www.idpf.org/2007/opf"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>May</dc:title>'
        f"<dc:creator>{AUTHOR}</dc:creator><dc:publisher>{OUTLET}</dc:publisher>"
        "<dc:date>2024-05-14</dc:date><dc:language>en-GB</dc:language></metadata>"
        f"<manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OPS/book.opf"/></rootfiles></container>'
    )
    parts = {f"OPS/text/{name}": text for name, text in chapters.items()}
    return zipped({"META-INF/container.xml": container, "OPS/book.opf": book, **parts})


def eml(text: str = "", *, newsletter: bool = False, marked: str = "", key: str = "m1") -> bytes:
    message = EmailMessage()
    message["From"] = f"{OUTLET if newsletter else AUTHOR} <desk@coast.example>"
    message["Subject"] = TITLE
    message["Date"] = "Tue, 14 May 2024 09:30:00 +0200"
    message["Message-ID"] = f"<{key}@coast.example>"
    if newsletter:
        message["List-Unsubscribe"] = "<https://coast.example/stop>"
    message.set_content(text or "\n\n".join(PARAGRAPHS))
    if marked:
        message.add_alternative(marked, subtype="html")
    return message.as_bytes()


def mbox(*messages: bytes) -> bytes:
    given = messages or (eml(),)
    return b"".join(b"From desk Tue May 14 09:30:00 2024\n" + each + b"\n" for each in given)


def mhtml() -> bytes:
    message = EmailMessage()
    message["From"] = "<Saved by a browser>"
    message["Subject"] = TITLE
    message["Snapshot-Content-Location"] = URL
    message.set_content(page(), subtype="html")
    message.make_related()
    message.add_related(b"\x89PNG", "image", "png")
    return message.as_bytes()


def rss(entries: str = "") -> bytes:
    text = "".join(f"<p>{each}</p>" for each in PARAGRAPHS)
    given = entries or (
        f"<item><title>{TITLE}</title><link>{URL}</link><guid>f-17</guid>"
        "<pubDate>Tue, 14 May 2024 09:30:00 GMT</pubDate>"
        f"<dc:creator>{AUTHOR}</dc:creator><description>The crews are back.</description>"
        f"<content:encoded><![CDATA[{text}]]></content:encoded></item>"
    )
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{OUTLET}</title><language>en-gb</language>{given}</channel></rss>"
    ).encode()


def atom() -> bytes:
    text = "".join(f"<p>{each}</p>" for each in PARAGRAPHS)
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>{OUTLET}</title><entry>'
        f"<title>{TITLE}</title><link rel='self' href='https://coast.example/x'/>"
        f"<link href='{URL}'/><id>tag:coast.example,2024:17</id>"
        f"<author><name>{AUTHOR}</name></author><published>2024-05-14T09:30:00Z</published>"
        f"<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>{text}</div></content>"
        "</entry></feed>"
    ).encode()


def table(rows: Sequence[Mapping[str, object]] = (ROW,), *, separator: str = ",") -> bytes:
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]), delimiter=separator)
    writer.writeheader()
    writer.writerows(
        {k: v[0] if isinstance(v, list) else v for k, v in row.items()} for row in rows
    )
    return file.getvalue().encode()


def json_lines(rows: Sequence[object] = (ROW,)) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def parquet(rows: Sequence[Mapping[str, object]] = (ROW,)) -> bytes:
    import pyarrow
    from pyarrow import parquet as tables

    file = io.BytesIO()
    tables.write_table(pyarrow.Table.from_pylist([dict(row) for row in rows]), file)
    return file.getvalue()


def warc(pages: Mapping[str, str] | None = None) -> bytes:
    records = []
    for address, text in (pages or {URL: page()}).items():
        body = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{text}".encode()
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {address}\r\n"
            "WARC-Date: 2024-05-14T09:30:00Z\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
            "Content-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        records.append(head.encode() + body + b"\r\n\r\n")
    return b"".join(records)


def pdf(*pages: Sequence[Placed], picture: bool = False) -> bytes:
    """A PDF with lines of Helvetica at given positions; ``picture`` adds a picture to each page."""
    given = pages or ([(50, 780, 20, TITLE), *_set(PARAGRAPHS, left=50, top=740)],)
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
    image = (
        b"<</Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray"
        b"/Length 1>>stream\n\x00\nendstream"
    )
    objects = [b"", b"", font, image]
    kids = []
    for lines in given:
        words = b"".join(map(_shown, lines))
        stream = b"BT %s ET%s" % (words, b" q 500 0 0 700 50 50 cm /I1 Do Q" if picture else b"")
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>"
            b"/XObject<</I1 4 0 R>>>>/Contents %d 0 R>>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[0] = b"<</Type/Catalog/Pages 2 0 R>>"
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids))
    return _written(objects)


def _shown(line: Placed) -> bytes:
    left, bottom, size, text = line
    data = text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return b"/F1 %g Tf 1 0 0 1 %g %g Tm (%s) Tj " % (size, left, bottom, data)


def _written(objects: Sequence[bytes]) -> bytes:
    data, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
    )
    return data + end % (len(objects) + 1, table, len(objects) + 1, len(data))


def _set(paragraphs: Sequence[str], *, left: float, top: float, width: int = 45) -> list[Placed]:
    """``paragraphs`` in lines of at most ``width`` letters, with a blank line between."""
    placed: list[Placed] = []
    for paragraph in paragraphs:
        line = ""
        for word in [*paragraph.split(), None]:
            if word is None or len(line) + len(word) >= width:
                placed.append((left, top, 10, line.strip()))
                top, line = top - 12, ""
            line += f" {word}"
        top -= 12
    return placed


set_lines = _set

FORMS: dict[str, Callable[[], bytes]] = {
    ".jsonl": json_lines,
    ".json": lambda: json.dumps([ROW]).encode(),
    ".csv": table,
    ".zip": lambda: zipped({"may/ferry.html": page()}),
    ".tar": lambda: tarred({"may/ferry.html": page().encode()}),
    ".tar.gz": lambda: gzip.compress(tarred({"may/ferry.html": page().encode()})),
    ".jsonl.gz": lambda: gzip.compress(json_lines()),
    ".pdf": pdf,
    ".docx": docx,
    ".odt": odt,
    ".epub": epub,
    ".eml": eml,
    ".mbox": mbox,
    ".mhtml": mhtml,
    ".rss": rss,
    ".atom": atom,
    ".parquet": parquet,
    ".warc": warc,
}
"""A function that creates a file with the article, by file ending."""

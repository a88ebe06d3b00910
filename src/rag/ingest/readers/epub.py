"""Books and magazines in EPUB format: each chapter is an article."""

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote

from rag.ingest.readers.base import Limits, Member, ReadFile
from rag.ingest.readers.decoding import declared_encoding, decode
from rag.ingest.readers.fragments import fragment_text
from rag.ingest.readers.package import Package, local_name
from rag.ingest.readers.streams import at_most

__all__ = ["EpubReader"]

_CONTAINER = "META-INF/container.xml"
_SHORTEST = 200  # minimum characters of a chapter; covers and title pages have fewer
_MOST = 10_000  # maximum chapters
_HEADING = re.compile(r"<(h[1-3])\b[^>]*>(.*?)</\1\s*>", re.DOTALL | re.IGNORECASE)
_HEAD = re.compile(
    r"\A.*?<body\b[^>]*>|</body\s*>.*|<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE
)


class EpubReader:
    """Reads ``.epub`` files, https://www.w3.org/TR/epub-33/."""

    suffixes = (".epub",)

    def members(self, path: Path, file: BinaryIO, limits: Limits) -> Iterator[Member]:
        """The chapters in reading order, named by their files. The outlet is the publisher."""
        package = Package(path, at_most(path, file, limits.max_bytes), form="EPUB")
        root = package.xml(_CONTAINER).find(".//{*}rootfile")
        name = "" if root is None else root.get("full-path", "")
        book = package.xml(name)
        stated = _stated(book)
        for chapter in list(_chapters(book, name))[:_MOST]:
            data = package.part(chapter)
            limits.unpack(path, len(data))
            page = decode(path / chapter, data, declared=declared_encoding(data)).text
            text = fragment_text(_HEAD.sub("", page)).strip()
            if len(text) < _SHORTEST:
                yield Member(name=chapter, content="page without text")
                continue
            heading = _HEADING.search(page)
            title = fragment_text(heading[2]).replace("\n", " ") if heading else ""
            named = {"title": title} if title else {}
            yield Member(name=chapter, content=ReadFile(text=text, stated={**stated, **named}))


def _stated(book: Any) -> dict[str, object]:
    """The metadata that the book states for all its chapters."""
    fields = {"author": "creator", "outlet": "publisher", "published": "date",
              "language": "language"}  # fmt: skip
    stated: dict[str, object] = {}
    for field, name in fields.items():
        values = [each.text.strip() for each in book.iterfind(f"{{*}}metadata/{{*}}{name}")
                  if (each.text or "").strip()]  # fmt: skip
        if values:
            stated[field] = ", ".join(values) if field == "author" else values[0]
    if "language" in stated:
        stated["language"] = str(stated["language"]).partition("-")[0].lower()
    return stated


def _chapters(book: Any, name: str) -> Iterator[str]:
    """The names of the chapters' files, once each."""
    files = {
        item.get("id"): item
        for item in book.iterfind("{*}manifest/{*}item")
        if "html" in (item.get("media-type") or "")
        and "nav" not in (item.get("properties") or "").split()
    }
    seen = set()
    for ref in book.iterfind("{*}spine/{*}itemref"):
        item = files.get(ref.get("idref"))
        if item is not None and local_name(item) and ref.get("idref") not in seen:
            seen.add(ref.get("idref"))
            place = posixpath.join(posixpath.dirname(name), unquote(item.get("href") or ""))
            yield posixpath.normpath(place)

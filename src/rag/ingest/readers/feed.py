"""Saved RSS and Atom feeds. Each entry is an article, with as much text as the feed contains."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from rag.errors import IngestError
from rag.ingest.readers.base import Limits, Member, ReadFile
from rag.ingest.readers.fields import Names
from rag.ingest.readers.fragments import plain_or_fragment
from rag.ingest.readers.package import local_name, parse_xml
from rag.ingest.readers.streams import at_most

__all__ = ["FeedReader"]

_TEXT = ("encoded", "content", "description", "summary")
_DATE = ("pubDate", "published", "date", "issued", "updated")
_AUTHOR = ("creator", "author")


class FeedReader:
    """Reads RSS 0.9 to 2.0, https://www.rssboard.org, and Atom, RFC 4287."""

    suffixes = (".rss", ".atom", ".xml")

    def members(self, path: Path, file: BinaryIO, limits: Limits) -> Iterator[Member]:
        """The entries, named by their ids. The outlet is the feed's title."""
        from lxml import etree

        data = at_most(path, file, limits.max_bytes)
        try:
            root = parse_xml(data, recover=True)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise IngestError(f"{path} is not a feed ({error}); save the feed again") from None
        if root is None or local_name(root) not in ("rss", "RDF", "feed"):
            raise IngestError(f"{path} is not an RSS or Atom feed; save the articles as text")
        channel = root.find("{*}channel")
        head = root if channel is None else channel
        outlet, names = _value(head, ("title",)), Names()
        language = _value(head, ("language",)) or _attribute(root, "lang")
        for entry in root.iter("{*}item", "{*}entry"):
            stated = {
                "title": _value(entry, ("title",)),
                "url": _link(entry),
                "author": _author(entry),
                "published": _value(entry, _DATE),
                "outlet": outlet,
                "language": language.partition("-")[0].lower(),
            }
            key = _value(entry, ("guid", "id")) or stated["url"] or stated["title"]
            text = _text(entry)
            given: dict[str, object] = {name: value for name, value in stated.items() if value}
            content = ReadFile(text=text, stated=given) if text else "entry without text"
            yield Member(name=names(key), content=content)


def _text(entry: Any) -> str:
    """The longest text of an entry; feeds may also contain a teaser of the article."""
    texts = [_markup(child) for child in entry if local_name(child) in _TEXT]
    return max((plain_or_fragment(text).strip() for text in texts if text), key=len, default="")


def _markup(element: Any) -> str:
    """The markup in an element, escaped or not."""
    from lxml import etree

    inner = "".join(etree.tostring(child, encoding="unicode") for child in element)
    return f"{element.text or ''}{inner}"


def _value(element: Any, names: tuple[str, ...]) -> str:
    """The text of the first child with one of ``names``."""
    for name in names:
        for child in element.iterchildren(f"{{*}}{name}"):
            words = " ".join(plain_or_fragment("".join(child.itertext())).split())
            if words:
                return words
    return ""


def _author(entry: Any) -> str:
    names = []
    for name in _AUTHOR:
        for child in entry.iterchildren(f"{{*}}{name}"):
            inner = _value(child, ("name",))
            words = inner or " ".join("".join(child.itertext()).split())
            if "@" in words:  # RSS: "ada@example.org (Ada Lind)"
                words = words.partition("(")[2].rstrip(") ")
            names += [words] if words and words not in names else []
        if names:
            break
    return ", ".join(names)


def _link(entry: Any) -> str:
    for link in entry.iterchildren("{*}link"):
        if link.get("rel", "alternate") == "alternate":
            found = link.get("href") or (link.text or "").strip()
            if found:
                return str(found)
    guid = _value(entry, ("guid",))
    return guid if guid.startswith("http") else ""


def _attribute(element: Any, name: str) -> str:
    values = (value for key, value in element.attrib.items() if key.rpartition("}")[2] == name)
    return str(next(values, ""))

"""Turns table rows into articles: finds the columns with the text, the title and other fields."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rag.errors import IngestError, UsageError
from rag.ingest.readers.base import Member, ReadFile
from rag.ingest.readers.fragments import plain_or_fragment

__all__ = ["FIELDS", "NO_TEXT", "Names", "Rows", "parse_fields"]

FIELDS = {
    "text": ("text", "body", "content", "articlebody", "articletext", "maintext", "fulltext",
             "bodytext", "plaintext", "contenttext", "story", "storytext", "article", "paragraphs",
             "html", "bodyhtml", "contenthtml", "texthtml"),
    "title": ("title", "headline", "webtitle", "head", "headlinemain", "subject", "name"),
    "outlet": ("outlet", "source", "publisher", "publication", "newspaper", "sitename",
               "sourcedomain", "domain"),
    "author": ("author", "authors", "byline", "creator", "writer"),
    "published": ("published", "date", "datepublished", "publishedat", "publishedon",
                  "publisheddate", "publishdate", "publicationdate", "pubdate", "datepublish",
                  "webpublicationdate", "firstpublicationdate", "timestamp", "datecreated",
                  "created", "createdat", "datetime", "time"),
    "url": ("url", "canonicalurl", "weburl", "link", "permalink", "sourceurl", "articleurl"),
    "language": ("language", "lang"),
    "id": ("id", "articleid", "docid", "uuid", "guid", "uid"),
}  # fmt: skip
"""The column names of each field, in lower case without punctuation, the most likely first."""

NO_TEXT = "row without text"
"""The kind of a row without an article."""

_TEASERS = ("description", "summary", "abstract", "lead", "excerpt")
_WITHIN = ("fields", "article", "_source", "metadata", "meta", "attributes", "data")
"""Columns whose sub-columns count as columns of the row, as in exports of a CMS."""
_SHORTEST = 200  # minimum characters of a text in a column with an unknown name
_LONGEST_NAME = 120  # characters
_NUMBER = re.compile(r"\d{1,18}")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\\ud800-\udfff]+")
_SECONDS = range(10**8, 10**10)  # 1973 to 2286


def parse_fields(given: str) -> dict[str, str]:
    """The columns named in "title=headline,text=body", by field.

    Raises:
        UsageError: the text is not of this form, or a field is unknown.
    """
    fields = {}
    for pair in filter(None, map(str.strip, given.split(","))):
        name, equals, column = (part.strip() for part in pair.partition("="))
        if name not in FIELDS or not equals or not column:
            raise UsageError(
                f"fields has {pair!r}; write FIELD=COLUMN, as in title=headline,text=body, with the"
                f" fields {', '.join(FIELDS)}"
            )
        fields[name] = column
    return fields


class Names:
    """Names for the members of a file: a repeated one gets a number."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def __call__(self, name: str) -> str:
        """``name``, shortened, without path separators, and unique."""
        name = _UNSAFE.sub(" ", name)[:_LONGEST_NAME].strip(". ") or "unnamed"
        self._seen[name] = number = self._seen.get(name, 0) + 1
        return name if number == 1 else f"{name} ({number})"


class Rows:
    """Turns the rows of one table into members."""

    def __init__(self, path: Path, fields: Mapping[str, str]) -> None:
        self._path, self._fields = path, fields
        self._names, self._number, self._found = Names(), 0, 0
        self._guessed = ""

    def member(self, row: object, *, key: str = "") -> Member:
        """The member for a row; ``key`` is the name of the row, if it has one."""
        self._number += 1
        if not isinstance(row, Mapping):
            return Member(name=f"row {self._number}", content=NO_TEXT)
        columns = _columns(row)
        found = {name: self._value(name, columns) for name in FIELDS}
        text = plain_or_fragment(_text(found.pop("text"))).strip()
        stated = {name: value for name, value in found.items() if value not in (None, "", [], {})}
        stated["published"] = _day(stated.get("published"))
        own = str(stated.get("id", "") or key)
        stated["id"] = None if _NUMBER.fullmatch(own) else own  # other tables count in the same way
        name = self._names(own or str(stated.get("title", "")) or f"row {self._number}")
        if not text:
            return Member(name=name, content=NO_TEXT)
        self._found += 1
        return Member(name=name, content=ReadFile(text=text, stated=stated))

    def end(self) -> None:
        """Ends the table.

        Raises:
            IngestError: the table has rows, but none with a text.
        """
        if self._number and not self._found:
            given = self._fields.get("text")
            what = f"no text in a column {given!r}" if given else "no column of texts"
            raise IngestError(
                f"{self._path} has {what}; name the column with --fields text=COLUMN if it contains"
                " articles"
            )

    def _value(self, name: str, columns: Mapping[str, object]) -> object:
        if name in self._fields:
            return columns.get(_plain(self._fields[name]))
        known = [columns[column] for column in FIELDS[name] if columns.get(column)]
        if known or name != "text":
            return known[0] if known else None
        if not self._guessed:
            self._guessed = _longest(columns)
        teasers = [columns[column] for column in _TEASERS if columns.get(column)]
        return columns.get(self._guessed) or (teasers[0] if teasers else None)


def _plain(name: object) -> str:
    return re.sub(r"[\W_]", "", str(name)).lower()


def _columns(row: Mapping[Any, object]) -> dict[str, object]:
    """The values by plain column name; nested columns come last."""
    columns = {_plain(name): value for name, value in row.items()}
    for outer, value in row.items():
        if isinstance(value, Mapping):
            for name, inner in value.items():
                columns.setdefault(_plain(f"{outer}{name}"), inner)
                if str(outer).lower() in _WITHIN:
                    columns.setdefault(_plain(name), inner)
    return columns


def _longest(columns: Mapping[str, object]) -> str:
    """The column with the longest running text; empty if none is long."""
    texts = {name: value for name, value in columns.items() if isinstance(value, str)}
    name = max(texts, key=lambda each: len(texts[each]), default="")
    text = texts.get(name, "")
    return name if len(text) >= _SHORTEST and text.count(" ") > len(text) // 20 else ""


def _text(value: object) -> str:
    """The text of a value: a text, or a list of texts or of objects with a text."""
    if isinstance(value, list):
        return "\n\n".join(filter(None, map(_text, value)))
    if isinstance(value, Mapping):
        return _text(next((value[name] for name in ("text", "content", "value") if name in value),
                          None))  # fmt: skip
    return value if isinstance(value, str) else ""


def _day(value: object) -> object:
    """``value``, or the time that it states in seconds or milliseconds since 1970."""
    if isinstance(value, Mapping):
        value = value.get("$date")
    try:
        number = int(value) if isinstance(value, int | float) else int(str(value), base=10)
    except (ValueError, OverflowError):
        return value
    for seconds in (number, number // 1000):
        if seconds in _SECONDS and len(str(seconds)) > 8:
            return datetime.fromtimestamp(seconds, UTC)
    return value

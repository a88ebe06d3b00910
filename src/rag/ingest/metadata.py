"""Extracts the outlet, author and date that an article states, without guessing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from rag.ingest.agencies import is_outlet
from rag.ingest.clean import normalise_spaces
from rag.ingest.dates import dated_line, day_of
from rag.language.english import ENGLISH
from rag.language.temporal.dates import parse_date

__all__ = [
    "Metadata",
    "byline_author",
    "from_front_matter",
    "is_byline",
    "is_imprint",
    "is_outlet_line",
    "recognise",
    "unread_date",
]

_DATES = ("published", "date", "datepublished", "publishedat", "publishedon", "publisheddate",
          "publishdate", "publicationdate", "pubdate", "datecreated", "created")  # fmt: skip
_OUTLETS = ("outlet", "source", "publisher", "publication", "newspaper", "sitename", "site")
_HEAD_LINES = 12  # lines to search for a byline or a date
_NAMED = 6  # lines in which an outlet may stand on its own line
_NEAR = 2  # after this many lines of running text, a date on its own line is not the article's
_PARTY = 2  # minimum letters; in "Jonas Lund (AP) – 4,120 votes", "AP" is a party
_UP = "A-ZÀ-ÖØ-ÞĀ-Ž"
_DASH = r"[ ]*(?:[-–—−_]+|[:/.](?=[ ]))"
_CITY = (
    rf"[{_UP}][\w.’']*(?:[ -](?:(?:de|del|la|le|al|am|an|der|do|da|of)[ -])?[{_UP}][\w.’']*){{0,4}}"
)
_CITIES = rf"{_CITY}(?:[ ]?/[ ]?{_CITY}){{0,3}}"
_DAY = r"(?:\d{1,2}[ ])?[A-Z][\w.]*(?:[ ]\d{1,2})?(?:,?[ ]\d{4})?"
_PLACE = rf"{_CITIES}(?:[.,][ ](?:{_DAY}|{_CITY})){{0,3}}[.,]?[ ]*"
_DATELINE = re.compile(
    rf"^(?:{_PLACE})?[(/](?P<outlet>[{_UP}a-z][\w .&’'/-]{{0,40}})[)/](?:{_DASH}|[ ](?=[{_UP}“]))"
    rf"|^{_CITIES},[ ](?P<named>[A-Z]{{2,10}}){_DASH}"
)
_PARTS = re.compile(r"[,|/·–—]|[ ](?:for|at|in)[ ]")
_BY = re.compile(r"by\s+", re.IGNORECASE)
_ENDS_SENTENCE = re.compile(r"[.!?][”’\"')]*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """The metadata of an article. A field is None if the article does not state it."""

    id: str | None = None
    title: str | None = None
    outlet: str | None = None
    author: str | None = None
    published: date | None = None
    language: str | None = None
    url: str | None = None

    def or_else(self, other: "Metadata") -> "Metadata":
        """This metadata, with missing fields taken from ``other``."""
        names = Metadata.__slots__
        return Metadata(**{name: getattr(self, name) or getattr(other, name) for name in names})


def _words(value: object) -> str | None:
    if isinstance(value, dict):  # schema.org's {"@type": "Person", "name": "Ada Lind"}
        value = value.get("name")
    if isinstance(value, list):
        value = ", ".join(filter(None, map(_words, value)))
    if value is None:
        return None
    # YAML may write one character as a UTF-16 surrogate pair.
    whole = str(value).encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    return " ".join(normalise_spaces(whole).split()) or None


def _first(values: Mapping[str, object], *names: str) -> object:
    """The first value under one of ``names``; "published_at" also matches "publishedAt"."""
    plain = {re.sub(r"[\W_]", "", name): value for name, value in values.items()}
    return next((plain[name] for name in names if plain.get(name) is not None), None)


def unread_date(values: Mapping[str, object]) -> str | None:
    """The front matter's date if it cannot be read, such as the ambiguous "3/4/2024"; else None."""
    given = _first(values, *_DATES)
    return None if day_of(given) else _words(given)


def from_front_matter(values: Mapping[str, object]) -> Metadata:
    """The metadata in a file's front matter. Common names of each field are accepted."""
    author = _words(_first(values, "author", "authors", "byline", "by", "writer")) or ""
    url = _words(_first(values, "url", "canonical", "canonicalurl", "permalink", "link"))
    return Metadata(
        id=_words(_first(values, "id")),
        title=_words(_first(values, "title", "headline", "subject")),
        outlet=_words(_first(values, *_OUTLETS)),
        author=_BY.sub("", author, count=1) if _BY.match(author) else author or None,
        published=day_of(_first(values, *_DATES)),
        language=_words(_first(values, "language", "lang")),
        url=url if url and url.startswith(("http://", "https://")) else None,
    )


def byline_author(line: str) -> str | None:
    """The author in a byline such as "By Ada Lind, Editor"; None if ``line`` is not a byline."""
    match = ENGLISH.pages.byline.match(line)
    return match["author"] if match else None


def is_byline(line: str) -> bool:
    """Whether ``line`` names the author."""
    return byline_author(line) is not None


def is_imprint(line: str, above: str, *, is_first: bool = False) -> bool:
    """Whether ``line`` has only a name and a date.

    The line ``above`` must be a byline, unless ``line`` is the first below the title and the name
    is that of an outlet.
    """
    match = ENGLISH.pages.imprint.fullmatch(line)
    return match is not None and (is_byline(above) or (is_first and is_outlet(match["outlet"])))


def is_outlet_line(line: str, *, above: str, below: str) -> bool:
    """Whether ``line`` has only the name of an outlet, next to a byline or a date."""
    return _names_outlet(line) and any(
        is_byline(other) or dated_line(other) is not None for other in (above, below)
    )


def _names_outlet(words: str) -> bool:
    """Whether ``words`` are the name of an outlet, and not of one of its desks."""
    is_name = ENGLISH.pages.outlet.fullmatch(words) is not None
    return is_name and is_outlet(words) and not words.endswith(" Desk")


def recognise(text: str, *, title: str | None = None) -> Metadata:
    """Recognises the outlet, author and date in the first lines of ``text``.

    ``title`` is the title that the file states elsewhere; without it, the first line is the title.

    Known forms: "TEHRAN (Tasnim) –", "Tehran, IRNA –", "By NAME July 6, 2022", "By NAME, OUTLET, 6
    July 2022", "OUTLET, July 6, 2022" below a byline or the title, "OUTLET" on its own line next to
    a byline or a date, "BAKU, 6 July 2022 (Reuters) –", a date on its own line, and a leading "date
    2024-05-19".
    Only agencies and names such as "The Coast Post" count as outlets, because results of votes and
    races look similar.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()][:_HEAD_LINES]
    bylines = [match for line in lines if (match := ENGLISH.pages.byline.match(line))]
    is_bare = title is not None or not (bylines or any(_days(lines[1:])))  # else line 1 is a title
    imprints = [
        (above, match)
        for place, (above, line) in enumerate(pairwise(["", *lines]))
        if is_imprint(line, above, is_first=place == 1 or (place == 0 and is_bare))
        and (match := ENGLISH.pages.imprint.fullmatch(line))
    ]
    leading = ENGLISH.pages.leading_date.match(text)
    dateline = _dateline(lines)
    dates = [
        parse_date(leading[1]) if leading else None,
        *(parse_date(match["date"]) for match in bylines if match["date"]),
        *(parse_date(match["date"]) for above, match in imprints if is_byline(above)),
        *_days(lines),
        *(parse_date(match["date"]) for _, match in imprints),
        parse_date(dateline[0]) if dateline else None,
    ]
    outlets = [
        *([_name(dateline)] if dateline else []),
        *(match["outlet"] for _, match in imprints if is_outlet(match["outlet"])),
        *(name for match in bylines for name in _outlets_in(match)),
        *_outlet_lines(lines, title),
    ]
    return Metadata(
        outlet=next(iter(outlets), None),
        author=bylines[0]["author"] if bylines else None,
        published=next((day for day in dates if day), None),
    )


def _outlets_in(byline: re.Match[str]) -> list[str]:
    """The outlets in a byline with a date: "By NAME, PLACE, OUTLET, 6 July 2022"."""
    parts = _PARTS.split(f"{byline['between']}|{byline['after'] or ''}") if byline["date"] else []
    return [name for name in map(str.strip, parts) if _names_outlet(name)]


def _outlet_lines(lines: list[str], title: str | None) -> list[str]:
    """The outlet on its own line in the head; empty if there are several, as in a list."""
    head = lines[:_NAMED]
    found = [
        line
        for above, line, below in zip(["", *head], head, [*head[1:], ""], strict=False)
        if is_outlet_line(line, above=above, below=below)
        and (title is not None or above)
        and line.casefold() != (title or "").casefold()
    ]
    return found if len(found) == 1 else []


def _dateline(lines: list[str]) -> re.Match[str] | None:
    """The dateline that names an outlet; None if none does, or several, as in a list of results."""
    found = [match for line in lines if (match := _DATELINE.match(line))]
    if len(found) != 1:
        return None
    (match,) = found
    name = _name(match)
    opens = match.string[match.end() :].lstrip(" “\"‘'")[:1].isupper()
    return match if is_outlet(name) and (opens or len(name) > _PARTY) else None


def _name(dateline: re.Match[str]) -> str:
    return (dateline["outlet"] or dateline["named"]).strip()


def _days(lines: list[str]) -> list[date | None]:
    """The dates on their own lines that have a label or precede the running text."""
    days, sentences = [], 0
    for line in lines:
        if sentences < _NEAR or not line[:1].isdigit():
            days.append(dated_line(line))
        sentences += _ENDS_SENTENCE.search(line) is not None
    return days

"""Extracts the title, outlet, author and date that an article states. Nothing is guessed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from rag.ingest.clean import normalise_spaces
from rag.language import Language, language_for
from rag.language.temporal.dates import parse_date

__all__ = ["Metadata", "from_front_matter", "recognise", "split_title", "unread_date"]

_DATES = ("published", "date", "published_at", "pubdate")
_HEAD_LINES = 12  # lines that are searched for a byline or a date
_DASH = r"[ ]*[-–—]"
_CITY = r"[A-Z][\w.’']*(?:[ -][A-Z][\w.’']*){0,3}"
_DATELINES = (
    re.compile(
        rf"^{_CITY}(?:,[ ][A-Z][\w.]*(?:[ ]\d{{1,2}})?)?[ ]*"
        rf"\((?P<outlet>[A-Z][\w .&’'-]{{1,40}})\){_DASH}"
    ),
    re.compile(rf"^{_CITY},[ ](?P<outlet>[A-Z]{{3,10}}){_DASH}"),
)
_LONGEST_TITLE = 250  # characters
_LONGEST_NAME = 60  # characters of the name of an outlet, desk or place below a title
_TITLE_BLOCK = 4  # lines directly below a title
_ENDS_SENTENCE = re.compile(r"[.!:;][”’\"')]*$")


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
    if isinstance(value, list):
        value = ", ".join(str(item) for item in value)
    if value is None:
        return None
    # YAML may write one character as a UTF-16 surrogate pair.
    whole = str(value).encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    return " ".join(normalise_spaces(whole).split()) or None


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else parse_date(str(value or ""))


def _first(values: Mapping[str, object], *names: str) -> object:
    return next((values[name] for name in names if values.get(name) is not None), None)


def unread_date(values: Mapping[str, object]) -> str | None:
    """The front matter's date if it cannot be read, such as the ambiguous "3/4/2024"; else None."""
    given = _first(values, *_DATES)
    return None if _day(given) else _words(given)


def from_front_matter(values: Mapping[str, object]) -> Metadata:
    """The metadata in a file's front matter. Common names of each field are accepted."""
    url = _words(_first(values, "url", "canonical", "canonical_url", "link"))
    return Metadata(
        id=_words(_first(values, "id")),
        title=_words(_first(values, "title", "headline")),
        outlet=_words(_first(values, "outlet", "source", "publisher", "publication")),
        author=_words(_first(values, "author", "authors", "byline")),
        published=_day(_first(values, *_DATES)),
        language=_words(_first(values, "language", "lang")),
        url=url if url and url.startswith(("http://", "https://")) else None,
    )


def _date_alone(line: str, language: Language) -> date | None:
    rest = language.pages.date_label.sub("", line)
    match = language.calendar.date.match(rest)
    return parse_date(rest, language=language) if match and len(rest) - match.end() <= 10 else None


def recognise(text: str, *, language: str = "en") -> Metadata:
    """Recognises the outlet, author and date in the first lines of ``text``.

    Known forms: "TEHRAN (Tasnim) –", "Tehran, IRNA –", "By NAME July 6, 2022", a date on its own
    line, and a leading "date 2024-05-19".
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()][:_HEAD_LINES]
    outlets = (m["outlet"].strip() for line in lines for p in _DATELINES if (m := p.match(line)))
    spoken = language_for(language)
    bylines = [match for line in lines if (match := spoken.pages.byline.match(line))]
    leading = spoken.pages.leading_date.match(text)
    dates = [
        parse_date(leading[1], language=spoken) if leading else None,
        *(parse_date(match["date"], language=spoken) for match in bylines if match["date"]),
        *(_date_alone(line, spoken) for line in lines),
    ]
    return Metadata(
        outlet=next(outlets, None),
        author=bylines[0]["author"] if bylines else None,
        published=next((day for day in dates if day), None),
    )


def _opens_text(first: str, rest: str) -> bool:
    """Whether the line after ``first`` starts the text instead of continuing a wrapped line."""
    second = rest.partition("\n")[0]
    return len(second) > 1.5 * len(first) and not second[:1].islower()


def _below_head(below: str, language: Language) -> str | None:
    """The text after the byline and date directly below a title; None if there are none.

    Other short lines, such as an outlet's name, may come between them.
    """
    block = below.partition("\n\n")[0].split("\n")[:_TITLE_BLOCK]
    stated = 0
    for place, line in enumerate(map(str.strip, block), start=1):
        if language.pages.byline.match(line) or _date_alone(line, language):
            stated = place
        elif not 0 < len(line) <= _LONGEST_NAME or _ENDS_SENTENCE.search(line):
            break
    return below.split("\n", stated)[stated].strip() if 0 < stated <= below.count("\n") else None


def split_title(text: str, title: str | None, *, language: str = "en") -> tuple[str | None, str]:
    """Splits ``text`` into its title and the text after it.

    If ``title`` is given, a first line that repeats it is removed. Otherwise, the first line is the
    title if it looks like one: it is short, does not end like a sentence, and has text after it.
    The byline and date directly below it are removed too.
    """
    first, _, below = text.partition("\n")
    first, rest = first.strip(), below.strip()
    if not rest:
        return title, text
    if title is not None:
        return title, rest if first.casefold() == title.casefold() else text
    if len(first) > _LONGEST_TITLE or _ENDS_SENTENCE.search(first):
        return None, text
    under = _below_head(below, language_for(language))
    if under or below.startswith("\n") or _opens_text(first, rest):
        return first, under or rest
    return None, text

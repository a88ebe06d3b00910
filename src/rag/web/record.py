"""Records: questions and answers as plain data, with full citations.

A conversation is a list of records. It is stored in the reader's browser and sent back from there,
so its format and size are validated.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any, NotRequired
from uuid import uuid4

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

import rag
from rag.web.sources import Find, nowhere

__all__ = [
    "LONGEST",
    "Cited",
    "Record",
    "Said",
    "Scope",
    "numbered",
    "read_record",
    "record",
    "refused",
    "said",
    "turns",
]

LONGEST = 20_000  # maximum characters of any text except a question
MOST_CITED = 500  # maximum statements, and sources, of an answer over the whole folder
LONGEST_QUESTION = 100_000
LONGEST_NAME = 1000  # maximum characters of a title, outlet or author
LONGEST_ADDRESS = 4096


def _day(text: str) -> str:
    if text and date.fromisoformat(text).isoformat() != text:
        raise ValueError("not a date as YYYY-MM-DD")
    return text


def _moment(text: str) -> str:
    datetime.fromisoformat(text)
    return text


Text = Annotated[str, Field(max_length=LONGEST)]
Question = Annotated[str, Field(max_length=LONGEST_QUESTION)]
Name = Annotated[str, Field(max_length=LONGEST_NAME)]
Day = Annotated[str, Field(max_length=10), AfterValidator(_day)]
Moment = Annotated[str, Field(max_length=40), AfterValidator(_moment)]
Address = Annotated[str, Field(max_length=LONGEST_ADDRESS)]
Identifier = Annotated[str, Field(min_length=1, max_length=LONGEST_ADDRESS)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Place = Annotated[int, Field(ge=0, le=10**12)]
Number = Annotated[int, Field(ge=1, le=1000)]

_CHECKED = ConfigDict(strict=True, extra="forbid")


@with_config(_CHECKED)
class Scope(TypedDict):
    """The articles that a question is restricted to; dates as YYYY-MM-DD, "" for no limit."""

    outlets: Annotated[list[Text], Field(max_length=1000)]
    authors: Annotated[list[Text], Field(max_length=1000)]
    since: Day
    until: Day
    articles: Annotated[list[Identifier], Field(max_length=1000)]
    undated: bool


@with_config(_CHECKED)
class Said(TypedDict):
    """One sentence of an answer; ``note`` may be "". ``numbers`` has the numbers of its sources.

    ``differs`` is present and true if another article answers differently.
    """

    text: Text
    note: Text
    numbers: Annotated[list[Number], Field(max_length=100)]
    differs: NotRequired[bool]


@with_config(_CHECKED)
class Cited(TypedDict):
    """A full citation; missing facts are "".

    ``quote`` is the article's text from ``start`` to ``end`` in that revision.
    """

    number: Number
    article_id: Identifier
    revision: Digest
    outlet: Name
    author: Name
    title: Name
    published: Day
    url: Address
    start: Place
    end: Place
    quote: Text


@with_config(_CHECKED)
class Record(TypedDict):
    """One exchange. ``notice`` says why there is no answer, or is "".

    ``coverage`` says how many articles match a question over the whole folder; older records
    lack it. ``asked`` is an ISO 8601 time; ``period`` describes the period that the question asks
    about. ``closest`` is present if no sentence answers but one comes close; its number is 1.
    """

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    asked: Moment
    question: Question
    standalone_question: Question
    scope: Scope
    period: Text
    coverage: NotRequired[Text]
    abstained: bool
    notice: Text
    short_answer: Text
    statements: Annotated[list[Said], Field(max_length=MOST_CITED)]
    sources: Annotated[list[Cited], Field(max_length=MOST_CITED)]
    closest: NotRequired[Cited]
    generation: Place


_RECORD = TypeAdapter(Record)


def record(answer: rag.Answer, find: Find, *, scope: Scope, asked: datetime) -> Record:
    """The record of an answer; ``find`` returns an article by id and revision."""
    numbers = numbered(answer)
    made: Record = {
        "id": uuid4().hex,
        "asked": asked.astimezone(UTC).isoformat(timespec="seconds"),
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "scope": scope,
        "period": rag.period_line(answer),
        "coverage": answer.coverage,
        "abstained": answer.abstained,
        "notice": "",
        "short_answer": answer.short_answer or "",
        "statements": [_stated(statement, answer, numbers) for statement in answer.statements],
        "sources": [_cited(citation, number, find) for citation, number in numbers.items()],
        "generation": answer.generation,
    }
    if answer.closest:
        made["closest"] = _cited(answer.closest.citations[0], 1, find)
    return made


def refused(question: str, notice: str, *, scope: Scope, asked: datetime) -> Record:
    """The record of a question that got ``notice`` instead of an answer."""
    whole = question[:LONGEST_QUESTION].encode(errors="replace").decode()  # no lone surrogates
    unanswered = rag.Answer(question=whole, standalone_question=whole)
    made = record(unanswered, nowhere, scope=scope, asked=asked)
    return made | {"abstained": False, "notice": notice}


def numbered(answer: rag.Answer) -> dict[rag.Citation, int]:
    """The citations of an answer and their numbers, from 1, as every interface shows them."""
    return {citation: number for number, citation in enumerate(answer.citations, 1)}


def said(statement: rag.Statement, numbers: Mapping[rag.Citation, int]) -> Said:
    """A statement and the numbers of its citations, in order."""
    cited = sorted({numbers[citation] for citation in statement.citations})
    return {"text": statement.text, "note": statement.note or "", "numbers": cited}


def _stated(
    statement: rag.Statement, answer: rag.Answer, numbers: Mapping[rag.Citation, int]
) -> Said:
    one = said(statement, numbers)
    if statement in answer.differing:
        one["differs"] = True
    return one


def read_record(value: Any) -> Record | None:
    """Validates a record from a browser; None if it is malformed or too large."""
    try:
        found = _RECORD.validate_python(value)
    except ValidationError:
        return None
    return found if _is_consistent(found) else None


def turns(records: Sequence[Record]) -> list[rag.Turn]:
    """The turns of a conversation, oldest first; exchanges without an answer are left out."""
    past: list[rag.Turn] = []
    for one in records:
        if not one["notice"]:
            told = " ".join(statement["text"] for statement in one["statements"])
            past.append(rag.Turn(role="user", text=one["question"]))
            past.append(rag.Turn(role="agent", text=told))
    return past


def _cited(citation: rag.Citation, number: int, find: Find) -> Cited:
    article = find(citation.article_id, citation.revision)
    address = (article.url or "").strip()
    return {
        "number": number,
        "article_id": citation.article_id,
        "revision": citation.revision,
        "outlet": _name(article.outlet),
        "author": _name(article.author),
        "title": _name(article.title),
        "published": article.published.isoformat() if article.published else "",
        "url": address if len(address) <= LONGEST_ADDRESS else "",
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
    }


def _name(text: str | None) -> str:
    """A title, outlet or author, cut to ``LONGEST_NAME`` characters."""
    text = (text or "").strip()
    return text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1]}…"


def _is_consistent(found: Record) -> bool:
    """Whether the lengths of quotes match their offsets, and every source is numbered and cited."""
    sources = found["sources"]
    numbers = list(range(1, len(sources) + 1))
    closest = [found["closest"]] if "closest" in found else []
    exact = all(s["end"] - s["start"] == len(s["quote"]) > 0 for s in [*sources, *closest])
    cited = {number for statement in found["statements"] for number in statement["numbers"]}
    in_order = [source["number"] for source in sources] == numbers == sorted(cited)
    return in_order and exact and not ((found["notice"] or closest) and sources)

"""The contents of a record in plain text, for all export formats."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from rag.web.narrow import narrowed
from rag.web.record import Cited, Record, Said

__all__ = ["CLOSEST", "DIFFER", "Block", "blocks", "cited_in", "cited_text", "facts_of", "plain"]

ABSTAINED = "Found nothing that answers."
CLOSEST = "Not sure. Closest:"
DIFFER = "The articles differ."
NOT_STATED = "not stated"

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One part of an exported exchange, in order; ``text`` is plain.

    The kinds are "question"; "fact", about how it was asked; "line", in Byline's own words; and
    "statement", with its numbers.
    """

    kind: Literal["question", "fact", "line", "statement"]
    text: str


def blocks(record: Record) -> list[Block]:
    """The parts of a record, up to its sources."""
    made = [Block(kind="question", text=plain(record["question"]) or "No question")]
    made += [Block(kind="fact", text=fact) for fact in _circumstances(record)]
    if record["notice"]:
        return [*made, Block(kind="line", text=plain(record["notice"]))]
    return made + _said(record)


def _said(record: Record) -> list[Block]:
    """The statements of an answer: first those that differ, under a line that says so."""
    differing = [said for said in record["statements"] if said.get("differs")]
    rest = [said for said in record["statements"] if not said.get("differs")]
    made = [Block(kind="line", text=DIFFER)] if differing else []
    made += [Block(kind="statement", text=_sentence(each, record)) for each in differing + rest]
    closest = record.get("closest")
    if closest:
        made.append(Block(kind="line", text=CLOSEST))
        made.append(Block(kind="statement", text=f"“{plain(closest['quote'])}”"))
    elif record["abstained"] and not record.get("coverage"):
        made.append(Block(kind="line", text=ABSTAINED))
    if record["short_answer"]:
        made.append(Block(kind="line", text=f"In short: {plain(record['short_answer'])}"))
    return made


def cited_text(record: Record) -> str:
    """One answer as plain text, followed by its sources."""
    if record["notice"]:
        return plain(record["notice"])
    around = (plain(record["period"]), plain(record.get("coverage", "")))
    said = [block.text for block in _said(record | {"short_answer": ""})]
    answer = "\n".join(filter(None, [*around, *said]))
    is_closest = "closest" in record
    lines = [
        _source_line(cited, "" if is_closest else f"[{cited['number']}] ")
        for cited in cited_in(record)
    ]
    return "\n\n".join(filter(None, [answer, "\n".join(lines)]))


def cited_in(record: Record) -> list[Cited]:
    """The citations of a record: the sources of its answer, or the closest sentence."""
    closest = record.get("closest")
    return [closest] if closest else record["sources"]


def facts_of(cited: Cited) -> dict[str, str]:
    """The facts of a source by name, plain; "not stated" where there is none."""
    facts = {
        "Title": plain(cited["title"]),
        "Outlet": plain(cited["outlet"]),
        "Author": plain(cited["author"]),
        "Date": cited["published"],
        "Address": plain(cited["url"]),
        "Article": plain(cited["article_id"]),
        "Characters": f"{cited['start']} to {cited['end']}",
        "Revision": cited["revision"],
    }
    return {name: fact or NOT_STATED for name, fact in facts.items()}


def plain(text: str) -> str:
    """``text`` on one line, without control characters."""
    return " ".join(_CONTROLS.sub("", " ".join(text.split())).split())


def _circumstances(record: Record) -> list[str]:
    """When the question was asked, what was searched, and how it was understood."""
    understood = record["standalone_question"]
    facts = [
        f"Asked: {datetime.fromisoformat(record['asked']).astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        f"Searched: {plain(narrowed(record['scope'])) or 'all articles'}",
        f"Understood as: {plain(understood)}" if understood != record["question"] else "",
        plain(record["period"]),
        plain(record.get("coverage", "")),
    ]
    return [fact for fact in facts if fact]


def _sentence(said: Said, record: Record) -> str:
    """A statement with its citation numbers, in quotation marks if a source prints it verbatim."""
    text = plain(said["text"])
    quotes = [plain(record["sources"][number - 1]["quote"]) for number in said["numbers"]]
    shown = f"“{text}”" if any(text in quote for quote in quotes) else text
    note = plain(said["note"])
    note = f"[{note}]" if note and not note.startswith("[") else note
    return " ".join(filter(None, [note, shown, *(f"[{number}]" for number in said["numbers"])]))


def _source_line(cited: Cited, number: str) -> str:
    stated = [plain(cited["outlet"]) or "outlet not stated", plain(cited["author"])]
    stated.append(cited["published"] or "undated")
    named = ", ".join(filter(None, stated))
    title = plain(cited["title"]) or "untitled"
    place = plain(cited["url"]) or plain(cited["article_id"])
    return f"{number}{named}: {title} ({place})"

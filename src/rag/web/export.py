"""Exports a conversation as Markdown or JSON, and one answer as plain text.

Titles and quotes may contain anything. Markdown and plain text collapse white space to single
spaces and drop control characters, including those that change the text direction. Markdown also
escapes the rest. JSON keeps all text unchanged.
"""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime

import rag
from rag.web.narrow import narrowed
from rag.web.record import Cited, Record, Said

__all__ = ["as_json", "as_markdown", "cited_text"]

FORMAT = 1
ABSTAINED = "Found nothing that answers."
NOT_STATED = "not stated"

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# Markdown's special characters, and those that GitHub makes links, mentions, math or emoji of.
_MARKS = re.compile(r"[\\`*_{}\[\]<>#|~&$@^]|:(?=\S)|(?<=www)\.", re.IGNORECASE)
_FIRST_MARK = re.compile(r"^(?=[-+=])|^(\d+)(?=[.)])")
_ADDRESS = re.compile(r"https?://[\w.-]+(:\d+)?([/?#][\w/?#=&%.,;:@!~+$'()*-]*)?", re.ASCII)


def as_json(records: Sequence[Record]) -> str:
    """The conversation as a JSON object; ``read_record`` reads each of its ``records``."""
    whole = {"format": FORMAT, "made_by": f"Byline {rag.__version__}", "records": list(records)}
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def as_markdown(records: Sequence[Record]) -> str:
    """The conversation in Markdown, with the full citations of every answer."""
    parts = ["# Questions and answers", *map(_exchange, records)]
    return "\n\n".join(parts) + "\n"


def cited_text(record: Record) -> str:
    """One answer as plain text, followed by its sources."""
    if record["notice"]:
        return _plain(record["notice"])
    around = (_plain(record["period"]), _plain(record.get("coverage", "")))
    said = [*around, *(_sentence(one, record) for one in record["statements"])]
    said += [ABSTAINED] if record["abstained"] else []
    answer = "\n".join(filter(None, said))
    sources = "\n".join(map(_source_line, record["sources"]))
    return f"{answer}\n\n{sources}" if sources else answer


# ---- Markdown


def _exchange(record: Record) -> str:
    parts = [f"## {_escaped(record['question']) or 'No question'}", _circumstances(record)]
    if record["notice"]:
        return "\n\n".join([*parts, _escaped(record["notice"])])
    parts += [ABSTAINED] if record["abstained"] else []
    parts += [f"> {_escaped(_sentence(said, record))}" for said in record["statements"]]
    if record["short_answer"]:
        parts.append(f"In short: {_escaped(record['short_answer'])}")
    if record["sources"]:
        parts += ["Sources:", "\n".join(map(_source, record["sources"]))]
    return "\n\n".join(parts)


def _circumstances(record: Record) -> str:
    """A list: when the question was asked, what was searched, and how it was understood."""
    understood = record["standalone_question"]
    facts = [
        f"Asked: {datetime.fromisoformat(record['asked']).astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        f"Searched: {_escaped(narrowed(record['scope'])) or 'all articles'}",
        f"Understood as: {_escaped(understood)}" if understood != record["question"] else "",
        _escaped(record["period"]),
        _escaped(record.get("coverage", "")),
    ]
    return "\n".join(f"- {fact}" for fact in facts if fact)


def _source(cited: Cited) -> str:
    """An item of the numbered list of sources, with one line per fact."""
    facts = {
        "Title": _escaped(cited["title"]),
        "Outlet": _escaped(cited["outlet"]),
        "Author": _escaped(cited["author"]),
        "Date": cited["published"],
        "Address": _address(cited["url"]),
        "Article": _escaped(cited["article_id"]),
        "Characters": f"{cited['start']} to {cited['end']}",
        "Revision": cited["revision"],
    }
    lines = [f"{cited['number']}. “{_escaped(cited['quote'])}”"]
    lines += [f"    - {name}: {fact or NOT_STATED}" for name, fact in facts.items()]
    return "\n".join(lines)


def _address(url: str) -> str:
    """A link if ``url`` is a plain web address, else the escaped text."""
    return f"<{url}>" if _ADDRESS.fullmatch(url) else _escaped(url)


def _escaped(text: str) -> str:
    """``text`` on one line, escaped so that Markdown shows it unchanged."""
    return _FIRST_MARK.sub(r"\1\\", _MARKS.sub(r"\\\g<0>", _plain(text)))


# ---- plain text


def _sentence(said: Said, record: Record) -> str:
    """A statement with its citation numbers, in quotation marks if a source prints it verbatim."""
    text = _plain(said["text"])
    quotes = [_plain(record["sources"][number - 1]["quote"]) for number in said["numbers"]]
    shown = f"“{text}”" if any(text in quote for quote in quotes) else text
    note = _plain(said["note"])
    note = f"[{note}]" if note and not note.startswith("[") else note
    return " ".join(filter(None, [note, shown, *(f"[{number}]" for number in said["numbers"])]))


def _source_line(cited: Cited) -> str:
    stated = [_plain(cited["outlet"]) or "outlet not stated", _plain(cited["author"])]
    stated.append(cited["published"] or "undated")
    named = ", ".join(filter(None, stated))
    title = _plain(cited["title"]) or "untitled"
    place = _plain(cited["url"]) or _plain(cited["article_id"])
    return f"[{cited['number']}] {named}: {title} ({place})"


def _plain(text: str) -> str:
    """``text`` on one line, without control characters."""
    return " ".join(_CONTROLS.sub("", " ".join(text.split())).split())

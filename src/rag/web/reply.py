"""Replies: answers and notices as plain dictionaries for the templates."""

from collections.abc import Sequence
from functools import cache
from typing import NotRequired

from typing_extensions import TypedDict

import rag
from rag.web.cards import Panel, Part, panel
from rag.web.record import numbered, said
from rag.web.sources import Find, Source, count, nowhere, source

__all__ = ["Reply", "masthead", "notice", "reply"]


class Shown(TypedDict):
    """One statement as shown; ``quoted`` is true if a citation contains it word for word.

    ``parts`` are its text with the short answer marked. ``outlet`` and ``date`` form its heading
    where articles differ.
    """

    note: str
    outlet: str
    date: str
    text: str
    parts: list[Part]
    quoted: bool
    numbers: list[int]
    language: str


class Unverified(TypedDict):
    """A sentence of a language model that the articles do not support, and the reason."""

    text: str
    note: str


class Named(TypedDict):
    """A line under an answer that names the source of some citation numbers."""

    numbers: list[int]
    source: Source


class Closest(TypedDict):
    """The closest match for an unanswered question; without a sentence, ``text`` is ""."""

    text: str
    note: str
    places: str
    article: str
    revision: str
    source: Source


class Reply(TypedDict):
    """The data of one reply for its template.

    ``notice`` replaces an answer; ``news`` has notices above one. ``abstained`` is the text of an
    abstention, or "". Older replies lack ``coverage``, ``fallback`` (why sentences are quoted
    although prose was asked for) and ``unverified``. ``differing`` has the statements of articles
    that disagree, and ``statements`` all others.
    """

    notice: str
    news: list[str]
    understood: str
    period: str
    coverage: NotRequired[str]
    abstained: str
    differing: list[Shown]
    statements: list[Shown]
    fallback: NotRequired[str]
    unverified: NotRequired[list[Unverified]]
    named: list[Named]
    closest: list[Closest]
    seconds: str
    panel: Panel


def reply(answer: rag.Answer, find: Find) -> Reply:
    """The reply that shows an answer, with its source cards.

    ``find`` returns an article by id and revision; it is called once per article.
    """
    find = cache(find)
    beside = panel(answer, find)
    asked, understood = answer.question.strip(), answer.standalone_question.strip()
    differing = answer.differing
    rest = [statement for statement in answer.statements if statement not in differing]
    return {
        "notice": "",
        "news": [],
        "understood": "" if understood == asked else understood,
        "period": rag.period_line(answer),
        "coverage": answer.coverage,
        "abstained": rag.abstention_line(answer) if answer.abstained else "",
        "differing": _shown(answer, differing, find),
        "statements": _shown(answer, rest, find),
        "fallback": answer.fallback.partition("; ")[0],  # the rest is for the operator
        "unverified": [{"text": s.text, "note": s.note or ""} for s in answer.unverified],
        "named": _named(answer, find),
        "closest": _closest(answer, beside, find) if answer.abstained else [],
        "seconds": _cost(answer),
        "panel": beside,
    }


def _cost(answer: rag.Answer) -> str:
    """The time taken by an answer, and the tokens if a language model was asked."""
    used = answer.tokens
    tokens = f" · {count(used.prompt + used.completion, 'token')}" if used else ""
    return f"{answer.seconds.get('total', 0.0):.2f} s{tokens}"


def _closest(answer: rag.Answer, beside: Panel, find: Find) -> list[Closest]:
    """The closest sentence, or if there is none the closest article."""
    if answer.closest:
        cited = answer.closest.citations[0]
        note = f"[{answer.closest.note}]" if answer.closest.note else ""
        return [
            {
                "text": answer.closest.text,
                "note": note,
                "places": f"{cited.start}-{cited.end}-0",
                "article": cited.article_id,
                "revision": cited.revision,
                "source": source(find(cited.article_id, cited.revision)),
            }
        ]
    return [
        {
            "text": "",
            "note": "",
            "places": "",
            "article": card["article_id"],
            "revision": card["revision"],
            "source": card["source"],
        }
        for card in beside["related"][:1]
    ]


def notice(message: str) -> Reply:
    """A reply that shows only ``message``, which says why there is no answer and what to do."""
    blank = reply(rag.Answer(question="", standalone_question=""), nowhere)
    return blank | {"notice": message, "abstained": "", "seconds": ""}


def masthead(facets: rag.Facets) -> dict[str, str]:
    """The number of articles and outlets, and the range of years, in one line."""
    outlets = len(facets.outlets)
    named = f"{count(outlets, 'outlet')} named" if outlets else "no outlet named"
    facts = [count(facets.articles, "article"), named, _years(facets)]
    return {"facts": " · ".join(fact for fact in facts if fact)}


def _years(facets: rag.Facets) -> str:
    """The range of years and the number of undated articles: "2022–2024, 3 undated"."""
    years = sorted({month[:4] for month, _ in facets.months})
    if not years:
        return "undated" if facets.articles else ""
    span = years[0] if len(years) == 1 else f"{years[0]}–{years[-1]}"
    return f"{span}, {facets.undated:,} undated" if facets.undated else span


def _shown(answer: rag.Answer, statements: Sequence[rag.Statement], find: Find) -> list[Shown]:
    numbers = numbered(answer)
    shown: list[Shown] = []
    for statement in statements:
        of = source(_article(statement.citations[0], find))
        shown.append(
            {
                "text": statement.text,
                "numbers": said(statement, numbers)["numbers"],
                "note": _bracketed(statement.note),
                "outlet": of["outlet"],
                "date": of["date"],
                "parts": _parts(statement),
                "quoted": any(
                    _quotes(citation, statement.text) for citation in statement.citations
                ),
                "language": of["language"],
            }
        )
    return shown


def _parts(statement: rag.Statement) -> list[Part]:
    """The statement's text, split around its short answer, which is marked."""
    text, (start, end) = statement.text, statement.short or (0, 0)
    parts = ((text[:start], False), (text[start:end], True), (text[end:], False))
    return [{"text": words, "marked": marked} for words, marked in parts if words]


def _bracketed(note: str | None) -> str:
    note = (note or "").strip()
    return note if not note or note.startswith("[") else f"[{note}]"


def _quotes(citation: rag.Citation, text: str) -> bool:
    """Whether the quotation contains ``text`` word for word; line breaks count as spaces."""
    return " ".join(text.split()) in " ".join(citation.quote.split())


def _named(answer: rag.Answer, find: Find) -> list[Named]:
    """One line per cited article with all its numbers, ordered by the first number."""
    lines: dict[tuple[str, str], Named] = {}
    for citation, number in numbered(answer).items():
        key = (citation.article_id, citation.revision)
        if key not in lines:
            lines[key] = {"numbers": [], "source": source(_article(citation, find))}
        lines[key]["numbers"].append(number)
    return list(lines.values())


def _article(citation: rag.Citation, find: Find) -> rag.Article:
    return find(citation.article_id, citation.revision)

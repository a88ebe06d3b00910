"""Source cards: the passages that an answer quotes, and related passages."""

from typing import NotRequired

from typing_extensions import TypedDict

import rag
from rag.web.excerpt import Span, covering, lines, nearest, runs, window
from rag.web.record import numbered
from rag.web.sources import (
    Fact,
    Find,
    Source,
    confidence_facts,
    count,
    if_there,
    other_outlets,
    source,
    why,
)

__all__ = ["Panel", "Part", "blank_panel", "panel"]

CONTEXT_CHARACTERS = 640
RELATED_CHARACTERS = 280
RELATED_WHEN_ANSWERED = 2
RELATED_WHEN_ABSTAINED = 3

Numbered = list[tuple[int, rag.Citation]]


class Part(TypedDict):
    """A run of an article's characters.

    ``marked`` is true for a quotation and, in a related card, for the sentence closest to the
    question. ``number`` is set at the end of each of several quotations.
    """

    text: str
    marked: bool
    number: NotRequired[int]


class Place(TypedDict):
    """The character offsets of a quotation in its article; ``number`` is 0 in a related card."""

    start: int
    end: int
    number: int


class Card(TypedDict):
    """A passage with its source; ``numbers`` are its citations, empty in a related card.

    ``places`` has all quotations from the article: first those in ``numbers``, in that order, then
    the others. The card shows the article's text from ``start`` to ``end``. ``also`` names the
    other outlets that print the passage. ``newer`` is the id of the article's newest version, and
    ``superseded`` names it. These three are "" if there is nothing to state.
    """

    numbers: list[int]
    article_id: str
    revision: str
    places: list[Place]
    start: int
    end: int
    source: Source
    also: str
    newer: str
    superseded: str
    cut_before: bool
    cut_after: bool
    parts: list[Part]
    why: list[Fact]


class Panel(TypedDict):
    """The cards next to an answer; ``fold`` states their number, or is "" if there are none."""

    question: str
    cards: list[Card]
    related: list[Card]
    fold: str


def blank_panel() -> Panel:
    """The empty panel that is shown before the first answer."""
    return {"question": "", "cards": [], "related": [], "fold": ""}


def panel(answer: rag.Answer, find: Find) -> Panel:
    """The cards of an answer: quoted passages, then related ones that do not answer.

    ``find`` returns an article by id and revision, or its current revision by id alone.
    """
    cards = [_cited(answer, hit, cited, find) for hit, cited in _passages_cited(answer)]
    limit = RELATED_WHEN_ABSTAINED if answer.abstained else RELATED_WHEN_ANSWERED
    related = [_related(hit, find) for hit in _apart(answer)[:limit]]
    for first in (cards or related)[:1]:
        first["why"] += confidence_facts(answer)
    fold = count(len(cards), "source") if cards else count(len(related), "related passage")
    return {
        "question": answer.question,
        "cards": cards,
        "related": related,
        "fold": fold if cards or related else "",
    }


def _passages_cited(answer: rag.Answer) -> list[tuple[rag.Hit | None, Numbered]]:
    """Citations grouped by the hit that contains them, so that each passage is shown once.

    A citation outside every hit is in a separate group, with None for the hit.
    """
    groups: dict[object, tuple[rag.Hit | None, Numbered]] = {}
    for citation, number in numbered(answer).items():
        hit = next((hit for hit in answer.hits if hit.holds(citation)), None)
        groups.setdefault(hit or citation, (hit, []))[1].append((number, citation))
    return list(groups.values())


def _apart(answer: rag.Answer) -> list[rag.Hit]:
    """The hits without a citation, best first; near duplicates of cited articles are left out."""
    cited = [hit for hit in answer.hits if any(map(hit.holds, answer.citations))]
    copies = {article_id for hit in cited for article_id in hit.copies}
    return [hit for hit in answer.hits if hit not in cited and hit.passage.article_id not in copies]


def _cited(answer: rag.Answer, hit: rag.Hit | None, cited: Numbered, find: Find) -> Card:
    first = cited[0][1]
    article = find(first.article_id, first.revision)
    spans = [(citation.start, citation.end) for _, citation in cited]
    quoted = covering(spans)
    whole = (hit.passage.start, hit.passage.end) if hit else lines(article.text, quoted)
    shown = window(hit.passage.sentences if hit else (whole,), quoted, CONTEXT_CHARACTERS)
    own = [_place(number, citation) for number, citation in cited]
    numbers = [number for number, _ in cited]
    return _card(
        article,
        hit,
        find,
        whole=whole,
        shown=shown,
        spans=spans,
        numbers=numbers,
        places=own + _elsewhere(answer, first, numbers),
    )


def _place(number: int, citation: rag.Citation) -> Place:
    return {"start": citation.start, "end": citation.end, "number": number}


def _elsewhere(answer: rag.Answer, first: rag.Citation, numbers: list[int]) -> list[Place]:
    """The answer's other quotations from the article of ``first``."""
    article = (first.article_id, first.revision)
    return [
        _place(number, citation)
        for citation, number in numbered(answer).items()
        if (citation.article_id, citation.revision) == article and number not in numbers
    ]


def _related(hit: rag.Hit, find: Find) -> Card:
    passage = hit.passage
    article = find(passage.article_id, passage.revision)
    whole = (passage.start, passage.end)
    sentences = passage.sentences or (whole,)
    best = nearest(article.text, sentences, hit.matched_terms)
    shown = window(sentences, best, RELATED_CHARACTERS)
    return _card(
        article,
        hit,
        find,
        whole=whole,
        shown=shown,
        spans=[best],
        numbers=[],
        places=[{"start": best[0], "end": best[1], "number": 0}],
    )


def _card(
    article: rag.Article,
    hit: rag.Hit | None,
    find: Find,
    *,
    whole: Span,
    shown: Span,
    spans: list[Span],
    numbers: list[int],
    places: list[Place],
) -> Card:
    outlets = other_outlets(article, hit, find)
    also = outlets[0] if len(outlets) == 1 else count(len(outlets), "outlet")
    newest = if_there(find, hit.superseded_by) if hit and hit.superseded_by else None
    return {
        "numbers": numbers,
        "article_id": article.id,
        "revision": article.revision,
        "places": places,
        "start": shown[0],
        "end": shown[1],
        "source": source(article, at=[start for start, _ in spans] or [shown[0]]),
        "also": f"also in {also}" if outlets else "",
        "newer": newest.id if newest else "",
        "superseded": f"Superseded by {rag.source_line(newest)}" if newest else "",
        "cut_before": shown[0] > whole[0],
        "cut_after": shown[1] < whole[1],
        "parts": _parts(article.text, shown, spans, numbers),
        "why": why(article, hit, outlets),
    }


def _parts(text: str, shown: Span, spans: list[Span], numbers: list[int]) -> list[Part]:
    """``text`` within ``shown``, split where a quotation begins or ends; several are numbered."""
    parts: list[Part] = []
    for (start, end), inside in runs(shown, spans):
        parts.append({"text": text[start:end], "marked": bool(inside)})
        ending = [place for place in inside if spans[place][1] == end]
        if ending and len(numbers) > 1:
            parts[-1]["number"] = numbers[ending[0]]
    return parts

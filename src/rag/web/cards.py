"""Source cards: the passage that each quotation stands in, and passages that are only related."""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing_extensions import NotRequired, TypedDict

import rag

__all__ = ["Card", "Find", "Panel", "Part", "Source", "blank_panel", "count", "panel", "source"]

CONTEXT_CHARACTERS = 640
RELATED_CHARACTERS = 280
RELATED_WHEN_ANSWERED = 2
RELATED_WHEN_ABSTAINED = 3

Span = tuple[int, int]
Numbered = list[tuple[int, rag.Citation]]
Find = Callable[..., rag.Article]


class Source(TypedDict):
    """Where words come from: always a title, an outlet and a date, or that none is stated."""

    title: str
    outlet: str
    date: str
    language: str


class Part(TypedDict):
    """A run of an article's characters; ``marked`` when quoted, ``number`` where a quote ends."""

    text: str
    marked: bool
    number: NotRequired[int]


class Card(TypedDict):
    """A passage with its source; ``numbers`` are the citations in it, none when only related.

    ``editions`` names the outlets that print it too and what superseded it; empty for neither.
    """

    numbers: list[int]
    source: Source
    editions: str
    cut_before: bool
    cut_after: bool
    parts: list[Part]


class Panel(TypedDict):
    """The cards that stand beside one answer; ``fold`` counts them, empty when there are none."""

    question: str
    cards: list[Card]
    related: list[Card]
    fold: str


def blank_panel() -> Panel:
    """The panel before the first answer."""
    return {"question": "", "cards": [], "related": [], "fold": ""}


def panel(answer: rag.Answer, find: Find) -> Panel:
    """The cards of an answer: what it quotes, then what is close but no answer.

    ``find`` gives the article of an id and revision, or the living one of an id alone.
    """
    cards = [_cited(hit, cited, find) for hit, cited in _passages_cited(answer)]
    limit = RELATED_WHEN_ABSTAINED if answer.abstained else RELATED_WHEN_ANSWERED
    related = [_related(hit, find) for hit in _apart(answer)[:limit]]
    fold = count(len(cards), "source") if cards else count(len(related), "related passage")
    return {
        "question": answer.question,
        "cards": cards,
        "related": related,
        "fold": fold if cards or related else "",
    }


def source(article: rag.Article) -> Source:
    """How an article is named; what it does not state is said, never guessed."""
    day = article.published
    return {
        "title": article.title.strip() or "Untitled",
        "outlet": article.outlet or "outlet not stated",
        "date": f"{day.day} {day:%B} {day.year}" if day else "undated",
        "language": article.language,
    }


def count(number: int, noun: str) -> str:
    """A number with its noun: "1 source", "2 sources"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _passages_cited(answer: rag.Answer) -> list[tuple[rag.Hit | None, Numbered]]:
    """Citations by the found passage they stand in, so that a passage is shown once.

    A citation outside every hit keeps a place of its own, with None.
    """
    groups: dict[object, tuple[rag.Hit | None, Numbered]] = {}
    for number, citation in enumerate(answer.citations, 1):
        hit = next((hit for hit in answer.hits if hit.holds(citation)), None)
        groups.setdefault(hit or citation, (hit, []))[1].append((number, citation))
    return list(groups.values())


def _apart(answer: rag.Answer) -> list[rag.Hit]:
    """The hits that no citation stands in, best first."""
    return [hit for hit in answer.hits if not any(map(hit.holds, answer.citations))]


def _cited(hit: rag.Hit | None, cited: Numbered, find: Find) -> Card:
    first = cited[0][1]
    passage = hit.passage if hit else None
    article = find(first.article_id, first.revision)
    quoted = _cover([(citation.start, citation.end) for _, citation in cited])
    whole = (passage.start, passage.end) if passage else _lines(article.text, quoted)
    sentences = passage.sentences if passage else (whole,)
    shown = _window(sentences, quoted, CONTEXT_CHARACTERS)
    numbers = [number for number, _ in cited]
    editions = _editions(hit, find) if hit else ""
    parts = _parts(article.text, shown, cited)
    return _card(article, numbers, whole, shown, parts, editions=editions)


def _related(hit: rag.Hit, find: Find) -> Card:
    passage = hit.passage
    text = find(passage.article_id, passage.revision).text
    whole = (passage.start, passage.end)
    sentences = passage.sentences or (whole,)
    nearest = max(sentences, key=lambda s: _matches(text[s[0] : s[1]], hit.matched_terms))
    shown = _window(sentences, nearest, RELATED_CHARACTERS)
    parts: list[Part] = [{"text": text[shown[0] : shown[1]], "marked": False}]
    article = find(passage.article_id, passage.revision)
    return _card(article, [], whole, shown, parts, editions=_editions(hit, find))


def _editions(hit: rag.Hit, find: Find) -> str:
    return rag.edition_line(hit, find) if hit.copies or hit.superseded_by else ""


def _card(
    article: rag.Article,
    numbers: list[int],
    whole: Span,
    shown: Span,
    parts: list[Part],
    *,
    editions: str,
) -> Card:
    return {
        "numbers": numbers,
        "source": source(article),
        "editions": editions,
        "cut_before": shown[0] > whole[0],
        "cut_after": shown[1] < whole[1],
        "parts": parts,
    }


def _matches(sentence: str, terms: Iterable[str]) -> int:
    folded = sentence.casefold()
    return sum(term.casefold() in folded for term in terms)


def _lines(text: str, quoted: Span) -> Span:
    """The lines of ``text`` that a quotation stands in."""
    start = text.rfind("\n", 0, quoted[0]) + 1
    end = text.find("\n", quoted[1])
    return start, len(text) if end < 0 else end


def _cover(spans: Sequence[Span]) -> Span:
    return min(start for start, _ in spans), max(end for _, end in spans)


def _window(sentences: Sequence[Span], core: Span, limit: int) -> Span:
    """``core`` with whole sentences around it, before and after in turn, while within ``limit``."""
    start, end = _cover([core, *(s for s in sentences if s[0] < core[1] and core[0] < s[1])])
    before = [s for s in sentences if s[1] <= start]
    after = [s for s in reversed(sentences) if s[0] >= end]
    while before or after:
        if before and end - before[-1][0] <= limit:
            start = before.pop()[0]
        else:
            before.clear()
        if after and after[-1][1] - start <= limit:
            end = after.pop()[1]
        else:
            after.clear()
    return start, end


def _parts(text: str, shown: Span, cited: Numbered) -> list[Part]:
    """``text`` within ``shown``, cut where a quotation begins or ends."""
    cuts = sorted(
        {*shown, *(cut for _, citation in cited for cut in (citation.start, citation.end))}
    )
    parts: list[Part] = []
    for start, end in pairwise(cuts):
        marked = any(c.start <= start and end <= c.end for _, c in cited)
        parts.append({"text": text[start:end], "marked": marked})
        ending = [number for number, citation in cited if citation.end == end]
        if ending and len(cited) > 1:
            parts[-1]["number"] = ending[0]
    return parts

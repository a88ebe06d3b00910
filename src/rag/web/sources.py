"""Describes the source of a passage: the article, how it was found, and who else printed it."""

from collections.abc import Callable, Iterable

from typing_extensions import TypedDict

import rag

__all__ = [
    "Fact",
    "Find",
    "Listed",
    "Source",
    "confidence_facts",
    "count",
    "if_there",
    "listed",
    "nowhere",
    "other_outlets",
    "source",
    "why",
]

Find = Callable[..., rag.Article]


class Source(TypedDict):
    """The source of a text. Missing facts are spelled out, such as "outlet not stated"."""

    title: str
    outlet: str
    date: str
    language: str


class Listed(Source):
    """An article in a list, with the id and revision to open it."""

    id: str
    revision: str


class Fact(TypedDict):
    """One line of an explanation, such as "By words" and "rank 1, BM25 7.24"."""

    name: str
    value: str


def source(article: rag.Article, *, at: Iterable[int] = ()) -> Source:
    """The source of an article; facts that it does not state are never guessed.

    The pages with the offsets ``at`` follow the date.
    """
    day = article.published
    dated = f"{day.day} {day:%B} {day.year}" if day else "undated"
    pages = sorted({page for offset in at if (page := article.page(offset))})
    return {
        "title": article.title.strip() or "Untitled",
        "outlet": article.outlet or "outlet not stated",
        "date": ", p. ".join([dated, *map(str, pages)]),
        "language": article.language,
    }


def listed(article: rag.Article) -> Listed:
    """The list entry of an article."""
    return {"id": article.id, "revision": article.revision, **source(article)}


def count(number: int, noun: str) -> str:
    """A number and its noun: "1 source", "2 sources"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def why(article: rag.Article, hit: rag.Hit | None, outlets: list[str]) -> list[Fact]:
    """Explains where a passage comes from and how it was found.

    Without a hit, lists only the source.
    """
    facts = [("Author", article.author or "not stated"), ("Article", article.id)]
    if outlets:
        facts.append(("Also in", ", ".join(outlets)))
    if hit:
        facts += [
            ("By meaning", _side(hit.dense_rank, "cosine", hit.dense_score)),
            ("By words", _side(hit.lexical_rank, "BM25", hit.lexical_score)),
            ("Words found", ", ".join(hit.matched_terms) or "none"),
            ("Overall", f"rank {hit.rank}, score {hit.score:.2f}"),
        ]
    return [{"name": name, "value": value} for name, value in facts]


def confidence_facts(answer: rag.Answer) -> list[Fact]:
    """The most likely answer with its probability, and the probability of no answer."""
    read = answer.confidence
    if read is None:
        return []
    none = f"no answer: {read.none:.0%}"
    words = f"“{read.span}”: {read.span_probability:.0%}, " if read.span else ""
    return [{"name": "Model", "value": none if answer.abstained else f"{words}{none}"}]


def other_outlets(article: rag.Article, hit: rag.Hit | None, find: Find) -> list[str]:
    """The other outlets that print the passage; the article's id if it names no outlet."""
    copies = [(id_, if_there(find, id_)) for id_ in (hit.copies if hit else ())]
    outlets = dict.fromkeys(copy.outlet or id_ for id_, copy in copies if copy)
    return [outlet for outlet in outlets if outlet != article.outlet]


def if_there(find: Find, article_id: str) -> rag.Article | None:
    """The current revision of an article; None if it was removed since it was found."""
    try:
        return find(article_id, None)
    except rag.UsageError:
        return None


def nowhere(article_id: str, _revision: str | None = None) -> rag.Article:
    """Finds no article; for an answer that cites none."""
    raise rag.UsageError(f"no article {article_id!r}")


def _side(rank: int | None, measure: str, score: float | None) -> str:
    place = f"rank {rank}" if rank is not None else "not listed"
    return place if score is None else f"{place}, {measure} {score:.2f}"

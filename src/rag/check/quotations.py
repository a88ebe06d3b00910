"""Verifies statements; those that their citations do not prove are not shown."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import lru_cache

from rag.check.claims import check_claim
from rag.check.corrections import withdrawn_in
from rag.check.sources import source_text
from rag.schema import Answer, Article, Citation, Statement

__all__ = ["checked", "is_proved"]

Find = Callable[[str, str], Article | None]
_BEFORE, _AFTER = 600, 300  # characters around a citation that may name the person it refers to


def _is_exact(citation: Citation, find: Find) -> bool:
    article = find(citation.article_id, citation.revision)
    return (
        article is not None
        and citation.quote != ""
        and article.text[citation.start : citation.end] == citation.quote
    )


def is_proved(statement: Statement, find: Find) -> bool:
    """Whether the citations are exact, and contain the quoted or support the written statement."""
    exact = bool(statement.citations) and all(_is_exact(c, find) for c in statement.citations)
    if not exact or statement.is_written:
        return exact and _is_borne_out(statement, find)
    quoted = " ".join(citation.quote for citation in statement.citations)
    return statement.text.strip() != "" and statement.text in quoted


def _is_borne_out(statement: Statement, find: Find) -> bool:
    sources: list[tuple[str, date | None]] = []
    language = "en"
    for cited in statement.citations:
        article = find(cited.article_id, cited.revision)
        if article is not None:
            if withdrawn_in(statement.text, article):
                return False
            language = article.language
            around = max(0, cited.start - _BEFORE), cited.end + _AFTER
            sources.append((source_text(article, *around)[0], article.published))
    return _supports(statement.text, tuple(dict.fromkeys(sources)), language)


@lru_cache(maxsize=1024)  # each partial answer repeats the statements of the previous one
def _supports(text: str, sources: tuple[tuple[str, date | None], ...], language: str) -> bool:
    texts, days = zip(*sources, strict=True) if sources else ((), ())
    return check_claim(text, texts, language=language, strict=True, published=days).supported


def _holds(words: str | None, statements: tuple[Statement, ...]) -> bool:
    return words is not None and any(words in statement.text for statement in statements)


def checked(answer: Answer, find: Find) -> Answer:
    """Moves the statements that their citations do not support to ``rejected``.

    A statement is supported if it has citations, every citation matches its article exactly at its
    offsets, and the statement's text is part of the quotations. A statement that a language model
    wrote need not be part of them; instead, ``check_claim`` must find it supported by the text
    around them. Withheld statements are checked, too. ``find`` returns an article by id and
    revision.
    """
    of_both = (*answer.statements, *answer.withheld)
    unproved = [statement for statement in of_both if not is_proved(statement, find)]
    kept = tuple(statement for statement in answer.statements if statement not in unproved)
    withheld = tuple(statement for statement in answer.withheld if statement not in unproved)
    confidence = answer.confidence
    if confidence and not _holds(confidence.span, (*kept, *withheld)):
        confidence = replace(confidence, span=None, span_probability=0.0)
    return replace(
        answer,
        statements=kept,
        withheld=withheld,
        rejected=(*answer.rejected, *unproved),
        short_answer=answer.short_answer if _holds(answer.short_answer, kept) else None,
        confidence=confidence,
    )

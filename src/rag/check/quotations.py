"""Verifies quotations: a statement that does not quote its article exactly is not shown."""

from collections.abc import Callable
from dataclasses import replace

from rag.schema import Answer, Article, Citation, Statement

__all__ = ["checked"]

Find = Callable[[str, str], Article | None]


def _is_exact(citation: Citation, find: Find) -> bool:
    article = find(citation.article_id, citation.revision)
    return (
        article is not None
        and citation.quote != ""
        and article.text[citation.start : citation.end] == citation.quote
    )


def _is_proved(statement: Statement, find: Find) -> bool:
    exact = bool(statement.citations) and all(_is_exact(c, find) for c in statement.citations)
    quoted = " ".join(citation.quote for citation in statement.citations)
    return exact and statement.text.strip() != "" and statement.text in quoted


def _holds(words: str | None, statements: tuple[Statement, ...]) -> bool:
    return words is not None and any(words in statement.text for statement in statements)


def checked(answer: Answer, find: Find) -> Answer:
    """Moves the statements that their citations do not support to ``rejected``.

    A statement is supported if it has citations, every citation matches its article exactly at its
    offsets, and the statement's text is part of the quotations. Withheld statements are checked
    too. ``find`` returns an article by id and revision.
    """
    of_both = (*answer.statements, *answer.withheld)
    unproved = [statement for statement in of_both if not _is_proved(statement, find)]
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

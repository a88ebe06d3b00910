"""Floor 3, claim → verdict: what is not exactly in its article is not shown."""

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


def checked(answer: Answer, find: Find) -> Answer:
    """``answer`` with every statement moved to ``rejected`` that is not proved by its citations.

    A statement is proved when it has citations, each quotes its article exactly at its offsets,
    and its words are those of the quotations. ``find`` gives an article by id and revision.
    """
    kept: list[Statement] = []
    rejected = list(answer.rejected)
    for statement in answer.statements:
        exact = bool(statement.citations) and all(_is_exact(c, find) for c in statement.citations)
        quoted = " ".join(citation.quote for citation in statement.citations)
        proved = exact and statement.text.strip() != "" and statement.text in quoted
        (kept if proved else rejected).append(statement)
    short = answer.short_answer
    if short is not None and not any(short in statement.text for statement in kept):
        short = None
    return replace(answer, statements=tuple(kept), rejected=tuple(rejected), short_answer=short)

"""Links that ask a question again: its text, its scope and the cited revisions.

A link may come from anywhere, so it is validated, and its contents are not stored.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

import rag
from rag.web.components import clip
from rag.web.narrow import everything
from rag.web.record import LONGEST_QUESTION, Identifier, Record, Scope
from rag.web.sources import Find

__all__ = ["Link", "changed", "opened", "permalink"]

SHORT = 12  # characters of a revision in a link
SHOWN = 100  # characters of an id or a title on the page

_SCOPE = TypeAdapter(Scope)
_Short = Annotated[str, Field(pattern=rf"^[0-9a-f]{{{SHORT}}}$")]
_CITED = TypeAdapter(
    Annotated[dict[Identifier, _Short], Field(max_length=100)], config=ConfigDict(strict=True)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A parsed link; ``cited`` pairs article ids with the first characters of revisions."""

    question: str
    scope: Scope
    cited: tuple[tuple[str, str], ...]


def permalink(record: Record) -> str:
    """A query string, including the ``?``, that asks the record's question again."""
    parts = {"ask": record["standalone_question"]}
    if record["scope"] != everything():
        parts["narrow"] = _written(record["scope"])
    cited = {source["article_id"]: source["revision"][:SHORT] for source in record["sources"]}
    if cited:
        parts["cited"] = _written(cited)
    return f"?{urlencode(parts)}"


def opened(query: Mapping[str, str]) -> Link | None:
    """Parses the query parameters of a link; None if they are not a valid link."""
    question = query.get("ask", "")
    if not question.strip() or len(question) > LONGEST_QUESTION:
        return None
    try:
        scope = _SCOPE.validate_json(query["narrow"]) if query.get("narrow") else everything()
        cited = _CITED.validate_json(query["cited"]) if query.get("cited") else {}
    except ValidationError:
        return None
    return Link(question=question, scope=scope, cited=tuple(cited.items()))


def changed(link: Link, find: Find) -> list[str]:
    """A line for each cited article that was changed or removed since the link was made.

    ``find`` returns the current revision of an article, or raises ``rag.UsageError``.
    """
    lines = (_since(article_id, revision, find) for article_id, revision in link.cited)
    return [line for line in lines if line]


def _since(article_id: str, revision: str, find: Find) -> str:
    try:
        article = find(article_id)
    except rag.UsageError:
        return f"An article cited by this link has since been removed: {clip(article_id, SHOWN)}."
    if article.revision.startswith(revision):
        return ""
    title = clip(article.title.strip() or article_id, SHOWN)
    return f"An article cited by this link has since changed: {title}."


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

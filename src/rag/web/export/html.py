"""A chat as one HTML file, to read and to print."""

from collections.abc import Sequence
from functools import cache

from jinja2 import Environment, Template
from markupsafe import Markup, escape

import rag
from rag.web.export.plain import blocks, cited_in, facts_of, plain
from rag.web.record import Record
from rag.web.templates import asset

__all__ = ["as_html"]


def as_html(records: Sequence[Record], articles: Sequence[rag.Article] = ()) -> str:
    """The chat, and the texts of the cited ``articles``, which are not printed.

    The content of an element ``.text`` is an article's text, for which the citations' offsets are
    valid. The file has no script and loads nothing.
    """
    told = [
        {"record": record, "blocks": blocks(record), "sources": cited_in(record)}
        for record in records
    ]
    return _template().render(told=told, articles=articles, facts_of=facts_of) + "\n"


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"plain": plain, "exactly": _exactly}
    return environment.from_string(asset("export.html.j2"))


def _exactly(text: str) -> Markup:
    """``text`` as the content of an element; carriage returns would be read as line feeds."""
    return Markup(str(escape(text)).replace("\r", "&#13;"))  # noqa: S704 - it is escaped

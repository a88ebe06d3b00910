"""One walk from a file, or from given words, to an Article."""

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

from rag.errors import IngestError
from rag.ingest.clean import normalise_spaces, remove_furniture
from rag.ingest.formats import read_source
from rag.ingest.metadata import Metadata, from_front_matter, recognise, split_title, unread_date
from rag.schema import Article

__all__ = ["make_article", "read_article"]


def _ignore(_: str) -> None:
    """A warning that nobody reads."""


def make_article(
    *,
    id: str,
    text: str,
    title: str = "",
    outlet: str | None = None,
    author: str | None = None,
    published: date | None = None,
    language: str = "en",
    url: str | None = None,
    origin: str = "",
) -> Article:
    """An article with its text taken verbatim, as data sets need it.

    Raises:
        IngestError: the id or the text is empty.
    """
    if not id.strip():
        raise IngestError(f"an article from {origin or 'a data set'} has no id; give it one")
    if not text.strip():
        raise IngestError(f"{origin or id} holds no text; remove it or fill it")
    for name, value in (("text", text), ("title", title), ("id", id), ("outlet", outlet),
                        ("author", author), ("url", url), ("origin", origin)):  # fmt: skip
        try:
            (value or "").encode("utf-8")
        except UnicodeEncodeError as error:
            raise IngestError(
                f"the {name} of {(origin or id)!a} holds half a character at offset {error.start};"
                " save it as UTF-8, or rename the file"
            ) from None
    return Article(
        id=id,
        revision=hashlib.sha256(text.encode("utf-8")).hexdigest(),
        title=title,
        outlet=outlet,
        author=author,
        published=published,
        language=language,
        url=url,
        origin=origin,
        text=text,
    )


def read_article(
    path: Path,
    *,
    root: Path,
    max_bytes: int,
    language: str = "en",
    warn: Callable[[str], None] = _ignore,
) -> Article:
    """The article in the file ``path``, cleaned, with what it states about itself.

    ``warn`` is told of a stated date that is not read.

    Its id is the one its front matter gives, else its URL, else its path relative to ``root``.

    Raises:
        IngestError: the file cannot become an article; the message names it and the remedy.
    """
    source = read_source(path, max_bytes=max_bytes)
    if unread := unread_date(source.front_matter):
        warn(
            f"{path} gives the date {unread!r}, which is not read or has two meanings; write it"
            " year first, as in 2024-04-03"
        )
    text = normalise_spaces(source.text)
    stated = from_front_matter(source.front_matter).or_else(recognise(text))
    title, text = split_title(remove_furniture(text), stated.title)
    relative = path.relative_to(root).as_posix()
    known = stated.or_else(Metadata(id=stated.url or relative, title=title))
    return make_article(
        id=known.id or relative,
        text=text,
        title=known.title or path.stem.replace("-", " ").replace("_", " "),
        outlet=known.outlet,
        author=known.author,
        published=known.published,
        language=known.language or language,
        url=known.url,
        origin=str(path.resolve()),
    )

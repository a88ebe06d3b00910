"""Creates an ``Article`` from a file or from given text."""

import errno
import hashlib
from collections.abc import Callable, Set
from dataclasses import replace
from datetime import date
from itertools import accumulate
from pathlib import Path
from urllib.parse import urlsplit

from rag.errors import IngestError
from rag.ingest.clean import normalise_spaces, remove_furniture
from rag.ingest.head import split_title
from rag.ingest.lines import join_lines
from rag.ingest.metadata import Metadata, from_front_matter, recognise, unread_date
from rag.ingest.readers import CollectionReader, ReadFile, reader_for
from rag.ingest.readers.base import PAGE
from rag.schema import Article

__all__ = ["article_of", "make_article", "read_article", "unreadable"]

_LONGEST_SHOWN = 1000  # maximum characters of a path in a message


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
    """Creates an article with its text unchanged, as data sets require.

    Raises:
        IngestError: the id or the text is empty, or a value contains a lone surrogate.
    """
    if not id.strip():
        raise IngestError(f"an article from {origin or 'a data set'} has no id; give it one")
    if not text.strip():
        raise IngestError(f"{origin or id} contains no text; remove it or add text")
    for name, value in (("text", text), ("title", title), ("id", id), ("outlet", outlet),
                        ("author", author), ("url", url), ("origin", origin)):  # fmt: skip
        try:
            (value or "").encode("utf-8")
        except UnicodeEncodeError as error:
            raise IngestError(
                f"the {name} of {(origin or id)!a} contains half a character (a lone surrogate) at"
                f" offset {error.start}; save the file as UTF-8, or rename it"
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
    shared: Set[str] = frozenset(),
    warn: Callable[[str], None] = lambda _: None,
) -> Article:
    """Reads the article in the file ``path``, with its text cleaned and its metadata extracted.

    The id is the one in the front matter, else the URL, else the path relative to ``root``. The
    URL of a home page, or one in ``shared``, which other files also state, is not used as an id.
    ``warn`` is called with a message if the file gives a date that cannot be read.

    Raises:
        IngestError: the file cannot be read as an article; the message names the file and the
            remedy.
    """
    reader = reader_for(path)
    if isinstance(reader, CollectionReader):
        raise IngestError(f"{path} may contain many articles; read it with read_articles")
    return article_of(
        reader.read(path, _bytes(path, max_bytes)),
        path=path,
        name=path.relative_to(root).as_posix(),
        origin=str(path.resolve()),
        language=language,
        shared=shared,
        warn=warn,
    )


def article_of(
    source: ReadFile,
    *,
    path: Path,
    name: str,
    origin: str,
    language: str = "en",
    shared: Set[str] = frozenset(),
    warn: Callable[[str], None] = lambda _: None,
) -> Article:
    """Creates an article from a file's content: cleans the text and extracts the metadata.

    ``path`` names the file in messages, and is the title of an article without one. ``name`` is
    the id of an article that states none.

    Raises:
        IngestError: the file contains no text.
    """
    for warning in source.warnings:
        warn(warning)
    if unread := unread_date(source.stated):
        warn(
            f"{path} gives the date {unread!r}, which is ambiguous or not recognised; write it"
            " year first, as in 2024-04-03"
        )
    text = normalise_spaces(source.text)
    stated = from_front_matter(source.stated)
    language = stated.language or language
    stated = stated.or_else(recognise(text, title=stated.title))
    text = remove_furniture(text, language=language)
    title, text = split_title(text, stated.title)
    text, pages = _without_page_marks(PAGE * (title or "").count(PAGE) + join_lines(text))
    address = None if stated.url in shared or _is_site(stated.url or "") else stated.url
    known = stated.or_else(Metadata(id=address or name, title=(title or "").replace(PAGE, "")))
    article = make_article(
        id=known.id or name,
        text=text,
        title=known.title or path.stem.replace("-", " ").replace("_", " "),
        outlet=known.outlet,
        author=known.author,
        published=known.published,
        language=language,
        url=known.url,
        origin=origin,
    )
    return replace(article, pages=pages) if pages else article


def _without_page_marks(text: str) -> tuple[str, tuple[int, ...]]:
    """``text`` without ``PAGE`` marks, and the offset of the beginning of each page, if any."""
    parts = text.split(PAGE)
    starts = accumulate(map(len, parts[:-1]), initial=0)
    return "".join(parts), tuple(starts) if len(parts) > 1 else ()


def _is_site(url: str) -> bool:
    """Whether ``url`` is the home page of a site, or no valid address."""
    try:
        parts = urlsplit(url)
    except ValueError:  # such as a bracket that is not closed
        return True
    return parts.path in ("", "/") and not parts.query


def _bytes(path: Path, max_bytes: int) -> bytes:
    try:
        size = path.stat().st_size
        if size > max_bytes:
            raise IngestError(
                f"{path} is {size / 1e6:.1f} MB, over the limit of {max_bytes / 1e6:g} MB;"
                " split it, or raise max_file_mb"
            )
        return path.read_bytes()
    except OSError as error:
        raise IngestError(unreadable(path, error)) from error


_REMEDIES = {
    errno.EACCES: "check its permissions",
    errno.EPERM: "check its permissions",
    errno.ENOENT: "it no longer exists, or is a broken link",
    errno.ELOOP: "its links form a cycle; remove one",
    errno.ENAMETOOLONG: "shorten the names of its folders",
    errno.EIO: "check the disk",
    errno.EMFILE: "raise the limit on open files with ulimit -n",
}


def unreadable(path: Path, error: OSError) -> str:
    """The message for a file or folder that the system cannot read."""
    remedy = _REMEDIES.get(error.errno or 0, "check that it can be read")
    name = str(path)
    if len(name) > _LONGEST_SHOWN:
        name = f"{name[:200]} … {name[-80:]}"
    return f"{name} cannot be read ({error.strerror}); {remedy}"

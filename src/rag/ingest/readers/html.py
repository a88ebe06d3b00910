"""Extracts the text and metadata of saved web pages with trafilatura.

Only parses the markup: fetches nothing and runs no script. No other module imports trafilatura.
"""

import logging
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rag.errors import IngestError
from rag.ingest.dates import dated_line
from rag.ingest.metadata import is_byline, recognise
from rag.ingest.readers.base import ReadFile
from rag.ingest.readers.decoding import declared_encoding, decode
from rag.ingest.readers.marks import resolve
from rag.ingest.readers.markup import prepare
from rag.ingest.readers.page import (
    authors,
    head_lines,
    headline,
    page_url,
    published,
    publisher,
    standfirst,
)
from rag.ingest.readers.tree import words

__all__ = ["HtmlReader"]

_LANGUAGE = re.compile(r"[a-z]{2,3}\b", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"\A\s*<\?xml\b[^>]*>")
_HEAD = 5  # lines of the head: title, standfirst, authors, their desk and the date
_LABEL = re.compile(
    r"(?:last )?(?:published|posted|updated|modified)(?: (?:on|at))?:?", re.IGNORECASE
)
_SPACES = re.compile(r"[ ]{2,}")

log = logging.getLogger(__name__)


class HtmlReader:
    """Reads saved web pages."""

    suffixes = (".html", ".htm")

    def read(self, path: Path, data: bytes) -> ReadFile:
        """The article's text, with the title, author, outlet, date and language of the page."""
        decoded = decode(path, data, declared=declared_encoding(data))
        try:
            found = _extracted(_XML_DECLARATION.sub("", decoded.text))
        except Exception as error:  # malformed markup can raise any error
            log.warning("%s cannot be parsed as HTML", path, exc_info=True)
            raise IngestError(
                f"{path} cannot be parsed as HTML ({type(error).__name__}); save the article as"
                " text"
            ) from error
        if found is None:
            raise IngestError(
                f"{path} contains no recognisable article text; save the article as text, or save"
                " the whole page"
            )
        text, stated = found
        return ReadFile(
            text=text,
            stated={name: value for name, value in stated.items() if value},
            warnings=decoded.warnings,
        )


def _extracted(page: str) -> tuple[str, dict[str, Any]] | None:
    """The text, one paragraph per block, and the page's metadata; None if it has no article."""
    from trafilatura import bare_extraction
    from trafilatura.settings import use_config
    from trafilatura.utils import load_html

    logging.getLogger("trafilatura").addHandler(logging.NullHandler())  # errors are reported
    tree = load_html(page)
    if tree is None:
        return None
    title = headline(tree)
    heading = "" if title is None else words(title)
    head = recognise("\n".join(head_lines(tree)), title=heading)
    stated: dict[str, Any] = {
        "author": authors(tree, title=heading),
        "published": published(tree, title=heading) or head.published,
        "outlet": publisher(tree, title=heading),
        "url": page_url(tree),
        "language": _language(tree),
    }
    config = use_config()
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", "1")  # lower values join all blocks
    prepare(tree)
    below = standfirst(tree)
    found: Any = bare_extraction(
        tree,
        with_metadata=True,
        include_comments=False,
        config=config,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    if found is None or not (found.text or "").strip():
        return None
    stated["title"] = resolve(found.title or "")
    stated["outlet"] = _outlet(found.sitename, found.url) or stated["outlet"] or head.outlet
    stated["author"] = stated["author"] or (found.author or "").replace("; ", ", ")
    text = _without_byline(_plain(found.text), stated)
    return _with_standfirst(text, _plain(below or "")), stated


def _plain(text: str) -> str:
    """The extracted text with single spaces, and with blank lines between its lines."""
    return _SPACES.sub(" ", resolve(text)).replace("\n", "\n\n")


def _without_byline(text: str, stated: dict[str, Any]) -> str:
    """``text`` without the lines at its start that repeat the date and the authors."""
    lines = text.split("\n\n")
    author = stated["author"]
    names = [author] if isinstance(author, str) else list(author or [])

    def repeats(line: str) -> bool:
        dated = stated["published"] and dated_line(line)
        named = names and (is_byline(line) or line in names)
        return bool(dated or named or _LABEL.fullmatch(line) or line == stated["outlet"])

    return "\n\n".join(line for i, line in enumerate(lines) if i >= _HEAD or not repeats(line))


def _with_standfirst(text: str, below: str) -> str:
    """Prepends the standfirst to ``text`` if it is missing."""
    return text if " ".join(below.split()) in " ".join(text.split()) else f"{below}\n\n{text}"


def _language(tree: Any) -> str | None:
    match = _LANGUAGE.match(tree.get("lang") or "")
    return match[0].lower() if match else None


def _outlet(name: str | None, url: str | None) -> str | None:
    """The site name that the page states; None if it is only the host name."""
    host = urlsplit(url or "").hostname or ""
    return None if name and name.casefold() in (host, host.removeprefix("www.")) else name

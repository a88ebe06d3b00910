"""Web pages saved as files, read by trafilatura, imported here only: text and what is stated.

Nothing is fetched and nothing in a page is run: its markup is parsed, its words are taken.
"""

import logging
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rag.errors import IngestError

__all__ = ["read_html"]

_LANGUAGE = re.compile(r"<html\b[^<>]{0,500}?\blang\s*=\s*[\"']?([a-z]{2,3})\b", re.IGNORECASE)
_HEAD = 5_000  # characters in which <html lang="…"> is looked for

log = logging.getLogger(__name__)


def read_html(path: Path, page: str) -> tuple[dict[str, object], str]:
    """What ``page``, read from ``path``, states of its article, named as in front matter, and its
    text, a blank line between paragraphs.

    Raises:
        IngestError: no article text is found in it.
    """
    found = _extracted(path, page)
    if found is None or not (found.text or "").strip():
        raise IngestError(
            f"{path} holds no article text that could be found in its HTML; save the article as"
            " text, or the whole page"
        )
    language = _LANGUAGE.search(page[:_HEAD])
    stated = {
        "title": found.title,
        "author": found.author,
        "outlet": _outlet(found.sitename, found.url),
        "published": found.date,
        "url": found.url,
        "language": language[1].lower() if language else None,
    }
    return {name: value for name, value in stated.items() if value}, found.text.replace(
        "\n", "\n\n"
    )


def _extracted(path: Path, page: str) -> Any:
    """The article as trafilatura finds it; only a date that is marked as one is taken."""
    from trafilatura import bare_extraction

    logging.getLogger("trafilatura").addHandler(logging.NullHandler())  # its faults are told below
    try:
        return bare_extraction(
            page,
            with_metadata=True,
            include_comments=False,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except Exception as error:  # one file of many: hostile markup may fail anywhere in a parser
        log.warning("%s does not read as HTML", path, exc_info=True)
        raise IngestError(
            f"{path} does not read as HTML ({type(error).__name__}); save the article as text"
        ) from error


def _outlet(name: str | None, url: str | None) -> str | None:
    """The site's name where the page states one: its address alone names no outlet."""
    host = urlsplit(url or "").hostname or ""
    return None if name and name.casefold() in (host, host.removeprefix("www.")) else name

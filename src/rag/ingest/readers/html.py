"""Extracts the text and metadata of saved web pages with trafilatura.

Nothing is fetched and no script is run; only the markup is parsed. No other module imports
trafilatura.
"""

import logging
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rag.errors import IngestError
from rag.ingest.readers.base import ReadFile
from rag.ingest.readers.decoding import decode

__all__ = ["HtmlReader"]

_LANGUAGE = re.compile(r"<html\b[^<>]{0,500}?\blang\s*=\s*[\"']?([a-z]{2,3})\b", re.IGNORECASE)
_HEAD = 5_000  # characters searched for <html lang="…">

log = logging.getLogger(__name__)


class HtmlReader:
    """Reads saved web pages."""

    suffixes = (".html", ".htm")

    def read(self, path: Path, data: bytes) -> ReadFile:
        """The article's text and what the page states: title, author, outlet, date, language."""
        page = decode(path, data)
        found = _extracted(path, page)
        if found is None or not (found.text or "").strip():
            raise IngestError(
                f"{path} contains no recognisable article text; save the article as text, or save"
                " the whole page"
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
        return ReadFile(
            text=found.text.replace("\n", "\n\n"),
            stated={name: value for name, value in stated.items() if value},
        )


def _extracted(path: Path, page: str) -> Any:
    """Runs trafilatura on the page. A date counts only if the markup declares it as one."""
    from trafilatura import bare_extraction

    logging.getLogger("trafilatura").addHandler(logging.NullHandler())  # errors are reported below
    try:
        return bare_extraction(
            page,
            with_metadata=True,
            include_comments=False,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except Exception as error:  # malformed markup can raise any error; other files go on
        log.warning("%s cannot be parsed as HTML", path, exc_info=True)
        raise IngestError(
            f"{path} cannot be parsed as HTML ({type(error).__name__}); save the article as text"
        ) from error


def _outlet(name: str | None, url: str | None) -> str | None:
    """The site's name as the page states it; None if that is only the host name."""
    host = urlsplit(url or "").hostname or ""
    return None if name and name.casefold() in (host, host.removeprefix("www.")) else name

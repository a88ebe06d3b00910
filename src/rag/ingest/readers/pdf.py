"""PDFs: text in reading order, with the place where each page begins."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from rag.errors import IngestError
from rag.ingest.readers.base import ReadFile
from rag.ingest.readers.optional import library
from rag.ingest.readers.pdf_layout import Line, paragraphs, title_of, without_furniture

__all__ = ["PdfReader"]

_WORKER = Path(__file__).with_name("pdf_worker.py")
_SECONDS = 90
_SCANNED = 20  # minimum letters of a page with a picture; a scan may have a stamp or a number
_LISTED = 10  # maximum page numbers listed in a message


class PdfReader:
    """Reads PDFs with PDFium, in a separate process."""

    suffixes = (".pdf",)

    def read(self, path: Path, data: bytes) -> ReadFile:
        """The paragraphs without running heads, page numbers and hyphens at the ends of lines.

        ``PAGE`` marks where a page begins. The title is the text in the largest type on page 1.
        """
        library("pypdfium2", path)
        if b"%PDF-" not in data[:1024]:
            raise IngestError(f"{path} is not a PDF; save it again, or correct its ending")
        pages = _pages(path, data)
        scans = [number for number, page in enumerate(pages, start=1) if _is_scan(page)]
        lines = without_furniture([(page["height"], _lines(page)) for page in pages])
        text = "\n\n".join(paragraphs(lines))
        if not text or len(scans) == len(pages):
            what = "is a scan: it contains pictures of pages" if scans else "contains no text"
            raise IngestError(f"{path} {what}; run text recognition (OCR) on it first")
        title = title_of(lines[0]) if lines else ""
        return ReadFile(
            text=text,
            stated={"title": title} if title else {},
            warnings=_warnings(path, pages, scans),
        )


def _pages(path: Path, data: bytes) -> list[dict[str, Any]]:
    """The pages that the worker found.

    Raises:
        IngestError: the worker found an error, or used too much memory or time.
    """
    try:
        # The folder of the worker contains modules with the same names as standard ones.
        done = subprocess.run(
            [sys.executable, "-P", str(_WORKER)],
            input=data,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise IngestError(
            f"{path} takes over {_SECONDS} s to read; print it again"
        ) from TimeoutError()
    try:
        found = json.loads(done.stdout)
    except ValueError:
        why = "its memory or time limit was reached, or PDFium failed"
        raise IngestError(
            f"{path} cannot be read ({why}); print it again as a PDF"
        ) from TimeoutError()
    if "error" in found:
        locked = "assword" in found["error"]
        what = "is locked by a password; save it without one" if locked else (
            f"cannot be read ({found['error']}); save it again")  # fmt: skip
        raise IngestError(f"{path} {what}")
    pages: list[dict[str, Any]] = found["pages"]
    return pages


def _lines(page: dict[str, Any]) -> list[Line]:
    names = ("text", "left", "bottom", "right", "top", "size")
    return [
        Line(**dict(zip(names, line, strict=True))) for line in page["lines"] if line[0].strip()
    ]


def _is_scan(page: dict[str, Any]) -> bool:
    letters = sum(len(line[0].strip()) for line in page["lines"])
    return bool(page["pictures"]) and letters < _SCANNED


def _warnings(path: Path, pages: list[dict[str, Any]], scans: list[int]) -> tuple[str, ...]:
    damaged = [number for number, page in enumerate(pages, start=1) if page.get("damaged")]
    return tuple(
        f"{path} has {len(numbers)} of {len(pages)} pages {what}: {_listed(numbers)}"
        for numbers, what in (
            (scans, "that are pictures without text"),
            (damaged, "that are damaged"),
        )
        if numbers
    )


def _listed(numbers: list[int]) -> str:
    more = len(numbers) - _LISTED
    shown = ", ".join(map(str, numbers[:_LISTED]))
    return f"{shown} and {more} more" if more > 0 else shown

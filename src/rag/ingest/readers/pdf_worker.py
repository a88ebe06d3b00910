"""A separate program that prints the lines of a PDF as JSON, so that no PDF can harm the caller.

It reads the PDF from its input. Its memory and time are limited where the system supports it. It
imports nothing from Byline.
"""

import json
import sys
from ctypes import byref, c_double
from typing import Any

_MEMORY = 2_000_000_000  # bytes
_SECONDS = 60
_PAGES = 2000
_CHARACTERS = 200_000  # of a page
_GAP = 1.5  # share of the font size; a wider gap separates two columns
_HYPHENS = "\x02\ufffe\u00ad"  # PDFium's character for a hyphen at a line end


def main() -> None:
    """Prints ``{"pages": [{"height": …, "lines": […], "pictures": …}]}``, or ``{"error": …}``."""
    _limit()
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    except pypdfium2.PdfiumError as error:
        json.dump({"error": str(error)}, sys.stdout)
        return
    count = len(document)
    if count > _PAGES:
        json.dump({"error": f"it has {count:,} pages, over {_PAGES:,}"}, sys.stdout)
        return
    pages = []
    for number in range(count):
        try:
            pages.append(_page(document[number], pypdfium2.raw))
        except pypdfium2.PdfiumError:
            pages.append({"height": 0, "lines": [], "pictures": 0, "damaged": True})
    json.dump({"pages": pages}, sys.stdout)


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows; the caller's time limit remains
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))


def _page(page: Any, raw: Any) -> dict[str, Any]:
    text = page.get_textpage()
    lines = _lines(text.raw, min(text.count_chars(), _CHARACTERS), raw)
    pictures = sum(1 for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3))
    return {"height": page.get_height(), "lines": lines, "pictures": pictures}


def _lines(text: Any, count: int, raw: Any) -> list[list[Any]]:
    """Returns each line as [text, left, bottom, right, top, font size]."""
    lines: list[list[Any]] = []
    line: list[Any] = []
    sides = [c_double() for _ in range(4)]
    for place in range(count):
        letter = chr(raw.FPDFText_GetUnicode(text, place))
        if letter in "\r\n":
            if line:
                lines.append(line)
            line = []
            continue
        if letter in _HYPHENS:
            if line:
                line[0] += "\u00ad"
                lines.append(line)
                line = []
            continue
        raw.FPDFText_GetCharBox(text, place, *map(byref, sides))
        left, right, bottom, top = (side.value for side in sides)
        if raw.FPDFText_IsGenerated(text, place) == 1 or letter.isspace():
            if line:
                line[0] += letter
            continue
        size = raw.FPDFText_GetFontSize(text, place) or top - bottom
        if line and left - line[3] > _GAP * max(top - bottom, line[4] - line[2], 6):
            lines.append(line)
            line = []
        if not line:
            line = ["", left, bottom, right, top, size]
        line[0] += letter
        line[1], line[2] = min(line[1], left), min(line[2], bottom)
        line[3], line[4] = max(line[3], right), max(line[4], top)
    return [*lines, line] if line else lines


if __name__ == "__main__":
    main()

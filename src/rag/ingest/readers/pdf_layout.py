"""Puts the lines of pages in reading order, removes running heads and joins paragraphs."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from rag.ingest.readers.base import PAGE

__all__ = ["Line", "paragraphs", "title_of", "without_furniture"]

_MARGIN = 0.12  # share of the page's height at the top and bottom where heads and numbers are
_NUMBER = re.compile(
    r"\W*(?:page |p\. ?)?(?:\d{1,4}|[ivxl]{1,6})(?: ?(?:of|/) ?\d{1,4})?\W*", re.IGNORECASE
)
_WIDE = 0.6  # share of the width of the text; a wider line spans columns
_GUTTER = 8.0  # minimum points between columns
_SIDE = 2  # minimum lines of each column
_ENDS = re.compile(r"[.!?:…][”’\"')\]»]*$")
_HEADLINE = 1.25  # minimum ratio of a title's font size to that of the text


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line, or part of a line, on a page. In points; the origin is at the lower left."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float


def without_furniture(pages: Sequence[tuple[float, Sequence[Line]]]) -> list[list[Line]]:
    """The lines of each page, given as (height, lines), without running heads and page numbers.

    A line near the top or bottom is a running head if several pages have it at the same place,
    apart from its digits.
    """
    margins = [
        [line for line in lines if not _MARGIN < line.bottom / (height or 1) < 1 - _MARGIN]
        for height, lines in pages
    ]
    shared = Counter(key for lines in margins for key in {_head(line) for line in lines})
    least = max(2, len(pages) // 5)
    kept = []
    for (_, lines), margin in zip(pages, margins, strict=True):
        gone = {
            id(line)
            for line in margin
            if shared[_head(line)] >= least or _NUMBER.fullmatch(line.text.strip())
        }
        kept.append([line for line in lines if id(line) not in gone])
    return kept


def _head(line: Line) -> tuple[str, int, int]:
    return re.sub(r"\d+", "#", line.text.strip().lower()), round(line.bottom / 6), round(line.size)


def _ordered(lines: Sequence[Line]) -> list[Line]:
    """``lines`` in reading order: columns from left to right, between the lines that span them."""
    if len(lines) < 2 * _SIDE:
        return _downwards(lines)
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    narrow = [line for line in lines if line.right - line.left < _WIDE * (right - left)]
    gutter = _gutter(narrow)
    if gutter is None:
        return _downwards(lines)
    found: list[Line] = []
    block: list[Line] = []
    for line in [*_downwards(lines), None]:
        if line is not None and not line.left < gutter < line.right:
            block.append(line)
            continue
        found += _ordered([each for each in block if each.right <= gutter])
        found += _ordered([each for each in block if each.left >= gutter])
        block = []
        if line is not None:
            found.append(line)
    return found


def _gutter(lines: Sequence[Line]) -> float | None:
    """The middle of the first gap that has lines on both sides at the same height."""
    end = 0.0
    across = sorted(lines, key=lambda line: line.left)
    for place, line in enumerate(across):
        if place >= _SIDE and len(across) - place >= _SIDE and line.left - end >= _GUTTER:
            before, after = across[:place], across[place:]
            foot = max(min(each.bottom for each in side) for side in (before, after))
            head = min(max(each.top for each in side) for side in (before, after))
            if head > foot:
                return (end + line.left) / 2
        end = max(end, line.right)
    return None


def _downwards(lines: Sequence[Line]) -> list[Line]:
    """``lines`` from top to bottom; those at about the same height from left to right."""
    found: list[Line] = []
    row: list[Line] = []
    for line in sorted(lines, key=lambda line: -line.bottom):
        if row and row[0].bottom - line.bottom > 0.4 * (row[0].top - row[0].bottom):
            found += sorted(row, key=lambda each: each.left)
            row = []
        row.append(line)
    return found + sorted(row, key=lambda each: each.left)


def paragraphs(pages: Sequence[Sequence[Line]]) -> list[str]:
    """The paragraphs of all pages; ``PAGE`` marks where each page after the first begins.

    A hyphen at the end of a line is removed unless the word is hyphenated elsewhere.
    """
    ordered = [_ordered(lines) for lines in pages]
    leading = _leading(ordered)
    known = " ".join(line.text for lines in ordered for line in lines).lower()
    found: list[str] = []
    before: Line | None = None
    mark = ""
    for number, lines in enumerate(ordered):
        mark += PAGE if number else ""
        for line in lines:
            text = line.text.strip(" ")
            if (
                before is not None
                and found
                and _continues(before, line, leading, turned=bool(mark))
            ):
                found[-1] = _joined(found[-1], mark, text, known)
            else:
                found.append(mark + text)
            before, mark = line, ""
    return [text.replace("\u00ad", "-") for text in found if text.strip(PAGE)]


def _leading(pages: Sequence[Sequence[Line]]) -> float:
    """The usual distance between lines, in points."""
    gaps = [
        above.bottom - below.bottom
        for lines in pages
        for above, below in pairwise(lines)
        if 0 < above.bottom - below.bottom < 3 * max(above.size, 4)
    ]
    return median(gaps) if gaps else 12.0


def _continues(above: Line, below: Line, leading: float, *, turned: bool) -> bool:
    """Whether ``below`` continues the paragraph of ``above``; ``turned`` if it is on a new page."""
    if abs(above.size - below.size) > 0.15 * max(above.size, below.size):
        return False
    step = above.bottom - below.bottom
    ends = _ENDS.search(above.text.rstrip()) is not None
    if turned or step < -leading or step > 3 * leading:  # the next page or column
        return not ends
    if abs(step) < 0.4 * leading:  # beside it
        return True
    if step > 1.35 * max(leading, 1.05 * above.size):
        return False
    indented = below.left - above.left > 0.6 * below.size
    short = below.right - above.right > 0.15 * max(below.right - below.left, 1)
    return not (ends and (indented or short))


def _joined(text: str, mark: str, following: str, known: str) -> str:
    if text.endswith(("\u00ad", "-")) and following[:1].islower():
        first = re.split(r"[\s\u2014(“\"'-]", text[:-1])[-1]
        last = following.split(" ", maxsplit=1)[0].rstrip(".,;:!?")
        kept = f"{first}-{last}".lower() in known or not first.isalpha()
        return f"{text[:-1]}{'-' if kept else ''}{mark}{following}"
    if text.endswith(("\u00ad", "-")) and following[:1].isupper() and text[-2:-1] != " ":
        return f"{text[:-1]}-{mark}{following}"
    return f"{text} {mark}{following}"


def title_of(lines: Sequence[Line]) -> str:
    """The text in the largest type on a page, if it is clearly larger than the rest."""
    sizes = [line.size for line in lines for _ in line.text]
    if not sizes:
        return ""
    largest, usual = max(line.size for line in lines), median(sizes)
    parts = list(_run(_downwards(lines), largest))
    text = " ".join(part.strip() for part in parts)
    return text if largest >= _HEADLINE * usual and 10 <= len(text) <= 250 else ""


def _run(lines: Sequence[Line], size: float) -> Iterator[str]:
    """The texts of the first run of lines with about the same font size."""
    begun = False
    for line in lines:
        if line.size >= 0.95 * size:
            begun = True
            yield line.text
        elif begun:
            return

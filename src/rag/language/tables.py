"""The tables in a text, printed with "|" between the cells: "| 1 | Ann Gray | Corrick AC |"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["TableLine", "table_lines", "table_start"]

Span = tuple[int, int]

_TEXTS = 64  # texts whose tables are cached
_LONGEST_NAME = 6  # words of a line that names the rows below it
_LINE = re.compile(r"[^\s][^\n]*")
_RULE = re.compile(r"[|:\s-]*---[|:\s-]*")
_ENDED = re.compile(r"[.!?…,;][\W_]*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLine:
    """A line of a table, or the line above a table that names its rows.

    ``cells`` has the offsets of the cells; an empty cell is an empty span. ``group`` names the rows
    around it, such as "Women", and ``header`` the columns; both may be empty. ``is_label`` is true
    for a line that only names or separates other lines.
    """

    start: int
    end: int
    cells: tuple[Span, ...] = ()
    group: str = ""
    header: tuple[str, ...] = ()
    is_label: bool = False


@lru_cache(maxsize=_TEXTS)
def table_lines(text: str) -> tuple[TableLine, ...]:
    """The lines of all tables in ``text``, in order."""
    return tuple(_table_lines(text)) if "|" in text else ()


def table_start(text: str, start: int) -> int:
    """Where the header of the table begins that has a row at ``start``; else ``start``."""
    begin = start
    for line in table_lines(text):
        if line.is_label:
            begin = line.start
        elif line.start == start:
            return begin if line.header or line.group else start
        elif line.start > start:
            break
    return start


def _table_lines(text: str) -> Iterator[TableLine]:
    spans = [(m.start(), m.start() + len(m[0].rstrip())) for m in _LINE.finditer(text)]
    group, header, is_open = "", tuple[str, ...](), False  # open: the group has no row yet
    for place, (start, end) in enumerate(spans):
        line = text[start:end]
        following = text[slice(*spans[place + 1])] if place + 1 < len(spans) else ""
        cells = _cells(text, start, end)
        named = [text[s:e] for s, e in cells if s < e]
        if "|" not in line:
            group, header, is_open = "", (), False
            if "|" in following and _is_name(line):
                group, is_open = line.rstrip(": "), True
                yield TableLine(start=start, end=end, is_label=not _has_digit(line))
        elif _RULE.fullmatch(line):
            yield TableLine(start=start, end=end, is_label=True)
        elif len(named) < 2:
            group, is_open = "".join(named), True
            yield TableLine(start=start, end=end, is_label=True)
        elif _RULE.fullmatch(following) or (
            not _is_in_table(text, spans, place)
            and "|" in following
            and _has_digit(following)
            and not any(_is_number(one) for one in named)
            and (not _has_digit(line) or any(map(_is_number, following.split("|"))))
        ):
            group, header = group if is_open else "", tuple(text[s:e] for s, e in cells)
            yield TableLine(start=start, end=end, is_label=True)
        else:
            is_open = False
            yield TableLine(start=start, end=end, cells=cells, group=group, header=header)


def _is_in_table(text: str, spans: Sequence[Span], place: int) -> bool:
    """Whether the line above has several cells too."""
    return place > 0 and sum(s < e for s, e in _cells(text, *spans[place - 1])) > 1


def _is_name(line: str) -> bool:
    return len(line.split()) <= _LONGEST_NAME and not _ENDED.search(line)


def _cells(text: str, start: int, end: int) -> tuple[Span, ...]:
    """The offsets of the cells of a line, without the outer bars and spaces."""
    first = start + 1 if text[start] == "|" else start
    last = end - 1 if text[end - 1] == "|" and end - 1 > first else end
    found: list[Span] = []
    for part in re.finditer(r"(?:^|(?<=\|))[^|]*", text[first:last]):
        cell = part[0].strip()
        at = first + part.start() + len(part[0]) - len(part[0].lstrip())
        found.append((at, at + len(cell)) if cell else (first + part.start(),) * 2)
    return tuple(found)


def _is_number(cell: str) -> bool:
    return _has_digit(cell) and not any(map(str.isalpha, cell))


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))

"""Tells sentences that state something from headings, greetings, datelines and table rules."""

import re
from collections.abc import Sequence

from rag.language.english import ENGLISH
from rag.language.interviews import interview_turns
from rag.language.language import Language
from rag.language.tables import table_lines

__all__ = ["states_something", "stating_spans"]

Span = tuple[int, int]

_LONGEST_HEADING = 15  # words; a longer text in capitals is running text
_ENDED = re.compile(r"[.!?…][\W_]*$")
_TELLS = re.compile(r"\d|\||[:;](?=\s*\S)")  # a result, a table row, or a label with its value
_SHORT_WORD = r"(?:of|the|de|del|la|le|al|el|in)"
_PLACE = rf"(?!{_SHORT_WORD}\b)[(/]?[^\W_a-zß-öø-ÿ][^\s.!?:;“”\"]*[.,)/]*"
_DATELINE = re.compile(rf"{_PLACE}(?:\s+(?:{_PLACE}|{_SHORT_WORD})){{0,7}}\s*[-–—−]+")
_CELL = re.compile(r"[^|\n]+")


def states_something(text: str, *, language: Language = ENGLISH) -> bool:
    """Whether a sentence or line can answer a question.

    False for a heading in capitals, a greeting, a byline, a dateline alone, a table row with a
    single cell, and the rule below the header of a table.
    """
    line = " ".join(text.split())
    if not any(map(str.isalnum, line)):
        return False
    if "|" in line:
        cells = [cell for cell in _CELL.findall(line) if any(map(str.isalnum, cell))]
        return len(cells) > 1
    pages = language.pages
    if pages.greeting.fullmatch(line) or pages.byline.match(line):
        return False
    is_heading = line.isupper() and not _ENDED.search(line) and not _TELLS.search(line)
    if is_heading and len(line.split()) <= _LONGEST_HEADING:
        return False
    return _DATELINE.fullmatch(line) is None


def stating_spans(
    text: str, spans: Sequence[Span], *, title: str = "", language: Language = ENGLISH
) -> Sequence[Span]:
    """Those of the sentences of ``text`` at ``spans`` that state something.

    Also leaves out a name with a date at the start or below a byline, the lines that name the rows
    and columns of a table, and the questions of an interviewer.
    """
    labels = {line.start for line in table_lines(text) if line.is_label}
    asked = [one for one in interview_turns(text, language, title=title) if one.asks]
    return [
        (start, end)
        for start, end in spans
        if states_something(text[start:end], language=language)
        and start not in labels
        and not (text[:end].endswith("?") and any(one.start <= start < one.end for one in asked))
        and not _is_imprint(text, start, end, language)
    ]


def _is_imprint(text: str, start: int, end: int, language: Language) -> bool:
    last = start  # the end of the line above, or of what comes before on the same line
    while last and text[last - 1].isspace():
        last -= 1
    above = text[text.rfind("\n", 0, last) + 1 : last]
    pages = language.pages
    is_below = not above or pages.byline.match(above)
    return bool(is_below and pages.imprint.fullmatch(text, start, end))

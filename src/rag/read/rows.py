"""Spells out rows and speakers for the reader: "Women: Place 2 (second) | Name Ann Gray"."""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from rag.language.interviews import InterviewAnswer
from rag.language.language import Language
from rag.language.names import name_words
from rag.language.tables import TableLine, table_lines
from rag.language.words import content_terms, fold, tokens
from rag.read.base import Span

__all__ = ["SpelledOut", "in_other_group", "other_rows", "spelled_out"]

_QUESTIONS = 256  # articles and questions whose rows are cached


@dataclass(frozen=True, slots=True, kw_only=True)
class SpelledOut:
    """The text that is read instead of a passage, with its sentences as offsets into it.

    ``origins`` has the offset of each character in the passage; None for an inserted one.
    """

    text: str
    sentences: tuple[Span, ...]
    origins: tuple[int | None, ...]

    def printed(self, span: Span | None) -> Span | None:
        """The span of the passage that was read as ``span``; None if it is not printed there."""
        found = [at for at in self.origins[slice(*span)] if at is not None] if span else []
        return (found[0], found[-1] + 1) if found else None


def spelled_out(
    text: str,
    passage: Span,
    sentences: Sequence[Span],
    *,
    language: Language,
    answers: Sequence[InterviewAnswer] = (),
) -> SpelledOut | None:
    """A passage of an article's ``text`` with its table rows and speakers spelled out.

    Each row is preceded by the name of its group of rows, and each cell by that of its column. The
    lines that only name others are left out. Each of the ``answers`` of an interview is preceded by
    the name of its speaker. ``sentences`` are offsets into the passage. Returns None if there is
    nothing to spell out.
    """
    start, end = passage
    lines = [one for one in table_lines(text) if start <= one.start and one.end <= end]
    spoken = [one for one in answers if start <= one.start < end]
    if not spoken and not any(one.group or one.header for one in lines):
        return None
    inserted = {one.said: f"{one.speaker}: " for one in spoken}
    dropped = {at for one in spoken for at in range(one.start, one.said)}
    firsts = {start + first for first, _ in sentences}
    for line in lines:
        if line.is_label and line.start not in firsts:
            dropped.update(range(line.start, line.end))
        for at, words in _insertions(text, line, language):
            inserted[at] = inserted.get(at, "") + words
    parts: list[str] = []
    origins: list[int | None] = []
    places: list[int] = []  # where each character of the passage begins in the new text
    for at in range(start, end):
        places.append(len(origins))
        words = inserted.get(at, "")
        own = "" if at in dropped else text[at]
        parts += [words, own]
        origins += [None] * len(words) + [at - start] * len(own)
    places.append(len(origins))
    spans = tuple((places[first], places[last]) for first, last in sentences)
    return SpelledOut(text="".join(parts), sentences=spans, origins=tuple(origins))


def _insertions(text: str, line: TableLine, language: Language) -> list[tuple[int, str]]:
    """The words to insert into a row, each with the offset that they precede."""
    if not line.cells:
        return []
    found = [(line.start, f"{line.group}: ")] if line.group else []
    header = line.header if len(line.header) == len(line.cells) else ("",) * len(line.cells)
    for (first, last), name in zip(line.cells, header, strict=True):
        if name and first < last:
            found.append((first, f"{name} "))
    first, last = line.cells[0]
    ordinals, cell = language.numbers.ordinals, text[first:last].rstrip(".")
    is_rank = language.pages.rank.fullmatch(header[0])
    if is_rank and cell.isdecimal() and 0 < int(cell) <= len(ordinals) and last < line.end:
        won = f", {language.pages.winner}" if is_rank["final"] and cell == "1" else ""
        found.append((last, f" ({ordinals[int(cell) - 1]}{won})"))
    return found


def in_other_group(text: str, start: int, asked: Set[str], *, language: Language) -> bool:
    """Whether the row at ``start`` is in another group of rows than the one asked about.

    For a question with the terms ``asked`` about the women's race, true for the rows of the men's.
    """
    lines = table_lines(text)
    own = next((one for one in lines if one.start == start), None)
    if own is None or not own.group:
        return False
    groups = {one.group for one in lines if one.group and one.header == own.header}
    terms = {
        one: set(content_terms(one, stemmer=language.stemmer, language=language)) for one in groups
    }
    shared = set.intersection(*terms.values())
    named = {one for one, words in terms.items() if words - shared and words - shared <= asked}
    return bool(named) and own.group not in named


@lru_cache(maxsize=_QUESTIONS)
def other_rows(text: str, question: str, *, language: Language) -> frozenset[int]:
    """Where the rows begin that lack the names and ordinals by which ``question`` picks rows.

    For "When does the pool open on Sunday?", all rows but those of Sunday, if there are any. Empty
    if the question compares rows.
    """
    if language.questions.compares.search(question):
        return frozenset()
    asked = name_words(question, language=language) | _ordinals(question, language)
    tables: dict[tuple[str, ...], list[tuple[int, int]]] = {}
    for line in table_lines(text):
        if line.header and not line.is_label:
            told = {fold(word) for word, _, _ in tokens(text[line.start : line.end])}
            for _, words in _insertions(text, line, language):
                told |= _ordinals(words, language)
            tables.setdefault(line.header, []).append((len(told & asked), line.start))
    return frozenset(
        start
        for rows in tables.values()
        for held, start in rows
        if held < max(number for number, _ in rows)
    )


def _ordinals(text: str, language: Language) -> set[str]:
    return {word.lower() for word in re.findall(r"\w+", text)} & set(language.numbers.ordinals)

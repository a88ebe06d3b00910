"""Splits a text into paragraphs and sentences, given as offsets."""

import re

import sentencex

from rag.language import LANGUAGES

__all__ = ["paragraph_spans", "sentence_spans"]

Span = tuple[int, int]

_BLANK_LINE = re.compile(r"\n\s*\n")
# A line that ends like a sentence ends a paragraph even without a blank line after it.
_LINE_END = re.compile(r"(?<=[.!?…:;”’\"'»)])\n")
_INITIAL = re.compile(r"(?<!\w)(?![a-zA-Z])([^\W\d_])\.[ ]*$")
_LONGEST_SENTENCE = 1200  # characters; a longer run without a sentence end is cut between words


def _trim(text: str, start: int, end: int) -> Span | None:
    """The span without leading and trailing white space, or None if nothing is left."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def _pieces(text: str, start: int, end: int, boundary: re.Pattern[str]) -> list[Span]:
    """Splits ``text[start:end]`` at ``boundary``; trims the pieces and drops empty ones."""
    edges = [start]
    for match in boundary.finditer(text, start, end):
        edges += [match.start(), match.end()]
    edges.append(end)
    spans = (_trim(text, edges[i], edges[i + 1]) for i in range(0, len(edges), 2))
    return [span for span in spans if span is not None]


def paragraph_spans(text: str) -> list[Span]:
    """The paragraphs of ``text``, separated by blank lines or by a line end after a sentence."""
    return [
        paragraph
        for block in _pieces(text, 0, len(text), _BLANK_LINE)
        for paragraph in _pieces(text, *block, _LINE_END)
    ]


def _cut_long(text: str, start: int, end: int) -> list[Span]:
    """Cuts a span, at spaces if possible, to at most ``_LONGEST_SENTENCE`` characters each."""
    spans: list[Span] = []
    while end - start > _LONGEST_SENTENCE:
        cut = text.rfind(" ", start + _LONGEST_SENTENCE // 2, start + _LONGEST_SENTENCE)
        cut = start + _LONGEST_SENTENCE if cut < 0 else cut
        spans.append((start, cut))
        start = cut
    spans.append((start, end))
    trimmed = (_trim(text, *span) for span in spans)
    return [span for span in trimmed if span is not None]


def sentence_spans(text: str, start: int, end: int, *, language: str = "en") -> list[Span]:
    """The sentences of ``text[start:end]``, as ordered, non-overlapping offsets into ``text``.

    The boundaries come from sentencex, https://github.com/wikimedia/sentencex, which knows more
    languages than ``LANGUAGES``, but only ASCII initials.
    """
    known = next((one for one in LANGUAGES if one.code == language), None)
    splitter = known.splitter if known else language
    found = sentencex.get_sentence_boundaries(splitter, text[start:end])
    stops = {start + boundary["end_index"] for boundary in found}
    if known:
        stops |= {match.end() for match in known.word_at_end.finditer(text, start, end)}
    spans: list[Span] = []
    begin = start
    for stop in sorted(stops):
        span = _trim(text, begin, stop)
        initial = _INITIAL.search(text, begin, stop)
        if span is not None and (stop == end or not (initial and initial[1].isupper())):
            spans += _cut_long(text, *span)
            begin = stop
    return spans

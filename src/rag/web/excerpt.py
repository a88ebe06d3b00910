"""Selects which sentences of a passage to show, and where to cut an article's text."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

__all__ = ["Span", "covering", "lines", "nearest", "runs", "window", "words_around"]

Span = tuple[int, int]


def covering(spans: Sequence[Span]) -> Span:
    """The shortest span that contains all of ``spans``."""
    return min(start for start, _ in spans), max(end for _, end in spans)


def lines(text: str, quoted: Span) -> Span:
    """The span of the lines of ``text`` that contain a quotation."""
    start = text.rfind("\n", 0, quoted[0]) + 1
    end = text.find("\n", quoted[1])
    return start, len(text) if end < 0 else end


def window(sentences: Sequence[Span], core: Span, limit: int) -> Span:
    """``core``, extended by whole sentences, before and after in turn, to ``limit`` characters."""
    start, end = covering([core, *(s for s in sentences if s[0] < core[1] and core[0] < s[1])])
    before = [s for s in sentences if s[1] <= start]
    after = [s for s in reversed(sentences) if s[0] >= end]
    while before or after:
        if before and end - before[-1][0] <= limit:
            start = before.pop()[0]
        else:
            before.clear()
        if after and after[-1][1] - start <= limit:
            end = after.pop()[1]
        else:
            after.clear()
    return start, end


def nearest(text: str, sentences: Sequence[Span], terms: Iterable[str]) -> Span:
    """The sentence that contains the most ``terms`` as whole words; the first on a tie."""
    wanted = {term.casefold() for term in terms}

    def held(sentence: Span) -> int:
        return len(wanted & set(re.findall(r"\w+", text[slice(*sentence)].casefold())))

    return max(sentences, key=held)


def runs(shown: Span, spans: Sequence[Span]) -> list[tuple[Span, list[int]]]:
    """``shown`` split where a span begins or ends; each run with the indexes of its spans."""
    start, end = shown
    inside = [(max(s, start), min(e, end)) for s, e in spans if s < end and start < e]
    cuts = sorted({start, end, *(cut for span in inside for cut in span)})
    return [
        ((a, b), [place for place, span in enumerate(spans) if span[0] <= a and b <= span[1]])
        for a, b in pairwise(cuts)
    ]


def words_around(text: str, shown: Span, limit: int) -> tuple[str, str]:
    """At most ``limit`` characters before and after ``shown``, in whole words; "…" marks a cut."""
    start, end = shown
    before, after = text[max(0, start - limit) : start], text[end : end + limit]
    if start > limit:
        before = "… " + before.partition(" ")[2]
    if len(text) - end > limit:
        after = after.rpartition(" ")[0] + " …"
    return before.strip(), after.strip()

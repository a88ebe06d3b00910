"""Finds the speaker that an article names for a quotation: "…," said X; X said: "…"; she said."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.check.words import Span, words_of
from rag.language.language import Language
from rag.language.names import name_spans
from rag.language.sentences import paragraph_spans, sentence_spans
from rag.language.words import fold

__all__ = ["Speaker", "speaker_of"]

_QUOTED = re.compile(r"“[^”\n]*[”\n]|\"[^\"\n]*[\"\n]")
_END = re.compile(r"[.!?](?=\s|$)")
_BEFORE = 3  # sentences before a quotation to search for the person that "she" means


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """The speaker of a quotation: all ``names`` in the words around it, and the ``best`` one."""

    names: tuple[str, ...]
    best: str

    def has(self, name: str) -> bool:
        """Whether one of the names contains the last name of ``name``."""
        words = [fold(form) for form in words_of(name).forms]
        return not words or any(
            words[-1] in {fold(form) for form in words_of(each).forms} for each in self.names
        )


def speaker_of(text: str, span: Span, language: Language) -> Speaker | None:
    """The speaker that the text names for the words at ``span``; None if it names none."""
    paragraphs = list(paragraph_spans(text))
    place = next((n for n, (a, b) in enumerate(paragraphs) if a <= span[0] < b), None)
    if place is None:
        return None
    start, end = paragraphs[place]
    quotes = [match.span() for match in _QUOTED.finditer(text, start, end)]
    at = next((n for n, (a, b) in enumerate(quotes) if a <= span[0] < b), None)
    if at is None:
        return _indirect(text, (start, end), span, language)
    bounds = (start, *(edge for quote in quotes for edge in quote), end)
    for n in range(at, -1, -1):  # a further quotation belongs to the speaker of the one before
        before = text[bounds[2 * n] : bounds[2 * n + 1]]
        after = text[bounds[2 * n + 2] : bounds[2 * n + 3]]
        stop = _END.search(after)
        after = after[: stop.start()] if stop else after
        sentence = _END.split(before.rstrip())[-1]
        for told in (after, sentence if before.rstrip()[-1:] in (",", ":") else ""):
            if _speaks(told, language):
                return _named(told, language) or _meant(text, quotes[n][0], language)
        ended = _END.search(before)
        if n and (ended is None or before[ended.end() :].strip()):
            return None  # another sentence, or the same one, comes between
    lead = text[start : quotes[0][0]]
    return _meant(text, quotes[0][0], language) if _speaks(lead, language) else None


def _speaks(text: str, language: Language) -> bool:
    reporting = language.speech.reporting
    return bool(
        language.speech.speaks.search(text)
        or any(fold(form) in reporting for form in words_of(text).forms)
    )


def _indirect(text: str, paragraph: Span, span: Span, language: Language) -> Speaker | None:
    """The speaker of words without quotation marks, named before or after them."""
    for start, end in sentence_spans(text, *paragraph, language=language.code):
        if start <= span[0] < end:
            told = f"{text[start : span[0]]} … {text[span[1] : max(end, span[1])]}"
            return _named(told, language) if _speaks(told, language) else None
    return None


def _named(text: str, language: Language) -> Speaker | None:
    names = tuple(_names(text, language))
    if not names:
        return None
    return Speaker(names=names, best=max(names, key=lambda name: " " in name))


def _names(text: str, language: Language) -> Iterator[str]:
    for start, end in name_spans(text, language=language):
        yield re.sub(r"[’']s?$", "", text[start:end])


def _meant(text: str, start: int, language: Language) -> Speaker | None:
    """The names in the sentences before a quotation, the nearest first, for "she said"."""
    spans = [
        span
        for paragraph in paragraph_spans(text[:start])
        for span in sentence_spans(text[:start], *paragraph, language=language.code)
    ]
    found = [_named(text[a:b], language) for a, b in reversed(spans[-_BEFORE:])]
    full = [one for one in found if one and " " in one.best]
    names = tuple(name for one in found if one for name in one.names)
    return Speaker(names=names, best=full[0].best) if full else None

"""Finds names: runs of capitalised words, except stop words that open a sentence."""

import re

from rag.language.english import ENGLISH
from rag.language.language import Language
from rag.language.words import fold, is_stop_word

__all__ = ["full_name_spans", "name_spans", "name_words"]


def full_name_spans(sentence: str, *, language: Language = ENGLISH) -> list[tuple[int, int]]:
    """The names in ``sentence`` that may answer a question, as offsets into it.

    Initials are included ("William P. Bell"); possessive endings are not. "Gibraltar and Malta"
    yields each name and both together; "Bern, Switzerland" yields "Bern" and both together.
    """
    found: list[tuple[int, int]] = []
    for match in language.names.full.finditer(sentence):
        start, end = _without_stop_words(sentence, *match.span(), language)
        end = start + len(re.sub(r"[’']s?$", "", sentence[start:end]))
        joints = [
            start,
            *(e for m in language.names.joint.finditer(sentence, start, end) for e in m.span()),
            end,
        ]
        parts = list(zip(joints[::2], joints[1::2], strict=True))
        wider = language.names.further.match(sentence, end)
        found += [(start, end), *parts, *([(start, wider.end())] if wider else [])]
    return [(start, end) for start, end in dict.fromkeys(found) if start < end]


def _without_stop_words(sentence: str, start: int, end: int, language: Language) -> tuple[int, int]:
    """The span without leading stop words."""
    while start < end:
        word = re.match(r"[^ ]+", sentence[start:end])
        if word is None or not is_stop_word(word.group().rstrip("."), language=language):
            break
        start = min(end, start + word.end() + 1)
    return start, end


def name_spans(sentence: str, *, language: Language = ENGLISH) -> list[tuple[int, int]]:
    """The names in ``sentence``, as offsets into it.

    A single capitalised word that opens the sentence counts unless it is a stop word. Stop words
    that open a longer run are left out: "The Iranian minister" yields "Iranian".
    """
    spans = []
    for match in language.names.name.finditer(sentence):
        start, end = match.span()
        while start < end:
            word = re.match(r"[^ ]+", sentence[start:end])
            if word is None or not is_stop_word(word.group(), language=language):
                break
            start = min(end, start + word.end() + 1)
        if start < end:
            spans.append((start, end))
    return spans


def name_words(sentence: str, *, language: Language = ENGLISH) -> set[str]:
    """The folded words of all names in ``sentence``, without particles."""
    return {
        fold(word)
        for start, end in name_spans(sentence, language=language)
        for word in re.split(r"[ ’'.-]+", sentence[start:end])
        if word[:1].isupper() and not is_stop_word(word, language=language)
    }

"""Names: runs of capitalised words, told from sentence openings by what follows and precedes."""

import re

from rag.language.words import fold, is_stop_word

__all__ = ["name_spans", "name_words"]

_PARTICLES = r"(?:of|the|de|da|del|der|van|von|al|bin|ibn|ul|and|for|du|la|le)"
_CAPITAL = r"[A-ZÀ-ÖØ-ÞĀ-Ž][\w’'.-]*[\w]|[A-Z]\b"
_NAME = re.compile(rf"(?:{_CAPITAL})(?:[ ](?:{_PARTICLES}[ ](?:the[ ])?)?(?:{_CAPITAL}))*")


def name_spans(sentence: str) -> list[tuple[int, int]]:
    """The names in ``sentence`` as offsets into it.

    A lone capitalised word that opens the sentence counts unless it is a stop word; a stop word
    that opens a longer run is left out of it ("The Iranian minister" gives "Iranian").
    """
    spans = []
    for match in _NAME.finditer(sentence):
        start, end = match.span()
        while start < end:
            word = re.match(r"[^ ]+", sentence[start:end])
            if word is None or not is_stop_word(word.group()):
                break
            start = min(end, start + word.end() + 1)
        if start < end:
            spans.append((start, end))
    return spans


def name_words(sentence: str) -> set[str]:
    """The folded words of all names in ``sentence``, particles left out."""
    return {
        fold(word)
        for start, end in name_spans(sentence)
        for word in re.split(r"[ ’'.-]+", sentence[start:end])
        if word[:1].isupper() and not is_stop_word(word)
    }

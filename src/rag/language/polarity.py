"""The predicate of a yes/no question, and whether a sentence affirms, denies or questions it."""

import re

from rag.language.names import name_words
from rag.language.words import fold, is_stop_word, stem, tokens

__all__ = ["denies", "holds_predicate", "predicate"]

_DENIALS = frozenset(
    (
        *("no", "not", "never", "neither", "nor", "cannot", "without"),
        *("deny", "denies", "denied", "denying", "refuse", "refuses", "refused"),
        *("reject", "rejects", "rejected"),
    )
)
_NEAR = 5  # the maximum distance, in words, of a denial from a predicate word
_WONDERED = re.compile(r"\?|\b(?:whether|if|unclear)\b", re.IGNORECASE)


def predicate(question: str, *, stemmer: str = "english") -> frozenset[str]:
    """The stems of the content words of ``question`` that are not part of a name."""
    names = name_words(question)
    return frozenset(
        stem(word, stemmer)
        for word, _, _ in tokens(question)
        if not is_stop_word(word) and fold(word) not in names
    )


def holds_predicate(wanted: frozenset[str], sentence: str, *, stemmer: str = "english") -> float:
    """The share, in [0, 1], of the stems ``wanted`` in ``sentence``; 0 if it questions them."""
    if not wanted or _WONDERED.search(sentence):
        return 0.0
    return len(wanted & {stem(word, stemmer) for word, _, _ in tokens(sentence)}) / len(wanted)


def denies(wanted: frozenset[str], sentence: str, *, stemmer: str = "english") -> bool:
    """Whether ``sentence`` has a denial near one of the stems ``wanted``."""
    words = [word for word, _, _ in tokens(sentence)]
    places = [n for n, word in enumerate(words) if stem(word, stemmer) in wanted]
    denied = [
        n for n, word in enumerate(words) if fold(word) in _DENIALS or re.search(r"n['’]t$", word)
    ]
    return any(n != place and abs(n - place) <= _NEAR for place in places for n in denied)

"""What a yes/no question asks of its names, and whether a sentence says, denies or wonders it."""

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
_NEAR = 5  # words before or after a word of the predicate within which a denial is about it
_WONDERED = re.compile(r"\?|\b(?:whether|if|unclear)\b", re.IGNORECASE)


def predicate(question: str, *, stemmer: str = "english") -> frozenset[str]:
    """The stems of what ``question`` asks of its names: its content words that name nobody."""
    names = name_words(question)
    return frozenset(
        stem(word, stemmer)
        for word, _, _ in tokens(question)
        if not is_stop_word(word) and fold(word) not in names
    )


def holds_predicate(wanted: frozenset[str], sentence: str, *, stemmer: str = "english") -> float:
    """The share in [0, 1] of the stems ``wanted`` in ``sentence``; 0 where it only wonders."""
    if not wanted or _WONDERED.search(sentence):
        return 0.0
    return len(wanted & {stem(word, stemmer) for word, _, _ in tokens(sentence)}) / len(wanted)


def denies(wanted: frozenset[str], sentence: str, *, stemmer: str = "english") -> bool:
    """Whether a denial stands near one of the stems ``wanted`` in ``sentence``."""
    words = [word for word, _, _ in tokens(sentence)]
    places = [n for n, word in enumerate(words) if stem(word, stemmer) in wanted]
    denied = [
        n for n, word in enumerate(words) if fold(word) in _DENIALS or re.search(r"n['’]t$", word)
    ]
    return any(n != place and abs(n - place) <= _NEAR for place in places for n in denied)

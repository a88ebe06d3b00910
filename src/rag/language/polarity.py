"""The predicate of a yes/no question, and whether a sentence affirms, denies or questions it."""

from rag.language.english import ENGLISH
from rag.language.language import Language
from rag.language.names import name_words
from rag.language.words import fold, is_stop_word, stem, tokens

__all__ = ["denies", "holds_predicate", "predicate"]

_NEAR = 5  # the maximum distance, in words, of a negation from a predicate word


def predicate(
    question: str, *, stemmer: str = "english", language: Language = ENGLISH
) -> frozenset[str]:
    """The stems of the content words of ``question`` that are not part of a name."""
    names = name_words(question, language=language)
    return frozenset(
        stem(word, stemmer)
        for word, _, _ in tokens(question)
        if not is_stop_word(word, language=language) and fold(word) not in names
    )


def holds_predicate(
    wanted: frozenset[str],
    sentence: str,
    *,
    stemmer: str = "english",
    language: Language = ENGLISH,
) -> float:
    """The share of the stems ``wanted`` in ``sentence``, in [0, 1]; 0 if it questions them."""
    if not wanted or language.questions.doubts.search(sentence):
        return 0.0
    return len(wanted & {stem(word, stemmer) for word, _, _ in tokens(sentence)}) / len(wanted)


def denies(
    wanted: frozenset[str],
    sentence: str,
    *,
    stemmer: str = "english",
    language: Language = ENGLISH,
) -> bool:
    """Whether ``sentence`` has a negation near one of the stems ``wanted``."""
    words = [word for word, _, _ in tokens(sentence)]
    places = [n for n, word in enumerate(words) if stem(word, stemmer) in wanted]
    rules = language.questions
    denied = [
        n
        for n, word in enumerate(words)
        if fold(word) in rules.denials or rules.denies.search(word)
    ]
    return any(n != place and abs(n - place) <= _NEAR for place in places for n in denied)

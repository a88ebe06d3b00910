"""The type of answer that a question asks for, and whether it asks for a list."""

from rag.language.asking import Kind
from rag.language.english import ENGLISH
from rag.language.language import Language
from rag.language.words import fold, tokens

__all__ = ["Kind", "asks_several", "kind_of"]

_REACH = 4  # words after "what" or "which" to search for the noun


def kind_of(question: str, *, language: Language = ENGLISH) -> Kind:
    """The type of answer that ``question`` asks for; ``THING`` if no other type matches."""
    kinds = language.questions.kinds
    return next((kind for kind, pattern in kinds if pattern.search(question)), Kind.THING)


def _after_wh(question: str, language: Language) -> tuple[str, list[str], str]:
    """The first "what" or "which", the words of its noun phrase, and the verb or preposition after.

    The third value is empty if no verb or preposition is near.
    """
    match = language.questions.wh.search(question)
    if match is None:
        return "", [], ""
    words = [word for word, _, _ in tokens(question[match.end() :])][: _REACH + 1]
    end = next(
        (place for place, word in enumerate(words) if fold(word) in language.questions.ends), None
    )
    stop = fold(words[end]) if end is not None else ""
    return fold(match[0]), words[:end] if end is not None else words[:1], stop


def asks_several(question: str, *, language: Language = ENGLISH) -> bool:
    """Whether ``question`` asks for a list: "Which countries …", "What are the three …", "List …".

    A plural after "what" counts only before a plural verb: "What causes rain?" asks for one thing.
    """
    rules = language.questions
    if rules.several.search(question):
        return not rules.named.search(question)
    wh, words, verb = _after_wh(question, language)
    if not words or not rules.plural.fullmatch(words[-1].casefold()):
        return False
    if any(rules.participle.search(word) for word in words):
        return False
    return wh in rules.choosing or verb in rules.plural_verbs

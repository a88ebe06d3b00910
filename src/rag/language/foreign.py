"""Detects questions in a language that the models do not support."""

import unicodedata

from rag.language.language import Language
from rag.language.words import is_stop_word, tokens

__all__ = ["is_foreign"]

_HALF = 0.5
_SHARED = frozenset(
    ("a", "an", "as", "do", "die", "in", "me", "most", "no", "on", "so", "was", "we")
)


def is_foreign(question: str, language: Language) -> bool:
    """Whether ``question`` seems to be in another language than ``language``.

    True if half of its letters are in another script, or if it begins with a question word of
    another language and has no function word of ``language``.
    """
    letters = [script(char) for char in question if char.isalpha()]
    own = {script(char) for char in "".join(language.sample) if char.isalpha()}
    if letters and sum(each not in own for each in letters) > _HALF * len(letters):
        return True
    found = language.foreign.match(question)
    if found is None:
        return False
    words = [word for word, _, _ in tokens(question[found.end() :])]
    return not any(is_stop_word(w, language=language) and w.lower() not in _SHARED for w in words)


def script(char: str) -> str:
    """The script of a letter, as Unicode names it: "LATIN", "CYRILLIC", "CJK"."""
    return unicodedata.name(char, "").partition(" ")[0]

"""Language analysis: sentences, words, names, numbers, dates and question types.

``LANGUAGES`` lists the languages. To add a language, write a module for it and list it here.
"""

from rag.language.english import ENGLISH
from rag.language.language import Language

__all__ = ["LANGUAGES", "Language", "language_for"]

LANGUAGES: tuple[Language, ...] = (ENGLISH,)


def language_for(code: str) -> Language:
    """Returns the language for an ISO 639 code such as "en" or "en-GB"; English if unknown."""
    plain = code.lower().replace("_", "-").partition("-")[0]
    return next((language for language in LANGUAGES if language.code == plain), ENGLISH)

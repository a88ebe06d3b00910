"""Finds numbers written in digits or words."""

from rag.language.english import ENGLISH
from rag.language.language import Language

__all__ = ["number_terms"]


def number_terms(text: str, *, language: Language = ENGLISH) -> set[str]:
    """The numbers in ``text``, in lower case and without thousands separators."""
    return {
        match.group().lower().replace(",", "") for match in language.numbers.number.finditer(text)
    }

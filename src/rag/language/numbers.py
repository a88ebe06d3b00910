"""Finds numbers written in digits or words."""

from rag.language.english import ENGLISH
from rag.language.language import Language
from rag.language.words import stem, tokens

__all__ = ["counted", "number_terms", "quantity_spans"]


def number_terms(text: str, *, language: Language = ENGLISH) -> set[str]:
    """The numbers in ``text``, in lower case and without thousands separators."""
    return {
        match.group().lower().replace(",", "") for match in language.numbers.number.finditer(text)
    }


def quantity_spans(sentence: str, *, language: Language = ENGLISH) -> list[tuple[int, int]]:
    """The numbers in ``sentence`` as offsets into it, without and with their unit."""
    spans = []
    for match in language.numbers.whole.finditer(sentence):
        unit = language.numbers.unit.match(sentence, match.end())
        spans += [match.span(), *([(match.start(), unit.end())] if unit else [])]
    return spans


def counted(
    question: str, sentence: str, *, language: Language = ENGLISH
) -> tuple[int, int] | None:
    """The number in ``sentence`` that counts the noun of a "how many" question, as offsets.

    At most two words may stand between the number and the noun. None if no number qualifies, or
    more than one.
    """
    asked = language.numbers.counted.search(question)
    noun = next((word for word, _, _ in tokens(asked["counted"])), "") if asked else ""
    found = [
        match.span()
        for match in language.numbers.whole.finditer(sentence)
        if stem(noun, language.stemmer)
        in [stem(word, language.stemmer) for word, _, _ in tokens(sentence[match.end() :])][:3]
    ]
    return found[0] if noun and len(found) == 1 else None

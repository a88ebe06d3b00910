"""Decides whether passages repeat another passage: its words, numbers and names."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rag.language import Language
from rag.language.names import name_words
from rag.language.numbers import number_terms
from rag.language.quantities import number_value
from rag.language.shingles import word_pairs
from rag.language.words import fold, words_of

__all__ = ["Told", "is_said", "told"]

_SAID = 0.5  # minimum share of word pairs found elsewhere for a sentence to be a repetition
_DATELINE = re.compile(r"\A[^.!?\n]{0,60}\([^()\n]{1,30}\)\s*[-–—]\s*")  # "BERN (Reuters) - "
Pairs = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Told:
    """The contents of a text. The names and numbers of its dateline count as words only."""

    sentences: tuple[Pairs, ...]
    """The word pairs of each sentence."""
    pairs: Pairs
    words: frozenset[str]
    """The folded words and names."""
    numbers: frozenset[float | str]
    """The numbers by value, or as written if they have none ("twice")."""
    own_names: frozenset[str]
    own_numbers: frozenset[float | str]


@lru_cache(maxsize=500)  # about 20 MB
def told(text: str, sentences: tuple[str, ...], *, language: Language) -> Told:
    """The contents of ``text`` in its ``sentences``."""
    own = _DATELINE.sub("", text)
    terms = number_terms(text, language=language)
    own_terms = terms if own == text else number_terms(own, language=language)
    names = name_words(text, language=language)
    own_names = names if own == text else name_words(own, language=language)
    pairs = [each for each in (word_pairs([sentence]) for sentence in sentences) if each]
    return Told(
        sentences=tuple(pairs),
        pairs=frozenset[tuple[str, str]]().union(*pairs),
        words=frozenset(names.union(map(fold, words_of(text)))),
        numbers=_values(terms, language),
        own_names=frozenset(own_names - own_terms),
        own_numbers=_values(own_terms, language),
    )


def is_said(one: Told, others: Iterable[Told], *, changed: bool = False) -> bool:
    """Whether ``others`` contain at least half of the word pairs of each sentence of ``one``.

    They must also contain all its numbers and names, unless ``changed`` is true.
    """
    others = list(others)
    held = frozenset[tuple[str, str]]().union(*(other.pairs for other in others))
    if not one.sentences or any(len(p & held) < _SAID * len(p) for p in one.sentences):
        return False
    numbers = frozenset[float | str]().union(*(other.numbers for other in others))
    words = frozenset[str]().union(*(other.words for other in others))
    return changed or (one.own_numbers <= numbers and one.own_names <= words)


def _values(terms: Iterable[str], language: Language) -> frozenset[float | str]:
    values = {term: number_value(term, language=language) for term in terms}
    return frozenset(term if value is None else value for term, value in values.items())

"""What a question asks for, and whether a sentence holds a thing of that kind."""

import re
from enum import StrEnum

from rag.language.dates import holds_date
from rag.language.names import name_words
from rag.language.numbers import holds_quantity
from rag.language.words import fold, tokens

__all__ = ["Kind", "holds_kind", "kind_of"]


class Kind(StrEnum):
    """The kind of thing a question asks for."""

    PERSON = "person"
    DATE = "date"
    PLACE = "place"
    NUMBER = "number"
    REASON = "reason"
    YES_NO = "yes/no"
    THING = "thing"


_WHICH = r"\b(?:what|which) (?:\w+ ){0,2}"
_NUMBERS = (
    "number|percentage|percent|share|proportion|amount|population|price|cost|age|rate|size|length"
    "|distance|total|score"
)
_PERSONS = (
    "person|man|woman|president|minister|leader|actor|actress|singer|author|king|queen|player"
    "|artist|spokesman|spokeswoman|politician|senator|governor"
)
_PLACES = "country|city|place|state|region|town|nation|continent|river|capital|province|island"
_CAUSES = r"caused|motivated|prompted|led to|was the (?:reason|cause|motive)"
_VERBS = "is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|must"
_KINDS = (
    (Kind.DATE, r"\bhow long ago\b|\bsince when\b"),
    (Kind.NUMBER, r"\bhow (?:many|much|old|long|far|often|large|big|tall|high|fast)\b"),
    (Kind.NUMBER, rf"{_WHICH}(?:{_NUMBERS})\b"),
    (Kind.DATE, rf"\bwhen\b|{_WHICH}(?:year|date|day|month|century|decade|time)\b"),
    (Kind.PERSON, rf"\bwho(?:m|se)?\b|\bnames? of\b|{_WHICH}(?:{_PERSONS})\b"),
    (Kind.PLACE, rf"\bwhere\b|{_WHICH}(?:{_PLACES})\b"),
    (Kind.REASON, rf"\bwhy\b|\bfor what reason\b|\bhow come\b|\bwhat (?:{_CAUSES})\b"),
    (Kind.YES_NO, rf"^\W*(?:and |but |so )?(?:{_VERBS})\b"),
)
_PATTERNS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _KINDS)
_REASON = re.compile(
    r"\b(?:because|since|due to|owing to|as a result|in order to|so that|so as to|over|for|caused|"
    r"prompted|motivat\w+|reason\w*|after|amid|in retaliation|in response|in protest|to)\b",
    re.IGNORECASE,
)


def kind_of(question: str) -> Kind:
    """The kind of thing ``question`` asks for; THING where no other kind shows."""
    return next((kind for kind, pattern in _PATTERNS if pattern.search(question)), Kind.THING)


def holds_kind(sentence: str, kind: Kind, *, question: str) -> float:
    """How well ``sentence`` holds a thing of ``kind`` that ``question`` does not name itself.

    1 it does, 0.5 something near it, 0 it does not; 1 for the kinds that any sentence can hold.
    """
    if kind is Kind.NUMBER:
        return holds_quantity(sentence, question)
    if kind is Kind.DATE:
        return float(holds_date(sentence))
    if kind in (Kind.PERSON, Kind.PLACE):
        asked = {fold(word) for word, _, _ in tokens(question)}
        return float(bool(name_words(sentence) - asked))
    if kind is Kind.REASON:
        return float(bool(_REASON.search(sentence)))
    return 1.0

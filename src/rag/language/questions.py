"""The kind of thing that a question asks for."""

import re
from enum import StrEnum

__all__ = ["Kind", "kind_of"]


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


def kind_of(question: str) -> Kind:
    """The kind of thing ``question`` asks for; THING where no other kind shows."""
    return next((kind for kind, pattern in _PATTERNS if pattern.search(question)), Kind.THING)

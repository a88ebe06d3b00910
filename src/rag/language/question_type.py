"""The type of answer that a question asks for, and whether it asks for a list."""

import re
from enum import StrEnum

from rag.language.words import fold, tokens

__all__ = ["Kind", "asks_several", "kind_of"]


class Kind(StrEnum):
    """The type of answer that a question asks for."""

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
    """The type of answer that ``question`` asks for; ``THING`` if no other type matches."""
    return next((kind for kind, pattern in _PATTERNS if pattern.search(question)), Kind.THING)


_REACH = 4  # words after "what" or "which" that are searched for the noun
_PLURAL_VERBS = frozenset(
    (
        *("are", "were", "do", "did", "have", "had"),
        *("can", "could", "will", "would", "should", "may", "might", "must"),
    )
)
_ENDS = _PLURAL_VERBS | frozenset(
    (
        *("is", "was", "does", "has", "of", "in", "on", "at", "for", "to", "from", "by", "with"),
        *("that", "who", "which"),
    )
)
_PLURALS = frozenset(("people", "men", "women", "children"))
_SINGULARS = frozenset(("means", "news", "series", "species", "politics", "economics"))
_SEVERAL = re.compile(
    r"^\W*(?:please )?(?:list|name|enumerate)\b(?! of)"
    r"|\bwho (?:all )?(?:are|were)\b|\bnames of\b"
    r"|\b(?:what|which) (?:are|were) (?:the|some|all|both|its|his|her|their)\b(?: \w+){0,2} \w+s\b"
    r"|\b(?:what|which)(?: \w+)? (?:two|three|four|five|six|seven|eight|nine|ten|several)\b",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\b(?:called|named|known as)\W*$", re.IGNORECASE)
_WH = re.compile(
    r"\bnames? of(?: the| an?)?\b|\b(?:what|which)\b(?! \w+ the names?)", re.IGNORECASE
)


def _after_wh(question: str) -> tuple[str, list[str], str]:
    """The first "what" or "which", the words after it, and the verb or preposition that ends them.

    The last is empty if there is none nearby.
    """
    match = _WH.search(question)
    if match is None:
        return "", [], ""
    words = [word for word, _, _ in tokens(question[match.end() :])][: _REACH + 1]
    end = next((place for place, word in enumerate(words) if fold(word) in _ENDS), None)
    stop = fold(words[end]) if end is not None else ""
    return fold(match[0]), words[:end] if end is not None else words[:1], stop


def asks_several(question: str) -> bool:
    """Whether ``question`` asks for a list: "Which countries …", "What are the three …", "List …".

    A plural after "what" counts only before a plural verb: "What causes rain?" asks for one thing.
    """
    if _SEVERAL.search(question):
        return not _NAMED.search(question)
    wh, words, verb = _after_wh(question)
    if not words or not _is_plural(words[-1]) or any(word.endswith("ed") for word in words):
        return False
    return wh == "which" or verb in _PLURAL_VERBS


def _is_plural(word: str) -> bool:
    plain = word.casefold()
    ends = len(plain) > 3 and plain.endswith("s") and not plain.endswith(("ss", "us", "is"))
    return plain in _PLURALS or (
        ends and "’" not in word and "'" not in word and plain not in _SINGULARS
    )

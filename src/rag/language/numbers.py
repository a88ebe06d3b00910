"""Numbers as written, in digits and in words, and quantities of what a question asks for."""

import re

from rag.language.words import stem, tokens

__all__ = ["counted", "holds_quantity", "number_terms", "quantity_fit", "quantity_spans"]

_WORDS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"
    " hundred hundreds thousand thousands million millions billion billions trillion trillions"
    " dozen dozens half twice"
)
_NOT_NONE = r"(?<!\bno )"  # "no one" counts nobody
_NUMBER = re.compile(
    rf"\d+(?:[.,]\d+)*|{_NOT_NONE}\b(?:{_WORDS.replace(' ', '|')})\b", re.IGNORECASE
)
_N = rf"(?:\d[\d.,]*|\b(?:{_WORDS.replace(' ', '|')}))(?:[ -](?:{_WORDS.replace(' ', '|')}))*"

_CURRENCY = r"(?:dollars?|euros?|pounds?|cents?|rials?|yen|yuan|rubles?)"
_PERIOD = (
    r"(?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|decades?|centur(?:y|ies))"
)
_UNIT = (
    r"(?:kilomet(?:er|re)s?|km|met(?:er|re)s?|miles?|feet|foot|ft|inch(?:es)?|yards?|acres?"
    r"|hectares?)"
)
_MONEY = rf"[$€£¥₹]\s?\d|{_N}[ -](?:\w+ )?{_CURRENCY}\b"
_PART = rf"\d\s?%|{_N}[ -](?:percent|per cent|percentage points?)\b"
_TIME = rf"{_N}[ -](?:\w+ )?{_PERIOD}\b"
_AGE = rf"{_N}[ -]years?(?:[ -]old)?\b|\baged? {_N}|, \d\d?,"
_LENGTH = rf"{_N}[ -](?:\w+ )?{_UNIT}\b"
_TIMES = rf"\b(?:once|twice|every|each|per|daily|weekly|monthly|yearly|annually)\b|{_N} times\b"

# What a question's own words say of the quantity it wants, the first that matches.
_QUANTITIES = tuple(
    (re.compile(asked, re.IGNORECASE), re.compile(wanted, re.IGNORECASE))
    for asked, wanted in (
        (r"\bhow old\b|\bage\b", _AGE),
        (r"\bhow often\b|\bhow frequently\b", _TIMES),
        (r"\bhow long\b(?=.*\b(?:last|take|took|did|been|has|have|had|stay|wait)\b)", _TIME),
        (r"\bhow (?:far|tall|high|deep|wide|long)\b", f"{_LENGTH}|{_TIME}"),
        (r"\b(?:percent|percentage|share|proportion|rate)\b", _PART),
        (r"\bhow much\b(?=.*\b(?:cost|worth|pay|paid|spend|spent|raise|money|price)\b)", _MONEY),
        (r"\b(?:price|cost)\b", _MONEY),
    )
)
_COUNTED = re.compile(r"\bhow many (?P<counted>(?:[\w’'-]+ ?){1,4})", re.IGNORECASE)
_BETWEEN = 5  # words between a number and what it counts


def number_terms(text: str) -> set[str]:
    """The numbers in ``text``, folded to lower case without thousands separators."""
    return {match.group().lower().replace(",", "") for match in _NUMBER.finditer(text)}


def _counts(sentence: str, asked: set[str]) -> bool:
    """Whether a number stands shortly before one of the stems ``asked``."""
    words = tokens(sentence)
    numbers = [place for place, (word, _, _) in enumerate(words) if _NUMBER.fullmatch(word)]
    return any(
        stem(word) in asked
        for place in numbers
        for word, _, _ in words[place + 1 : place + 1 + _BETWEEN]
    )


_WHOLE = re.compile(
    rf"(?:[$€£¥₹]\s?)?(?:\d+(?:[.,]\d+)*|{_NOT_NONE}\b(?:{_WORDS.replace(' ', '|')})\b"
    rf"(?:[ -](?:{_WORDS.replace(' ', '|')})\b)*)"
    r"(?:[ -](?:hundred|thousand|million|billion|trillion)\b)*",
    re.IGNORECASE,
)
_MEASURED_IN = re.compile(
    rf"\s?%|[ -](?:percent|per cent|percentage points?|people|tons?|tonnes?|times|{_PERIOD}|{_UNIT}"
    rf"|{_CURRENCY})\b",
    re.IGNORECASE,
)


def quantity_spans(sentence: str) -> list[tuple[int, int]]:
    """The numbers of ``sentence`` as offsets into it, alone and with their unit."""
    spans = []
    for match in _WHOLE.finditer(sentence):
        unit = _MEASURED_IN.match(sentence, match.end())
        spans += [match.span(), *([(match.start(), unit.end())] if unit else [])]
    return spans


def counted(question: str, sentence: str) -> tuple[int, int] | None:
    """Where in ``sentence`` the one number stands that counts what ``question`` asks "how many" of.

    It stands before the noun, at most two words between; None where no number does or several do.
    """
    asked = _COUNTED.search(question)
    noun = next((word for word, _, _ in tokens(asked["counted"])), "") if asked else ""
    found = [
        match.span()
        for match in _WHOLE.finditer(sentence)
        if stem(noun) in [stem(word) for word, _, _ in tokens(sentence[match.end() :])][:3]
    ]
    return found[0] if noun and len(found) == 1 else None


def quantity_fit(question: str, sentence: str, start: int, end: int) -> float:
    """How well the number from ``start`` to ``end`` is what ``question`` asks for.

    It fits when it stands before what is counted, or is of the very kind asked for; a bare year
    fits less. 0 where nothing tells.
    """
    inside, around = sentence[start:end], sentence[max(0, start - 2) : end + 14]
    kind = next((wanted for asked, wanted in _QUANTITIES if asked.search(question)), None)
    counted = _COUNTED.search(question)
    stems = {stem(word) for word, _, _ in tokens(counted["counted"])} if counted else set()
    following = [stem(word) for word, _, _ in tokens(sentence[end:])][:3]
    has_unit = bool(_MEASURED_IN.search(inside))
    fit = 1.5 * bool(stems & set(following)) + 0.3 * (inside[0] in "$€£¥₹") + 0.2 * has_unit
    if kind:
        fit += 1.5 * bool(kind.search(inside)) + 0.3 * bool(kind.search(around))
    is_year = re.fullmatch(r"\d{4}", inside) is not None
    return fit - 0.5 * is_year - (counted is not None and has_unit)


def holds_quantity(sentence: str, question: str) -> float:
    """How well ``sentence`` holds the quantity asked for: 1 of that very kind, 0.5 another, 0 none.

    Numbers that ``question`` holds itself do not count. "How many diplomats" wants a number that
    stands before "diplomats", "how old" an age, "how much did it cost" money, and so on.
    """
    if not number_terms(sentence) - number_terms(question) and "how often" not in question.lower():
        return 0.0
    for asked, wanted in _QUANTITIES:
        if asked.search(question):
            return 1.0 if wanted.search(sentence) else 0.5
    counted = _COUNTED.search(question)
    if counted is None:
        return 1.0
    return (
        1.0 if _counts(sentence, {stem(word) for word, _, _ in tokens(counted["counted"])}) else 0.5
    )

"""Finds numbers written in digits or words."""

import re

from rag.language.words import stem, tokens

__all__ = ["counted", "number_terms", "quantity_spans"]

_WORDS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"
    " hundred hundreds thousand thousands million millions billion billions trillion trillions"
    " dozen dozens half twice"
)
_NOT_NONE = r"(?<!\bno )"  # the "one" of "no one" is not a number
_NUMBER = re.compile(
    rf"\d+(?:[.,]\d+)*|{_NOT_NONE}\b(?:{_WORDS.replace(' ', '|')})\b", re.IGNORECASE
)
_CURRENCY = r"(?:dollars?|euros?|pounds?|cents?|rials?|yen|yuan|rubles?)"
_PERIOD = (
    r"(?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|decades?|centur(?:y|ies))"
)
_UNIT = (
    r"(?:kilomet(?:er|re)s?|km|met(?:er|re)s?|miles?|feet|foot|ft|inch(?:es)?|yards?|acres?"
    r"|hectares?)"
)
_COUNTED = re.compile(r"\bhow many (?P<counted>(?:[\w’'-]+ ?){1,4})", re.IGNORECASE)


def number_terms(text: str) -> set[str]:
    """The numbers in ``text``, in lower case and without thousands separators."""
    return {match.group().lower().replace(",", "") for match in _NUMBER.finditer(text)}


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
    """The numbers in ``sentence`` as offsets into it, without and with their unit."""
    spans = []
    for match in _WHOLE.finditer(sentence):
        unit = _MEASURED_IN.match(sentence, match.end())
        spans += [match.span(), *([(match.start(), unit.end())] if unit else [])]
    return spans


def counted(question: str, sentence: str) -> tuple[int, int] | None:
    """The number in ``sentence`` that counts the noun of a "how many" question, as offsets.

    At most two words may stand between the number and the noun. None if no number qualifies, or
    more than one.
    """
    asked = _COUNTED.search(question)
    noun = next((word for word, _, _ in tokens(asked["counted"])), "") if asked else ""
    found = [
        match.span()
        for match in _WHOLE.finditer(sentence)
        if stem(noun) in [stem(word) for word, _, _ in tokens(sentence[match.end() :])][:3]
    ]
    return found[0] if noun and len(found) == 1 else None

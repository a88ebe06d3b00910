"""English numbers."""

import re

from rag.language.patterns import Numbers

__all__ = ["NUMBERS"]

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_LARGE = "hundred|thousand|million|billion|trillion"
# "zero" is no count, and "twice" has no value of its own.
_MORE = [f"{word}{end}" for word in (*_LARGE.split("|"), "dozen") for end in ("", "s")]
_WORDS = "|".join((*_ONES[1:], *_TENS, *_MORE, "half", "twice"))
_NOT_NONE = r"(?<!\bno )"  # the "one" of "no one" is not a number
_CURRENCY = r"(?:dollars?|euros?|pounds?|cents?|rials?|yen|yuan|rubles?)"
_PERIOD = (
    r"(?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|decades?|centur(?:y|ies))"
)
_UNIT = (
    r"(?:kilomet(?:er|re)s?|km|met(?:er|re)s?|miles?|feet|foot|ft|inch(?:es)?|yards?|acres?"
    r"|hectares?)"
)
_NO = r"(?<!no )(?<!not )"


def _before(words: str) -> re.Pattern[str]:
    """A pattern for ``words`` before a number."""
    return re.compile(rf"\b(?:{words})\s+(?:an?\s+)?[^\w\s]?$", re.IGNORECASE)


NUMBERS = Numbers(
    values={
        **{word: float(n) for n, word in enumerate(_ONES)},
        **{word: 10.0 * n for n, word in enumerate(_TENS, start=2)},
        "half": 0.5,
    },
    factors={
        "dozen": 12.0,
        "hundred": 1e2,
        "thousand": 1e3,
        "million": 1e6,
        "billion": 1e9,
        "trillion": 1e12,
    },
    percent=("percent", "per cent"),
    number=re.compile(rf"\d+(?:[.,]\d+)*|{_NOT_NONE}\b(?:{_WORDS})\b", re.IGNORECASE),
    whole=re.compile(
        rf"(?:[$€£¥₹]\s?)?(?:\d+(?:[.,]\d+)*|{_NOT_NONE}\b(?:{_WORDS})\b(?:[ -](?:{_WORDS})\b)*)"
        rf"(?:[ -](?:{_LARGE})\b)*",
        re.IGNORECASE,
    ),
    unit=re.compile(
        r"\s?%|[ -](?:percent|per cent|percentage points?|people|tons?|tonnes?|times"
        rf"|{_PERIOD}|{_UNIT}|{_CURRENCY})\b",
        re.IGNORECASE,
    ),
    counted=re.compile(r"\bhow many (?P<counted>(?:[\w’'-]+ ?){1,4})", re.IGNORECASE),
    at_most=_before(
        rf"at most|{_NO}(?:less|fewer) than|not? more than|up to|under|below"
        r"|as (?:many|much) as"
    ),
    at_least=_before(
        rf"at least|{_NO}(?:more|greater) than|not? (?:fewer|less) than|over|above|upwards of"
    ),
    about=_before(r"close to|nearly|almost|about|around|roughly|approximately|some|estimated"),
)

"""Checks that a question reads well alone: short, with a name, and not tied to the present day."""

import re

from rag.language.names import name_spans
from rag.language.temporal.expressions import moments
from rag.language.temporal.periods import asks_latest

__all__ = ["MOST_CHARACTERS", "reads_well"]

MOST_CHARACTERS = 90
_LEANING = re.compile(
    r"\b(?:I|you|he|she|it|we|they|me|him|her|us|them|his|hers|its|our|ours|their|theirs|your|my|mine"
    r"|this|these|those|such|other|others|another|both|each|either|neither|here|there|then|so|too"
    r"|former|latter|same|said|one|who’s|itself|himself|herself|themselves|latest|own|nothing|something|anything"
    r"|everything|nobody|somebody|someone|anyone|everyone|none|all|some)\b",
    re.IGNORECASE,
)
"""Words that refer to an earlier sentence."""
_SENTENCE = re.compile(
    r"(?:Who|What|When|Where|Why|How|In how|By how|At how|To how|From how)"
    r" (?!.* ['‘])[^?!“”\"()\[\]{}<>\n*_|@#/\\:;…]+\?"
)
_WEEKDAY = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")


def reads_well(question: str) -> bool:
    """Whether ``question`` is one plain line with a name and no reference to another sentence.

    Words such as "yesterday" are refused, because they mean another day when the question is asked.
    """
    body = question.partition(" ")[2]
    plain = len(question) <= MOST_CHARACTERS and bool(_SENTENCE.fullmatch(question))
    if (
        not plain
        or question.endswith((" later?", " earlier?"))
        or question[-3:-2] in " ."
        or _LEANING.search(body)
        or _WEEKDAY.search(body)
        or asks_latest(question)
    ):
        return False
    return bool(name_spans(body)) and all(moment.has_year for moment in moments(body))

"""Checks that a question can be understood alone: short, with a name, and independent of today."""

from rag.language.english import readability as rules
from rag.language.names import name_spans
from rag.language.temporal.expressions import moments
from rag.language.temporal.periods import asks_latest

__all__ = ["MOST_CHARACTERS", "reads_well"]

MOST_CHARACTERS = 90


def reads_well(question: str) -> bool:
    """Whether ``question`` is one plain line with a name and no reference to another sentence.

    Rejects words such as "yesterday", because they mean a different day when the question is asked.
    """
    body = question.partition(" ")[2]
    plain = len(question) <= MOST_CHARACTERS and bool(rules.SENTENCE.fullmatch(question))
    if (
        not plain
        or question.endswith((" later?", " earlier?"))
        or question[-3:-2] in " ."
        or rules.LEANING.search(body)
        or rules.A_WEEKDAY.search(body)
        or asks_latest(question)
    ):
        return False
    return bool(name_spans(body)) and all(moment.has_year for moment in moments(body))

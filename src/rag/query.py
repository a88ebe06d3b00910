"""A question as it comes in: checked, understood without the turns before it, and its day."""

from collections.abc import Sequence
from datetime import date, datetime

from rag.config import Config
from rag.errors import UsageError
from rag.language.words import tokens
from rag.retrieve import standalone
from rag.schema import Turn

__all__ = ["check_question", "day_asked", "rewrite"]


def check_question(question: str, *, config: Config | None = None) -> str:
    """``question`` as it is asked: in one line, without what cannot be printed.

    Raises:
        UsageError: the question is empty, too long or without a word.
    """
    most = (config or Config()).max_question
    if len(question) > most:
        raise UsageError(
            f"the question has {len(question):,} characters, the most is {most:,};"
            " ask a shorter one"
        )
    plain = " ".join("".join(c if c.isprintable() else " " for c in question).split())
    if not plain:
        raise UsageError("the question is empty; ask something in words")
    if not tokens(plain):
        raise UsageError(f"the question {plain[:40]!r} holds no word; ask in words")
    return plain


def rewrite(question: str, history: Sequence[Turn], *, config: Config | None = None) -> str:
    """``question`` as it can be understood without ``history``, the turns before it, oldest first.

    One that stands alone comes back as it is. Needs no index and no model.

    Raises:
        UsageError: the question is empty, too long or without a word.
    """
    return standalone(check_question(question, config=config), history)


def day_asked(asked_on: date | None) -> date:
    """The day given, or today where none is.

    Raises:
        UsageError: it is no date.
    """
    if asked_on is None:
        return datetime.now().astimezone().date()
    if not isinstance(asked_on, date):
        raise UsageError(
            f"asked_on is {asked_on!r}; give a datetime.date, such as date(2022, 7, 14)"
        )
    return asked_on.date() if isinstance(asked_on, datetime) else asked_on

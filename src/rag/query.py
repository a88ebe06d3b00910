"""Validates questions, rewrites follow-ups, and determines the date of a question."""

from collections.abc import Sequence
from datetime import date, datetime

from rag.config import Config
from rag.errors import UsageError
from rag.language.words import tokens
from rag.retrieve import standalone
from rag.schema import Turn

__all__ = ["check_question", "day_asked", "rewrite"]


def check_question(question: str, *, config: Config | None = None) -> str:
    """Returns ``question`` on one line, without unprintable characters.

    Raises:
        UsageError: the question is empty, too long or has no words.
    """
    most = (config or Config()).max_question
    if len(question) > most:
        raise UsageError(
            f"the question has {len(question):,} characters, but the limit is {most:,};"
            " ask a shorter one"
        )
    plain = " ".join("".join(c if c.isprintable() else " " for c in question).split())
    if not plain:
        raise UsageError("the question is empty; ask something in words")
    if not tokens(plain):
        raise UsageError(f"the question {plain[:40]!r} contains no words; ask in words")
    return plain


def rewrite(question: str, history: Sequence[Turn], *, config: Config | None = None) -> str:
    """Rewrites a follow-up question so that it can be understood without the conversation.

    ``history`` holds the earlier turns, oldest first. A question that already stands alone is
    returned unchanged. This needs no index and no model.

    Raises:
        UsageError: the question is empty, too long or has no words.
    """
    config = config or Config()
    return standalone(check_question(question, config=config), history, language=config.language)


def day_asked(asked_on: date | None) -> date:
    """The given date, or today if it is None.

    Raises:
        UsageError: ``asked_on`` is not a date.
    """
    if asked_on is None:
        return datetime.now().astimezone().date()
    if not isinstance(asked_on, date):
        raise UsageError(
            f"asked_on is {asked_on!r}; give a datetime.date, such as date(2022, 7, 14)"
        )
    return asked_on.date() if isinstance(asked_on, datetime) else asked_on

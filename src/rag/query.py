"""Validates questions, recognises small talk, rewrites follow-ups, and dates questions."""

from collections.abc import Sequence
from datetime import date, datetime

from rag.config import Config
from rag.errors import UsageError
from rag.language import language_for
from rag.language.foreign import is_foreign
from rag.language.small_talk import question_in, small_talk_reply
from rag.language.words import tokens
from rag.retrieve import standalone
from rag.schema import Answer, Filter, Turn

__all__ = [
    "check_question",
    "check_text",
    "day_asked",
    "plain_question",
    "rewrite",
    "small_talk",
    "way_on",
]

_NONE_SELECTED = "No article is in this selection. Widen it, or search all articles."


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
    plain = _one_line(question)
    if not plain:
        raise UsageError("the question is empty; ask something in words")
    if not tokens(plain):
        raise UsageError(f"the question {plain[:40]!r} contains no words; ask in words")
    return plain


def check_text(text: str) -> None:
    """Checks that ``text`` can be compared with articles.

    Raises:
        UsageError: it contains half a character (a lone surrogate).
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UsageError(
            f"the text contains half a character at position {error.start + 1:,}; save it as UTF-8"
        ) from None


def small_talk(question: str, *, config: Config | None = None) -> Answer | None:
    """The answer to a turn such as "Thanks!", which only has a ``notice``; None for a question."""
    config = config or Config()
    plain = _one_line(question)
    reply = small_talk_reply(plain, language_for(config.language))
    return Answer(question=plain, standalone_question=plain, notice=reply) if reply else None


def way_on(answer: Answer, *, filter: Filter | None, config: Config) -> str:
    """The reason why no article can answer, and what to do; "" if there is no reason."""
    language = language_for(config.language)
    if not answer.abstained:
        return ""
    if not answer.hits and filter and not filter.is_empty:
        return _NONE_SELECTED
    return language.foreign_notice if is_foreign(answer.question, language) else ""


def plain_question(question: str, *, config: Config) -> str:
    """Like ``check_question``, but without the small talk before and after the question."""
    checked = check_question(question, config=config)
    return question_in(checked, language_for(config.language)) or checked


def rewrite(question: str, history: Sequence[Turn], *, config: Config | None = None) -> str:
    """Rewrites a follow-up question so that it can be understood without the conversation.

    ``history`` has the earlier turns, oldest first. A standalone question is returned unchanged;
    small talk before or after a question is left out. Needs neither an index nor a model.

    Raises:
        UsageError: the question is empty, too long or has no words.
    """
    config = config or Config()
    return standalone(check_question(question, config=config), history, language=config.language)


def _one_line(question: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in question).split())


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

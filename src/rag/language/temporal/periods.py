"""Finds the period that a question asks about, such as "since March".

A year within a name ("the 2022 World Cup") and the verb "may" do not name a period.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rag.language.english import ENGLISH
from rag.language.language import Language
from rag.language.sentences import sentence_spans
from rag.language.temporal.calendar import Asked, Days, part_of
from rag.language.temporal.expressions import Moment, moments
from rag.schema import Period

__all__ = ["asks_latest", "find_period", "spoken_periods"]

_YEAR = r"(?:1[0-9]|20)\d\d"
_HINT = re.compile(rf"\b{_YEAR}")
_AROUND = (30, 15)  # characters read before and after a year
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")
_CAPITAL_BEFORE = re.compile(r"\b[A-Z][\w’'.]*\s+$")
_CAPITAL_AFTER = re.compile(r"\s+[A-Z]")


def asks_latest(question: str, *, language: Language = ENGLISH) -> bool:
    """Whether ``question`` asks for the current state or the latest of its kind."""
    return bool(language.times.latest.search(question))


def find_period(
    question: str,
    *,
    asked_on: date,
    newest: date = date.max,
    before: str = "",
    language: Language = ENGLISH,
) -> Period | None:
    """The period that ``question`` asks about, or None. Of several, the shortest, then the last.

    Args:
        question: the text of the question.
        asked_on: the day of the question; "yesterday" is the day before it.
        newest: the day of the newest article; "in May" is the last May that began by then.
        before: the conversation so far; a month without a year lies in the last year it names.
        language: the language of the question.
    """
    text = _QUOTED.sub(lambda match: "_" * len(match.group()), question)
    years = re.findall(rf"\b{_YEAR}\b", before)
    year = int(years[-1]) if years else None
    found: list[Period] = []
    for start, end in sentence_spans(text, 0, len(text), language=language.code):
        sentence = text[start:end]
        ahead = bool(language.times.ahead.search(sentence))
        asked = Asked(on=asked_on, newest=newest, year=year, ahead=ahead)
        found += _periods(sentence, asked, language)
    return min(reversed(found), key=_length, default=None)


def spoken_periods(text: str, *, language: Language = ENGLISH) -> list[Period]:
    """The periods in ``text`` that state their year. Only the text around years is read."""
    asked = Asked(on=date.max)
    found = (period for near in _near(text) for period in _periods(near, asked, language))
    return [period for period in found if _HINT.search(period.words)]


def _near(text: str) -> Iterator[str]:
    """The text around the years in ``text``, without overlap."""
    start = end = 0
    for hint in _HINT.finditer(text):
        if hint.start() - _AROUND[0] > end:
            yield text[start:end]
            start = hint.start() - _AROUND[0]
        end = hint.end() + _AROUND[1]
    yield text[start:end]


def _length(period: Period) -> int:
    return ((period.until or date.max) - (period.since or date.min)).days


def _periods(text: str, asked: Asked, language: Language) -> list[Period]:
    found: list[Period] = []
    left = moments(text, language=language)
    while left:
        ranged = _tried(_range, text, left, asked, language)
        period = ranged or _tried(_single, text, left, asked, language)
        left = left[2 if ranged else 1 :]
        if period is not None:
            found.append(period)
    return found


def _tried(
    read: Callable[[str, Sequence[Moment], Asked, Language], Period | None],
    text: str,
    parts: Sequence[Moment],
    asked: Asked,
    language: Language,
) -> Period | None:
    """The result of ``read``; None for days that do not exist: 31 June, 3,000 years ago."""
    try:
        return read(text, parts, asked, language)
    except (ValueError, OverflowError, StopIteration):
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lead:
    """The words before a time expression: a preposition, an article, a part such as "early"."""

    start: int
    word: str = ""
    part: str = ""
    has_article: bool = False


def _lead(text: str, moment: Moment, language: Language) -> _Lead:
    found = language.times.lead.search(text[: moment.start])
    if found is None or not (found["word"] or found["part"]):
        return _Lead(start=moment.start, has_article=bool(found and found["the"]))
    return _Lead(
        start=found.start("word" if found["word"] else "part"),
        word=" ".join((found["word"] or "").lower().split()),
        part=(found["part"] or "").lower().split(" ")[0],
        has_article=bool(found["the"]),
    )


def _range(text: str, parts: Sequence[Moment], asked: Asked, language: Language) -> Period | None:
    """The period from one expression to the next: "between May and June 2023"."""
    lead = _lead(text, parts[0], language)
    if len(parts) < 2 or lead.word not in language.times.ranges:
        return None
    first, last = parts[:2]
    if not language.times.joined.fullmatch(text[first.end : last.start]):
        return None
    if first.has_year and not last.has_year:
        since = first.days(asked)[0]
        until = last.days(Asked(on=since, ahead=True))[1]
    else:
        until = last.days(asked)[1]
        since = first.days(Asked(on=until))[0]
    words = text[lead.start : last.end]
    return Period(since=since, until=until, words=words) if since <= until else None


def _single(text: str, parts: Sequence[Moment], asked: Asked, language: Language) -> Period | None:
    moment, lead = parts[0], _lead(text, parts[0], language)
    if moment.needs_lead and not _is_led(text, moment, lead, language):
        return None
    bound = language.times.bounds.get(lead.word, "")
    if bound == "since" and language.times.record.search(text[: lead.start]):
        return None
    part = language.times.parts.get(lead.part, lead.part)
    since, until = _bounds(bound, part, moment.days(asked))
    return Period(since=since, until=until, words=text[lead.start : moment.end])


def _is_led(text: str, moment: Moment, lead: _Lead, language: Language) -> bool:
    """Whether the context of an ambiguous word shows that it is a time expression."""
    times, words, after = language.times, text[moment.start : moment.end], text[moment.end :]
    if language.calendar.weekday.fullmatch(words.lower()) and not lead.word:
        named = _CAPITAL_BEFORE.search(text[: moment.start]) or _CAPITAL_AFTER.match(after)
        return not named
    if words in times.given_names and lead.word in times.bounds and times.acts.match(after):
        return False
    return bool(lead.part or (lead.word and (not lead.has_article or words.endswith("s"))))


def _bounds(bound: str, part: str, days: Days) -> tuple[date | None, date | None]:
    """The first and the last day; None for an open end."""
    since, until = part_of(days, part) if part else days
    one = timedelta(days=1)
    ends = {
        "since": (since, None),
        "after": (until + one, None),
        "before": (None, since - one),
        "until": (None, until),
    }
    return ends.get(bound, (since, until))

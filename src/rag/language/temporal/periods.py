"""Finds the period that a question asks about, such as "since March".

A year within a name ("the 2022 World Cup") and the verb "may" do not name a period.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from rag.language.english import ENGLISH
from rag.language.language import Language
from rag.language.sentences import sentence_spans
from rag.language.temporal.calendar import Asked, Days, part_of
from rag.language.temporal.expressions import Moment, moments
from rag.language.temporal.leads import Lead, has_noun, is_led, lead_of
from rag.schema import Period

__all__ = ["asks_latest", "find_period", "find_times", "is_ahead", "spoken_periods", "without"]

_YEAR = r"(?:1[0-9]|20)\d\d"
_HINT = re.compile(rf"\b{_YEAR}")
_AROUND = (30, 15)  # characters read before and after a year
_SPACED_MARK = re.compile(r"\s+(?=[?!.,;:)])|^[\s,;:]+|(?<=\()\s+|\(\)|,(?=\s*[?!.,])")
_SOON = timedelta(days=31)  # a day without a year that is this near is still to come
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")


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
    """The period that ``question`` asks about, or None; of several, the shortest, then the last.

    Args:
        question: the text of the question.
        asked_on: the day of the question; "yesterday" is the day before it.
        newest: the day of the newest article; "in May" is the last May that had begun by then.
        before: the conversation so far; a month without a year is in the last year it names.
        language: the language of the question.
    """
    asked = Asked(on=asked_on, newest=newest, year=_last_year(before))
    found = [
        period
        for sentence, then in _sentences(question, asked, language)
        for period in _periods(sentence, then, language)
    ]
    return min(reversed(found), key=_length, default=None)


def find_times(
    question: str,
    *,
    asked_on: date,
    newest: date = date.max,
    before: str = "",
    language: Language = ENGLISH,
) -> tuple[Period, ...]:
    """The times in ``question`` that can be an article's date, the shortest first.

    Of equally long times, the last comes first. Includes the period that ``find_period`` finds and
    times within names: "the 2022 World Cup", "the July 4 parade". Leaves out periods with an open
    end or two stated ends. The ``words`` of each can be removed from the question; see
    ``without``. Takes the same arguments as ``find_period``.
    """
    asked = Asked(on=asked_on, newest=newest, year=_last_year(before))
    found = [
        period
        for sentence, then in _sentences(question, asked, language)
        for period in _periods(sentence, then, language, in_names=True)
    ]
    found.reverse()
    return tuple(sorted(found, key=_length))


def without(question: str, times: Iterable[Period], *, language: Language = ENGLISH) -> str:
    """``question`` without the words of ``times``: "Who won the cup?" for "… in May 2024?"."""
    for time in times:
        owns = language.times.own.search(time.words)
        question = question.replace(time.words, language.times.article if owns else " ", 1)
    return _SPACED_MARK.sub("", " ".join(question.split()))


def _last_year(text: str) -> int | None:
    years = re.findall(rf"\b{_YEAR}\b", text)
    return int(years[-1]) if years else None


def _sentences(text: str, asked: Asked, language: Language) -> Iterator[tuple[str, Asked]]:
    """The sentences of ``text`` without quotations, each with the context for its times."""
    text = _QUOTED.sub(lambda match: "_" * len(match.group()), text)
    for start, end in sentence_spans(text, 0, len(text), language=language.code):
        yield text[start:end], asked


def is_ahead(text: str, moment: Moment, language: Language) -> bool:
    """Whether a time is in the future: "Friday" in "He said on Monday that he will go on Friday".

    True if the last such word before the time is about the future. Also true if one after the time
    is, and no word about the past comes before it.
    """
    times = language.times
    before = [match.end() for match in times.ahead.finditer(text, 0, moment.start)]
    if before:
        return times.past.search(text, before[-1], moment.start) is None
    after = times.ahead.search(text, moment.end)
    return after is not None and times.past.search(text, 0, after.start()) is None


def spoken_periods(
    text: str, *, published: date | None = None, language: Language = ENGLISH
) -> list[Period]:
    """The periods in ``text`` that state their year. Reads only the text around years.

    With ``published``, also those without a year: "on Sunday" is the Sunday before that day. A day
    and month of the next 31 days is that day, unless the sentence speaks of the past.
    """
    if published is not None:
        asked = Asked(on=published, newest=published)
        return [
            period
            for sentence, then in _sentences(text, asked, language)
            for in_names in (False, True)
            for period in _periods(
                sentence, _soon(sentence, then, language), language, in_names=in_names
            )
        ]
    asked = Asked(on=date.max)
    found = (period for near in _near(text) for period in _periods(near, asked, language))
    return [period for period in found if _HINT.search(period.words)]


def _soon(sentence: str, then: Asked, language: Language) -> Asked:
    """The context of a sentence that may be about the next days."""
    is_over = language.times.happened.search(sentence)
    return then if is_over else replace(then, soon=_SOON)


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


def _periods(
    text: str, asked: Asked, language: Language, *, in_names: bool = False
) -> list[Period]:
    """The periods in a sentence; with ``in_names``, single times, also those within names."""
    found: list[Period] = []
    left = moments(text, language=language)
    while left:
        then = replace(asked, ahead=is_ahead(text, left[0], language))
        ranged = _tried(_range, text, left, then, language)
        period = ranged or _tried(_time if in_names else _single, text, left, then, language)
        left = left[2 if ranged else 1 :]
        if period is not None and not (ranged and in_names):
            found.append(period)
    return found


def _tried(
    read: Callable[[str, Sequence[Moment], Asked, Language], Period | None],
    text: str,
    parts: Sequence[Moment],
    asked: Asked,
    language: Language,
) -> Period | None:
    """The result of ``read``; None for days that do not exist: 31 June, or 3,000 years ago."""
    try:
        return read(text, parts, asked, language)
    except (ValueError, OverflowError, StopIteration):
        return None


def _range(text: str, parts: Sequence[Moment], asked: Asked, language: Language) -> Period | None:
    """The period from one expression to the next: "between May and June 2023"."""
    lead = lead_of(text, parts[0], language)
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
    moment, lead = parts[0], lead_of(text, parts[0], language)
    if moment.needs_lead and not is_led(text, moment, lead, language):
        return None
    bound = language.times.bounds.get(lead.word, "")
    if bound == "since" and language.times.record.search(text[: lead.start]):
        return None
    part = language.times.parts.get(lead.part, lead.part)
    since, until = _bounds(bound, part, moment.days(asked))
    return Period(since=since, until=until, words=text[lead.start : moment.end])


def _time(text: str, parts: Sequence[Moment], asked: Asked, language: Language) -> Period | None:
    """The time of one expression, even within a name, and the words that can be left out."""
    moment, lead = parts[0], lead_of(text, parts[0], language)
    if lead.word in language.times.bounds:
        return None
    if moment.needs_lead and not is_led(text, moment, lead, language):
        has_digits = any(char.isdigit() for char in text[moment.start : moment.end])
        if not has_digits and (
            not lead.has_article
            or not has_noun(text, moment, language)
            or text[moment.end :].lstrip()[:1].isupper()  # "the Sunday Mirror"
        ):
            return None
    part = language.times.parts.get(lead.part, lead.part)
    since, until = _bounds("", part, moment.days(asked))
    return Period(since=since, until=until, words=_spare(text, moment, lead, language))


def _spare(text: str, moment: Moment, lead: Lead, language: Language) -> str:
    """The words of a time expression that can be left out of a question."""
    times, start, end = language.times, moment.start, moment.end
    if owns := times.own.match(text, end):
        return text[start : owns.end()]
    if daytime := times.daytime.match(text, end):
        end = daytime.end()
    if has_noun(text, moment, language) and (lead.has_article or not lead.word):
        return text[start:end]  # "the 2022 World Cup"
    around = times.around.search(text[:start])
    return text[around.start() if around else start : end]


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

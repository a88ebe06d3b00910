"""Uses the words around a time expression to decide whether it is one: "in May", "the May sun"."""

import re
from dataclasses import dataclass

from rag.language.language import Language
from rag.language.temporal.expressions import Moment
from rag.language.words import is_stop_word

__all__ = ["Lead", "has_noun", "is_attribute", "is_led", "lead_of"]

_CAPITAL_BEFORE = re.compile(r"\b[A-Z][\w’'.]*\s+$")
_CAPITAL_AFTER = re.compile(r"\s+[A-Z]")
_LETTER_NEXT = re.compile(r"\s+([^\W\d_][\w’'-]*)")
_DAY_NUMBER = re.compile(r"(?<!\d)\d{1,2}(?:st|nd|rd|th)?\b(?!['’]?s)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """The words before a time expression: a preposition, an article, and a part such as "early"."""

    start: int
    word: str = ""
    part: str = ""
    has_article: bool = False


def lead_of(text: str, moment: Moment, language: Language) -> Lead:
    """Returns the words before a time expression; empty if none belong to it."""
    found = language.times.lead.search(text[: moment.start])
    if found is None or not (found["word"] or found["part"]):
        return Lead(start=moment.start, has_article=bool(found and found["the"]))
    return Lead(
        start=found.start("word" if found["word"] else "part"),
        word=" ".join((found["word"] or "").lower().split()),
        part=(found["part"] or "").lower().split(" ")[0],
        has_article=bool(found["the"]),
    )


def has_noun(text: str, moment: Moment, language: Language) -> bool:
    """Whether the next word may be a noun that the time expression modifies."""
    after = _LETTER_NEXT.match(text, moment.end)
    return after is not None and not (
        is_stop_word(after[1], language=language) or language.times.daytime.match(text, moment.end)
    )


def is_attribute(text: str, moment: Moment, language: Language) -> bool:
    """Whether a weekday stands before a noun that is no event: "the Sunday roast"."""
    times, words = language.times, text[moment.start : moment.end]
    is_weekday = language.calendar.weekday.fullmatch(words.lower())
    if not is_weekday or not times.attributive.search(text[: moment.start]):
        return False
    daytime = times.daytime.match(text, moment.end)
    end, nouns = daytime.end() if daytime else moment.end, list[str]()
    while (after := _LETTER_NEXT.match(text, end)) and not (
        is_stop_word(after[1], language=language) or times.acts.match(text, end)
    ):
        end = after.end()
        nouns.append(after[1])
    return bool(nouns) and not any(map(times.event.fullmatch, nouns))


def is_led(text: str, moment: Moment, lead: Lead, language: Language) -> bool:
    """Whether the context of an ambiguous word shows that it is a time expression."""
    times, words, after = language.times, text[moment.start : moment.end], text[moment.end :]
    if language.calendar.weekday.fullmatch(words.lower()) and not lead.word:
        named = _CAPITAL_BEFORE.search(text[: moment.start]) or _CAPITAL_AFTER.match(after)
        return not named
    if words in times.given_names and lead.word in times.bounds and times.acts.match(after):
        return False
    is_day = bool(_DAY_NUMBER.search(words))
    if lead.word in times.loose and not is_day:
        return False
    plain = not lead.has_article or words.endswith("s")
    return bool(
        lead.part or (lead.word and (plain or (is_day and not has_noun(text, moment, language))))
    )

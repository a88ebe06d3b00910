"""Follow-ups that replace one element: "And in Norway?", "And how many were rescued?".

A name replaces a name, a date replaces a date, and a question phrase replaces one that asks for the
same kind of thing. If it is unclear what to replace, nothing is replaced.
"""

import re
from collections.abc import Sequence

from rag.language import Language
from rag.language.names import name_spans
from rag.language.question_type import kind_of
from rag.language.temporal.dates import date_spans
from rag.language.words import is_stop_word, tokens
from rag.retrieve.query_rewriting.noun_phrases import phrase_spans

__all__ = ["replaced"]

_YEAR = re.compile(r"\b[12]\d{3}\b")


def replaced(rest: str, base: str, language: Language) -> str | None:
    """``base`` with one element replaced by the one in ``rest``, a short follow-up.

    Returns None if it is unclear what to replace.
    """
    named = language.replacing.asks_on.sub("", rest).strip().rstrip("?!. ")
    for spans in (_dates, _names, phrase_spans):
        if found := _only(named, spans(named, language), language):
            lead, thing = named[: found[0]], named[found[0] :]
            old: Sequence[tuple[int, int]] = spans(base, language)
            if spans is phrase_spans:
                old = _of_same_sort(thing, base, old, language)
            return _with_other(lead, thing, base, old, language)
    return _with_setting(rest, base, language)


def _dates(text: str, language: Language) -> list[tuple[int, int]]:
    return date_spans(text, language=language)


def _names(text: str, language: Language) -> list[tuple[int, int]]:
    dates = _dates(text, language)
    return [
        (start, start + len(re.sub(r"[’']s?$", "", text[start:end])))
        for start, end in name_spans(text, language=language)
        if not any(start < last and first < end for first, last in dates)
    ]


def _of_same_sort(
    phrase: str, base: str, phrases: Sequence[tuple[int, int]], language: Language
) -> Sequence[tuple[int, int]]:
    """The ``phrases`` of ``base`` that are a person if ``phrase`` is one, or else are not.

    If there are none, the names that ``base`` asks about: "How old is Ada Rose?"; else all.
    """
    is_person = _is_person(phrase, language)
    same = [one for one in phrases if _is_person(base[slice(*one)], language) == is_person]
    asked_about = language.referents.asked_about
    names = (one for one in _names(base, language) if asked_about.search(base[: one[0]]))
    return same or list(names) or phrases


def _is_person(phrase: str, language: Language) -> bool:
    return language.named.person.fullmatch(phrase.rsplit(maxsplit=1)[-1]) is not None


def _only(
    named: str, spans: Sequence[tuple[int, int]], language: Language
) -> tuple[int, int] | None:
    """The only span in ``named``, if nothing but a preposition and an article precedes it."""
    if len(spans) != 1 or spans[0][1] != len(named):
        return None
    return spans[0] if language.replacing.leads.fullmatch(named[: spans[0][0]]) else None


def _with_other(
    lead: str, thing: str, base: str, spans: Sequence[tuple[int, int]], language: Language
) -> str | None:
    """``base`` with ``thing`` in place of the only span that it can replace, or None."""
    rules = language.replacing
    word = _preposition(lead, language)
    fits = _fitting(word, base, spans, language)
    if len(fits) != 1:
        return None
    start, end = fits[0]
    thing = _with_year(thing, base[start:end], language)
    old = _lead(base, start, language)
    kept = word or ("" if rules.relative.match(thing) else _preposition(old, language))
    if word in rules.place_words and not _dates(thing, language):
        kept = _preposition(old, language)
    the = f"{rules.article} " if rules.ends_with_article.search(lead) else ""
    opening = base[: start - len(old)] + (f"{kept} " if kept else "")
    return f"{opening}{the}{thing}{base[end:]}"


def _with_year(thing: str, old: str, language: Language) -> str:
    """Adds the year of the replaced date to a month without a year."""
    year = _YEAR.search(old)
    is_bare = language.replacing.month.search(thing) and not _YEAR.search(thing)
    return f"{thing} {year[0]}" if year and is_bare and _dates(old, language) else thing


def _fitting(
    word: str, base: str, spans: Sequence[tuple[int, int]], language: Language
) -> list[tuple[int, int]]:
    """The ``spans`` that a phrase with the preposition ``word`` may replace.

    These are the spans after the same preposition, or else after another preposition of place, or
    else the objects of a verb. Without a preposition, all spans qualify.
    """
    if not word:
        return list(spans)
    leads = {span: _preposition(_lead(base, span[0], language), language) for span in spans}
    ranked = (
        [span for span in spans if leads[span] == word],
        [span for span in spans if {leads[span], word} <= language.replacing.place_words],
        [span for span in spans if _is_object(base[: span[0]], language)],
    )
    return next(filter(None, ranked), [])


def _lead(text: str, start: int, language: Language) -> str:
    found = language.replacing.leads.search(text[:start])
    return found[0] if found else ""


def _preposition(lead: str, language: Language) -> str:
    """The preposition at the start of a lead, in lower case; empty if there is none."""
    word = lead.split(maxsplit=1)[0].lower() if lead.split() else ""
    return "" if word == language.replacing.article else word


def _is_object(before: str, language: Language) -> bool:
    """Whether ``before`` ends with a content word, as in "visited Sweden"."""
    words = tokens(before)
    last = words[-1][0] if words else ""
    return last.islower() and not is_stop_word(last, language=language)


def _with_setting(rest: str, base: str, language: Language) -> str | None:
    """``rest`` with the time and place of ``base``, if both ask for the same kind of thing."""
    rules = language.replacing
    opening, tail = rules.wh.match(rest), rules.tail.search(base)
    if opening is None or tail is None or rules.wh.match(base) is None:
        return None
    said = rest[opening.end() :]
    is_own = rules.verb.search(said) and any(
        not is_stop_word(word, language=language) for word, _, _ in tokens(said)
    )
    if not is_own or _names(rest, language) or _dates(rest, language) or rules.setting.search(rest):
        return None
    kinds = {kind_of(text, language=language) for text in (rest, base)}
    if rules.points_back.search(rest) or len(kinds) > 1:
        return None
    return f"{rest.rstrip('?!. ')} {tail[0].strip()}"

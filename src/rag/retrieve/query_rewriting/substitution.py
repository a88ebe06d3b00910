"""Follow-ups that replace one element: "And in Norway?", "And how many were rescued?".

A name replaces a name, a date replaces a date, and a question phrase replaces one that asks for the
same kind of thing. If it is unclear what to replace, nothing is replaced.
"""

import re
from calendar import month_name
from collections.abc import Sequence

from rag.language.names import name_spans
from rag.language.question_type import kind_of
from rag.language.temporal.dates import date_spans
from rag.language.words import is_stop_word, tokens

__all__ = ["replaced"]

_ASKS_ON = re.compile(r"^(?:what|how) about\b\s*", re.IGNORECASE)
_PREPOSITION = r"(?:in|at|from|near|to|into|across|on|of|for|by|with|since|during|until)"
_LEADS = re.compile(rf"(?:\b{_PREPOSITION}\s+)?(?:\bthe\s+)?$", re.IGNORECASE)
"""Words that may precede a name or a date and belong to it, such as "in the "."""
_PLACE_WORDS = frozenset(("in", "at", "from", "near", "to", "into", "across", "on", "of", "for"))
_WH = re.compile(r"^(?:how (?:many|much)|what|which|who|where|when|why|how)\b", re.IGNORECASE)
_MONTH = re.compile(rf"\b(?:{'|'.join(filter(None, month_name))})\b")
_YEAR = re.compile(r"\b[12]\d{3}\b")
_RELATIVE = re.compile(r"(?:last|next|this|yesterday|today|tomorrow)\b")
"""The start of a time expression that takes no preposition, such as "last week"."""
_POINTS_BACK = re.compile(r"\b(?:it|next|that|then|there|these|this|those)\b", re.IGNORECASE)
_VERB = re.compile(
    r"\b(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|\w+ed)\b", re.IGNORECASE
)
_NOUNS = (
    r"(?:(?:the|a|an|this|that|its|their)\s+(?:[\w’'-]+\s*){1,3}|(?:[A-Z][\w’'.-]*\s*)+|\d{4}\s*)"
)
_SETTING = re.compile(rf"\b(?:in|at|on|during|near|from|since|after|before)\s+{_NOUNS}")
_TAIL = re.compile(
    rf"\b(?:in|at|on|during|near|after|before)\s+{_NOUNS}"
    rf"(?:(?:in|at|on|of|during|near|from|since|after|before)\s+{_NOUNS})*\W*$"
)
"""The time and place at the end of a question, such as "in the flood in Valencia?"."""


def replaced(rest: str, base: str) -> str | None:
    """``base`` with one element replaced by that of ``rest``, a short follow-up.

    Returns None if it is unclear what to replace.
    """
    named = _ASKS_ON.sub("", rest).strip().rstrip("?!. ")
    for spans in (_dates, _names):
        if found := _only(named, spans(named)):
            return _with_other(named[: found[0]], named[found[0] :], base, spans(base))
    return _with_setting(rest, base)


def _dates(text: str) -> list[tuple[int, int]]:
    return date_spans(text)


def _names(text: str) -> list[tuple[int, int]]:
    dates = date_spans(text)
    return [
        (start, start + len(re.sub(r"[’']s?$", "", text[start:end])))
        for start, end in name_spans(text)
        if not any(start < last and first < end for first, last in dates)
    ]


def _only(named: str, spans: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """The only span in ``named``, if just a preposition and an article precede it."""
    if len(spans) != 1 or spans[0][1] != len(named):
        return None
    return spans[0] if _LEADS.fullmatch(named[: spans[0][0]]) else None


def _with_other(lead: str, thing: str, base: str, spans: Sequence[tuple[int, int]]) -> str | None:
    """``base`` with ``thing`` in place of the only span that it can replace, or None."""
    word = _preposition(lead)
    fits = _fitting(word, base, spans)
    if len(fits) != 1:
        return None
    start, end = fits[0]
    thing = _with_year(thing, base[start:end])
    old = _lead(base, start)
    kept = word or ("" if _RELATIVE.match(thing) else _preposition(old))
    if word in _PLACE_WORDS and not date_spans(thing):
        kept = _preposition(old)
    the = "the " if re.search(r"\bthe\s*$", lead, re.IGNORECASE) else ""
    opening = base[: start - len(old)] + (f"{kept} " if kept else "")
    return f"{opening}{the}{thing}{base[end:]}"


def _with_year(thing: str, old: str) -> str:
    """Adds the year of the replaced date to a month without a year."""
    year = _YEAR.search(old)
    is_bare = _MONTH.search(thing) and not _YEAR.search(thing)
    return f"{thing} {year[0]}" if year and is_bare and date_spans(old) else thing


def _fitting(word: str, base: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The ``spans`` that a phrase with the preposition ``word`` may replace.

    These are the spans after the same preposition, or else after another preposition of place, or
    else the objects of a verb. Without a preposition, all spans qualify.
    """
    if not word:
        return list(spans)
    leads = {span: _preposition(_lead(base, span[0])) for span in spans}
    ranked = (
        [span for span in spans if leads[span] == word],
        [span for span in spans if {leads[span], word} <= _PLACE_WORDS],
        [span for span in spans if _is_object(base[: span[0]])],
    )
    return next(filter(None, ranked), [])


def _lead(text: str, start: int) -> str:
    found = _LEADS.search(text[:start])
    return found[0] if found else ""


def _preposition(lead: str) -> str:
    """The preposition at the start of a lead, in lower case; empty if there is none."""
    word = lead.split(maxsplit=1)[0].lower() if lead.split() else ""
    return "" if word == "the" else word


def _is_object(before: str) -> bool:
    """Whether ``before`` ends with a content word, as in "visited Sweden"."""
    words = tokens(before)
    return bool(words) and not is_stop_word(words[-1][0]) and words[-1][0].islower()


def _with_setting(rest: str, base: str) -> str | None:
    """``rest`` with the time and place of ``base``, if both ask for the same kind of thing."""
    opening, tail = _WH.match(rest), _TAIL.search(base)
    if opening is None or tail is None or _WH.match(base) is None:
        return None
    said = rest[opening.end() :]
    is_own = _VERB.search(said) and any(not is_stop_word(word) for word, _, _ in tokens(said))
    if not is_own or _names(rest) or _dates(rest) or _SETTING.search(rest):
        return None
    if _POINTS_BACK.search(rest) or kind_of(rest) is not kind_of(base):
        return None
    return f"{rest.rstrip('?!. ')} {tail[0].strip()}"

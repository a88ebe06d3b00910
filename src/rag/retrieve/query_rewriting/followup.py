"""Completes follow-up questions from the conversation.

In "What did he say?", "he" is replaced with the name that it most likely refers to. "And why?" is
joined to the previous question. Any other question is returned unchanged.
"""

import re
from collections.abc import Sequence

from rag.language.names import full_name_spans, name_spans
from rag.language.words import fold, is_stop_word, tokens
from rag.retrieve.query_rewriting.coreference import AFTER_PLACE, best_referent, in_quotes
from rag.retrieve.query_rewriting.substitution import replaced
from rag.schema import Turn

__all__ = ["standalone"]

_PERSON = re.compile(r"\b(?:he|him|his|himself|she|hers?|herself)\b", re.IGNORECASE)
_GROUP = re.compile(r"\b(?:they|them|theirs?|themselves)\b", re.IGNORECASE)
_THING = re.compile(r"\b(?:it|its|itself)\b", re.IGNORECASE)
_NO_THING = re.compile(
    r"^\W*(?:is|was|isn't|wasn't)\s+it\b.*\b(?:that|to|who)\b|\b(?:make|makes|made)\s+it\b"
    r"|\bit(?:'s|’s|\s+(?:is|was))?\s+(?:possible|true|important|hard|easy|likely|necessary|to)\b",
    re.IGNORECASE,
)
"""Sentences in which "it" refers to nothing."""
_OWN = frozenset({"his", "its", "their", "theirs", "hers"})
_NO_NOUN = re.compile(
    r"(?!\s+(?:about|after|and|as|at|be|before|by|do|during|for|from|go|in|into|is|of|off|on|or|out"
    r"|so|than|that|the|a|to|up|was|when|with)\b)\s+[^\W\d_]",
    re.IGNORECASE,
)
"""What follows a possessive "her"."""
_SHORT_FORMS = {"s": " is", "re": " are", "ve": " have", "ll": " will", "d": " would"}
_SHORT = re.compile(r"['’](s|re|ve|ll|d)\b", re.IGNORECASE)
_JOINS_ON = re.compile(r"^\W*(?:(?:and|but|so|then)\b[\s,]*)+", re.IGNORECASE)
_ASKS_ON = re.compile(r"^\W*(?:what|how) about\b", re.IGNORECASE)
_FEW_WORDS = 2  # content words up to which a question that starts with "And" is incomplete
_POINTS_BACK = re.compile(
    r"\b(?:again|any|else|more|next|other|same|that|then|there|these|this|those)\b", re.IGNORECASE
)
"""Words that refer to an earlier turn, as in "any others?"."""
_CLAUSE = re.compile(
    r"\b(?:after|because|before|by|if|since|so|that|until|when|whether|while)\b"
    r"|,\s*(?:and|but|or)\b",
    re.IGNORECASE,
)
"""The start of a clause; a pronoun in it may refer to something before it."""
_MOST_JOINED = 300  # characters of an earlier question that a follow-up is joined to
_WINDOW = 20  # turns that are searched for names


def standalone(question: str, history: Sequence[Turn]) -> str:
    """Rewrites ``question`` so that it can be understood without the conversation.

    The result is itself a question. The same conversation always gives the same result.
    """
    heard: list[Turn] = []
    base = ""
    for turn in history:
        if turn.role == "user" and turn.text.strip():
            base = _base(turn.text, heard, base)
        heard.append(turn)
    return _understood(question, heard, base)


def _base(question: str, heard: Sequence[Turn], base: str) -> str:
    """The question that follow-ups may be joined to after ``question`` was asked."""
    named = _with_name(question, heard, base) if base else question
    plain = _JOINS_ON.sub("", named).strip()
    if base and named == question and _is_elliptic(question):
        return replaced(plain, base) or base
    return plain[:1].upper() + plain[1:] or base


def _understood(question: str, heard: Sequence[Turn], base: str) -> str:
    if not base:
        return question
    named = _with_name(question, heard, base)
    if named != question:
        return named
    return _joined(question, base) if _is_elliptic(question) else question


def _is_elliptic(question: str) -> bool:
    """Whether the question is incomplete: "And why?", "What about Tehran?"."""
    if _ASKS_ON.search(question):
        return True
    words = len(_content(_POINTS_BACK.sub("", question)))
    if _JOINS_ON.search(question):
        return words <= _FEW_WORDS
    named = any(start > 0 for start, _ in name_spans(question))
    return not words or (words == 1 and not named and bool(_POINTS_BACK.search(question)))


def _content(question: str) -> list[str]:
    return [word for word, _, _ in tokens(question) if not is_stop_word(word)]


def _joined(question: str, base: str) -> str:
    """Combines both questions, as in "Did Baku expel diplomats, and why?".

    If ``question`` replaces a part of ``base``, the result is ``base`` with that part replaced.
    """
    rest = _JOINS_ON.sub("", question).strip()
    if not rest.strip("?!. ") or len(base) > _MOST_JOINED:
        return question
    if other := replaced(rest, base):
        return other[:1].upper() + other[1:]
    opening = rest.split()[0]
    if is_stop_word(opening.strip("?,.!")):
        rest = rest[0].lower() + rest[1:]
    return f"{base.rstrip().rstrip('?.! ')}, and {rest}"


def _with_name(question: str, heard: Sequence[Turn], base: str) -> str:
    """Replaces the first pronoun that needs it with a name."""
    heard = heard[-_WINDOW:]
    asked = [turn for turn in heard if turn.role == "user"]
    topic = [Turn(role="user", text=base)]
    known = frozenset(fold(word) for word, _, _ in tokens(question))
    for pattern, is_person, pools in (
        (_PERSON, True, (heard, topic)),
        (_GROUP, False, (asked[-1:], topic, asked, heard)),
        (_THING, False, (asked[-1:], topic, asked, heard)),
    ):
        said = (one for one in pattern.finditer(question) if not in_quotes(question[: one.start()]))
        found = next(said, None)
        if found is None or _is_answered(question, found, is_person=is_person):
            continue
        names = (best_referent(pool, is_person=is_person, known=known) for pool in pools)
        name = next(filter(None, names), None)
        if name:
            return _replaced(question, found, name)
    return question


def _is_answered(question: str, pronoun: re.Match[str], *, is_person: bool) -> bool:
    """Whether the pronoun refers to nothing, or to something before it in the question."""
    before = question[: pronoun.start()]
    if is_person:
        return any(_is_full(before, start, end) for start, end in full_name_spans(before))
    names = any(start > 0 for start, _ in name_spans(before))
    *_, clause = (0, *(match.start() for match in _CLAUSE.finditer(before)))
    return bool(_NO_THING.search(question) or names or _content(before[:clause]))


def _is_full(question: str, start: int, end: int) -> bool:
    """Whether the name looks like a person's full name: several words, and not a place."""
    return start > 0 and " " in question[start:end] and not AFTER_PLACE.search(question[:start])


def _replaced(question: str, pronoun: re.Match[str], name: str) -> str:
    word, after = pronoun.group().lower(), question[pronoun.end() :]
    if word in _OWN or (word == "her" and _NO_NOUN.match(after)):
        name += "'" if name.endswith("s") else "'s"
    elif short := _SHORT.match(after):
        name += _SHORT_FORMS[short[1].lower()]
        after = after[short.end() :]
    return question[: pronoun.start()] + name + after

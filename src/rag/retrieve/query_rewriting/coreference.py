"""Coreference: finds the name in a conversation that a pronoun most likely refers to."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.language import Language
from rag.language.english import ENGLISH
from rag.language.names import name_spans
from rag.language.temporal.dates import date_spans
from rag.language.words import fold, is_stop_word
from rag.schema import Turn

__all__ = ["best_referent", "in_quotes"]

_ASKED = 1.6  # weight of a name in a question, relative to one in an answer
_ASKED_ABOUT = 2.0  # factor for the subject of a question
_OPENS = 1.3  # weight of a name at the start of an answer
_AT_A_PLACE = 0.5  # factor for a name after a preposition such as "in"
_IN_QUOTES = 0.5  # factor for a name in quotation marks, such as a title
_MOST_WORDS = 4  # maximum words of a full name that a shorter name may refer to
_SHORT = re.compile(r"['’]")
_LEANS = 2.0  # base of the factor for signs of a person


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mention:
    """A name in one turn, with its weight and how much it looks like a person."""

    name: str
    weight: float
    person: float


def best_referent(
    turns: Sequence[Turn],
    *,
    is_person: bool,
    is_one: bool = True,
    known: Collection[str] = (),
    others: Collection[str] = (),
    language: Language = ENGLISH,
) -> str | None:
    """The most prominent name in ``turns``, in its fullest form; None if there is none.

    Names that contain a word in ``known`` (folded), or end like one in ``others``, are skipped.
    Names that look like a person's count more if ``is_person`` is true, and less if it is false. A
    country is never a person. If ``is_one`` is true, a thing is neither "Mayor Rose" nor "Rose and
    Lund".
    """
    mentions = [mention for turn in turns for mention in _mentions(turn.role, turn.text, language)]
    full = _full_names({mention.name for mention in mentions})
    scores: dict[str, list[_Mention]] = {}
    for mention in mentions:
        scores.setdefault(full[mention.name], []).append(mention)
    last = {fold(other.split()[-1]) for other in others}
    fitting = {
        name: _score(found, is_person=is_person)
        for name, found in scores.items()
        if fold(name.split()[-1]) not in last
        and not {fold(word) for word in name.split()} & set(known)
        and not (is_person and name.lower() in language.named.countries())
        and not (is_one and not is_person and _is_people(name, language))
    }
    return max(fitting, key=lambda name: (fitting[name], name), default=None)


def _is_people(name: str, language: Language) -> bool:
    """Whether a name has a person's title, or is two names."""
    first = name.split(maxsplit=1)[0]
    return bool(language.named.person.fullmatch(first) or language.phrases.joined.search(name))


def _score(mentions: Sequence[_Mention], *, is_person: bool) -> float:
    person = sum(mention.person for mention in mentions) / len(mentions)
    lean = max(-2.0, min(2.0, person if is_person else -0.3 * person))
    return sum(mention.weight for mention in mentions) * float(_LEANS**lean)


@lru_cache(maxsize=4096)
def _mentions(role: str, text: str, language: Language) -> tuple[_Mention, ...]:
    return tuple(_found(role, text, language))


def _found(role: str, text: str, language: Language) -> Iterator[_Mention]:
    for start, end in name_spans(text, language=language):
        name = re.sub(r"['’]s?$", "", text[start:end]).rstrip(".,")
        if len(name) < 2 or date_spans(name, language=language):
            continue
        if is_stop_word(_SHORT.split(name)[0], language=language):
            continue
        before, after = text[:start], text[end:]
        weight = _ASKED if role == "user" else _OPENS if start == 0 else 1.0
        if role == "user" and language.referents.asked_about.search(before):
            weight *= _ASKED_ABOUT
        if in_quotes(before):
            weight *= _IN_QUOTES
        if language.referents.after_place.search(before):
            weight *= _AT_A_PLACE
        yield _Mention(name=name, weight=weight, person=_person(name, before, after, language))


def in_quotes(before: str) -> bool:
    """Whether ``before`` ends inside a quotation."""
    return before.count('"') % 2 == 1 or before.count("“") > before.count("”")


def _person(name: str, before: str, after: str, language: Language) -> float:
    """How much a name in its context looks like a person; negative if it does not."""
    rules = language.referents
    signs = (rules.of_person.search(after), len(name.split()) in (2, 3), rules.acts.match(after))
    against = 0.5 * bool(rules.no_person.search(name))
    against += 1.0 * bool(rules.after_article.search(before))
    against += 1.5 * bool(rules.of_thing.search(before) or rules.after_role.search(before))
    return 0.5 * sum(map(bool, signs)) - against


def _full_names(names: Collection[str]) -> dict[str, str]:
    """Maps each name to the longest name that starts or ends with it."""
    longest = sorted(names, key=lambda name: (-len(name.split()), name))
    return {name: next((full for full in longest if _is_short(name, full)), name) for name in names}


def _is_short(name: str, full: str) -> bool:
    words = [fold(word) for word in name.split()]
    others = [fold(word) for word in full.split()]
    fits = len(words) < len(others) <= _MOST_WORDS
    return fits and (others[-len(words) :] == words or others[: len(words)] == words)

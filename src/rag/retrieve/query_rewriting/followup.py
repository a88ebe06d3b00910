"""Completes follow-up questions from the conversation.

In "What did he say?", "he" is replaced with the name that it most likely refers to. "And why?" is
joined to the previous question. Small talk such as "Thanks!" is left out, with its replies. Any
other question is returned unchanged.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.language import Language, language_for
from rag.language.names import full_name_spans, name_spans
from rag.language.small_talk import question_in
from rag.language.words import fold, is_stop_word, tokens
from rag.retrieve.query_rewriting.coreference import best_referent, in_quotes
from rag.retrieve.query_rewriting.noun_phrases import asked_thing, phrase_spans, thing_in
from rag.retrieve.query_rewriting.subjects import group_in
from rag.retrieve.query_rewriting.substitution import replaced
from rag.schema import Turn

__all__ = ["standalone"]

_FEW_WORDS = 2  # maximum content words of an incomplete question that starts with "And"
_MOST_JOINED = 300  # maximum characters of an earlier question that a follow-up is joined to
_WINDOW = 20  # turns to search for names


def standalone(question: str, history: Sequence[Turn], *, language: str = "en") -> str:
    """Rewrites ``question`` so that it can be understood without the conversation.

    The result is itself a question. The same conversation always gives the same result.
    """
    asking = language_for(language)
    heard: list[Turn] = []
    base = ""
    for turn in _asked(history, asking):
        if turn.role == "user" and turn.text.strip():
            base = _base(turn.text, heard, base, asking)
        heard.append(turn)
    return _understood(question_in(question, asking) or question, heard, base, asking)


def _asked(history: Sequence[Turn], language: Language) -> Iterator[Turn]:
    """The turns without small talk and the replies to it."""
    asks = True
    for turn in history:
        if turn.role == "user":
            question = question_in(turn.text, language)
            asks = bool(question or not turn.text.strip())
            turn = replace(turn, text=question)  # noqa: PLW2901
        if asks:
            yield turn


def _base(question: str, heard: Sequence[Turn], base: str, language: Language) -> str:
    """The question that later follow-ups to ``question`` may be joined to."""
    named = _with_name(question, heard, base, language) if base else question
    plain = _plain(named, language)
    if base and named == question and _is_elliptic(question, language):
        return replaced(plain, base, language) or base
    return plain or base


def _plain(question: str, language: Language) -> str:
    """The question without an opening "And"."""
    plain = language.followups.joins_on.sub("", question).strip()
    return plain[:1].upper() + plain[1:]


def _understood(question: str, heard: Sequence[Turn], base: str, language: Language) -> str:
    if not base:
        return question
    named = _with_name(question, heard, base, language)
    if _is_complete(named, language):
        return _plain(named, language)
    if named != question:
        return named
    return _joined(question, base, language) if _is_elliptic(question, language) else question


def _is_elliptic(question: str, language: Language) -> bool:
    """Whether the question is incomplete: "And why?", "What about Tehran?"."""
    rules = language.followups
    if rules.asks_on.search(question):
        return True
    if _is_complete(question, language):
        return False
    words = len(_content(rules.points_back.sub("", question), language))
    if rules.joins_on.search(question):
        return words <= _FEW_WORDS
    named = any(start > 0 for start, _ in name_spans(question, language=language))
    return not words or (words == 1 and not named and bool(rules.points_back.search(question)))


def _is_complete(question: str, language: Language) -> bool:
    """Whether a question after "And" names what it is about, and has a verb.

    True for "And who manages Leeds?" and "And when does the pool open?". False for "And when in
    Leeds?", and for "And how did Leeds react?", which does not say to what.
    """
    opening = language.followups.joins_on.match(question)
    rest = question[opening.end() :] if opening else ""
    wh = language.replacing.wh.match(rest)
    if wh is None:
        return False
    spans = [*name_spans(rest, language=language), *phrase_spans(rest, language)]
    starts = [start for start, _ in spans if start >= wh.end()]
    if not starts:
        return False
    if language.followups.asks_who.fullmatch(wh[0]) and _content(
        rest[wh.end() : min(starts)], language
    ):
        return True
    is_bare = len(tokens(rest[max(end for _, end in spans) :])) == 1  # the verb without an object
    if is_bare and language.followups.asks_how.fullmatch(wh[0]):
        return False
    return bool(language.replacing.verb.search(rest, wh.end()))


def _content(question: str, language: Language) -> list[str]:
    return [word for word, _, _ in tokens(question) if not is_stop_word(word, language=language)]


def _joined(question: str, base: str, language: Language) -> str:
    """Combines both questions, as in "Did Baku expel diplomats, and why?".

    If ``question`` replaces a part of ``base``, the result is ``base`` with that part replaced.
    """
    rest = language.followups.joins_on.sub("", question).strip()
    if not rest.strip("?!. ") or len(base) > _MOST_JOINED:
        return question
    if other := replaced(rest, base, language):
        return other[:1].upper() + other[1:]
    opening = rest.split()[0]
    if is_stop_word(opening.strip("?,.!"), language=language):
        rest = rest[0].lower() + rest[1:]
    return f"{base.rstrip().rstrip('?.! ')}{language.followups.joint}{rest}"


def _with_name(question: str, heard: Sequence[Turn], base: str, language: Language) -> str:
    """Replaces the first pronoun without a referent in the question with a name."""
    heard = heard[-_WINDOW:]
    asked = [turn for turn in heard if turn.role == "user"]
    topic = [Turn(role="user", text=base)]
    known = frozenset(fold(word) for word, _, _ in tokens(question))
    rules = language.followups
    for pattern, is_person, pools in (
        (rules.person, True, (heard, topic)),
        (rules.group, False, (asked[-1:], topic, asked, heard)),
        (rules.thing, False, (asked[-1:], topic, asked, heard)),
    ):
        said = (one for one in pattern.finditer(question) if not in_quotes(question[: one.start()]))
        found = next(said, None)
        if found is None or _is_answered(question, found, language, is_person=is_person):
            continue
        is_one = pattern is rules.thing
        if pattern is rules.group and asked and (group := _group(heard, language)):
            return _replaced(question, found, group, language)
        if is_one and asked and (thing := asked_thing(*_last(heard), language)):
            return _replaced(question, found, thing, language)
        if is_person and asked and (who := _who_did(found[0], heard, base, language)):
            return _replaced(question, found, who, language)
        names = (
            (thing_in(pool[0].text, language, known=known) if is_one and len(pool) == 1 else None)
            or best_referent(
                pool,
                is_person=is_person,
                is_one=is_one,
                known=known,
                language=language,
            )
            for pool in pools
        )
        name = next(filter(None, names), None)
        if name:
            return _replaced(question, found, name, language)
    return question


def _titled(pronoun: str, heard: Sequence[Turn], language: Language) -> tuple[str, ...]:
    """The last names with a title that does not fit ``pronoun``: "Ms Rose" and "he"."""
    rules = language.referents
    titles = rules.titled_she if rules.he.fullmatch(pronoun) else rules.titled_he
    return tuple(match["name"] for turn in heard for match in titles.finditer(turn.text))


def _who_did(pronoun: str, heard: Sequence[Turn], base: str, language: Language) -> str | None:
    """The full name that answers "Who succeeded him?", or None.

    None if the question has ``pronoun`` itself, which means someone else, or asks who a name is.
    """
    question, answer = _last(heard)
    rules = language.referents
    pronouns = rules.he if rules.he.fullmatch(pronoun) else rules.she
    opening = language.followups.asks_who.match(_plain(question, language))
    if (
        opening is None
        or pronouns.search(question)
        or language.followups.points_back.search(question)
    ):
        return None
    rest = base[opening.end() :]
    names = name_spans(rest, language=language)
    if language.phrases.before_verb.match(rest.strip().split(" ")[0] + " ") or any(
        rules.asked_about.fullmatch(rest[:start].lstrip()) for start, _ in names
    ):
        return None
    known = {fold(word) for word, _, _ in tokens(f"{question} {base}")}
    told = [Turn(role="agent", text=answer)]
    others = _titled(pronoun, heard, language)
    name = best_referent(told, is_person=True, known=known, others=others, language=language)
    return name if name and " " in name else None


def _group(heard: Sequence[Turn], language: Language) -> str | None:
    """The group that the last question or its answer names, or None."""
    return group_in(*_last(heard), language)


def _last(heard: Sequence[Turn]) -> tuple[str, str]:
    """The last question and its answer."""
    question = max(place for place, turn in enumerate(heard) if turn.role == "user")
    return heard[question].text, " ".join(turn.text for turn in heard[question + 1 :])


def _is_answered(
    question: str, pronoun: re.Match[str], language: Language, *, is_person: bool
) -> bool:
    """Whether the pronoun needs no referent from the conversation.

    It refers to nothing ("it rained"), or to something before it in the question.
    """
    before = question[: pronoun.start()]
    if is_person:
        names = full_name_spans(before, language=language)
        return any(
            _is_full(before, start, end, language) or _is_subject(before, start, end, language)
            for start, end in names
        )
    rules = language.followups
    if rules.no_thing.search(question):
        return True
    *_, clause = (0, *(match.start() for match in rules.clause.finditer(before)))
    named = any(start > 0 for start, _ in name_spans(before, language=language))
    return named or bool(_content(before[:clause], language))


def _is_subject(question: str, start: int, end: int, language: Language) -> bool:
    """Whether the name is the subject of a question: "When did Rose patent"."""
    verbs = language.phrases.auxiliaries | language.questions.plural_verbs
    before = question[:start].lower().split()
    return bool(before) and before[-1] in verbs and bool(question[end:].strip())


def _is_full(question: str, start: int, end: int, language: Language) -> bool:
    """Whether the name looks like a person's full name: several words, and not a place."""
    is_place = language.referents.after_place.search(question[:start])
    return start > 0 and " " in question[start:end] and not is_place


def _replaced(question: str, pronoun: re.Match[str], name: str, language: Language) -> str:
    rules = language.followups
    word, after = pronoun.group().lower(), question[pronoun.end() :]
    if word in rules.own or (word in rules.own_before_noun and rules.noun.match(after)):
        name += rules.possessive[name.endswith("s")]
    elif short := rules.short.match(after):
        name += rules.full_forms[short[1].lower()]
        after = after[short.end() :]
    return question[: pronoun.start()] + name + after

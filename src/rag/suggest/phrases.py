"""Finds the parts of a sentence that a question can be made from: subjects, names, noun phrases.

The rules describe general English, with no specific names or topics. They are cautious: if a
phrase might end elsewhere, it is not used.
"""

import re
from dataclasses import dataclass

from rag.answer.attribution import speaker_note
from rag.language.english import phrases as rules
from rag.language.english.verbs import is_verb
from rag.language.names import name_spans
from rag.language.words import is_stop_word
from rag.schema import Article

__all__ = [
    "Clause",
    "clause",
    "is_name",
    "is_person",
    "is_whole",
    "leads",
    "meant",
    "noun_phrase",
    "without_role",
]

_MOST_WORDS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A sentence split into its subject, a name that can be understood alone, and the rest.

    ``is_person`` is True if a role, a description or a pronoun shows that the subject is a person.
    """

    subject: str
    rest: str
    is_person: bool = False


def clause(article: Article, start: int, end: int) -> Clause | None:
    """Splits the sentence from ``start`` to ``end`` into its subject and the rest from the verb on.

    Returns None if the subject is not a name, or may be longer than the name.
    """
    text = " ".join(article.text[start:end].split())
    opening = rules.OPENING.match(text)
    body = text[opening.end() :] if opening else text
    instead = rules.INSTEAD.match(body)
    if instead:
        name, rest = meant(article, start), body[instead.end() :]
        whole = name is not None and rules.VERB_AHEAD.match(rest)
        return Clause(subject=name, rest=rest, is_person=True) if name and whole else None
    named = (_named(article, body, *span) for span in name_spans(body)[:3])
    return next(filter(None, named), None) or _described(body)


def meant(article: Article, start: int) -> str | None:
    """Returns the full name of the person that the sentence at ``start`` leaves out, or None."""
    name = without_role(speaker_note(article, start) or "")
    return name if " " in name and is_whole(name) and is_name(name, article) else None


def _named(article: Article, body: str, start: int, end: int) -> Clause | None:
    """Returns the name from ``start`` to ``end`` as the subject; the rest skips an appositive."""
    before, name = body[:start], body[start:end]
    beside = rules.APPOSITIVE.match(body[end:])
    rest = body[end + beside.end() - 1 :] if beside else body[end:]
    ahead = rules.VERB_AHEAD.match(rest)
    if ahead is None or not (
        is_verb(ahead["verb"]) or re.fullmatch(rules.AUXILIARY, ahead["verb"])
    ):
        return None
    own = without_role(name)
    if (
        not own[:1].isupper()
        or name.endswith(("’s", "'s"))
        or re.match(r"\S+-[a-z]", own)
        or not is_name(own, article)
        or not leads(before)
    ):
        return None
    the = "the " if before == "The " and own == name else ""
    if (before and not the and " " not in own) or not is_whole(own):
        return None
    office = own != name or _is_role(before) or bool(rules.TITLE.search(before))
    known = office or bool(beside and rules.A_ROLE.search(beside[0]))
    person = known or (not the and is_person(own, article))
    return Clause(subject=the + own, rest=rest, is_person=person)


def _described(body: str) -> Clause | None:
    """Returns a subject that contains a name, such as "The dam on the Aras", up to an auxiliary."""
    match = rules.DESCRIBED.match(body)
    if match is None or not noun_phrase(f"the {match['words']}") or not name_spans(match["words"]):
        return None
    if any(is_verb(word) for word in match["words"].split()):
        return None
    return Clause(subject=f"the {match['words']}", rest=body[match.end("words") :])


def leads(before: str) -> bool:
    """Whether the words before a name only describe it, as in "The Israeli author"."""
    words = before.split()
    described = bool(rules.BEFORE_NAME.fullmatch(before)) and not any(
        is_verb(word) or (is_stop_word(word) and word.lower() not in rules.DETERMINERS)
        for word in words
    )
    titled = rules.TITLE.fullmatch(before) is not None
    return not words or before == "The " or titled or (described and _is_role(before))


def _is_role(words: str) -> bool:
    return bool(rules.ROLE_END.match(words.strip()))


def is_whole(name: str) -> bool:
    """Whether the name is complete, not cut off after a title as in "Republican Rep"."""
    return rules.TITLE.search(f"{name}. ") is None


def without_role(name: str) -> str:
    """Returns the name without a role before it: "Ann Lee" for "Foreign Minister Ann Lee"."""
    words = name.split()
    offices = [n for n, _ in enumerate(words, 1) if _is_role(" ".join(words[:n]))]
    return re.sub(r"[’']s?$", "", " ".join(words[offices[-1] :] if offices else words))


def is_name(name: str, article: Article) -> bool:
    """Whether ``name`` is a name: several capitalised words, or one capitalised in mid-sentence."""
    words = name.split()
    if " and " in name or any(not word[0].isupper() and not is_stop_word(word) for word in words):
        return False
    if rules.OPENER.match(name):
        return False
    if re.search(rf"(?<!\w){re.escape(words[0].lower())}(?!\w)", article.text):
        return False  # a common word, capitalised because it opens a sentence
    inside = re.search(rf"[a-z,] {re.escape(name)}\b", article.text)
    whole = len(words) > 1 and all(word[0].isupper() for word in words)
    return whole or (len(name) > 2 and inside is not None)


def is_person(name: str, article: Article) -> bool:
    """Whether ``article`` gives a role or title next to a full name with this last name."""
    full = rf"[A-Z][\w’'.-]+ (?:[A-Z]\. )?{re.escape(name.rsplit(maxsplit=1)[-1])}\b"
    found = re.search(rf"\b{rules.TITLED} {full}|{full}, {rules.APPOSED}", article.text)
    return found is not None


def noun_phrase(words: str) -> bool:
    """Whether ``words`` are certainly one noun phrase that can be understood alone.

    True for a name, and for a phrase that begins with an article or a possessive name and has more
    than one content word.
    """
    parts = words.split()
    if not 0 < len(parts) <= _MOST_WORDS or not re.fullmatch(r"[\w’'. -]+", words):
        return False
    if _is_bare_name(words):
        return True
    if not (
        parts[0] in rules.DETERMINERS or re.fullmatch(r"[A-Z]\w+[’']s", parts[0])
    ) or is_stop_word(parts[-1]):
        return False
    telling = [part for part in parts if not is_stop_word(part)]
    return len(telling) > 1 and all(map(_follows, parts, parts[1:])) and _ends_well(parts)


def _is_bare_name(words: str) -> bool:
    spans = name_spans(words)
    whole = [(0, len(words)), (4, len(words))] if words.startswith("the ") else [(0, len(words))]
    return bool(spans) and spans[0] in whole and " and " not in words


def _follows(one: str, other: str) -> bool:
    """Whether ``other`` may follow ``one`` within a noun phrase."""
    if other in rules.DETERMINERS:
        return one in rules.JOINING
    if is_stop_word(other) and other not in rules.JOINING:
        return False
    clashes = one[0].islower() and not is_stop_word(one) and other[0].isupper()
    return not clashes and not (one in rules.JOINING and other in rules.JOINING)


def _ends_well(parts: list[str]) -> bool:
    return not parts[-1].endswith(("ly", "ing")) and not is_verb(parts[-1])

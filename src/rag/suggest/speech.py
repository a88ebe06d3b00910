"""Questions about what someone says, asks for or promises, and what they accuse others of."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.language.names import name_spans
from rag.language.verbs import ASIDE, base_form, is_verb
from rag.schema import Article
from rag.suggest.phrases import (
    AUXILIARY,
    Clause,
    is_name,
    is_whole,
    leads,
    meant,
    noun_phrase,
    without_role,
)

__all__ = ["Said", "demand_questions", "said", "said_questions"]

_ASIDE = rf"(?:\s+{ASIDE})*"
_HEAD = rf"^{_ASIDE}(?:\s+(?:has|had|have))?{_ASIDE}\s+"
_WHEN = r"(?:\s+(?:on|at|in|during|after)\s[^,.;:“”\"]{3,60}?)?"
_SAID = (
    r"(?:said|says|stated|noted|stressed|added|announced|argued|claimed|warned|declared|explained"
    r"|underlined|insisted|emphasi[sz]ed|wrote|tweeted)"
)
_BEFORE_WORDS = re.compile(
    _HEAD + rf"(?:{_SAID}|told\s[A-Z]\w+(?:\s[A-Z]\w+)*){_WHEN}"
    r"(?:\s+that\s+|,?\s+[“\"]|\s+(?=(?:the|an?|no|some|many|[A-Z]\w+)\b))"
)
_NAME = r"[A-ZÀ-ÖØ-Þ][\w’'.-]+(?:\s(?:de|da|del|van|von|al|bin|[A-Z]\.|[A-ZÀ-ÖØ-Þ][\w’'-]+))+"
_AFTER_WORDS = re.compile(
    rf"^(?P<words>.+?)(?:,[”\"]|[?!][”\"]|,)\s(?:{_SAID}\s(?P<after>(?:[\w’'-]+\s){{0,5}}?{_NAME})"
    rf"|(?P<before>{_NAME})\s(?:{_SAID}|told)\b)"
)
_ENDS = (
    rf"(?=[,.;?!”\"]|\s(?:{AUXILIARY}|and|but|which|who|because|if|when|as|after|before|while)\b)"
)
_ABOUT = re.compile(
    rf"\b(?:about|over|against|with|for|of|toward|towards)\s"
    rf"(?P<about>the(?:\s(?!(?:the|an?)\b)[\w’'-]+){{2,4}}?){_ENDS}"
)
_OPENING = re.compile(r"^[“\"]?(?:[A-Z][\w ’'-]{2,40}, )?")
_CALLS = re.compile(
    _HEAD + r"(?P<verb>called|described|labelled|labeled|branded|dubbed)"
    r"\s(?P<object>[^,.;:“”\"()]{3,50}?)\s(?:as\s)?(?:an?\s|the\s|[“\"])"
)
_HOLDS = re.compile(
    _HEAD + r"(?P<verb>requires|bans|banned|provides|prohibits"
    r"|prohibited|causes|caused|produces|treats|supports|opposes)"
    r"\s(?!(?:it|him|her|them|that)\b)[a-z]"
)
_ALONE = re.compile(
    rf"[,.;?!”\"]|[’']|$|\s(?:{AUXILIARY}|to|in|on|for|from|with|at|by|as|who|which|that)\b"
)
_FULL = re.compile(
    rf"(?<!\bin )(?<!\bat )(?<!\bby )(?<!\bto )(?<!\bon )(?<!\bvia )(?<!\bnear )(?<!\bfrom )"
    rf"(?<!\b(?:in|at|by|to|on) the )(?<!\bfrom the )\b{_NAME}"
)
_VAGUE = re.compile(
    r"\b(?:years?|months?|weeks?|days?|times?|hours?|minutes?|nights?|mornings?|evenings?|decades?"
    r"|moments?|points?|ends?|beginning|future|past|fact|way|need|number|kind|lot|thing|things|rest"
    r"|last|next|first|second|third|few|many|several|summer|winter|spring|fall|weekend"
    r"|question|questions|answer|right|left|best|worst|most|more|result|case|cases|side|sides|two"
    r"|three|four|five|season|part|parts|level|process|situation|issue)\b",
    re.IGNORECASE,
)
_PLURAL = re.compile(
    r"(?!(?:the|an?|those|these|this|his|its|yes|always|sometimes|us)\b)(?:[a-z-]+\s){0,3}[a-z]{4,}[a-rt-z]s"
)
"""Plurals without an article, such as "severe thunderstorms"."""
_TO_OBJECT = re.compile(
    _HEAD + r"(?P<verb>urged|asked|ordered|called on|called upon|encouraged|invited|advised"
    r"|pressed|instructed|directed|required|requires|expects|expected|wants|wanted|forced|allows"
    r"|allowed|told)\s+(?P<object>[^,.;:“”\"()]{3,50}?)\s+to\s+(?!be\b)[a-z]+\b"
)
_OF_OBJECT = re.compile(
    _HEAD + r"(?P<verb>accused|blamed|thanked|praised|criticized|criticised|sued)"
    r"\s+(?P<object>[^,.;:“”\"()]{3,50}?)\s+(?P<of>of|for)\s"
)
_TO_DO = re.compile(
    _HEAD + r"(?P<verb>agreed|promised|pledged|vowed|refused|decided|threatened|plans|planned|wants"
    r"|wanted|hopes|hoped|intends|declined|attempted|tried|failed|agrees"
    r"|refuses|vows|aims|aimed|offered|offers|seeks|sought|voted|chose)\s+to\s+(?!(?:be|do|comment)\b)[a-z]+\b"
)
_FOR = re.compile(
    _HEAD + r"(?P<verb>"
    r"called for|warned of|warned against|warned about|apologi[sz]ed for"
    r"|complained about|spoke about|talked about|argued for|asked for|consists of"
    r"|suffers from|suffered from|died of|died from|relies on|depends on"
    r"|testified about|voted for|voted against|pleaded guilty to|pleaded not guilty to"
    r"|admitted to|speciali[sz]es in|focuses on|focused on|led to|leads to"
    r"|stands for|deals with|recovered from|derives from"
    r")\s+\w"
)
_OBJECT = re.compile(
    _HEAD + r"(?P<verb>condemned|denied|rejected|denounced|proposed|discovered|unveiled|invented"
    r"|banned|recommended|won|signed|launched|announced|released|published|created|founded|acquired"
    r"|bought|sold|approved|suspended|cancelled|canceled|requested)\s+(?:the|an?|any|all)\s"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A speaker, and the words that they say."""

    speaker: str
    words: str


def said(article: Article, start: int, end: int, found: Clause | None) -> Said | None:
    """Returns who speaks in the sentence from ``start`` to ``end`` and the words, or None.

    ``found`` is the clause of the sentence.
    """
    text = " ".join(article.text[start:end].split())
    head = _BEFORE_WORDS.search(found.rest) if found else None
    if found and head:
        return Said(speaker=found.subject, words=found.rest[head.end() :])
    tail = _AFTER_WORDS.search(text)
    if tail:
        name = _last_name(article, tail["after"] or tail["before"])
        return Said(speaker=name, words=tail["words"]) if name else None
    name = meant(article, start) if re.fullmatch(r"[“\"][^“”\"]+[”\"]", text) else None
    return Said(speaker=name, words=text) if name else None


def _last_name(article: Article, words: str) -> str | None:
    """Returns the name that ends ``words`` if only a role precedes it: "Abbott chief Ann Lee"."""
    start, end = name_spans(words)[-1]
    name = without_role(words[start:end].partition(" of ")[0])
    known = " " in name and is_whole(name) and is_name(name, article) and leads(words[:start])
    return f"the {name}" if known and words[:start] == "the " else name if known else None


def said_questions(found: Said, article: Article) -> Iterator[tuple[str, str]]:
    """Yields questions about what the speaker says of the topics and names in the words."""
    things = (match["about"] for match in _ABOUT.finditer(found.words))
    abouts = [about for about in things if noun_phrase(about)]
    names = [name for name in _names(found.words) if is_name(name.removeprefix("the "), article)]
    for about in filter(None, [_begun(found.words, article), *abouts, *names]):
        named = set(about.split()) & set(found.speaker.split()) - {"the", "of"}
        if not named and not _VAGUE.search(about):
            yield "said", f"What did {found.speaker} say about {about}?"


def _names(words: str) -> Iterator[str]:
    """Yields the full names in ``words`` that are used alone and do not name a place."""
    for match in _FULL.finditer(words):
        name = without_role(match[0])
        whole = is_whole(name) and not re.search(r"[A-Z][\w’'.-]* $", words[: match.start()])
        if " " in name and whole and _ALONE.match(words[match.end() :]):
            the = words[: match.start()].endswith("the ") and name == match[0]
            yield f"the {name}" if the else name


def _begun(words: str, article: Article) -> str | None:
    """Returns the noun phrase before the first verb of ``words``, usually their topic."""
    opening = _OPENING.match(words)
    parts = words[opening.end() if opening else 0 :].split()
    verb = next((n for n, word in enumerate(parts) if n and _is_finite(word, parts[n - 1])), None)
    about = re.sub(rf"\s{ASIDE}$|\s\w+ly$", "", " ".join(parts[:verb])) if verb else ""
    about = re.sub(r"^(The|An?)\b", lambda word: word[0].lower(), about)
    first = about.partition(" ")[0]
    fits = noun_phrase(about) and (
        first.islower() or is_name(re.sub(r"[’']s$", "", first), article)
    )
    return about if fits or _PLURAL.fullmatch(about) else None


def _is_finite(word: str, before: str) -> bool:
    """Whether ``word`` is a finite verb after ``before``: "cuts" counts only after a name."""
    if re.fullmatch(AUXILIARY, word):
        return True
    return is_verb(word) and (word.endswith("ed") or before[:1].isupper())


def demand_questions(found: Clause) -> Iterator[tuple[str, str]]:
    """Yields the kind and text of questions about what the subject demands, refuses or does."""
    for sort, pattern in (("asked to", _TO_OBJECT), ("accused", _OF_OBJECT)):
        match = pattern.search(found.rest)
        if match and noun_phrase(match["object"]):
            end = "to do" if sort == "asked to" else match["of"]
            yield sort, _ask(found, match["verb"], f"{match['object']} {end}")
    calls = _CALLS.search(found.rest)
    if calls and noun_phrase(calls["object"]):
        asks = "How" if calls["verb"] == "described" else "What"
        yield "called", _ask(found, calls["verb"], calls["object"], asks=asks)
    for sort, pattern, end in (
        ("object", _HOLDS, ""),
        ("to do", _TO_DO, "to do"),
        ("called for", _FOR, ""),
        ("object", _OBJECT, ""),
    ):
        match = pattern.search(found.rest)
        if match:
            yield sort, _ask(found, match["verb"], end)


def _ask(found: Clause, verb: str, end: str, *, asks: str = "What") -> str:
    first, _, more = verb.partition(" ")
    helper, base = base_form(first) or ("did", first)
    return " ".join(f"{asks} {helper} {found.subject} {base} {more} {end}".split()) + "?"

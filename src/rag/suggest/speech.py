"""Questions about what someone says, asks for or promises, and what they accuse others of."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.language.english import demands as rules
from rag.language.english.phrases import AUXILIARY
from rag.language.english.verbs import base_form, is_verb
from rag.language.names import name_spans
from rag.schema import Article
from rag.suggest.phrases import (
    Clause,
    is_name,
    is_whole,
    leads,
    meant,
    noun_phrase,
    without_role,
)

__all__ = ["Said", "demand_questions", "said", "said_questions"]


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
    head = rules.BEFORE_WORDS.search(found.rest) if found else None
    if found and head:
        return Said(speaker=found.subject, words=found.rest[head.end() :])
    tail = rules.AFTER_WORDS.search(text)
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
    things = (match["about"] for match in rules.ABOUT.finditer(found.words))
    abouts = [about for about in things if noun_phrase(about)]
    names = [name for name in _names(found.words) if is_name(name.removeprefix("the "), article)]
    for about in filter(None, [_begun(found.words, article), *abouts, *names]):
        named = set(about.split()) & set(found.speaker.split()) - {"the", "of"}
        if not named and not rules.VAGUE.search(about):
            yield "said", f"What did {found.speaker} say about {about}?"


def _names(words: str) -> Iterator[str]:
    """Yields the full names in ``words`` that are used alone and do not name a place."""
    for match in rules.FULL.finditer(words):
        name = without_role(match[0])
        whole = is_whole(name) and not re.search(r"[A-Z][\w’'.-]* $", words[: match.start()])
        if " " in name and whole and rules.ALONE.match(words[match.end() :]):
            the = words[: match.start()].endswith("the ") and name == match[0]
            yield f"the {name}" if the else name


def _begun(words: str, article: Article) -> str | None:
    """Returns the noun phrase before the first verb of ``words``, usually their topic."""
    opening = rules.OPENING.match(words)
    parts = words[opening.end() if opening else 0 :].split()
    verb = next((n for n, word in enumerate(parts) if n and _is_finite(word, parts[n - 1])), None)
    about = rules.ADVERB_LAST.sub("", " ".join(parts[:verb])) if verb else ""
    about = rules.ARTICLE_FIRST.sub(lambda word: word[0].lower(), about)
    first = about.partition(" ")[0]
    fits = noun_phrase(about) and (
        first.islower() or is_name(re.sub(r"[’']s$", "", first), article)
    )
    return about if fits or rules.PLURAL.fullmatch(about) else None


def _is_finite(word: str, before: str) -> bool:
    """Whether ``word`` is a finite verb after ``before``: "cuts" counts only after a name."""
    if re.fullmatch(AUXILIARY, word):
        return True
    return is_verb(word) and (word.endswith("ed") or before[:1].isupper())


def demand_questions(found: Clause) -> Iterator[tuple[str, str]]:
    """Yields the kind and text of questions about what the subject demands, refuses or does."""
    for sort, pattern in (("asked to", rules.TO_OBJECT), ("accused", rules.OF_OBJECT)):
        match = pattern.search(found.rest)
        if match and noun_phrase(match["object"]):
            end = "to do" if sort == "asked to" else match["of"]
            yield sort, _ask(found, match["verb"], f"{match['object']} {end}")
    calls = rules.CALLS.search(found.rest)
    if calls and noun_phrase(calls["object"]):
        asks = "How" if calls["verb"] == "described" else "What"
        yield "called", _ask(found, calls["verb"], calls["object"], asks=asks)
    seen = rules.SEEN_AS.search(found.rest)
    if seen and noun_phrase(seen["as"]):
        yield "seen as", _ask(found, seen["verb"], f"as {seen['as']}")
    for sort, pattern, end in (
        ("object", rules.HOLDS, ""),
        ("to do", rules.TO_DO, "to do"),
        ("called for", rules.FOR, ""),
        ("object", rules.OBJECT, ""),
    ):
        match = pattern.search(found.rest)
        if match:
            yield sort, _ask(found, match["verb"], end)


def _ask(found: Clause, verb: str, end: str, *, asks: str = "What") -> str:
    first, _, more = verb.partition(" ")
    helper, base = base_form(first) or ("did", first)
    return " ".join(f"{asks} {helper} {found.subject} {base} {more} {end}".split()) + "?"

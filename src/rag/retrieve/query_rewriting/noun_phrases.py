"""Finds definite noun phrases in questions: "the tram line" in "What will the tram line cost?"."""

import re

from rag.language import Language
from rag.language.names import name_spans
from rag.language.words import fold, is_stop_word, tokens

__all__ = ["asked_thing", "phrase_spans", "thing_in"]

_MOST_WORDS = 3  # words of the noun after "which"


def thing_in(
    question: str, language: Language, *, known: frozenset[str] = frozenset()
) -> str | None:
    """The last definite noun phrase in the singular, or None.

    Phrases that contain a word in ``known`` (folded) are skipped.
    """
    for start, end in reversed(phrase_spans(question, language)):
        phrase = question[start:end]
        head = fold(phrase.split()[-1])
        if _is_thing(head, language) and not {fold(word) for word in phrase.split()} & known:
            return f"{phrase[0].lower()}{phrase[1:]}"
    return None


def asked_thing(question: str, answer: str, language: Language) -> str | None:
    """The thing that ``question`` asks for, with its name if ``answer`` has it, or None.

    After "Which dam did they open?" this is "the Rose Dam" or "the dam".
    """
    opening = language.phrases.asks_thing.match(question)
    if opening is None:
        return None
    noun: list[str] = []
    for word, _, end in tokens(question[opening.end() :])[: _MOST_WORDS + 1]:
        if is_stop_word(word, language=language):
            before = f"{question[: opening.end() + end]} "
            noun = noun if language.referents.asked_about.search(before) else noun[:1]
            break
        noun.append(word)
    else:
        noun = noun[:1]  # "Which ferry sank?"
    is_verb = language.phrases.participle.fullmatch
    if any(map(is_verb, noun)):
        noun = noun[:1]
    if (
        not noun
        or is_verb(noun[-1])
        or not noun[-1].islower()
        or not _is_thing(fold(noun[-1]), language)
    ):
        return None
    for start, end in name_spans(answer, language=language):
        name, before = answer[start:end].rstrip(".,"), answer[:start]
        if name.lower().endswith(f" {noun[-1]}"):
            led = language.phrases.leads_name.search(before)
            return f"{led[0].lower() if led else ''}{name}"
        if re.search(rf"\b{re.escape(noun[-1])} $", before) or name == answer.rstrip("."):
            return f"{language.replacing.article} {' '.join(noun)} {name}"
    return f"{language.replacing.article} {' '.join(noun)}"


def _is_thing(head: str, language: Language) -> bool:
    rules = language.phrases
    return not (
        head in rules.no_thing
        or rules.several.fullmatch(head)
        or language.named.person.fullmatch(head)
    )


def phrase_spans(question: str, language: Language) -> list[tuple[int, int]]:
    """The spans of the definite noun phrases, with their article and without a verb after them."""
    found = []
    for match in language.phrases.phrase.finditer(question):
        words = tokens(match["words"])
        stop = next(
            (n for n, (word, _, _) in enumerate(words) if is_stop_word(word, language=language)),
            len(words),
        )
        words = words[:stop]
        if not words:
            continue
        rest = question[match.start("words") + words[-1][2] :]
        if _ends_with_verb(question[: match.start()], [word for word, _, _ in words], language):
            words, rest = words[:-1], ""
        if words[-1][0][0].islower() and not language.phrases.goes_on.match(rest):
            found.append((match.start(), match.start("words") + words[-1][2]))
    return found


def _ends_with_verb(before: str, words: list[str], language: Language) -> bool:
    """Whether the last word is the verb or predicate of the question: "does the shop open"."""
    rules = language.phrases
    if len(words) < 2:
        return False
    return bool(
        rules.before_verb.search(before)
        or rules.participle.fullmatch(words[-1])
        or rules.trailing.fullmatch(words[-1])
    )

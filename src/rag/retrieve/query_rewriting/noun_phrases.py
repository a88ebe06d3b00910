"""Finds definite noun phrases in questions: "the tram line" in "What will the tram line cost?"."""

from rag.language import Language
from rag.language.words import fold, is_stop_word, tokens

__all__ = ["phrase_spans", "thing_in"]


def thing_in(
    question: str, language: Language, *, known: frozenset[str] = frozenset()
) -> str | None:
    """The last definite noun phrase in the singular, or None.

    Phrases that contain a word in ``known`` (folded) are skipped.
    """
    rules = language.phrases
    for start, end in reversed(phrase_spans(question, language)):
        phrase = question[start:end]
        head = fold(phrase.split()[-1])
        is_thing = not (
            head in rules.no_thing
            or rules.several.fullmatch(head)
            or language.named.person.fullmatch(head)
        )
        if is_thing and not {fold(word) for word in phrase.split()} & known:
            return f"{phrase[0].lower()}{phrase[1:]}"
    return None


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

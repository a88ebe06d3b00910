"""Checks to whom a claim attributes a statement: "Lind said …", "…, according to the mayor"."""

import re
from collections.abc import Sequence

from rag.check.facts import Sentence, read_sentence, union
from rag.language.language import Language
from rag.language.words import stem

__all__ = ["is_said_beside", "other_speaker", "without_source"]

_BEFORE = 2  # sentences before the nearest one that may name the speaker
_BY = 3  # words on each side of a verb of speech that may name the speaker
_WHO = r"[^,.;“”\"]{2,60}"


def without_source(claim: str, language: Language) -> tuple[str, str]:
    """The claim without the words that attribute it to someone, and these words, or "".

    Only words at the start or the end are split off: "Lind said", "according to the mayor".
    """
    verbs = _verbs(language)
    said = rf"(?:{_WHO} {verbs}|{verbs} {_WHO})"
    tail = re.compile(rf"(?:,(?P<end>[”\"]?)|(?<=,[”\"])) {said}(?=\.?$)")
    for pattern in (language.speech.attribution, tail):
        if match := pattern.search(claim):
            return claim[: match.start()] + claim[match.end() :], match[0].strip(' ,”"')
    return claim, ""


def is_said_beside(
    speaker: str, one: Sentence, read: Sequence[Sentence], language: Language
) -> bool:
    """Whether a source names ``speaker`` in or near its sentence ``one``; ``read`` has them all."""
    said = read_sentence(speaker, language=language)
    if any(word in language.questions.denials for word in said.words):
        return False
    reporting = _stems(language.speech.reporting, language)
    place = read.index(one)
    near = [*read[max(0, place - _BEFORE) : place + 2], read[0]]
    wanted = said.content - reporting
    if wanted <= read[0].content and reporting.isdisjoint(read[0].stems):  # the outlet
        return True
    return wanted <= union(near) and not _is_of_another(wanted, one, read, language)


def other_speaker(claim: str, one: Sentence, read: Sequence[Sentence], language: Language) -> str:
    """The speaker at the start of a claim, if the source names another for ``one``; else ""."""
    match = re.match(rf"(?P<who>{_WHO}?) {_verbs(language)} ", claim)
    if match is None:
        return ""
    speaker = read_sentence(match["who"], language=language).content
    return match["who"] if speaker and _is_of_another(speaker, one, read, language) else ""


def _is_of_another(
    speaker: frozenset[str], one: Sentence, read: Sequence[Sentence], language: Language
) -> bool:
    """Whether a sentence names a speaker other than the claimed one.

    False if its speaker is a pronoun, or if a sentence has words of both: "Ada Lind, the mayor".
    """
    reporting = _stems(language.speech.reporting, language)
    places = [n for n, word in enumerate(one.stems) if word in reporting]
    if not places or speaker & one.content:
        return False
    beside = {word for n in places for word in one.stems[max(0, n - _BY) : n + _BY + 1]}
    named = beside & one.content - reporting
    return (
        bool(named)
        and beside.isdisjoint(_stems(language.speech.speakers, language))
        and not any(named & each.content and speaker & each.content for each in read)
    )


def _verbs(language: Language) -> str:
    return rf"(?:{'|'.join(sorted(language.speech.reporting))})"


def _stems(words: frozenset[str], language: Language) -> frozenset[str]:
    return frozenset(stem(word, language.stemmer) for word in words)

"""Compares a claim with its sources: the most similar sentences, and the reasons against it."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rag.check.along import read_along
from rag.check.denials import disagreeing
from rag.check.facts import Sentence, read_sentence, sentences_of, union
from rag.check.grounds import misquoted, ungrounded
from rag.check.model import features
from rag.check.reasons import Reason
from rag.check.roles import exchanged
from rag.language import language_for

__all__ = ["Examined", "examine"]

_MOST = 4  # maximum sentences of the sources that a claim is compared with


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A claim compared with its sources, before the verdict.

    ``asked`` is the claim. ``chosen`` has the sentences that it is compared with, the most similar
    first, and ``numbers`` the indices of their sources. ``beside`` has all sentences of the source
    that contains the most similar one, and ``known`` the content words of all sources. ``unfound``
    has the claim's content words that no source contains. ``model.features`` explains ``features``.
    """

    asked: Sentence
    chosen: tuple[Sentence, ...]
    numbers: tuple[int, ...]
    reasons: tuple[Reason, ...]
    unfound: str
    beside: tuple[Sentence, ...]
    known: frozenset[str]
    features: Mapping[str, float]


def examine(
    claim: str,
    sources: Sequence[str],
    *,
    language: str = "en",
    published: Sequence[date | None] = (),
) -> Examined | None:
    """Compares a claim with its sources; None if the claim or the sources have no words."""
    known = language_for(language)
    asked = read_sentence(claim, language=known)
    days = [*published, *[None] * len(sources)]
    read = [
        (number, sentence)
        for number, text in enumerate(sources)
        for sentence in sentences_of(text, language, days[number])
    ]
    if not asked.content or not read:
        return None
    everything = [sentence for _, sentence in read]
    given = asked
    asked = read_sentence(_as_dated(asked, everything), language=known)
    places = _evidence(asked, everything)
    chosen = tuple(everything[place] for place in places)
    along = read_along(asked, everything, chosen)
    reasons = (
        *misquoted(given.quotations, sources),
        *ungrounded(given, everything, chosen, nationalities=known.named.nationalities),
        *disagreeing(asked, along, known),
        *exchanged(given, everything),
    )
    return Examined(
        asked=asked,
        chosen=chosen,
        numbers=tuple(read[place][0] for place in places),
        reasons=tuple(_once(reasons)),
        unfound=_unfound(asked, everything),
        beside=tuple(one for number, one in read if number == read[places[0]][0]),
        known=union(everything),
        features=features(asked, everything, chosen, along),
    )


def _once(reasons: Sequence[Reason]) -> Iterator[Reason]:
    """Each reason once; without those that do not say what the source has if another one does."""
    told = {(reason.kind, reason.words) for reason in reasons if reason.source}
    for reason in dict.fromkeys(reasons):
        if reason.source or (reason.kind, reason.words) not in told:
            yield reason


def _as_dated(asked: Sentence, everything: Sequence[Sentence]) -> str:
    """The claim with each date in the wording of the most similar sentence that states that day."""
    text = asked.text
    for start, end, keys in reversed(_dates(asked)):
        holding = [one for one in everything if keys <= one.keys]
        said = read_sentence(text[start:end])
        if not holding or any(text[start:end] in quoted for quoted in asked.quotations):
            continue
        best = max(holding, key=lambda one: len(asked.content & one.content))
        same = next((f for f in best.facts if f.kind == "date" and keys <= f.keys), None)
        if same and not set(said.stems) <= set(best.stems):
            text = text[:start] + same.words + text[end:]
    return text


def _dates(asked: Sentence) -> list[tuple[int, int, frozenset[str]]]:
    """The dates of a claim, as (start, end, keys); "Wednesday, 12 March" is one date."""
    found: list[tuple[int, int, frozenset[str]]] = []
    for fact in sorted((f for f in asked.facts if f.kind == "date"), key=lambda f: f.start):
        if found and not asked.text[found[-1][1] : fact.start].strip(" ,("):
            start, _, keys = found.pop()
            found.append((start, fact.end, keys | fact.keys))
        else:
            found.append((fact.start, fact.end, fact.keys))
    return found


def _unfound(asked: Sentence, everything: Sequence[Sentence]) -> str:
    known = union(everything)
    words = [
        asked.text[start:end]
        for stem, (start, end) in zip(asked.stems, asked.spans, strict=True)
        if stem in asked.content and stem not in known
    ]
    return " ".join(words)


def _evidence(asked: Sentence, everything: Sequence[Sentence]) -> list[int]:
    """The sentences that together contain the most words of the claim, the best one first.

    Rare words have more weight.
    """
    counts = {w: sum(w in one.content for one in everything) for w in asked.content}
    weights = {w: 1 / (1 + math.log(n)) for w, n in counts.items() if n}
    places: list[int] = []
    left = set(weights)
    while left and len(places) < _MOST:
        gains = [sum(weights[w] for w in left & one.content) for one in everything]
        best = max(range(len(gains)), key=lambda place: (gains[place], -place))
        if places and gains[best] < 0.5:
            break
        places.append(best)
        left -= everything[best].content
    return places or [0]

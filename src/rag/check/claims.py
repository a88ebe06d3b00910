"""Checks a claim against sources: quotations, facts and denials, then the wording as a whole."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.check.corrections import withdrawal
from rag.check.facts import Sentence, read_sentence, sentences_of
from rag.check.grounds import Reason, disagreeing, exchanged, misquoted, share, ungrounded, union
from rag.check.model import MOST, features, load_model
from rag.check.words import words_of
from rag.language import language_for
from rag.language.language import Language
from rag.language.words import stem

__all__ = ["Examined", "Reason", "Support", "check_claim", "examine"]

_ALIKE = 0.5  # minimum share of a claim's words in a source that supports part of it
_FIGURE = 0.6  # the same for a source with a different figure
_WORDS, _TRIPLES = 0.9, 0.5  # limits of a strict check: see docs/guides/checking.md
_BEFORE = 2  # sentences before the nearest one that may name the speaker
_BY = 3  # words on each side of a verb of speech that may name the speaker
_MORE = 2  # minimum further words of the claim in an additional sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """Whether sources support a claim.

    ``verdict`` is "supported", "partly", "contradicted" (by a figure) or "not found". ``score``
    estimates the probability, in [0, 1], that the whole sentence is supported. ``source`` and
    ``span`` are the number of the source with the most similar sentence and its offsets, or None.
    """

    verdict: str
    score: float
    reasons: tuple[Reason, ...] = ()
    source: int | None = None
    span: tuple[int, int] | None = None
    evidence: tuple[tuple[int, int, int], ...] = ()

    @property
    def supported(self) -> bool:
        """Whether the claim is supported."""
        return self.verdict == "supported"


def check_claim(
    claim: str,
    sources: Sequence[str],
    *,
    language: str = "en",
    strict: bool = False,
    published: Sequence[date | None] = (),
) -> Support:
    """Checks whether ``sources`` support ``claim``, which has one or a few sentences.

    ``published`` has the day on which each source was published. With it, "on Wednesday" in a
    source is compared with "12 March" in the claim; without it, the day is unknown.

    With ``strict``, as for sentences of a language model, the sources must also contain 90% of its
    content words and half of its runs of three words. Words such as "according" do not count.

    A sentence that a source prints is supported. For any other sentence, checks in this order:
    whether each quotation is exact; whether the matching sentences contain each number, date and
    name; whether denials, hedges, roles and speakers agree; and whether the sources support the
    wording as a whole, by a logistic regression that ``training/check.py`` fits. A claim is
    contradicted if a correction among the sources withdraws its figure, date or name.
    """
    found = examine(claim, sources, language=language, published=published)
    if found is None:
        return Support(verdict="not found", score=0.0, reasons=(Reason(kind="words", words=claim),))
    model = load_model()
    score = model.score(found.features)
    core, speaker = _without_source(claim, language)
    if core != claim and (alone := examine(core, sources, language=language, published=published)):
        if _is_beside(speaker, alone, sources[alone.source], language):
            score = max(score, model.score(alone.features))
        else:
            found = replace(found, reasons=(*found.reasons, Reason(kind="words", words=speaker)))
    if other := _attributed(claim, found, sources[found.source], language):
        found = replace(found, reasons=(*found.reasons, other))
    if _is_printed(claim, found):
        found, score = replace(found, reasons=()), 1.0
    verdict = _verdict(found, _nationalities(language), is_likely=score >= model.threshold)
    if corrected := _corrected(claim, sources, language):
        found = replace(found, reasons=(corrected, *found.reasons))
        verdict = "contradicted" if verdict != "not found" else verdict
    if strict and verdict == "supported" and not _is_close(claim, sources, language, published):
        verdict = "partly"
    reasons = found.reasons
    if not reasons and verdict != "supported":
        reasons = (Reason(kind="words", words=found.unfound or claim),)
    return Support(
        verdict=verdict,
        score=round(min(score, model.threshold / 2) if found.reasons else score, 4),
        reasons=reasons,
        source=found.source,
        span=(found.chosen[0].start, found.chosen[0].start + len(found.chosen[0].text)),
        evidence=tuple(_saying(found)),
    )


def _without_source(claim: str, code: str) -> tuple[str, str]:
    """Splits off the words at the start or end of a claim that attribute it to someone."""
    speech = language_for(code).speech
    verbs = "|".join(sorted(speech.reporting))
    said = rf"(?:[^,.;“”\"]{{2,60}} (?:{verbs})|(?:{verbs}) [^,.;“”\"]{{2,60}})"
    tail = re.compile(rf"(?:,(?P<end>[”\"]?)|(?<=,[”\"])) {said}(?=\.?$)")
    for pattern in (speech.attribution, tail):
        if match := pattern.search(claim):
            return claim[: match.start()] + claim[match.end() :], match[0].strip(' ,”"')
    return claim, ""


def _corrected(claim: str, sources: Sequence[str], language: str) -> Reason | None:
    """A reason if a correction among the sources withdraws what the claim states, else None."""
    for text in sources:
        if note := withdrawal(claim, text, code=language):
            return Reason(kind="correction", words=claim, source=text[note.start : note.end])
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A claim compared with its sources, before the verdict.

    ``chosen`` has the sentences that it is compared with, the most similar first, and ``numbers``
    the numbers of their sources. ``known`` has the content words of all sources. For
    ``features``, see the function of that name.
    """

    asked: Sentence
    chosen: tuple[Sentence, ...]
    numbers: tuple[int, ...]
    reasons: tuple[Reason, ...]
    unfound: str
    known: frozenset[str]
    features: Mapping[str, float]

    @property
    def source(self) -> int:
        """The number of the source with the most similar sentence."""
        return self.numbers[0]


def examine(
    claim: str,
    sources: Sequence[str],
    *,
    language: str = "en",
    published: Sequence[date | None] = (),
) -> Examined | None:
    """Compares a claim with its sources; None if the claim or the sources have no words."""
    asked = read_sentence(claim, language=language_for(language))
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
    asked = read_sentence(_as_dated(asked, everything), language=language_for(language))
    places = _evidence(asked, everything)
    chosen = tuple(everything[place] for place in places)
    reasons = (
        *misquoted(given, sources),
        *ungrounded(given, everything, chosen, nationalities=_nationalities(language)),
        *disagreeing(given, chosen),
        *exchanged(given, everything),
    )
    return Examined(
        asked=asked,
        chosen=chosen,
        numbers=tuple(read[place][0] for place in places),
        reasons=tuple(dict.fromkeys(reasons)),
        unfound=_unfound(asked, everything),
        known=union(everything),
        features=features(asked, everything, chosen),
    )


def _as_dated(asked: Sentence, everything: Sequence[Sentence]) -> str:
    """The claim with each date as the most similar source that states the same day writes it."""
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
    """The dates of a claim; "Wednesday, 12 March" is one."""
    found: list[tuple[int, int, frozenset[str]]] = []
    for fact in sorted((f for f in asked.facts if f.kind == "date"), key=lambda f: f.start):
        if found and not asked.text[found[-1][1] : fact.start].strip(" ,("):
            start, _, keys = found.pop()
            found.append((start, fact.end, keys | fact.keys))
        else:
            found.append((fact.start, fact.end, fact.keys))
    return found


def _is_beside(speaker: str, found: Examined, text: str, code: str) -> bool:
    """Whether the source names the speaker in the most similar sentence or near it."""
    language = language_for(code)
    reporting = {stem(word, language.stemmer) for word in language.speech.reporting}
    said = read_sentence(speaker, language=language)
    if any(word in language.questions.denials for word in said.words):
        return False
    read = sentences_of(text, code)
    place = [one.start for one in read].index(found.chosen[0].start)
    near = [*read[max(0, place - _BEFORE) : place + 2], read[0]]
    wanted = said.content - reporting
    if wanted <= read[0].content and reporting.isdisjoint(read[0].stems):  # the outlet
        return True
    return wanted <= union(near) and not _is_of_another(wanted, read[place], read, language)


def _is_of_another(
    speaker: frozenset[str], one: Sentence, read: Sequence[Sentence], language: Language
) -> bool:
    """Whether a sentence names a speaker other than the claimed one.

    Not if its speaker is a pronoun, or if a sentence has words of both: "Ada Lind, the mayor".
    """
    reporting = {stem(word, language.stemmer) for word in language.speech.reporting}
    places = [n for n, word in enumerate(one.stems) if word in reporting]
    if not places or speaker & one.content:
        return False
    beside = {word for n in places for word in one.stems[max(0, n - _BY) : n + _BY + 1]}
    named = beside & one.content - reporting
    pronouns = {stem(word, language.stemmer) for word in language.speech.speakers}
    return (
        bool(named)
        and not beside & pronouns
        and not any(named & each.content and speaker & each.content for each in read)
    )


def _attributed(claim: str, found: Examined, text: str, code: str) -> Reason | None:
    """A reason if the claim begins with "Lind said" but the source names another speaker."""
    language = language_for(code)
    verbs = "|".join(sorted(language.speech.reporting))
    match = re.match(rf"(?P<who>[^,.;“”\"]{{2,60}}?) (?:{verbs}) ", claim)
    if match is None:
        return None
    speaker = read_sentence(match["who"], language=language).content
    one = found.chosen[0]
    if speaker and _is_of_another(speaker, one, sentences_of(text, code), language):
        return Reason(kind="words", words=match["who"])
    return None


def _is_printed(claim: str, found: Examined) -> bool:
    """Whether a sentence of the sources has exactly the words of the claim."""
    words = words_of(claim).keys
    return any(words_of(one.text).keys == words for one in found.chosen)


def _is_close(
    claim: str, sources: Sequence[str], language: str, published: Sequence[date | None]
) -> bool:
    """Whether a claim mostly uses the words of its sources; an attribution does not count."""
    known = language_for(language)
    said = known.speech.attribution.sub("", claim)
    found = examine(said, sources, language=language, published=published)
    if found is None:
        return False
    reporting = {stem(word, known.stemmer) for word in known.speech.reporting}
    content = found.asked.content - reporting
    return share(content, found.known) >= _WORDS and found.features["triples"] >= _TRIPLES


def _saying(found: Examined) -> Iterator[tuple[int, int, int]]:
    """The most similar sentence, and each other one that adds at least two words of the claim."""
    left = found.asked.content
    for number, one in zip(found.numbers, found.chosen, strict=True):
        if one is found.chosen[0] or len(left & one.content) >= _MORE:
            yield number, one.start, one.start + len(one.text)
        left -= one.content


def _nationalities(code: str) -> frozenset[str]:
    return language_for(code).named.nationalities


def _verdict(found: Examined, nationalities: frozenset[str], *, is_likely: bool) -> str:
    days = {word for r in found.reasons if r.kind == "date" and r.source for word in _stems(r)}
    alike = share(found.asked.content - days, union(found.chosen))
    if not found.reasons and is_likely:
        return "supported"
    figures = (r for r in found.reasons if r.kind in ("number", "date", "unit") and r.source)
    if alike >= _FIGURE and (
        any(figures) or (found.reasons and _are_of(found.reasons, nationalities))
    ):
        return "contradicted"
    return "partly" if alike >= _ALIKE else "not found"


def _are_of(reasons: Sequence[Reason], nationalities: frozenset[str]) -> bool:
    """Whether every reason is that the source has another nationality."""
    return all(
        reason.kind == "name"
        and not nationalities.isdisjoint(reason.words.casefold().split())
        and not nationalities.isdisjoint(reason.source.casefold().split())
        for reason in reasons
    )


def _stems(reason: Reason) -> tuple[str, ...]:
    return read_sentence(reason.words).stems


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
    while left and len(places) < MOST:
        gains = [sum(weights[w] for w in left & one.content) for one in everything]
        best = max(range(len(gains)), key=lambda place: (gains[place], -place))
        if places and gains[best] < 0.5:
            break
        places.append(best)
        left -= everything[best].content
    return places or [0]

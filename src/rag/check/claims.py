"""Checks a claim against sources: quotations, facts and denials, then the wording as a whole."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.check.attributions import is_said_beside, other_speaker, without_source
from rag.check.corrections import withdrawal
from rag.check.examine import Examined, examine
from rag.check.facts import read_sentence, share, union
from rag.check.model import load_model
from rag.check.reasons import Reason
from rag.check.words import words_of
from rag.language import language_for
from rag.language.english import ENGLISH
from rag.language.english.clauses import is_verbal
from rag.language.words import stem

__all__ = ["Support", "check_claim", "is_fragment"]

_ALIKE = 0.5  # minimum share of a claim's words in a source that supports part of it
_FIGURE = 0.6  # the same for a source with a different figure
_WORDS, _TRIPLES = 0.9, 0.5  # limits of a strict check: see docs/guides/checking.md
_MORE = 2  # minimum further words of the claim in an additional sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """Whether sources support a claim.

    ``verdict`` is "supported", "partly", "contradicted" or "not found". ``score`` estimates the
    probability, in [0, 1], that the whole sentence is supported. ``source`` is the index of the
    source with the most similar sentence, and ``span`` has that sentence's offsets; both are None
    if the claim or the sources have no words. ``evidence`` has (source, start, end) for the most
    similar sentence and each other one with at least two further words of the claim.
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

    With ``strict``, as for sentences of a language model, the sources must also contain 90% of the
    claim's content words, without words such as "according", and half of its three-word sequences.

    A sentence that a source prints is supported. For any other sentence, checks in this order:
    whether each quotation is exact; whether the matching sentences contain each number, date and
    name; whether denials, hedges, roles and speakers agree; and whether the sources support the
    wording as a whole, by a logistic regression that ``training/check.py`` fits. A claim is
    contradicted if a correction among the sources withdraws its figure, date or name.
    """
    known = language_for(language)
    found = examine(claim, sources, language=language, published=published)
    if found is None:
        return Support(verdict="not found", score=0.0, reasons=(Reason(kind="words", words=claim),))
    model = load_model()
    score = model.score(found.features)
    core, speaker = without_source(claim, known)
    wrong = other_speaker(claim, found.chosen[0], found.beside, known)
    if core != claim and (alone := examine(core, sources, language=language, published=published)):
        if is_said_beside(speaker, alone.chosen[0], alone.beside, known):
            score = max(score, model.score(alone.features))
        else:
            wrong = wrong or speaker
    if wrong:
        found = replace(found, reasons=(*found.reasons, Reason(kind="words", words=wrong)))
    if _is_printed(claim, found):
        found, score = replace(found, reasons=()), 1.0
    verdict = _verdict(found, known.named.nationalities, is_likely=score >= model.threshold)
    if corrected := _corrected(claim, sources, language):
        found = replace(found, reasons=(corrected, *found.reasons))
        verdict = "contradicted" if verdict != "not found" else verdict
    if strict and verdict == "supported" and not _is_close(claim, sources, language, published):
        verdict = "partly"
    reasons = found.reasons
    if not reasons and verdict != "supported":
        kind = "words" if found.unfound else "wording"
        reasons = (Reason(kind=kind, words=found.unfound or claim),)
    return Support(
        verdict=verdict,
        score=round(min(score, model.threshold / 2) if found.reasons else score, 4),
        reasons=reasons,
        source=found.numbers[0],
        span=(found.chosen[0].start, found.chosen[0].start + len(found.chosen[0].text)),
        evidence=tuple(_saying(found)),
    )


def _corrected(claim: str, sources: Sequence[str], language: str) -> Reason | None:
    """A reason if a correction among the sources withdraws what the claim states, else None."""
    for text in sources:
        if note := withdrawal(claim, text, code=language):
            return Reason(kind="correction", words=claim, source=text[note.start : note.end])
    return None


def _is_printed(claim: str, found: Examined) -> bool:
    """Whether a sentence of the sources has exactly the words of the claim."""
    words = words_of(claim).keys
    return any(words_of(one.text).keys == words for one in found.chosen)


def _is_close(
    claim: str, sources: Sequence[str], language: str, published: Sequence[date | None]
) -> bool:
    """Whether a claim passes the limits of a strict check, without its attribution."""
    known = language_for(language)
    said = known.speech.attribution.sub("", claim)
    found = examine(said, sources, language=language, published=published)
    if found is None:
        return False
    reporting = {stem(word, known.stemmer) for word in known.speech.reporting}
    content = found.asked.content - reporting
    return share(content, found.known) >= _WORDS and found.features["triples"] >= _TRIPLES


def _saying(found: Examined) -> Iterator[tuple[int, int, int]]:
    """The most similar sentence, and those that contain at least two further words of the claim."""
    left = found.asked.content
    for number, one in zip(found.numbers, found.chosen, strict=True):
        if one is found.chosen[0] or len(left & one.content) >= _MORE:
            yield number, one.start, one.start + len(one.text)
        left -= one.content


def _verdict(found: Examined, nationalities: frozenset[str], *, is_likely: bool) -> str:
    dates = (r.words for r in found.reasons if r.kind == "date" and r.source)
    days = {word for words in dates for word in read_sentence(words).stems}
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
    """Whether every reason is that the source states another nationality."""
    return all(
        reason.kind == "name"
        and not nationalities.isdisjoint(reason.words.casefold().split())
        and not nationalities.isdisjoint(reason.source.casefold().split())
        for reason in reasons
    )


def is_fragment(text: str, *, language: str = "en") -> bool:
    """Whether an English ``text`` has no verb, so that it states nothing by itself."""
    words = words_of(text).keys[1:]
    return language_for(language) is ENGLISH and not any(map(is_verbal, words))

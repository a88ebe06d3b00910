"""Reads passages for a question, and for its wordings without the times that passages match."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from rag.language import Language, language_for
from rag.language.temporal.periods import without
from rag.language.temporal.relevance import (
    is_from,
    is_near,
    is_stated,
    names_another,
    speaks_of,
)
from rag.read.base import Readable, Reader, Reading, SentenceReading, merged
from rag.schema import Article, Evidence, Hit, Period

__all__ = ["read_in_time"]

_ANSWERED = 0.5  # probability of "none" below which articles of another time are not read again
_ASIDE = 0.05  # factor on the probability of a span in a clause on an event of an earlier year


def read_in_time(
    evidence: Evidence, reader: Reader, hits: Sequence[Hit], passages: Sequence[Readable]
) -> Reading:
    """Reads for the question, then for its wordings without the times that the passages match."""
    question, times = evidence.standalone_question, evidence.times
    language = language_for(evidence.language)
    reading = reader.read(question, passages)
    kept = (
        _open(reading, passages, times, language)
        if times
        else _main(evidence, reading, hits, passages)
    )
    reading = merged(kept, kept, range(len(passages)))  # the probabilities sum to 1 again
    met = [_met(evidence, hit) for hit in hits]
    again: dict[tuple[Period, ...], list[int]] = {}
    for place, (hit, times_met) in enumerate(zip(hits, met, strict=True)):
        again.setdefault(_unseen(evidence, hit, times_met), []).append(place)
    again.pop((), None)

    def better(times: tuple[Period, ...], places: Sequence[int]) -> Reading:
        bare = without(question, times, language=language)
        found = reader.read(bare, [passages[place] for place in places])
        kept = _open(found, [passages[place] for place in places], times, language)
        return merged(reading, kept, places)

    for those, places in again.items():
        reading = better(those, places)
    others = [
        place
        for place, hit in enumerate(hits)
        if met[place] != times and _may_stand_in(evidence, hit)
    ]
    if others and reading.none > _ANSWERED:
        reading = better(times, others)
    return reading


def _open(
    reading: Reading, passages: Sequence[Readable], times: Sequence[Period], language: Language
) -> Reading:
    """The reading without the sentences that state a time other than the one asked about."""

    def is_open(text: str) -> bool:
        return not any(names_another(time, text, language=language) for time in times)

    kept = (
        tuple(
            sentence if is_open(passage.text[slice(*span)]) else SentenceReading()
            for sentence, span in zip(read.sentences, passage.sentences, strict=True)
        )
        for read, passage in zip(reading.passages, passages, strict=True)
    )
    pairs = zip(reading.passages, kept, strict=True)
    return replace(reading, passages=tuple(replace(read, sentences=own) for read, own in pairs))


def _main(
    evidence: Evidence, reading: Reading, hits: Sequence[Hit], passages: Sequence[Readable]
) -> Reading:
    """Scales down the sentences whose span is in a clause on an event of an earlier year."""
    return replace(
        reading,
        passages=tuple(
            replace(
                read,
                sentences=tuple(
                    _scaled(one) if one.span and one.span[0] in places else one
                    for one in read.sentences
                ),
            )
            for read, places in zip(
                reading.passages, map(partial(_asides, evidence), hits, passages), strict=True
            )
        ),
    )


def _scaled(one: SentenceReading) -> SentenceReading:
    return replace(
        one,
        probability=one.probability * _ASIDE,
        span_probability=one.span_probability * _ASIDE,
    )


def _asides(evidence: Evidence, hit: Hit, passage: Readable) -> frozenset[int]:
    """The offsets of a passage that are in clauses on events of years before its article's."""
    article = evidence.articles[hit.passage.article_id, hit.passage.revision]
    if article.published is None:
        return frozenset()
    aside = language_for(article.language).times.aside
    return frozenset(
        offset
        for found in aside.finditer(passage.text)
        if int(found["year"]) < article.published.year
        for offset in range(found.end("year"), found.end())
    )


def _met(evidence: Evidence, hit: Hit) -> tuple[Period, ...]:
    """The times asked about that match the passage."""
    article = _article(evidence, hit)
    if article.published is None:  # the reader sees the times that the text states
        return ()
    text = evidence.text(hit, hit.passage.start, hit.passage.end)
    language = language_for(article.language)
    return tuple(
        time
        for time in evidence.times
        if is_from(time, article.published)
        or speaks_of(time, text, published=article.published, language=language)
    )


def _unseen(evidence: Evidence, hit: Hit, times: Iterable[Period]) -> tuple[Period, ...]:
    """Those of ``times`` that the reader cannot see: the text does not state them with their year.

    The day of the article counts as unseen, even if the text states it once.
    """
    article = _article(evidence, hit)
    text = evidence.text(hit, hit.passage.start, hit.passage.end)
    language = language_for(article.language)
    return tuple(
        time
        for time in times
        if is_from(time, article.published) or not is_stated(time, text, language=language)
    )


def _may_stand_in(evidence: Evidence, hit: Hit) -> bool:
    """Whether an article from another time is near the time asked about, and so may answer."""
    published = _article(evidence, hit).published
    return bool(evidence.period and evidence.times) and is_near(evidence.times[0], published)


def _article(evidence: Evidence, hit: Hit) -> Article:
    return evidence.articles[hit.passage.article_id, hit.passage.revision]

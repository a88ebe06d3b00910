"""Reads the best hits: gives each sentence a probability, and reorders the hits."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from rag.language import Language, language_for
from rag.language.interviews import interview_answers
from rag.language.tables import table_start
from rag.language.temporal.periods import without
from rag.language.temporal.relevance import (
    is_from,
    is_near,
    is_stated,
    names_another,
    speaks_of,
)
from rag.language.words import content_terms
from rag.read.base import PassageReading, Readable, Reader, Reading, SentenceReading, merged
from rag.read.rows import SpelledOut, in_other_group, other_rows, spelled_out
from rag.schema import Article, Evidence, Hit, Period, SentenceEvidence

__all__ = ["read_evidence"]

_IN_TIME = 1 / 3  # factor on the weight for a question about a time
_ANSWERED = 0.5  # probability of "none" below which articles of another time are not read again
_ASIDE = 0.05  # factor on the probability of a span in a clause on an event of an earlier year
_FLOOR = -12.0  # log odds below this are raised to this


def read_evidence(
    evidence: Evidence, reader: Reader, *, fallback: Reader, weight: float, titles: bool = True
) -> Evidence:
    """Scores the sentences of ``evidence`` and reorders its hits.

    A hit's score becomes (score + ``weight`` · reading) / (1 + ``weight``). The reading is the log
    odds that the passage answers, scaled to [0, 1] over the hits that were read, and 0 for the
    others. If the question asks about a time, a third of the weight applies, because the reader
    does not see dates. For the same reason, a passage from that time is also read for the question
    without its time expression, unless only its text states the time. So are passages from other
    times if nothing answers; the better reading counts. If the question names no time, clauses such
    as "since 2003, when 31 people died" hardly count. With ``titles``, a passage is read together
    with its article's title. Uses ``fallback`` if ``reader`` does not support the best hit's
    language.
    """
    own: dict[Hit, list[SentenceEvidence]] = {}
    for sentence in _of_group_asked(evidence):
        own.setdefault(sentence.hit, []).append(sentence)
    if evidence.is_overview or not own:
        return evidence
    if not reader.reads(_article(evidence, next(iter(own))).language):
        reader = fallback
    best_of = {hit: _beginning(evidence, hit, list(own)) for hit in own}
    rows = {hit: _spelled_out(evidence, hit, own[hit]) for hit in own}
    passages = [
        _readable(evidence, hit, own[hit], rows[hit], begins=best_of[hit], titles=titles)
        for hit in own
    ]
    reading = _in_time(evidence, reader, list(own), passages)
    found = {
        hit: _printed(read, rows[hit]) for hit, read in zip(own, reading.passages, strict=True)
    }
    counts = weight * (_IN_TIME if evidence.period else 1.0)
    moved = _reordered(evidence.hits, found, weight=counts)
    return replace(
        evidence,
        hits=tuple(moved.values()),
        sentences=tuple(
            _weighed(sentence, read, moved[hit])
            for hit, sentences in own.items()
            for sentence, read in zip(sentences, found[hit].sentences, strict=True)
        ),
        none=reading.none,
        reader=reader.name,
    )


def _in_time(
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


def _of_group_asked(evidence: Evidence) -> Iterator[SentenceEvidence]:
    """The sentences without the table rows of another group, or with another key, than asked."""
    language = language_for(evidence.language)
    question = evidence.standalone_question
    asked = set(content_terms(question, stemmer=language.stemmer, language=language))
    for one in evidence.sentences:
        text = _article(evidence, one.hit).text
        is_other = one.start in other_rows(text, question, language=language)
        if not is_other and not in_other_group(text, one.start, asked, language=language):
            yield one


def _article(evidence: Evidence, hit: Hit) -> Article:
    return evidence.articles[hit.passage.article_id, hit.passage.revision]


def _spelled_out(
    evidence: Evidence, hit: Hit, sentences: Sequence[SentenceEvidence]
) -> SpelledOut | None:
    passage, article = hit.passage, _article(evidence, hit)
    text, language = article.text, language_for(article.language)
    return spelled_out(
        text,
        (passage.start, passage.end),
        _within(passage.start, sentences),
        language=language,
        answers=interview_answers(text, language, title=article.title, author=article.author or ""),
    )


def _within(start: int, sentences: Sequence[SentenceEvidence]) -> tuple[tuple[int, int], ...]:
    """The offsets of ``sentences`` into a passage that begins at ``start``."""
    return tuple((one.start - start, one.end - start) for one in sentences)


def _beginning(evidence: Evidence, hit: Hit, hits: Sequence[Hit]) -> Hit:
    """The hit with the header of the table that ``hit`` continues, else ``hit``."""
    start = table_start(_article(evidence, hit).text, hit.passage.start)
    own = (one for one in hits if one.passage.article_id == hit.passage.article_id)
    return next((one for one in own if one.passage.start <= start < one.passage.end), hit)


def _readable(
    evidence: Evidence,
    hit: Hit,
    sentences: Sequence[SentenceEvidence],
    rows: SpelledOut | None,
    *,
    begins: Hit,
    titles: bool,
) -> Readable:
    passage, article = hit.passage, _article(evidence, hit)
    return Readable(
        title=article.title if titles else "",
        text=rows.text if rows else article.text[passage.start : passage.end],
        sentences=rows.sentences if rows else _within(passage.start, sentences),
        score=max(hit.score, begins.score),
        similarity=max(hit.dense_score or 0.0, begins.dense_score or 0.0),
    )


def _printed(reading: PassageReading, rows: SpelledOut | None) -> PassageReading:
    """The reading with its spans as offsets into the passage as printed."""
    if rows is None:
        return reading
    return replace(
        reading,
        sentences=tuple(replace(one, span=rows.printed(one.span)) for one in reading.sentences),
    )


def _reordered(
    hits: Sequence[Hit], found: dict[Hit, PassageReading], *, weight: float
) -> dict[Hit, Hit]:
    """Maps each hit to a copy with its new rank and score, best first; ties keep their order."""
    scores = {hit: max(_FLOOR, reading.score) for hit, reading in found.items()}
    low, high = min(scores.values()), max(scores.values())
    width = (high - low) or 1.0
    scored = {
        hit: (hit.score + weight * (scores.get(hit, low) - low) / width) / (1 + weight)
        for hit in hits
    }
    order = sorted(hits, key=lambda hit: -scored[hit])
    return {hit: replace(hit, rank=n, score=scored[hit]) for n, hit in enumerate(order, start=1)}


def _weighed(sentence: SentenceEvidence, read: SentenceReading, hit: Hit) -> SentenceEvidence:
    """Returns the sentence with its probabilities, and with its span if that is inside it."""
    start = hit.passage.start
    span = (read.span[0] + start, read.span[1] + start) if read.span else None
    inside = span is not None and sentence.start <= span[0] < span[1] <= sentence.end
    return replace(
        sentence,
        hit=hit,
        probability=read.probability,
        span=span if inside else None,
        span_probability=read.span_probability if inside else 0.0,
    )

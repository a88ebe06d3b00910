"""The best hits read: what that says of each sentence, and the order of the hits that follows."""

from collections.abc import Sequence
from dataclasses import replace

from rag.read.base import PassageReading, Readable, Reader
from rag.schema import Evidence, Hit, SentenceEvidence

__all__ = ["read_evidence"]

_FLOOR = -12.0  # log odds below which one passage is as unlikely as another


def read_evidence(
    evidence: Evidence, reader: Reader, *, fallback: Reader, weight: float
) -> Evidence:
    """``evidence`` with its sentences read, and its hits in the order that counts that in.

    A hit's score becomes (score + ``weight`` · reading) / (1 + ``weight``), where the reading is
    the log of the odds that the passage answers, brought to [0, 1] over the hits that were read;
    what was not read counts 0. The ``fallback`` reads where the best hit's language is none that
    ``reader`` reads.
    """
    read = list(dict.fromkeys(sentence.hit for sentence in evidence.sentences))
    if evidence.is_overview or not read:
        return evidence
    best = read[0].passage
    if not reader.reads(evidence.articles[best.article_id, best.revision].language):
        reader = fallback
    reading = reader.read(evidence.standalone_question, [_readable(evidence, hit) for hit in read])
    found = dict(zip(read, reading.passages, strict=True))
    moved = _reordered(evidence.hits, found, weight=weight)
    return replace(
        evidence,
        hits=tuple(moved.values()),
        sentences=tuple(
            _weighed(sentence, found[sentence.hit], moved[sentence.hit])
            for sentence in evidence.sentences
        ),
        none=reading.none,
        reader=reader.name,
    )


def _readable(evidence: Evidence, hit: Hit) -> Readable:
    passage = hit.passage
    return Readable(
        title=evidence.articles[passage.article_id, passage.revision].title,
        text=evidence.text(hit, passage.start, passage.end),
        sentences=tuple(
            (start - passage.start, end - passage.start) for start, end in passage.sentences
        ),
        score=hit.score,
    )


def _reordered(
    hits: Sequence[Hit], found: dict[Hit, PassageReading], *, weight: float
) -> dict[Hit, Hit]:
    """Each hit as it stands after reading, best first; equal scores keep their order."""
    scores = {hit: max(_FLOOR, reading.score) for hit, reading in found.items()}
    low, high = min(scores.values()), max(scores.values())
    width = (high - low) or 1.0
    scored = {
        hit: (hit.score + weight * (scores.get(hit, low) - low) / width) / (1 + weight)
        for hit in hits
    }
    order = sorted(hits, key=lambda hit: -scored[hit])
    return {hit: replace(hit, rank=n, score=scored[hit]) for n, hit in enumerate(order, start=1)}


def _weighed(sentence: SentenceEvidence, read: PassageReading, hit: Hit) -> SentenceEvidence:
    passage = hit.passage
    found = read.sentences[passage.sentences.index((sentence.start, sentence.end))]
    span = found.span and (found.span[0] + passage.start, found.span[1] + passage.start)
    return replace(
        sentence,
        hit=hit,
        probability=found.probability,
        span=span,
        span_probability=found.span_probability,
    )

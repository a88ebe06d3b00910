"""Reads the best hits: gives each sentence a probability, and reorders the hits."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.language import Language, language_for
from rag.language.interviews import interview_answers
from rag.language.tables import table_start
from rag.language.words import content_terms
from rag.read.base import PassageReading, Readable, Reader, Reading, SentenceReading
from rag.read.doubt import doubted
from rag.read.in_time import read_in_time
from rag.read.onnx_reader import OnnxReader
from rag.read.rows import SpelledOut, in_other_group, other_rows, spelled_out
from rag.schema import Article, Evidence, Hit, SentenceEvidence

__all__ = ["read_evidence"]

_IN_TIME = 1 / 3  # factor on the weight for a question about a time
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
    as "since 2003, when 31 people died" hardly count. The probabilities of the shipped reader also
    depend on the number of passages searched; see ``doubted``. With ``titles``, a passage is read
    together with its article's title. Uses ``fallback`` if ``reader`` does not support the best
    hit's language.
    """
    own: dict[Hit, list[SentenceEvidence]] = {}
    for sentence in _that_may_answer(evidence):
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
    reading = read_in_time(evidence, reader, list(own), passages)
    if isinstance(reader, OnnxReader):
        reading = _doubted(evidence, reading, passages)
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


def _doubted(evidence: Evidence, reading: Reading, passages: Sequence[Readable]) -> Reading:
    """The reading with the doubt that a long question in a large folder deserves."""
    language = language_for(evidence.language)
    question = evidence.standalone_question
    best = max(range(len(passages)), key=lambda place: reading.passages[place].score)
    return doubted(
        reading,
        words=len(content_terms(question, stemmer=evidence.stemmer, language=language)),
        similarity=passages[best].similarity,
        passages=evidence.searched,
    )


def _that_may_answer(evidence: Evidence) -> Iterator[SentenceEvidence]:
    """The sentences without those that only repeat the question, and rows of other groups.

    Rows of a table are also left out if their key is another than that asked about.
    """
    language = language_for(evidence.language)
    question = evidence.standalone_question
    asked = set(content_terms(question, stemmer=language.stemmer, language=language))
    for one in evidence.sentences:
        text = _article(evidence, one.hit).text
        if _repeats(text[one.start : one.end], asked, language):
            continue
        is_other = one.start in other_rows(text, question, language=language)
        if not is_other and not in_other_group(text, one.start, asked, language=language):
            yield one


def _repeats(sentence: str, asked: set[str], language: Language) -> bool:
    """Whether a sentence is a question that has no content words but those ``asked``."""
    return sentence.endswith("?") and asked.issuperset(
        content_terms(sentence, stemmer=language.stemmer, language=language)
    )


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

"""Candidate sentences for the answer, most probable first."""

from dataclasses import dataclass

from rag.answer.attribution import speaker_note
from rag.language import language_for
from rag.language.dated_figures import figure_at
from rag.language.quantities import widened
from rag.language.temporal.relevance import fits, is_from, speaks_of
from rag.schema import Article, Evidence, Hit, Period, SentenceEvidence

__all__ = ["Candidate", "candidates"]

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A sentence that may answer, with its position and the probability that it answers.

    ``span`` marks the words that answer, in character offsets into the sentence. It does not cut a
    quantity, and includes a bound such as "at least". ``span_share`` is the span's share of the
    sentence's probability. They are None and 0 if no words are marked. ``mark`` says that the
    sentence is a correction or withdrawn by one; empty for other sentences.
    """

    hit: Hit
    article: Article
    start: int
    end: int
    probability: float
    span: Span | None = None
    span_share: float = 0.0
    mark: str = ""

    @property
    def text(self) -> str:
        """The sentence, exactly as printed in its article."""
        return self.article.text[self.start : self.end]

    @property
    def words(self) -> str | None:
        """The words that answer, or None."""
        return self.text[slice(*self.span)] if self.span else None

    @property
    def short(self) -> Span | None:
        """The span of the short answer; None if it is the whole sentence."""
        return None if self.span == (0, len(self.text)) else self.span

    @property
    def note(self) -> str | None:
        """The mark, else the speaker that the sentence omits, if the context names one."""
        return self.mark or speaker_note(self.article, self.start)

    @property
    def around(self) -> str:
        """The title and the passage of the sentence."""
        passage = self.hit.passage
        return f"{self.article.title} {self.article.text[passage.start : passage.end]}"

    def closeness(self, evidence: Evidence) -> int:
        """How well the sentence matches the time asked about, 0 to 3.

        2 for a sentence that names that time, plus 1 if its article is from then or its passage
        names it.
        """
        published = self.article.published
        if not evidence.times or published is None:
            return 0
        time = evidence.times[0]
        language = language_for(self.article.language)
        named, around = (
            speaks_of(time, text, published=published, language=language)
            for text in (self.text, self.around)
        )
        return 2 * named + (is_from(time, published) or around)

    def is_off(self, evidence: Evidence) -> bool:
        """Whether the sentence is about another period than the one asked about."""
        period, times = evidence.period, evidence.times
        if times and (period is None or _is_same(period, times[0])):
            return self.article.published is not None and not self.closeness(evidence)
        return not fits(
            period,
            published=self.article.published,
            text=self.around,
            language=language_for(self.article.language),
        )


def _is_same(one: Period, other: Period) -> bool:
    return (one.since, one.until) == (other.since, other.until)


def candidates(evidence: Evidence) -> list[Candidate]:
    """Returns all sentences that were read, most probable first; ties break by position."""
    found = [_candidate(evidence, sentence) for sentence in evidence.sentences]
    return sorted(
        found, key=lambda one: (-one.probability, one.hit.rank, one.article.id, one.start)
    )


def _candidate(evidence: Evidence, sentence: SentenceEvidence) -> Candidate:
    passage = sentence.hit.passage
    article = evidence.articles[passage.article_id, passage.revision]
    span = sentence.span and _whole(article, sentence, sentence.span)
    if span and evidence.times:
        span = _at_time(evidence.times[0], article, sentence, span) or span
    return Candidate(
        hit=sentence.hit,
        article=article,
        start=sentence.start,
        end=sentence.end,
        probability=sentence.probability,
        span=span,
        span_share=sentence.span_probability / max(sentence.probability, 1e-300) if span else 0.0,
    )


def _at_time(time: Period, article: Article, sentence: SentenceEvidence, span: Span) -> Span | None:
    """The figure of the time asked about, if ``span`` marks that of another time."""
    return figure_at(
        time,
        article.text[sentence.start : sentence.end],
        span,
        published=article.published,
        language=language_for(article.language),
    )


def _whole(article: Article, sentence: SentenceEvidence, span: Span) -> Span:
    """The marked words as offsets into their sentence, widened to whole quantities."""
    start, text = sentence.start, article.text[sentence.start : sentence.end]
    language = language_for(article.language)
    return widened(text, (span[0] - start, span[1] - start), language=language)

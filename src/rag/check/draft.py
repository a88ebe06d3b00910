"""Checks a draft against the articles: traces each quotation and compares each sentence."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rag.check.claims import Support, check_claim
from rag.check.corrections import withdrawn_in
from rag.check.facts import read_sentence
from rag.check.model import load_model
from rag.check.reasons import Reason
from rag.check.trace import Trace, trace
from rag.errors import UsageError
from rag.index import View
from rag.language import language_for
from rag.language.sentences import paragraph_spans, sentence_spans
from rag.language.words import content_terms
from rag.schema import Article, Citation, Passage

__all__ = ["DraftSentence", "check_draft"]

_PASSAGES = 12  # passages searched for a sentence
_ARTICLES = 6  # articles compared with a sentence
_BEFORE, _AFTER = 600, 300  # characters around a passage that are also read
_BEST = ("supported", "contradicted", "partly", "not found")


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSentence:
    """A sentence of a draft, ``draft[start:end]``, and how the articles support it.

    ``citation`` is the most similar sentence of an article; None if none is similar.
    ``quotations`` has the trace of each quotation in the sentence. ``correction`` is the
    correction that withdraws what the sentence states, or None.
    """

    start: int
    end: int
    text: str
    support: Support
    citation: Citation | None
    quotations: tuple[Trace, ...] = ()
    correction: Citation | None = None

    @property
    def verdicts(self) -> tuple[str, ...]:
        """The verdict on the sentence, and those on its quotations."""
        return (self.support.verdict, *(each.verdict for each in self.quotations))


def check_draft(
    text: str, view: View, *, stemmer: str, most: int, language: str = "en"
) -> Iterator[DraftSentence]:
    """Checks each sentence of ``text`` against the articles of ``view``, one article at a time.

    Raises:
        UsageError: ``text`` has more than ``most`` sentences.
    """
    known = language_for(language)
    spans = [
        span
        for paragraph in paragraph_spans(text)
        for span in sentence_spans(text, *paragraph, language=language)
    ]
    if len(spans) > most:
        raise UsageError(
            f"the draft has {len(spans):,} sentences, but the limit is {most:,}; give it in parts"
        )
    for start, end in spans:
        said = text[start:end]
        quotations = read_sentence(said, language=known).quotations
        support, citation, correction = _compared(said, view, stemmer, language)
        yield DraftSentence(
            start=start,
            end=end,
            text=said,
            support=support,
            citation=citation if support.verdict != "not found" else None,
            quotations=tuple(
                trace(quotation, view, stemmer=stemmer, language=language)
                for quotation in quotations
                if content_terms(quotation)
            ),
            correction=correction,
        )


def _compared(
    said: str, view: View, stemmer: str, code: str
) -> tuple[Support, Citation | None, Citation | None]:
    """The best verdict on a sentence, the most similar sentence of that article, and a note.

    The note is a correction that withdraws what the sentence states, or None.
    """
    best: tuple[Support, Citation | None] = check_claim(said, (), language=code), None
    nearest: Article | None = None
    searched = _searched(said, view, stemmer, code)
    for article, passages in searched.items():
        starts = [max(0, passage.start - _BEFORE) for passage in passages]
        sources = [
            article.text[start : passage.end + _AFTER]
            for start, passage in zip(starts, passages, strict=True)
        ]
        days = [article.published] * len(sources)
        support = check_claim(said, sources, language=code, published=days)
        if _rank(support) > _rank(best[0]) and support.span and support.source is not None:
            start, end = (starts[support.source] + offset for offset in support.span)
            best, nearest = (support, article.citation(start, end)), article
        if best[0].supported:  # reading further articles takes most of the time
            break
    support, citation = best
    if nearest is None or support.verdict == "not found":
        return support, citation, None
    notes = (withdrawn_in(said, article, near=nearest) for article in (nearest, *searched))
    note = next(filter(None, notes), None)
    return (_withdrawn(said, support, note) if note else support), citation, note


def _withdrawn(said: str, support: Support, note: Citation) -> Support:
    """The verdict on a sentence that states what ``note`` withdraws."""
    others = (each for each in support.reasons if each.kind != "correction")
    return replace(
        support,
        verdict="contradicted",
        score=min(support.score, load_model().threshold / 2),
        reasons=(Reason(kind="correction", words=said, source=note.quote), *others),
    )


def _rank(support: Support) -> tuple[int, float]:
    return -_BEST.index(support.verdict), support.score


def _searched(said: str, view: View, stemmer: str, code: str) -> dict[Article, list[Passage]]:
    """The articles that share the most words with a sentence, with their passages."""
    words = content_terms(said, stemmer=stemmer, language=language_for(code))
    hits = view.lexical_search(words, k=_PASSAGES, boosts={"body": 1.0, "title": 0.5})
    stored = view.passages([row for row, _ in hits])
    near: dict[tuple[str, str], list[Passage]] = {}
    for passage in (stored[row].passage for row, _ in hits if row in stored):
        near.setdefault((passage.article_id, passage.revision), []).append(passage)
    read = ((view.article(*key), near[key]) for key in list(near)[:_ARTICLES])
    return {article: passages for article, passages in read if article is not None}

"""Checks a draft against the articles: each quotation is traced, each sentence compared."""

from collections.abc import Iterator
from dataclasses import dataclass

from rag.check.claims import Support, check_claim
from rag.check.facts import read_sentence
from rag.check.trace import Trace, trace
from rag.errors import UsageError
from rag.index import View
from rag.language import language_for
from rag.language.sentences import paragraph_spans, sentence_spans
from rag.language.words import content_terms
from rag.schema import Article, Citation, Passage

__all__ = ["DraftSentence", "check_draft"]

_PASSAGES = 12  # passages searched for a sentence
_ARTICLES = 4  # articles that it is compared with
_BEFORE, _AFTER = 600, 300  # characters around a passage that are read too
_BEST = ("supported", "contradicted", "partly", "not found")


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSentence:
    """A sentence of a draft, ``draft[start:end]``, and what the articles say of it.

    ``citation`` is the nearest sentence of an article; None if none is near. ``quotations`` traces
    each quotation in the sentence.
    """

    start: int
    end: int
    text: str
    support: Support
    citation: Citation | None
    quotations: tuple[Trace, ...] = ()

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
        support, citation = _compared(said, view, stemmer, language)
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
        )


def _compared(said: str, view: View, stemmer: str, code: str) -> tuple[Support, Citation | None]:
    """The best verdict on a sentence from one article, with the article's nearest sentence."""
    best: tuple[Support, Citation | None] = check_claim(said, (), language=code), None
    for article, passages in _searched(said, view, stemmer, code).items():
        starts = [max(0, passage.start - _BEFORE) for passage in passages]
        sources = [
            article.text[start : passage.end + _AFTER]
            for start, passage in zip(starts, passages, strict=True)
        ]
        support = check_claim(said, sources, language=code)
        if _rank(support) > _rank(best[0]) and support.span and support.source is not None:
            start, end = (starts[support.source] + offset for offset in support.span)
            quote = article.text[start:end]
            best = (
                support,
                Citation(
                    article_id=article.id,
                    revision=article.revision,
                    start=start,
                    end=end,
                    quote=quote,
                ),
            )
    return best


def _rank(support: Support) -> tuple[int, float]:
    return -_BEST.index(support.verdict), support.score


def _searched(said: str, view: View, stemmer: str, code: str) -> dict[Article, list[Passage]]:
    """The articles that share the most words with a sentence, with their passages."""
    words = content_terms(said, stemmer=stemmer, language=language_for(code))
    hits = view.lexical_search(words, k=_PASSAGES, boosts={"body": 1.0, "title": 0.5})
    stored = view.passages([row for row, _ in hits])
    found: dict[Article, list[Passage]] = {}
    for passage in (stored[row].passage for row, _ in hits if row in stored):
        article = view.article(passage.article_id, passage.revision)
        if article is not None and (article in found or len(found) < _ARTICLES):
            found.setdefault(article, []).append(passage)
    return found

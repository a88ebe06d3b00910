"""Checks a draft against the articles: traces each quotation and compares each sentence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.check.claims import Support, check_claim
from rag.check.corrections import withdrawn_in
from rag.check.facts import Sentence, read_sentence, sentences_of, union
from rag.check.figures import is_stated
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
_FIGURES = ("number", "date", "unit")
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compared:
    """A sentence compared with one article; ``lacking`` counts its words that are not there."""

    support: Support
    article: Article
    citation: Citation | None
    read: tuple[Sentence, ...]
    lacking: int

    @property
    def rank(self) -> tuple[int, float]:
        return -_BEST.index(self.support.verdict), self.support.score


def _compared(
    said: str, view: View, stemmer: str, code: str
) -> tuple[Support, Citation | None, Citation | None]:
    """The best verdict on a sentence, the most similar sentence of that article, and a note.

    The note is a correction that withdraws what the sentence states, or None.
    """
    asked = read_sentence(said, language=language_for(code))
    searched = _searched(said, view, stemmer, code)
    found: list[_Compared] = []
    for article, passages in searched.items():
        found.append(_with_article(asked, article, passages, code))
        if found[-1].support.supported and not found[-1].lacking:
            break  # reading further articles takes most of the time
    kept = [each for each in found if not _is_outdone(each, found, asked)]
    best = max(kept, key=lambda each: each.rank, default=None)
    if best is None or best.support.verdict == "not found":
        return best.support if best else check_claim(said, (), language=code), None, None
    notes = (
        withdrawn_in(said, article, near=best.article) for article in (best.article, *searched)
    )
    note = next(filter(None, notes), None)
    support = _withdrawn(said, best.support, note) if note else best.support
    return support, best.citation, note


def _with_article(
    asked: Sentence, article: Article, passages: Sequence[Passage], code: str
) -> _Compared:
    starts = [max(0, passage.start - _BEFORE) for passage in passages]
    sources = [
        article.text[start : passage.end + _AFTER]
        for start, passage in zip(starts, passages, strict=True)
    ]
    days = [article.published] * len(sources)
    support = check_claim(asked.text, sources, language=code, published=days)
    citation = None
    if support.span and support.source is not None:
        start, end = (starts[support.source] + offset for offset in support.span)
        citation = article.citation(start, end)
    read = tuple(one for text in sources for one in sentences_of(text, code, article.published))
    lacking = len(asked.content - union(read))
    return _Compared(
        support=support, article=article, citation=citation, read=read, lacking=lacking
    )


def _is_outdone(one: _Compared, found: Sequence[_Compared], asked: Sentence) -> bool:
    """Whether another article disproves the verdict of an article.

    It states the figures that the article contradicts, or has words that the article lacks but
    negates or hedges them.
    """
    others = [each for each in found if each is not one]
    if one.support.supported:
        return any(
            other.lacking < one.lacking
            and any(reason.kind in ("negation", "hedge") for reason in other.support.reasons)
            for other in others
        )
    against = [r for r in one.support.reasons if r.source and r.kind in _FIGURES]
    if one.support.verdict != "contradicted" or not against:
        return False
    words = {reason.words for reason in against}
    figures = [fact for fact in asked.facts if fact.kind == "number" and fact.words in words]
    return len(figures) >= len(against) and all(
        any(is_stated(fact, asked, other.read) for other in others) for fact in figures
    )


def _withdrawn(said: str, support: Support, note: Citation) -> Support:
    """The verdict on a sentence that states what ``note`` withdraws."""
    others = (each for each in support.reasons if each.kind != "correction")
    return replace(
        support,
        verdict="contradicted",
        score=min(support.score, load_model().threshold / 2),
        reasons=(Reason(kind="correction", words=said, source=note.quote), *others),
    )


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

"""Candidate sentences and the named numbers that speak for each."""

from collections.abc import Mapping
from dataclasses import dataclass

from rag.answer.speaker import speaker_note
from rag.language.fitting import fits
from rag.language.names import name_words
from rag.language.polarity import is_negative
from rag.language.questions import Kind, holds_kind, kind_of
from rag.language.words import coverage, fold, stem, tokens
from rag.schema import Article, Evidence, Hit, Passage, Period, SentenceEvidence

__all__ = ["Candidate", "candidates"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A sentence that may answer: where it stands, whom it leaves unnamed, and its features.

    ``off_period`` says that it is of another time than the one asked about.
    """

    hit: Hit
    article: Article
    start: int
    end: int
    note: str | None
    features: Mapping[str, float]
    off_period: bool = False

    @property
    def text(self) -> str:
        """The sentence, exactly as it stands in its article."""
        return self.article.text[self.start : self.end]


def _numbers(text: str) -> frozenset[str]:
    return frozenset(word for word, _, _ in tokens(text) if any(map(str.isdigit, word)))


def _stems(text: str, stemmer: str) -> set[str]:
    return {stem(word, stemmer) for word, _, _ in tokens(text)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The question, worked out once for all sentences."""

    text: str
    kind: Kind
    is_negative: bool
    numbers: frozenset[str]
    names: frozenset[str]
    weights: Mapping[str, float]
    stemmer: str


def candidates(evidence: Evidence) -> list[Candidate]:
    """All sentences of the hits that were read, with their features, in the evidence's order."""
    asked = _Asked(
        text=evidence.standalone_question,
        kind=kind_of(evidence.question),
        is_negative=is_negative(evidence.standalone_question),
        numbers=_numbers(evidence.standalone_question),
        names=frozenset(name_words(evidence.standalone_question)),
        weights=evidence.term_weights,
        stemmer=evidence.stemmer,
    )
    reached = [sentence.soft_all for sentence in evidence.sentences]
    least, most = min(reached, default=0.0), max(reached, default=0.0)
    found = []
    known: dict[Passage, tuple[float, bool]] = {}
    for sentence in evidence.sentences:
        passage = sentence.hit.passage
        article = evidence.articles[passage.article_id, passage.revision]
        if passage not in known:
            known[passage] = _of_passage(asked, evidence.period, article, passage)
        numbers, fit = known[passage]
        text = article.text[sentence.start : sentence.end]
        note = speaker_note(article, sentence.start)
        share = (sentence.soft_all - least) / (most - least) if most > least else 1.0
        features = _features(asked, sentence, text, note or "", _before(article, sentence))
        found.append(
            Candidate(
                hit=sentence.hit,
                article=article,
                start=sentence.start,
                end=sentence.end,
                note=note,
                features={**features, "numbers": numbers, "soft_share": share},
                off_period=not fit,
            )
        )
    return found


def _of_passage(
    asked: _Asked, period: Period | None, article: Article, passage: Passage
) -> tuple[float, bool]:
    """The share of the question's numbers that passage and title hold; whether the time fits."""
    around = f"{article.title} {article.text[passage.start : passage.end]}"
    held = len(asked.numbers & _numbers(around)) / len(asked.numbers) if asked.numbers else 1.0
    return held, fits(period, published=article.published, text=around)


def _before(article: Article, sentence: SentenceEvidence) -> str:
    """The sentence before, in the passage, or else the title."""
    passage = sentence.hit.passage
    place = passage.sentences.index((sentence.start, sentence.end))
    return article.text[slice(*passage.sentences[place - 1])] if place else article.title


def _features(
    asked: _Asked, found: SentenceEvidence, text: str, note: str, before: str
) -> dict[str, float]:
    """The evidence that the sentence ``text`` answers; each is free of the corpus's size.

    A model weighs each but "coverage", which only the search for different answers reads.
    The name in ``note``, which "He" stands for, counts as if it stood in the sentence.
    """
    folded = {fold(word) for word, _, _ in tokens(f"{text} {note}")}
    return {
        "coverage": coverage(asked.weights, _stems(f"{text} {note}", asked.stemmer)),
        "coverage_before": coverage(
            asked.weights, _stems(f"{before} {text} {note}", asked.stemmer)
        ),
        "soft_coverage": found.soft_coverage,
        "soft_all": found.soft_all,
        "names": len(asked.names & folded) / len(asked.names) if asked.names else 1.0,
        "negation_missed": float(asked.is_negative and not is_negative(text)),
        "kind_missed": 1.0 - holds_kind(text, asked.kind, question=asked.text),
        "fused": found.hit.score,
    }

"""The reader protocol, and the data types that readers take and return."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Protocol, Self

__all__ = [
    "PassageReading",
    "Readable",
    "Reader",
    "Reading",
    "SentenceReading",
    "SentenceScore",
    "log_sum",
    "merged",
    "normalised",
]

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Readable:
    """A passage to read: its article's title, its text, and its sentences as offsets into the text.

    ``score`` is the retrieval score, in [0, 1], and ``similarity`` the cosine of the passage's and
    the question's vectors, 0 if it was not among the nearest ones.
    """

    title: str
    text: str
    sentences: tuple[Span, ...]
    score: float = 0.0
    similarity: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceReading:
    """The probability that a sentence answers, and its most likely answer span.

    ``span`` is in character offsets into the passage, or None if the reader marks no words.
    ``span_probability`` is the part of ``probability`` that belongs to the span.
    """

    probability: float = 0.0
    span: Span | None = None
    span_probability: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageReading:
    """The reading of one passage, sentence by sentence.

    ``score`` is the log odds that this passage answers, against no passage answering.
    """

    score: float
    sentences: tuple[SentenceReading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The reading of all passages for one question.

    All sentences of all passages compete with each other and with "none of them": the
    probabilities of the sentences and ``none`` sum to 1.
    """

    passages: tuple[PassageReading, ...]
    none: float


class Reader(Protocol):
    """Reads a question together with passages, and finds where they answer it."""

    @property
    def name(self) -> str:
        """The name of the reader, as shown to people."""

    def reads(self, language: str, /) -> bool:
        """Whether the reader supports a language, given as a code such as "en"."""

    def read(self, question: str, passages: Sequence[Readable]) -> Reading:
        """Reads the passages for ``question``; returns one reading per passage, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceScore:
    """The log odds of a sentence against "none", and its best span with its log odds."""

    score: float = -math.inf
    span: Span | None = None
    span_score: float = -math.inf

    def raised(self, by: float) -> Self:
        """Returns a copy with both scores raised by ``by``."""
        return replace(self, score=self.score + by, span_score=self.span_score + by)


def normalised(
    scores: Sequence[Sequence[SentenceScore]], *, slope: float = 1.0, intercept: float = 0.0
) -> Reading:
    """Converts the log odds of all passages' sentences to probabilities.

    p = exp(score) / (1 + the sum of all exp(score)), where the 1 stands for "none of them".
    Before that, the log odds L that any sentence answers are calibrated to slope · L + intercept;
    all scores shift by the same amount, so the sentences keep their proportions.

    Sources: shared normalisation, Clark and Gardner, 2018, https://arxiv.org/abs/1710.10723;
    calibration, Platt, Probabilistic Outputs for Support Vector Machines, 1999.
    """
    any_answers = log_sum([one.score for passage in scores for one in passage])
    shift = 0.0
    if any_answers > -math.inf:
        shift = slope * any_answers + intercept - any_answers
    total = log_sum([0.0, any_answers + shift])
    return Reading(
        passages=tuple(
            PassageReading(
                score=log_sum([one.score + shift for one in passage]),
                sentences=tuple(
                    SentenceReading(
                        probability=math.exp(one.score + shift - total),
                        span=one.span,
                        span_probability=math.exp(one.span_score + shift - total),
                    )
                    for one in passage
                ),
            )
            for passage in scores
        ),
        none=math.exp(-total),
    )


def merged(reading: Reading, other: Reading, places: Sequence[int]) -> Reading:
    """Keeps the better of two readings of each sentence, by its odds against "none".

    ``other`` has read only the passages at ``places`` of ``reading``, for another wording of the
    question. The probabilities sum to 1 again.
    """
    found = [_odds(passage, reading.none) for passage in reading.passages]
    for place, passage in zip(places, other.passages, strict=True):
        again = _odds(passage, other.none)
        pairs = zip(found[place], again, strict=True)
        found[place] = [max(pair, key=itemgetter(0)) for pair in pairs]
    sums = [math.fsum(odds for odds, _, _ in passage) for passage in found]
    none = 1 / (1 + math.fsum(sums))
    return Reading(
        passages=tuple(
            PassageReading(
                score=math.log(total) if total else -math.inf,
                sentences=tuple(
                    SentenceReading(
                        probability=odds * none, span=span, span_probability=span_odds * none
                    )
                    for odds, span_odds, span in passage
                ),
            )
            for passage, total in zip(found, sums, strict=True)
        ),
        none=none,
    )


def _odds(passage: PassageReading, none: float) -> list[tuple[float, float, Span | None]]:
    none = max(none, 1e-9)  # a reader may be certain
    return [
        (one.probability / none, one.span_probability / none, one.span) for one in passage.sentences
    ]


def log_sum(scores: Sequence[float]) -> float:
    """Returns the log of the sum of exp(score); -inf for an empty sequence."""
    top = max(scores, default=-math.inf)
    if top == -math.inf:
        return top
    return top + math.log(sum(math.exp(score - top) for score in scores))

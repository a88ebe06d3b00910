"""The protocol every reader keeps, and what it says of each passage."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, Self

__all__ = [
    "PassageReading",
    "Readable",
    "Reader",
    "Reading",
    "SentenceReading",
    "SentenceScore",
    "log_sum",
    "normalised",
]

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Readable:
    """A passage to read: its article's title, its text, and its sentences as offsets into that.

    ``score`` is that of the search, in [0, 1].
    """

    title: str
    text: str
    sentences: tuple[Span, ...]
    score: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceReading:
    """The probability that a sentence answers, and the words in it that most likely do.

    ``span`` is in characters of the passage, None where the reader marks no words; its own
    ``span_probability`` is part of ``probability``.
    """

    probability: float = 0.0
    span: Span | None = None
    span_probability: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageReading:
    """What was read of a passage, sentence by sentence.

    ``score`` is the log odds that this passage answers, against no passage answering.
    """

    score: float
    sentences: tuple[SentenceReading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read of all passages of a question.

    All sentences of all passages compete with each other and with "none of them": the
    probabilities of the sentences and ``none`` sum to 1.
    """

    passages: tuple[PassageReading, ...]
    none: float


class Reader(Protocol):
    """Reads a question together with passages, and says where they answer it."""

    @property
    def name(self) -> str:
        """The name people know it by."""

    def reads(self, language: str, /) -> bool:
        """Whether it reads texts in a language, by its code such as "en"."""

    def read(self, question: str, passages: Sequence[Readable]) -> Reading:
        """What the passages say to ``question``; one reading for each, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceScore:
    """Log odds of a sentence against "none", and its best span with that span's log odds."""

    score: float = -math.inf
    span: Span | None = None
    span_score: float = -math.inf

    def raised(self, by: float) -> Self:
        """The sentence with both scores higher by ``by``."""
        return replace(self, score=self.score + by, span_score=self.span_score + by)


def normalised(
    scores: Sequence[Sequence[SentenceScore]], *, slope: float = 1.0, intercept: float = 0.0
) -> Reading:
    """Log odds of each passage's sentences as probabilities, over all passages together.

    p = exp(score) / (1 + the sum of all exp(score)), where the 1 stands for "none of them".
    Before that, the log odds L that any sentence answers become slope · L + intercept; the
    sentences share them in the same proportions.

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


def log_sum(scores: Sequence[float]) -> float:
    """Log of the sum of exp(score); -inf of none."""
    top = max(scores, default=-math.inf)
    if top == -math.inf:
        return top
    return top + math.log(sum(math.exp(score - top) for score in scores))

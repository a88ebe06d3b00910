"""The result folder: what a run leaves behind, and all that the measures read.

::

    predictions.jsonl       one object a question: what was found and shown
    systems/NAME.jsonl      the same of other systems, where any were asked
    gold.jsonl              one object a question: what would have been right
    articles.jsonl          each article that was cited, found among the first 10, or is gold
    run.json                what ran, on what, with which settings
    metrics.json            what the measures say of all this
    rows.jsonl              one object a question: its value by each measure, and where it was lost
    report.html             all this for people; written last
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import rag

__all__ = [
    "ARTICLES",
    "FORMAT",
    "GOLD",
    "HITS",
    "METRICS",
    "PREDICTIONS",
    "REPORT",
    "ROWS",
    "RUN",
    "SYSTEMS",
    "Found",
    "Gold",
    "Prediction",
    "Quote",
    "Results",
    "Source",
    "Unit",
]

FORMAT = 2
PREDICTIONS = "predictions.jsonl"
GOLD = "gold.jsonl"
ARTICLES = "articles.jsonl"
SYSTEMS = "systems"
METRICS = "metrics.json"
ROWS = "rows.jsonl"
REPORT = "report.html"
RUN = "run.json"

HITS = 20
"""Passages of an answer that a run writes down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A stretch of an article's canonical text, from ``start`` up to ``end``."""

    article_id: str
    start: int
    end: int

    def overlaps(self, other: "Unit") -> bool:
        """Whether the two share a character."""
        same = self.article_id == other.article_id
        return same and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(Unit):
    """A passage that was found; ``rank`` starts at 1, higher ``score`` is better.

    The rest says why it stands there, as ``rag.Hit`` does; None or empty where nobody said.
    """

    score: float
    rank: int
    dense_rank: int | None = None
    dense_score: float | None = None
    lexical_rank: int | None = None
    lexical_score: float | None = None
    matched_terms: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    superseded_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote(Unit):
    """A citation that was shown, with its words."""

    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """A line of ``predictions.jsonl``; ``answer`` and ``statements`` are empty when it abstained.

    ``hits`` are the first 20. ``withheld`` is what it would have shown had it not abstained.
    ``seconds`` holds each stage's wall time and their ``total``.
    """

    id: str
    question: str
    standalone_question: str
    hits: tuple[Found, ...]
    answer: str
    short_answer: str | None
    statements: tuple[str, ...]
    citations: tuple[Quote, ...]
    abstained: bool
    answerability: float
    features: Mapping[str, float] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    withheld: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """A line of ``gold.jsonl``: the right answer of one question, and the places that hold it.

    ``has_spans`` tells that the gold are sentences, ``whole`` that ``units`` are whole documents;
    ``indexed`` is false where all the gold that is named lies in refused files; ``free_form`` tells
    that no accepted answer stands in ``units`` word for word. ``outlets`` and ``age_days`` are
    those of the gold articles: the age of the youngest on the question's date, or on that of the
    newest article of the corpus where the question has none. ``history`` is what was said before.
    """

    id: str
    answers: tuple[str, ...]
    answerable: bool | None
    kind: str | None
    units: tuple[Unit, ...]
    has_spans: bool
    articles: tuple[str, ...]
    gold_human: tuple[str, ...]
    indexed: bool = True
    free_form: bool = False
    whole: bool = False
    outlets: tuple[str, ...] = ()
    age_days: int | None = None
    history: tuple[rag.Turn, ...] = ()

    @property
    def has_history(self) -> bool:
        """Whether the question is a follow-up."""
        return bool(self.history)

    @property
    def is_lost(self) -> bool:
        """Whether it would have ``units``, had its articles not been refused."""
        return not self.indexed and bool(self.articles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A line of ``articles.jsonl``: an article's canonical text, and where it is from."""

    article_id: str
    title: str
    outlet: str | None
    published: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """A result folder as read; ``rows`` pair each prediction with its gold, ordered by id.

    ``systems`` holds the predictions of other systems by name, on all questions or some of them;
    ``run`` is what stands in ``run.json``.
    """

    dataset: str
    rows: tuple[tuple[Prediction, Gold], ...]
    articles: Mapping[str, Source]
    systems: Mapping[str, tuple[Prediction, ...]] = field(default_factory=dict)
    run: Mapping[str, object] = field(default_factory=dict)

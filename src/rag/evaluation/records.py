"""The files of a result folder and their records.

::

    predictions.jsonl       one object per question: the passages found and the answer shown
    systems/NAME.jsonl      the same for each other system, if any ran
    gold.jsonl              one object per question: the right answer and where it is
    articles.jsonl          each article that is cited, among the first 10 hits, or gold
    run.json                data set, settings, versions and times of the run
    metrics.json            the value of each measure
    rows.jsonl              one object per question: its values, and where it failed
    report.html             the report for people; written last
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import rag

FORMAT = 2
PREDICTIONS = "predictions.jsonl"
GOLD = "gold.jsonl"
ARTICLES = "articles.jsonl"
SYSTEMS = "systems"
METRICS = "metrics.json"
ROWS = "rows.jsonl"
REPORT = "report.html"
RUN = "run.json"
MEASURED = (ARTICLES, METRICS, ROWS, REPORT)
"""The files that are computed from the predictions."""
WRITTEN = (PREDICTIONS, GOLD, *MEASURED, SYSTEMS, "figures")

HITS = 20
"""The number of hits that a run records per question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A span of an article's canonical text; ``start`` and ``end`` are half-open offsets."""

    article_id: str
    start: int
    end: int

    def overlaps(self, other: "Unit") -> bool:
        """Returns whether the two spans share a character."""
        same = self.article_id == other.article_id
        return same and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(Unit):
    """A retrieved passage; ``rank`` starts at 1, a higher ``score`` is better.

    The other fields explain the rank, as in ``rag.Hit``; they are None or empty where unknown.
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
    """A citation with its quoted text."""

    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """A line of ``predictions.jsonl``.

    ``answer`` and ``statements`` are empty if the system abstained; ``withheld`` then has the
    citations it would have shown. ``state`` is ``answer``, ``closest`` or ``none``, or None if the
    system has no such states. ``hits`` has at most 20 passages. ``seconds`` has the wall time of
    each stage and the ``total``. For answers in prose, ``unverified`` has the sentences that were
    not shown, ``fallback`` is the reason for a quoted answer, or "", and ``tokens`` has the numbers
    for prompt and reply; None if no language model was asked.
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
    state: str | None = None
    unverified: tuple[str, ...] = ()
    fallback: str = ""
    tokens: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """A line of ``gold.jsonl``: the right answer to one question, and where it is found.

    Attributes:
        id: The question's id.
        answers: The accepted answers.
        answerable: Whether the articles answer the question; None if unknown.
        kind: A label for the kind of question.
        units: The spans that answer the question.
        has_spans: Whether the units are sentences.
        articles: The ids of the gold articles.
        gold_human: The ids of articles that a person linked to the question.
        indexed: False if all gold is in files that could not be indexed.
        free_form: Whether no accepted answer occurs verbatim in the units.
        whole: Whether the units are whole documents.
        outlets: The outlets of the gold articles.
        age_days: The age in days of the newest gold article on the date of the question. A question
            without a date uses the date of the newest article in the corpus.
        history: The conversation before the question.
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
        """Returns whether the question is a follow-up."""
        return bool(self.history)

    @property
    def is_lost(self) -> bool:
        """Returns whether the question has gold articles, but none of them is indexed."""
        return not self.indexed and bool(self.articles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A line of ``articles.jsonl``: an article's canonical text, title, outlet and date."""

    article_id: str
    title: str
    outlet: str | None
    published: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """The contents of a result folder; ``rows`` pairs each prediction with its gold, ordered by id.

    ``systems`` has the predictions of other systems by name, for some or all questions. ``run``
    has the contents of ``run.json``.
    """

    dataset: str
    rows: tuple[tuple[Prediction, Gold], ...]
    articles: Mapping[str, Source]
    systems: Mapping[str, tuple[Prediction, ...]] = field(default_factory=dict)
    run: Mapping[str, object] = field(default_factory=dict)

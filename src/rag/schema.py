"""The nouns: what moves through the house, from a file to a cited answer.

Every type is frozen, slotted and keyword-only. Offsets are half-open character offsets into an
article's canonical text; higher is better for every score; ranks start at 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

__all__ = [
    "Answer",
    "Article",
    "Citation",
    "Confidence",
    "Evidence",
    "Filter",
    "Hit",
    "IndexReport",
    "Passage",
    "Period",
    "Progress",
    "Related",
    "Statement",
    "Turn",
]

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One revision of one article; ``text`` is the canonical text that all offsets point into.

    ``id`` is the one it was given, else its canonical URL, else its path relative to the indexed
    root; ``revision`` is the SHA-256 of ``text`` in hex. What the article does not state is None.
    """

    id: str
    revision: str
    title: str
    outlet: str | None = None
    author: str | None = None
    published: date | None = None
    language: str = "en"
    url: str | None = None
    origin: str = ""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A run of whole sentences: ``article.text[start:end]``, with each sentence's own offsets."""

    article_id: str
    revision: str
    start: int
    end: int
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which articles may answer. Empty or None asks for nothing; all that is set must hold.

    ``since`` and ``until`` are inclusive. Articles without a date pass a date range only when
    ``undated`` is true. Outlets and authors are compared without regard to case.
    """

    outlets: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    articles: tuple[str, ...] = ()
    undated: bool = True

    @property
    def is_empty(self) -> bool:
        """Whether every article passes."""
        return self == Filter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days a question asks about, both inclusive, None where open; ``words`` say so in it."""

    since: date | None = None
    until: date | None = None
    words: str = ""

    def __str__(self) -> str:
        """The days in words: "1 July 2022 to 31 July 2022", "since 1 March 2026", "1 May 2026"."""
        first, last = (f"{day.day} {day:%B %Y}" if day else "" for day in (self.since, self.until))
        if first and last:
            return first if first == last else f"{first} to {last}"
        return f"since {first}" if first else f"until {last}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage found for a question, with its place in the list and why it stands there.

    ``score``, in [0, 1], is what the hits are ordered by: both sides fused, the time asked about
    and what the reader made of the passage counted in. ``dense_rank`` and ``lexical_rank`` are
    None where that side did not list the passage; ``dense_score`` is the cosine, ``lexical_score``
    the BM25 score. ``copies`` are the ids of other articles that print the passage as copies of the
    same text; ``superseded_by`` is the id of the newest version of the article, where it is not
    that itself.
    """

    passage: Passage
    score: float
    rank: int
    dense_rank: int | None = None
    dense_score: float | None = None
    lexical_rank: int | None = None
    lexical_score: float | None = None
    matched_terms: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    superseded_by: str | None = None

    def holds(self, citation: "Citation") -> bool:
        """Whether the words that are cited stand in this passage."""
        passage = self.passage
        same = (passage.article_id, passage.revision) == (citation.article_id, citation.revision)
        return same and passage.start <= citation.start and citation.end <= passage.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """Another article that is the same text as one: a "copy", or a "newer" or "older" version.

    ``share`` is the part, in [0, 1], of the one's words that stand in the other.
    """

    article_id: str
    kind: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """An exact quotation: ``article.text[start:end] == quote`` in that revision, always."""

    article_id: str
    revision: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One sentence of an answer; ``note`` is context of ours, never part of the quotation.

    ``text[short[0]:short[1]]`` is the short thing in it that answers, where that is clear.
    ``differs`` where another article answers differently: see ``Answer.differing``.
    """

    text: str
    note: str | None = None
    citations: tuple[Citation, ...]
    short: Span | None = None
    differs: bool = False

    @property
    def short_answer(self) -> str | None:
        """The words that answer by themselves, or None."""
        return self.text[slice(*self.short)] if self.short else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """What the reader named ``reader`` made of the first sentence, shown or withheld.

    ``none`` is the probability that no sentence answers, ``sentence`` that this one does. ``span``
    are the words of it that most likely answer, with their own probability; None where the reader
    marks no words.
    """

    reader: str
    none: float
    sentence: float
    span: str | None = None
    span_probability: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is shown for a question. It abstained exactly when it has no statements.

    ``rejected`` holds statements whose citations did not prove exact. ``withheld`` is what an
    abstention kept back: never to be shown as an answer, but needed to judge where to abstain.
    ``period`` is the one that the question was understood to ask about, None where it names none;
    ``off_period`` says that the first statement is of another time, or undated.
    ``answerability`` is in [0, 1], higher: more surely answerable. Where the question asks for
    somebody's words and a statement is such words, it is .9 at least. ``confidence`` says how sure
    the reader was; None where the sentences were not chosen by it.
    ``seconds`` gives the wall time of each stage; ``generation`` the state of the index.
    """

    question: str
    standalone_question: str
    period: Period | None = None
    off_period: bool = False
    statements: tuple[Statement, ...] = ()
    rejected: tuple[Statement, ...] = ()
    withheld: tuple[Statement, ...] = ()
    short_answer: str | None = None
    hits: tuple[Hit, ...] = ()
    answerability: float = 0.0
    confidence: Confidence | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    generation: int = 0

    @property
    def abstained(self) -> bool:
        """Whether the articles do not say."""
        return not self.statements

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The distinct citations of all statements, in the order they are shown: [1], [2], …"""
        return tuple(dict.fromkeys(c for s in self.statements for c in s.citations))

    @property
    def differing(self) -> tuple[Statement, ...]:
        """The statements of different articles that answer differently; empty where none do."""
        found = tuple(statement for statement in self.statements if statement.differs)
        return found if len(found) > 1 else ()

    @property
    def text(self) -> str:
        """The words shown, statements joined by a space; empty when abstained."""
        return " ".join(statement.text for statement in self.statements)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One past turn of a conversation; ``role`` is "user" or "agent"."""

    role: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a long piece of work is: ``done`` of ``total`` units of ``stage``."""

    stage: str
    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexReport:
    """What one indexing run did, in articles; ``skipped`` pairs refused files with reasons.

    ``warned`` pairs files that were taken with what of them was not read.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    passages: int = 0
    skipped: tuple[tuple[str, str], ...] = ()
    warned: tuple[tuple[str, str], ...] = ()
    generation: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceEvidence:
    """A sentence of a hit, and the probability that it answers.

    All sentences of a question compete with each other and with "none of them". ``span``, in
    characters of the article, are the words in it that most likely answer, with their own
    probability; None where the reader marks no words.
    """

    hit: Hit
    start: int
    end: int
    probability: float = 0.0
    span: Span | None = None
    span_probability: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that an answer is made from, gathered before anything is decided.

    ``articles`` holds each hit's article by (id, revision). ``sentences`` are those that may
    answer, or, where ``is_overview``, the first of each article of the period, as nothing but a
    time was named. ``none`` is the probability that none of them answers, and ``reader`` the name
    of what read them, empty where nothing did.
    """

    question: str
    standalone_question: str
    hits: tuple[Hit, ...]
    articles: Mapping[tuple[str, str], Article]
    sentences: tuple[SentenceEvidence, ...]
    stemmer: str
    generation: int
    period: Period | None = None
    is_overview: bool = False
    none: float = 1.0
    reader: str = ""

    def text(self, hit: Hit, start: int, end: int) -> str:
        """The words of a hit's article from ``start`` to ``end``."""
        return self.articles[hit.passage.article_id, hit.passage.revision].text[start:end]

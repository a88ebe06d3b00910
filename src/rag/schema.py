"""The data types, from an article to a cited answer.

Every type is a frozen, slotted, keyword-only dataclass. Offsets are half-open character offsets
into an article's canonical text. For every score, higher is better. Ranks start at 1.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Literal

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
    "Tokens",
    "Turn",
    "VerifyReport",
    "author_names",
]

Span = tuple[int, int]
State = Literal["answer", "closest", "none"]
_BETWEEN_NAMES = re.compile(r";\s+|,?\s+(?:and|&)\s+")
_ENDED = re.compile(r"[.!?…:;][\W_]*$")
_COMMA = re.compile(r",\s*")


@lru_cache(maxsize=20_000)  # a filter asks for each article's
def author_names(author: str | None) -> tuple[str, ...]:
    """The names in a byline, as in "Ada Lind, Bo Ek and Cy Roe".

    A comma separates full names only: "Lind, Ada" and "Ada Lind, Reuters" are one.
    """
    names = [name.strip() for name in _BETWEEN_NAMES.split(author or "") if name.strip()]
    parts = (_COMMA.split(name) for name in names)
    return tuple(
        dict.fromkeys(
            each
            for name, split in zip(names, parts, strict=True)
            for each in (split if all(" " in part for part in split) else [name])
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One revision of one article. All offsets refer to its canonical text, ``text``.

    ``id`` is the id given to the article, else its canonical URL, else its path relative to the
    indexed root. ``revision`` is the SHA-256 of ``text`` in hex. ``outlet``, ``author``,
    ``published`` and ``url`` are None if the article does not state them. ``pages`` has the offset
    of the beginning of each page of a PDF; it is empty for other articles and in lists of articles.
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
    pages: tuple[int, ...] = field(default=(), compare=False)

    def page(self, offset: int) -> int | None:
        """The number of the page that contains the character at ``offset``; None without pages."""
        return bisect_right(self.pages, offset) or None

    def citation(self, start: int, end: int) -> "Citation":
        """The quotation of the text from ``start`` to ``end``."""
        return Citation(
            article_id=self.id,
            revision=self.revision,
            start=start,
            end=end,
            quote=self.text[start:end],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A run of whole sentences, ``article.text[start:end]``, with the offsets of each sentence."""

    article_id: str
    revision: str
    start: int
    end: int
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Restricts the articles that may answer.

    An article must match every field that is set; empty fields do not filter. ``since`` and
    ``until`` are inclusive. Articles without a date pass a date range only if ``undated`` is true.
    Ignores case and accents in outlets and authors. An article with several authors matches by any
    of them.
    """

    outlets: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    articles: tuple[str, ...] = ()
    undated: bool = True

    @property
    def is_empty(self) -> bool:
        """Whether the filter accepts every article."""
        return self == Filter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The period that a question asks about.

    ``since`` and ``until`` are inclusive; None means an open end. ``words`` is the expression in
    the question that names the period.
    """

    since: date | None = None
    until: date | None = None
    words: str = ""

    def __str__(self) -> str:
        """As text: "1 July 2022 to 31 July 2022", "since 1 March 2026" or "1 May 2026"."""
        first, last = (f"{day.day} {day:%B %Y}" if day else "" for day in (self.since, self.until))
        if first and last:
            return first if first == last else f"{first} to {last}"
        return f"since {first}" if first else f"until {last}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage found for a question, with its rank and the scores behind it.

    Hits are ordered by ``score``, in [0, 1]. It combines the dense and lexical scores, the match
    with the period asked about, and the reader's score. ``dense_score`` is the cosine similarity,
    ``lexical_score`` the BM25 score. ``dense_rank`` and ``lexical_rank`` are None if that search
    did not return the passage. ``copies`` has the ids of near-duplicate articles that contain the
    same passage. ``superseded_by`` is the id of the article's newest version, or None if this is
    the newest.
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
        """Whether the quotation is within this passage."""
        passage = self.passage
        same = (passage.article_id, passage.revision) == (citation.article_id, citation.revision)
        return same and passage.start <= citation.start and citation.end <= passage.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """An article related to a given one: a "copy", or a "newer" or "older" version.

    ``share`` is the fraction, in [0, 1], of the given article's words that the related one has.
    """

    article_id: str
    kind: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """An exact quotation: in that revision, ``article.text[start:end] == quote``."""

    article_id: str
    revision: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One sentence of an answer.

    ``note`` is context added by Byline and never part of the quotation: the speaker; "correction"
    for a correction of the outlet; "withdrawn, see the correction" for a sentence that a correction
    withdraws; the outlet in a comparison; the date in a timeline; the names in a list; "later
    report: 112 (was 40)" for a later figure of the same outlet.
    ``text[short[0]:short[1]]`` is the short answer within the sentence; ``short`` is None if there
    is no clear one. ``differs`` is true if another article answers differently; see
    ``Answer.differing``. ``is_written`` is true if a language model wrote the sentence; its
    citations are then the sentences that support it.
    """

    text: str
    note: str | None = None
    citations: tuple[Citation, ...]
    short: Span | None = None
    differs: bool = False
    is_written: bool = False

    @property
    def short_answer(self) -> str | None:
        """The words in the sentence that answer the question, or None."""
        return self.text[slice(*self.short)] if self.short else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """The reader's confidence in the first sentence, whether shown or withheld.

    ``reader`` is the reader's name. ``none`` is the probability that no sentence answers, and
    ``sentence`` the probability that this one does. ``span`` has the words in it that most likely
    answer, and ``span_probability`` is their probability; ``span`` is None if the reader marks no
    words.
    """

    reader: str
    none: float
    sentence: float
    span: str | None = None
    span_probability: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """The tokens of an answer in prose: of the ``prompt``, and of the ``completion``.

    ``is_counted`` is true if the model server counted them; otherwise they are estimated with the
    o200k_base encoding.
    """

    prompt: int
    completion: int
    is_counted: bool = False

    def __add__(self, other: "Tokens") -> "Tokens":
        """The sum, which is counted if both are."""
        return Tokens(
            prompt=self.prompt + other.prompt,
            completion=self.completion + other.completion,
            is_counted=self.is_counted and other.is_counted,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to a question. Without statements, it is an abstention or has a ``notice``.

    ``notice`` is a short reply to small talk such as "Thanks!", which is answered without a search,
    or the reason why nothing can answer: an empty selection, or a question in another language.
    ``coverage`` says how many articles match a question over the whole folder, such as "3 of 12
    articles mention “Vessby”.", and is "" for other questions.
    ``rejected`` has the statements whose citations did not match the article exactly. ``withheld``
    has the statements that an abstention suppressed. They serve to evaluate the abstention and
    must not be shown as an answer. ``is_near`` is true if the first of them may be shown as the
    closest sentence, marked as such. ``period`` is the period that the question asks about, or None
    if it names none. ``off_period`` is true if the first statement, or the closest sentence, is
    from another time; ``off_date`` is then the date of its article. ``answerability``, in [0, 1],
    estimates whether the articles answer the question. It is at least 0.9 if the question asks for
    someone's words and a statement quotes them.
    ``unverified`` has the sentences of a language model that the articles do not support. They
    have no citations; the ``note`` of each says what is not in the articles. They must not be
    shown as part of the answer. ``fallback`` says why sentences are quoted although prose was asked
    for, or is "". ``tokens`` is None if no language model was asked.
    ``confidence`` is None if the reader did not choose the sentences. ``seconds`` maps each stage
    to its wall time. ``generation`` identifies the state of the index.
    """

    question: str
    standalone_question: str
    period: Period | None = None
    off_period: bool = False
    off_date: date | None = None
    statements: tuple[Statement, ...] = ()
    rejected: tuple[Statement, ...] = ()
    withheld: tuple[Statement, ...] = ()
    is_near: bool = False
    short_answer: str | None = None
    hits: tuple[Hit, ...] = ()
    answerability: float = 0.0
    confidence: Confidence | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    generation: int = 0
    notice: str = ""
    coverage: str = ""
    unverified: tuple[Statement, ...] = ()
    fallback: str = ""
    tokens: Tokens | None = None

    @property
    def is_prose(self) -> bool:
        """Whether a language model wrote the statements."""
        return any(statement.is_written for statement in self.statements)

    @property
    def abstained(self) -> bool:
        """Whether Byline gives no answer; also true for a ``notice``."""
        return not self.statements

    @property
    def closest(self) -> Statement | None:
        """The sentence closest to an answer, if an abstention has one to show; else None."""
        near = self.abstained and self.is_near
        return next(iter(self.withheld), None) if near else None

    @property
    def state(self) -> State:
        """``answer``, ``closest`` if there is only a closest sentence to show, or ``none``."""
        if self.statements:
            return "answer"
        return "closest" if self.closest else "none"

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The distinct citations of all statements in display order: [1], [2] and so on."""
        return tuple(dict.fromkeys(c for s in self.statements for c in s.citations))

    @property
    def differing(self) -> tuple[Statement, ...]:
        """The statements from different articles that disagree; empty if none do."""
        found = tuple(statement for statement in self.statements if statement.differs)
        return found if len(found) > 1 else ()

    @property
    def text(self) -> str:
        """The statements, joined by spaces; empty if the answer is an abstention.

        A line break follows a statement without end punctuation, such as a headline.
        """
        parts = [statement.text for statement in self.statements]
        ends = [" " if _ENDED.search(part) else "\n" for part in parts]
        return "".join(map("".join, zip(parts, ends, strict=True)))[:-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One past turn of a conversation; ``role`` is "user" or "agent"."""

    role: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The progress of a long operation: ``done`` of ``total`` units of ``stage``.

    ``rate`` is the number of units per second, without those that needed no work, and ``left`` the
    estimated time left in seconds, by the size of the files. Both are None while they are unknown.
    """

    stage: str
    done: int
    total: int
    rate: float | None = None
    left: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexReport:
    """The result of one indexing run.

    ``added``, ``updated``, ``unchanged`` and ``removed`` count articles. ``skipped`` pairs each
    rejected file with the reason. ``warned`` pairs each indexed file that was only partly read with
    the reason. ``passed_over`` counts items that were found but not read, by kind: a file ending
    such as ".doc", "without an ending", "linked folder", or "row without text" of a table.
    ``left_out`` pairs the first 1,000 of them with their kinds. ``damaged`` pairs the id of each
    damaged article that was not indexed again with the kind of damage. ``unrested`` has the files
    that were left for a later run because they had just been changed.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    passages: int = 0
    skipped: tuple[tuple[str, str], ...] = ()
    warned: tuple[tuple[str, str], ...] = ()
    passed_over: tuple[tuple[str, int], ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    damaged: tuple[tuple[str, str], ...] = ()
    unrested: tuple[str, ...] = ()
    generation: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport:
    """The result of verifying an index.

    ``checked`` counts the checked items by kind. ``damaged``, ``repaired`` and ``unchecked`` list
    damage, repairs, and failed checks, one line each. ``articles`` has the ids of the articles that
    must be indexed again.
    """

    checked: tuple[tuple[str, int], ...] = ()
    damaged: tuple[str, ...] = ()
    repaired: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceEvidence:
    """A sentence of a hit, with the probability that it answers the question.

    All sentences read for a question, and the outcome that none of them answers, share one
    probability distribution. ``span`` locates the words in the article's text that most likely
    answer, and ``span_probability`` is their probability; ``span`` is None if the reader marks no
    words. ``note`` is the note that an answer shows with it, such as a date, or "". ``differs`` is
    true if another sentence has a different figure for the same thing.
    """

    hit: Hit
    start: int
    end: int
    probability: float = 0.0
    span: Span | None = None
    span_probability: float = 0.0
    note: str = ""
    differs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All inputs of an answer, gathered before any decision is made.

    ``articles`` maps (id, revision) to the article of each hit. ``sentences`` are the candidate
    sentences. If ``is_overview`` is true, ``sentences`` are the answer, in order: the question
    names only a period, or asks about the whole folder; in the latter case ``coverage`` says how
    many articles match. ``times`` has the times in the question that may be an article's date,
    shortest first. ``none`` is the probability that no sentence answers. ``reader`` is the name of
    the reader, or empty if none was used. ``language`` is the code of the question's language.
    ``searched`` is the approximate number of passages that were searched.
    """

    question: str
    standalone_question: str
    hits: tuple[Hit, ...]
    articles: Mapping[tuple[str, str], Article]
    sentences: tuple[SentenceEvidence, ...]
    stemmer: str
    generation: int
    period: Period | None = None
    times: tuple[Period, ...] = ()
    is_overview: bool = False
    coverage: str = ""
    none: float = 1.0
    reader: str = ""
    language: str = "en"
    searched: int = 0

    def text(self, hit: Hit, start: int, end: int) -> str:
        """The text of a hit's article from ``start`` to ``end``."""
        return self.articles[hit.passage.article_id, hit.passage.revision].text[start:end]

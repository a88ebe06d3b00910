"""The result folder: what a run leaves behind, and all that the measures read.

::

    predictions.jsonl       one object a question: what was found and shown
    gold.jsonl              one object a question: what would have been right
    articles_cited.jsonl    the canonical text of each article that was cited
    run.json                what ran, on what, with which settings
    metrics.json            what the measures say of all this; written last
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import rag
from rag.evaluation.lines import Faults, read_rows

__all__ = [
    "ARTICLES",
    "FORMAT",
    "GOLD",
    "METRICS",
    "PREDICTIONS",
    "RUN",
    "Found",
    "Gold",
    "Prediction",
    "Quote",
    "Results",
    "Unit",
    "read_results",
]

FORMAT = 1
PREDICTIONS = "predictions.jsonl"
GOLD = "gold.jsonl"
ARTICLES = "articles_cited.jsonl"
METRICS = "metrics.json"
RUN = "run.json"

Item = TypeVar("Item")


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
    """A passage that was found; ``rank`` starts at 1, higher ``score`` is better."""

    score: float
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote(Unit):
    """A citation that was shown, with its words."""

    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """A line of ``predictions.jsonl``; ``answer`` and ``statements`` are empty when it abstained.

    ``hits`` are the first 20. ``seconds`` holds each stage's wall time and their ``total``.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """A line of ``gold.jsonl``: the right answer of one question, and the places that hold it.

    ``has_spans`` tells that ``units`` are sentences, not paragraphs or whole documents.
    """

    id: str
    answers: tuple[str, ...]
    answerable: bool | None
    kind: str | None
    has_history: bool
    units: tuple[Unit, ...]
    has_spans: bool
    articles: tuple[str, ...]
    gold_human: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """A result folder as read; ``rows`` pair each prediction with its gold, ordered by id."""

    dataset: str
    rows: tuple[tuple[Prediction, Gold], ...]
    texts: Mapping[str, str]


def read_results(folder: Path) -> Results:
    """Read a finished result folder.

    Raises ``rag.UsageError`` for a folder of another format or an unfinished run, and
    ``rag.DatasetError`` listing the lines that do not follow their form.
    """
    run = _read_run(folder)
    faults = Faults()
    predictions = _read(folder / PREDICTIONS, _prediction, faults)
    gold = _read(folder / GOLD, _gold, faults)
    faults.raise_any(folder)
    if predictions.keys() != gold.keys():
        answered = len(predictions.keys() & gold.keys())
        raise rag.UsageError(
            f"{folder} holds {answered} of {len(gold)} answers: run `byline eval` again to go on"
        )
    texts = _read(folder / ARTICLES, lambda row: str(row["text"]), faults, key="article_id")
    faults.raise_any(folder)
    rows = tuple((predictions[name], gold[name]) for name in sorted(gold))
    return Results(dataset=str(run.get("dataset", "")), rows=rows, texts=texts)


def _read_run(folder: Path) -> Mapping[str, object]:
    try:
        run = json.loads((folder / RUN).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise rag.UsageError(f"no results in {folder}: make them with `byline eval`") from error
    version = run.get("format") if isinstance(run, dict) else None
    if not isinstance(run, dict) or version != FORMAT:
        raise rag.UsageError(
            f"{folder} holds results of format {version}, not {FORMAT}: run `byline eval` again"
        )
    return run


def _read(
    path: Path, parse: Callable[[Mapping[str, Any]], Item], faults: Faults, *, key: str = "id"
) -> dict[str, Item]:
    items: dict[str, Item] = {}
    for number, row in read_rows(path, faults):
        try:
            items[str(row[key])] = parse(row)
        except (KeyError, TypeError) as error:
            faults.add(path, number, f"does not follow the form ({error}); run `byline eval` again")
    return items


def _prediction(row: Mapping[str, Any]) -> Prediction:
    shown = [row["answer"]] if row["answer"] else []
    return Prediction(
        id=row["id"],
        question=row["question"],
        standalone_question=row["standalone_question"],
        hits=tuple(Found(**hit) for hit in row["hits"]),
        answer=row["answer"],
        short_answer=row["short_answer"],
        statements=tuple(row.get("statements", shown)),
        citations=tuple(Quote(**citation) for citation in row["citations"]),
        abstained=row["abstained"],
        answerability=row["answerability"],
        features=row["features"],
        seconds=row["seconds"],
    )


def _gold(row: Mapping[str, Any]) -> Gold:
    return Gold(
        id=row["id"],
        answers=tuple(row["answers"]),
        answerable=row["answerable"],
        kind=row["kind"],
        has_history=row["has_history"],
        units=tuple(Unit(**unit) for unit in row["units"]),
        has_spans=row["has_spans"],
        articles=tuple(row["articles"]),
        gold_human=tuple(row["gold_human"]),
    )

"""Builders of data sets and result folders for the tests of the evaluation."""

import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path

import pytest

import rag
from rag.evaluation.lines import dump_line, write_json
from rag.evaluation.measuring.rows import RIGHT, QuestionRow, write_question_rows
from rag.evaluation.records import (
    ARTICLES,
    FORMAT,
    GOLD,
    METRICS,
    PREDICTIONS,
    RUN,
    SYSTEMS,
    Found,
    Gold,
    Prediction,
    Quote,
    Source,
    Unit,
)

MakeHits = Callable[..., tuple[Found, ...]]
MakePrediction = Callable[..., Prediction]
MakeGold = Callable[..., Gold]
MakeSource = Callable[..., Source]
MakeRow = Callable[..., QuestionRow]
WriteRows = Callable[[Path, Iterable[Mapping[str, object]]], Path]
WriteResults = Callable[..., Path]
WriteMeasured = Callable[..., Path]


def _hits(*places: tuple[str, int, int]) -> tuple[Found, ...]:
    return tuple(
        Found(article_id=article, start=start, end=end, score=1 / rank, rank=rank)
        for rank, (article, start, end) in enumerate(places, start=1)
    )


def _prediction(
    name: str = "q",
    *,
    hits: tuple[Found, ...] = (),
    statements: tuple[str, ...] = (),
    short_answer: str | None = None,
    citations: tuple[Quote, ...] = (),
    withheld: tuple[Quote, ...] = (),
    state: str | None = None,
    answerability: float = 0.5,
    features: Mapping[str, float] | None = None,
    seconds: Mapping[str, float] | None = None,
    question: str | None = None,
) -> Prediction:
    asked = question or f"What about {name}?"
    return Prediction(
        id=name,
        question=asked,
        standalone_question=asked,
        hits=hits,
        answer=" ".join(statements),
        short_answer=short_answer,
        statements=statements,
        citations=citations,
        abstained=not statements,
        answerability=answerability,
        features=features or {},
        seconds=seconds or {"total": 0.25},
        withheld=withheld,
        state=state,
    )


def _gold(
    name: str = "q",
    *,
    answers: tuple[str, ...] = (),
    answerable: bool | None = True,
    kind: str | None = None,
    has_history: bool = False,
    history: tuple[rag.Turn, ...] = (),
    units: tuple[Unit, ...] = (),
    has_spans: bool = False,
    articles: tuple[str, ...] | None = None,
    gold_human: tuple[str, ...] = (),
    indexed: bool = True,
    free_form: bool = False,
    whole: bool = False,
    outlets: tuple[str, ...] = (),
    age_days: int | None = None,
) -> Gold:
    of_units = tuple(dict.fromkeys(unit.article_id for unit in units))
    before = (rag.Turn(role="user", text="What came before?"),) if has_history else ()
    return Gold(
        id=name,
        answers=answers,
        answerable=answerable,
        kind=kind,
        units=units,
        has_spans=has_spans,
        articles=of_units if articles is None else articles,
        gold_human=gold_human,
        indexed=indexed,
        free_form=free_form,
        whole=whole,
        outlets=outlets,
        age_days=age_days,
        history=history or before,
    )


def _source(
    name: str = "a",
    text: str = "",
    *,
    title: str = "",
    outlet: str | None = None,
    published: str | None = None,
) -> Source:
    return Source(article_id=name, title=title, outlet=outlet, published=published, text=text)


def _write_rows(path: Path, rows: Iterable[Mapping[str, object]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def _write_results(
    folder: Path,
    rows: Iterable[tuple[Prediction, Gold]],
    *,
    texts: Mapping[str, str] | None = None,
    articles: Iterable[Source] = (),
    systems: Mapping[str, Iterable[Prediction]] | None = None,
    run: Mapping[str, object] | None = None,
    version: int = FORMAT,
) -> Path:
    (folder / SYSTEMS).mkdir(parents=True, exist_ok=True)
    pairs = list(rows)
    named = [_source(name, text) for name, text in (texts or {}).items()]
    files: dict[str, Iterable[Prediction | Gold | Source]] = {
        PREDICTIONS: [shown for shown, _ in pairs],
        GOLD: [gold for _, gold in pairs],
        ARTICLES: [*named, *articles],
        **{f"{SYSTEMS}/{name}.jsonl": shown for name, shown in (systems or {}).items()},
    }
    for name, nouns in files.items():
        lines = "".join(dump_line(asdict(noun)) for noun in nouns)
        (folder / name).write_text(lines, encoding="utf-8")
    described = {"format": version, "dataset": "by-hand", "finished": True, **(run or {})}
    write_json(folder / RUN, described)
    return folder


def _question_row(
    name: str = "q",
    values: Mapping[str, float] | None = None,
    *,
    question: str | None = None,
    answerable: bool | None = None,
    answerability: float = 0.5,
    group: str = RIGHT,
) -> QuestionRow:
    asked = question or f"What about {name}?"
    return QuestionRow(
        id=name,
        question=asked,
        standalone_question=asked,
        history=(),
        kind=None,
        answerable=answerable,
        answers=(),
        gold=(),
        gold_articles=(),
        group=group,
        passage_rank=None,
        article_rank=None,
        hits=(),
        relevant=(),
        shown=(),
        short_answer=None,
        citations=(),
        withheld=(),
        abstained=False,
        answerability=answerability,
        seconds=0.25,
        values=values or {},
    )


def _write_measured(
    folder: Path,
    rows: Iterable[QuestionRow],
    *,
    run: Mapping[str, object] | None = None,
    version: int = FORMAT,
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    described = {"format": version, "dataset": "by-hand", "finished": True, **(run or {})}
    write_json(folder / RUN, described)
    write_json(folder / METRICS, {"format": version, "dataset": "by-hand"})
    write_question_rows(folder, rows)
    return folder


@pytest.fixture(scope="session")
def hits() -> MakeHits:
    """Creates hits from (article, start, end), best first."""
    return _hits


@pytest.fixture(scope="session")
def prediction() -> MakePrediction:
    """Creates a prediction; without statements, it is an abstention."""
    return _prediction


@pytest.fixture(scope="session")
def gold() -> MakeGold:
    """Creates gold; by default, its articles are those of its units."""
    return _gold


@pytest.fixture(scope="session")
def source() -> MakeSource:
    """Creates an article from its name and text."""
    return _source


@pytest.fixture(scope="session")
def write_rows() -> WriteRows:
    """Writes a JSON Lines file."""
    return _write_rows


@pytest.fixture(scope="session")
def write_results() -> WriteResults:
    """Writes a result folder from pairs of prediction and gold.

    Articles come from ``texts`` (by name) or ``articles``; ``run`` adds to ``run.json``.
    """
    return _write_results


@pytest.fixture(scope="session")
def question_row() -> MakeRow:
    """Creates a measured question from its name and values."""
    return _question_row


@pytest.fixture(scope="session")
def write_measured() -> WriteMeasured:
    """Writes the part of a result folder that a comparison reads; ``run`` adds to ``run.json``."""
    return _write_measured


@pytest.fixture(scope="session")
def bench() -> Path:
    """The folder of open data sets."""
    folder = os.environ.get("BYLINE_BENCH")
    if not folder:
        pytest.skip("BYLINE_BENCH names no folder of open data sets")
    return Path(folder)

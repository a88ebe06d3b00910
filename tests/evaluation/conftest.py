"""Builders for what the tests of the evaluation read: data sets and result folders by hand."""

import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path

import pytest

from rag.evaluation.lines import dump_line, write_json
from rag.evaluation.records import (
    ARTICLES,
    FORMAT,
    GOLD,
    PREDICTIONS,
    RUN,
    Found,
    Gold,
    Prediction,
    Quote,
    Unit,
)

MakeHits = Callable[..., tuple[Found, ...]]
MakePrediction = Callable[..., Prediction]
MakeGold = Callable[..., Gold]
WriteRows = Callable[[Path, Iterable[Mapping[str, object]]], Path]
WriteResults = Callable[..., Path]


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
    answerability: float = 0.5,
    seconds: Mapping[str, float] | None = None,
) -> Prediction:
    return Prediction(
        id=name,
        question=f"What about {name}?",
        standalone_question=f"What about {name}?",
        hits=hits,
        answer=" ".join(statements),
        short_answer=short_answer,
        statements=statements,
        citations=citations,
        abstained=not statements,
        answerability=answerability,
        features={},
        seconds=seconds or {"total": 0.25},
    )


def _gold(
    name: str = "q",
    *,
    answers: tuple[str, ...] = (),
    answerable: bool | None = True,
    kind: str | None = None,
    has_history: bool = False,
    units: tuple[Unit, ...] = (),
    has_spans: bool = False,
    gold_human: tuple[str, ...] = (),
) -> Gold:
    return Gold(
        id=name,
        answers=answers,
        answerable=answerable,
        kind=kind,
        has_history=has_history,
        units=units,
        has_spans=has_spans,
        articles=tuple(dict.fromkeys(unit.article_id for unit in units)),
        gold_human=gold_human,
    )


def _write_rows(path: Path, rows: Iterable[Mapping[str, object]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def _write_results(
    folder: Path,
    rows: Iterable[tuple[Prediction, Gold]],
    *,
    texts: Mapping[str, str] | None = None,
    version: int = FORMAT,
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    pairs = list(rows)
    cited = [{"article_id": name, "text": text} for name, text in (texts or {}).items()]
    for name, lines in (
        (PREDICTIONS, [asdict(shown) for shown, _ in pairs]),
        (GOLD, [asdict(gold) for _, gold in pairs]),
        (ARTICLES, cited),
    ):
        (folder / name).write_text("".join(map(dump_line, lines)), encoding="utf-8")
    write_json(folder / RUN, {"format": version, "dataset": "by-hand"})
    return folder


@pytest.fixture(scope="session")
def hits() -> MakeHits:
    """Hits from (article, start, end), best first."""
    return _hits


@pytest.fixture(scope="session")
def prediction() -> MakePrediction:
    """A prediction; it abstained when it has no statements."""
    return _prediction


@pytest.fixture(scope="session")
def gold() -> MakeGold:
    """Gold, whose articles are those of its units."""
    return _gold


@pytest.fixture(scope="session")
def write_rows() -> WriteRows:
    """Writes a JSON Lines file."""
    return _write_rows


@pytest.fixture(scope="session")
def write_results() -> WriteResults:
    """Writes a result folder."""
    return _write_results


@pytest.fixture(scope="session")
def bench() -> Path:
    """The folder of open data sets."""
    folder = os.environ.get("BYLINE_BENCH")
    if not folder:
        pytest.skip("BYLINE_BENCH names no folder of open data sets")
    return Path(folder)

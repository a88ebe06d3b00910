"""Reads a result folder, so that it can be measured."""

import json
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

import rag
from rag.evaluation import records
from rag.evaluation.lines import Faults, load_json, read_rows
from rag.evaluation.records import Gold, Prediction, Results, Source

Item = TypeVar("Item")
Row = Mapping[str, Any]


def read_results(folder: Path) -> Results:
    """Reads a finished result folder.

    Raises ``rag.UsageError`` for a folder of another format or an unfinished run. Raises
    ``rag.DatasetError``, listing the lines, where lines are malformed.
    """
    run = read_run(folder)
    faults = Faults()
    predictions = _read(folder / records.PREDICTIONS, _prediction, faults)
    gold = _read(folder / records.GOLD, partial(parse, Gold), faults)
    faults.raise_any(folder)
    if predictions.keys() != gold.keys() or run.get("finished") is False:
        answered = len(predictions.keys() & gold.keys())
        raise rag.UsageError(
            f"{folder} contains {answered} of {len(gold)} answers of an unfinished run:"
            " run `byline eval` again to resume it"
        )
    articles = read_sources(folder)
    systems = {
        file.stem: tuple(_read(file, _prediction, faults).values())
        for file in sorted((folder / records.SYSTEMS).glob("*.jsonl"))
    }
    faults.raise_any(folder)
    return Results(
        dataset=str(run.get("dataset", "")),
        rows=tuple((predictions[name], gold[name]) for name in sorted(gold)),
        articles=articles,
        systems=systems,
        run=run,
    )


def read_sources(folder: Path) -> dict[str, Source]:
    """Returns the articles of a result folder by id.

    Raises ``rag.DatasetError``, listing the lines, where lines are malformed.
    """
    faults = Faults()
    articles = _read(folder / records.ARTICLES, partial(parse, Source), faults, key="article_id")
    faults.raise_any(folder)
    return articles


def read_run(folder: Path) -> Mapping[str, object]:
    """Returns the contents of ``run.json``.

    Raises ``rag.UsageError`` if the file is missing or has another format.
    """
    try:
        run = load_json((folder / records.RUN).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise rag.UsageError(f"no results in {folder}: create them with `byline eval`") from error
    version = run.get("format") if isinstance(run, dict) else None
    if not isinstance(run, dict) or version != records.FORMAT:
        raise rag.UsageError(
            f"{folder} contains results of format {version}, not {records.FORMAT}:"
            " run `byline eval` again"
        )
    return run


def parse(kind: Callable[..., Item], row: Row) -> Item:
    """Builds a record from a JSON object; ignores unknown fields.

    Raises ``TypeError`` for a field that is missing or of the wrong type.
    """
    try:
        found: Item = _reader(kind).validate_json(json.dumps(row), strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        wrong = "missing" if first["type"] == "missing" else repr(first["input"])
        raise TypeError(f"{'.'.join(map(str, first['loc']))} is {wrong}") from error
    return found


@cache
def _reader(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _read(
    path: Path, parse: Callable[[Row], Item], faults: Faults, *, key: str = "id"
) -> dict[str, Item]:
    items: dict[str, Item] = {}
    for number, row in read_rows(path, faults):
        try:
            items[str(row[key])] = parse(row)
        except (KeyError, TypeError, ValueError) as error:
            faults.add(path, number, f"has an invalid field ({error}); run `byline eval` again")
    return items


def _prediction(row: Row) -> Prediction:
    """Reads a prediction; without statements, the whole answer becomes the only one."""
    return parse(Prediction, {"statements": [row["answer"]] if row["answer"] else [], **row})

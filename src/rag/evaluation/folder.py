"""Read a result folder, so that it can be measured."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import rag
from rag.evaluation.lines import Faults, load_json, read_rows
from rag.evaluation.records import (
    ARTICLES,
    FORMAT,
    GOLD,
    PREDICTIONS,
    RUN,
    SYSTEMS,
    Found,
    Gold,
    Prediction,
    Quote,
    Results,
    Source,
    Unit,
)

Item = TypeVar("Item")
Kinds = Mapping[str, type | tuple[type, ...]]
NUMBER = (int, float)
PLACE: Kinds = {"article_id": str, "start": int, "end": int, "quote": str}
HIT: Kinds = {**PLACE, "rank": int, "score": NUMBER}
SHOWN: Kinds = {
    "id": str,
    "question": str,
    "standalone_question": str,
    "answer": str,
    "short_answer": (str, type(None)),
    "abstained": bool,
    "answerability": NUMBER,
}
RIGHT: Kinds = {
    "id": str,
    "answerable": (bool, type(None)),
    "kind": (str, type(None)),
    "has_spans": bool,
    "indexed": bool,
    "free_form": bool,
    "age_days": (int, type(None)),
}
SOURCE: Kinds = {"article_id": str, "title": str, "text": str}


def read_results(folder: Path) -> Results:
    """Read a finished result folder.

    Raises ``rag.UsageError`` for a folder of another format or an unfinished run. Raises
    ``rag.DatasetError``, listing the lines, where lines are malformed.
    """
    run = read_run(folder)
    faults = Faults()
    predictions = _read(folder / PREDICTIONS, _prediction, faults)
    gold = _read(folder / GOLD, _gold, faults)
    faults.raise_any(folder)
    if predictions.keys() != gold.keys() or run.get("finished") is False:
        answered = len(predictions.keys() & gold.keys())
        raise rag.UsageError(
            f"{folder} holds {answered} of {len(gold)} answers of an unfinished run:"
            " run `byline eval` again to resume it"
        )
    articles = read_sources(folder)
    systems = {
        file.stem: tuple(_read(file, _prediction, faults).values())
        for file in sorted((folder / SYSTEMS).glob("*.jsonl"))
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
    """Return the articles of a result folder by id.

    Raises ``rag.DatasetError``, listing the lines, where lines are malformed.
    """
    faults = Faults()
    articles = _read(folder / ARTICLES, _source, faults, key="article_id")
    faults.raise_any(folder)
    return articles


def read_run(folder: Path) -> Mapping[str, object]:
    """Return the contents of ``run.json``.

    Raises ``rag.UsageError`` if the file is missing or has another format.
    """
    try:
        run = load_json((folder / RUN).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise rag.UsageError(f"no results in {folder}: create them with `byline eval`") from error
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
        except (KeyError, TypeError, ValueError) as error:
            faults.add(path, number, f"has an invalid field ({error}); run `byline eval` again")
    return items


def _check(row: Mapping[str, Any], kinds: Kinds) -> None:
    """Raise ``TypeError`` if a field of ``row`` has the wrong type."""
    for key, kind in kinds.items():
        if key in row and not isinstance(row[key], kind):
            raise TypeError(f"{key} is {row[key]!r}")


def _texts(row: Mapping[str, Any], key: str) -> tuple[str, ...]:
    if not isinstance(row[key], list) or not all(isinstance(one, str) for one in row[key]):
        raise TypeError(f"{key} is {row[key]!r}, not a list of strings")
    return tuple(row[key])


def _numbers(row: Mapping[str, Any], key: str) -> dict[str, float]:
    numbers: dict[str, float] = dict(row[key])
    _check(numbers, dict.fromkeys(numbers, NUMBER))
    return numbers


def _prediction(row: Mapping[str, Any]) -> Prediction:
    _check(row, SHOWN)
    shown = [row["answer"]] if row["answer"] else []
    return Prediction(
        id=row["id"],
        question=row["question"],
        standalone_question=row["standalone_question"],
        hits=tuple(map(parse_found, row["hits"])),
        answer=row["answer"],
        short_answer=row["short_answer"],
        statements=_texts({"statements": shown, **row}, "statements"),
        citations=tuple(map(parse_quote, row["citations"])),
        abstained=row["abstained"],
        answerability=row["answerability"],
        features=_numbers(row, "features"),
        seconds=_numbers(row, "seconds"),
        withheld=tuple(map(parse_quote, row.get("withheld", ()))),
    )


def parse_quote(row: Mapping[str, Any]) -> Quote:
    """Parse a citation of a prediction or a row; raises ``TypeError`` for an invalid field."""
    _check(row, PLACE)
    return Quote(**row)


def parse_unit(row: Mapping[str, Any]) -> Unit:
    """Parse a gold unit of a gold line or a row; raises ``TypeError`` for an invalid field."""
    _check(row, PLACE)
    return Unit(**row)


def _source(row: Mapping[str, Any]) -> Source:
    _check(row, SOURCE)
    return Source(**row)


def parse_found(row: Mapping[str, Any]) -> Found:
    """Parse a hit of a prediction or a row; raises ``TypeError`` for an invalid field."""
    _check(row, HIT)
    listed = {name: tuple(row.get(name, ())) for name in ("matched_terms", "copies")}
    return Found(**{**row, **listed})


def _gold(row: Mapping[str, Any]) -> Gold:
    _check(row, RIGHT)
    return Gold(
        id=row["id"],
        answers=_texts(row, "answers"),
        answerable=row["answerable"],
        kind=row["kind"],
        units=tuple(map(parse_unit, row["units"])),
        has_spans=row["has_spans"],
        articles=_texts(row, "articles"),
        gold_human=_texts(row, "gold_human"),
        indexed=row["indexed"],
        free_form=row["free_form"],
        whole=row.get("whole", False),
        outlets=_texts(row, "outlets"),
        age_days=row["age_days"],
        history=tuple(rag.Turn(**turn) for turn in row["history"]),
    )

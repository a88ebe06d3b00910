"""A data set as rows: what every format is read into, and written from.

A row is an object of ``corpus.jsonl`` or ``questions.jsonl`` with all its keys, those too that the
evaluation passes over, so that nothing is lost on the way.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import rag
from rag.evaluation.datasets import fields
from rag.evaluation.lines import Faults, dump_line, read_rows

__all__ = [
    "Content",
    "Row",
    "first_of",
    "gather",
    "gold_of",
    "grades_of",
    "judged",
    "note",
    "whole_number",
    "write_lines",
]

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The rows of a data set; ``notes`` tell what could not come along, and how much of it."""

    documents: tuple[Row, ...]
    questions: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def first_of(folder: Path, *names: str) -> Path:
    """The first of these files that is there. Raises ``rag.DatasetError`` where none is."""
    found = next((folder / name for name in names if (folder / name).is_file()), None)
    if found is None:
        raise rag.DatasetError(f"no {names[0]} in {folder}: name a folder that holds one")
    return found


def gather(path: Path, faults: Faults, *, parse: Callable[[Row], Row]) -> dict[str, Row]:
    """What ``parse`` makes of each line, by ``id``; a line that it refuses is a fault."""
    rows: dict[str, Row] = {}
    lines: dict[str, int] = {}
    for number, raw in read_rows(path, faults):
        try:
            row = parse(raw)
            name = fields.text(row, "id")
        except fields.FieldError as error:
            faults.add(path, number, str(error), kind=error.kind)
            continue
        if name in rows:
            faults.add(path, number, f"id {name!r} stands on line {lines[name]} already")
        else:
            rows[name], lines[name] = row, number
    return rows


def gold_of(grades: Mapping[str, int]) -> tuple[str, ...]:
    """The documents judged above 0, the highest grade first, equal ones in their order."""
    return tuple(sorted((name for name in grades if grades[name] > 0), key=lambda n: -grades[n]))


def judged(question: Row, grades: Mapping[str, int]) -> dict[str, object]:
    """``question`` with the gold of these judgements; they stand by it where they say more."""
    gold = gold_of(grades)
    rest = {key: value for key, value in question.items() if key not in {"gold", "grades"}}
    more = {} if grades == dict.fromkeys(gold, 1) else {"grades": dict(grades)}
    return {**rest, "gold": list(gold), **more}


def grades_of(question: Row) -> dict[str, int]:
    """The grade of each judged document: ``grades`` where it agrees with ``gold``, else 1 each."""
    gold = fields.texts(question, "gold")
    given = question.get("grades")
    if "gold" in question and isinstance(given, dict):
        grades = dict(given)
        if {type(grade) for grade in grades.values()} <= {int} and gold_of(grades) == gold:
            return grades
    return dict.fromkeys(gold, 1)


def whole_number(key: str, written: str) -> int:
    """A judgement: 2, or 2.0. Raises ``fields.FieldError`` for all else."""
    try:
        value = float(written)
        if value == int(value):
            return int(value)
    except (ValueError, OverflowError):
        pass
    raise fields.FieldError(f"{key} is {written!r}, not a whole number; write 0, 1 or more")


def note(count: int, one: str, many: str) -> tuple[str, ...]:
    """A line on ``count`` things; none where there are none."""
    return (f"{count:,} {one if count == 1 else many}",) if count else ()


def write_lines(path: Path, rows: Iterable[Row]) -> None:
    """Write a JSON Lines file. Raises ``rag.DatasetError`` for a row that JSON cannot hold."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as lines:
        for row in rows:
            try:
                lines.write(dump_line(row))
            except ValueError as error:  # NaN, or half a character
                name = row.get("id", row.get("_id"))
                raise rag.DatasetError(
                    f"row {name!r} cannot be written to {path.name} ({error}): correct it"
                ) from error

"""A data set as rows, the common representation of all formats.

A row is an object of ``corpus.jsonl`` or ``questions.jsonl``. It keeps all keys, including those
that the evaluation ignores, so that conversion loses nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import rag
from rag.evaluation.datasets import fields
from rag.evaluation.datasets.gold import UNKNOWN
from rag.evaluation.lines import Faults, FieldError, Row, read_unique

MISSING = "missing question or document"
REMEDY = "correct them, or leave out judgements of what is missing with --skip-missing"
NAMED = 5  # maximum missing questions and documents to list


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The rows of a data set; ``notes`` says what was left out and how often."""

    documents: tuple[Row, ...]
    questions: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def first_of(folder: Path, *names: str) -> Path:
    """Returns the first of these files that exists; raises ``rag.DatasetError`` if none does."""
    found = next((folder / name for name in names if (folder / name).is_file()), None)
    if found is None:
        raise rag.DatasetError(f"no {names[0]} in {folder}: name a folder that contains one")
    return found


def gather(path: Path, faults: Faults, *, parse: Callable[[Row], Row]) -> dict[str, Row]:
    """Parses each line of a file and returns the rows by ``id``; invalid lines become faults."""
    return read_unique(
        path, faults, lambda raw, _: parse(raw), name=lambda row: fields.text(row, "id")
    )


def gold_of(grades: Mapping[str, int]) -> tuple[str, ...]:
    """Returns the documents with a grade above 0, highest first; ties keep their order."""
    return tuple(sorted((name for name in grades if grades[name] > 0), key=lambda n: -grades[n]))


def judged(question: Row, grades: Mapping[str, int]) -> dict[str, object]:
    """Returns ``question`` with the gold from ``grades``; keeps the grades unless all are 1."""
    gold = gold_of(grades)
    rest = {key: value for key, value in question.items() if key not in {"gold", "grades"}}
    more = {} if grades == dict.fromkeys(gold, 1) else {"grades": dict(grades)}
    return {**rest, "gold": list(gold), **more}


def grades_of(question: Row) -> dict[str, int]:
    """Returns the grade of each judged document: ``grades`` if consistent with ``gold``, else 1."""
    gold = fields.texts(question, "gold")
    given = question.get("grades")
    if "gold" in question and isinstance(given, dict):
        grades = dict(given)
        if {type(grade) for grade in grades.values()} <= {int} and gold_of(grades) == gold:
            return grades
    return dict.fromkeys(gold, 1)


def whole_number(key: str, written: str) -> int:
    """Parses a judgement such as 2 or 2.0; raises ``FieldError`` for anything else."""
    try:
        value = float(written)
        if value == int(value):
            return int(value)
    except (ValueError, OverflowError):
        pass
    raise FieldError(f"{key} is {written!r}, not a whole number; write 0, 1 or more")


def note(count: int, one: str, many: str) -> tuple[str, ...]:
    """Returns a note that counts ``count`` items; none if the count is 0."""
    return (f"{count:,} {one if count == 1 else many}",) if count else ()


def settle(faults: Faults, source: Path, *, skip_missing: bool) -> tuple[str, ...]:
    """Raises ``rag.DatasetError`` if ``source`` has faults.

    With ``skip_missing``, faults of the kinds ``MISSING`` and ``UNKNOWN`` become notes instead,
    which count them and list the first 5.
    """
    missing = [fault for fault in faults.found if fault.kind in {MISSING, UNKNOWN}]
    if missing and not skip_missing:
        faults.raise_any(source, remedy=REMEDY)
    Faults(fault for fault in faults.found if fault not in missing).raise_any(source)
    what = "left out: the question or document is missing"
    named = tuple(f"  {fault}" for fault in missing[:NAMED])
    more = note(len(missing) - len(named), "more", "more")
    return (*note(len(missing), f"judgement {what}", f"judgements {what}"), *named, *more)

"""Rows of ``rows.jsonl``: one question with its value for each measure and its outcome."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import rag
from rag.evaluation.folder import parse, read_run
from rag.evaluation.lines import Faults, read_rows, write_rows
from rag.evaluation.records import ROWS, Found, Quote, Unit

RIGHT = "right"
NOT_JUDGED = "not judged"
GROUPS = (
    "not indexed",
    "not retrieved",
    "ranked low",
    "read wrongly",
    "answered though unanswerable",
    "abstained though answerable",
)
"""The ways in which a question can fail, in the order of the stages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRow:
    """One question after measuring.

    ``values`` is keyed as in ``measuring.catalog``. ``group`` is one of ``GROUPS``, ``right`` or
    ``not judged``. ``passage_rank`` and ``article_rank`` are the ranks of the first gold found,
    None if none was found; articles are ranked by their best passage. ``relevant`` has the ranks of
    ``hits`` that overlap a gold unit or, if no unit is known, are from a gold article. ``shown``
    has the statements shown, ``withheld`` the quotes that an abstention withheld. ``seconds`` is
    the total time.
    """

    id: str
    question: str
    standalone_question: str
    history: tuple[rag.Turn, ...] = ()
    kind: str | None = None
    answerable: bool | None
    answers: tuple[str, ...] = ()
    gold: tuple[Unit, ...] = ()
    gold_articles: tuple[str, ...] = ()
    group: str
    passage_rank: int | None = None
    article_rank: int | None = None
    hits: tuple[Found, ...] = ()
    relevant: tuple[int, ...] = ()
    shown: tuple[str, ...]
    short_answer: str | None = None
    citations: tuple[Quote, ...] = ()
    withheld: tuple[Quote, ...] = ()
    abstained: bool
    answerability: float
    seconds: float = 0.0
    values: Mapping[str, float]


BARE = ("id", "question", "answerable", "abstained", "answerability", "group", "values", "shown")


def bare_row(row: QuestionRow) -> dict[str, object]:
    """Returns the fields that a comparison needs, as stored in the ``rows.jsonl`` of a baseline."""
    return {name: getattr(row, name) for name in BARE}


def write_question_rows(folder: Path, rows: Iterable[QuestionRow]) -> None:
    """Writes ``rows.jsonl`` to a result folder."""
    write_rows(folder / ROWS, map(_plain, rows))


def read_question_rows(folder: Path) -> tuple[QuestionRow, ...]:
    """Reads ``rows.jsonl`` of a result folder or a baseline; fields missing from a row are empty.

    Raises:
        rag.UsageError: The file is missing, or the folder has another format.
        rag.DatasetError: Some lines are malformed; the message lists them.
    """
    read_run(folder)
    if not (folder / ROWS).is_file():
        raise rag.UsageError(f"{folder} was not measured: run `byline eval` again")
    faults = Faults()
    rows = []
    for number, row in read_rows(folder / ROWS, faults):
        try:
            rows.append(parse(QuestionRow, {"standalone_question": row["question"], **row}))
        except (KeyError, TypeError) as error:
            faults.add(folder / ROWS, number, f"does not have the expected format ({error})")
    faults.raise_any(folder, remedy="run `byline eval` again")
    return tuple(rows)


def _plain(value: Any) -> Any:
    """Converts dataclasses to JSON values; units omit fields that are None or empty."""
    if isinstance(value, Unit):
        items = ((field.name, getattr(value, field.name)) for field in fields(value))
        return {name: item for name, item in items if item not in (None, ())}
    if isinstance(value, QuestionRow | rag.Turn):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value

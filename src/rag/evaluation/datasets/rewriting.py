"""Many follow-up questions made to stand alone, read and written as JSON Lines."""

from collections.abc import Mapping
from pathlib import Path

import rag
from rag.evaluation.datasets import fields
from rag.evaluation.lines import Faults, read_rows

__all__ = ["rewrite_questions"]


def rewrite_questions(
    source: Path, *, config: rag.Config | None = None
) -> tuple[dict[str, object], ...]:
    """Each ``{id, question, history}`` of a file as ``{id, standalone_question}``, in its order.

    ``history`` holds ``[role, text]`` pairs, or texts of user and agent in turn; other fields do
    not count. ``-`` reads standard input. Raises ``rag.DatasetError`` listing the lines of another
    form and those whose id stands on an earlier line.
    """
    if str(source) != "-" and not source.is_file():
        raise rag.UsageError(f"there is no file {source}; name one with an object a line, or -")
    faults = Faults()
    lines: dict[object, int] = {}
    rewritten = []
    for number, row in read_rows(source, faults):
        try:
            one = _rewritten(row, config=config or rag.Config())
        except fields.FieldError as error:
            faults.add(source, number, str(error), kind=error.kind)
            continue
        first = lines.setdefault(one["id"], number)
        if first != number:
            faults.add(source, number, f"id {one['id']!r} stands on line {first} already")
        rewritten.append(one)
    faults.raise_any(source, remedy="correct them, then run again")
    return tuple(rewritten)


def _rewritten(row: Mapping[str, object], *, config: rag.Config) -> dict[str, object]:
    number = row.get("id")
    is_number = isinstance(number, int) and not isinstance(number, bool)
    asked = fields.question(row, "question", config=config)
    return {
        "id": number if is_number else fields.text(row, "id"),
        "standalone_question": rag.rewrite(asked, fields.history(row), config=config),
    }

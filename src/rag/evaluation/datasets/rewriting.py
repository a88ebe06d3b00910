"""Rewrite a file of follow-up questions as standalone questions."""

from collections.abc import Mapping
from pathlib import Path

import rag
from rag.evaluation.datasets import fields
from rag.evaluation.lines import Faults, read_rows


def rewrite_questions(
    source: Path, *, config: rag.Config | None = None
) -> tuple[dict[str, object], ...]:
    """Rewrite each ``{id, question, history}`` as ``{id, standalone_question}``, in file order.

    ``history`` holds ``[role, text]`` pairs, or strings that alternate between user and agent;
    other fields are ignored. ``-`` reads standard input. Raises ``rag.UsageError`` if there is no
    such file, and ``rag.DatasetError``, listing the lines, for malformed lines and duplicate ids.
    """
    if str(source) != "-" and not source.is_file():
        raise rag.UsageError(f"there is no file {source}; name one with one object per line, or -")
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
            faults.add(source, number, f"id {one['id']!r} is already used on line {first}")
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

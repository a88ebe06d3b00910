"""Rewrites a file of follow-up questions as standalone questions."""

from functools import partial
from operator import itemgetter
from pathlib import Path

import rag
from rag.evaluation.datasets import fields
from rag.evaluation.lines import Faults, Row, read_unique


def rewrite_questions(
    source: Path, *, config: rag.Config | None = None
) -> tuple[dict[str, object], ...]:
    """Rewrites each ``{id, question, history}`` as ``{id, standalone_question}``, in file order.

    ``history`` contains ``[role, text]`` pairs, or strings that alternate between user and agent;
    other fields are ignored. ``-`` reads standard input. Raises ``rag.UsageError`` if the file does
    not exist, and ``rag.DatasetError``, listing the lines, for malformed lines and duplicate ids.
    """
    if str(source) != "-" and not source.is_file():
        raise rag.UsageError(f"there is no file {source}; name one with one object per line, or -")
    settings, faults = config or rag.Config(), Faults()
    rewritten = read_unique(
        source, faults, partial(_rewritten, config=settings), name=itemgetter("id")
    )
    faults.raise_any(source, remedy="correct them, then run again")
    return tuple(rewritten.values())


def _rewritten(row: Row, _line: int, *, config: rag.Config) -> dict[str, object]:
    number = row.get("id")
    is_number = isinstance(number, int) and not isinstance(number, bool)
    asked = fields.question(row, "question", config=config)
    return {
        "id": number if is_number else fields.text(row, "id"),
        "standalone_question": rag.rewrite(asked, fields.history(row), config=config),
    }

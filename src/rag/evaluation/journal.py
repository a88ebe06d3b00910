"""The predictions of one run, line by line, and what is needed to go on after a break."""

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import rag
from rag.evaluation.lines import Faults, dump_line, read_rows, write_json
from rag.evaluation.records import METRICS, PREDICTIONS, RUN

__all__ = ["Journal"]


class Journal:
    """Appends predictions to a result folder; each line is written before the next is made.

    ``answered`` holds the ids of the questions that a broken run with the same fingerprint has
    answered. Leaving the context brings ``run.json`` up to date, at the end or at a break.
    """

    def __init__(self, folder: Path, description: Mapping[str, object]) -> None:
        _make(folder)
        earlier = _unfinished_run(folder, description["fingerprint"])
        if not earlier:
            (folder / PREDICTIONS).unlink(missing_ok=True)
        (folder / METRICS).unlink(missing_ok=True)
        self.answered = _answered(folder / PREDICTIONS)
        self._folder = folder
        self._description = description
        self._started: str = earlier.get("started", datetime.now(UTC).isoformat("T", "seconds"))
        self._seconds_before: float = earlier.get("seconds", 0.0)
        self._finished = False

    def __enter__(self) -> Self:
        self._start = time.perf_counter()
        self._write_run()
        self._lines = (self._folder / PREDICTIONS).open("a", encoding="utf-8", newline="\n")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._lines.close()
        self._write_run()

    def write(self, row: Mapping[str, object]) -> None:
        """Add one prediction."""
        self._lines.write(dump_line(row))
        self._lines.flush()

    def finish(self) -> None:
        """Mark the run as complete; the next one starts anew."""
        self._finished = True

    def _write_run(self) -> None:
        seconds = self._seconds_before + time.perf_counter() - self._start
        times = {"started": self._started, "seconds": seconds, "finished": self._finished}
        write_json(self._folder / RUN, {**self._description, **times})


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise rag.UsageError(
            f"cannot write results to {folder} ({error}): give a folder"
        ) from error


def _unfinished_run(folder: Path, fingerprint: object) -> dict[str, Any]:
    """What ``run.json`` tells of a broken run with this fingerprint; else nothing."""
    try:
        run = json.loads((folder / RUN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    same = isinstance(run, dict) and run.get("fingerprint") == fingerprint
    return run if same and run.get("finished") is False else {}


def _answered(predictions: Path) -> frozenset[str]:
    """The ids in a file of predictions, after a line that was broken off is cut from its end."""
    if not predictions.exists():
        return frozenset()
    content = predictions.read_bytes()
    with predictions.open("r+b") as lines:
        lines.truncate(content.rfind(b"\n") + 1)
    return frozenset(str(row["id"]) for _, row in read_rows(predictions, Faults()))

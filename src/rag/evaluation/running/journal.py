"""Writes predictions line by line, so that an interrupted run can resume."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import filelock

import rag
from rag.evaluation.lines import Faults, dump_line, read_json, read_rows, write_json
from rag.evaluation.records import MEASURED, PREDICTIONS, REPORT, RUN, SYSTEMS, Prediction

READ = 10  # hits per question that the report shows
LOCK = ".run.lock"


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Locks the result folder for this run while the block runs; creates the folder if missing.

    Raises ``rag.UsageError`` if the folder cannot be created, or another run is writing to it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise rag.UsageError(
            f"cannot write results to {folder} ({error}): choose another --out"
        ) from error
    try:
        with filelock.FileLock(folder / LOCK, timeout=0):
            yield
    except filelock.Timeout as error:
        raise rag.UsageError(
            f"another run is writing to {folder}: choose another --out, or wait until it ends"
        ) from error


class Journal:
    """The result folder of one run; resumes an interrupted run with the same fingerprint.

    ``articles`` collects the ids of all articles cited, withheld or among the first 10 hits so far.
    Leaving the context updates ``run.json``, whether the run finished or was interrupted.
    """

    def __init__(
        self, folder: Path, description: Mapping[str, object], *, seconds: Mapping[str, float]
    ) -> None:
        earlier = _unreported_run(folder, description["fingerprint"])
        _clear(folder, everything=not earlier)
        self.articles: set[str] = set()
        self._folder = folder
        self._description = description
        self._started: str = earlier.get("started", datetime.now(UTC).isoformat("T", "seconds"))
        self._times: dict[str, float] = earlier.get("times", {})
        for stage, spent in seconds.items():
            self._times[stage] = self._times.get(stage, 0.0) + spent
        self._finished = False

    def __enter__(self) -> Self:
        self._write_run()
        return self

    def __exit__(self, *_: object) -> None:
        self._write_run()

    def lines(self, name: str) -> AbstractContextManager["Lines"]:
        """Opens the predictions file ``name`` for appending."""
        path = self._folder / name
        path.parent.mkdir(exist_ok=True)
        return closing(Lines(path, self._note))

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Adds the duration of the block to the time of ``stage``, even if the block raises."""
        before, start = self._times.get(stage, 0.0), time.perf_counter()
        try:
            yield
        finally:
            self._times[stage] = before + time.perf_counter() - start

    def finish(self) -> None:
        """Marks the run as complete. Once it has a report, the next run starts again."""
        self._finished = True

    def _note(self, row: Mapping[str, Any]) -> None:
        named = (*row["citations"], *row["withheld"], *row["hits"][:READ])
        self.articles.update(place["article_id"] for place in named)

    def _write_run(self) -> None:
        times = {
            "started": self._started,
            "times": self._times,
            "seconds": sum(self._times.values()),
            "finished": self._finished,
        }
        write_json(self._folder / RUN, {**self._description, **times})


class Lines:
    """A predictions file; each line is flushed before the next question is asked.

    ``answered`` maps the id of each answered question to its standalone form.
    """

    def __init__(self, path: Path, note: Callable[[Mapping[str, Any]], None]) -> None:
        self.answered: dict[str, str] = {}
        self._note = note
        if path.exists():
            _cut_broken_line(path)
            for _, row in read_rows(path, Faults()):
                self._take(row)
        self._file = path.open("a", encoding="utf-8", newline="\n")

    def write(self, prediction: Prediction) -> None:
        """Adds one prediction."""
        row = asdict(prediction)
        if prediction.tokens is None:  # no language model was asked
            for name in ("unverified", "fallback", "tokens"):
                del row[name]
        self._file.write(dump_line(row))
        self._file.flush()
        self._take(row)

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def _take(self, row: Mapping[str, Any]) -> None:
        self.answered[row["id"]] = row["standalone_question"]
        self._note(row)


def add_times(folder: Path, **seconds: float) -> None:
    """Adds the seconds of each stage after a run to its ``run.json``."""
    run = read_json(folder / RUN)
    times = {**run.get("times", {}), **seconds}
    write_json(folder / RUN, {**run, "times": times, "seconds": sum(times.values())})


def _clear(folder: Path, *, everything: bool) -> None:
    """Removes the results of an earlier run; its predictions only with ``everything``."""
    made = [folder / name for name in MEASURED]
    if everything:
        made += [folder / PREDICTIONS, *(folder / SYSTEMS).glob("*.jsonl")]
    for file in made:
        file.unlink(missing_ok=True)


def _unreported_run(folder: Path, fingerprint: object) -> dict[str, Any]:
    """Returns ``run.json`` if its run has this fingerprint and no report; else an empty dict."""
    run = read_json(folder / RUN)
    reported = run.get("finished") is True and (folder / REPORT).exists()
    return run if run.get("fingerprint") == fingerprint and not reported else {}


def _cut_broken_line(path: Path) -> None:
    """Removes an incomplete last line, left by an interrupted run."""
    with path.open("r+b") as lines:
        lines.truncate(path.read_bytes().rfind(b"\n") + 1)

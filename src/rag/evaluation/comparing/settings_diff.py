"""Lists the differences between two runs: settings, model, version and data."""

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath

from rag.evaluation.folder import read_run
from rag.evaluation.running.manifest import PLACES

Run = Mapping[str, object]

BESIDE = ("model", "threshold", "articles", "questions", "library", "run_file")
"""Compared fields of ``run.json`` outside the settings; they override settings of the same name."""

DATA = "data"
"""The field with the digest of all documents and questions."""


def differs(first: Path, second: Path) -> str:
    """Returns the differences between the ``run.json`` of two result folders, in one line.

    For example "differs: dense_weight 0.55 → 0.1, threshold -1.0 → 0.0". Paths and addresses are
    ignored.
    """
    runs = {folder: read_run(folder) for folder in (first, second)}
    changes = list(_changes(runs[first], runs[second]))
    silent = [f"{folder} records no settings" for folder, run in runs.items() if not _told(run)]
    if len(silent) == 1:
        changes += silent
    if changes:
        return f"differs: {', '.join(changes)}"
    return "neither run records settings" if silent else "same settings; the code may differ"


def portable(value: object) -> object:
    """Replaces each absolute path in a value with its file name."""
    if isinstance(value, Mapping):
        return {name: portable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [portable(inner) for inner in value]
    if isinstance(value, str) and PurePosixPath(value).is_absolute():
        return PurePosixPath(value).name
    if isinstance(value, str) and PureWindowsPath(value).is_absolute():
        return PureWindowsPath(value).name
    return value


def _changes(first: Run, second: Run) -> Iterator[str]:
    """Yields the fields that both runs record with different values."""
    both = [name for name in BESIDE if name in first and name in second]
    before, after = (
        {**_told(run), **{name: portable(run[name]) for name in both}} for run in (first, second)
    )
    for name in before:
        if name in after and before[name] != after[name]:
            yield f"{name} {before[name]} → {after[name]}"
    if first.get(DATA, second.get(DATA)) != second.get(DATA, first.get(DATA)):
        yield "contents of the articles or questions"


def _told(run: Run) -> dict[str, object]:
    """Returns the recorded settings of a run, without ``PLACES``; empty if there are none."""
    settings = run.get("settings")
    if not isinstance(settings, Mapping):
        return {}
    return {name: portable(value) for name, value in settings.items() if name not in PLACES}

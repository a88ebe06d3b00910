"""Check whether a new run may overwrite the contents of a result folder."""

import json
from collections.abc import Mapping
from pathlib import Path

import rag
from rag.evaluation.datasets.models import Dataset
from rag.evaluation.records import (
    ARTICLES,
    GOLD,
    METRICS,
    PREDICTIONS,
    REPORT,
    ROWS,
    RUN,
    SYSTEMS,
)
from rag.evaluation.running.manifest import deciding_settings, digest_of

WRITTEN = (PREDICTIONS, GOLD, ARTICLES, METRICS, ROWS, REPORT, SYSTEMS, "figures")

Run = Mapping[str, object]


def check_unused(folder: Path) -> None:
    """Raise ``rag.UsageError`` if a run would overwrite a file that no run created."""
    if (folder / RUN).exists():
        return
    for name in WRITTEN:
        if (folder / name).exists():
            raise rag.UsageError(
                f"{folder} holds {name}, but no {RUN}, so no run created it; choose another --out"
            )


def check_replaceable(folder: Path, dataset: Dataset, *, config: rag.Config) -> None:
    """Raise ``rag.UsageError`` if ``folder`` holds a run of other data or settings.

    A run without any answers, or one that differs only in code, can be overwritten.
    """
    earlier = _run_with_answers(folder)
    other = earlier and (_other_data(earlier, dataset) or _other_settings(earlier, config))
    if other:
        raise rag.UsageError(
            f"{folder} holds a run {other}; choose another --out, or overwrite it with --replace"
        )


def _run_with_answers(folder: Path) -> Run | None:
    try:
        run = json.loads((folder / RUN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(run, dict):
        return None
    predictions = folder / PREDICTIONS
    answered = predictions.is_file() and predictions.stat().st_size > 0
    return run if answered or run.get("finished") is True else None


def _other_data(earlier: Run, dataset: Dataset) -> str:
    """Describe how the data differ; empty if no difference is recorded."""
    name = earlier.get("dataset")
    if name != dataset.name:
        return f"of the data set {name}, but this run is of {dataset.name}"
    digest = digest_of(dataset)
    if earlier.get("data", digest) != digest:
        return f"of {name} with different documents or questions"
    return ""


def _other_settings(earlier: Run, config: rag.Config) -> str:
    """Describe which settings differ; empty if none do. Ignores settings that ``earlier`` lacks."""
    before = earlier.get("settings")
    if not isinstance(before, dict):
        return "that Byline did not create"
    now = deciding_settings(config)
    names = [name for name in now if before.get(name, now[name]) != now[name]]
    had = " and ".join(f"{name} {before[name]}" for name in names)
    has = " and ".join(str(now[name]) for name in names)
    return f"with {had}, but this run has {has}" if names else ""

"""The run that a result folder holds already, and whether another may take its place."""

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

__all__ = ["check_replaceable", "check_unused"]

WRITTEN = (PREDICTIONS, GOLD, ARTICLES, METRICS, ROWS, REPORT, SYSTEMS, "figures")

Run = Mapping[str, object]


def check_unused(folder: Path) -> None:
    """Raise ``rag.UsageError`` where a run would overwrite a file that no run has made."""
    if (folder / RUN).exists():
        return
    for name in WRITTEN:
        if (folder / name).exists():
            raise rag.UsageError(
                f"{folder} holds {name}, but no {RUN}: no run made it; name another --out"
            )


def check_replaceable(folder: Path, dataset: Dataset, *, config: rag.Config) -> None:
    """Raise ``rag.UsageError`` where ``folder`` holds a run of other data or settings.

    A run that broke off before its first answer is not kept, nor one that other code made.
    """
    earlier = _run_with_answers(folder)
    other = earlier and (_other_data(earlier, dataset) or _other_settings(earlier, config))
    if other:
        raise rag.UsageError(
            f"{folder} holds a run {other}; name another --out, or replace that run with --replace"
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
    """How the data differ; empty where they do not, as far as ``earlier`` tells."""
    name = earlier.get("dataset")
    if name != dataset.name:
        return f"of the data set {name}, this one is of {dataset.name}"
    digest = digest_of(dataset)
    if earlier.get("data", digest) != digest:
        return f"of {name} with other documents or questions than now"
    return ""


def _other_settings(earlier: Run, config: rag.Config) -> str:
    """Which settings differ; empty where none does. One that ``earlier`` lacks is newer code."""
    before = earlier.get("settings")
    if not isinstance(before, dict):
        return "that Byline did not make"
    now = deciding_settings(config)
    names = [name for name in now if before.get(name, now[name]) != now[name]]
    had = " and ".join(f"{name} {before[name]}" for name in names)
    has = " and ".join(str(now[name]) for name in names)
    return f"with {had}, this one has {has}" if names else ""

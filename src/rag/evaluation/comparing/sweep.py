"""Chooses the best configuration on half of the questions, and tests it on the other half.

The best of many figures is partly luck. The winner is therefore compared with the current settings
on the held-out half.
"""

import hashlib
import itertools
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from pathlib import Path

import yaml

import rag
from rag.evaluation.comparing.compare import Comparison, compare
from rag.evaluation.comparing.trial_runner import Settings, Trying
from rag.evaluation.datasets.corpus import Report
from rag.evaluation.datasets.models import Dataset, Question
from rag.evaluation.datasets.reading import load_dataset
from rag.evaluation.measuring.catalog import DECIDING, MEASURES, Measure
from rag.evaluation.measuring.figures import Figure, Metrics
from rag.evaluation.running.manifest import PLACES


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """The figure of one configuration on the first half.

    ``settings`` has only the values that differ from the current settings.
    """

    settings: Settings
    figure: Figure
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """All trials, best first, and the comparison of the winner on the held-out half.

    Ties go to the trial that changes fewer settings. ``chosen_on`` and ``judged_on`` count the
    questions of the first and the held-out half. ``moved`` has the measures whose values differ
    between trials. ``comparison`` is None if the current settings won.
    """

    measure: str
    chosen_on: int
    judged_on: int
    trials: tuple[Trial, ...]
    moved: tuple[str, ...]
    comparison: Comparison | None


def read_grid(file: Path) -> tuple[Settings, ...]:
    """Returns every combination of the values in a YAML file of ``setting: [value, …]``.

    Raises ``rag.UsageError`` if the file cannot be read, or names something other than a setting
    that affects the index or answers.
    """
    if not file.is_file():
        raise rag.UsageError(
            f"there is no file {file}; create one with lines such as dense_weight: [.4, .6]"
        )
    try:
        grid = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise rag.UsageError(f"the grid {file} is not YAML ({reason}): correct it") from error
    if not isinstance(grid, dict) or not grid:
        raise rag.UsageError(
            f"the grid {file} is empty; write lines such as dense_weight: [.4, .6]"
        )
    known = {known.name for known in fields(rag.Config)} - set(PLACES)
    for name, values in grid.items():
        if name not in known:
            raise rag.UsageError(f"{file} sets {name!r}, which is not one of {sorted(known)}")
        if not isinstance(values, list) or not values:
            raise rag.UsageError(f"{file} sets {name} to {values!r}; write a list of values")
    combined = itertools.product(*grid.values())
    return tuple(dict(zip(grid, values, strict=True)) for values in combined)


def sweep(
    dataset: Path,
    *,
    grid: Sequence[Settings],
    out: Path,
    by: str = "passage/RR@10",
    config: rag.Config | None = None,
    embedder: rag.Embedder | None = None,
    index_cache: Path | None = None,
    progress: Report | None = None,
) -> Sweep:
    """Tries each configuration of ``grid`` on one half of the data; tests the best on the other.

    ``by`` is the measure to optimise, one of ``measuring.catalog.DECIDING``; ties go to the
    configuration that changes fewer settings, then to the earlier one. ``out`` receives the result
    folders of all trials and of the test. An interrupted sweep resumes when it is started again.
    Configurations that embed the same text share one index.
    """
    measure = _measure(by)
    trying = Trying(
        base=config or rag.Config(),
        embedder=embedder,
        cache=index_cache or Path(".byline") / "sweep" / dataset.resolve().name,
        progress=progress,
    )
    every = _distinct(grid, trying)
    first, second = halves(load_dataset(dataset, config=trying.base))
    folders = [out / _folder(settings) for settings in every]
    tried = [trying.measured(first, *place) for place in zip(every, folders, strict=True)]
    trials = _ranked(tried, every, folders, measure=measure)
    comparison = None
    if best := trials[0].settings:
        trying.measured(second, {}, out / "in-force")
        trying.measured(second, best, out / "winner")
        comparison = compare(out / "in-force", out / "winner")
    return Sweep(
        measure=by,
        chosen_on=len(first.questions),
        judged_on=len(second.questions),
        trials=trials,
        moved=tuple(
            one.key for one in MEASURES if len({x.scores.figure(one.key).value for x in tried}) > 1
        ),
        comparison=comparison,
    )


def halves(dataset: Dataset) -> tuple[Dataset, Dataset]:
    """Splits the data set in two, deterministically; questions about one article stay together.

    Articles are shuffled by a hash of their ids. Each is assigned to the half with fewer questions
    that have gold; on ties, to the half with fewer questions.
    """
    groups: dict[str, list[Question]] = {}
    for question in dataset.questions:
        groups.setdefault(next(iter(question.gold), question.id), []).append(question)
    if len(groups) < 2:
        raise rag.DatasetError(
            f"{dataset.name} cannot be split in half: all {len(dataset.questions)} questions are"
            " about one article; add questions about others"
        )
    sides: tuple[list[Question], list[Question]] = ([], [])
    for name in sorted(groups, key=lambda name: hashlib.sha256(name.encode()).digest()):
        min(sides, key=_with_gold).extend(groups[name])
    first, second = (replace(dataset, questions=tuple(side)) for side in sides)
    return first, second


def _with_gold(questions: Sequence[Question]) -> tuple[int, int]:
    return sum(bool(question.gold) for question in questions), len(questions)


def _folder(settings: Settings) -> str:
    """Returns the folder name of a trial, the same for equal settings, so that it can resume."""
    if not settings:
        return "trial-in-force"
    named = json.dumps(dict(sorted(settings.items())))
    return f"trial-{hashlib.sha256(named.encode()).hexdigest()[:8]}"


def _distinct(grid: Sequence[Settings], trying: Trying) -> list[Settings]:
    """Returns the distinct changes to the current settings; the first is no change."""
    every: list[Settings] = [{}]
    for settings in grid:
        changed = trying.changed(settings)
        if changed not in every:
            every.append(changed)
    return every


def _measure(key: str) -> Measure:
    known = {measure.key: measure for measure in MEASURES if measure.key in DECIDING}
    if key in known:
        return known[key]
    nearest = get_close_matches(key, known, n=1, cutoff=0.4)
    meant = f"; did you mean {nearest[0]}?" if nearest else "."
    raise rag.UsageError(f"{key!r} is not a deciding measure{meant} Choose from {', '.join(known)}")


def _ranked(
    tried: Sequence[Metrics],
    every: Sequence[Settings],
    folders: Sequence[Path],
    *,
    measure: Measure,
) -> tuple[Trial, ...]:
    """Returns the trials, best first; those without data are last."""
    trials = [
        Trial(settings=settings, figure=metrics.scores.figure(measure.key), folder=folder)
        for metrics, settings, folder in zip(tried, every, folders, strict=True)
    ]
    if all(trial.figure.value is None for trial in trials):
        name = tried[0].dataset
        raise rag.UsageError(f"{measure.key} has no data on {name}; choose another measure")
    sign = 1 if measure.lower_is_better else -1
    trials.sort(
        key=lambda trial: (
            math.inf if trial.figure.value is None else sign * trial.figure.value,
            len(trial.settings),
        )
    )
    return tuple(trials)

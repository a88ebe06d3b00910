"""Trying configurations on one half of the questions, and judging the winner on the other.

Chosen among many, the best figure of a half is partly luck; the other half had no part in the
choice, so the winner is compared there with the settings in force.
"""

import hashlib
import itertools
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path

import yaml

import rag
from rag.evaluation.comparing.compare import Comparison, compare
from rag.evaluation.datasets.corpus import Report
from rag.evaluation.datasets.nouns import Dataset, Question
from rag.evaluation.datasets.reading import load_dataset
from rag.evaluation.measuring.catalog import MEASURES
from rag.evaluation.measuring.figures import Figure, Metrics
from rag.evaluation.measuring.metrics import measure, write_metrics
from rag.evaluation.running.run import run

__all__ = ["Sweep", "Trial", "read_grid", "sweep"]

Settings = Mapping[str, object]

PLACES = ("corpus", "index", "host", "port")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One configuration's figure on the first half; ``settings`` differ from those in force."""

    settings: Settings
    figure: Figure
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """All trials, best first, and what the winner is worth on the half that did not choose it.

    ``comparison`` is None where the settings in force won.
    """

    measure: str
    chosen_on: int
    judged_on: int
    trials: tuple[Trial, ...]
    comparison: Comparison | None


def read_grid(file: Path) -> tuple[Settings, ...]:
    """Every combination of the values in a YAML file of ``setting: [value, …]``.

    Raises ``rag.UsageError`` for a file that does not read, and for what is no setting of an index
    or an answer.
    """
    try:
        grid = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise rag.UsageError(f"the grid {file} does not read as YAML ({reason})") from error
    if not isinstance(grid, dict) or not grid:
        raise rag.UsageError(
            f"the grid {file} is empty; write lines such as dense_weight: [.4, .6]"
        )
    known = {known.name for known in fields(rag.Config)} - set(PLACES)
    for name, values in grid.items():
        if name not in known:
            raise rag.UsageError(f"{file} tries {name!r}, which is none of {sorted(known)}")
        if not isinstance(values, list) or not values:
            raise rag.UsageError(f"{file} gives {name} {values!r}; write a list of values")
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
    """Try each of ``grid`` on one half of the data set, the best by ``by`` on the other.

    ``by`` is a key of ``measuring.catalog``; equal figures fall to the earlier. ``out`` gets a
    result folder for each trial, and those of the judgement. An index is made once for all
    configurations that embed the same text.
    """
    trying = _Trying(
        base=config or rag.Config(),
        embedder=embedder,
        cache=index_cache or Path(".byline") / "sweep" / dataset.resolve().name,
        progress=progress,
    )
    every: list[Settings] = [{}, *(settings for settings in grid if settings)]
    for settings in every:
        trying.configured(settings)  # before anything is asked
    first, second = halves(load_dataset(dataset, config=trying.base))
    trials = []
    for number, settings in enumerate(every):
        folder = out / f"trial-{number:02d}"
        figure = _figure(trying.measured(first, settings, folder), by)
        trials.append(Trial(settings=settings, figure=figure, folder=folder))
    trials.sort(key=lambda trial: -_worth(trial.figure, by))
    best = trials[0].settings
    comparison = None
    if best:
        trying.measured(second, {}, out / "in-force")
        trying.measured(second, best, out / "winner")
        comparison = compare(out / "in-force", out / "winner")
    return Sweep(
        measure=by,
        chosen_on=len(first.questions),
        judged_on=len(second.questions),
        trials=tuple(trials),
        comparison=comparison,
    )


def halves(dataset: Dataset) -> tuple[Dataset, Dataset]:
    """The data set cut in two, always in the same way; questions on one article stay together."""
    sides: tuple[list[Question], list[Question]] = ([], [])
    for question in dataset.questions:
        group = next(iter(question.gold), question.id)
        sides[hashlib.sha256(group.encode()).digest()[0] % 2].append(question)
    if not all(sides):
        raise rag.DatasetError(
            f"{dataset.name} cannot be cut in half: all {len(dataset.questions)} questions are on"
            " one article; add questions on others"
        )
    first, second = (replace(dataset, questions=tuple(side)) for side in sides)
    return first, second


@dataclass(slots=True, kw_only=True)
class _Trying:
    """Runs configurations, sharing embedders and indexes between them."""

    base: rag.Config
    embedder: rag.Embedder | None
    cache: Path
    progress: Report | None
    embedders: dict[str, rag.Embedder] = field(default_factory=dict)

    def configured(self, settings: Settings) -> rag.Config:
        """The settings in force but for ``settings``; ``rag.ConfigError`` for what does not fit."""
        flags = {**asdict(self.base), **settings}
        config, _ = rag.load_config(flags=flags, environ={}, toml=Path())
        return config

    def measured(self, dataset: Dataset, settings: Settings, folder: Path) -> Metrics:
        config = self.configured(settings)
        index = self._index(config)
        run(
            dataset,
            out=folder,
            index_cache=index,
            config=config,
            embedder=self._embedder(config, index),
            progress=self.progress,
        )
        metrics, rows = measure(folder)
        write_metrics(folder, metrics, rows)
        return metrics

    def _index(self, config: rag.Config) -> Path:
        """The folder of the index; a new one starts from another's vectors of the same model."""
        model = self.cache / hashlib.sha256(config.model.encode()).hexdigest()[:8]
        index = model / f"{config.language}-{config.passage_tokens}"
        other = next(_made(model), None)
        if other and not index.exists():
            shutil.copytree(other, index)
        return index

    def _embedder(self, config: rag.Config, index: Path) -> rag.Embedder:
        if self.embedder is not None:
            return self.embedder
        if config.model not in self.embedders:
            with rag.Byline(index, config=config) as news:
                self.embedders[config.model] = news.embedder
        return self.embedders[config.model]


def _made(model: Path) -> Iterator[Path]:
    return (made.parent for made in sorted(model.glob("*/library.db")))


def _figure(metrics: Metrics, by: str) -> Figure:
    section, _, name = by.partition("/")
    retrieval = metrics.scores.retrieval
    sections = {
        **retrieval,
        "answers": metrics.scores.answers,
        "citations": metrics.scores.citations,
        "abstention": metrics.scores.abstention,
    }
    figure = sections.get(section, {}).get(name)
    if figure is None:
        known = sorted(f"{head}/{tail}" for head, tails in sections.items() for tail in tails)
        raise rag.UsageError(f"no measure is called {by!r}; known are {', '.join(known)}")
    if figure.value is None:
        raise rag.UsageError(f"{by} has no data on {metrics.dataset}; choose another measure")
    return figure


def _worth(figure: Figure, by: str) -> float:
    lower = any(measure.key == by and measure.lower_is_better for measure in MEASURES)
    value = figure.value or 0.0
    return -value if lower else value

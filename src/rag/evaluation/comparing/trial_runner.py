"""Runs and measures configurations, and reuses indexes between them."""

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import rag
from rag.evaluation.datasets.corpus import Report
from rag.evaluation.datasets.models import Dataset
from rag.evaluation.measuring.figures import Metrics
from rag.evaluation.measuring.metrics import measure, write_metrics
from rag.evaluation.running.run import run

Settings = Mapping[str, object]


@dataclass(slots=True, kw_only=True)
class Trying:
    """Runs configurations that share embedders and the indexes in ``cache``.

    ``base`` has the current settings.
    """

    base: rag.Config
    embedder: rag.Embedder | None
    cache: Path
    progress: Report | None
    embedders: dict[str, rag.Embedder] = field(default_factory=dict)

    def configured(self, settings: Settings) -> rag.Config:
        """Returns the current settings, updated with ``settings``.

        Raises ``rag.ConfigError`` for invalid settings.
        """
        flags = {**asdict(self.base), **settings}
        config, _ = rag.load_config(flags=flags, environ={}, toml=Path())
        return config

    def changed(self, settings: Settings) -> Settings:
        """Returns the values in ``settings`` that differ from the current settings."""
        config = self.configured(settings)
        return {
            name: value
            for name in settings
            if (value := getattr(config, name)) != getattr(self.base, name)
        }

    def measured(self, dataset: Dataset, settings: Settings, folder: Path) -> Metrics:
        """Runs ``settings`` on ``dataset``, with results in ``folder``; returns the metrics."""
        config = self.configured(settings)
        index = self._index(config)
        run(
            dataset,
            out=folder,
            index_cache=index,
            config=config,
            embedder=self._embedder(config, index),
            progress=self.progress,
            replace=True,
        )
        metrics, rows = measure(folder)
        write_metrics(folder, metrics, rows)
        return metrics

    def _index(self, config: rag.Config) -> Path:
        """Returns the folder of the index; a new one starts as a copy, to reuse its vectors."""
        model = self.cache / hashlib.sha256(config.model.encode()).hexdigest()[:8]
        bare = "" if config.context else "-bare"
        index = model / f"{config.language}-{config.passage_tokens}{bare}"
        other = next(_made(model), None)
        if other and not index.exists():
            part = index.with_name(f"{index.name}.part")
            shutil.rmtree(part, ignore_errors=True)
            shutil.copytree(other, part)
            part.rename(index)
        return index

    def _embedder(self, config: rag.Config, index: Path) -> rag.Embedder:
        if self.embedder is not None:
            return self.embedder
        if config.model not in self.embedders:
            with rag.Byline(index, config=config) as news:
                self.embedders[config.model] = news.embedder
        return self.embedders[config.model]


def _made(model: Path) -> Iterator[Path]:
    return (
        made.parent for made in sorted(model.glob("*/library.db")) if made.parent.suffix != ".part"
    )

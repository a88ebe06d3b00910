"""Evaluation: run a data set of questions, and measure what was found, said and withheld.

Running writes predictions; the measures read predictions and gold only.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import rag
from rag.evaluation.checking import Checked, check_dataset
from rag.evaluation.corpus import Report
from rag.evaluation.dataset import load_dataset
from rag.evaluation.figures import Metrics
from rag.evaluation.folder import read_sources
from rag.evaluation.journal import add_times
from rag.evaluation.metrics import measure, write_metrics
from rag.evaluation.report import write_report
from rag.evaluation.run import run as _run
from rag.evaluation.table import headline

__all__ = ["Checked", "Metrics", "check_dataset", "evaluate", "headline", "measure_again"]


def evaluate(
    dataset: Path,
    *,
    out: Path,
    questions: Path | None = None,
    index_cache: Path | None = None,
    config: rag.Config | None = None,
    embedder: rag.Embedder | None = None,
    progress: Report | None = None,
    baselines: bool = False,
    skip_bad: bool = False,
) -> Metrics:
    """Run the data set in the folder ``dataset`` and return its figures.

    ``out`` receives ``predictions.jsonl`` and what goes with it, ``metrics.json`` and the report.
    ``questions`` is a file to ask instead of the data set's own. The index is kept in
    ``index_cache``, by default ``.byline/eval/NAME`` below the current folder. ``baselines`` asks
    other systems the same. Broken off and started again, the run goes on where it stopped.

    Raises ``rag.DatasetError`` for a data set that breaks its form, listing file and line; with
    ``skip_bad`` the bad lines and questions are left out, and the report says so.
    """
    start = time.perf_counter()
    loaded = load_dataset(dataset, questions=questions, config=config, skip_bad=skip_bad)
    reading = time.perf_counter() - start
    _run(
        loaded,
        out=out,
        index_cache=index_cache,
        config=config,
        embedder=embedder,
        progress=progress,
        baselines=baselines,
    )
    add_times(out, reading=reading)
    return measure_again(out, progress=progress)


def measure_again(folder: Path, *, progress: Report | None = None) -> Metrics:
    """Measure a finished result folder, write its figures and its report, and return the figures.

    Nothing is asked. Raises ``rag.UsageError`` where there is no finished run of this format.
    """
    times: dict[str, float] = {}
    with _stage("measuring", times, progress):
        metrics, rows = measure(folder)
        write_metrics(folder, metrics, rows)
    with _stage("report", times, progress):
        write_report(folder, metrics, rows, read_sources(folder))
    add_times(folder, **times)
    return metrics


@contextmanager
def _stage(name: str, times: dict[str, float], progress: Report | None) -> Iterator[None]:
    """Tells of the stage before and after it, and adds its seconds to ``times``."""
    watch = progress or (lambda _: None)
    watch(rag.Progress(stage=name, done=0, total=1))
    start = time.perf_counter()
    yield
    times[name] = time.perf_counter() - start
    watch(rag.Progress(stage=name, done=1, total=1))
